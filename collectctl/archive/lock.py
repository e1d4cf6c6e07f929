"""One night at a time: a lock that the kernel holds for a living process and frees at its death."""

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from collectctl import durable
from collectctl.archive.faults import disk_faults, foreign
from collectctl.problems import LockedError, Problem, Span

_LONGEST = 500
"""Bytes read of the holder's text."""


@contextmanager
def hold_lock(path: Path, text: str) -> Iterator[None]:
    """Holds the lock while the block runs; `text` tells others who holds it (pid, host, command).

    It has no age and is never broken: a file left by a dead process locks nobody out.

    Raises:
        LockedError: `locked`, another process holds it.
        LedgerError: `archive-foreign` (no regular file), or what `disk_faults` names.
    """
    with disk_faults("taking the lock"):
        durable.make_folder(path.parent)
        if path.is_symlink():
            raise foreign(path.name, "a regular file")
        descriptor = os.open(
            path,
            os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC,
            durable.OWNER_FILE,
        )
    try:
        with disk_faults("taking the lock"):
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise foreign(path.name, "a regular file")
            _take(descriptor, path)
            durable.overwrite_open(descriptor, text.encode(), path.name)
        try:
            yield
        finally:
            with disk_faults("freeing the lock"):
                os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def _take(descriptor: int, path: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(descriptor, _LONGEST, 0).decode(errors="replace").strip()
        raise LockedError(
            Problem(
                code="locked",
                message=f"another run holds the lock: {holder or 'it has not said which yet'}",
                span=Span(file=path.name),
                mend="wait until it is done; the lock is free as soon as that process ends",
            )
        ) from None
