"""The one way to the ledger's file: settings, permissions and refusals no caller can forget."""

import os
import sqlite3
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

from collectctl import durable
from collectctl.ledger.faults import ledger_faults
from collectctl.ledger.migrate import Migration, check_version, migrate, packaged_migrations
from collectctl.ledger.network import network_share
from collectctl.problems import LedgerError, Problem, Span

Ledger = sqlite3.Connection
"""An open ledger, for those who pass it on and need not know what it is made of."""

_MOUNTS = Path("/proc/self/mountinfo")
BUSY_SECONDS = 30
"""How long a command waits for another one's transaction; none lasts longer than a commit."""
_PATIENCE = 50
"""How often the switch of a new file is tried while others make it too."""


def connect(
    path: Path, *, create: bool = True, migrations: Sequence[Migration] | None = None
) -> sqlite3.Connection:
    """An open ledger of this program's version, in autocommit mode; the caller closes it.

    A file that is not there is made, and a blank one filled, unless `create` is false. An older
    ledger is refused: moving it forward is a decision (`migrate`), not something a night does.
    `migrations` are the packaged ones unless a test brings its own.

    Raises:
        LedgerError: `network-share`, `ledger-not-a-file`, `no-ledger`, `ledger-foreign`,
            `ledger-newer`, `ledger-older`, or what `ledger_faults` names.
    """
    connection = open_file(path, create=create)
    try:
        _bring_in_line(connection, path, migrations or packaged_migrations())
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def copied(connection: sqlite3.Connection, folder: Path) -> Iterator[sqlite3.Connection]:
    """A copy of the ledger in a folder, to be written to at will; gone at the end.

    Raises: LedgerError as `ledger_faults` names.
    """
    path = folder / "ledger.sqlite"
    with ledger_faults(path.name):
        durable.make_folder(folder)
        durable.write_file(path, b"")
        copy = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            connection.backup(copy)
            _set_up(copy)
            yield copy
        finally:
            copy.close()
            for file in folder.glob(f"{path.name}*"):
                file.unlink()


def _bring_in_line(
    connection: sqlite3.Connection, path: Path, migrations: Sequence[Migration]
) -> None:
    version = check_version(connection, path.name, migrations)
    if version == 0:
        migrate(connection, path, migrations)
    elif version < len(migrations):
        raise LedgerError(
            Problem(
                code="ledger-older",
                message=f"the ledger has version {version}",
                span=Span(file=path.name),
                expected=f"version {len(migrations)}",
                mend="upgrade the ledger as the release notes of this program say",
            )
        )


def open_file(path: Path, *, create: bool = True) -> sqlite3.Connection:
    """The file with every setting of ours, whatever its version; for `migrate`.

    Raises:
        LedgerError: as `connect`, except for versions.
    """
    with ledger_faults(path.name):
        _refuse_share(path)
        _prepare_file(path, create=create)
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            _set_up(connection)
        except BaseException:
            connection.close()
            raise
        return connection


def _refuse_share(path: Path) -> None:
    if not _MOUNTS.exists():
        return
    folder = PurePosixPath(os.path.realpath(path.parent))
    kind = network_share(_MOUNTS.read_text(encoding="utf-8", errors="surrogateescape"), folder)
    if kind is not None:
        raise LedgerError(
            Problem(
                code="network-share",
                message=f"the ledger's folder is on a network share ('{kind}')",
                span=Span(file=path.name),
                expected="a local disk",
                mend="move the project folder to a disk of this machine",
            )
        )


def _prepare_file(path: Path, *, create: bool) -> None:
    """Makes the file before SQLite does, so that it is never readable by others."""
    try:
        status = path.lstat()
    except FileNotFoundError:
        if not create:
            raise LedgerError(
                Problem(
                    code="no-ledger",
                    message="there is no ledger here",
                    span=Span(file=path.name),
                    expected="the ledger's file",
                    mend="restore it from its backup; 'collectctl init DIR' makes a new project",
                )
            ) from None
        durable.make_folder(path.parent, sync=True)
        # Another command may make it at the same moment; then it is there, which is all we want.
        with suppress(FileExistsError):
            durable.write_file(path, b"")
        durable.sync_file(path)
        durable.sync_folder(path.parent)
        return
    if not stat.S_ISREG(status.st_mode):
        raise LedgerError(
            Problem(
                code="ledger-not-a-file",
                message="the ledger is a link, a folder or a device",
                span=Span(file=path.name),
                expected="a regular file",
                mend="put the ledger's file itself here",
            )
        )


def _set_up(connection: sqlite3.Connection) -> None:
    _switch_to_wal(connection)
    for setting in (
        # A committed night must survive a power cut.
        "synchronous = FULL",
        "foreign_keys = ON",
        # Without it INSERT OR REPLACE deletes a row and no trigger is asked.
        "recursive_triggers = ON",
        # A schema made elsewhere must not call functions of ours.
        "trusted_schema = OFF",
    ):
        connection.execute(f"PRAGMA {setting}")


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    """Switches a new file over; on any other this changes nothing.

    The switch is the one thing SQLite does not wait for when somebody else is about it, so the
    waiting is done by a transaction in between.
    """
    for _ in range(_PATIENCE):
        try:
            connection.execute("PRAGMA journal_mode = WAL").fetchone()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            connection.execute("BEGIN IMMEDIATE")
            connection.rollback()
        else:
            return
    connection.execute("PRAGMA journal_mode = WAL").fetchone()
