"""Where a comparison takes its rulebooks and its accounts from: folders, past nights, git.

Knows what a person may name. Whatever it has to write for that lies in a folder of its own that is
gone afterwards.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

from collectctl.commands.revisions import project_at
from collectctl.commands.rules_nights import Inputs, find_inputs, published
from collectctl.project import Project, read_project
from collectctl.settings import PROJECT_FILE
from collectctl.stages.comparing import Laid
from collectctl.stages.desk import desk_in, recall, take_inputs
from collectctl.stages.intake import load

_GIT = "git:"


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
    night = published(named, project)
    if night is not None:
        return read_project(night.folder)[0]
    folder = Path(named)
    if (folder / PROJECT_FILE).is_file():
        # Its own name may be `..` or `.`, which says nothing about where it lies.
        folder = folder.resolve()
        return read_project(folder.parent, folder.name)[0]
    return read_project(folder)[0]


def inputs_of(named: str | None, project: Path, day: date | None) -> Inputs[Project]:
    """The night to compare on, as `find_inputs` finds it, with the whole of its project."""
    return find_inputs(named, project, day, lambda folder: read_project(folder)[0])


@contextmanager
def laid_out(inputs: Inputs[Project]) -> Iterator[Laid]:
    """The night's exports, read; what was copied for that is gone afterwards.

    Raises:
        InputRefusedError: an export cannot be used.
    """
    with tempfile.TemporaryDirectory(prefix="collectctl-") as scratch:
        desk = desk_in(Path(scratch) / "desk", inputs.project, inputs.night, 1)
        snapshot = take_inputs(desk)
        intake = load(desk, snapshot, recall(desk, None))
        yield Laid(desk=replace(desk, day=inputs.day), intake=intake)
