"""The one door to the disk: every write, sync, rename, delete and commit that publishing makes.

Knows in what order bytes become durable; refuses to know what they mean. All of it goes through
`step`, so that a test can stop the process, or fail the call, at each one in turn.
"""

import os
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol

OWNER_FILE = 0o600
OWNER_FOLDER = 0o700


class _Connection(Protocol):
    def commit(self) -> None: ...


def _nothing(_kind: str, _name: str) -> None:
    """What happens before a step outside of tests."""


before_step: Callable[[str, str], None] = _nothing
"""Called with the kind of step (`write`, `sync`, `commit`, `rename`, `delete`) and a file name."""


def step(kind: str, name: str) -> None:
    """Says that the next call changes the disk; raising here is the same as the call failing."""
    before_step(kind, name)


def make_folder(path: Path) -> None:
    """Makes the folder and its missing parents, readable by their owner alone."""
    missing = [p for p in (path, *path.parents) if not p.exists()]
    for folder in reversed(missing):
        step("write", folder.name)
        folder.mkdir(mode=OWNER_FOLDER, exist_ok=True)


def write_file(path: Path, parts: bytes | Iterable[bytes], mode: int = OWNER_FILE) -> int:
    """Writes a new file (its folder exists, the file does not) and gives its size in bytes."""
    step("write", path.name)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
    size = 0
    with os.fdopen(descriptor, "wb") as file:
        for part in (parts,) if isinstance(parts, bytes) else parts:
            size += file.write(part)
    return size


def sync_file(path: Path) -> None:
    """Returns once the file's bytes are on the disk."""
    _sync(path, os.O_RDONLY | os.O_NOFOLLOW)


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


def sync_tree(root: Path) -> None:
    """Syncs every file below `root`, then every folder from the deepest up, `root` last."""
    for folder, _, names in os.walk(root, topdown=False):
        for name in sorted(names):
            sync_file(Path(folder) / name)
        sync_folder(Path(folder))


def rename(source: Path, target: Path) -> None:
    """Moves a file or folder to a name that does not exist yet, on the same file system."""
    step("rename", target.name)
    if target.exists():
        raise FileExistsError(target)
    source.rename(target)


def replace_file(path: Path, data: bytes) -> None:
    """Puts new content in a file's place, so that a reader sees the old or the new, whole."""
    fresh = path.with_name(f".{path.name}.new")
    if fresh.exists():
        step("delete", fresh.name)
        fresh.unlink()
    write_file(fresh, data)
    sync_file(fresh)
    step("rename", path.name)
    fresh.replace(path)
    sync_folder(path.parent)


def remove_tree(path: Path) -> None:
    """Deletes a folder and all below it; a folder that is not there is no error."""
    if not path.exists():
        return
    step("delete", path.name)
    shutil.rmtree(path)


def commit(connection: _Connection) -> None:
    """Commits the transaction: the moment that decides."""
    step("commit", "ledger")
    connection.commit()
