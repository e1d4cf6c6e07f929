"""A release brought from the command line to the newest night, with every reason not to."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import typer

from collectctl.archive.manifest import verify_folder
from collectctl.archive.nights import Night
from collectctl.archive.staging import folder_name
from collectctl.commands.feeds_session import moment_of
from collectctl.commands.session import Session, run_log, session
from collectctl.commands.signing import operating_user
from collectctl.ledger.releases import addenda
from collectctl.ledger.values import Run
from collectctl.nightly import Releasing, run_release
from collectctl.problems import InputRefusedError, LedgerError, Problem
from collectctl.project import Project
from collectctl.stages.addendum import Word, Written


@dataclass(frozen=True, slots=True, kw_only=True)
class LetOut:
    """What a release came to."""

    problems: tuple[Problem, ...] = ()
    braked: bool = False
    """A brake holds the night: nothing was looked at."""
    written: Written | None = None
    """None: there is nothing to let out or to pull back."""
    word: str = ""
    """The result in words."""
    place: str = ""
    """Where the addendum lies."""


def let_out(
    root: Path,
    wanted: date | None,
    *,
    by: str | None,
    at: str | None,
    dry_run: bool,
    workers: int | None,
    tell: Callable[[str], None],
) -> LetOut:
    """Releases the newest night.

    Raises:
        CollectctlError: `night-not-newest`, `night-overtaken`, `night-past`, `packs-none`; the
            project, the ledger or the archive cannot be used; a file of the night was changed.
        typer.BadParameter: the moment is none, or the night is not one of the sample.
    """
    now = datetime.now(UTC)
    with session(root, "release") as here, run_log(here, "release") as log:
        day = here.last_night()
        run = None if day is None else here.published(day)
        if day is None or run is None:
            return LetOut(word="no night is published yet; there is nothing to let out")
        _refuse(run, wanted)
        refuse_overtaken(here, run)
        if run.state == "braked":
            log.note(day, "braked: nothing released")
            return LetOut(braked=True)
        governing, said = in_force(here, run, now, at)
        position = 1 + sum(r.business_date == day for r in addenda(here.ledger))
        moment = int(now.timestamp()) if at is None else moment_of(at, governing.settings.zone)
        assert moment is not None  # noqa: S101 - it was typed
        written = run_release(
            Releasing(
                project=governing, night=_night(governing, run), position=position,
                word=Word(
                    by=by or operating_user(), now=moment, position=position,
                    recorded_at=here.started_at,
                ),
                workers=workers or governing.settings.workers, dry_run=dry_run,
            ),
            here.ledger, tell,
        )  # fmt: skip
        name = folder_name(day, position)
        if written is None:
            log.note(day, "nothing to release")
            word = f"nothing of the night of {day} is left to let out"
            return LetOut(problems=said, word=word)
        log.note(day, f"{'would be ' * dry_run}released as {name}", said)
    word = f"release {position} of the night of {day}" + " (dry run)" * dry_run
    return LetOut(problems=said, written=written, word=word, place=f"archive/{name}")


def _refuse(run: Run, wanted: date | None) -> None:
    newest = run.business_date
    if wanted is not None and wanted != newest:
        raise InputRefusedError(
            Problem(
                code="night-not-newest",
                message=f"the night of {wanted} is not the newest; nothing of it may leave",
                expected=f"the night of {newest}",
            )
        )  # fmt: skip


def refuse_overtaken(here: Session, run: Run) -> None:
    """Raises `night-overtaken` where a later export than this newest night's is there."""
    newest = run.business_date
    if run.overtaken or here.is_overtaken(newest):
        raise InputRefusedError(
            Problem(
                code="night-overtaken",
                message=f"a later export overtook the night of {newest}; nothing of it may leave",
                expected="the newest night", mend="run the nights that are waiting first",
            )
        )  # fmt: skip


def in_force(
    here: Session, run: Run, now: datetime, at: str | None
) -> tuple[Project, tuple[Problem, ...]]:
    """The configuration of the day on which the release is made, with its warnings."""
    of_night, _ = here.project(run.business_date)
    if at is not None and not run.sample:
        raise typer.BadParameter("--at is for nights of the sample; a real release is made now")
    zone = of_night.settings.zone
    moment = int(now.timestamp()) if at is None else moment_of(at, zone)
    assert moment is not None  # noqa: S101 - it was typed
    today = datetime.fromtimestamp(moment, ZoneInfo(zone)).date()
    project, said = here.project(max(today, run.business_date))
    return project, (*said, *project.packs.warnings(today))


def _night(project: Project, run: Run) -> Night:
    """The night, every byte as it was published."""
    folder = project.root / project.settings.archive / folder_name(run.business_date)
    changed = verify_folder(folder, run.manifest_digest)
    if changed:
        raise LedgerError(changed)
    return Night(business_date=run.business_date, folder=folder)
