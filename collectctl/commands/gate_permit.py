"""`collectctl gate permit` and `gate permissions`: a third person asked once, and who was."""

import sys
from enum import StrEnum
from pathlib import Path

import typer

from collectctl.commands.options import FORMAT, PROJECT
from collectctl.commands.run import BRAKED
from collectctl.commands.terminal import Format, answer_table, say, say_problems


class Why(StrEnum):
    """Why contact with the debtor counts as lost."""

    NUMBER_INVALID = "number_invalid"
    FAILED_ATTEMPTS = "failed_attempts"
    DECEASED = "deceased"
    INCAPACITY = "incapacity"


class Channel(StrEnum):
    """How a third person may be asked: never in writing."""

    CALL = "call"
    VISIT = "visit"


def register(group: typer.Typer) -> None:
    """Adds the commands to the group."""
    group.command(name="permit")(permit)
    group.command(name="permissions")(permissions)


def permit(
    account: str = typer.Argument(metavar="ACCOUNT", help="Its number as the exports write it."),
    party: str = typer.Option(..., "--party", help="The third person, by number."),
    why: Why = typer.Option(..., "--why", help="Why contact with the debtor counts as lost."),
    evidence: str = typer.Option(..., "--evidence", help="Where that is written down."),
    by: str = typer.Option(..., "--by", help="Who asks for it: a staff number."),
    approved_by: str = typer.Option(
        ..., "--approved-by", help="Who permits it and gives this command: a staff number."
    ),
    channel: Channel = typer.Option(Channel.CALL, "--channel", help="By phone or by a visit."),
    to: Path = typer.Option(..., "--to", metavar="DIR", help="For the card; new or empty."),
    at: str | None = typer.Option(
        None, "--at", metavar="MOMENT", help="Of nights of the sample: as '2026-11-21 08:30'."
    ),
    project: Path = PROJECT,
    dry_run: bool = typer.Option(
        False, "--dry-run", help="Say whether it would stand; record and write nothing."
    ),
) -> None:
    """Permit that one third person is asked, once, how the debtor of an account is reached.

    The person is a contact of the account in the newest night, it stands on record that contact
    with the debtor is lost, whoever permits it holds the role that may, and no limit speaks against
    it now. It is recorded, and a card is written with the only words to use.
    """
    from collectctl.commands.gate_permit_session import Wanted, permit_one

    wanted = Wanted(
        account=account, party=party, why=why.value, evidence=evidence, by=by,
        approved_by=approved_by, channel=channel.value, to=to, at=at, dry_run=dry_run,
    )  # fmt: skip
    given = permit_one(project, wanted)
    say_problems(given.problems)
    if given.braked:
        say("braked: nobody is asked until the night is approved (collectctl approve)")
        raise typer.Exit(BRAKED)
    if given.number is not None:
        sys.stdout.write(f"{given.number}\n")
        sys.stdout.flush()
    say(given.word)


def permissions(project: Path = PROJECT, form: Format = FORMAT) -> None:
    """List every permission to ask a third person: open, used, lapsed or refused."""
    from collectctl.commands.gate_permit_session import HEADINGS, listed

    answer_table("permissions", HEADINGS, listed(project), form=form)
