"""`collectctl letters check`: every fault of the letters, and of nothing else."""

import sys
from pathlib import Path

import typer

from collectctl.commands.options import PROJECT
from collectctl.commands.terminal import ProblemFormat, answer_problems, say


def register(group: typer.Typer) -> None:
    """Adds the command to the group."""
    group.command(name="check")(check)


def check(
    project: Path = PROJECT,
    form: ProblemFormat = typer.Option(
        ProblemFormat.AUTO, "--format", help="Words for a person, json, or github for annotations."
    ),
) -> None:
    """Read the working folder's documents, cases and packs and report every fault at once.

    'collectctl check' reports the same among everything else. Exit code 0 with no error, else 10.
    """
    from collectctl.commands.letters_sides import edited
    from collectctl.problems import ConfigError, has_errors

    read = edited(project, held=True)
    answer_problems(read.problems, form)
    if has_errors(read.problems):
        raise typer.Exit(ConfigError.exit_code)
    if form is ProblemFormat.AUTO:
        count = 0 if read.documents is None else len(read.documents.ids)
        say(f"{count} documents, no errors, {len(read.problems)} warnings")
    sys.stdout.flush()
