"""One copy of a night's exports, made once; everything after reads only the copy.

Knows which files a night may have and how to take them safely: no symbolic link, device or pipe is
followed, no file is taken while it grows. Refuses to know what is in them.
"""

import fnmatch
import hashlib
import os
import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO

from collectctl import durable
from collectctl.exports import patterns
from collectctl.exports.contract import Contract
from collectctl.problems import InputRefusedError, Problem, Span

_PIECE = 1 << 20
_SAFE_NAME = re.compile(r"[A-Za-z0-9._-]+")
_SMALL = 1_000_000
"""Bytes that a control file or a marker may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapFile:
    """One file of a snapshot."""

    path: Path
    digest: str
    """SHA-256 in hexadecimal."""
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A night's files by their name relative to the inbox, sorted."""

    files: Mapping[str, SnapFile]

    def matching(self, pattern: str) -> tuple[str, ...]:
        """Names that fit a pattern with one `*` in its last part."""
        folder, _, last = pattern.rpartition("/")
        names = (n.rpartition("/") for n in self.files)
        return tuple(
            f"{f}/{n}" if f else n
            for f, _, n in names
            if f == folder and fnmatch.fnmatchcase(n, last)
        )


def waiting_nights(inbox: Path, contracts: Sequence[Contract]) -> tuple[date, ...]:
    """Business dates whose required exports, with what says they are whole, are in the inbox."""
    return tuple(day for day, lacking in _nights(inbox, contracts).items() if not lacking)


def partial_nights(inbox: Path, contracts: Sequence[Contract]) -> dict[date, tuple[str, ...]]:
    """Business dates of which something required is there but not all, with what is lacking."""
    return {day: lacking for day, lacking in _nights(inbox, contracts).items() if lacking}


def _nights(inbox: Path, contracts: Sequence[Contract]) -> dict[date, tuple[str, ...]]:
    """Every date that a required export's name mentions, ascending, and the files it lacks."""
    names = set(_names(inbox))
    required = [c for c in contracts if c.is_required]
    spellings = [patterns.compiled(c.file) for c in required]
    days = {day for s in spellings for n in names if (day := patterns.date_of(s, n)) is not None}
    return {
        day: tuple(sorted({n for c in required for n in _needed(c, day)} - names))
        for day in sorted(days)
    }


def _needed(contract: Contract, day: date) -> set[str]:
    return {contract.expected(day).main, *_beside(contract, day)}


def _beside(contract: Contract, day: date) -> set[str]:
    expected = contract.expected(day)
    return {n for n in (expected.control, expected.marker) if n is not None}


def _names(inbox: Path) -> Iterator[str]:
    for folder, _, names in os.walk(inbox):
        below = Path(folder).relative_to(inbox)
        yield from ((below / name).as_posix() for name in names)


def take_snapshot(
    inbox: Path, contracts: Sequence[Contract], business_date: date, into: Path
) -> Snapshot:
    """Copies every file of the night that is there into the folder `into`, which exists.

    Files that a contract expects and that are not there are left to `load_export` to judge.

    Raises:
        InputRefusedError: `not-a-plain-file`, `too-large`, `still-growing`, `unreadable`,
            `mended-name`; all files' problems at once.
    """
    wanted = _wanted(inbox, contracts, business_date)
    files: dict[str, SnapFile] = {}
    problems: list[Problem] = []
    for name in sorted(wanted):
        try:
            taken = _take(inbox, name, wanted[name], into)
        except InputRefusedError as error:
            problems += error.problems
        else:
            if taken is not None:
                files[name] = taken
    if problems:
        raise InputRefusedError(problems)
    return Snapshot(files=files)


def _wanted(inbox: Path, contracts: Sequence[Contract], day: date) -> dict[str, int]:
    """Names to look for, each with the bytes it may have."""
    wanted: dict[str, int] = {}
    problems: list[Problem] = []
    for contract in contracts:
        expected = contract.expected(day)
        wanted |= dict.fromkeys(_beside(contract, day), _SMALL)
        wanted[expected.main] = contract.limits.bytes
        folder, _, last = (expected.mended or "").rpartition("/")
        for name in _listed(inbox / folder) if last else ():
            if not fnmatch.fnmatchcase(name, last):
                continue
            if _SAFE_NAME.fullmatch(name):
                wanted[f"{folder}/{name}" if folder else name] = contract.limits.bytes
            else:
                problems.append(
                    _problem(
                        folder, "mended-name", "a file of mended rows has a name with other signs",
                        "letters A to Z, digits, _ . and -", "rename the file",
                    )
                )  # fmt: skip
    if problems:
        raise InputRefusedError(problems)
    return wanted


def _listed(folder: Path) -> tuple[str, ...]:
    return tuple(sorted(os.listdir(folder))) if folder.is_dir() else ()  # noqa: PTH208 - names only


def _problem(name: str, code: str, message: str, expected: str, mend: str) -> Problem:
    return Problem(
        code=code, message=message, span=Span(file=name), expected=expected, mend=mend
    )  # fmt: skip


def _take(inbox: Path, name: str, limit: int, into: Path) -> SnapFile | None:
    """The copy of one file, or None if there is no such file."""
    try:
        descriptor = _open(inbox, name)
    except FileNotFoundError:
        return None
    except OSError:
        raise _refused(name, "a symbolic link, or not readable") from None
    before = os.fstat(descriptor)
    if not stat.S_ISREG(before.st_mode):
        os.close(descriptor)
        raise _refused(name, "a folder, device or pipe")
    with os.fdopen(descriptor, "rb") as source:
        if before.st_size > limit:
            raise InputRefusedError(
                _problem(
                    name, "too-large", f"the file has {before.st_size:,} bytes",
                    f"at most {limit:,} bytes",
                    "raise 'limits' in the contract if the bank has really grown this much",
                )
            )  # fmt: skip
        target = into / name
        durable.make_folder(target.parent)
        digest = hashlib.sha256()
        size = durable.write_file(target, _pieces(source, digest, limit))
        after = os.fstat(descriptor)
    if (before.st_size, before.st_mtime_ns) != (size, after.st_mtime_ns) or size != after.st_size:
        raise InputRefusedError(
            _problem(
                name, "still-growing", "the file changed while it was read",
                "a file that nobody writes to any more", "wait until it has arrived, and run again",
            )
        )  # fmt: skip
    return SnapFile(path=target, digest=digest.hexdigest(), size=size)


def _refused(name: str, what: str) -> InputRefusedError:
    return InputRefusedError(
        _problem(
            name, "not-a-plain-file", f"this is {what}", "a plain file",
            "put the file itself there, readable by whoever runs the night",
        )
    )  # fmt: skip


def _open(inbox: Path, name: str) -> int:
    """A descriptor of the file; no part of its name below the inbox may be a symbolic link."""
    *folders, last = name.split("/")
    at = os.open(inbox, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for folder in folders:
            inner = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=at)
            os.close(at)
            at = inner
        return os.open(last, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=at)
    finally:
        os.close(at)


def _pieces(source: BinaryIO, digest: "hashlib._Hash", limit: int) -> Iterator[bytes]:
    """The content piece by piece, never more than one piece beyond the limit."""
    size = 0
    while size <= limit and (piece := source.read(_PIECE)):
        digest.update(piece)
        size += len(piece)
        yield piece
