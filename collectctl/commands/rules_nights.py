"""Which night a person means by a date, a folder or `night:2026-11-20`, and where its exports lie.

Knows archives and inboxes. Refuses to read an export, and leaves it to the caller how much of the
project is read.
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Generic, TypeVar

from collectctl.archive.manifest import MANIFEST, verify_folder
from collectctl.archive.nights import Night, list_nights
from collectctl.basis import Basis
from collectctl.calendar import parse_day
from collectctl.commands.options import earliest
from collectctl.exports.snapshot import take_snapshot, waiting_nights
from collectctl.problems import ConfigError, LedgerError, Problem
from collectctl.settings import read_settings
from collectctl.stages.intake import BareNight, Intake, load

NIGHT = "night:"
B = TypeVar("B", bound=Basis)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs(Generic[B]):
    """A night's exports, wherever they lie, and the project they are read by."""

    project: B
    night: date
    """Of which night the exports are."""
    day: date
    """The business date on which rules are taken."""


def find_inputs(
    named: str | None, project: Path, day: date | None, read: Callable[[Path], B]
) -> Inputs[B]:
    """The night that is named: a published one, or one in a folder of exports or in the inbox.

    A published night is read again from its own inputs by its own contracts, and has its own date
    unless another is given. `read` gives a project folder as far as the caller needs it.

    Raises:
        ConfigError: the project cannot be used, or the folder holds no night.
        LedgerError: the night is not as it was published.
    """
    night = None if named is None else published(named, project)
    if night is not None:
        past = _with_inbox(read(night.folder), "inputs")
        return Inputs(project=past, night=night.business_date, day=day or night.business_date)
    basis = read(project)
    if named is None:
        inbox, own = project / basis.settings.inbox, None
    else:
        inbox = Path(named).resolve()
        own = parse_day(inbox.name)
        inbox = inbox if own is None else inbox.parent
        basis = _with_inbox(basis, str(inbox))
    found = own or day or earliest(waiting_nights(inbox, tuple(basis.contracts.values())))
    return Inputs(project=basis, night=found, day=day or found)


def published(named: str, project: Path) -> Night | None:
    """The published night that is named, every byte of it checked; None if none is meant.

    Raises:
        ConfigError: `no-such-night`.
        LedgerError: the night is not as it was published.
    """
    folder = Path(named)
    if named.startswith(NIGHT):
        day = parse_day(named.removeprefix(NIGHT))
        archive = project / read_settings(project)[0].archive
        found = [n for n in list_nights(archive) if n.business_date == day]
    else:
        day = parse_day(folder.resolve().name)
        sealed = day is not None and (folder / MANIFEST).is_file()
        found = [Night(business_date=day, folder=folder)] if sealed and day is not None else []
        if not found:
            return None
    if not found:
        raise ConfigError(
            Problem(
                code="no-such-night",
                message="there is no such published night",
                mend=f"write {NIGHT} and the date of a published night",
            )
        )
    (night,) = found
    changed = verify_folder(night.folder)
    if changed:
        raise LedgerError(changed)
    return night


def _with_inbox(project: B, inbox: str) -> B:
    return replace(project, settings=project.settings.model_copy(update={"inbox": inbox}))


@contextmanager
def accounts_of(inputs: Inputs[Basis]) -> Iterator[tuple[BareNight, Intake]]:
    """The night's exports, read, and nothing recalled; what was copied for that is gone afterwards.

    Raises:
        InputRefusedError: an export cannot be used.
    """
    project = inputs.project
    with tempfile.TemporaryDirectory(prefix="collectctl-") as scratch:
        inbox, contracts = project.root / project.settings.inbox, tuple(project.contracts.values())
        snapshot = take_snapshot(inbox, contracts, inputs.night, Path(scratch) / "inputs")
        read = BareNight(project=project, day=inputs.night)
        yield replace(read, day=inputs.day), load(read, snapshot, read)
