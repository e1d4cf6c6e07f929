"""Files of contacts made, of what people asked for and of payments, taken into the ledger.

Knows how a file is taken in once, whole and idempotently. Refuses to know what an outcome, a wish
or a payment means for anybody.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from collectctl import durable
from collectctl.ledger.contacts import contact_rows, wish_rows
from collectctl.ledger.faults import ledger_faults
from collectctl.ledger.heard import Contact, Fact, Intake, Payment, Taken, Wish
from collectctl.ledger.keys import keys_of, names
from collectctl.ledger.payments import payment_rows
from collectctl.ledger.sorting import Before, references, sort_rows
from collectctl.ledger.writing import write_rows

_FILE = "ledger"
_READ: dict[str, Callable[[sqlite3.Connection, str, Sequence[object]], Sequence[Fact]]] = {
    "contact": contact_rows, "wish": wish_rows, "payment": payment_rows,
}  # fmt: skip


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


def take_payments(connection: sqlite3.Connection, intake: Intake, rows: Sequence[Payment]) -> Taken:
    """Adds the payments and reversals of one file, each once, in one transaction.

    Raises: LedgerError as `ledger_faults` names.
    """
    return _take(connection, intake, rows, "payment")


def open_feed(connection: sqlite3.Connection, intake: Intake) -> None:
    """Records up to where a feed is known before its first file.

    Raises: LedgerError as `ledger_faults` names.
    """
    _take(connection, intake, (), "contact")


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


def key_of(connection: sqlite3.Connection, table: str, name: str) -> int:
    """The number that stands for a person or debt; a new one has its name kept in one place."""
    return keys_of(connection, table, (name,))[name]


# taking a file in


def _take(
    connection: sqlite3.Connection, intake: Intake, rows: Sequence[Fact], table: str
) -> Taken:
    with writing(connection):
        digest, apart = _place(connection, intake)
        if digest is not None and apart == 0:
            return Taken(new=0, known=len(rows) + intake.rows_repeated, refused=(), seen=True)
        before = _before(connection, intake.feed, table, rows)
        found = sort_rows(rows, before)
        rejected = intake.rows_rejected + len(found.refused)
        known = found.known + intake.rows_repeated
        if apart is not None and not found.fresh and rejected >= apart:
            return Taken(new=0, known=known, refused=tuple(found.refused), seen=True)
        number = _next(connection, "intake")
        connection.execute(
            "INSERT INTO intake VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                number, intake.feed, "opening" if digest is None else "file", digest,
                len(found.fresh) + known + rejected, len(found.fresh), known, rejected,
                # what was set apart is not known, so the feed is known no further than before
                None if rejected else intake.complete_to,
                intake.stated_by, intake.reason, intake.recorded_at,
            ),
        )  # fmt: skip
        if intake.covers is not None and not rejected:
            connection.execute("INSERT INTO coverage VALUES (?, ?, ?)", (number, *intake.covers))
        write_rows(connection, table, intake.feed, number, list(found.fresh.values()))
        return Taken(new=len(found.fresh), known=known, refused=tuple(found.refused))


def _place(connection: sqlite3.Connection, intake: Intake) -> tuple[str | None, int | None]:
    """The digest under which the file is recorded, and the rows set apart when it last came.

    None: it never came. A file of which rows were set apart may come again, since an account may be
    known by then, or the row that another one corrects; each time has a digest of its own.
    """
    digest, apart = intake.digest, None
    while digest is not None:
        found = connection.execute(
            "SELECT rows_rejected FROM intake WHERE feed = ? AND digest = ?", (intake.feed, digest)
        ).fetchone()
        if found is None or found[0] == 0:
            return digest, apart if found is None else 0
        apart = int(found[0])
        digest = hashlib.sha256(f"{digest} again".encode()).hexdigest()
    return None, None


def _before(connection: sqlite3.Connection, feed: str, table: str, rows: Sequence[Fact]) -> Before:
    """What the ledger has of the references that the rows mention; a look-up for each question."""
    mine = (feed, names(references(rows)))
    where = "t.feed = ? AND t.reference IN (SELECT value FROM json_each(?))"
    there: dict[str, Fact] = {r.reference: r for r in _READ[table](connection, where, mine)}
    if not there:
        return Before(rows=there, corrected=set(), reversed={})
    corrected = connection.execute(
        f"SELECT t.reference FROM {table} t JOIN {table} u ON u.corrects = t.number WHERE {where}",  # noqa: S608 - a name of ours
        mine,
    ).fetchall()
    taken_back = {} if table != "payment" else dict(connection.execute(
        "SELECT t.reference, u.reference FROM payment t JOIN payment u ON u.reverses = t.number"  # noqa: S608 - made here
        f" WHERE {where} AND NOT EXISTS (SELECT 1 FROM payment v WHERE v.corrects = u.number)",
        mine,
    ).fetchall())  # fmt: skip
    return Before(rows=there, corrected={r for (r,) in corrected}, reversed=taken_back)


def _next(connection: sqlite3.Connection, table: str) -> int:
    found: int = connection.execute(
        f"SELECT coalesce(max(number), 0) + 1 FROM {table}"  # noqa: S608 - a name of ours
    ).fetchone()[0]
    return found
