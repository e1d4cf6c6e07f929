"""`collectctl holds …`: reasons not to contact, set, lifted and listed."""

import sys
from pathlib import Path

import typer

from collectctl.commands.options import FORMAT, PROJECT
from collectctl.commands.terminal import Format, answer_table, say

group = typer.Typer(
    name="holds",
    help="Reasons not to contact, over days: disputes, complaints, plans, illness.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def register(app: typer.Typer) -> None:
    """Adds the group to the program."""
    app.add_typer(group)


@group.command(name="set")
def set_(
    account: str | None = typer.Option(None, "--account", help="The debt that it is about."),
    party: str | None = typer.Option(None, "--party", help="Or a person, and all they owe."),
    starts: str = typer.Option(..., "--from", metavar="DATE", help="Its first day."),
    ends: str | None = typer.Option(
        None, "--to", metavar="DATE", help="Its last day; else it is open."
    ),
    reason: str = typer.Option(..., "--reason", help="Why, in a sentence."),
    evidence: str = typer.Option(..., "--evidence", help="Where that is written down."),
    stops: str = typer.Option(
        "all",
        "--stops",
        help="Channels, purposes of documents, ladder, placement, steps (bureau, agency, legal);"
        " divided by commas; or all.",
    ),
    by: str = typer.Option(..., "--by", help="Who sets it: a staff number."),
    lifted_by: str = typer.Option(..., "--lifted-by", help="The role that may lift it."),
    review: str = typer.Option(..., "--review", metavar="DATE", help="When it is looked at again."),
    project: Path = PROJECT,
) -> None:
    """Set a hold; it may lie in the past, be open, and overlap others."""
    from collectctl.commands.holds_session import set_one

    number = set_one(
        project, account=account, party=party, starts=starts, ends=ends, reason=reason,
        evidence=evidence, stops=stops, by=by, lifted_by=lifted_by, review=review,
    )  # fmt: skip
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


@group.command(name="lift")
def lift(
    number: int = typer.Argument(metavar="HOLD", help="Its number."),
    day: str = typer.Option(..., "--from", metavar="DATE", help="The first day without it."),
    by: str = typer.Option(..., "--by", help="Who lifts it: a staff number."),
    reason: str = typer.Option(..., "--reason", help="Why, in a sentence."),
    project: Path = PROJECT,
) -> None:
    """Lift a hold from a day on; the days before stay held.

    Whoever lifts it holds the role that may, by the authority.yaml in force.
    """
    from collectctl.commands.holds_session import lift_one

    lift_one(project, number, day=day, by=by, reason=reason)
    say(f"hold {number} is lifted from {day} on")


@group.command(name="list")
def list_(project: Path = PROJECT, form: Format = FORMAT) -> None:
    """List every hold in order, and whether its review is due."""
    from collectctl.commands.holds_session import HEADINGS, listed

    answer_table("holds", HEADINGS, listed(project), form=form)
