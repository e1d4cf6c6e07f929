"""What cases could show of each rule: that it is reached, its boundaries, the tests that decide it.

A rule's test decides it for an account if the rule is asked there and would be the opposite were
the test the opposite. Knows the steps of a program, which are the tests; refuses to know accounts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol, TypeVar

from collectctl.calendar import from_day_number
from collectctl.money import MINOR_DIGITS, unscaled
from collectctl.rules.chains import MANUAL, Rule
from collectctl.rules.rulebook import Rulebook
from collectctl.rules.scope import Kind, column_kind
from collectctl.rules.steps import (
    AtLeast,
    Exactly,
    Joined,
    Member,
    Missing,
    Opposite,
    Program,
    Step,
)

Pair = TypeVar("Pair")
Leaf = AtLeast | Member | Exactly | Missing


class Inner(Protocol[Pair]):
    """Gives the truth of a step that joins earlier ones."""

    def __call__(self, step: Joined | Opposite, pairs: Sequence[Pair], /) -> Pair:
        """The truth of the step."""


class Sort(StrEnum):
    """What a goal is about."""

    RULE = "rules reached"
    BOUNDARY = "boundaries tested"
    DECIDES = "tests that decide, each way"


@dataclass(frozen=True, slots=True)
class Goal:
    """Something that a case could show."""

    chain: int
    rule: int
    test: int = -1
    """The step that decides the rule; none where the rule is to be reached."""
    value: bool = True
    """What the test is."""
    point: int = -1
    """The step that says that the column stands at the boundary; none anywhere else."""

    @property
    def sort(self) -> Sort:
        """What it is about."""
        if self.test < 0:
            return Sort.RULE
        return Sort.DECIDES if self.point < 0 else Sort.BOUNDARY


def with_points(program: Program) -> tuple[Program, tuple[Goal, ...]]:
    """The program with steps for all boundaries behind its own, and every goal in file order."""
    steps = list(program.steps)
    numbers = {step: i for i, step in enumerate(steps)}
    goals: list[Goal] = []
    for c, chain in enumerate(program.chains):
        for r, rule in enumerate(chain.rules):
            goals.append(Goal(c, r))
            for test in below(program.steps, rule.step):
                leaf = program.steps[test]
                if isinstance(leaf, Joined | Opposite):
                    continue
                for step, value in _points(program.rulebook, leaf):
                    if step not in numbers:
                        numbers[step] = len(steps)
                        steps.append(step)
                    goals.append(Goal(c, r, test, value, numbers[step]))
                goals += [Goal(c, r, test, True), Goal(c, r, test, False)]
    return replace(program, steps=tuple(steps)), tuple(goals)


def below(steps: Sequence[Step], root: int) -> tuple[int, ...]:
    """The step and all that it is made of, each after its parts."""
    pending, seen = [root], set[int]()
    while pending:
        number = pending.pop()
        if number in seen:
            continue
        seen.add(number)
        step = steps[number]
        if isinstance(step, Joined):
            pending += step.steps
        elif isinstance(step, Opposite):
            pending.append(step.step)
    return tuple(sorted(seen))


def forced(
    steps: Sequence[Step], root: int, test: int, given: Pair,
    pairs: Sequence[Pair], inner: Inner[Pair],
) -> Pair:  # fmt: skip
    """The truth of a step if one of the tests in it were as given."""
    changed = list(pairs)
    changed[test] = given
    for number in below(steps, root):
        step = steps[number]
        if isinstance(step, Joined | Opposite):
            changed[number] = inner(step, changed)
    return changed[root]


def _points(rulebook: Rulebook, leaf: Leaf) -> Iterator[tuple[Step, bool]]:
    """For each boundary of a test the steps just before and just at it, with what the test is."""
    if isinstance(leaf, Missing) or not is_number(rulebook, leaf.column):
        return
    column = leaf.column
    for currency, bound, edge in _edges(leaf):
        near = (
            ((bound - 1, False), (bound, True))
            if edge
            else ((bound - 1, False), (bound, True), (bound + 1, False))
        )
        for number, value in near:
            if currency is None:
                yield Member(column, (number,)), value
            else:
                yield Exactly(column, ((currency, number),)), value


def _edges(leaf: AtLeast | Member | Exactly) -> Iterator[tuple[str | None, int, bool]]:
    """Currency (None: any), number, and whether the test stays true beyond it."""
    if isinstance(leaf, Member):
        yield from ((None, n, False) for n in leaf.numbers)
    elif isinstance(leaf, Exactly):
        yield from ((c, n, False) for c, n in leaf.numbers if n is not None)
    elif isinstance(leaf.bound, int):
        yield None, leaf.bound, True
    else:
        yield from ((c, b, True) for c, b in leaf.bound)


def is_number(rulebook: Rulebook, column: str) -> bool:
    """Whether a step's column is a number or a day, rather than one of some values."""
    if column in rulebook.dictionary:
        return rulebook.dictionary[column].type not in ("enum", "bool", "text")
    return column not in ("tier", "treatment")


# words


def rule_of(program: Program, goal: Goal) -> Rule:
    """The rule a goal is about."""
    return program.chains[goal.chain].rules[goal.rule].rule


def words(program: Program, goal: Goal) -> str:
    """What a case would have to show."""
    if goal.sort is Sort.RULE:
        return "the rule is reached"
    test = shown(program, program.steps[goal.test])
    if goal.point < 0:
        return f"{test} is {'true' if goal.value else 'false'} and decides"
    return shown(program, program.steps[goal.point])


def shown(program: Program, step: Step) -> str:
    """A test as a condition would say it."""
    if isinstance(step, Joined | Opposite):
        raise TypeError("not a single test")
    if isinstance(step, Missing):
        return f"{step.column} is null"
    if isinstance(step, Member) and not is_number(program.rulebook, step.column):
        return _named(program.rulebook, step)
    texts = [_number(program, step.column, n, c) for c, n, _ in _edges(step)]
    return f"{step.column} {'>=' if isinstance(step, AtLeast) else '='} {' / '.join(texts)}"


def _named(rulebook: Rulebook, step: Member) -> str:
    column = rulebook.dictionary.get(step.column)
    if column is not None and column.type == "bool":
        return step.column
    names = column.values if column is not None else (*rulebook.tiers, MANUAL)
    if step.column == "treatment":
        names = (*rulebook.treatments, MANUAL)
    return f"{step.column} = {' / '.join(names[n] for n in step.numbers)}"


def _number(program: Program, column: str, number: int, currency: str | None = None) -> str:
    """A number in the unit a condition would use; a sum of columns keeps its smallest unit."""
    rulebook = program.rulebook
    kind = Kind(type="int")
    if column in rulebook.computed:
        kind = rulebook.computed[column].kind
    elif column in rulebook.dictionary:
        kind = column_kind(rulebook.dictionary[column])
    if kind.type == "date":
        return from_day_number(number).isoformat()
    money = kind.type == "money"
    digits = MINOR_DIGITS.get(currency or rulebook.currency, 2) if money else kind.decimals
    return unscaled(number, digits) + (f" {currency}" if currency is not None else "")
