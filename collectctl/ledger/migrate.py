"""The ledger's own version: numbered SQL files, each applied in one transaction with its record.

The ledger only moves forward, and a ledger that holds something is copied aside before it moves.
"""

import hashlib
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from collectctl import durable
from collectctl.ledger.faults import ledger_faults
from collectctl.problems import LedgerError, Problem, Span

APPLICATION_ID = 0x636F6C6C
"""Marks an SQLite file as a ledger ("coll")."""
_FOLDER = resources.files("collectctl.ledger") / "migrations"
_NUMBERED = re.compile(r"\d{4}_[a-z_]+\.sql")


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """One step of the ledger's schema."""

    number: int
    """From 1, without gaps."""
    name: str
    sql: str

    @property
    def digest(self) -> str:
        """SHA-256 of the SQL, kept in the ledger beside the number."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def _blank() -> str:
    return (_FOLDER / "blank.sql").read_text(encoding="utf-8")


def packaged_migrations() -> tuple[Migration, ...]:
    """The migrations of this program, in their order."""
    names = sorted(entry.name for entry in _FOLDER.iterdir() if _NUMBERED.fullmatch(entry.name))
    return tuple(
        Migration(
            number=int(name[:4]),
            name=name.removesuffix(".sql"),
            sql=(_FOLDER / name).read_text(encoding="utf-8"),
        )
        for name in names
    )


def check_version(
    connection: sqlite3.Connection, name: str, migrations: Sequence[Migration] | None = None
) -> int:
    """How many migrations the ledger has seen; 0 for a blank file.

    Raises:
        LedgerError: `ledger-foreign` (no ledger of ours), `ledger-newer` (made by a later program).
    """
    known = packaged_migrations() if migrations is None else tuple(migrations)
    with ledger_faults(name), _one_moment(connection):
        mark: int = connection.execute("PRAGMA application_id").fetchone()[0]
        tables: int = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
        if mark == 0 and tables == 0:
            return 0
        if mark != APPLICATION_ID:
            raise _foreign(name, "the file is a database of another program")
        seen = connection.execute("SELECT number, digest FROM migration ORDER BY number").fetchall()
    if len(seen) > len(known):
        raise LedgerError(
            Problem(
                code="ledger-newer",
                message=f"the ledger has version {len(seen)}, made by a later program",
                span=Span(file=name),
                expected=f"version {len(known)} or lower",
                mend="run the newer program, or restore the backup made before it was installed",
            )
        )
    if any(digest != known[n - 1].digest for n, digest in seen):
        raise _foreign(name, "the ledger was made by a changed copy of this program")
    return len(seen)


@contextmanager
def _one_moment(connection: sqlite3.Connection) -> Iterator[None]:
    """Everything read in the block is of one moment, whoever writes meanwhile."""
    if connection.in_transaction:
        yield
        return
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.rollback()


def migrate(
    connection: sqlite3.Connection, path: Path, migrations: Sequence[Migration] | None = None
) -> int:
    """Brings the ledger to this program's version and gives the number of steps taken.

    A ledger that is not blank is first copied to `<file>.before-<version>`. Safe to call from
    several processes: a step that another has taken meanwhile is not taken again.

    Raises:
        LedgerError: as `check_version`, or the disk failed; then whole steps were taken or none.
    """
    known = packaged_migrations() if migrations is None else tuple(migrations)
    version = check_version(connection, path.name, known)
    if 0 < version < len(known):
        _back_up(connection, path, version)
    # A blank file is filled whole or not at all: nobody could tell a part of it from an old ledger.
    steps = [known[n : n + 1] for n in range(version, len(known))] if version else [known]
    taken = 0
    for step in steps:
        with ledger_faults(path.name):
            taken += _apply(connection, path, step, known)
    return taken


def _apply(
    connection: sqlite3.Connection,
    path: Path,
    step: Sequence[Migration],
    known: Sequence[Migration],
) -> int:
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = check_version(connection, path.name, known)
        wanted = [migration for migration in step if migration.number > version]
        if version == 0:
            for statement in _statements(_blank()):
                connection.execute(statement)
        for migration in wanted:
            for statement in _statements(migration.sql):
                connection.execute(statement)
            connection.execute(
                "INSERT INTO migration VALUES (?, ?, ?)",
                (migration.number, migration.name, migration.digest),
            )
        durable.commit(connection)
        return len(wanted)
    finally:
        if connection.in_transaction:
            connection.rollback()


def _statements(sql: str) -> Iterator[str]:
    """The statements one by one: `executescript` would commit before it begins."""
    statement = ""
    for line in sql.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _back_up(connection: sqlite3.Connection, path: Path, version: int) -> None:
    copy = path.with_name(f"{path.name}.before-{version + 1:04}")
    with ledger_faults(copy.name):
        if copy.exists():
            # Left by an attempt that did not finish: the ledger itself has not moved since.
            durable.remove_file(copy)
        durable.write_file(copy, b"")
        with closing(sqlite3.connect(copy)) as target:
            connection.backup(target)
        durable.sync_file(copy)
        durable.sync_folder(copy.parent)


def _foreign(name: str, message: str) -> LedgerError:
    return LedgerError(
        Problem(
            code="ledger-foreign",
            message=message,
            span=Span(file=name),
            expected="a ledger made by collectctl",
            mend="correct 'ledger' in config/project.yaml, or restore the ledger from its backup",
        )
    )
