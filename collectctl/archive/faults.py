"""Failing disk calls and things that must not be in an archive, as problems somebody can mend."""

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from collectctl import durable
from collectctl.problems import LedgerError, Problem, Span

_SETTLED = "the next start finishes or discards what is half done"
_MENDING = {
    "disk-full": ("the disk is full", f"free space and start again; {_SETTLED}"),
    "disk-error": ("the disk failed", f"have the disk looked at and start again; {_SETTLED}"),
    "disk-refused": (
        "the system refused access",
        "give the project folder and all in it to the account that runs collectctl",
    ),
}


@contextmanager
def disk_faults(doing: str) -> Iterator[None]:
    """Turns a failing disk call inside the block into a `LedgerError` that says what was `doing`.

    The system's own text and paths are left out: they may hold names from the bank's files.

    Raises:
        LedgerError: `disk-full`, `disk-error`, `disk-refused`.
    """
    try:
        yield
    except OSError as error:
        code = durable.fault(error)
        what, mend = _MENDING[code]
        raise LedgerError(Problem(code=code, message=f"{what} while {doing}", mend=mend)) from None


def is_folder(path: Path) -> bool:
    """Whether a folder of its own is here; nothing here is false.

    Raises:
        LedgerError: `archive-foreign`, there is a link, a file or a device in its place.
    """
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return False
    if not stat.S_ISDIR(mode):
        raise foreign(path.name, "a folder")
    return True


def foreign(name: str, expected: str) -> LedgerError:
    """The refusal of something in the archive that no run of ours put there."""
    return LedgerError(
        Problem(
            code="archive-foreign",
            message=f"'{name}' in the archive is not {expected}",
            span=Span(file=name),
            expected=expected,
            mend="find out who put it there (a link, a device, a copy) and take it out",
        )
    )
