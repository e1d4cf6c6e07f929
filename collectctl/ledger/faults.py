"""What the database says when it cannot go on, as problems that somebody can mend.

Knows SQLite's result codes; never repeats SQLite's own text.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from collectctl import durable
from collectctl.problems import LedgerError, Problem, Span

_AGAIN = "the next start finds out whether it was recorded and goes on from there"
_MENDING: dict[str, tuple[str, str]] = {
    "disk-full": ("the disk is full", f"free space and start again; {_AGAIN}"),
    "disk-error": ("the disk failed", f"have the disk looked at, then start again; {_AGAIN}"),
    "disk-refused": (
        "the system refused access to the ledger",
        "give the ledger's folder and files to the account that runs collectctl",
    ),
    "ledger-busy": (
        "another program kept the ledger locked",
        "wait until it is done, then start again",
    ),
    "ledger-damaged": (
        "the ledger's file is damaged or is no ledger",
        "keep the file aside for inquiry and put the last backup in its place",
    ),
}
_CODES = {
    sqlite3.SQLITE_FULL: "disk-full",
    sqlite3.SQLITE_IOERR: "disk-error",
    sqlite3.SQLITE_READONLY: "disk-refused",
    sqlite3.SQLITE_CANTOPEN: "disk-refused",
    sqlite3.SQLITE_PERM: "disk-refused",
    sqlite3.SQLITE_BUSY: "ledger-busy",
    sqlite3.SQLITE_LOCKED: "ledger-busy",
    sqlite3.SQLITE_PROTOCOL: "ledger-busy",
    sqlite3.SQLITE_CORRUPT: "ledger-damaged",
    sqlite3.SQLITE_NOTADB: "ledger-damaged",
}


@contextmanager
def ledger_faults(name: str) -> Iterator[None]:
    """Turns a failing disk or database inside the block into a `LedgerError` about file `name`.

    Anything else SQLite objects to (a broken constraint, wrong SQL) is our defect and passes.

    Raises:
        LedgerError: `disk-full`, `disk-error`, `disk-refused`, `ledger-busy`, `ledger-damaged`.
    """
    try:
        yield
    except OSError as error:
        raise _error(durable.fault(error), name) from None
    except sqlite3.Error as error:
        # The low byte is the kind; the rest of an extended code only refines it.
        code = _CODES.get((getattr(error, "sqlite_errorcode", None) or 0) & 0xFF)
        if code is None:
            raise
        raise _error(code, name) from None


def _error(code: str, name: str) -> LedgerError:
    message, mend = _MENDING[code]
    return LedgerError(Problem(code=code, message=message, span=Span(file=name), mend=mend))
