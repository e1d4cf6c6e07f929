"""All that can be proved of a rulebook, on every day on which it changes by its parameters.

Knows epochs. Refuses to know accounts: the proofs are for all of them.
"""

from dataclasses import replace
from datetime import date

from collectctl.problems import ConfigError, Level, Problem
from collectctl.rules.proof.epochs import epochs
from collectctl.rules.proof.findings import Findings
from collectctl.rules.proof.model import Model
from collectctl.rules.proof.promises import Promises
from collectctl.rules.rulebook import Rulebook


def prove(rulebook: Rulebook, *, milliseconds: int = 5000) -> tuple[Problem, ...]:
    """What is wrong with the rulebook for some account on some day, sorted by place.

    The proofs cover the declared bounds and values of the columns. `milliseconds` is the longest
    the prover thinks about one question; what it leaves open is a `rule-unproved`, never a pass.
    """
    found: dict[Problem, date] = {}
    days: list[date] = []
    idle: list[Problem] = []
    for day, built in epochs(rulebook):
        if isinstance(built, ConfigError):
            idle += [_idle(day, problem) for problem in built.problems]
            continue
        days.append(day)
        ((program, tests),) = built
        model = Model(program, milliseconds)
        findings = Findings(model).all()
        for problem in (*findings, *Promises(model, tests, milliseconds).broken()):
            found.setdefault(problem, day)
    if not days:
        return tuple(replace(problem, level=Level.ERROR) for problem in idle)
    said = (
        problem if day == days[0] else replace(problem, message=f"from {day} on: {problem.message}")
        for problem, day in found.items()
    )
    return tuple(sorted((*said, *idle), key=Problem.sort_key))


def _idle(day: date, problem: Problem) -> Problem:
    """That no night can be run by the rulebook from a day on, until something else changes."""
    message = f"from {day} on no night can be run: {problem.message}"
    return replace(problem, level=Level.WARNING, message=message)
