"""What was let out of nights: each addendum, what it issued, and what is to be pulled back.

Knows that an item is issued once over any number of releases. Refuses to know what it says.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from collectctl import durable
from collectctl.ledger.faults import ledger_faults
from collectctl.ledger.keys import keys_of, point_keys
from collectctl.ledger.runs import find_run
from collectctl.problems import LedgerError, Problem

_FILE = "ledger"


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One addendum of a night."""

    business_date: date
    position: int
    """From 1, within its night."""
    manifest_digest: str
    moment: int
    """For which it was judged."""
    released_by: str
    program: str
    recorded_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """What an addendum let out, in columns."""

    items: pa.Table
    """kind, item, channel, document, party_id, point_kind, point_value, made_by, opens, closes,
    calls, attempts."""
    lines: pa.Table
    """row (position in `items`), account_id; each pair once."""
    pulled_back: pa.Table
    """issued (its number in the ledger), reason."""


def addenda(connection: sqlite3.Connection) -> tuple[Release, ...]:
    """Every release, in the order of being recorded."""
    with ledger_faults(_FILE):
        rows = connection.execute(
            "SELECT n.business_date, l.position, l.manifest_digest, l.moment, l.released_by,"
            " l.program, l.recorded_at FROM release l JOIN run n ON n.number = l.run"
            " ORDER BY l.number"
        ).fetchall()
    return tuple(
        Release(
            business_date=date.fromisoformat(day), position=position, manifest_digest=digest,
            moment=moment, released_by=by, program=program, recorded_at=at,
        )
        for day, position, digest, moment, by, program, at in rows
    )  # fmt: skip


def issued_items(connection: sqlite3.Connection, business_date: date) -> pa.Table:
    """number, kind, item of everything that was let out of a night; whether it was pulled_back."""
    with ledger_faults(_FILE):
        rows = connection.execute(
            "SELECT i.number, i.kind, i.item, b.issued IS NOT NULL FROM issued i"
            " JOIN run n ON n.number = i.run LEFT JOIN pull_back b ON b.issued = i.number"
            " WHERE n.business_date = ? ORDER BY i.number",
            (business_date.isoformat(),),
        ).fetchall()
    number, kind, item, back = zip(*rows, strict=True) if rows else ((), (), (), ())
    return pa.table([number, kind, item, [b == 1 for b in back]], schema=_ISSUED)


_ISSUED = pa.schema({
    "number": pa.int64(), "kind": pa.string(), "item": pa.int64(), "pulled_back": pa.bool_(),
})  # fmt: skip


def record_release(connection: sqlite3.Connection, release: Release, issue: Issue) -> None:
    """Adds an addendum with all that it let out in one transaction; its commit decides.

    Raises:
        LedgerError: `ledger-moved` (another release of the night was recorded meanwhile), or what
            `ledger_faults` names; also when nothing of the night may leave, or an item was issued
            already, which callers have looked at before.
    """
    with ledger_faults(_FILE):
        connection.execute("BEGIN IMMEDIATE")
        try:
            _record(connection, release, issue)
            durable.commit(connection)
        finally:
            if connection.in_transaction:
                connection.rollback()


def _record(connection: sqlite3.Connection, release: Release, issue: Issue) -> None:
    run = find_run(connection, release.business_date)
    if run is None:
        raise AssertionError(release.business_date)
    number, last = connection.execute(
        "SELECT (SELECT coalesce(max(number), 0) + 1 FROM release),"
        " (SELECT coalesce(max(position), 0) FROM release WHERE run = ?)",
        (run.number,),
    ).fetchone()
    if release.position != last + 1:
        raise LedgerError(
            Problem(
                code="ledger-moved", message="another release of this night was recorded meanwhile",
                expected=f"release {last} as the newest", mend="start again",
            )
        )  # fmt: skip
    connection.execute(
        "INSERT INTO release VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            number, run.number, release.position, release.manifest_digest, release.moment,
            release.released_by, release.program, release.recorded_at,
        ),
    )  # fmt: skip
    first = _issue(connection, number, run.number, issue.items)
    accounts = issue.lines["account_id"].to_pylist()
    debts = keys_of(connection, "debt", accounts)
    connection.executemany(
        "INSERT INTO issued_debt VALUES (?, ?)",
        (
            (first + row, debts[account])
            for row, account in zip(issue.lines["row"].to_pylist(), accounts, strict=True)
        ),
    )
    connection.executemany(
        "INSERT INTO pull_back VALUES (?, ?, ?)",
        [
            (old, number, reason)
            for old, reason in zip(
                issue.pulled_back["issued"].to_pylist(), issue.pulled_back["reason"].to_pylist(),
                strict=True,
            )
        ],
    )  # fmt: skip


def _issue(connection: sqlite3.Connection, release: int, run: int, items: pa.Table) -> int:
    """Adds the items and gives the number of the first."""
    first: int = connection.execute("SELECT coalesce(max(number), 0) + 1 FROM issued").fetchone()[0]
    size = items.num_rows
    parties = items["party_id"].to_pylist()
    people = keys_of(connection, "person", (p for p in parties if p is not None))
    kinds, values = (items[n].to_pylist() for n in ("point_kind", "point_value"))
    reach = [None if v is None else (k, v) for k, v in zip(kinds, values, strict=True)]
    points = point_keys(connection, (r for r in reach if r is not None))
    plain = {
        name: items[name].to_pylist()
        for name in ("kind", "item", "channel", "document", "made_by", "opens", "closes", "calls",
                     "attempts")
    }  # fmt: skip
    columns: Sequence[Sequence[object]] = (
        range(first, first + size), [release] * size, [run] * size, plain["kind"], plain["item"],
        plain["channel"], plain["document"], [people.get(p) for p in parties],
        [None if r is None else points[r] for r in reach], plain["made_by"], plain["opens"],
        plain["closes"], plain["calls"], plain["attempts"],
    )  # fmt: skip
    connection.executemany(
        f"INSERT INTO issued VALUES ({', '.join('?' * len(columns))})",  # noqa: S608 - marks
        zip(*columns, strict=True),
    )
    return first
