"""A document that announces a step rests on the bank's decision, at night and at the release."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random

import pyarrow.parquet as pq
import pytest
from conftest import Call
from proposals import edit, put_in_force
from small_nights import SAMPLES, Row, SmallNight, keep, read_night, small_project, sound_ids

DAY, MORNING = "2026-11-20", "2026-11-21 09:00"
LIMIT = "cn.final_decision"
FINAL = "final-warning"


def old_debts() -> SmallNight:
    """The customers with accounts more than 90 days late of which no status says anything."""
    night = read_night(SAMPLES / "inbox", DAY)
    sound = set(sound_ids(night, SAMPLES / "faults.tsv", len(night.accounts)))
    marked = {row["账号"] for row in night.rows["statuses"]}
    named = {row["客户号"] for row in night.accounts if row["账号"] in marked}
    late = {row["客户号"] for row in night.accounts
            if row["账号"] in sound and int(row["逾期天数"] or 0) > 90} - named  # fmt: skip
    some = sorted(late)[::3]
    return keep(night, (r["账号"] for r in night.accounts
                        if r["客户号"] in some and r["账号"] in sound))  # fmt: skip


def decision(account: str, on: str = "2026-11-10", **more: str) -> Row:
    row = dict.fromkeys(
        ("账号", "措施", "决定日", "决定人", "决定文号", "最早实施日", "可提及刑责", "受托机构",
         "受托机构电话"), "",
    )  # fmt: skip
    number = f"清法〔2026〕{account[-6:]}号"
    return row | {
        "账号": account, "措施": "诉讼", "决定日": on, "决定人": "法务部", "决定文号": number,
        **more,
    }  # fmt: skip


def bank_of(fresh: Path, tmp_path: Path, night: SmallNight, decisions: Iterable[Row]) -> Path:
    """A project that writes the final warning at once, not after months of a ladder."""
    night.rows["decisions"] = list(decisions)
    folder = small_project(fresh, tmp_path / "bank", night)
    rules = folder / "config" / "rules" / "overdue.yaml"
    text = rules.read_text("utf-8")
    for name in ("final", "pre-legal"):
        text = re.sub(rf"^  {name}:.*\n(?:    .*\n)+", "", text, count=1, flags=re.MULTILINE)
    rules.write_text(text, "utf-8")
    put_in_force(folder)
    return folder


def worked(call: Call, bank: Path) -> str:
    said = call("run", "--project", bank, "--workers", "1")
    assert said.code == 0, said.err
    return said.err


def asked(bank: Path, kind: str = "document") -> list[dict[str, object]]:
    """What the gate said of everything of a kind."""
    rows = pq.read_table(bank / "archive" / DAY / "gate.parquet").to_pylist()
    return [row for row in rows if row["kind"] == kind]


def finals(bank: Path) -> list[dict[str, object]]:
    return [row for row in asked(bank) if row["document"] == FINAL]


def accounts(row: dict[str, object]) -> set[str]:
    return set(str(row["accounts"]).split())


def test_a_final_warning_goes_out_on_a_decision_for_each_account_and_in_no_form_without(
    fresh: Path, tmp_path: Path, call: Call
) -> None:
    night, chance = old_debts(), Random(20261120)  # noqa: S311 - a story, no secret
    ids = [row["账号"] for row in night.accounts]
    drawn = {account: chance.randrange(5) for account in ids}
    register = [
        *(decision(a) for a, n in drawn.items() if n <= 1),
        *(decision(a, DAY) for a, n in drawn.items() if n == 2),
        *(decision(a, "2026-11-21") for a, n in drawn.items() if n == 3),
        *(decision(a, 措施="征信报送") for a, n in drawn.items() if n == 4),
    ]
    decided = {a for a, n in drawn.items() if n <= 2}
    broken = sorted(decided)[:4]
    decided -= set(broken)
    # two rows that differ, one that cannot be read, and one about an account that is nobody's
    register += [decision(a, "2026-11-12") for a in broken[:2]]
    register = [
        r | {"决定日": "十一月十日"} if r["账号"] in broken[2:] else r for r in register
    ] + [decision("6060009999999999991")]
    bank = bank_of(fresh, tmp_path, night, register)
    worked(call, bank)
    found = finals(bank)
    assert {row["form"] for row in found} == {"letter", "sms", "script"}
    for row in found:
        mine = accounts(row)
        assert (LIMIT in str(row["limits"]).split(",")) == (not mine <= decided), row
        assert row["state"] == ("allowed" if mine <= decided else "blocked"), row
    both = [row for row in found if len(accounts(row)) > 1]
    assert {row["state"] for row in both} == {"allowed", "blocked"}
    assert [row for row in both if accounts(row) & decided and not accounts(row) <= decided]
    written = pq.read_table(bank / "archive" / DAY / "contacts.parquet").to_pylist()
    assert sum(row["document"] == FINAL for row in written) == sum(
        row["state"] == "allowed" for row in found
    )
    # whoever calls without the document is not hindered
    assert {row["state"] for row in asked(bank, "task") if row["form"] == "call"} == {"allowed"}
    rejected = pq.read_table(bank / "archive" / DAY / "quarantine.parquet").to_pylist()
    assert sorted(r["code"] for r in rejected if r["export"] == "decisions") == sorted(
        ["contradicting-rows"] * 4 + ["not-a-date"] * 2 + ["decision-of-nobody"]
    )
    kept = pq.read_table(bank / "archive" / DAY / "facts" / "decisions.parquet").to_pylist()
    assert {r["account_id"] for r in kept if r["step"] == "legal"} == decided


def test_where_the_limit_only_warns_a_final_warning_without_a_decision_cannot_be_written(
    fresh: Path, tmp_path: Path, call: Call
) -> None:
    night = old_debts()
    decided = {row["账号"] for row in night.accounts[::2]}
    bank = bank_of(fresh, tmp_path, night, map(decision, sorted(decided)))
    pack = "packs/cn.yaml"
    text = (bank / "config" / pack).read_text("utf-8")
    (limit,) = re.findall(r"  final_decision:\n(?:    .*\n)+", text)
    edit(bank, pack, limit, limit.replace("mode: block", "mode: warn"))
    put_in_force(bank)
    worked(call, bank)
    assert {row["state"] for row in finals(bank)} == {"allowed"}
    undecided = [row for row in finals(bank) if not accounts(row) <= decided]
    contacts = pq.read_table(bank / "archive" / DAY / "contacts.parquet").to_pylist()
    failed = [r for r in contacts if r["document"] == FINAL and r["state"] == "failed"]
    assert len(failed) == len(undecided) > 0
    assert {row["reason"] for row in failed} == {"field-missing"}
    said = call("release", "--project", bank, "--at", MORNING, "--by", "S2001")
    assert said.code == 0, said.err
    issued = pq.read_table(bank / "archive" / f"{DAY}.release-1" / "issued.parquet").to_pylist()
    out = [row for row in issued if row["document"] == FINAL]
    assert out and all(accounts(row) <= decided for row in out)


def explained(call: Call, bank: Path, account: str, *more: str) -> Sequence[str]:
    said = call(
        "gate", "explain", account, "--project", bank, "--at", MORNING, "--lang", "en",
        "--channel", "letter", *more,
    )  # fmt: skip
    assert said.code == 0, said.err
    people = said.out.splitlines()[1:]
    return [line for line in people if "\tprincipal\t" in line]


def test_the_gate_explains_what_is_missing(fresh: Path, tmp_path: Path, call: Call) -> None:
    night = old_debts()
    one, other = night.accounts[0]["账号"], night.accounts[-1]["账号"]
    bank = bank_of(fresh, tmp_path, night, [decision(one)])
    worked(call, bank)
    with_it = "\n".join(explained(call, bank, one, "--document", FINAL))
    assert LIMIT not in with_it and "\tallow\t" in with_it
    without = "\n".join(explained(call, bank, other, "--document", FINAL))
    assert "\tblock\t" in without and LIMIT in without
    assert "Final demand only on a recorded decision" in without
    assert "record the decision in the decisions export" in without
    assert LIMIT not in "\n".join(explained(call, bank, other))


@pytest.mark.parametrize("how", ["absent", "undeclared"])
def test_where_nothing_is_known_of_decisions_no_final_warning_goes_out(
    fresh: Path, tmp_path: Path, call: Call, how: str
) -> None:
    night = old_debts()
    bank = bank_of(fresh, tmp_path, night, [decision(r["账号"]) for r in night.accounts])
    if how == "absent":
        night.path(bank, "decisions").unlink()
    else:
        text = (bank / "config" / "project.yaml").read_text("utf-8")
        (line,) = re.findall(r"  decisions: .*\n", text)
        edit(bank, "project.yaml", line, "")
        put_in_force(bank)
    told = worked(call, bank)
    assert ("absent" in told) == (how == "absent")
    found = finals(bank)
    assert found and {(row["state"], row["code"]) for row in found} == {("blocked", LIMIT)}
