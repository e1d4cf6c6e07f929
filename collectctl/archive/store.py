"""The store of configurations: each whole, in a folder named by the digest of its content.

Knows how one is put there and that it is unchanged; refuses to know which is in force.
"""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

from collectctl import durable
from collectctl.archive.faults import disk_faults, is_folder
from collectctl.problems import LedgerError, Problem, Span

STORE = "store"
"""Below the project folder."""


def put_configuration(root: Path, digest: str, files: Mapping[str, bytes]) -> None:
    """Stores a configuration under its digest; one that is there already is left as it is.

    `files` are names below `config/`. The folder appears whole or not at all.

    Raises:
        LedgerError: what `disk_faults` names.
    """
    with disk_faults("storing the configuration"):
        folder = root / configuration_folder(digest)
        if is_folder(folder):
            return
        unfinished = folder.with_name(f"{digest}.unfinished")
        if os.path.lexists(unfinished):
            durable.remove_tree(unfinished)
        for name, data in files.items():
            path = unfinished / "config" / name
            durable.make_folder(path.parent)
            durable.write_file(path, data)
        durable.sync_tree(unfinished)
        durable.rename(unfinished, folder)


def configuration_folder(digest: str) -> str:
    """Where below the project folder a configuration lies; its files are below `config/` in it."""
    return f"{STORE}/{digest}"


def put_proposal(root: Path, data: bytes) -> str:
    """Stores the text that people put their name to and gives its digest.

    Raises:
        LedgerError: what `disk_faults` names.
    """
    digest = hashlib.sha256(data).hexdigest()
    path = proposal_file(root, digest)
    with disk_faults("storing the proposal"):
        if os.path.lexists(path):
            # A command that died may have left a part of it.
            durable.remove_file(path)
        durable.make_folder(path.parent, sync=True)
        durable.write_file(path, data)
        durable.sync_file(path)
        durable.sync_folder(path.parent)
    return digest


def proposal_file(root: Path, digest: str) -> Path:
    """Where a proposal's text lies."""
    return root / STORE / "proposals" / f"{digest}.json"


def read_proposal(root: Path, digest: str) -> bytes:
    """The text of a proposal, checked against its digest.

    Raises:
        LedgerError: `store-changed` (it is not what was proposed), or what `disk_faults` names.
    """
    path = proposal_file(root, digest)
    with disk_faults("reading the proposal"):
        data = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
    if hashlib.sha256(data).hexdigest() != digest:
        raise changed(f"proposals/{path.name}")
    return data


def changed(name: str) -> LedgerError:
    """The refusal of something in the store that is not what was put there."""
    place = f"{STORE}/{name}"
    return LedgerError(
        Problem(
            code="store-changed",
            message=f"'{place}' is missing or was changed since it was approved",
            span=Span(file=place),
            expected="what people put their name to",
            mend="restore the folder from its backup",
        )
    )
