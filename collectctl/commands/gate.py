"""`collectctl gate`: what may be done about an account, and the limits that say so."""

import sys
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import typer

from collectctl.commands import gate_book, gate_permit
from collectctl.commands.options import FORMAT, PROJECT
from collectctl.commands.rules_explain import Language
from collectctl.commands.terminal import Format, answer_table, say


class Step(StrEnum):
    """Steps that a notice must come before."""

    BUREAU = "bureau"
    AGENCY = "agency"
    LEGAL = "legal"


group = typer.Typer(
    name="gate",
    help="Ask what may be done about an account and when; print the limits that say so.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def register(app: typer.Typer) -> None:
    """Adds the group to the program."""
    app.add_typer(group)


@group.command(name="explain")
def explain(
    account: str = typer.Argument(metavar="ACCOUNT", help="Its number as the exports write it."),
    at: str | None = typer.Option(
        None, "--at", metavar="MOMENT", help="As '2026-11-20 14:05' in the first zone; else now."
    ),
    zone: list[str] = typer.Option(
        [], "--zone", help="Where the person may be, as America/New_York; each one counts."
    ),
    party: str | None = typer.Option(None, "--party", help="One person alone, by number."),
    channel: str | None = typer.Option(None, "--channel", help="One channel alone."),
    document: str | None = typer.Option(
        None, "--document", help="What the contact is to bring, as bureau-notice."
    ),
    step: Step | None = typer.Option(
        None, "--step", help="The step that it is a part of: bureau, agency or legal."
    ),
    language: Language | None = typer.Option(
        None, "--lang", help="Of the answer; else the project's."
    ),
    project: Path = PROJECT,
    form: Format = FORMAT,
) -> None:
    """Say for each person and channel whether a contact may be made, when, and why.

    The people are those of the newest published night, the limits those of the working folder's
    packs, the facts what the ledger knows. Nothing is kept.
    """
    from collectctl.commands.gate_answer import lines_of

    rows = lines_of(
        project, account, at, tuple(zone), datetime.now(UTC), party=party, channel=channel,
        language=None if language is None else str(language), document=document,
        step=None if step is None else step.value,
    )  # fmt: skip
    headings = ("person", "role", "channel", "answer", "from", "until", "limit", "why")
    answer_table("gate", headings, rows, form=form)
    sys.stdout.flush()
    if not rows:
        say("nobody and nothing that was asked for")


gate_book.register(group)
gate_permit.register(group)
