"""`collectctl check`: everything that can be said of a project without data."""

import sys
from pathlib import Path

import typer

from collectctl.commands.options import PROJECT
from collectctl.commands.terminal import Format, answer_problems, say
from collectctl.problems import ConfigError, has_errors


def register(app: typer.Typer) -> None:
    """Adds the command to the program."""
    app.command(name="check")(check)


def check(
    project: Path = PROJECT,
    form: Format = typer.Option(
        Format.AUTO, "--format", help="Words for a person, or json for a machine."
    ),
) -> None:
    """Read the whole configuration and report every fault of every file at once.

    The same reading is the first step of every run. Exit code 0 with no error, else 10.
    """
    from collectctl.project import read_project

    try:
        found = read_project(project)[1]
    except ConfigError as error:
        found = error.problems
    answer_problems(found, form)
    if has_errors(found):
        raise typer.Exit(ConfigError.exit_code)
    if form is not Format.JSON:
        say(f"no errors, {len(found)} warnings")
    sys.stdout.flush()
