"""What a night's folder holds, byte by byte: the list that is published with it and checked later.

Knows names, sizes and digests; refuses to know what the files mean.
"""

import hashlib
import json
import os
import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from collectctl.archive.faults import disk_faults, foreign, is_folder
from collectctl.problems import LedgerError, Problem, Span

MANIFEST = "manifest.json"
FORMAT = "collectctl-manifest/1"
MAX_BYTES = 256 * 1024 * 1024
"""A manifest larger than this is none of ours and is not read."""

Json = str | int | bool | None | Sequence["Json"] | Mapping[str, "Json"]
"""What a manifest may say of a night; no fractions, since their spelling is not one."""

_THREADS = 4
_DIGEST = re.compile(r"[0-9a-f]{64}")
_REGULAR = "a regular file"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileEntry:
    """One file of a night."""

    sha256: str
    size: int
    """Bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """A manifest as it was read."""

    digest: str
    """SHA-256 of its bytes: what the ledger keeps of the night."""
    files: Mapping[str, FileEntry]
    facts: Mapping[str, Json]
    """All it says beside the files."""


def manifest_digest(data: bytes) -> str:
    """The SHA-256 of a manifest's bytes, in hex."""
    return hashlib.sha256(data).hexdigest()


def build_manifest(folder: Path, facts: Mapping[str, Json]) -> bytes:
    """The canonical JSON of the facts with every file below the folder, manifest aside.

    `facts` may not use the keys `format` and `files`. The bytes depend on neither the order of
    anything nor the number of threads that hash.

    Raises:
        LedgerError: `archive-foreign` (a link, a device or an unprintable name), or what
            `disk_faults` names.
    """
    reserved = sorted({"format", "files"} & facts.keys())
    if reserved:
        raise ValueError(f"the manifest's own keys: {reserved}")
    with disk_faults("listing the night's files"):
        names = []
        for name, mode in _entries(folder):
            if not stat.S_ISREG(mode):
                raise foreign(name, _REGULAR)
            if not name.isprintable():
                raise foreign(name, "a file with a printable name")
            names.append(name)
    found = {n: e for n, e in _hash(folder, names).items() if n != MANIFEST}
    files = {name: {"sha256": entry.sha256, "size": entry.size} for name, entry in found.items()}
    text = json.dumps(
        {"format": FORMAT, **facts, "files": files},
        ensure_ascii=False,
        allow_nan=False,
        sort_keys=True,
        indent=2,
    )
    return f"{text}\n".encode()


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a night's folder, checked for its own shape but not against the files.

    Raises:
        LedgerError: `manifest-missing`, `manifest-damaged`, `archive-foreign`, or what
            `disk_faults` names.
    """
    name = f"{folder.name}/{MANIFEST}"
    with disk_faults("reading a manifest"):
        if not is_folder(folder) or not os.path.lexists(folder / MANIFEST):
            raise LedgerError(
                Problem(
                    code="manifest-missing",
                    message=f"there is no '{name}' in the archive",
                    span=Span(file=name),
                    mend="restore the night's folder from its backup",
                )
            )
        with os.fdopen(open_regular(folder / MANIFEST), "rb") as file:
            data = file.read(MAX_BYTES + 1)
    manifest = _parse(data)
    if manifest is None:
        raise LedgerError(
            Problem(
                code="manifest-damaged",
                message=f"'{name}' is not a manifest",
                span=Span(file=name),
                expected=f"JSON of the format '{FORMAT}'",
                mend="restore the night's folder from its backup",
            )
        )
    return manifest


def verify_folder(folder: Path, digest: str | None = None) -> tuple[Problem, ...]:
    """What in a night's folder is not as it was published; nothing if every byte is.

    `digest` is what the ledger keeps of the manifest. Problems: `manifest-changed`,
    `archive-changed`, `archive-missing`, `archive-added`, sorted by file.

    Raises:
        LedgerError: as `read_manifest`.
    """
    manifest = read_manifest(folder)
    problems = []
    if digest is not None and manifest.digest != digest:
        problems.append(_change("manifest-changed", MANIFEST, "was changed since"))
    with disk_faults("checking a night's files"):
        modes = {name: mode for name, mode in _entries(folder) if name != MANIFEST}
    regular = {name for name, mode in modes.items() if stat.S_ISREG(mode)}
    found = _hash(folder, sorted(regular & manifest.files.keys()))
    problems += [
        _change("archive-changed", name, "was changed since")
        for name, entry in found.items()
        if entry != manifest.files[name]
    ]
    problems += [
        _change("archive-changed", name, "was replaced by a link or a device")
        for name in modes.keys() & manifest.files.keys() - regular
    ]
    problems += [
        _change("archive-missing", name, "is missing") for name in manifest.files.keys() - modes
    ]
    problems += [
        _change("archive-added", name, "was added since")
        for name in modes.keys() - manifest.files.keys()
    ]
    return tuple(sorted(problems, key=Problem.sort_key))


def open_regular(path: Path) -> int:
    """A descriptor for reading a regular file; the caller closes it.

    Raises:
        LedgerError: `archive-foreign`, there is a link, a folder or a device in its place.
    """
    if path.is_symlink():
        raise foreign(path.name, _REGULAR)
    # Not blocking, so that a pipe in the file's place is refused instead of waited for.
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise foreign(path.name, _REGULAR)
    return descriptor


def hash_file(path: Path) -> FileEntry:
    """Size and digest of one regular file.

    Raises:
        LedgerError: as `open_regular`, or what `disk_faults` names.
    """
    with (
        disk_faults("reading a file of the night"),
        os.fdopen(open_regular(path), "rb", buffering=0) as file,
    ):
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return FileEntry(sha256=digest, size=file.tell())


def _hash(folder: Path, names: Sequence[str]) -> dict[str, FileEntry]:
    # Hashing leaves the interpreter's lock, so that threads are enough.
    with ThreadPoolExecutor(_THREADS) as pool:
        return dict(zip(names, pool.map(lambda n: hash_file(folder / n), names), strict=True))


def _entries(folder: Path, prefix: str = "") -> Iterator[tuple[str, int]]:
    """Name and mode of all below the folder that is no folder itself."""
    with os.scandir(folder) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    for entry in found:
        mode = entry.stat(follow_symlinks=False).st_mode
        if stat.S_ISDIR(mode):
            yield from _entries(folder / entry.name, f"{prefix}{entry.name}/")
        else:
            yield f"{prefix}{entry.name}", mode


def _parse(data: bytes) -> Manifest | None:
    if len(data) > MAX_BYTES:
        return None
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or document.pop("format", None) != FORMAT:
        return None
    listed = document.pop("files", None)
    if not isinstance(listed, dict):
        return None
    files = {name: _entry(name, value) for name, value in listed.items()}
    known = {name: entry for name, entry in files.items() if entry is not None}
    if len(known) != len(files):
        return None
    return Manifest(digest=manifest_digest(data), files=known, facts=document)


def _entry(name: str, value: object) -> FileEntry | None:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or str(path) != name or name in (".", MANIFEST):
        return None
    match value:
        case {"sha256": str(sha256), "size": int(size)} if _DIGEST.fullmatch(sha256):
            return FileEntry(sha256=sha256, size=size)
        case _:
            return None


def _change(code: str, name: str, what: str) -> Problem:
    return Problem(
        code=code,
        message=f"'{name}' {what}",
        span=Span(file=name),
        expected="the night as it was published",
        mend="find out who changed it, and restore the night's folder from its backup",
    )
