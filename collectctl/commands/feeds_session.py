"""Files and statements of feeds brought to the ledger."""

from datetime import UTC, datetime
from pathlib import Path

import typer

from collectctl.archive.nights import list_nights, read_columns
from collectctl.commands.session import run_log, session
from collectctl.compliance.gate.moments import typed_moments
from collectctl.ledger.heard import Intake
from collectctl.ledger.taking import open_feed
from collectctl.problems import ConfigError, Problem
from collectctl.project import read_project
from collectctl.stages.importing import Feed, Imported, Source, import_file


def take_in(
    project: Path, kind: Feed, file: Path, *, feed: str, by: str, complete_to: str | None
) -> Imported:
    """Takes the file in by the working folder's contract.

    Raises:
        CollectctlError: the file, the project or the ledger cannot be used.
    """
    read, _ = read_project(project)
    now = datetime.now(UTC)
    source = Source(
        path=file, feed=f"{kind}/{feed}", day=now.date(),
        complete_to=moment_of(complete_to, read.settings.zone), by=by,
        now=int(now.timestamp()), recorded_at=now.strftime("%Y-%m-%dT%H:%M:%SZ"),
    )  # fmt: skip
    if not file.is_file():
        raise ConfigError(
            Problem(
                code="missing-file", message=f"there is no file '{file.name}'",
                expected="the file to take in",
            )
        )  # fmt: skip
    with session(project, f"{kind} import") as here, run_log(here, f"{kind}-import"):
        return import_file(
            read, here.ledger, kind, source, _accounts(project / read.settings.archive)
        )


def open_one(project: Path, kind: Feed, *, feed: str, by: str, known_to: str, reason: str) -> None:
    """Records how far a feed is known before its first file."""
    read, _ = read_project(project)
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    with session(project, f"{kind} open") as here, run_log(here, f"{kind}-open"):
        open_feed(
            here.ledger,
            Intake(
                feed=f"{kind}/{feed}", digest=None, rows_rejected=0,
                complete_to=moment_of(known_to, read.settings.zone), stated_by=by, reason=reason,
                recorded_at=now,
            ),
        )  # fmt: skip


def moment_of(text: str | None, zone: str) -> int | None:
    """The moment that was typed, the later of two; None if none was.

    Raises:
        typer.BadParameter: it is no time, or no clock in the zone ever showed it.
    """
    return None if text is None else moments_of(text, zone)[-1]


def moments_of(text: str, zone: str) -> tuple[int, ...]:
    """All moments that a typed time stands for; raises as `moment_of`."""
    try:
        shown = datetime.fromisoformat(text)
    except ValueError:
        shown = None
    found = () if shown is None or shown.tzinfo is not None else typed_moments(shown, zone)
    if not found:
        raise typer.BadParameter(
            f"'{text}' is not a time such as '2026-11-20 14:05' that clocks in {zone} show"
        )
    return found


def _accounts(archive: Path) -> frozenset[str]:
    """The accounts of the newest published night."""
    nights = list_nights(archive)
    if not nights:
        raise ConfigError(
            Problem(
                code="nothing-published", message="no night is published yet",
                expected="a night, by whose accounts the file is read", mend="collectctl run",
            )
        )  # fmt: skip
    frame = read_columns(nights[-1], ("account_id",))
    return frozenset(frame["account_id"].tolist())
