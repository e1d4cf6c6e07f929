"""Published nights read back by number, date and export.

Knows that a run's row decides that its night is published. Refuses to know what a night contains.
"""

import sqlite3
from collections.abc import Mapping
from datetime import date
from typing import Any

from collectctl.ledger.faults import ledger_faults
from collectctl.ledger.values import Approval, Arrival, BrakeFinding, Run

_FILE = "ledger"
_SELECT_RUN = (
    "SELECT number, business_date, manifest_digest, braked, sample, overtaken, accounts, program,"
    " run.recorded_at, approved_by, reason, approval.recorded_at"
    " FROM run LEFT JOIN approval ON approval.run = run.number"
)
_SELECT_ARRIVAL = (
    "SELECT a.export, a.state, a.file, a.digest, a.size, a.rows_in, a.rows_used, a.rows_rejected"
    " FROM arrival a"
)


def last_number(connection: sqlite3.Connection) -> int:
    """The number of the newest run, 0 before the first."""
    with ledger_faults(_FILE):
        number: int = connection.execute("SELECT coalesce(max(number), 0) FROM run").fetchone()[0]
    return number


def runs(connection: sqlite3.Connection) -> tuple[Run, ...]:
    """Every published night in the order of its recording."""
    with ledger_faults(_FILE):
        rows = connection.execute(f"{_SELECT_RUN} ORDER BY number").fetchall()
    return tuple(_run(row) for row in rows)


def find_run(connection: sqlite3.Connection, business_date: date) -> Run | None:
    """The night of a business date, if it is published."""
    with ledger_faults(_FILE):
        row = connection.execute(
            f"{_SELECT_RUN} WHERE business_date = ?", (business_date.isoformat(),)
        ).fetchone()
    return None if row is None else _run(row)


def published(connection: sqlite3.Connection) -> dict[date, str]:
    """The manifest digest of each published night, in the order of recording; for recovery.

    What a commit that reported a failure left in the write-ahead log is settled first, one way or
    the other: nothing may appear later that this answer did not contain.
    """
    with ledger_faults(_FILE):
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return {run.business_date: run.manifest_digest for run in runs(connection)}


def previous_arrivals(connection: sqlite3.Connection, before: date) -> Mapping[str, Arrival]:
    """Per export, what came last with a file before a business date; absent nights are skipped."""
    with ledger_faults(_FILE):
        rows = connection.execute(
            f"{_SELECT_ARRIVAL} JOIN run r ON r.number = a.run"  # noqa: S608  # both parts are literals
            " WHERE a.state <> 'absent' AND r.business_date = (SELECT max(r2.business_date)"
            "  FROM arrival a2 JOIN run r2 ON r2.number = a2.run WHERE a2.export = a.export"
            "  AND a2.state <> 'absent' AND r2.business_date < ?) ORDER BY a.export",
            (before.isoformat(),),
        ).fetchall()
    return {row[0]: _arrival(row) for row in rows}


def arrivals(connection: sqlite3.Connection, number: int) -> tuple[Arrival, ...]:
    """What came for one run, by export."""
    with ledger_faults(_FILE):
        rows = connection.execute(
            f"{_SELECT_ARRIVAL} WHERE a.run = ? ORDER BY a.export", (number,)
        ).fetchall()
    return tuple(_arrival(row) for row in rows)


def brakes(connection: sqlite3.Connection, number: int) -> tuple[BrakeFinding, ...]:
    """What braked one run, in the order it was found."""
    with ledger_faults(_FILE):
        rows = connection.execute(
            "SELECT code, name, today, before, limit_text, message_zh_CN, message_en"
            " FROM brake WHERE run = ? ORDER BY position",
            (number,),
        ).fetchall()
    return tuple(_brake(row) for row in rows)


def _run(row: tuple[Any, ...]) -> Run:
    number, day, digest, braked, sample, overtaken, accounts, program, at, by, why, when = row
    return Run(
        number=number,
        business_date=date.fromisoformat(day),
        manifest_digest=digest,
        braked=braked == 1,
        sample=sample == 1,
        overtaken=overtaken == 1,
        accounts=accounts,
        program=program,
        recorded_at=at,
        approval=None if by is None else Approval(by=by, reason=why, recorded_at=when),
    )


def _arrival(row: tuple[Any, ...]) -> Arrival:
    export, state, file, digest, size, rows_in, rows_used, rows_rejected = row
    return Arrival(
        export=export,
        state=state,
        file=file,
        digest=digest,
        size=size,
        rows_in=rows_in,
        rows_used=rows_used,
        rows_rejected=rows_rejected,
    )


def _brake(row: tuple[Any, ...]) -> BrakeFinding:
    code, name, today, before, limit, message_zh_cn, message_en = row
    return BrakeFinding(
        code=code,
        name=name,
        today=today,
        before=before,
        limit=limit,
        message_zh_CN=message_zh_cn,
        message_en=message_en,
    )
