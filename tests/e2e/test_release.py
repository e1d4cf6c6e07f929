"""The morning's release: what stands leaves once, the rest is named with why."""

import csv
import json
import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from conftest import Call
from night_driver import KILLED
from pdf_reading import words_of
from small_nights import small_night, small_project
from test_night_kill import drive, sampled

from collectctl.archive.manifest import verify_folder
from collectctl.documents.glyphs import FONT_DIGEST

DAY = "2026-11-20"
FIRST = "2026-11-21 08:30"
WISHES = "流水号,意愿,时间,截止,关系人,号码,渠道,时段,账号,更正\n"


@pytest.fixture
def bank(worked: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "bank"
    shutil.copytree(worked, folder)
    return folder


def rows(bank: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(bank / "ledger" / "ledger.sqlite")) as ledger:
        return ledger.execute(query).fetchall()


def released(call: Call, bank: Path, at: str = FIRST, *more: str) -> Counter[tuple[str, str]]:
    """What a release says of itself: how many items, by what became of them and of which kind."""
    said = call("release", "--project", bank, "--at", at, "--by", "S2001", *more)
    assert said.code == 0, said.err
    lines = [line.split("\t") for line in said.out.splitlines()[1:]]
    return Counter({(what, of): int(n.replace(",", "")) for what, of, n in lines})


def addendum(bank: Path, number: int = 1) -> Path:
    return bank / "archive" / f"{DAY}.release-{number}"


def messages(folder: Path) -> dict[str, dict[str, str]]:
    with (folder / "send" / "sms.csv").open(encoding="utf-8", newline="") as file:
        return {row["item"]: row for row in csv.DictReader(file)}


def ask(call: Call, bank: Path, text: str) -> None:
    """Takes in what people asked for."""
    file = bank / "asked.csv"
    file.write_text(WISHES + text, "utf-8")
    said = call("consents", "import", file, "--project", bank, "--feed", "consents", "--by", "S1")
    assert said.code == 0 and "set apart\t0" in said.out, said.err + said.out


def test_what_stands_leaves_once_and_the_night_stays_as_it_was(bank: Path, call: Call) -> None:
    night = bank / "archive" / DAY
    before = (night / "manifest.json").read_bytes()
    found = released(call, bank)
    assert found["let out", "letter"] > 500
    assert found["let out", "sms"] > 1000
    assert not [key for key in found if key[0] in ("withheld", "pull back")]
    assert verify_folder(night) == ()
    assert (night / "manifest.json").read_bytes() == before
    ((digest, by),) = rows(bank, "SELECT manifest_digest, released_by FROM release")
    assert verify_folder(addendum(bank), digest) == ()
    assert by == "S2001"
    issued = rows(bank, "SELECT kind, channel, count(*) FROM issued GROUP BY 1, 2")
    assert sum(n for _, _, n in issued) == sum(found.values())
    again = call("release", "--project", bank, "--at", "2026-11-21 10:00")
    assert (again.code, again.out) == (0, "")
    assert "nothing of the night of 2026-11-20 is left to let out" in again.err
    assert not addendum(bank, 2).exists()


def test_a_message_carries_its_window_and_the_night_holds_no_number_to_send_it_to(
    bank: Path, call: Call
) -> None:
    released(call, bank)
    sent = messages(addendum(bank))
    assert {(row["opens"], row["closes"]) for row in sent.values()} == {
        ("2026-11-21 08:30:00", "2026-11-21 20:30:00")
    }
    numbers = {row["phone"] for row in sent.values()}
    prepared = (bank / "archive" / DAY / "prepared" / "messages" / "sms.jsonl").read_text("utf-8")
    assert not [number for number in numbers if number in prepared]


def printed(bank: Path, number: int = 1) -> list[dict[str, str]]:
    with (addendum(bank, number) / "print" / "index.csv").open(
        encoding="utf-8", newline=""
    ) as file:
        return list(csv.DictReader(file))


def test_the_letters_that_stand_are_print_pdfs_of_a_hundred_in_postal_order(
    bank: Path, call: Call
) -> None:
    found = released(call, bank)
    folder, rows_ = addendum(bank) / "print", printed(bank)
    assert len(rows_) == found["let out", "letter"]
    files = list(dict.fromkeys(row["file"] for row in rows_))
    assert sorted([*files, "index.csv", "count.pdf"]) == sorted(p.name for p in folder.iterdir())
    count = "".join(words_of((folder / "count.pdf").read_bytes()))
    for name in files:
        own = [row for row in rows_ if row["file"] == name]
        codes = [row["postal_code"] for row in own if row["postal_code"]]
        assert len(own) <= 100 and codes == sorted(codes)
        assert [row["position"] for row in own] == [str(n) for n in range(1, len(own) + 1)]
        assert name in count
    name = files[0]
    own = [row for row in rows_ if row["file"] == name]
    cover, *sheets = words_of((folder / name).read_bytes())
    assert len(sheets) == sum(int(row["sheets"]) for row in own)
    for word in (name, own[0]["item"], own[-1]["item"], str(len(sheets)), own[0]["postal_code"]):
        assert word in cover
    assert "先生" not in cover and "元" not in cover
    at = 0
    for row in own:
        for sheet in range(int(row["sheets"])):
            assert row["item"] in sheets[at]
            assert f"第{sheet + 1}页，共{row['sheets']}页" in sheets[at]
            at += 1
    assert f"{len(rows_):,}" in count and f"{sum(int(row['sheets']) for row in rows_):,}" in count


def test_the_manifest_of_an_addendum_names_what_printed_its_letters(bank: Path, call: Call) -> None:
    released(call, bank)
    manifest = json.loads((addendum(bank) / "manifest.json").read_text("utf-8"))
    assert manifest["versions"]["typst"] == version("typst")
    assert manifest["versions"]["fonts/letters.otf"] == FONT_DIGEST


def test_what_somebody_asks_for_after_the_night_is_honoured_by_the_release(
    bank: Path, call: Call
) -> None:
    gate = pq.read_table(bank / "archive" / DAY / "gate.parquet").to_pylist()
    one = next(r for r in gate if r["form"] == "sms")
    person = one["party_id"]
    ask(call, bank, f"W1,stop_medium,2026-11-21 07:00,,{person},,sms,,,\n")
    found = released(call, bank)
    assert found["withheld", "cn.stop_medium"] == 1
    assert f"20261120-{one['item']:06d}" not in messages(addendum(bank))
    (withheld,) = pq.read_table(addendum(bank) / "withheld.parquet").to_pylist()
    assert (withheld["item"], withheld["state"]) == (one["item"], "blocked")
    assert "停用某一渠道" in withheld["reason_zh_CN"]


def test_who_says_stop_after_the_first_release_is_on_the_list_to_pull_back(
    bank: Path, call: Call
) -> None:
    released(call, bank)
    (person,) = rows(
        bank,
        "SELECT p.party_id FROM issued i JOIN person p ON p.key = i.person"
        " WHERE i.channel = 'letter' ORDER BY i.number LIMIT 1",
    )[0]
    out = rows(
        bank,
        "SELECT kind, item FROM issued i JOIN person p ON p.key = i.person"  # noqa: S608 - a sample's
        f" WHERE p.party_id = '{person}' AND kind <> 'desk' ORDER BY 1, 2",
    )
    ask(call, bank, f"W1,cease,2026-11-21 09:00,,{person},,,,,\n")
    said = call("release", "--project", bank, "--at", "2026-11-21 10:00", "--by", "S2001")
    assert said.code == 0
    assert f"{len(out)} items let out before must be pulled back" in said.err
    listed = pq.read_table(addendum(bank, 2) / "pull-back.parquet").to_pylist()
    assert sorted((r["kind"], r["item"]) for r in listed) == sorted(out)
    assert {r["code"] for r in listed} == {"cn.cease"}
    assert rows(bank, "SELECT count(*) FROM pull_back") == [(len(out),)]
    third = call("release", "--project", bank, "--at", "2026-11-21 11:00", "--by", "S2001")
    assert "nothing of the night" in third.err, "what is on the list once is not listed again"


def test_a_debt_on_hold_is_not_spoken_of(bank: Path, call: Call) -> None:
    gate = pq.read_table(bank / "archive" / DAY / "gate.parquet").to_pylist()
    one = next(r for r in gate if r["form"] == "letter" and r["state"] == "allowed")
    account = one["accounts"].split()[0]
    mine = [r for r in gate if account in r["accounts"].split() and r["state"] == "allowed"]
    said = call(
        "holds", "set", "--account", account, "--from", "2026-11-21", "--reason", "dispute",
        "--evidence", "T1", "--by", "S1", "--lifted-by", "compliance", "--review", "2026-12-21",
        "--project", bank,
    )  # fmt: skip
    assert said.code == 0, said.err
    found = released(call, bank)
    assert 1 <= found["withheld", "cn.holds"] <= len(mine)
    index = (addendum(bank) / "print" / "index.csv").read_text("utf-8")
    assert f"20261120-{one['item']:06d}" not in index


PAID = "流水号,账号,币种,金额,入账时间,起息日,还款人,冲正流水号,更正流水号\n"


def pay(call: Call, bank: Path, text: str) -> None:
    """Takes in payments."""
    file = bank / "paid.csv"
    file.write_text(f"{PAID}{text}合计,{len(text.splitlines())}\n", "utf-8")
    said = call("payments", "import", file, "--project", bank, "--feed", "payments", "--by", "S1")
    assert said.code == 0 and "set apart\t0" in said.out, said.err + said.out


def test_a_letter_about_amounts_that_have_moved_stays_and_a_call_only_when_all_is_paid(
    bank: Path, call: Call
) -> None:
    gate = pq.read_table(bank / "archive" / DAY / "gate.parquet").to_pylist()
    owed = pq.read_table(bank / "archive" / DAY / "decisions.parquet").to_pylist()
    overdue = {r["account_id"]: r["overdue_amount"] for r in owed if r["currency"] == "CNY"}
    called = [
        r["accounts"] for r in gate if r["form"] == "call" and r["accounts"] in overdue
        and overdue[r["accounts"]] > 10000
    ]  # fmt: skip
    part, whole, back = called[:3]
    amount = f"{overdue[whole] // 100}.{overdue[whole] % 100:02d}"
    pay(
        call, bank,
        f"Z1,{part},CNY,1.00,2026-11-21 07:00:00,2026-11-21,本人,,\n"
        f"Z2,{whole},CNY,{amount},2026-11-21 07:10:00,2026-11-20,他人,,\n"
        f"Z3,{back},CNY,5.00,2026-11-21 07:20:00,2026-11-21,本人,,\n"
        f"Z4,{back},CNY,5.00,2026-11-21 07:30:00,2026-11-21,本人,Z3,\n",
    )  # fmt: skip
    released(call, bank)
    rows_ = pq.read_table(addendum(bank) / "withheld.parquet").to_pylist()
    stale = {
        (r["kind"], a) for r in rows_ if r["code"] == "paid-since" for a in r["accounts"].split()
    }
    assert ("task", whole) in stale
    assert ("task", part) not in stale and ("task", back) not in stale
    written = {a for r in gate if r["kind"] == "document" for a in r["accounts"].split()}
    assert {("document", a) for a in (part, whole, back) if a in written} <= stale


def test_no_person_and_no_number_gets_more_calls_than_the_day_has(bank: Path, call: Call) -> None:
    released(call, bank)
    most = rows(
        bank,
        "SELECT max(calls), max(attempts) FROM (SELECT"
        " sum(calls) OVER (PARTITION BY person) calls,"
        " sum(attempts) OVER (PARTITION BY point) attempts FROM issued"
        " WHERE channel = 'call' AND kind = 'task' AND point IS NOT NULL)",
    )
    assert most == [(2, 6)], "two connected calls a person by the house, six attempts a number"
    half = "SELECT count(*) FROM issued WHERE (calls = 0) <> (attempts = 0)"
    assert rows(bank, half) == [(0,)], "nobody knows before dialling whether it will be answered"


def test_an_addendum_is_the_same_to_the_byte_wherever_it_is_made(
    bank: Path, worked: Path, tmp_path: Path, call: Call
) -> None:
    other = tmp_path / "elsewhere" / "bank"
    shutil.copytree(worked, other)
    released(call, bank, FIRST, "--workers", "1")
    released(call, other, FIRST, "--workers", "2")
    first, second = (
        json.loads((addendum(b) / "manifest.json").read_text("utf-8")) for b in (bank, other)
    )
    assert first == second


def test_a_dry_run_says_the_same_and_lets_nothing_out(bank: Path, call: Call) -> None:
    dry = released(call, bank, FIRST, "--dry-run")
    assert rows(bank, "SELECT count(*) FROM release") == [(0,)]
    assert not addendum(bank).exists()
    assert released(call, bank) == dry


@pytest.mark.parametrize(
    ("more", "code", "word"),
    [
        (["--at", "2026-11-22 00:00"], 11, "night-past"),
        (["--at", FIRST, "--date", "2026-11-19"], 11, "night-not-newest"),
        (["--at", "yesterday"], 2, "is not a time"),
    ],
)
def test_what_may_not_be_released_is_refused(
    more: list[str], code: int, word: str, bank: Path, call: Call
) -> None:
    said = call("release", "--project", bank, *more)
    assert (said.code, word in said.err) == (code, True), said.err
    assert rows(bank, "SELECT count(*) FROM release") == [(0,)]


def test_a_moment_before_the_day_lets_things_out_for_the_day_itself(bank: Path, call: Call) -> None:
    released(call, bank, "2026-11-21 02:45")
    opens = {row["opens"] for row in messages(addendum(bank)).values()}
    assert opens == {"2026-11-21 08:30:00"}, "the gateway is told when it may send"


def test_a_night_that_a_later_one_waits_behind_is_not_released(
    fresh: Path, tmp_path: Path, call: Call
) -> None:
    folder = tmp_path / "bank"
    shutil.copytree(fresh, folder)
    assert call("run", "--project", folder, "--workers", "1").code == 0
    said = call("release", "--project", folder, "--at", "2026-11-19 08:30")
    assert (said.code, "night-overtaken" in said.err) == (11, True)


def test_a_project_without_packs_has_no_limits_to_let_anything_out_by(
    fresh: Path, tmp_path: Path, call: Call
) -> None:
    folder = small_project(fresh, tmp_path / "bank", small_night(12))
    settings = folder / "config" / "project.yaml"
    text = settings.read_text("utf-8")
    settings.write_text(
        text.replace("packs: [packs/cn.yaml, packs/house.yaml]", "packs: []"), "utf-8"
    )
    assert call("rules", "apply", "--project", folder, "--sample").code == 0
    ran = call("run", "--project", folder, "--workers", "1")
    assert ran.code == 0
    assert "contact limits were not checked" in ran.err
    said = call("release", "--project", folder, "--at", "2026-11-19 08:30")
    assert (said.code, "packs-none" in said.err) == (10, True)


def test_run_and_release_are_one_command_for_cron(fresh: Path, tmp_path: Path, call: Call) -> None:
    folder = small_project(fresh, tmp_path / "bank", small_night(12))
    said = call("run", "--project", folder, "--workers", "1", "--release")
    # the sample's night is long past, and a real release is made now
    assert (said.code, "night-past" in said.err) == (11, True)


def test_a_release_that_dies_or_fails_anywhere_ends_as_an_undisturbed_one(
    fresh: Path, tmp_path: Path, call: Call
) -> None:
    template = small_project(fresh, tmp_path / "template", small_night(12))
    assert call("run", "--project", template, "--workers", "1").code == 0
    (undisturbed,) = drive(template, tmp_path / "undisturbed", "none", [], "release")
    assert undisturbed["code"] == 0
    assert undisturbed["state"]["rows"]["release"] and undisturbed["state"]["rows"]["issued"]
    steps = [tuple(step) for step in undisturbed["steps"]]
    for mode in ("kill", "ENOSPC"):
        for one in drive(template, tmp_path / mode, mode, sampled(steps, 3), "release"):
            where = (mode, one["at"], steps[one["at"] - 1], one["said"], one["said_again"])
            assert one["code"] in ((KILLED,) if mode == "kill" else (0, 12)), where
            assert one["again"] == 0, where
            assert one["state"] == undisturbed["state"], where
