"""Where a night, or an addendum, is written before it is published: `archive/.staging/<name>/`.

Knows how to make it, add to it, share parts of it and throw it away. Whoever calls holds the lock.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath

from collectctl import durable
from collectctl.archive.faults import disk_faults, is_folder
from collectctl.archive.manifest import MANIFEST, Json, build_manifest, manifest_digest
from collectctl.calendar import parse_day
from collectctl.problems import LedgerError, Problem, Span

STAGING = ".staging"
_ADDENDUM = re.compile(r"(.{10})\.release-([1-9][0-9]{0,5})")


def folder_name(business_date: date, addendum: int = 0) -> str:
    """How the folder of a night is called, or of the addendum with this number, from 1."""
    return f"{business_date}.release-{addendum}" if addendum else business_date.isoformat()


def parse_name(name: str) -> tuple[date, int] | None:
    """The business date and the number of an addendum, 0 for the night itself; None for others."""
    found = _ADDENDUM.fullmatch(name)
    day = parse_day(found[1] if found else name)
    return None if day is None else (day, int(found[2]) if found else 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Staging:
    """A night, or an addendum to one, that is not published yet."""

    archive: Path
    business_date: date
    addendum: int = 0
    """From 1; 0 is the night itself."""

    @property
    def folder(self) -> Path:
        """Where it is written."""
        return self.archive / STAGING / folder_name(self.business_date, self.addendum)

    @property
    def target(self) -> Path:
        """Where it will lie once published."""
        return self.archive / folder_name(self.business_date, self.addendum)

    def path(self, name: str) -> Path:
        """Where a file `a/b.csv` of the night goes; the folders above it are made.

        Raises:
            LedgerError: what `disk_faults` names.
        """
        parts = PurePosixPath(name)
        if parts.is_absolute() or ".." in parts.parts or not parts.parts:
            raise ValueError(f"not a name inside the night: {name!r}")
        with disk_faults("making a folder of the night"):
            durable.make_folder((self.folder / parts).parent)
        return self.folder / parts

    def write(self, name: str, parts: bytes | Iterable[bytes]) -> int:
        """Writes a new file of the night and gives its size in bytes.

        Raises:
            LedgerError: what `disk_faults` names.
        """
        path = self.path(name)
        with disk_faults(f"writing '{name}'"):
            return durable.write_file(path, parts)


def open_staging(archive: Path, business_date: date, addendum: int = 0) -> Staging:
    """An empty staging folder for the night or its addendum; `.staging` is settled by then.

    Raises:
        LedgerError: `staging-left` (`recover` was not called, or there is a second program),
            `night-archived` (the night's folder is there already), or what `disk_faults` names.
    """
    staging = Staging(archive=archive, business_date=business_date, addendum=addendum)
    with disk_faults("opening the staging folder"):
        for folder in (archive, archive / STAGING):
            if not is_folder(folder):
                durable.make_folder(folder, sync=True)
        if is_folder(staging.target):
            raise _in_the_way("night-archived", staging.target.name)
        if is_folder(staging.folder):
            raise _in_the_way("staging-left", f"{STAGING}/{staging.folder.name}")
        durable.make_folder(staging.folder)
    return staging


def share(staging: Staging, names: Sequence[str], group: int) -> None:
    """Lets a group read the named folders of the night, and pass through those above them.

    `group` is the system's number of the delivery group; folders that the night lacks are skipped.

    Raises:
        LedgerError: `delivery-group` (the account is not in that group), or what `disk_faults`
            names.
    """
    with disk_faults("sharing the night with the delivery group"):
        try:
            _share(staging, names, group)
        except PermissionError:
            raise LedgerError(
                Problem(
                    code="delivery-group",
                    message=f"the system refused to give files to group {group}",
                    expected="a group that the account running collectctl belongs to",
                    mend="add the account to it, or correct 'delivery' in config/project.yaml",
                )
            ) from None


def _share(staging: Staging, names: Sequence[str], group: int) -> None:
    for passage in (staging.archive, staging.folder):
        durable.share(passage, durable.GROUP_PASSAGE, group)
    for root in (staging.folder / name for name in sorted(set(names))):
        if is_folder(root):
            durable.share(root, durable.GROUP_FOLDER, group)
            for path in sorted(root.rglob("*")):
                mode = durable.GROUP_FOLDER if path.is_dir() else durable.GROUP_FILE
                durable.share(path, mode, group)


def seal(staging: Staging, facts: dict[str, Json]) -> str:
    """Writes the manifest over all that lies in the staging folder and gives its digest.

    Nothing may be added afterwards.

    Raises:
        LedgerError: `archive-foreign` (a link or device lies there), or what `disk_faults` names.
    """
    with disk_faults("writing the manifest"):
        manifest = build_manifest(staging.folder, facts)
        durable.write_file(staging.folder / MANIFEST, manifest)
    return manifest_digest(manifest)


def discard(staging: Staging) -> None:
    """Deletes the staging folder of a night that will not be published.

    Never after `publish` has begun: only the ledger then knows whether the night stands.

    Raises:
        LedgerError: what `disk_faults` names.
    """
    with disk_faults("discarding the staging folder"):
        durable.remove_tree(staging.folder)


def _in_the_way(code: str, name: str) -> LedgerError:
    return LedgerError(
        Problem(
            code=code,
            message=f"'{name}' is there already",
            span=Span(file=name),
            expected="nothing of this night in the archive",
            mend="start again without other programs at work in the archive",
        )
    )
