"""`collectctl check`: everything that can be said of a project without data."""

import sys
from pathlib import Path

import typer

from collectctl.commands.options import PROJECT
from collectctl.commands.terminal import ProblemFormat, answer_problems, say
from collectctl.problems import ConfigError, Problem, has_errors


def register(app: typer.Typer) -> None:
    """Adds the command to the program."""
    app.command(name="check")(check)


def check(
    project: Path = PROJECT,
    form: ProblemFormat = typer.Option(
        ProblemFormat.AUTO, "--format", help="Words for a person, json, or github for annotations."
    ),
) -> None:
    """Read the whole configuration and report every fault of every file at once.

    The same reading is the first step of every run. Where it finds no error, the rulebook is
    proved: no rule contradicts itself or is out of reach, and each account has one rule; and the
    texts are held against the packs, of today and of each later day on which a limit changes.
    Exit code 0 with no error, else 10.
    """
    from collectctl.project import read_project

    try:
        read, found = read_project(project, lint=True)
    except ConfigError as error:
        read, found = None, error.problems
    if read is not None and not has_errors(found):
        from collectctl.commands.proving import findings

        found = tuple(sorted([*found, *findings(read)], key=Problem.sort_key))
    answer_problems(found, form)
    if has_errors(found):
        raise typer.Exit(ConfigError.exit_code)
    if form is ProblemFormat.AUTO:
        say(f"no errors, {len(found)} warnings")
    sys.stdout.flush()
