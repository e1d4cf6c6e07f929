"""`collectctl letters statement`: what an account owes today, itemised, for the counter."""

from datetime import UTC, datetime
from pathlib import Path

import typer

from collectctl.commands.options import PROJECT, day_of
from collectctl.commands.rules_explain import Language
from collectctl.commands.stages import DRY_RUN
from collectctl.commands.terminal import say


def register(group: typer.Typer) -> None:
    """Adds the command to the group."""
    group.command(name="statement")(statement)


def statement(
    account: str = typer.Argument(metavar="ACCOUNT", help="Its number as the exports write it."),
    to: Path = typer.Option(..., "--to", metavar="FILE", help="A new .pdf or .html file."),
    date: str | None = typer.Option(
        None, "--date", metavar="DATE", help="The day that it is made for; else today."
    ),
    language: Language | None = typer.Option(
        None, "--language", help="Of the statement; else the customer's."
    ),
    project: Path = PROJECT,
    dry_run: bool = DRY_RUN,
) -> None:
    """Write an itemised statement of one account for the customer at the counter.

    The debt is that of the newest published night up to the day, with the payments that the ledger
    knows since its data; the text is the document account-statement as it is in force. Nothing is
    kept of it.
    """
    from collectctl.commands.letters_statement_file import made_statement
    from collectctl.commands.letters_write import refuse_unusable, write_new

    refuse_unusable(to, (".pdf", ".html"))
    now = datetime.now(UTC)
    data = made_statement(
        project, account, day_of(date), int(now.timestamp()),
        None if language is None else language.value, pdf=to.suffix == ".pdf",
    )  # fmt: skip
    say("for the customer in person: verify who is asking before you hand it over")
    write_new(to, data, dry_run=dry_run)
