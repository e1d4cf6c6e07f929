"""`collectctl letters …`: the commands of those who edit letters, and of the counter."""

import typer

from collectctl.commands import (
    letters_check,
    letters_diff,
    letters_list,
    letters_preview,
    letters_statement,
)

group = typer.Typer(
    name="letters",
    help="List, preview, check and compare letters; write a statement for the counter.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def register(app: typer.Typer) -> None:
    """Adds the group to the program."""
    for command in (
        letters_list,
        letters_preview,
        letters_check,
        letters_diff,
        letters_statement,
    ):
        command.register(group)
    app.add_typer(group)
