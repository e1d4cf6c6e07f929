"""`collectctl rules diff`: what another rulebook would do to the accounts of a night."""

from pathlib import Path

import typer

from collectctl.commands.options import DIFFERENCES, FORMAT, PROJECT, day_of
from collectctl.commands.terminal import Format, say_problems

_SIDE = "A project, configuration or night folder; night:2026-11-20; or git:REV."
OLD = typer.Argument(..., metavar="OLD", help=_SIDE)
NEW = typer.Argument(..., metavar="NEW", help="The other rulebook, named in the same way.")
ON = typer.Option(
    None, "--on", metavar="EXPORT", help="A folder of exports, or a night; else the inbox."
)
DATE = typer.Option(
    None,
    "--date",
    metavar="DATE",
    help="The business date; else the night's own, and with --prove every day.",
)
PROVE = typer.Option(
    False, "--prove", help="No accounts: which moves are possible at all, each with an example."
)
LIST = typer.Option(
    None, "--list", metavar="FILE", help="A new .xlsx or .csv of the accounts that move."
)


def register(group: typer.Typer) -> None:
    """Adds the command to the group."""
    group.command(name="diff")(diff)


def diff(
    old: str = OLD,
    new: str = NEW,
    on: str | None = ON,
    date: str | None = DATE,
    listed: Path | None = LIST,
    prove: bool = PROVE,
    project: Path = PROJECT,
    form: Format = FORMAT,
) -> None:
    """Compare two rulebooks on the same accounts: who moves, with how much money.

    Only counts and sums are shown; single accounts go to the file of --list. Exit code 0 when no
    account moves, 15 when some do; with --prove, when some account could move or that is not known.
    """
    from collectctl.commands.rules_diff_answer import answer
    from collectctl.commands.rules_diff_list import refuse_unusable, write_list
    from collectctl.commands.rules_sources import inputs_of, laid_out, rulebook_side
    from collectctl.stages.comparing import compare_on

    if prove and listed is not None:
        raise typer.BadParameter("--list names accounts, and --prove looks at none")
    refuse_unusable(listed)
    first, second = (rulebook_side(named, project) for named in (old, new))
    if prove:
        from collectctl.commands.rules_diff_proof import answer_moves  # brings the prover

        if on is not None:
            raise typer.BadParameter("--on names accounts, and --prove looks at none")
        day = day_of(date)
        if answer_moves(day, first.rulebook, second.rulebook, form):
            raise typer.Exit(DIFFERENCES)
        return
    with laid_out(inputs_of(on, project, day_of(date))) as laid:
        say_problems(laid.intake.problems)
        compared = compare_on(laid, first, second)
        say_problems(compared.problems)
        if listed is not None:
            write_list(listed, laid, compared)
    answer(laid.desk.day, compared, form)
    if compared.comparison.moves:
        raise typer.Exit(DIFFERENCES)
