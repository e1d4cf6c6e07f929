"""All that can be proved of a rulebook, on every day on which it changes by its parameters.

Knows epochs. Refuses to know accounts: the proofs are for all of them.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from collectctl.problems import ConfigError, Problem
from collectctl.rules.program import build_with
from collectctl.rules.proof.findings import Findings
from collectctl.rules.proof.model import Model
from collectctl.rules.proof.promises import Promises
from collectctl.rules.rulebook import Rulebook
from collectctl.rules.steps import Program


def prove(rulebook: Rulebook, *, milliseconds: int = 5000) -> tuple[Problem, ...]:
    """What is wrong with the rulebook for some account on some day, sorted by place.

    The proofs cover the declared bounds and values of the columns. `milliseconds` is the longest
    the prover thinks about one question; what it leaves open is a `rule-unproved`, never a pass.
    """
    found: dict[Problem, date] = {}
    days: list[date] = []
    for program, tests in epochs(rulebook):
        days.append(program.as_of)
        model = Model(program, milliseconds)
        findings = Findings(model).all()
        for problem in (*findings, *Promises(model, tests, milliseconds).broken()):
            found.setdefault(problem, program.as_of)
    said = (
        problem if day == days[0] else replace(problem, message=f"from {day} on: {problem.message}")
        for problem, day in found.items()
    )
    return tuple(sorted(said, key=Problem.sort_key))


def epochs(rulebook: Rulebook) -> Iterator[tuple[Program, tuple[int, ...]]]:
    """The program of each day on which it is another one, from the first day it can be used.

    With it the steps of the `never` tests.
    """
    first = rulebook.effective_from
    days = {day for day in rulebook.starts if first is None or day > first}
    days.add(first or min(days, default=date.min))
    never = [n.test for n in rulebook.policies.never]
    seen = []
    for day in sorted(days):
        try:
            program, tests = build_with(rulebook, day, never)
        except ConfigError:
            continue  # no night can be run with it on such a day
        columns = dict(program.sums), dict(program.quotients), dict(program.scores)
        said = program.steps, program.chains, columns
        if said not in seen:
            seen.append(said)
            yield program, tests
