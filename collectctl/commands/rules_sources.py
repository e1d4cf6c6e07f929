"""Where a comparison takes its rulebooks and its accounts from: folders, past nights, git.

Knows what a person may name. Whatever it has to write for that lies in a folder of its own that is
gone afterwards.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from collectctl.archive.manifest import MANIFEST, verify_folder
from collectctl.archive.nights import Night, list_nights
from collectctl.calendar import parse_day
from collectctl.commands.options import earliest
from collectctl.commands.revisions import project_at
from collectctl.exports.snapshot import waiting_nights
from collectctl.problems import ConfigError, LedgerError, Problem
from collectctl.project import Project, read_project
from collectctl.settings import PROJECT_FILE, read_settings
from collectctl.stages.comparing import Laid
from collectctl.stages.desk import desk_in, recall, take_inputs
from collectctl.stages.intake import load

_GIT = "git:"
_NIGHT = "night:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """A night's exports, wherever they lie, and the project they are read by."""

    project: Project
    night: date
    """Of which night the exports are."""
    day: date
    """The business date on which both rulebooks are taken."""


def rulebook_side(named: str, project: Path) -> Project:
    """The project whose rulebook is meant.

    `night:2026-11-20` is one of the project's published nights, `git:REV` its configuration at a
    revision; anything else a folder: of a project, of its configuration, or of a published night.

    Raises:
        ConfigError: there is none, or something in it cannot be used.
        LedgerError: the night is not as it was published.
    """
    if named.startswith(_GIT):
        return project_at(project, named.removeprefix(_GIT))
    night = _night(named, project)
    if night is not None:
        return read_project(night.folder)[0]
    folder = Path(named)
    if (folder / PROJECT_FILE).is_file():
        # Its own name may be `..` or `.`, which says nothing about where it lies.
        folder = folder.resolve()
        return read_project(folder.parent, folder.name)[0]
    return read_project(folder)[0]


def inputs_of(named: str | None, project: Path, day: date | None) -> Inputs:
    """The night to compare on: a published one, or one in a folder of exports or in the inbox.

    A published night is read again from its own inputs by its own contracts, and has its own date
    unless another is given.

    Raises:
        ConfigError: the project cannot be used, or the folder holds no night.
        LedgerError: the night is not as it was published.
    """
    night = None if named is None else _night(named, project)
    if night is not None:
        past = _with_inbox(read_project(night.folder)[0], "inputs")
        return Inputs(project=past, night=night.business_date, day=day or night.business_date)
    read, _ = read_project(project)
    if named is None:
        inbox, own = project / read.settings.inbox, None
    else:
        inbox = Path(named).resolve()
        own = parse_day(inbox.name)
        inbox = inbox if own is None else inbox.parent
        read = _with_inbox(read, str(inbox))
    found = own or day or earliest(waiting_nights(inbox, tuple(read.contracts.values())))
    return Inputs(project=read, night=found, day=day or found)


def _night(named: str, project: Path) -> Night | None:
    """The published night that is named, every byte of it checked; None if none is meant."""
    folder = Path(named)
    if named.startswith(_NIGHT):
        day = parse_day(named.removeprefix(_NIGHT))
        archive = project / read_settings(project)[0].archive
        found = [n for n in list_nights(archive) if n.business_date == day]
    else:
        day = parse_day(folder.resolve().name)
        published = day is not None and (folder / MANIFEST).is_file()
        found = [Night(business_date=day, folder=folder)] if published and day is not None else []
        if not found:
            return None
    if not found:
        raise ConfigError(
            Problem(
                code="no-such-night",
                message="there is no such published night",
                mend=f"write {_NIGHT} and the date of a published night",
            )
        )
    (night,) = found
    changed = verify_folder(night.folder)
    if changed:
        raise LedgerError(changed)
    return night


def _with_inbox(project: Project, inbox: str) -> Project:
    return replace(project, settings=project.settings.model_copy(update={"inbox": inbox}))


@contextmanager
def laid_out(inputs: Inputs) -> Iterator[Laid]:
    """The night's exports, read; what was copied for that is gone afterwards.

    Raises:
        InputRefusedError: an export cannot be used.
    """
    with tempfile.TemporaryDirectory(prefix="collectctl-") as scratch:
        desk = desk_in(Path(scratch) / "desk", inputs.project, inputs.night, 1)
        snapshot = take_inputs(desk)
        intake = load(desk, snapshot, recall(desk, None))
        yield Laid(desk=replace(desk, day=inputs.day), intake=intake)
