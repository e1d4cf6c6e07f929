"""The days on which rulebooks become other ones by their parameters and scorecards.

Knows dates. Refuses to know what is proved of each day.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from collectctl.problems import ConfigError
from collectctl.rules.program import build_with
from collectctl.rules.rulebook import Rulebook
from collectctl.rules.steps import Program

Built = tuple[Program, tuple[int, ...]]
"""A program, with the steps of the rulebook's `never` tests."""


def epochs(*rulebooks: Rulebook) -> Iterator[tuple[date, tuple[Built, ...] | ConfigError]]:
    """Each day on which one of them is another, with their programs.

    From the first day on which all are in force. A day on which no night can be run by one of them
    comes with the reason.
    """
    seen: list[object] = []
    for day in _days(rulebooks):
        try:
            built = tuple(_built(rulebook, day) for rulebook in rulebooks)
        except ConfigError as error:
            yield day, error
            continue
        said = [_said(program) for program, _ in built]
        if said not in seen:
            seen.append(said)
            yield day, built


def _days(rulebooks: Sequence[Rulebook]) -> list[date]:
    effective = [r.effective_from for r in rulebooks if r.effective_from is not None]
    first = max(effective, default=None)
    days = {day for r in rulebooks for day in r.starts if first is None or day > first}
    days.add(first or min(days, default=date.min))
    return sorted(days)


def _built(rulebook: Rulebook, day: date) -> Built:
    return build_with(rulebook, day, [n.test for n in rulebook.policies.never])


def _said(program: Program) -> object:
    """Everything in a program that decides."""
    columns = dict(program.sums), dict(program.quotients), dict(program.scores)
    return program.steps, program.chains, columns
