"""`collectctl letters preview`: what the letters look like, to open in a browser."""

from pathlib import Path

import typer

from collectctl.commands.letters_options import DOCUMENT, LANGUAGE, ON, Channel, today_or
from collectctl.commands.options import PROJECT, day_of
from collectctl.commands.rules_explain import Language
from collectctl.commands.stages import DRY_RUN, TO


def register(group: typer.Typer) -> None:
    """Adds the command to the group."""
    group.command(name="preview")(preview)


def preview(
    document: str | None = DOCUMENT,
    to: Path = TO,
    channel: Channel | None = typer.Option(None, "--form", help="One form alone."),
    language: Language | None = LANGUAGE,
    case: str | None = typer.Option(
        None, "--case", metavar="NAME", help="One case of documents/cases.yaml alone."
    ),
    account: str | None = typer.Option(
        None, "--account", metavar="ACCOUNT", help="A real account in place of the cases."
    ),
    night: str | None = typer.Option(
        None, "--night", metavar="DATE", help="With --account: a published night; else the newest."
    ),
    in_force: bool = typer.Option(
        False, "--in-force", help="The texts in force, instead of the working folder's."
    ),
    date: str | None = ON,
    project: Path = PROJECT,
    dry_run: bool = DRY_RUN,
) -> None:
    """Write every letter with every telling case, and an index.html to open in a browser.

    Letters, scripts and e-mails are pages, messages stand with their number of parts. With
    --account it is what that night wrote about the account, word for word; a DOCUMENT that it did
    not write is written with the account as the night read it. Such files hold personal data.
    """
    from collectctl.commands.letters_preview_files import Wish, of_account, of_cases
    from collectctl.commands.letters_write import write_all
    from collectctl.commands.stages import refuse_used

    if account is not None and case is not None:
        raise typer.BadParameter("--account and --case are two ways to say whose letter it is")
    if account is None and night is not None:
        raise typer.BadParameter("--night says which night of an --account is meant")
    refuse_used(to)
    wish = Wish(
        project=project, document=document,
        channel=None if channel is None else channel.value,
        language=None if language is None else language.value, case=case, in_force=in_force,
        day=today_or(date),
    )  # fmt: skip
    files = of_cases(wish) if account is None else of_account(wish, account, day_of(night))
    write_all(to, files, dry_run=dry_run)
