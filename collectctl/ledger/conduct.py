"""Calls made beyond what was let out for a day, found in the logs and kept as reports.

Knows that shares are sums over a day. Refuses to know what a limit is and what follows from a
report.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from collectctl.ledger.faults import ledger_faults

_FILE = "ledger"


@dataclass(frozen=True, slots=True, kw_only=True)
class Excess:
    """More calls to one person, or attempts at one number, than were let out for a day."""

    day: date
    counted: Literal["calls", "attempts"]
    """Answered calls to a person, or calls to a number that nobody answered."""
    person: int | None
    point: int | None
    allowed: int
    """The sum of the shares; 0: none was let out."""
    made: int
    made_by: str
    """Who made them, by the logs, divided by blanks."""


def excesses(connection: sqlite3.Connection, day: date, start: int, end: int) -> list[Excess]:
    """What the logs of a day, [start, end), have beyond the shares that were let out for it.

    Nothing if no release let anything out for that day: then the bank does not work by shares.

    Raises: LedgerError as `ledger_faults` names.
    """
    with ledger_faults(_FILE):
        released = connection.execute(
            "SELECT 1 FROM issued WHERE opens >= ? AND opens < ? LIMIT 1", (start, end)
        ).fetchone()
        if released is None:
            return []
        found: list[Excess] = []
        for counted, by, outcomes in _COUNTED:
            marks = ", ".join("?" * len(outcomes))
            rows = connection.execute(
                f"SELECT m.whose, coalesce(s.allowed, 0), m.made, m.made_by FROM ("  # noqa: S608 - names of ours
                f" SELECT {by} AS whose, count(*) AS made, group_concat(made_by, ' ') AS made_by"
                " FROM (SELECT * FROM contact ORDER BY made_by)"
                f" WHERE channel = 'call' AND incoming = 0 AND outcome IN ({marks})"
                f" AND {by} IS NOT NULL AND at >= ? AND at < ?"
                " AND number NOT IN (SELECT corrects FROM contact WHERE corrects IS NOT NULL)"
                f" GROUP BY {by}) m LEFT JOIN ("
                f" SELECT {by} AS whose, sum({counted}) AS allowed,"
                f" count(*) > count({counted}) AS unlimited FROM ("
                " SELECT person, point, calls, attempts, opens FROM issued"
                " WHERE kind = 'task' AND channel = 'call'"
                # a third person who may be asked was let out too, for one call
                " UNION ALL SELECT person, point, 1, 1, opens FROM permission"
                " WHERE channel = 'call')"
                f" WHERE opens >= ? AND opens < ? GROUP BY {by}) s ON s.whose = m.whose"
                " WHERE coalesce(s.unlimited, 0) = 0 AND m.made > coalesce(s.allowed, 0)"
                " ORDER BY m.whose",
                (*outcomes, start, end, start, end),
            ).fetchall()
            found += [
                Excess(
                    day=day, counted=counted, person=whose if by == "person" else None,
                    point=whose if by == "point" else None, allowed=allowed, made=made,
                    made_by=" ".join(dict.fromkeys(names.split())),
                )
                for whose, allowed, made, names in rows
            ]  # fmt: skip
        return found


_COUNTED: tuple[tuple[Literal["calls", "attempts"], str, tuple[str, ...]], ...] = (
    ("calls", "person", ("conversation", "connected")),
    ("attempts", "point", ("unanswered", "busy", "voicemail", "not_in_service")),
)


def record_excesses(connection: sqlite3.Connection, run: int, found: Sequence[Excess]) -> None:
    """Opens a report for each, in the caller's transaction, after the run itself was added."""
    last: int = connection.execute("SELECT coalesce(max(number), 0) FROM excess").fetchone()[0]
    connection.executemany(
        "INSERT INTO excess VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                last + n, run, one.day.isoformat(), one.counted, one.person, one.point,
                one.allowed, one.made, one.made_by,
            )
            for n, one in enumerate(found, 1)
        ],
    )  # fmt: skip
