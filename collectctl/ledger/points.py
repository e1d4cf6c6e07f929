"""The state of each number and address, worked out from the contacts made over it.

It belongs to everybody who has the number, so it is kept nowhere: what the contacts say is the only
place. Knows which outcomes tell something about a number; refuses to know what follows from it.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from collectctl.columns import Ints
from collectctl.ledger.faults import ledger_faults
from collectctl.ledger.heard import Reach
from collectctl.ledger.keys import names

_FILE = "ledger"
UNTOLD, USABLE, UNUSABLE = 0, 1, 2
"""Nothing tells; the last that tells something says it works; it says it does not."""
WORKS = (
    "conversation", "connected", "voicemail", "unanswered", "busy", "delivered", "met",
)  # fmt: skip
"""Outcomes after which a number or address is taken to be good. Handing a letter over or sending a
message proves nothing yet, nor does nobody being at home."""
BROKEN = ("not_in_service", "returned", "failed")
REACHED = ("conversation", "connected", "voicemail", "delivered", "met")
"""Outcomes that end a row of failed attempts; a voicemail does too, since somebody may hear it."""
MISSED = ("unanswered", "busy", "not_met", *BROKEN)
"""Attempts that did not reach anybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PointStates:
    """Columns of equal length, a place for each number or address that was used, by `key`."""

    key: Ints
    """Its number in the ledger."""
    point: tuple[Reach, ...]
    state: Ints
    """UNTOLD, USABLE or UNUSABLE."""
    at: Ints
    """The moment of the contact that tells so, of several the bad one; 0: none."""
    failures: Ints
    """Attempts in a row, up to the last one, that reached nobody."""


def point_states(
    connection: sqlite3.Connection, points: Iterable[Reach] | None, since: int
) -> PointStates:
    """What the contacts from a moment on (inclusive) tell of these points; None: of all.

    Contacts that another one corrects, and those taken away, are left out. A point that nobody used
    since is not among them. Raises: LedgerError as `ledger_faults` names.
    """
    here, values = "", tuple[str, ...]()
    if points is not None:
        here = (
            " AND t.point IN (SELECT p.key FROM json_each(?) j JOIN point p"
            " ON p.kind = j.value ->> 0 AND p.value = j.value ->> 1)"
        )
        values = (names(sorted(set(points))),)
    with ledger_faults(_FILE):
        rows = connection.execute(_QUERY.replace("{here}", here), (since, *values)).fetchall()
    columns = tuple(zip(*rows, strict=True)) if rows else ((),) * 5
    told = np.array(columns[3], np.int64)
    there = told != _NEVER
    return PointStates(
        key=np.array(columns[0], np.int64),
        point=tuple(zip(columns[1], columns[2], strict=True)),
        state=np.where(there, USABLE + (told & 1), UNTOLD),
        at=np.where(there, told >> 1, 0),
        failures=np.array(columns[4], np.int64),
    )


def _listed(outcomes: tuple[str, ...]) -> str:
    return ", ".join(f"'{outcome}'" for outcome in outcomes)


_NEVER = -(2**62)
# What tells most recently, with a bad one last among those of one moment, is one number: twice the
# moment, and one more if bad. Answers that came in say that the number works whatever they are.
_QUERY = f"""
SELECT g.point, a.kind, a.value, g.told, g.failures
FROM (
  SELECT n.point, coalesce(max(n.told), {_NEVER}) AS told,
    sum(n.missed AND n.at > coalesce(n.reached, {_NEVER})) AS failures
  FROM (
    SELECT t.point, t.at,
      CASE WHEN t.incoming OR t.outcome IN ({_listed(WORKS)}) THEN t.at * 2
           WHEN t.outcome IN ({_listed(BROKEN)}) THEN t.at * 2 + 1 END AS told,
      NOT t.incoming AND t.outcome IN ({_listed(MISSED)}) AS missed,
      max(CASE WHEN t.incoming OR t.outcome IN ({_listed(REACHED)}) THEN t.at END)
        OVER (PARTITION BY t.point) AS reached
    FROM contact t
    WHERE t.point IS NOT NULL AND t.at >= ? AND t.outcome <> 'void'{{here}}
      AND t.number NOT IN (SELECT corrects FROM contact WHERE corrects IS NOT NULL)
  ) n GROUP BY n.point
) g JOIN point a ON a.key = g.point
ORDER BY g.point
"""  # noqa: S608 - made of words of ours
