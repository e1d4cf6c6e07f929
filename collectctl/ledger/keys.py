"""The numbers that stand for people, debts, numbers and addresses in the ledger.

Knows that a name stands in one table alone and how many names become numbers in one look-up.
Refuses to know whose they are.
"""

import json
import sqlite3
from collections.abc import Iterable
from typing import TypeVar

from collectctl.ledger.faults import ledger_faults
from collectctl.ledger.heard import Reach

T = TypeVar("T")
_NAMED = {"person": "party_id", "debt": "account_id"}


def names(found: Iterable[object]) -> str:
    """Names as the one value that a query reads them from, so that they lie in no file."""
    return json.dumps(list(found))


def keys_of(connection: sqlite3.Connection, table: str, wanted: Iterable[str]) -> dict[str, int]:
    """For each person (`person`) or debt (`debt`) its number; new ones get the next."""
    unique = sorted(set(wanted))
    column = _NAMED[table]
    found: dict[str, int] = dict(
        connection.execute(
            f"SELECT {column}, key FROM {table} WHERE {column} IN (SELECT value FROM json_each(?))",  # noqa: S608 - names of ours
            (names(unique),),
        )
    )
    fresh = _numbered(connection, table, (n for n in unique if n not in found))
    connection.executemany(
        f"INSERT INTO {table} (key, {column}) VALUES (?, ?)",  # noqa: S608 - names of ours
        ((key, name) for name, key in fresh.items()),
    )
    return found | fresh


def known_debts(connection: sqlite3.Connection, wanted: Iterable[str]) -> set[str]:
    """Those accounts that something in the ledger is about."""
    with ledger_faults("ledger"):
        rows = connection.execute(
            "SELECT account_id FROM debt WHERE account_id IN (SELECT value FROM json_each(?))",
            (names(wanted),),
        ).fetchall()
    return {account for (account,) in rows}


def point_keys(connection: sqlite3.Connection, wanted: Iterable[Reach]) -> dict[Reach, int]:
    """For each number or address its number in the ledger; new ones get the next."""
    unique = sorted(set(wanted))
    rows = connection.execute(
        "SELECT p.kind, p.value, p.key FROM json_each(?) j"
        " JOIN point p ON p.kind = j.value ->> 0 AND p.value = j.value ->> 1",
        (names(unique),),
    )
    found: dict[Reach, int] = {(kind, value): key for kind, value, key in rows}
    fresh = _numbered(connection, "point", (p for p in unique if p not in found))
    connection.executemany(
        "INSERT INTO point (key, kind, value) VALUES (?, ?, ?)",
        ((key, *point) for point, key in fresh.items()),
    )
    return found | fresh


def _numbered(connection: sqlite3.Connection, table: str, fresh: Iterable[T]) -> dict[T, int]:
    """The numbers that follow the last one, in the order given."""
    last: int = connection.execute(
        f"SELECT coalesce(max(key), 0) FROM {table}"  # noqa: S608 - a name of ours
    ).fetchone()[0]
    return {name: last + n for n, name in enumerate(fresh, 1)}
