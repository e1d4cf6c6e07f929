"""The one door to the disk: every write, sync, rename, delete and commit that publishing makes.

Knows in what order bytes become durable; refuses to know what they mean. All of it goes through
`step`, so that a test can stop the process, or fail the call, at each one in turn. Nothing here
follows a link in the last part of a path.
"""

import errno
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Protocol

OWNER_FILE = 0o600
OWNER_FOLDER = 0o700
GROUP_FILE = 0o640
GROUP_FOLDER = 0o750
GROUP_PASSAGE = 0o710
"""A folder that a group may pass through but not list."""


class _Connection(Protocol):
    def commit(self) -> None: ...


def _nothing(_kind: str, _name: str) -> None:
    """What happens before a step outside of tests."""


before_step: Callable[[str, str], None] = _nothing
"""Called with the kind of step (`write`, `sync`, `commit`, `rename`, `delete`) and a file name."""


def step(kind: str, name: str) -> None:
    """Says that the next call changes the disk; raising here is the same as the call failing."""
    before_step(kind, name)


def fault(error: OSError) -> str:
    """The code word for a failed call: `disk-full`, `disk-refused` or `disk-error`."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return "disk-full"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return "disk-refused"
    return "disk-error"


def make_folder(path: Path, *, sync: bool = False) -> None:
    """Makes the folder and its missing parents, readable by their owner alone.

    With `sync` their names are on the disk when it returns; without, `sync_tree` is still to come.
    """
    missing = [p for p in (path, *path.parents) if not p.exists()]
    for folder in reversed(missing):
        step("write", folder.name)
        folder.mkdir(mode=OWNER_FOLDER, exist_ok=True)
        if sync:
            sync_folder(folder.parent)


def write_file(path: Path, parts: bytes | Iterable[bytes], mode: int = OWNER_FILE) -> int:
    """Writes a new file (its folder exists, the file does not) and gives its size in bytes."""
    step("write", path.name)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
    size = 0
    with os.fdopen(descriptor, "wb") as file:
        for part in (parts,) if isinstance(parts, bytes) else parts:
            size += file.write(part)
    return size


def replace_file(path: Path, data: bytes) -> None:
    """Puts new content in a file's place at once: a reader sees the old or the new, never half.

    The file keeps its mode; one that is not there yet is made. Its bytes are on the disk then.
    """
    mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else OWNER_FILE
    fresh = path.with_name(f".{path.name}.new")
    if os.path.lexists(fresh):  # left by a process that was stopped
        remove_file(fresh)
    write_file(fresh, data, OWNER_FILE)
    fresh.chmod(mode)  # on opening, the process's mask would have taken some of it away
    sync_file(fresh)
    step("rename", path.name)
    fresh.replace(path)
    sync_folder(path.parent)


def overwrite_open(descriptor: int, data: bytes, name: str) -> None:
    """Puts new content into an open file (a lock's text: it must keep its inode)."""
    step("write", name)
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, data, 0)


def share(path: Path, mode: int, group: int) -> None:
    """Gives a group its part in a file or folder; `group` is the system's number for it."""
    step("write", path.name)
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        os.fchown(descriptor, -1, group)
        os.fchmod(descriptor, mode)
    finally:
        os.close(descriptor)


def sync_file(path: Path) -> None:
    """Returns once the file's bytes are on the disk."""
    # Not blocking, so that a pipe put in a file's place cannot hold the night up for ever.
    _sync(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)


def sync_folder(path: Path) -> None:
    """Returns once the folder's entries are on the disk."""
    _sync(path, os.O_RDONLY | os.O_DIRECTORY)


def _sync(path: Path, flags: int) -> None:
    step("sync", path.name)
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _from_the_deepest(root: Path) -> Iterator[tuple[Path, bool]]:
    """Each entry below `root`, then `root`: its path, and whether it is a folder of its own."""
    with os.scandir(root) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    for entry in found:
        if entry.is_dir(follow_symlinks=False):
            yield from _from_the_deepest(root / entry.name)
        else:
            yield root / entry.name, False
    yield root, True


def sync_tree(root: Path) -> None:
    """Syncs every file below `root`, and every folder after what it holds, `root` last."""
    for path, is_folder in _from_the_deepest(root):
        if is_folder:
            sync_folder(path)
        else:
            sync_file(path)


def rename(source: Path, target: Path) -> None:
    """Moves a file or folder to a name that does not exist yet, on the same file system."""
    step("rename", target.name)
    # The system would quietly put a folder in the place of an empty one.
    if os.path.lexists(target):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
    source.rename(target)


def remove_file(path: Path) -> None:
    """Deletes a file."""
    step("delete", path.name)
    path.unlink()


def remove_tree(path: Path) -> None:
    """Deletes a folder and all below it, links themselves only; nothing there is no error."""
    if not os.path.lexists(path):
        return
    for entry, is_folder in _from_the_deepest(path):
        step("delete", entry.name)
        if is_folder:
            entry.rmdir()
        else:
            entry.unlink()


def commit(connection: _Connection) -> None:
    """Commits the transaction: the moment that decides."""
    step("commit", "ledger")
    connection.commit()
