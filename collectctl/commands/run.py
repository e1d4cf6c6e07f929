"""`collectctl run`: one night, from the inbox to the archive."""

import os
import sys
from datetime import date
from pathlib import Path

import typer

from collectctl.commands.options import DATE, FORMAT, PROJECT, QUIET, WORKERS, day_of
from collectctl.commands.terminal import Format, progress, say, say_problems

BRAKED = 14


def register(app: typer.Typer) -> None:
    """Adds the command to the program."""
    app.command(name="run")(run)


def run(
    project: Path = PROJECT,
    night: str | None = DATE,
    dry_run: bool = typer.Option(
        False, "--dry-run", help="Do everything, publish nothing, leave nothing behind."
    ),
    let_out: bool = typer.Option(
        False, "--release", help="Then let out what stands, as 'collectctl release' does."
    ),
    workers: int | None = WORKERS,
    form: Format = FORMAT,
    quiet: bool = QUIET,
) -> None:
    """Run the earliest night waiting in the inbox, or the one of --date.

    Leaves one folder in the archive: graded accounts, prepared letters and drafts, work queues,
    quarantine, report. A night that is published already is left as it is.
    """
    if not _run(project, night, dry_run=dry_run, workers=workers, form=form, quiet=quiet):
        return
    if let_out and not dry_run:
        from collectctl.commands.release import release

        release(
            project=project,
            night=None,
            by=None,
            at=None,
            dry_run=False,
            workers=workers,
            form=form,
            quiet=quiet,
        )


def _run(
    project: Path,
    night: str | None,
    *,
    dry_run: bool,
    workers: int | None,
    form: Format,
    quiet: bool,
) -> bool:
    """Runs the night; whether anything of it could be released."""
    from collectctl.commands.session import run_log, session
    from collectctl.commands.summary import answer_night
    from collectctl.nightly import Wanted, run_night

    wanted_day = day_of(night)
    with session(project, "run") as here, run_log(here, "run") as log:
        say_problems(here.warnings)
        day = wanted_day or here.earliest_waiting()
        if day is None:
            for part, lacking in here.arrived_in_part().items():
                say(f"the night of {part} is not whole yet: {', '.join(lacking)} lacking")
            if not quiet:
                say("nothing is waiting: every night that has arrived whole has been run")
            return False
        published = here.published(day)
        if published is not None:
            log.note(day, published.state)
            _say_published(day, published.state, quiet=quiet)
            if published.state == "braked":
                raise typer.Exit(BRAKED)
            return published.state != "overtaken"
        if not quiet:
            say(f"running the night of {day}")
        governing, said = here.project(day)
        say_problems(said)
        with progress(quiet=quiet) as tell:
            outcome = run_night(
                Wanted(
                    project=governing,
                    day=day,
                    overtaken=here.is_overtaken(day),
                    workers=workers or governing.settings.workers,
                    recorded_at=here.started_at,
                    dry_run=dry_run,
                ),
                here.ledger,
                tell,
            )
        log.note(day, "dry-run" if dry_run else outcome.state, (*said, *outcome.problems))
    say_problems(outcome.problems)
    if not quiet:
        try:
            answer_night(outcome, form)
            sys.stdout.flush()
        except OSError:
            _say_unheard()
    if outcome.braked:
        say("braked: nothing may leave until the night is approved (collectctl approve)")
        raise typer.Exit(BRAKED)
    return not outcome.overtaken


def _say_published(day: date, state: str, *, quiet: bool) -> None:
    if not quiet:
        say(f"the night of {day} is published already ({state}); nothing was changed")
    sys.stderr.flush()


def _say_unheard() -> None:
    """Nobody reads the answer (a closed pipe, a full disk): the night stands all the same."""
    # What is still buffered would fail once more at exit, with a code of its own.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    say("the summary could not be written out; the night itself is done")
