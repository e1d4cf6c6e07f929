import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from collectctl.ledger.connect import connect
from collectctl.ledger.migrate import packaged_migrations
from collectctl.ledger.record import check_approval, record_approval, record_run
from collectctl.ledger.runs import (
    arrivals,
    brakes,
    find_run,
    last_number,
    previous_arrivals,
    published,
    runs,
)
from collectctl.ledger.values import Approval, Arrival, BrakeFinding, Run
from collectctl.problems import LedgerError

DAY = date(2026, 11, 18)
AT = "2026-11-19T01:00:00Z"


def night(number: int, *, braked: bool = False, overtaken: bool = False) -> Run:
    return Run(
        number=number,
        business_date=DAY + timedelta(number - 1),
        manifest_digest=f"{number:064}",
        braked=braked,
        sample=True,
        overtaken=overtaken,
        accounts=2000,
        program="0.1.0",
        recorded_at=AT,
    )


def arrival(export: str, number: int) -> Arrival:
    return Arrival(
        export=export,
        state="arrived",
        file=f"{export}.csv",
        digest=f"{number:064}",
        size=100,
        rows_in=10,
        rows_used=9,
        rows_rejected=1,
    )


BRAKE = BrakeFinding(
    code="accounts",
    name="change of accounts",
    today="1000",
    before="2000",
    limit="20%",
    message_zh_CN="账户数减少一半",
    message_en="half of the accounts are gone",
)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(connect(tmp_path / "ledger.sqlite")) as connection:
        yield connection


def codes(caught: pytest.ExceptionInfo[LedgerError]) -> list[str]:
    return [problem.code for problem in caught.value.problems]


def test_what_is_recorded_of_a_night_comes_back(ledger: sqlite3.Connection) -> None:
    came = (arrival("accounts", 1), arrival("parties", 2))
    record_run(ledger, night(1, braked=True), came, (BRAKE,), expected_last=0)
    assert runs(ledger) == (night(1, braked=True),)
    assert find_run(ledger, DAY) == night(1, braked=True)
    assert find_run(ledger, DAY + timedelta(1)) is None
    assert last_number(ledger) == 1
    assert arrivals(ledger, 1) == came
    assert brakes(ledger, 1) == (BRAKE,)
    assert published(ledger) == {DAY: f"{1:064}"}


def test_a_run_recorded_meanwhile_stops_the_night(ledger: sqlite3.Connection) -> None:
    record_run(ledger, night(1), (), (), expected_last=0)
    with pytest.raises(LedgerError) as caught:
        record_run(ledger, replace(night(2), number=1), (), (), expected_last=0)
    assert codes(caught) == ["ledger-moved"]
    assert not ledger.in_transaction
    assert last_number(ledger) == 1


def test_a_business_date_is_published_once(ledger: sqlite3.Connection) -> None:
    record_run(ledger, night(1), (), (), expected_last=0)
    with pytest.raises(LedgerError) as caught:
        record_run(ledger, replace(night(2), business_date=DAY), (), (), expected_last=1)
    assert codes(caught) == ["night-recorded"]


def test_a_night_that_cannot_be_recorded_whole_is_not_recorded(ledger: sqlite3.Connection) -> None:
    twice = (arrival("accounts", 1), arrival("accounts", 1))
    with pytest.raises(sqlite3.IntegrityError):
        record_run(ledger, night(1), twice, (), expected_last=0)
    assert runs(ledger) == ()
    assert not ledger.in_transaction


def test_runs_are_numbered_without_gaps(ledger: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="without gaps"):
        record_run(ledger, night(2), (), (), expected_last=0)


def test_the_previous_arrival_is_the_last_with_a_file_before_the_date(
    ledger: sqlite3.Connection,
) -> None:
    absent = replace(arrival("statements", 2), state="absent", file=None, digest=None, size=0)
    record_run(
        ledger,
        night(1),
        (arrival("accounts", 1), arrival("statements", 1)),
        (),
        expected_last=0,
    )
    record_run(ledger, night(2), (arrival("accounts", 2), absent), (), expected_last=1)
    assert previous_arrivals(ledger, DAY) == {}
    assert previous_arrivals(ledger, DAY + timedelta(1)) == {
        "accounts": arrival("accounts", 1),
        "statements": arrival("statements", 1),
    }
    assert previous_arrivals(ledger, DAY + timedelta(2)) == {
        "accounts": arrival("accounts", 2),
        "statements": arrival("statements", 1),
    }


def test_a_braked_night_is_approved_once_by_a_person_with_a_reason(
    ledger: sqlite3.Connection,
) -> None:
    record_run(ledger, night(1, braked=True), (), (BRAKE,), expected_last=0)
    assert check_approval(ledger, DAY, "Liu", "why") == night(1, braked=True)
    assert [run.state for run in runs(ledger)] == ["braked"]
    approved = record_approval(ledger, DAY, "Liu, head of collections", "month end", AT)
    assert approved.state == "approved"
    assert approved.approval == Approval(
        by="Liu, head of collections", reason="month end", recorded_at=AT
    )
    assert find_run(ledger, DAY) == approved
    with pytest.raises(LedgerError) as caught:
        record_approval(ledger, DAY, "Liu", "again", AT)
    assert codes(caught) == ["already-approved"]


@pytest.mark.parametrize(("by", "reason"), [("", "why"), ("Liu", " "), ("\n", "\t")])
def test_an_approval_without_name_or_reason_is_refused(
    by: str, reason: str, ledger: sqlite3.Connection
) -> None:
    record_run(ledger, night(1, braked=True), (), (BRAKE,), expected_last=0)
    with pytest.raises(LedgerError) as caught:
        record_approval(ledger, DAY, by, reason, AT)
    assert codes(caught) == ["approval-empty"]


def test_only_a_published_braked_night_that_may_leave_is_approved(
    ledger: sqlite3.Connection,
) -> None:
    record_run(ledger, night(1), (), (), expected_last=0)
    record_run(ledger, night(2, braked=True, overtaken=True), (), (BRAKE,), expected_last=1)
    assert [run.state for run in runs(ledger)] == ["published", "overtaken"]
    for offset, code in ((0, "not-braked"), (1, "night-overtaken"), (2, "no-such-night")):
        with pytest.raises(LedgerError) as caught:
            record_approval(ledger, DAY + timedelta(offset), "Liu", "why", AT)
        assert codes(caught) == [code]
    assert not ledger.in_transaction


KEY = {
    "run": "number",
    "arrival": "run, export",
    "brake": "run, position",
    "approval": "run",
    "migration": "number",
}
COLUMN = {
    "run": "accounts",
    "arrival": "size",
    "brake": "today",
    "approval": "reason",
    "migration": "name",
}
ATTEMPTS = (
    "UPDATE TABLE SET COLUMN = COLUMN",
    "UPDATE OR REPLACE TABLE SET COLUMN = COLUMN",
    "DELETE FROM TABLE",
    "INSERT OR REPLACE INTO TABLE VALUES (PLACES)",
    "REPLACE INTO TABLE VALUES (PLACES)",
    "INSERT INTO TABLE VALUES (PLACES) ON CONFLICT (KEY) DO UPDATE SET COLUMN = COLUMN",
)


@pytest.mark.parametrize("raw", [False, True])
@pytest.mark.parametrize("table", ["run", "arrival", "brake", "approval", "migration"])
def test_history_cannot_be_rewritten_in_any_way(table: str, raw: bool, tmp_path: Path) -> None:  # noqa: FBT001  # a parameter of the test
    path = tmp_path / "ledger.sqlite"
    with closing(connect(path)) as ledger:
        record_run(
            ledger, night(1, braked=True), (arrival("accounts", 1),), (BRAKE,), expected_last=0
        )
        record_approval(ledger, DAY, "Liu", "why", AT)
    # Raw: as another tool would open it, without a single setting of ours.
    with closing(sqlite3.connect(path) if raw else connect(path)) as ledger:
        before = ledger.execute("SELECT * FROM TABLE".replace("TABLE", table)).fetchall()
        assert len(before) == (len(packaged_migrations()) if table == "migration" else 1)
        for attempt in ATTEMPTS:
            statement = (
                attempt.replace("TABLE", table)
                .replace("COLUMN", COLUMN[table])
                .replace("KEY", KEY[table])
                .replace("PLACES", ", ".join("?" * len(before[0])))
            )
            with pytest.raises(sqlite3.IntegrityError, match=r"history|numbered"):
                ledger.execute(statement, before[0] if "VALUES" in attempt else ())
        after = ledger.execute("SELECT * FROM TABLE".replace("TABLE", table)).fetchall()
        assert after == before
