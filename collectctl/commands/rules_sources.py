"""Where a comparison takes its rulebooks and its accounts from: folders, for a start.

Knows what a person may name. Whatever it has to write for that lies in a folder of its own that is
gone afterwards.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from collectctl.calendar import parse_day
from collectctl.exports.snapshot import waiting_nights
from collectctl.problems import ConfigError, Problem
from collectctl.project import PROJECT_FILE, Project, read_project
from collectctl.stages.comparing import Laid
from collectctl.stages.desk import desk_in, recall, take_inputs
from collectctl.stages.intake import load


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """A night's exports, wherever they lie, and the project they are read by."""

    project: Project
    day: date


def rulebook_side(named: str) -> Project:
    """The project whose rulebook is meant: a project folder, or its configuration alone.

    Raises:
        ConfigError: there is none, or something in it cannot be used.
    """
    folder = Path(named)
    if (folder / PROJECT_FILE).is_file():
        # Its own name may be `..` or `.`, which says nothing about where it lies.
        folder = folder.resolve()
        return read_project(folder.parent, folder.name)[0]
    return read_project(folder)[0]


def inputs_of(named: str | None, project: Path, day: date | None) -> Inputs:
    """The night to compare on: in a folder of exports, or else in the project's inbox.

    Raises:
        ConfigError: the project cannot be used, or the folder holds no night.
    """
    read, _ = read_project(project)
    if named is None:
        return Inputs(project=read, day=_day_in(project / read.settings.inbox, read, day))
    folder = Path(named).resolve()
    if (own := parse_day(folder.name)) is not None:
        folder, day = folder.parent, day or own
    return Inputs(project=_with_inbox(read, str(folder)), day=_day_in(folder, read, day))


def _with_inbox(project: Project, inbox: str) -> Project:
    return replace(project, settings=project.settings.model_copy(update={"inbox": inbox}))


def _day_in(inbox: Path, project: Project, day: date | None) -> date:
    if day is not None:
        return day
    waiting = waiting_nights(inbox, tuple(project.contracts.values()))
    if not waiting:
        raise ConfigError(
            Problem(
                code="nothing-waiting",
                message="there is no night to compare on",
                expected="the accounts export of a business date",
                mend="name a folder of exports with --on",
            )
        )
    return waiting[0]


@contextmanager
def laid_out(inputs: Inputs) -> Iterator[Laid]:
    """The night's exports, read; what was copied for that is gone afterwards.

    Raises:
        InputRefusedError: an export cannot be used.
    """
    with tempfile.TemporaryDirectory(prefix="collectctl-") as scratch:
        desk = desk_in(Path(scratch) / "desk", inputs.project, inputs.day, 1)
        snapshot = take_inputs(desk)
        yield Laid(desk=desk, intake=load(desk, snapshot, recall(desk, None)))
