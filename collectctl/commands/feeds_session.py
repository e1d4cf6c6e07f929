"""Files and statements of feeds brought to the ledger."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import typer

from collectctl.commands.session import run_log, session
from collectctl.compliance.gate.moments import typed_moments
from collectctl.ledger.contacts import complete_to as feeds_known_to
from collectctl.ledger.heard import Intake
from collectctl.ledger.taking import open_feed
from collectctl.problems import ConfigError, Problem
from collectctl.project import Project, read_project
from collectctl.settings import FeedKind
from collectctl.stages.feeding import published_accounts
from collectctl.stages.importing import (
    Brought,
    Imported,
    day_named,
    feed_key,
    feed_of,
    import_file,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenIn:
    """What became of a file, and of its feed."""

    imported: Imported
    speaks: bool
    """Whether the file, or its bringer, says up to where the feed is known."""
    known_to: str | None
    """Up to where the feed is known, if the file has moved that."""


def take_in(
    project: Path, kind: FeedKind, file: Path, *, feed: str, by: str, day: date | None,
    complete_to: str | None,
) -> TakenIn:  # fmt: skip
    """Takes the file in by the working folder's contract.

    Raises:
        CollectctlError: the file, the project or the ledger cannot be used.
    """
    read, _ = read_project(project)
    contract = feed_of(read, kind, feed).contract
    now, zone, key = datetime.now(UTC), read.settings.zone, feed_key(kind, feed)
    if not file.is_file():
        raise ConfigError(
            Problem(
                code="missing-file", message=f"there is no file '{file.name}'",
                expected="the file to take in",
            )
        )  # fmt: skip
    said = day or day_named(contract, file)
    brought = Brought(
        day=said or now.astimezone(ZoneInfo(zone)).date(), is_of_day=said is not None,
        complete_to=_stated(complete_to, zone, now), by=by, now=int(now.timestamp()),
        recorded_at=now.strftime("%Y-%m-%dT%H:%M:%SZ"),
    )  # fmt: skip
    with session(project, f"{kind} import") as here, run_log(here, f"{kind}-import"):
        before = feeds_known_to(here.ledger).get(key)
        found = import_file(read, here.ledger, feed, file, brought, _accounts(read))
        after = feeds_known_to(here.ledger).get(key)
    moved = after is not None and after != before
    return TakenIn(
        imported=found, speaks=complete_to is not None or contract.complete is not None,
        known_to=_shown(after, zone) if moved else None,
    )  # fmt: skip


def _shown(moment: int | None, zone: str) -> str | None:
    if moment is None:
        return None
    return datetime.fromtimestamp(moment, ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M:%S")


def open_one(
    project: Path, kind: FeedKind, *, feed: str, by: str, known_to: str, reason: str
) -> None:
    """Records how far a feed is known before its first file."""
    read, _ = read_project(project)
    feed_of(read, kind, feed)
    now = datetime.now(UTC)
    with session(project, f"{kind} open") as here, run_log(here, f"{kind}-open"):
        open_feed(
            here.ledger,
            Intake(
                feed=feed_key(kind, feed), digest=None, rows_rejected=0,
                complete_to=_stated(known_to, read.settings.zone, now), stated_by=by, reason=reason,
                recorded_at=now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            ),
        )  # fmt: skip


def _stated(text: str | None, zone: str, now: datetime) -> int | None:
    """The moment up to which somebody says that a feed is known.

    Raises:
        typer.BadParameter: as `moment_of`, or it lies ahead: nobody knows what is to come.
    """
    found = moment_of(text, zone)
    if found is not None and found > now.timestamp():
        raise typer.BadParameter(f"'{text}' lies ahead; nothing can be known up to then")
    return found


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


def _accounts(project: Project) -> pa.Array:
    """The accounts of the newest published night."""
    found = published_accounts(project)
    if len(found) == 0:
        raise ConfigError(
            Problem(
                code="nothing-published", message="no night is published yet",
                expected="a night, by whose accounts the file is read", mend="collectctl run",
            )
        )  # fmt: skip
    return found
