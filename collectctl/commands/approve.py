"""`collectctl approve`: a person takes responsibility for a braked night."""

from pathlib import Path

import typer

from collectctl.commands.options import PROJECT, day_of
from collectctl.commands.terminal import say


def register(app: typer.Typer) -> None:
    """Adds the command to the program."""
    app.command(name="approve")(approve)


def approve(
    night: str = typer.Argument(metavar="DATE", help="The braked night, as 2026-11-20."),
    reason: str = typer.Option(..., "--reason", help="Why the change is right, in a sentence."),
    by: str = typer.Option(..., "--by", help="Who approves: a staff number."),
    project: Path = PROJECT,
    dry_run: bool = typer.Option(False, "--dry-run", help="Only say what would be recorded."),
) -> None:
    """Approve a night that a brake holds, so that it may leave.

    Nothing in the night changes; the ledger keeps who approved and why.
    """
    from collectctl.commands.session import run_log, session
    from collectctl.ledger.record import check_approval, record_approval

    day = day_of(night)
    if day is None:  # an argument is always given
        raise typer.BadParameter("a date is needed")
    with session(project, "approve") as here, run_log(here, "approve") as log:
        if dry_run:
            check_approval(here.ledger, day, by, reason)
            say(f"would approve the night of {day}")
            return
        record_approval(here.ledger, day, by, reason, here.started_at)
        log.note(day, "approved")
    say(f"approved the night of {day}")
