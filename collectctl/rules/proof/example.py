"""The account that shows a finding: always the same one, as plain as can be, and what is like it.

Knows how values and regions are worded. The prover decides what matters.
"""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

import z3

from collectctl.calendar import from_day_number
from collectctl.money import MINOR_DIGITS, unscaled
from collectctl.rules.proof.space import Account, Axis, Bool, Space, both, either, opposite
from collectctl.rules.steps import AtLeast, Exactly, Member, Program, Score


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One account and the region around it in which the finding holds as well."""

    account: Account
    """All columns."""
    shown: str
    """The columns that matter, in words."""
    region: str
    """The region in words."""
    within: Bool
    """The region."""


class Searched(Protocol):
    """A model of accounts in which examples can be looked for."""

    @property
    def program(self) -> Program:
        """Its steps are the tests whose bounds matter."""

    @property
    def space(self) -> Space:
        """The columns of its accounts."""

    @property
    def solver(self) -> z3.Solver:
        """What holds of them."""

    def check(self, *wanted: Bool) -> bool:
        """Whether some account is as wanted, settling apart."""

    def find(self, *wanted: Bool) -> Account | None:
        """An account that is as wanted and that the evaluator sees so."""

    def one(self, *wanted: Bool) -> Account:
        """An account of which is known that there is one."""

    def scope(self) -> AbstractContextManager[z3.Solver]:
        """The solver for formulas that hold inside alone."""

    def is_real(self, account: Account, model: z3.ModelRef, *, wholly: bool = False) -> bool:
        """Whether the evaluator agrees."""


def real_account(
    searched: Searched, wanted: Sequence[Bool], settled: Sequence[Bool] | None
) -> Account | None:
    """An account that is as wanted and that the evaluator sees so; None if there is none.

    Those that are `settled` go first and need no evaluator; with None they are not looked for.
    Raises Unproved.
    """
    if settled is not None and searched.check(*wanted, *settled):
        return searched.space.account(searched.solver.model())
    while searched.check(*wanted):
        model = searched.solver.model()
        account = searched.space.account(model)
        if searched.is_real(account, model):
            return account
    return None


class Examples:
    """Finds examples in a model."""

    def __init__(self, model: Searched) -> None:
        """Takes the model; the points at which tests change are gathered from its steps."""
        self._model = model
        self._space = model.space
        self._cuts: dict[str, set[int]] = {n: set() for n in self._space.order}
        self._mixed: set[str] = set()
        for step in model.program.steps:
            if isinstance(step, AtLeast | Member | Exactly):
                self._cut(step)

    def _cut(self, step: AtLeast | Member | Exactly) -> None:
        if step.column not in self._cuts:
            self._mixed |= self._parts(step.column)
            return
        found = self._cuts[step.column]
        if isinstance(step, AtLeast):
            bounds = [step.bound] if isinstance(step.bound, int) else [b for _, b in step.bound]
            found.update(bounds)
            return
        numbers = step.numbers if isinstance(step, Member) else [n for _, n in step.numbers]
        for number in numbers:
            found.update((number, number + 1) if number is not None else ())

    def _parts(self, name: str) -> set[str]:
        program = self._model.program
        if name in program.sums:
            return {p for c, _ in program.sums[name] for p in self._parts(c)}
        if name in program.scores:
            return self._scored(program.scores[name])
        quotient = program.quotients.get(name)
        if quotient is None:
            return {name}
        return {p for c, _ in (*quotient.above, *quotient.below) for p in self._parts(c)}

    def _scored(self, score: Score) -> set[str]:
        """Notes where points change; of the columns those that are parts of a sum."""
        found: set[str] = set()
        for stairs in score.stairs:
            if stairs.column in self._cuts:
                self._cuts[stairs.column].update(stairs.cuts)
            else:
                found |= self._parts(stairs.column)
        return found

    def find(self, finding: Bool, about: str | None = None) -> Example | None:
        """The example of a finding, or None if no account is so; raises Unproved.

        The column it is about is shown in any case.
        """
        if self._model.find(finding) is None:
            return None
        account, words = self.plainest(finding, about)
        matters = list(words)
        box = {n: self._space.fixed(account)[n] for n in matters}
        shown = ", ".join(words.values()) or "any account"
        for name in matters:
            self._widen(name, account, box, words, finding)
        region = " and ".join(w for w in words.values() if w) or "any account"
        return Example(account=account, shown=shown, region=region, within=both(box.values()))

    # the plainest account

    def plainest(self, finding: Bool, about: str | None = None) -> tuple[Account, dict[str, str]]:
        """The plainest account of a finding that has one, with the columns that matter in words.

        Raises Unproved.
        """
        account = self._plain(finding)
        matters = self._matters(finding, account, about)
        return account, {n: self._equals(n, account, account[n]) for n in matters}

    def account(self, finding: Bool) -> Account | None:
        """The plainest account of a finding, or None if no account is so; raises Unproved."""
        return None if self._model.find(finding) is None else self._plain(finding)

    def _plain(self, finding: Bool) -> Account:
        """Column by column: present before missing, then the plainest value that will do."""
        while True:
            with self._model.scope():
                for name in self._space.order:
                    self._settle(self._space.axes[name], name, finding)
                account = self._model.one(finding)
                if self._model.is_real(account, self._model.solver.model(), wholly=True):
                    return account

    def _settle(self, axis: Axis, name: str, finding: Bool) -> None:
        model = self._model
        if axis.missing is not None:
            present = opposite(axis.missing)
            if not model.check(finding, present):
                model.solver.add(axis.missing)
                return
            model.solver.add(present)
        values = self._candidates(axis, name)
        if model.check(finding, axis.value == values[0]):
            model.solver.add(axis.value == values[0])
            return
        if not model.check(finding, either(axis.value == v for v in values)):
            model.solver.add(axis.value == self._nearest(axis, finding))
            return
        low, high = 1, len(values) - 1
        while low < high:
            middle = (low + high) // 2
            some = either(axis.value == v for v in values[low : middle + 1])
            low, high = (low, middle) if model.check(finding, some) else (middle + 1, high)
        model.solver.add(axis.value == values[low])

    def _candidates(self, axis: Axis, name: str) -> list[int]:
        points = {max(axis.low, min(axis.high, 0))}
        if axis.column.type in ("enum", "bool"):
            points = set(range(axis.low, axis.high + 1))
        elif name in self._mixed:
            points |= {1, 100}
        for cut in self._cuts[name]:
            points |= {cut - 1, cut}
        inside = [p for p in points if axis.low <= p <= axis.high]
        return sorted(inside, key=lambda p: (abs(p), p < 0))

    def _nearest(self, axis: Axis, finding: Bool) -> int:
        """The value nearest to zero that will do."""
        low, high = 0, max(abs(axis.low), abs(axis.high))
        while low < high:
            middle = (low + high) // 2
            inside = z3.And(axis.value >= -middle, axis.value <= middle)
            low, high = (low, middle) if self._model.check(finding, inside) else (middle + 1, high)
        return low if self._model.check(finding, axis.value == low) else -low

    # what matters

    def _matters(self, finding: Bool, account: Account, about: str | None) -> list[str]:
        """The columns without which the finding would not follow."""
        fixed = self._space.fixed(account)
        left = list(self._space.order)
        if not self._follows(finding, [fixed[n] for n in left]):
            return left
        for name in reversed(self._space.order):
            fewer = [n for n in left if n != name]
            if name != about and self._follows(finding, [fixed[n] for n in fewer]):
                left = fewer
        return left

    def _follows(self, finding: Bool, known: Iterable[Bool]) -> bool:
        solver = self._model.solver
        solver.push()
        solver.add(*known, opposite(finding))
        found = solver.check()
        solver.pop()
        return bool(found == z3.unsat)

    # the region

    def _widen(
        self, name: str, account: Account, box: dict[str, Bool], words: dict[str, str],
        finding: Bool,
    ) -> None:  # fmt: skip
        axis, value = self._space.axes[name], account[name]
        if value is None or name in self._mixed:
            return
        others = [b for n, b in box.items() if n != name]
        present = [] if axis.missing is None else [opposite(axis.missing)]

        def wide(options: Bool) -> bool:
            return self._follows(finding, [*others, *present, options])

        if axis.column.type in ("enum", "bool"):
            values = [
                v for v in range(axis.low, axis.high + 1)
                if v == value or wide(axis.value == v)
            ]  # fmt: skip
            inside = either(axis.value == v for v in values)
            words[name] = self._listed(axis, name, account, values)
        else:
            cuts = sorted(c for c in self._cuts[name] if axis.low < c <= axis.high)
            lows = [axis.low, *(c for c in cuts if c <= value)]
            highs = [*(c - 1 for c in cuts if c > value), axis.high]
            low = next(x for x in lows if x == lows[-1] or wide(_between(axis, x, value)))
            low = low if wide(_between(axis, low, value)) else value
            high = next(x for x in reversed(highs) if x == highs[0] or wide(_between(axis, low, x)))
            high = high if wide(_between(axis, low, high)) else value
            inside = _between(axis, low, high)
            words[name] = self._range(axis, name, account, low, high)
        box[name] = both([*present, inside])

    # words

    def words(self, name: str, account: Account) -> str:
        """One column of the account."""
        return self._equals(name, account, account[name])

    def _range(self, axis: Axis, name: str, account: Account, low: int, high: int) -> str:
        if (low, high) == (axis.low, axis.high):
            return "" if axis.missing is None else f"{name} is not null"
        if low == high:
            return self._equals(name, account, low)
        first = "" if low == axis.low else self._value(axis, account, low)
        last = "" if high == axis.high else self._value(axis, account, high)
        return f"{name} in [{first}..{last}]"

    def _listed(self, axis: Axis, name: str, account: Account, values: Sequence[int]) -> str:
        if len(values) == 1:
            return self._equals(name, account, values[0])
        every = len(values) == axis.high - axis.low + 1
        if every:
            return "" if axis.missing is None else f"{name} is not null"
        listed = ", ".join(self._value(axis, account, v) for v in values)
        return f"{name} in ({listed})"

    def _equals(self, name: str, account: Account, value: int | None) -> str:
        axis = self._space.axes[name]
        if value is None:
            return f"{name} is null"
        if axis.column.type == "text":
            return f"{name} is not null"
        return f"{name} = {self._value(axis, account, value)}"

    def _value(self, axis: Axis, account: Account, value: int) -> str:
        column = axis.column
        if column.type == "enum":
            return f"'{column.values[value]}'"
        if column.type == "bool":
            return "true" if value else "false"
        if column.type == "date":
            return f"date '{from_day_number(value).isoformat()}'"
        if column.type != "money":
            return unscaled(value, column.digits)
        code = account.get("currency")
        own = self._space.rulebook.currency if code is None else self._space.currencies[code]
        return unscaled(value, MINOR_DIGITS.get(own, 2))


def _between(axis: Axis, low: int, high: int) -> Bool:
    found: Bool = z3.And(axis.value >= low, axis.value <= high)
    return found
