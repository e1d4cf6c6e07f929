"""`collectctl rules …`: the commands of those who write rules. Each stands in a file of its own."""

import typer

from collectctl.commands import (
    rules_apply,
    rules_book,
    rules_diff,
    rules_explain,
    rules_format,
    rules_schema,
    rules_test,
)

group = typer.Typer(
    name="rules",
    help="Test, explain and compare rulebooks, and put them in force.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def register(app: typer.Typer) -> None:
    """Adds the group to the program."""
    for command in (
        rules_test,
        rules_explain,
        rules_diff,
        rules_apply,
        rules_book,
        rules_format,
        rules_schema,
    ):
        command.register(group)
    app.add_typer(group)
