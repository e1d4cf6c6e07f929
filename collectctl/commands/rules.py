"""`collectctl rules …`: the commands of those who write rules. Each stands in a file of its own."""

import typer

from collectctl.commands import rules_format

group = typer.Typer(
    name="rules",
    help="Test, explain and compare rulebooks, and write them out for people to read.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def register(app: typer.Typer) -> None:
    """Adds the group to the program."""
    rules_format.register(group)
    app.add_typer(group)
