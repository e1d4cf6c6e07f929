"""Everything that contact limits are held against, read back in columns for a whole night.

Internal keys throughout; what they stand for is in three tables of their own. All of it is read
in one transaction, so that what is recorded meanwhile belongs to the release. Refuses to know what
any of it limits.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import pyarrow as pa

from collectctl.columns import Ints
from collectctl.ledger.contacts import complete_to, contact_columns
from collectctl.ledger.faults import ledger_faults

_FILE = "ledger"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """What the ledger knows of people, as tables."""

    people: pa.Table
    """key, name (party_id)."""
    debts: pa.Table
    """key, name (account_id)."""
    points: pa.Table
    """key, kind, value."""
    contacts: pa.Table
    """number, at, channel, outcome, incoming, person, point, document."""
    contact_debts: pa.Table
    """contact (number), debt."""
    wishes: pa.Table
    """number, kind, received, ends, person, point, channel, weekly."""
    wish_debts: pa.Table
    """wish (number), debt."""
    holds: pa.Table
    """number, debt, person, starts, ends (dates), stops, reason, review, lifted."""
    issued: pa.Table
    """number, run, kind, item, channel, document, person, point, opens, closes, calls, attempts."""
    issued_debts: pa.Table
    """issued (number), debt."""
    feeds: pa.Table
    """feed, complete_to; missing where nobody ever said."""


_NUMBER, _TEXT = pa.int64(), pa.string()
_KEYS = pa.schema({"key": _NUMBER, "name": _TEXT})
_POINTS = pa.schema({"key": _NUMBER, "kind": _TEXT, "value": _TEXT})
_WISHES = pa.schema({
    "number": _NUMBER, "kind": _TEXT, "received": _NUMBER, "ends": _NUMBER, "person": _NUMBER,
    "point": _NUMBER, "channel": _TEXT, "weekly": _TEXT,
})  # fmt: skip
_WISH_DEBTS = pa.schema({"wish": _NUMBER, "debt": _NUMBER})
_HOLDS = pa.schema({
    "number": _NUMBER, "debt": _NUMBER, "person": _NUMBER, "starts": _TEXT, "ends": _TEXT,
    "stops": _TEXT, "reason": _TEXT, "review": _TEXT, "lifted": _TEXT,
})  # fmt: skip
_ISSUED = pa.schema({
    "number": _NUMBER, "run": _NUMBER, "kind": _TEXT, "item": _NUMBER, "channel": _TEXT,
    "document": _TEXT, "person": _NUMBER, "point": _NUMBER, "opens": _NUMBER, "closes": _NUMBER,
    "calls": _NUMBER, "attempts": _NUMBER,
})  # fmt: skip
_ISSUED_DEBTS = pa.schema({"issued": _NUMBER, "debt": _NUMBER})
_FEEDS = pa.schema({"feed": _TEXT, "complete_to": _NUMBER})

_STANDING_WISH = "c.number NOT IN (SELECT corrects FROM wish WHERE corrects IS NOT NULL)"
_SELECT_WISHES = (
    "SELECT number, kind, received, ends, person, point, channel, weekly FROM wish c"  # noqa: S608 - made here
    f" WHERE {_STANDING_WISH} ORDER BY number"
)
_SELECT_WISH_DEBTS = (
    "SELECT d.wish, d.debt FROM wish c JOIN wish_debt d ON d.wish = c.number"  # noqa: S608 - made here
    f" WHERE {_STANDING_WISH} ORDER BY d.wish, d.debt"
)
_SELECT_HOLDS = (
    "SELECT number, debt, person, starts, ends, stops, h.reason, review, l.day FROM hold h"
    " LEFT JOIN lift l ON l.hold = h.number ORDER BY number"
)
_SELECT_ISSUED = (
    "SELECT number, run, kind, item, channel, document, person, point, opens, closes, calls,"
    " attempts FROM issued WHERE closes > ? ORDER BY number"
)
_SELECT_ISSUED_DEBTS = (
    "SELECT d.issued, d.debt FROM issued_debt d JOIN issued i ON i.number = d.issued"
    " WHERE i.closes > ? ORDER BY d.issued, d.debt"
)


def recalled(connection: sqlite3.Connection, since: int, documents: Sequence[str]) -> Recalled:
    """Contacts and issues from a moment on, all wishes and holds, every key.

    Of older contacts those that still tell something: notices, and how a number or address ended.

    `documents` are the notices that a step may need. Rows that another one corrects are left out.

    Raises: LedgerError as `ledger_faults` names.
    """
    with _snapshot(connection):
        contacts = contact_columns(connection, since, documents)
        return Recalled(
            people=_table(connection, _KEYS, "SELECT key, party_id FROM person ORDER BY key"),
            debts=_table(connection, _KEYS, "SELECT key, account_id FROM debt ORDER BY key"),
            points=_table(connection, _POINTS, "SELECT key, kind, value FROM point ORDER BY key"),
            contacts=_contacts(contacts),
            contact_debts=_about(contacts),
            wishes=_table(connection, _WISHES, _SELECT_WISHES),
            wish_debts=_table(connection, _WISH_DEBTS, _SELECT_WISH_DEBTS),
            holds=_table(connection, _HOLDS, _SELECT_HOLDS),
            issued=_table(connection, _ISSUED, _SELECT_ISSUED, since),
            issued_debts=_table(connection, _ISSUED_DEBTS, _SELECT_ISSUED_DEBTS, since),
            feeds=_feeds(connection),
        )


@contextmanager
def _snapshot(connection: sqlite3.Connection) -> Iterator[None]:
    """One view of the ledger for several questions; nothing is written."""
    with ledger_faults(_FILE):
        connection.execute("BEGIN")
        try:
            yield
        finally:
            connection.rollback()


def _contacts(columns: dict[str, Ints]) -> pa.Table:
    """The contacts with their words instead of positions; missing where a key is -1."""
    found = {name: pa.array(columns[name]) for name in ("number", "at", "incoming")}
    for name in ("person", "point"):
        found[name] = pa.array(columns[name], mask=columns[name] < 0)
    for name in ("channel", "outcome", "document"):
        words = pa.array(columns[f"{name}s"].tolist(), pa.string())
        found[name] = words.take(pa.array(columns[name], mask=columns[name] < 0))
    return pa.table(found)


def _about(columns: dict[str, Ints]) -> pa.Table:
    return pa.table({"contact": columns["number"][columns["debt_row"]], "debt": columns["debt"]})


def _table(
    connection: sqlite3.Connection, schema: pa.Schema, query: str, *values: object
) -> pa.Table:
    rows = connection.execute(query, values).fetchall()
    columns = zip(*rows, strict=True) if rows else ([] for _ in schema)
    return pa.table(
        [pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)], schema=schema
    )


def _feeds(connection: sqlite3.Connection) -> pa.Table:
    known = complete_to(connection)
    return pa.table([list(known), list(known.values())], schema=_FEEDS)
