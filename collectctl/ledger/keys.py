"""Numbers for people, debts and addresses, given to many names at once.

What a number stands for is kept in three tables alone; everything else names people by numbers.
Whoever calls has a transaction open.
"""

import sqlite3
from collections.abc import Sequence

import pyarrow as pa


def person_keys(connection: sqlite3.Connection, names: pa.ChunkedArray) -> list[int | None]:
    """The number of each person (party_id), new ones added; None where there is no name."""
    return _keys(connection, "person", ("party_id",), [names])


def debt_keys(connection: sqlite3.Connection, names: pa.ChunkedArray) -> list[int | None]:
    """The number of each debt (account_id), new ones added; None where there is no name."""
    return _keys(connection, "debt", ("account_id",), [names])


def point_keys(
    connection: sqlite3.Connection, kinds: pa.ChunkedArray, values: pa.ChunkedArray
) -> list[int | None]:
    """The number of each number or address, new ones added; None where there is none."""
    return _keys(connection, "point", ("kind", "value"), [kinds, values])


def _keys(
    connection: sqlite3.Connection, table: str, columns: Sequence[str],
    names: Sequence[pa.ChunkedArray],
) -> list[int | None]:  # fmt: skip
    rows = list(zip(*(n.to_pylist() for n in names), strict=True))
    wanted = {row for row in rows if None not in row}
    known = _known(connection, table, columns, wanted)
    fresh = sorted(wanted - known.keys())
    marks = ", ".join("?" * len(columns))
    connection.executemany(
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})",  # noqa: S608 - names of ours
        fresh,
    )
    known |= _known(connection, table, columns, set(fresh))
    return [known.get(row) for row in rows]


def _known(
    connection: sqlite3.Connection, table: str, columns: Sequence[str], wanted: set[tuple[str, ...]]
) -> dict[tuple[str, ...], int]:
    if not wanted:
        return {}
    names = ", ".join(columns)
    connection.execute(f"CREATE TEMP TABLE wanted ({names})")
    try:
        marks = ", ".join("?" * len(columns))
        connection.executemany(
            f"INSERT INTO wanted VALUES ({marks})",  # noqa: S608 - names of ours
            sorted(wanted),
        )
        same = " AND ".join(f"t.{c} = w.{c}" for c in columns)
        found = connection.execute(
            f"SELECT t.key, {', '.join(f't.{c}' for c in columns)} FROM wanted w"  # noqa: S608 - names of ours
            f" JOIN {table} t ON {same}"
        ).fetchall()
    finally:
        connection.execute("DROP TABLE wanted")
    return {tuple(row[1:]): row[0] for row in found}
