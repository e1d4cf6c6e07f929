"""Steps as formulas: for any account, whether a step is true and whether it may be.

Mirrors `collectctl.rules.evaluate` for all accounts at once. Knows steps and columns.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import z3

from collectctl.rules.linear import Terms
from collectctl.rules.proof.space import (
    NO,
    YES,
    Bool,
    Number,
    Space,
    both,
    either,
    is_yes,
    opposite,
)
from collectctl.rules.steps import (
    AtLeast,
    Exactly,
    Joined,
    Member,
    Missing,
    Opposite,
    Program,
    Quotient,
    Score,
    Step,
)

Pair = tuple[Bool, Bool]
"""Whether a test is true, and whether it may be; one object twice where nothing is missing."""


def inner(step: Joined | Opposite, pairs: Sequence[Pair]) -> Pair:
    """The pair of a step that joins earlier ones."""
    if isinstance(step, Opposite):
        return negated(pairs[step.step])
    merge = both if step.every else either
    parts = [pairs[s] for s in step.steps]
    true = merge(t for t, _ in parts)
    return (true, true) if all(t is p for t, p in parts) else (true, merge(p for _, p in parts))


def negated(pair: Pair) -> Pair:
    """The pair of the opposite."""
    true, possible = pair
    if true is possible:
        false = opposite(true)
        return false, false
    return opposite(possible), opposite(true)


@dataclass(frozen=True, slots=True)
class _Sum:
    """A sum, and whether all of it is known (None: always)."""

    number: Number
    known: Bool | None


class Encoder:
    """Gives the pair of each step; what chains decide is added as it becomes known."""

    def __init__(self, program: Program, space: Space, mark: str = "") -> None:
        """Takes the program, the variables of an account, and what its own names begin with."""
        self._mark = mark
        self._program = program
        self._space = space
        self._decided: dict[str, list[Bool]] = {}
        self._columns: dict[str, _Sum] = {}
        self.pairs: list[Pair] = []
        self.domain: list[Bool] = []
        """What holds of the variables that stand for derived columns inside sums."""

    def put(self, name: str, options: list[Bool]) -> None:
        """Adds a decision as a column: a formula for each of its values."""
        self._decided[name] = options

    def advance(self, stop: int, named: Callable[[int, Pair], Pair]) -> list[Pair]:
        """The pairs of the steps up to `stop`; `named` may give a pair a shorter form."""
        for number in range(len(self.pairs), stop):
            step = self._program.steps[number]
            self.pairs.append(named(number, self._pair(step)))
        return self.pairs

    def _pair(self, step: Step) -> Pair:
        match step:
            case AtLeast():
                return self._at_least(step)
            case Member():
                return self._member(step)
            case Exactly():
                return self._exactly(step)
            case Missing(column=column):
                known = None if column in self._decided else self._known(column)
                found = NO if known is None else opposite(known)
                return found, found
            case Opposite() | Joined():
                return inner(step, self.pairs)

    # columns

    def _column(self, name: str) -> _Sum:
        if name not in self._columns:
            self._columns[name] = self._load(name)
        return self._columns[name]

    def _load(self, name: str) -> _Sum:
        if name in self._program.sums:
            return self._sum(self._program.sums[name], 0)
        if name in self._program.quotients:
            return self._standing(name)
        if name in self._program.scores:
            return self._score(self._program.scores[name])
        axis = self._space.axes[name]
        return _Sum(axis.value, None if axis.missing is None else opposite(axis.missing))

    def _known(self, name: str) -> Bool | None:
        quotient = self._program.quotients.get(name)
        if quotient is None:
            return self._column(name).known
        above, below = self._parts(quotient)
        zero = below.number == 0 if quotient.below else None
        known = [k for k in (above.known, below.known) if k is not None]
        if zero is not None:
            known.append(z3.Not(zero))
        return both(known) if known else None

    def divisible(self, name: str) -> list[Bool]:
        """That no derived column divides by zero, apart from those the column is a part of."""
        used = {n for c in self._program.chains for r in c.rules for n in r.columns}
        return [
            z3.Not(self._parts(quotient)[1].number == 0)
            for derived, quotient in self._program.quotients.items()
            if derived in used and all(column != name for column, _ in quotient.below)
        ]

    def _sum(self, terms: Terms, constant: int) -> _Sum:
        parts = [(self._column(c), a) for c, a in terms]
        known = [p.known for p, _ in parts if p.known is not None]
        number = z3.IntVal(constant)
        if parts:
            factors = [p.number if a == 1 else a * p.number for p, a in parts]
            number = z3.Sum([*factors, number] if constant else factors)
        return _Sum(number, both(known) if known else None)

    def _score(self, score: Score) -> _Sum:
        """The sum of the points, each of them as the stairs it is read from."""
        number, known = z3.IntVal(score.base), list[Bool]()
        for stairs in score.stairs:
            points = z3.IntVal(stairs.points[0])
            for cut, above in zip(stairs.cuts, stairs.points[1:], strict=True):
                points = z3.If(self._from(stairs.column, cut), z3.IntVal(above), points)
            scored = self._space.in_currency([self._program.rulebook.currency])
            scored = scored if stairs.own_currency else YES
            present = self._known(stairs.column)
            if present is not None and stairs.missing is not None:
                points = z3.If(present, points, z3.IntVal(stairs.missing))
                scored = either([scored, opposite(present)])
            elif present is not None:
                scored = both([scored, present])
            number += points
            known.append(scored)
        every = both(known)
        return _Sum(number, None if is_yes(every) else every)

    def _parts(self, quotient: Quotient) -> tuple[_Sum, _Sum]:
        return (
            self._sum(quotient.above, quotient.above_constant),
            self._sum(quotient.below, quotient.below_constant),
        )

    def _standing(self, name: str) -> _Sum:
        """A derived column as a variable of its own, for sums in which it is a part.

        Linear if the divisor is a constant; else the prover may have to give up, which is told.
        """
        value = z3.Int(f"{self._mark}derived {name}")
        above, below = self._parts(self._program.quotients[name])
        known = self._known(name)
        up, down = (_at_least(above.number, below.number, value, sign) for sign in (1, -1))
        rounded = either([both([value >= 1, up]), both([value <= -1, down]), value == 0])
        exact = both(
            [
                rounded,
                z3.Not(_at_least(above.number, below.number, z3.If(value >= 0, value + 1, 1), 1)),
                z3.Not(_at_least(above.number, below.number, z3.If(value <= 0, value - 1, -1), -1)),
            ]
        )
        self.domain.append(exact if known is None else z3.Implies(known, exact))
        return _Sum(value, known)

    # steps

    def _from(self, column: str, bound: int) -> Bool:
        """Whether the column is the bound or more, where it is known."""
        quotient = self._program.quotients.get(column)
        if quotient is None:
            return self._column(column).number >= bound
        above, below = self._parts(quotient)
        if bound >= 1:
            return _at_least(above.number, below.number, bound, 1)
        return opposite(_at_least(above.number, below.number, bound - 1, -1))

    def _equal(self, column: str, number: int) -> Bool:
        if column in self._decided:
            return self._decided[column][number]
        if column in self._program.quotients:
            return both([self._from(column, number), opposite(self._from(column, number + 1))])
        found: Bool = self._column(column).number == number
        return found

    def _at_least(self, step: AtLeast) -> Pair:
        known = self._known(step.column)
        if isinstance(step.bound, int):
            return _seen(self._from(step.column, step.bound), known)
        covered = self._space.in_currency([c for c, _ in step.bound])
        found = either(
            both([self._space.in_currency([c]), self._from(step.column, bound)])
            for c, bound in step.bound
        )
        return _seen(found, _all_known(known, covered))

    def _member(self, step: Member) -> Pair:
        known = None if step.column in self._decided else self._known(step.column)
        return _seen(either(self._equal(step.column, n) for n in step.numbers), known)

    def _exactly(self, step: Exactly) -> Pair:
        covered = self._space.in_currency([c for c, _ in step.numbers])
        found = either(
            both([self._space.in_currency([c]), self._equal(step.column, n)])
            for c, n in step.numbers
            if n is not None
        )
        return _seen(found, _all_known(self._known(step.column), covered))


def _at_least(above: Number, below: Number, bound: int | Number, sign: int) -> Bool:
    """Whether above / below, rounded half away from zero, has reached a bound on one side of zero.

    `sign` 1: it is the bound or more, which is positive; -1: the bound or less, and negative.
    """
    edge = (2 * bound - sign) * below
    twice = 2 * above
    if z3.is_int_value(z3.simplify(below)):
        positive = z3.simplify(below).as_long() > 0
        return twice >= edge if positive is (sign > 0) else twice <= edge
    if sign > 0:
        return z3.Or(z3.And(below > 0, twice >= edge), z3.And(below < 0, twice <= edge))
    return z3.Or(z3.And(below > 0, twice <= edge), z3.And(below < 0, twice >= edge))


def _all_known(first: Bool | None, second: Bool) -> Bool | None:
    found = second if first is None else both([first, second])
    return None if is_yes(found) else found


def _seen(found: Bool, known: Bool | None) -> Pair:
    if known is None or is_yes(known):
        return found, found
    return both([found, known]), either([found, opposite(known)])
