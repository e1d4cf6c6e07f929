"""`load`, `tier`, `render`, `queue`: the same stages, up to one, for somebody at the keyboard.

They write to a folder of their own, neither ledger nor archive.
"""

from pathlib import Path
from typing import Literal

import typer

from collectctl.commands.options import DATE, FORMAT, PROJECT, QUIET, WORKERS, day_of, earliest
from collectctl.commands.terminal import Format, progress, say, say_problems
from collectctl.problems import ConfigError, Problem

Stage = Literal["load", "tier", "render", "queue"]

TO = typer.Option(..., "--to", metavar="DIR", help="Where to write; new or empty.")
DRY_RUN = typer.Option(False, "--dry-run", help="Only say what would be done.")


def register(app: typer.Typer) -> None:
    """Adds the commands to the program."""
    app.command(name="load")(load)
    app.command(name="tier")(tier)
    app.command(name="render")(render)
    app.command(name="queue")(queue)


def load(
    to: Path = TO,
    project: Path = PROJECT,
    night: str | None = DATE,
    form: Format = FORMAT,
    quiet: bool = QUIET,
    dry_run: bool = DRY_RUN,
) -> None:
    """Read a night's exports by their contracts: typed columns, and quarantine with reasons."""
    _until("load", to, project, night, form, quiet=quiet, dry_run=dry_run)


def tier(
    to: Path = TO,
    project: Path = PROJECT,
    night: str | None = DATE,
    form: Format = FORMAT,
    quiet: bool = QUIET,
    dry_run: bool = DRY_RUN,
) -> None:
    """Load, then grade every account by the rulebook, with the trace of each decision."""
    _until("tier", to, project, night, form, quiet=quiet, dry_run=dry_run)


def render(
    to: Path = TO,
    project: Path = PROJECT,
    night: str | None = DATE,
    workers: int | None = WORKERS,
    form: Format = FORMAT,
    quiet: bool = QUIET,
    dry_run: bool = DRY_RUN,
) -> None:
    """Load and grade, then prepare letters and drafts."""
    _until("render", to, project, night, form, quiet=quiet, dry_run=dry_run, workers=workers)


def queue(
    to: Path = TO,
    project: Path = PROJECT,
    night: str | None = DATE,
    workers: int | None = WORKERS,
    form: Format = FORMAT,
    quiet: bool = QUIET,
    dry_run: bool = DRY_RUN,
) -> None:
    """Load, grade and prepare, then share the work out and write the workbooks."""
    _until("queue", to, project, night, form, quiet=quiet, dry_run=dry_run, workers=workers)


def _until(
    stage: Stage,
    to: Path,
    project: Path,
    night: str | None,
    form: Format,
    *,
    quiet: bool,
    dry_run: bool,
    workers: int | None = None,
) -> None:
    from collectctl.commands.summary import answer_night
    from collectctl.exports.snapshot import waiting_nights
    from collectctl.nightly import Wanted, run_until
    from collectctl.project import read_project

    read, warnings = read_project(project, lint=stage in ("render", "queue"))
    say_problems(warnings)
    contracts = tuple(read.contracts.values())
    day = day_of(night) or earliest(waiting_nights(project / read.settings.inbox, contracts))
    refuse_used(to)
    if dry_run:
        say(f"would {stage} the night of {day} into {to}")
        return
    wanted = Wanted(
        project=read,
        day=day,
        overtaken=False,
        workers=workers or read.settings.workers,
        recorded_at="",
        dry_run=True,
    )
    with progress(quiet=quiet) as tell:
        outcome = run_until(wanted, stage, to, tell)
    say_problems(outcome.problems)
    if not quiet:
        answer_night(outcome, form)


def refuse_used(to: Path) -> None:
    """Raises `folder-used` where something lies already."""
    if to.is_symlink() or (to.exists() and (not to.is_dir() or any(to.iterdir()))):
        raise ConfigError(
            Problem(
                code="folder-used",
                message=f"'{to}' is there already and is not an empty folder",
                expected="a new or empty folder",
                mend="choose another name; nothing was written",
            )
        )
