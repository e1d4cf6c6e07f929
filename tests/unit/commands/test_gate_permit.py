"""A third person asked once: what has to stand on record, what ends it, and what the card says."""

import shutil
import sqlite3
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from conftest import Call, Said

from collectctl.compliance.gate.bar_parties import FINAL
from collectctl.ledger.conduct import excesses
from collectctl.ledger.connect import connect
from collectctl.ledger.permissions import State, permissions

CONTACTS = "流水号,时间,渠道,结果,方向,关系人,号码,账号,经办,文书,更正\n"
WISHES = "流水号,意愿,时间,截止,关系人,号码,渠道,时段,账号,更正\n"
ACCOUNT = "6060006200001111544"
OTHER_ACCOUNT = "6060006200000744037"
"""Of the same debtor, with the same contact; it is sold."""
DEBTOR, NUMBER = "P000002", "10053900898"
THIRD, THIRD_NUMBER = "P000001", "10030765263"
DEAD = ("6060001200479152683", "P001616")
"""The account of somebody deceased, and its contact."""
MORNING = "2026-11-21 10:00"
MISSED = tuple((f"2026-11-{day} 10:00", "unanswered") for day in (18, 19, 20))


@pytest.fixture
def bank(worked: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "bank"
    shutil.copytree(worked, folder)
    return folder


def take(call: Call, bank: Path, group: str, *rows: str) -> None:
    heading, feed = {"contacts": (CONTACTS, "agency"), "consents": (WISHES, "consents")}[group]
    file = bank / f"{group}.csv"
    file.write_text(heading + "".join(f"{row}\n" for row in rows), "utf-8")
    said = call(group, "import", file, "--project", bank, "--feed", feed, "--by", "S1")
    assert (said.code, "set apart\t0" in said.out) == (0, True), said.err


def called(
    call: Call, bank: Path, tries: Sequence[tuple[str, str]], party: str = DEBTOR,
    number: str = NUMBER,
) -> None:  # fmt: skip
    take(call, bank, "contacts", *(
        f"K{party}{at}{outcome},{at},call,{outcome},out,{party},{number},{ACCOUNT},d,,"
        for at, outcome in tries
    ))  # fmt: skip


def permit(call: Call, bank: Path, *more: str, account: str = ACCOUNT) -> Said:
    options = {
        "--party": THIRD, "--why": "failed_attempts", "--evidence": "call log", "--by": "S2002",
        "--approved-by": "S1003", "--at": MORNING, "--to": str(bank / "card"),
        **dict(zip(more[::2], more[1::2], strict=True)),
    }  # fmt: skip
    words = [word for pair in options.items() for word in pair]
    return call("gate", "permit", account, "--project", bank, *words)


def states(bank: Path, moment: int) -> list[State]:
    ledger = connect(bank / "ledger" / "ledger.sqlite")
    try:
        return [p.state for p in permissions(ledger, moment, FINAL)]
    finally:
        ledger.close()


TEN, EIGHT_PM = 1_795_226_400, 1_795_262_400


def test_three_failed_attempts_in_a_row_let_one_person_be_asked_once(
    bank: Path, call: Call
) -> None:
    called(call, bank, MISSED[:2])
    assert "at most 2" in permit(call, bank).err
    called(call, bank, MISSED)
    said = permit(call, bank)
    assert (said.code, said.out) == (0, "1\n"), said.err
    assert "until 2026-11-21 20:00:00" in said.err
    assert states(bank, TEN) == ["open"]
    assert states(bank, EIGHT_PM) == ["lapsed"]
    again = permit(call, bank, "--to", str(bank / "again"), "--at", "2026-11-21 11:00")
    assert "[permit-open]" in again.err
    assert not (bank / "again").exists()
    called(call, bank, [("2026-11-21 10:30", "unanswered")], THIRD, THIRD_NUMBER)
    assert states(bank, EIGHT_PM) == ["used"]
    rows = call("gate", "permissions", "--project", bank).out.splitlines()
    assert [row.split("\t")[-1] for row in rows] == ["state", "used"]


def test_the_card_has_neutral_words_and_nothing_of_the_debt(bank: Path, call: Call) -> None:
    called(call, bank, MISSED)
    assert permit(call, bank).code == 0
    text = (bank / "card" / "permission-1.html").read_text("utf-8")
    shown = (THIRD_NUMBER, "上官雅婷", "李海霞", "2026-11-21 20:00:00")
    for needed in (*shown, 'lang="zh-CN"', 'lang="en"'):
        assert needed in text
    for never in (
        ACCOUNT, NUMBER, THIRD, DEBTOR, "欠", "债", "逾期", "催", "还款", "信用卡",
        "account number", "debt", "overdue", "owe", "collect", "card-", "failed", "call log", "CNY",
    ):  # fmt: skip
        assert never not in text.split("</style>")[1], never


@pytest.mark.parametrize(
    "wish",
    [f"refusal,{THIRD},,call", f"opt_out,{THIRD},{THIRD_NUMBER},call", f"stop_medium,{THIRD},,call",
     f"cease,{THIRD},,"],
)  # fmt: skip
def test_a_refusal_ends_it_for_good(bank: Path, call: Call, wish: str) -> None:
    called(call, bank, MISSED)
    assert permit(call, bank).code == 0
    kind, _, rest = wish.partition(",")
    take(call, bank, "consents", f"W1,{kind},2026-11-21 10:30,,{rest},,,")
    assert states(bank, EIGHT_PM) == ["refused"]
    said = permit(call, bank, "--to", str(bank / "again"), "--at", "2026-11-21 15:00")
    assert (said.code, "[permit-limits]" in said.err) == (11, True)
    assert "cn.third_person" in said.err
    assert "for good" in said.err
    take(call, bank, "consents", f"W2,consent,2026-11-21 11:00,,{THIRD},,call,,,")
    assert "cn.third_person" in permit(
        call, bank, "--to", str(bank / "again"), "--at", "2026-11-21 15:00"
    ).err  # fmt: skip


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (("--party", DEBTOR), "permit-party"),
        (("--party", "P999999"), "permit-party"),
        (("--channel", "visit"), "permit-unreachable"),
        (("--why", "number_invalid"), "permit-lost"),
        (("--why", "incapacity"), "permit-status"),
        (("--by", "S1003"), "permit-self"),
        (("--approved-by", "S1002"), "not-authorised"),
        (("--approved-by", "S9999"), "not-authorised"),
        (("--at", "2026-11-21 20:00"), "permit-limits"),
        (("--at", "2026-11-22 10:00"), "night-past"),
    ],
)
def test_what_is_missing_is_named_and_leaves_nothing(
    bank: Path, call: Call, more: tuple[str, str], code: str
) -> None:
    called(call, bank, MISSED)
    said = permit(call, bank, *more)
    assert (said.code in (11, 12), f"[{code}]" in said.err) == (True, True), said.err
    assert not any(secret in said.err for secret in (NUMBER, THIRD_NUMBER, "上官雅婷", "李海霞"))
    assert states(bank, TEN) == []
    assert not (bank / "card").exists()


@pytest.mark.parametrize(
    ("later", "lost"),
    [
        (("2026-11-20 12:00,call,conversation,out", NUMBER), False),
        (("2026-11-20 12:00,call,voicemail,out", NUMBER), False),
        (("2026-11-20 12:00,call,unanswered,in", NUMBER), False),
        (("2026-11-20 12:00,visit,met,out", ""), False),
        (("2026-11-20 12:00,call,busy,out", "10050000001"), False),
        (("2026-11-20 12:00,call,not_in_service,out", NUMBER), True),
        (("2026-11-20 12:00,call,not_in_service,out", "10050000001"), True),
        (("2026-11-20 12:00,visit,not_met,out", ""), True),
    ],
)
def test_contact_is_lost_only_where_every_number_failed_since_the_debtor_last_spoke(
    bank: Path, call: Call, later: tuple[str, str], *, lost: bool
) -> None:
    called(call, bank, MISSED)
    take(call, bank, "contacts", f"L1,{later[0]},{DEBTOR},{later[1]},{ACCOUNT},d,,")
    said = permit(call, bank)
    assert (said.code == 0, "[permit-lost]" in said.err) == (lost, not lost), said.err


def test_a_dead_number_is_lost_contact(bank: Path, call: Call) -> None:
    called(call, bank, [("2026-11-20 10:00", "not_in_service")])
    assert permit(call, bank, "--why", "number_invalid").code == 0


def test_of_somebody_deceased_who_looks_after_their_affairs_is_asked_for(
    bank: Path, call: Call
) -> None:
    more = ("--why", "deceased", "--party", DEAD[1])
    assert "[permit-status]" in permit(call, bank, "--party", DEAD[1], account=DEAD[0]).err
    assert permit(call, bank, *more, account=DEAD[0]).code == 0
    text = (bank / "card" / "permission-1.html").read_text("utf-8")
    assert "looks after the affairs of" in text
    assert "deceased" not in text


def test_a_status_a_hold_of_the_debtor_and_a_debtor_who_wants_silence_stop_it(
    bank: Path, call: Call
) -> None:
    called(call, bank, MISSED)
    sold = permit(call, bank, account=OTHER_ACCOUNT)
    assert "status 'sold'" in sold.err
    held = call(
        "holds", "set", "--party", DEBTOR, "--from", "2026-11-01", "--reason", "r", "--evidence",
        "e", "--by", "S1", "--lifted-by", "compliance", "--review", "2026-12-01", "--project", bank,
    )  # fmt: skip
    assert held.code == 0
    assert "cn.holds" in permit(call, bank).err
    take(call, bank, "consents", f"W1,cease,2026-11-20 10:30,,{DEBTOR},,,,,")
    assert "[permit-lost]" in permit(call, bank).err


def test_a_dry_run_records_and_writes_nothing(bank: Path, call: Call) -> None:
    called(call, bank, MISSED)
    said = call(
        "gate", "permit", ACCOUNT, "--party", THIRD, "--why", "failed_attempts", "--evidence", "e",
        "--by", "S2002", "--approved-by", "S1003", "--at", MORNING, "--to", bank / "card",
        "--project", bank, "--dry-run",
    )  # fmt: skip
    assert (said.code, said.out) == (0, "")
    assert states(bank, TEN) == []
    assert not (bank / "card").exists()


def test_a_card_that_cannot_be_written_leaves_no_permission(bank: Path, call: Call) -> None:
    called(call, bank, MISSED)
    (bank / "file").write_text("", "utf-8")
    assert permit(call, bank, "--to", str(bank / "file" / "card")).code != 0
    assert states(bank, TEN) == []


def test_a_permission_is_only_added_to_and_one_at_a_time(bank: Path, call: Call) -> None:
    called(call, bank, MISSED)
    assert permit(call, bank).code == 0
    ledger = sqlite3.connect(bank / "ledger" / "ledger.sqlite")
    row = ledger.execute("SELECT * FROM permission").fetchone()
    marks = ", ".join("?" * len(row))
    for statement, values in (
        ("DELETE FROM permission", ()),
        ("UPDATE permission SET why = 'deceased'", ()),
        (f"INSERT OR REPLACE INTO permission VALUES ({marks})", row),  # noqa: S608 - marks
        (f"INSERT INTO permission VALUES ({marks})", (2, *row[1:])),  # noqa: S608 - marks
    ):
        with pytest.raises(sqlite3.IntegrityError, match=r"only added to|one permission at a time"):
            ledger.execute(statement, values)
    ledger.close()


def test_a_permitted_call_is_no_call_beyond_the_shares(bank: Path, call: Call) -> None:
    called(call, bank, MISSED)
    done = call("release", "--project", bank, "--quiet", "--at", "2026-11-21 09:30")
    assert done.code == 0, done.err
    assert permit(call, bank).code == 0
    called(call, bank, [("2026-11-21 10:30", "conversation")], THIRD, THIRD_NUMBER)
    ledger = connect(bank / "ledger" / "ledger.sqlite")
    day, start = date(2026, 11, 21), TEN - 10 * 3600
    assert excesses(ledger, day, start, start + 86_400) == []
    ledger.close()
    called(call, bank, [("2026-11-21 11:30", "conversation")], THIRD, THIRD_NUMBER)
    ledger = connect(bank / "ledger" / "ledger.sqlite")
    found = excesses(ledger, day, start, start + 86_400)
    ledger.close()
    assert [(e.allowed, e.made) for e in found] == [(1, 2)]
