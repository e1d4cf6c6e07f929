"""Publishing a night whole or not at all, and settling what a dead run left behind.

The order of calls is the whole of it, and `docs/publishing.md` says what each gap leaves. Knows
folders and digests; what decides is a commit that the caller hands in.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from collectctl import durable
from collectctl.archive.faults import disk_faults, foreign, is_folder
from collectctl.archive.manifest import MANIFEST, hash_file, verify_folder
from collectctl.archive.staging import STAGING, Staging, parse_name
from collectctl.problems import LedgerError, Level, Problem, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What `recover` did."""

    finished: tuple[str, ...]
    """Recorded folders, of nights and addenda, that it moved into the archive."""
    discarded: tuple[str, ...]
    """Folders in staging that were never recorded, which it deleted."""
    problems: tuple[Problem, ...]
    """Warnings `night-absent`: recorded folders, older than the last, that are not there."""


def publish(staging: Staging, manifest_digest: str, commit: Callable[[], None]) -> Path:
    """The night's folder in the archive, once `commit` has recorded it.

    `manifest_digest` is what `seal` gave. Before `commit` returns nothing is published; after it
    the night is, whatever happens next: a failure later on is finished by the next `recover`.

    Raises:
        LedgerError: `staging-changed` (the manifest is not the sealed one), what `commit` raises,
            or what `disk_faults` names.
    """
    if hash_file(staging.folder / MANIFEST).sha256 != manifest_digest:
        raise _unlike(staging.folder, ())
    with disk_faults("writing the night to the disk"):
        durable.sync_tree(staging.folder)
        # The names of the folders must be as durable as what they hold before the ledger speaks
        # of them.
        durable.sync_folder(staging.folder.parent)
        durable.sync_folder(staging.archive)
    with disk_faults("recording the night in the ledger"):
        commit()
    _move(staging)
    return staging.target


def recover(
    archive: Path, published: Mapping[str, str], addenda: Mapping[str, str] | None = None
) -> Settled:
    """What had to be finished or discarded; afterwards the archive and the ledger agree.

    `published` and `addenda` map the folder of each night, and of each addendum to one, that the
    ledger has recorded to its manifest digest, newest recording last. Called at every start, with
    the lock held.

    Raises:
        LedgerError: they cannot be made to agree, and nothing was deleted that is recorded:
            `archive-foreign`, `archive-unrecorded` (a night that the ledger does not know),
            `night-lost` (the last recorded night is nowhere), `night-twice` (in the archive and
            in staging), `staging-changed`, or what `disk_faults` names.
    """
    recorded = {**published, **(addenda or {})}
    newest = [*list(published)[-1:], *list(addenda or {})[-1:]]
    with disk_faults("looking at what the last run left"):
        archived, staged = _named(archive), _staged(archive)
        _refuse_contradictions(archived, staged, recorded, newest)
    finished, discarded = [], []
    for name in sorted(staged):
        staging = staged[name]
        if name in recorded:
            problems = verify_folder(staging.folder, recorded[name])
            if problems:
                raise _unlike(staging.folder, problems)
            _move(staging)
            finished.append(name)
        else:
            with disk_faults("discarding a night that was not recorded"):
                durable.remove_tree(staging.folder)
            discarded.append(name)
    absent = [_absent(name) for name in sorted(recorded.keys() - archived.keys() - staged.keys())]
    return Settled(finished=tuple(finished), discarded=tuple(discarded), problems=tuple(absent))


def _move(staging: Staging) -> None:
    with disk_faults("moving the recorded night into the archive"):
        durable.rename(staging.folder, staging.target)
        durable.sync_folder(staging.archive)
        durable.sync_folder(staging.folder.parent)


def _named(archive: Path, below: str = "") -> dict[str, Staging]:
    """The nights and addenda that have a folder here; other names are none of our business."""
    folder = archive / below
    if not is_folder(folder):
        return {}
    found = {entry: parse_name(entry.name) for entry in folder.iterdir()}
    return {
        entry.name: Staging(archive=archive, business_date=name[0], addendum=name[1])
        for entry, name in found.items()
        if name is not None and is_folder(entry)
    }


def _staged(archive: Path) -> dict[str, Staging]:
    if not is_folder(archive / STAGING):
        return {}
    for entry in sorted((archive / STAGING).iterdir()):
        if parse_name(entry.name) is None:
            raise foreign(f"{STAGING}/{entry.name}", "the folder of a night")
    return _named(archive, STAGING)


def _refuse_contradictions(
    archived: Mapping[str, Staging], staged: Mapping[str, Staging], recorded: Mapping[str, str],
    newest: Sequence[str],
) -> None:  # fmt: skip
    problems = [
        _contradiction(
            "archive-unrecorded",
            name,
            "is in the archive, but the ledger does not know it",
            "put the ledger that belongs to this archive back in its place, from its backup",
        )
        for name in archived.keys() - recorded.keys()
    ]
    problems += [
        _contradiction(
            "night-twice",
            name,
            f"is in the archive and in '{STAGING}' at once",
            f"take out the folder in '{STAGING}' once it is clear who put it there",
        )
        for name in archived.keys() & staged.keys()
    ]
    problems += [
        _contradiction(
            "night-lost",
            name,
            "is in the ledger as the newest, but not in the archive",
            "restore its folder from its backup; what comes next is compared with it",
        )
        for name in newest
        if name not in archived.keys() | staged.keys()
    ]
    if problems:
        raise LedgerError(problems)


def _said(name: str) -> str:
    """What a folder is, for a person."""
    day, addendum = parse_name(name) or (name, 0)
    return f"release {addendum} of the night of {day}" if addendum else f"the night of {day}"


def _contradiction(code: str, name: str, message: str, mend: str) -> Problem:
    return Problem(code=code, message=f"{_said(name)} {message}", span=Span(file=name), mend=mend)


def _absent(name: str) -> Problem:
    return Problem(
        code="night-absent",
        message=f"{_said(name)} is in the ledger, but not in the archive",
        span=Span(file=name),
        level=Level.WARNING,
        mend="restore its folder from its backup",
    )


def _unlike(folder: Path, problems: tuple[Problem, ...]) -> LedgerError:
    name = f"{folder.parent.name}/{folder.name}"
    return LedgerError(
        [
            Problem(
                code="staging-changed",
                message=f"'{name}' is not what the run sealed",
                span=Span(file=name),
                mend="keep the folder for inquiry; restore ledger and archive from their backup",
            ),
            *problems,
        ]
    )
