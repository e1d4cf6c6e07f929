"""Holds in the ledger: reasons not to contact over days, and the days on which they were lifted.

Knows that a hold is never changed: lifting it is a record of its own. Refuses to know what a hold
stops.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from collectctl.ledger.faults import ledger_faults
from collectctl.ledger.taking import key_of, writing
from collectctl.problems import LedgerError, Problem

_FILE = "ledger"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A reason not to contact: about one debt, or all that a person owes."""

    number: int
    account_id: str | None
    party_id: str | None
    starts: date
    """Inclusive."""
    ends: date | None
    """The first day after it; None: open. Of a lifted hold the day from which it was lifted."""
    reason: str
    evidence: str
    """Where that is written down."""
    stops: tuple[str, ...]
    """Channels, purposes of documents, steps, `ladder`, or `all`."""
    set_by: str
    lifted_by: str
    """The role that may lift it."""
    review: date
    recorded_at: str
    lifted: bool = False


def set_hold(connection: sqlite3.Connection, hold: Hold) -> int:
    """Adds a hold, whatever its number says, and gives the number that it has.

    Raises: LedgerError as `ledger_faults` names.
    """
    with writing(connection):
        number: int = connection.execute(
            "SELECT coalesce(max(number), 0) + 1 FROM hold"
        ).fetchone()[0]
        debt = None if hold.account_id is None else key_of(connection, "debt", hold.account_id)
        person = None if hold.party_id is None else key_of(connection, "person", hold.party_id)
        connection.execute(
            "INSERT INTO hold VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                number, debt, person, hold.starts.isoformat(),
                None if hold.ends is None else hold.ends.isoformat(), hold.reason, hold.evidence,
                ",".join(hold.stops), hold.set_by, hold.lifted_by, hold.review.isoformat(),
                hold.recorded_at,
            ),
        )  # fmt: skip
        return number


def lift_hold(
    connection: sqlite3.Connection, number: int, day: date, by: str, reason: str, recorded_at: str
) -> None:
    """Ends a hold from a day on; the days before stay held.

    Raises: LedgerError: `hold-unknown`, `hold-lifted`, or as `ledger_faults` names.
    """
    with writing(connection):
        found = next((h for h in holds(connection) if h.number == number), None)
        if found is None or found.lifted:
            code = "hold-unknown" if found is None else "hold-lifted"
            what = "there is no such hold" if found is None else "this hold is lifted already"
            raise LedgerError(
                Problem(code=code, message=what, mend="look at 'collectctl holds list'")
            )
        connection.execute(
            "INSERT INTO lift VALUES (?, ?, ?, ?, ?)",
            (number, day.isoformat(), by, reason, recorded_at),
        )


def holds(
    connection: sqlite3.Connection,
    accounts: Sequence[str] | None = None,
    parties: Sequence[str] | None = None,
) -> tuple[Hold, ...]:
    """Every hold, or those about these accounts or people, in the order of being set."""
    with ledger_faults(_FILE):
        rows = connection.execute(
            "SELECT h.number, d.account_id, p.party_id, h.starts, h.ends, h.reason, h.evidence,"
            " h.stops, h.set_by, h.lifted_by, h.review, h.recorded_at, l.day FROM hold h"
            " LEFT JOIN debt d ON d.key = h.debt LEFT JOIN person p ON p.key = h.person"
            " LEFT JOIN lift l ON l.hold = h.number ORDER BY h.number"
        ).fetchall()
    found = tuple(
        Hold(
            number=number, account_id=account, party_id=party, starts=date.fromisoformat(starts),
            ends=_end(ends, lifted), reason=reason, evidence=evidence,
            stops=tuple(stops.split(",")), set_by=set_by, lifted_by=lifted_by,
            review=date.fromisoformat(review), recorded_at=recorded_at, lifted=lifted is not None,
        )
        for number, account, party, starts, ends, reason, evidence, stops, set_by, lifted_by,
        review, recorded_at, lifted in rows
    )  # fmt: skip
    if accounts is None and parties is None:
        return found
    return tuple(
        h for h in found if h.account_id in (accounts or ()) or h.party_id in (parties or ())
    )


def past_review(holds: Sequence[Hold], day: date) -> tuple[Hold, ...]:
    """The holds that stand on a day and are due for review by then, the longest due first."""
    due = [h for h in holds if h.review <= day and (h.ends is None or h.ends > day)]
    return tuple(sorted(due, key=lambda h: (h.review, h.number)))


def _end(ends: str | None, lifted: str | None) -> date | None:
    """The earlier of the two ends that are there."""
    days = [date.fromisoformat(day) for day in (ends, lifted) if day is not None]
    return min(days, default=None)
