"""The gate asked from the command line, by contacts, wishes and holds that were brought to it."""

import csv
import shutil
import sqlite3
from pathlib import Path

import pytest
from conftest import Call

CONTACTS = "流水号,时间,渠道,结果,方向,关系人,号码,账号,经办,文书,更正\n"
WISHES = "流水号,意愿,时间,截止,关系人,号码,渠道,时段,账号,更正\n"
ACCOUNT = "6060006200001111544"
PERSON = "P000002"
DECEASED = "6060001200100275915"
REPRESENTED = "6060005200395901657"
OTHERS = ("dialler", "sms_gateway", "mail_gateway", "mail_room", "returned_mail")


@pytest.fixture
def bank(worked: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "bank"
    shutil.copytree(worked, folder)
    return folder


def take(call: Call, bank: Path, group: str, text: str, *more: str) -> dict[str, int]:
    file = bank / f"{group}.csv"
    file.write_text(text, "utf-8")
    feed = {"contacts": "agency", "consents": "consents"}[group]
    said = call(group, "import", file, "--project", bank, "--feed", feed, "--by", "S1", *more)
    assert said.code == 0, said.err
    return {k: int(v) for k, v in (line.split("\t") for line in said.out.splitlines()[1:])}


def opened(call: Call, bank: Path, *feeds: str) -> None:
    """States that these feeds of contacts are known up to the second day after the nights."""
    for feed in feeds:
        said = call(
            "contacts", "open", "--project", bank, "--feed", feed, "--by", "S1", "--reason", "r",
            "--known-to", "2026-11-22 00:00",
        )  # fmt: skip
        assert said.code == 0, said.err


def explained(call: Call, bank: Path, at: str, *more: str) -> list[list[str]]:
    said = call(
        "gate", "explain", ACCOUNT, "--project", bank, "--at", at, "--party", PERSON,
        "--channel", "call", "--lang", "en", *more,
    )  # fmt: skip
    assert said.code == 0, said.err
    return [line.split("\t")[3:7] for line in said.out.splitlines()[1:]]


def calls(*times: str, outcome: str = "conversation") -> str:
    rows = [
        f"K{outcome}{n},{t},call,{outcome},out,{PERSON},,{ACCOUNT},d,,\n"
        for n, t in enumerate(times)
    ]
    return CONTACTS + "".join(rows)


def test_a_call_by_day_is_allowed_with_its_duties_and_by_night_put_off(
    bank: Path, call: Call
) -> None:
    duties = ["cn.duties_call", "cn.duties_identify", "cn.duties_verify"]
    assert explained(call, bank, "2026-11-20 10:00") == [
        ["allow", "2026-11-20 10:00:00", "2026-11-20 20:00:00", duty] for duty in duties
    ]
    night = explained(call, bank, "2026-11-20 23:15")
    assert [row[0] for row in night] == ["defer"] * 5
    assert {row[1] for row in night} == {"2026-11-21 09:00:00"}
    assert [row[3] for row in night] == ["cn.quiet_hours", "house.hours", *duties]


def test_the_last_call_allowed_and_the_first_refused(bank: Path, call: Call) -> None:
    assert take(call, bank, "contacts", calls("2026-11-20 09:00"))["new"] == 1
    assert explained(call, bank, "2026-11-20 15:00")[0][0] == "allow"
    two = calls("2026-11-20 09:00", "2026-11-20 10:00")
    assert take(call, bank, "contacts", two) == {"rows": 2, "new": 1, "known": 1, "set apart": 0}
    found = explained(call, bank, "2026-11-20 15:00")
    assert found[0] == [
        "defer",
        "2026-11-21 09:00:00",
        "2026-11-21 20:00:00",
        "house.connected_calls",
    ]


def test_the_same_file_twice_adds_nothing_and_a_correction_takes_a_call_away(
    bank: Path, call: Call
) -> None:
    two = calls("2026-11-20 09:00", "2026-11-20 10:00")
    take(call, bank, "contacts", two)
    assert take(call, bank, "contacts", two) == {"rows": 2, "new": 0, "known": 2, "set apart": 0}
    void = CONTACTS + f"V1,2026-11-20 09:00,call,void,out,{PERSON},,{ACCOUNT},d,,Kconversation0\n"
    assert take(call, bank, "contacts", void)["new"] == 1
    assert explained(call, bank, "2026-11-20 15:00")[0][0] == "allow"


def test_a_wish_counts_from_receipt_and_a_broken_row_loses_nothing_else(
    bank: Path, call: Call
) -> None:
    text = WISHES + (
        f"W1,stop_medium,2026-11-20 12:00,,{PERSON},,call,,,\n"
        f"W2,inconvenient,2026-11-20 12:00,,{PERSON},,,whenever,,\n"
    )
    assert take(call, bank, "consents", text) == {"rows": 2, "new": 1, "known": 0, "set apart": 1}
    assert explained(call, bank, "2026-11-20 11:59")[0][0] == "allow"
    assert explained(call, bank, "2026-11-20 12:00")[0][:1] == ["block"]


@pytest.mark.parametrize("spelled", ["{n}", "+86{n}", "0086-{n}", "{n} ", "\uff0b86 {n}"])
def test_an_opt_out_is_of_the_number_however_it_is_spelled(
    bank: Path, call: Call, spelled: str
) -> None:
    parties = next((bank / "archive").glob("*-18/inputs/*-18/parties_*.csv"))
    rows = csv.DictReader(parties.read_text("utf-8-sig").splitlines())
    (number,) = {row["手机"] for row in rows if PERSON in row.values()}
    written = spelled.format(n=number)
    wish = f"W1,opt_out,2026-11-20 09:00,,{PERSON},{written},call,,,\n"
    assert take(call, bank, "consents", WISHES + wish)["new"] == 1
    assert explained(call, bank, "2026-11-20 10:00")[0][:1] == ["block"]


@pytest.mark.parametrize(
    "wish",
    [
        "W1,cease,0001-01-01 00:00,,{p},,,,,\n",
        "W1,cease,2026-11-20 09:00,9999-12-31 23:59,{p},,,,,\n",
    ],
)
def test_a_day_that_no_clock_elsewhere_can_show_sets_its_row_apart(
    bank: Path, call: Call, wish: str
) -> None:
    good = f"W2,stop_medium,2026-11-20 12:00,,{PERSON},,call,,,\n"
    found = take(call, bank, "consents", WISHES + wish.format(p=PERSON) + good)
    assert (found["new"], found["set apart"]) == (1, 1)


def test_a_feed_that_is_not_known_up_to_the_day_blocks_and_is_named(bank: Path, call: Call) -> None:
    rows = explained(call, bank, "2026-11-22 10:00")
    assert [row[0] for row in rows] == ["block", "block"]
    assert [row[3] for row in rows] == ["feed contacts", "feed wishes"]
    take(call, bank, "contacts", CONTACTS, "--complete-to", "2026-11-22 00:00")
    take(call, bank, "consents", WISHES, "--complete-to", "2026-11-22 00:00")
    assert explained(call, bank, "2026-11-22 10:00")[0][3] == "feed contacts"
    opened(call, bank, *OTHERS)
    assert explained(call, bank, "2026-11-22 10:00")[0][0] == "allow"


def test_a_file_with_rows_set_apart_does_not_say_how_far_its_feed_is_known(
    bank: Path, call: Call
) -> None:
    take(call, bank, "consents", WISHES, "--complete-to", "2026-11-22 00:00")
    opened(call, bank, *OTHERS)
    broken = calls("2026-11-20 09:00") + f"X,2026-11-20 09:00,call,met,out,{PERSON},,,d,,\n"
    found = take(call, bank, "contacts", broken, "--complete-to", "2026-11-22 00:00")
    assert (found["new"], found["set apart"]) == (1, 1)
    assert [row[3] for row in explained(call, bank, "2026-11-22 10:00")] == ["feed contacts"]


@pytest.mark.parametrize("channel", ["call", "letter", "sms"])
def test_a_status_that_forbids_a_contact_is_the_answer_and_is_named(
    bank: Path, call: Call, channel: str
) -> None:
    said = call(
        "gate", "explain", DECEASED, "--project", bank, "--at", "2026-11-21 10:00",
        "--channel", channel, "--lang", "en",
    )  # fmt: skip
    rows = [line.split("\t") for line in said.out.splitlines()[1:]]
    assert rows and {row[3] for row in rows} == {"block"}
    assert rows[0][6:] == [
        "status deceased",
        "the cardholder has died: no letter, no call; a specialist speaks with the heirs",
    ]


def test_whoever_is_represented_is_not_contacted(bank: Path, call: Call) -> None:
    said = call(
        "gate", "explain", REPRESENTED, "--project", bank, "--at", "2026-11-21 10:00",
        "--channel", "call", "--lang", "en",
    )  # fmt: skip
    rows = [line.split("\t") for line in said.out.splitlines()[1:]]
    assert [row[3:7] for row in rows if row[1] == "principal"] == [
        ["block", "-", "-", "represented"]
    ]
    assert "represented" not in {row[6] for row in rows if row[1] == "representative"}


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        (("--account", "6060006200000744038"), "would protect nobody"),
        (("--account", ACCOUNT, "--to", "9999-12-31"), "without --to it has no end"),
    ],
)
def test_a_hold_that_would_hold_nothing_is_refused(
    bank: Path, call: Call, typed: tuple[str, ...], why: str
) -> None:
    said = call(
        "holds", "set", "--project", bank, *typed, "--from", "2026-11-10", "--reason", "dispute",
        "--evidence", "letter 7", "--by", "S1", "--lifted-by", "compliance",
        "--review", "2026-12-01",
    )  # fmt: skip
    assert said.code == 2
    assert why in " ".join(said.err.replace("│", " ").split())


def test_a_hold_stops_its_days_until_it_is_lifted(bank: Path, call: Call) -> None:
    made = call(
        "holds", "set", "--project", bank, "--account", ACCOUNT, "--from", "2026-11-10",
        "--reason", "dispute", "--evidence", "letter 7", "--by", "S1", "--lifted-by", "compliance",
        "--review", "2026-12-01",
    )  # fmt: skip
    assert (made.code, made.out) == (0, "1\n")
    assert explained(call, bank, "2026-11-20 10:00")[0][3] == "cn.holds"
    lifted = call(
        "holds", "lift", "1", "--project", bank, "--from", "2026-11-20", "--by", "S1002",
        "--reason", "settled",
    )  # fmt: skip
    assert lifted.code == 0, lifted.err
    assert explained(call, bank, "2026-11-20 10:00")[0][0] == "allow"
    assert explained(call, bank, "2026-11-19 10:00")[0][3] == "cn.holds"
    assert "dispute" in call("holds", "list", "--project", bank).out


@pytest.mark.parametrize(
    "options",
    [
        ("--from", "2026-11-20", "--to", "2026-11-19", "--account", ACCOUNT),
        ("--from", "2026-11-20"),
        ("--from", "2026-11-20", "--account", ACCOUNT, "--stops", "smoke"),
    ],
)
def test_what_makes_no_hold_is_refused(bank: Path, call: Call, options: tuple[str, ...]) -> None:
    said = call(
        "holds", "set", "--project", bank, *options, "--reason", "r", "--evidence", "e", "--by",
        "S1", "--lifted-by", "compliance", "--review", "2026-12-01",
    )  # fmt: skip
    assert said.code == 2


def test_a_notice_that_law_demands_passes_a_hold_and_names_it(bank: Path, call: Call) -> None:
    said = call(
        "holds", "set", "--project", bank, "--account", ACCOUNT, "--from", "2026-11-10",
        "--stops", "all", "--reason", "dispute", "--evidence", "letter 7", "--by", "S2002",
        "--lifted-by", "compliance", "--review", "2026-11-24",
    )  # fmt: skip
    assert said.code == 0, said.err
    asked = ("gate", "explain", ACCOUNT, "--project", bank, "--at", "2026-11-20 10:00", "--lang",
             "en", "--channel", "letter", "--party", PERSON)  # fmt: skip
    found = {}
    for document in ("bureau-notice", "final-warning"):
        found[document] = call(*asked, "--document", document).out.splitlines()[1].split("\t")
    # nobody decided on a report; the hold says nothing against its notice
    assert (found["bureau-notice"][3], found["bureau-notice"][6]) == (
        "block", "cn.bureau_decision",
    )  # fmt: skip
    assert (found["final-warning"][3], found["final-warning"][6]) == ("block", "cn.holds")
    stepped = call(*asked, "--document", "bureau-notice", "--step", "bureau").out
    assert "cn.bureau_notice_lead" in stepped
    assert call(*asked, "--document", "no-such").code == 2


def test_regulation_fs_own_example_through_the_command_line(bank: Path, call: Call) -> None:
    project = bank / "config" / "project.yaml"
    text = project.read_text("utf-8").replace(
        "packs/cn.yaml, packs/house.yaml", "packs/us-reg-f.yaml"
    )
    project.write_text(text, "utf-8")
    # a conversation is day one of seven: the first free day is the eighth
    take(call, bank, "contacts", calls("2026-11-13 12:00"))
    assert explained(call, bank, "2026-11-19 12:00")[0][:2] == ["defer", "2026-11-20 08:00:01"]
    assert explained(call, bank, "2026-11-20 12:00")[0][0] == "allow"
    # Eastern number, Pacific home: from 11:00 to 21:00 Eastern
    zones = ("--zone", "America/New_York", "--zone", "America/Los_Angeles")
    assert explained(call, bank, "2026-11-20 10:59", *zones)[0][1] == "2026-11-20 11:00:01"
    gone = call("gate", "explain", ACCOUNT, "--project", bank, "--at", "2026-03-08 02:30", *zones)
    assert gone.code == 2


def test_what_the_ledger_keeps_is_only_added_to(bank: Path, call: Call) -> None:
    take(call, bank, "contacts", calls("2026-11-20 09:00"))
    ledger = sqlite3.connect(bank / "ledger" / "ledger.sqlite")
    for table in ("contact", "contact_debt", "person", "debt", "intake"):
        column = ledger.execute(f"SELECT * FROM {table}").description[0][0]  # noqa: S608 - of ours
        row = ledger.execute(f"SELECT * FROM {table}").fetchone()  # noqa: S608 - of ours
        marks = ", ".join("?" * len(row))
        for statement, values in (
            (f"DELETE FROM {table}", ()),  # noqa: S608 - of ours
            (f"UPDATE {table} SET {column} = {column}", ()),  # noqa: S608 - of ours
            (f"INSERT OR REPLACE INTO {table} VALUES ({marks})", row),  # noqa: S608 - of ours
        ):
            with pytest.raises(sqlite3.IntegrityError, match="history is only added to"):
                ledger.execute(statement, values)
    ledger.close()
