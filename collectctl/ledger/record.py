"""The two additions to the ledger: a published night, and a person's approval of a braked one."""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from datetime import date

from collectctl import durable
from collectctl.ledger.conduct import Excess, record_excesses
from collectctl.ledger.faults import ledger_faults
from collectctl.ledger.runs import find_run, last_number
from collectctl.ledger.tiers import record_tiers
from collectctl.ledger.values import Arrival, BrakeFinding, Run
from collectctl.problems import LedgerError, Problem

_FILE = "ledger"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the ledger keeps of a night beside the night itself."""

    graded: Iterable[tuple[str, str, str]]
    """account_id, tier and treatment of each account; looked at once."""
    excesses: Sequence[Excess]
    """Calls beyond what was let out for the business date."""


def record_run(
    connection: sqlite3.Connection,
    run: Run,
    came: Sequence[Arrival],
    braked_by: Sequence[BrakeFinding],
    *,
    expected_last: int,
    found: Found | None = None,
) -> None:
    """Adds a night with all that belongs to it in one transaction; its commit decides.

    `found` is what it keeps of its accounts and of contacts made. `expected_last` is the newest run
    number that the night saw when it started. When this fails at the commit itself, only a new
    connection can tell which way it went (`published`).

    Raises:
        LedgerError: `ledger-moved` (somebody recorded a run meanwhile), `night-recorded` (this
            business date is published already), or what `ledger_faults` names.
    """
    with ledger_faults(_FILE):
        connection.execute("BEGIN IMMEDIATE")
        try:
            _refuse_overlap(connection, run, expected_last)
            _insert(connection, run, came, braked_by)
            if found is not None:
                record_tiers(connection, run.number, found.graded)
                record_excesses(connection, run.number, found.excesses)
            durable.commit(connection)
        finally:
            if connection.in_transaction:
                connection.rollback()


def check_approval(
    connection: sqlite3.Connection, business_date: date, by: str, reason: str
) -> Run:
    """The braked night that an approval would be added to; nothing is written.

    Raises:
        LedgerError: as `record_approval`.
    """
    if not by.strip() or not reason.strip():
        raise _refusal(
            "approval-empty",
            "an approval needs a name and a reason, and one of them is blank",
            "say who approves and why",
        )
    return _approvable(connection, business_date)


def record_approval(
    connection: sqlite3.Connection, business_date: date, by: str, reason: str, recorded_at: str
) -> Run:
    """Adds a person's approval of a braked night and gives the night as it then stands.

    Raises:
        LedgerError: `no-such-night`, `night-overtaken`, `not-braked`, `already-approved`,
            `approval-empty`, or what `ledger_faults` names.
    """
    with ledger_faults(_FILE):
        connection.execute("BEGIN IMMEDIATE")
        try:
            run = check_approval(connection, business_date, by, reason)
            connection.execute(
                "INSERT INTO approval VALUES (?, ?, ?, ?)", (run.number, by, reason, recorded_at)
            )
            durable.commit(connection)
        finally:
            if connection.in_transaction:
                connection.rollback()
    approved = find_run(connection, business_date)
    if approved is None:  # pragma: no cover  # it was just read, and nothing is ever deleted
        raise AssertionError(business_date)
    return approved


def _refuse_overlap(connection: sqlite3.Connection, run: Run, expected_last: int) -> None:
    found = last_number(connection)
    if found != expected_last:
        raise _refusal(
            "ledger-moved",
            f"run {found} was recorded while this night was running",
            "start again; the night is judged against the newer run",
            expected=f"run {expected_last} as the newest",
        )
    if find_run(connection, run.business_date) is not None:
        raise _refusal(
            "night-recorded",
            f"the night of {run.business_date} is published already",
            "leave it as it is; a published night is not run again",
        )


def _insert(
    connection: sqlite3.Connection,
    run: Run,
    came: Sequence[Arrival],
    braked_by: Sequence[BrakeFinding],
) -> None:
    connection.execute(
        "INSERT INTO run VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            run.number,
            run.business_date.isoformat(),
            run.manifest_digest,
            int(run.braked),
            int(run.sample),
            int(run.overtaken),
            run.accounts,
            run.program,
            run.recorded_at,
        ),
    )
    connection.executemany(
        "INSERT INTO arrival VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(run.number, *astuple(arrival)) for arrival in came],
    )
    connection.executemany(
        "INSERT INTO brake VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(run.number, n, *astuple(brake)) for n, brake in enumerate(braked_by, 1)],
    )


def _approvable(connection: sqlite3.Connection, business_date: date) -> Run:
    run = find_run(connection, business_date)
    if run is None:
        raise _refusal(
            "no-such-night",
            f"the night of {business_date} is not published",
            "name the date of a published night",
        )
    if run.overtaken:
        raise _refusal(
            "night-overtaken",
            f"a later export overtook the night of {business_date}; nothing of it may leave",
            "approve the later night, if that one is braked",
        )
    if not run.braked:
        raise _refusal(
            "not-braked",
            f"the night of {business_date} was not braked",
            "there is nothing to approve",
        )
    if run.approval is not None:
        raise _refusal(
            "already-approved",
            f"the night of {business_date} is approved already",
            "there is nothing left to approve",
        )
    return run


def _refusal(code: str, message: str, mend: str, expected: str | None = None) -> LedgerError:
    return LedgerError(Problem(code=code, message=message, expected=expected, mend=mend))
