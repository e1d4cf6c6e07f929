"""`collectctl rules test`: the cases of the analysts, put to the rules."""

import sys
from pathlib import Path

import typer

from collectctl.commands.options import PROJECT
from collectctl.commands.terminal import ProblemFormat, answer_problems, say
from collectctl.problems import ConfigError, Problem


def register(group: typer.Typer) -> None:
    """Adds the command to the group."""
    group.command(name="test")(rules_test)


def rules_test(
    project: Path = PROJECT,
    form: ProblemFormat = typer.Option(
        ProblemFormat.AUTO, "--format", help="Words for a person, json, or github for annotations."
    ),
) -> None:
    """Put the cases that project.yaml names under 'tests' to the rules.

    A case is an account, a day and what is expected of it; what it does not give is missing.
    Exit code 0 if every case is answered as expected, else 10.
    """
    from collectctl.project import read_project
    from collectctl.rules.casebook.decided import decided, failures
    from collectctl.rules.casebook.reader import read_cases

    read, _ = read_project(project)
    files = {name: read.configuration.files[name] for name in read.settings.tests}
    cases, problems = read_cases(files, read.rulebook)
    if not cases and not problems:
        raise ConfigError(
            Problem(
                code="cases-none",
                message="there is no case to put to the rules",
                expected="tests: [rules/tests.yaml] in project.yaml, and cases in that file",
                mend="docs/rules.md shows how a case is written",
            )
        )
    if not problems:
        problems = failures(cases, decided(read.rulebook, cases))
    answer_problems(problems, form)
    if problems:
        raise typer.Exit(ConfigError.exit_code)
    if form is ProblemFormat.AUTO:
        say(f"{len(cases)} of {len(cases)} cases pass")
    sys.stdout.flush()
