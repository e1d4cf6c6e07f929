"""Files of contacts made and of what people asked for, taken into the ledger.

Knows how a file is taken in once, whole and idempotently. Refuses to know what an outcome or a
wish means for anybody.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from collectctl import durable
from collectctl.ledger.contacts import contact_rows, wish_rows
from collectctl.ledger.faults import ledger_faults
from collectctl.ledger.heard import Contact, Intake, Reach, Taken, Wish

_FILE = "ledger"


def take_contacts(connection: sqlite3.Connection, intake: Intake, rows: Sequence[Contact]) -> Taken:
    """Adds the contacts of one file, each once, in one transaction.

    Raises: LedgerError as `ledger_faults` names.
    """
    return _take(connection, intake, rows, "contact")


def take_wishes(connection: sqlite3.Connection, intake: Intake, rows: Sequence[Wish]) -> Taken:
    """Adds what the people of one file asked for, each once, in one transaction.

    Raises: LedgerError as `ledger_faults` names.
    """
    return _take(connection, intake, rows, "wish")


def open_feed(connection: sqlite3.Connection, intake: Intake) -> None:
    """Records up to where a feed is known before its first file.

    Raises: LedgerError as `ledger_faults` names.
    """
    _take(connection, intake, (), "contact")


# taking a file in


@contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[None]:
    """One transaction that is whole or not there; raises LedgerError as `ledger_faults` names."""
    with ledger_faults(_FILE):
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            durable.commit(connection)
        finally:
            if connection.in_transaction:
                connection.rollback()


def _take(
    connection: sqlite3.Connection, intake: Intake, rows: Sequence[Contact | Wish], table: str
) -> Taken:
    with writing(connection):
        if (
            intake.digest is not None
            and connection.execute(
                "SELECT 1 FROM intake WHERE feed = ? AND digest = ?", (intake.feed, intake.digest)
            ).fetchone()
        ):
            return Taken(new=0, known=len(rows), refused=(), seen=True)
        before = _Known(connection, intake.feed, table)
        fresh, known, refused = before.sorted(rows)
        number = _next(connection, "intake")
        rejected = intake.rows_rejected + len(refused)
        connection.execute(
            "INSERT INTO intake VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                number, intake.feed, "opening" if intake.digest is None else "file", intake.digest,
                len(rows) + intake.rows_rejected, len(fresh), known, rejected,
                # what was set apart is not known, so the feed is known no further than before
                None if rejected else intake.complete_to,
                intake.stated_by, intake.reason, intake.recorded_at,
            ),
        )  # fmt: skip
        _Writer(connection, table, intake.feed, number).add(fresh)
        return Taken(new=len(fresh), known=known, refused=tuple(refused))


def _next(connection: sqlite3.Connection, table: str) -> int:
    found: int = connection.execute(
        f"SELECT coalesce(max(number), 0) + 1 FROM {table}"  # noqa: S608 - a name of ours
    ).fetchone()[0]
    return found


_NAMED = {"person": "party_id", "debt": "account_id"}


def key_of(connection: sqlite3.Connection, table: str, name: str) -> int:
    """The number that stands for a person or debt; a new one has its name kept in one place."""
    found = connection.execute(
        f"SELECT key FROM {table} WHERE {_NAMED[table]} = ?",  # noqa: S608 - names of ours
        (name,),
    ).fetchone()
    if found is not None:
        return int(found[0])
    key = connection.execute(
        f"INSERT INTO {table} ({_NAMED[table]}) VALUES (?)",  # noqa: S608 - names of ours
        (name,),
    ).lastrowid
    assert key is not None  # noqa: S101 - a row was just added
    return key


class _Known:
    """The rows of a feed that are there already."""

    def __init__(self, connection: sqlite3.Connection, feed: str, table: str) -> None:
        self._connection = connection
        self._feed = feed
        self._table = table

    def sorted(
        self, rows: Sequence[Contact | Wish]
    ) -> tuple[list[Contact | Wish], int, list[tuple[int, str]]]:
        """The rows that are new, how many are known, and which contradict what is known."""
        fresh: dict[str, Contact | Wish] = {}
        corrected: set[str] = set()
        known, refused = 0, []
        for position, row in enumerate(rows):
            there = fresh.get(row.reference) or self._find(row.reference)
            if there is not None:
                if there == row:
                    known += 1
                else:
                    refused.append((position, "contact-contradicts"))
            elif row.corrects is not None and not self._may_correct(row.corrects, fresh, corrected):
                refused.append((position, "corrects-nothing"))
            else:
                fresh[row.reference] = row
                if row.corrects is not None:
                    corrected.add(row.corrects)
        return list(fresh.values()), known, refused

    def _may_correct(
        self, reference: str, fresh: dict[str, Contact | Wish], corrected: set[str]
    ) -> bool:
        """Whether there is such a row and nothing stands in its place yet."""
        if reference in corrected:
            return False
        if reference in fresh:
            return True
        found = self._connection.execute(
            f"SELECT 1 FROM {self._table} t WHERE feed = ? AND reference = ? AND NOT EXISTS"  # noqa: S608 - a name of ours
            f" (SELECT 1 FROM {self._table} u WHERE u.corrects = t.number)",
            (self._feed, reference),
        ).fetchone()
        return found is not None

    def _find(self, reference: str) -> Contact | Wish | None:
        where = "t.feed = ? AND t.reference = ?"
        read = contact_rows if self._table == "contact" else wish_rows
        found: list[Contact] | list[Wish] = read(self._connection, where, (self._feed, reference))
        return found[0] if found else None


class _Writer:
    """Writes rows, people, debts and addresses under keys of their own."""

    def __init__(self, connection: sqlite3.Connection, table: str, feed: str, intake: int) -> None:
        self._connection = connection
        self._table = table
        self._feed = feed
        self._intake = intake

    def add(self, rows: Iterable[Contact | Wish]) -> None:
        number = _next(self._connection, self._table)
        for row in rows:
            self._insert(number, row)
            self._connection.executemany(
                f"INSERT INTO {self._table}_debt VALUES (?, ?)",  # noqa: S608 - a name of ours
                [(number, key_of(self._connection, "debt", a)) for a in sorted(set(row.accounts))],
            )
            number += 1

    def _insert(self, number: int, row: Contact | Wish) -> None:
        person = None if row.party_id is None else key_of(self._connection, "person", row.party_id)
        point = None if row.point is None else self._point(row.point)
        first = (number, self._intake, self._feed, row.reference)
        if isinstance(row, Contact):
            values: tuple[object, ...] = (
                *first, row.at, row.channel, row.outcome, int(row.incoming), person, point,
                row.made_by, row.document, self._corrected(row.corrects),
            )  # fmt: skip
        else:
            values = (
                *first, row.kind, row.received, row.ends, person, point, row.channel, row.weekly,
                self._corrected(row.corrects),
            )  # fmt: skip
        marks = ", ".join("?" * len(values))
        self._connection.execute(f"INSERT INTO {self._table} VALUES ({marks})", values)  # noqa: S608 - a name of ours

    def _corrected(self, reference: str | None) -> int | None:
        if reference is None:
            return None
        found: int = self._connection.execute(
            f"SELECT number FROM {self._table} WHERE feed = ? AND reference = ?",  # noqa: S608 - a name of ours
            (self._feed, reference),
        ).fetchone()[0]
        return found

    def _point(self, point: Reach) -> int:
        found = self._connection.execute(
            "SELECT key FROM point WHERE kind = ? AND value = ?", point
        ).fetchone()
        if found is not None:
            return int(found[0])
        key = self._connection.execute(
            "INSERT INTO point (kind, value) VALUES (?, ?)", point
        ).lastrowid
        assert key is not None  # noqa: S101 - a row was just added
        return key
