"""`collectctl rules test`: the cases of the analysts, put to the rules."""

import os
import sys
from pathlib import Path

import typer

from collectctl.commands.options import PROJECT, day_of
from collectctl.commands.terminal import ProblemFormat, answer_problems, say
from collectctl.problems import ConfigError, Problem


def register(group: typer.Typer) -> None:
    """Adds the command to the group."""
    group.command(name="test")(rules_test)


def rules_test(
    project: Path = PROJECT,
    coverage: bool = typer.Option(
        False, "--coverage", help="Say what of each rule no case tests, as of the newest case."
    ),
    suggest: bool = typer.Option(
        False, "--suggest", help="Write the cases that are wanted, to be read and kept or changed."
    ),
    to: Path | None = typer.Option(
        None, "--to", metavar="FILE", help="With --suggest: a new file for them, else stdout."
    ),
    as_of: str | None = typer.Option(
        None, "--as-of", metavar="DATE", help="Cover this day, as 2026-11-20; else the newest case."
    ),
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

    if coverage and suggest:
        raise typer.BadParameter("--coverage or --suggest, one at a time")
    day = day_of(as_of)
    _check_target(to, suggest=suggest)
    read, _ = read_project(project)
    files = {name: read.configuration.files[name] for name in read.settings.tests}
    cases, problems = read_cases(files, read.rulebook)
    if not cases and not problems and not (suggest and day is not None):
        raise _no_cases()
    problems = problems or failures(cases, decided(read.rulebook, cases))
    if problems:
        answer_problems(problems, form)
        raise typer.Exit(ConfigError.exit_code)
    if suggest or coverage:
        from collectctl.commands.rules_cover import say_coverage, write_suggestions

        newest = day or max(c.as_of for c in cases)
        if suggest:
            write_suggestions(read.rulebook, cases, newest, to)
        else:
            say_coverage(read.rulebook, cases, newest, form)
    else:
        answer_problems((), form)
    if form is ProblemFormat.AUTO:
        say(f"{len(cases)} of {len(cases)} cases pass")
    sys.stdout.flush()


def _check_target(to: Path | None, *, suggest: bool) -> None:
    """Refuses a file that is there already before anything is computed."""
    if to is None:
        return
    if not suggest:
        raise typer.BadParameter("--to goes with --suggest")
    if not to.parent.is_dir():
        raise typer.BadParameter(f"there is no folder '{to.parent}'")
    if os.path.lexists(to):
        raise ConfigError(
            Problem(
                code="file-exists",
                message=f"'{to}' is there already",
                expected="the name of a new file",
                mend="choose another name; nothing was written",
            )
        )


def _no_cases() -> ConfigError:
    return ConfigError(
        Problem(
            code="cases-none",
            message="there is no case to put to the rules",
            expected="tests: [rules/tests.yaml] in project.yaml, and cases in that file",
            mend="docs/rules.md shows how a case is written",
        )
    )
