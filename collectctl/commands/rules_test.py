"""`collectctl rules test`: the cases of the analysts, put to the rules."""

import sys
from pathlib import Path

import typer

from collectctl.commands.options import PROJECT
from collectctl.commands.terminal import ProblemFormat, answer_problems, say
from collectctl.problems import ConfigError, Problem, has_errors, visible


def register(group: typer.Typer) -> None:
    """Adds the command to the group."""
    group.command(name="test")(rules_test)


def rules_test(
    project: Path = PROJECT,
    coverage: bool = typer.Option(
        False, "--coverage", help="Say what of each rule no case tests, as of the newest case."
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

    read, _ = read_project(project)
    files = {name: read.configuration.files[name] for name in read.settings.tests}
    cases, problems = read_cases(files, read.rulebook)
    if not cases and not problems:
        raise _no_cases()
    if not problems:
        problems = failures(cases, decided(read.rulebook, cases))
    lines: list[str] = []
    if coverage and not problems:
        from collectctl.rules.casebook.coverage import coverage as coverage_of
        from collectctl.rules.casebook.report import Report
        from collectctl.rules.proof.witness import Witnesses

        as_of = max(c.as_of for c in cases)
        covered = coverage_of(read.rulebook, cases, as_of)
        report = Report.of(covered, Witnesses(covered.program).can_occur)
        problems = report.wanted()
        lines = [f"as of {as_of}", *report.counts(), *report.impossible()]
    answer_problems(problems, form)
    if has_errors(problems):
        raise typer.Exit(ConfigError.exit_code)
    if form is ProblemFormat.AUTO:
        say(f"{len(cases)} of {len(cases)} cases pass")
        sys.stdout.writelines(visible(line) + "\n" for line in lines)
    sys.stdout.flush()


def _no_cases() -> ConfigError:
    return ConfigError(
        Problem(
            code="cases-none",
            message="there is no case to put to the rules",
            expected="tests: [rules/tests.yaml] in project.yaml, and cases in that file",
            mend="docs/rules.md shows how a case is written",
        )
    )
