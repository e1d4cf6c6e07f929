"""Publishing a night whole or not at all, and settling what a dead run left behind.

The order of calls is the whole of it, and `docs/publishing.md` says what each gap leaves. Knows
folders and digests; what decides is a commit that the caller hands in.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from collectctl import durable
from collectctl.archive.faults import disk_faults, foreign, is_folder
from collectctl.archive.manifest import MANIFEST, hash_file, verify_folder
from collectctl.archive.staging import STAGING, Staging
from collectctl.calendar import parse_day
from collectctl.problems import LedgerError, Level, Problem, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What `recover` did."""

    finished: tuple[date, ...]
    """Recorded nights whose folder it moved into the archive."""
    discarded: tuple[date, ...]
    """Nights that were never recorded, whose staging folder it deleted."""
    problems: tuple[Problem, ...]
    """Warnings `night-absent`: recorded nights, older than the last, without their folder."""


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


def recover(archive: Path, published: Mapping[date, str]) -> Settled:
    """What had to be finished or discarded; afterwards the archive and the ledger agree.

    `published` maps each night that the ledger has recorded to its manifest digest, newest
    recording last. Called at every start, with the lock held.

    Raises:
        LedgerError: they cannot be made to agree, and nothing was deleted that is recorded:
            `archive-foreign`, `archive-unrecorded` (a night that the ledger does not know),
            `night-lost` (the last recorded night is nowhere), `night-twice` (in the archive and
            in staging), `staging-changed`, or what `disk_faults` names.
    """
    with disk_faults("looking at what the last run left"):
        archived, staged = _dated(archive), _staged(archive)
        _refuse_contradictions(archived, staged, published)
    finished, discarded = [], []
    for day in sorted(staged):
        staging = Staging(archive=archive, business_date=day)
        if day in published:
            problems = verify_folder(staging.folder, published[day])
            if problems:
                raise _unlike(staging.folder, problems)
            _move(staging)
            finished.append(day)
        else:
            with disk_faults("discarding a night that was not recorded"):
                durable.remove_tree(staging.folder)
            discarded.append(day)
    absent = [_absent(day) for day in sorted(published.keys() - archived - staged)]
    return Settled(finished=tuple(finished), discarded=tuple(discarded), problems=tuple(absent))


def _move(staging: Staging) -> None:
    with disk_faults("moving the recorded night into the archive"):
        durable.rename(staging.folder, staging.target)
        durable.sync_folder(staging.archive)
        durable.sync_folder(staging.folder.parent)


def _dated(folder: Path) -> set[date]:
    """The nights that have a folder here; other names are none of our business."""
    if not is_folder(folder):
        return set()
    days = {entry: parse_day(entry.name) for entry in folder.iterdir()}
    return {day for entry, day in days.items() if day is not None and is_folder(entry)}


def _staged(archive: Path) -> set[date]:
    if not is_folder(archive / STAGING):
        return set()
    for entry in sorted((archive / STAGING).iterdir()):
        if parse_day(entry.name) is None:
            raise foreign(f"{STAGING}/{entry.name}", "the folder of a night")
    return _dated(archive / STAGING)


def _refuse_contradictions(
    archived: set[date], staged: set[date], published: Mapping[date, str]
) -> None:
    problems = [
        _contradiction(
            "archive-unrecorded",
            day,
            "is in the archive, but the ledger does not know it",
            "put the ledger that belongs to this archive back in its place, from its backup",
        )
        for day in archived - published.keys()
    ]
    problems += [
        _contradiction(
            "night-twice",
            day,
            f"is in the archive and in '{STAGING}' at once",
            f"take out the folder in '{STAGING}' once it is clear who put it there",
        )
        for day in archived & staged
    ]
    problems += [
        _contradiction(
            "night-lost",
            day,
            "is in the ledger as the newest, but not in the archive",
            "restore its folder from its backup; the next night is compared with it",
        )
        for day in list(published)[-1:]
        if day not in archived | staged
    ]
    if problems:
        raise LedgerError(problems)


def _contradiction(code: str, day: date, message: str, mend: str) -> Problem:
    return Problem(
        code=code,
        message=f"the night of {day} {message}",
        span=Span(file=day.isoformat()),
        mend=mend,
    )


def _absent(day: date) -> Problem:
    return Problem(
        code="night-absent",
        message=f"the night of {day} is in the ledger, but not in the archive",
        span=Span(file=day.isoformat()),
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
