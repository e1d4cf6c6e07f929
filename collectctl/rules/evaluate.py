"""Steps on a chunk of accounts: for each step, where it is true and where it may be true.

A test is a pair of masks `(true, possible)`: true in both, false in neither, unknown in the second
only; where nothing is missing both are one array and Kleene's tables cost one operation. Knows
integers and masks; refuses to know what a column means.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from collectctl.columns import Bool, Encoded, Ints
from collectctl.rules.steps import (
    AtLeast,
    Exactly,
    Joined,
    Member,
    Missing,
    Opposite,
    Program,
    Score,
    Step,
)

Truth = tuple[Bool, Bool]
"""Where a test is true, and where it may be."""


@dataclass(frozen=True, slots=True)
class Values:
    """A column in a chunk: integers, and where they are known (None: everywhere)."""

    numbers: Ints
    known: Bool | None


@dataclass(frozen=True, slots=True)
class Currencies:
    """The currency of each row of a chunk, as a position in `codes`."""

    codes: tuple[str, ...]
    values: Values
    only: str | None
    """The currency of every row, if there is one."""


class Chunk:
    """Some accounts, their columns and the steps evaluated so far."""

    def __init__(
        self, program: Program, columns: Mapping[str, Encoded], start: int, stop: int
    ) -> None:
        """Takes the encoded columns of the whole frame and the rows from `start` to `stop`."""
        self._program = program
        self._columns = columns
        self._slice = slice(start, stop)
        self._cache: dict[str, Values] = {}
        self.size = stop - start
        self.truths: list[Truth] = []
        self.currency = self._currency()

    def column(self, name: str) -> Values:
        """The column, computed if it is derived or a sum."""
        if name not in self._cache:
            self._cache[name] = self._load(name)
        return self._cache[name]

    def put(self, name: str, numbers: Ints) -> None:
        """Adds what the chain has decided as a column for later rules."""
        self._cache[name] = Values(numbers, None)

    def advance(self, stop: int) -> list[Truth]:
        """Evaluates the steps up to `stop` and gives all truths so far."""
        for step in self._program.steps[len(self.truths) : stop]:
            self.truths.append(self._truth(step))
        return self.truths

    # columns

    def _load(self, name: str) -> Values:
        if name in self._program.sums:
            return self._sum(self._program.sums[name], 0)
        if name in self._program.quotients:
            return self._quotient(name)
        if name in self._program.scores:
            return self._score(self._program.scores[name])
        encoded = self._columns[name]
        numbers, known = encoded.values[self._slice], encoded.known[self._slice]
        if known.all():
            return Values(numbers, None)
        return self._declared(name, numbers, known)

    def _declared(self, name: str, numbers: Ints, known: Bool) -> Values:
        """The column with its declared value where it is missing, if it declares one."""
        rulebook = self._program.rulebook
        column = rulebook.dictionary[name]
        if column.if_missing is None:
            return Values(numbers, known)
        value = column.number(column.if_missing.value, rulebook.currency)
        if value is None:
            return Values(numbers, known)
        if column.type == "money" and value != 0:
            own = self._in_currencies(frozenset({rulebook.currency}))
            return Values(np.where(known, numbers, value), known | own)
        return Values(np.where(known, numbers, np.asarray(value, numbers.dtype)), None)

    def _sum(self, terms: Sequence[tuple[str, int]], constant: int) -> Values:
        total = np.full(self.size, constant, np.int64)
        known: Bool | None = None
        for name, factor in terms:
            part = self.column(name)
            total += factor * part.numbers.astype(np.int64)
            known = _both(known, part.known)
        return Values(total, known)

    def _quotient(self, name: str) -> Values:
        quotient = self._program.quotients[name]
        above = self._sum(quotient.above, quotient.above_constant)
        below = self._sum(quotient.below, quotient.below_constant)
        known = _both(above.known, below.known)
        zero = below.numbers == 0
        if zero.any():
            known = _both(known, ~zero)
        size = np.abs(np.where(zero, 1, below.numbers))
        whole = (2 * np.abs(above.numbers) + size) // (2 * size)
        opposite = (above.numbers < 0) != (below.numbers < 0)
        return Values(np.where(opposite, -whole, whole), known)

    def _score(self, score: Score) -> Values:
        total = np.full(self.size, score.base, np.int64)
        known: Bool | None = None
        own = frozenset({self._program.rulebook.currency})
        for stairs in score.stairs:
            part = self.column(stairs.column)
            steps = np.searchsorted(np.array(stairs.cuts, np.int64), part.numbers, side="right")
            points = np.array(stairs.points, np.int64)[steps]
            scored = self._in_currencies(own) if stairs.own_currency else None
            if stairs.missing is None:
                scored = _both(scored, part.known)
            elif part.known is not None:
                points = np.where(part.known, points, stairs.missing)
                scored = None if scored is None else scored | ~part.known
            total += points
            known = _both(known, scored)
        return Values(total, known)

    # currencies

    def _currency(self) -> Currencies:
        rulebook = self._program.rulebook
        column = rulebook.dictionary.get("currency")
        if column is None:
            none = Values(np.zeros(self.size, np.int8), None)
            return Currencies((rulebook.currency,), none, rulebook.currency)
        values = self.column("currency")
        first = values.numbers[0] if self.size else 0
        uniform = values.known is None and bool((values.numbers == first).all())
        return Currencies(column.values, values, column.values[first] if uniform else None)

    def _in_currencies(self, wanted: frozenset[str]) -> Bool:
        """Where the row's currency is known and one of these."""
        if self.currency.only is not None:
            return np.full(self.size, self.currency.only in wanted)
        listed = np.array([c in wanted for c in self.currency.codes])
        found: Bool = listed[self.currency.values.numbers]
        known = self.currency.values.known
        return found if known is None else found & known

    def uncovered(self, cover: frozenset[str]) -> Bool:
        """Where a rule has no amount in the row's currency."""
        return ~self._in_currencies(cover)

    # steps

    def _truth(self, step: Step) -> Truth:
        match step:
            case AtLeast():
                return self._at_least(step)
            case Member():
                return self._member(step)
            case Exactly():
                return self._exactly(step)
            case Missing(column=column):
                known = self.column(column).known
                found = np.zeros(self.size, np.bool_) if known is None else ~known
                return found, found
            case Opposite(step=number):
                true, possible = self.truths[number]
                return _opposite(true, possible)
            case Joined(every=every, steps=steps):
                return joined(every, [self.truths[s] for s in steps])

    def _at_least(self, step: AtLeast) -> Truth:
        values = self.column(step.column)
        if isinstance(step.bound, int):
            return _seen(values.numbers >= step.bound, values.known)
        bounds = dict(step.bound)
        if self.currency.only is not None:
            if self.currency.only not in bounds:
                return self._unknown()
            return _seen(values.numbers >= bounds[self.currency.only], values.known)
        table = np.array([bounds.get(c, 0) for c in self.currency.codes], np.int64)
        covered = self._in_currencies(frozenset(bounds))
        found = values.numbers >= table[self.currency.values.numbers]
        return _seen(found, _both(values.known, covered))

    def _member(self, step: Member) -> Truth:
        values = self.column(step.column)
        found = np.zeros(self.size, np.bool_)
        for number in step.numbers:
            found |= values.numbers == number
        return _seen(found, values.known)

    def _exactly(self, step: Exactly) -> Truth:
        values = self.column(step.column)
        found = np.zeros(self.size, np.bool_)
        for currency, number in step.numbers:
            if number is not None:
                here = self._in_currencies(frozenset({currency}))
                found |= here & (values.numbers == number)
        covered = self._in_currencies(frozenset(c for c, _ in step.numbers))
        return _seen(found, _both(values.known, covered))

    def _unknown(self) -> Truth:
        return np.zeros(self.size, np.bool_), np.ones(self.size, np.bool_)


def joined(every: bool, parts: Sequence[Truth]) -> Truth:  # noqa: FBT001 - and / or, as in the step
    """Kleene's and (`every`) or or of several truths."""
    merge = np.logical_and if every else np.logical_or
    true, possible = parts[0]
    for other_true, other_possible in parts[1:]:
        if true is possible and other_true is other_possible:
            true = possible = merge(true, other_true)
        else:
            true, possible = merge(true, other_true), merge(possible, other_possible)
    return true, possible


def _opposite(true: Bool, possible: Bool) -> Truth:
    if true is possible:
        false = ~true
        return false, false
    return ~possible, ~true


def inner_truth(step: Joined | Opposite, truths: Sequence[Truth]) -> Truth:
    """The truth of a step that joins earlier ones."""
    if isinstance(step, Opposite):
        return _opposite(*truths[step.step])
    return joined(step.every, [truths[s] for s in step.steps])


def _seen(found: Bool, known: Bool | None) -> Truth:
    """True where found and known, possible where not known as well."""
    if known is None:
        return found, found
    return found & known, found | ~known


def _both(first: Bool | None, second: Bool | None) -> Bool | None:
    if first is None or second is None:
        return first if second is None else second
    return first & second
