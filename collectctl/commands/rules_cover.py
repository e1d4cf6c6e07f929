"""What `rules test` says about the cases themselves. Imported when asked: it brings the prover."""

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from collectctl import durable
from collectctl.commands.terminal import ProblemFormat, answer_problems, say
from collectctl.problems import visible
from collectctl.rules.casebook.case import Case
from collectctl.rules.casebook.coverage import coverage
from collectctl.rules.casebook.report import Report
from collectctl.rules.casebook.suggest import suggested, written
from collectctl.rules.proof.witness import Witnesses
from collectctl.rules.rulebook import Rulebook


def say_coverage(
    rulebook: Rulebook, cases: Sequence[Case], as_of: date, form: ProblemFormat
) -> None:
    """Says how much of the rulebook the cases test, and notes at each rule what is left."""
    covered = coverage(rulebook, cases, as_of)
    report = Report.of(covered, Witnesses(covered.program).can_occur)
    answer_problems(report.wanted(), form)
    if form is ProblemFormat.AUTO:
        _out((f"as of {as_of}", *report.counts(), *report.impossible()))


def write_suggestions(
    rulebook: Rulebook, cases: Sequence[Case], as_of: date, to: Path | None
) -> None:
    """Writes the cases that are wanted to a new file, or to stdout."""
    covered = coverage(rulebook, cases, as_of)
    found = suggested(covered, Witnesses(covered.program).account).cases
    say(f"{len(found)} cases suggested")
    if not found:
        return
    text = written(rulebook, found, as_of)
    if to is None:
        _out(text.splitlines())
    else:
        durable.write_file(to, text.encode())


def _out(lines: Sequence[str]) -> None:
    sys.stdout.writelines(visible(line) + "\n" for line in lines)
