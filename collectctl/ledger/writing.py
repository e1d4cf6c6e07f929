"""Rows written to the ledger under keys of their own, many at a time.

Knows the columns of the tables of facts. Refuses to know whether a row may be there.
"""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence

from collectctl.ledger.heard import Contact, Fact, Payment, Reach, Wish
from collectctl.ledger.keys import keys_of, names, point_keys


def write_rows(
    connection: sqlite3.Connection, table: str, feed: str, intake: int, rows: Sequence[Fact]
) -> None:
    """Adds rows to `contact`, `wish` or `payment`; what a row names stands before it."""
    if not rows:
        return
    first: int = connection.execute(
        f"SELECT coalesce(max(number), 0) + 1 FROM {table}"  # noqa: S608 - a name of ours
    ).fetchone()[0]
    keys = _Keys(connection, rows)
    named = _named(connection, table, feed, rows, first)
    values = _VALUES[table](rows, keys, named, (first, intake, feed))
    marks = ", ".join("?" * len(values[0]))
    connection.executemany(f"INSERT INTO {table} VALUES ({marks})", values)  # noqa: S608 - a name of ours
    if table != "payment":
        connection.executemany(
            f"INSERT INTO {table}_debt VALUES (?, ?)",  # noqa: S608 - a name of ours
            [
                (number, keys.debts[account])
                for number, row in enumerate(rows, first)
                for account in ({} if isinstance(row, Payment) else dict.fromkeys(row.accounts))
            ],
        )


class _Keys:
    """Every key that the rows need, looked up once."""

    def __init__(self, connection: sqlite3.Connection, rows: Sequence[Fact]) -> None:
        about = [r for r in rows if not isinstance(r, Payment)]
        people = {name for name in {r.party_id for r in about} if name is not None}
        points = {point for point in {r.point for r in about} if point is not None}
        self.people: dict[str | None, int | None] = {None: None}
        self.people.update(keys_of(connection, "person", people).items())
        self.points: dict[Reach | None, int | None] = {None: None}
        self.points.update(point_keys(connection, points).items())
        self.debts = keys_of(connection, "debt", _debts(rows))


_Named = Mapping[str | None, int | None]
_Values = list[tuple[object, ...]]
_Place = tuple[int, int, str]
"""Number of the first row, number of the intake, and feed."""


def _contacts(rows: Sequence[Fact], keys: _Keys, named: _Named, place: _Place) -> _Values:
    first, intake, feed = place
    return [
        (
            n, intake, feed, r.reference, r.at, r.channel, r.outcome, int(r.incoming),
            keys.people[r.party_id], keys.points[r.point], r.made_by, r.document, named[r.corrects],
        )
        for n, r in enumerate(rows, first) if isinstance(r, Contact)
    ]  # fmt: skip


def _wishes(rows: Sequence[Fact], keys: _Keys, named: _Named, place: _Place) -> _Values:
    first, intake, feed = place
    return [
        (
            n, intake, feed, r.reference, r.kind, r.received, r.ends, keys.people[r.party_id],
            keys.points[r.point], r.channel, r.weekly, named[r.corrects],
        )
        for n, r in enumerate(rows, first) if isinstance(r, Wish)
    ]  # fmt: skip


def _payments(rows: Sequence[Fact], keys: _Keys, named: _Named, place: _Place) -> _Values:
    first, intake, feed = place
    return [
        (
            n, intake, feed, r.reference, keys.debts[r.account_id], r.amount, r.currency, r.booked,
            r.value_day.isoformat(), r.payer, named[r.reverses], named[r.corrects],
        )
        for n, r in enumerate(rows, first) if isinstance(r, Payment)
    ]  # fmt: skip


_VALUES = {"contact": _contacts, "wish": _wishes, "payment": _payments}
"""The columns of each table, row by row."""


def _debts(rows: Iterable[Fact]) -> set[str]:
    return {
        account
        for row in rows
        for account in ((row.account_id,) if isinstance(row, Payment) else row.accounts)
    }


def _named(
    connection: sqlite3.Connection, table: str, feed: str, rows: Sequence[Fact], first: int
) -> _Named:
    """The numbers of the rows that these correct or reverse, of this file and of earlier ones."""
    wanted = {r.corrects for r in rows} | {r.reverses for r in rows if isinstance(r, Payment)}
    found: dict[str | None, int | None] = {None: None}
    if wanted == {None} or not wanted:
        return found
    found |= dict(
        connection.execute(
            f"SELECT reference, number FROM {table} WHERE feed = ?"  # noqa: S608 - a name of ours
            " AND reference IN (SELECT value FROM json_each(?))",
            (feed, names(name for name in wanted if name is not None)),
        ).fetchall()
    )
    here = {row.reference: number for number, row in enumerate(rows, first)}
    return found | {name: here[name] for name in wanted if name is not None and name in here}
