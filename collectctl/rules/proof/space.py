"""Every account that may come: a variable for each column, within what the dictionary declares.

Knows bounds, values, and which columns may be missing. Refuses to know rules.
"""

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any, TypeAlias

import z3

from collectctl.columns import Column
from collectctl.money import MINOR_DIGITS, scaled
from collectctl.rules.rulebook import Rulebook
from collectctl.rules.scope import LARGEST

Bool: TypeAlias = Any
"""A formula of the prover, which has no types of its own."""
Number: TypeAlias = Any
"""A whole number of the prover."""

Account: TypeAlias = dict[str, int | None]
"""A value for each column, None where it is missing."""

YES = z3.BoolVal(True)
NO = z3.BoolVal(False)
_YES, _NO = YES.get_id(), NO.get_id()  # the prover holds each formula once, so its number tells

_FIRST_DAY = -719_162  # 0001-01-01
_LAST_DAY = 2_932_896  # 9999-12-31


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """One column of any account."""

    column: Column
    value: Number
    missing: Bool | None
    """None: it always has a value for the rules."""
    low: int
    high: int


class Space:
    """The columns of any account that a rulebook looks at, as variables."""

    def __init__(self, rulebook: Rulebook) -> None:
        """Takes the rulebook, for its columns and its currency."""
        self.rulebook = rulebook
        self.domain: list[Bool] = []
        currency = rulebook.dictionary.get("currency")
        self.currencies = currency.values if currency is not None else (rulebook.currency,)
        self.axes: dict[str, Axis] = {}
        names = [n for n in rulebook.dictionary if n in rulebook.columns]
        skipped = {rulebook.customer.key, "account_id"} - self._tested()
        for name in sorted(names, key=lambda n: n != "currency"):
            if name not in skipped:
                self._add(rulebook.dictionary[name])
        self.order = tuple(n for n in names if n in self.axes)

    def _tested(self) -> frozenset[str]:
        rules = [r for c in self.rulebook.chains for r in c.rules]
        return frozenset(n for r in rules for n in self.rulebook.columns_of(r))

    def in_currency(self, wanted: Sequence[str]) -> Bool:
        """Whether the account's currency is known and one of these."""
        found, axis = self._of_currency(wanted), self.axes.get("currency")
        if axis is None or axis.missing is None:
            return found
        return both([found, opposite(axis.missing)])

    def fixed(self, account: Account) -> dict[str, Bool]:
        """For each column the formula that it is as in the account."""
        found: dict[str, Bool] = {}
        for name, value in account.items():
            axis = self.axes[name]
            if value is None:
                found[name] = axis.missing if axis.missing is not None else NO
            else:
                present = [] if axis.missing is None else [opposite(axis.missing)]
                found[name] = both([*present, axis.value == value])
        return found

    def account(self, model: z3.ModelRef) -> Account:
        """The account that the prover has found."""
        found: Account = {}
        for name in self.order:
            axis = self.axes[name]
            missing = NO if axis.missing is None else axis.missing
            gone = z3.is_true(model.eval(missing, model_completion=True))
            found[name] = None if gone else model.eval(axis.value, model_completion=True).as_long()
        return found

    def joined(self, other: "Space") -> "Space":
        """The columns of either, for questions about two rulebooks that declare them alike."""
        found = copy(self)
        found.axes = {**other.axes, **self.axes}
        found.order = tuple(dict.fromkeys((*self.order, *other.order)))
        return found

    def _add(self, column: Column) -> None:
        value = z3.Int(column.name)
        missing = None if column.required else z3.Bool(f"{column.name} is missing")
        low, high = self._bounds(column)
        declared = None
        if column.if_missing is not None:
            declared = column.number(column.if_missing.value, self.rulebook.currency)
        inside = both([value >= low, value <= high])
        if column.type == "money":
            inside = self._money(column, value)
        if declared is not None:
            # the declared value may stand in wherever it is an amount of the account's currency
            foreign = column.type == "money" and declared != 0 and missing is not None
            own = self.in_currency([self.rulebook.currency]) if foreign else YES
            inside = either([inside, both([own, value == declared])])
            if foreign and missing is not None:
                self.domain.append(either([opposite(missing), opposite(own)]))
            else:
                missing = None
            low, high = min(low, declared), max(high, declared)
        self.domain.append(inside)
        if missing is not None:
            self.domain.append(either([opposite(missing), value == _rest(low, high)]))
        self.axes[column.name] = Axis(
            column=column, value=value, missing=missing, low=low, high=high
        )

    def _bounds(self, column: Column) -> tuple[int, int]:
        """The smallest and the largest value, in whatever currency."""
        if column.type == "bool":
            return 0, 1
        if column.type == "enum":
            return 0, len(column.values) - 1
        if column.type == "text":
            return 0, 0
        if column.type == "money":
            pairs = [_limits(column, MINOR_DIGITS.get(c, 2)) for c in self.currencies]
            return min(a for a, _ in pairs), max(b for _, b in pairs)
        low, high = _limits(column, column.digits)
        if column.type == "date":
            days = [column.number(t or "", "CNY") for t in (column.minimum, column.maximum)]
            low = _FIRST_DAY if days[0] is None else days[0]
            high = _LAST_DAY if days[1] is None else days[1]
        return low, high

    def _money(self, column: Column, value: Number) -> Bool:
        """The bounds in minor units of the account's own currency."""
        found = []
        for digits in sorted({MINOR_DIGITS.get(c, 2) for c in self.currencies}):
            low, high = _limits(column, digits)
            alike = [c for c in self.currencies if MINOR_DIGITS.get(c, 2) == digits]
            inside = both([value >= low, value <= high])
            found.append(both([self._of_currency(alike), inside]))
        return either(found)

    def _of_currency(self, wanted: Sequence[str]) -> Bool:
        """As `in_currency`, but a missing one counts as whichever value stands in its place."""
        axis = self.axes.get("currency")
        if axis is None:
            return z3.BoolVal(self.rulebook.currency in wanted)
        return either(axis.value == i for i, c in enumerate(self.currencies) if c in wanted)


def _rest(low: int, high: int) -> int:
    """The value that stands where there is none: zero, or the bound next to it."""
    return max(low, min(high, 0))


def _limits(column: Column, digits: int) -> tuple[int, int]:
    low, high = (
        None if text is None else scaled(text, digits) for text in (column.minimum, column.maximum)
    )
    return (-LARGEST if low is None else low, LARGEST if high is None else high)


def is_yes(part: Bool) -> bool:
    """Whether the formula is plainly true."""
    return bool(part.get_id() == _YES)


def is_no(part: Bool) -> bool:
    """Whether the formula is plainly false."""
    return bool(part.get_id() == _NO)


def both(parts: Iterable[Bool]) -> Bool:
    """All of the parts."""
    listed = [(p.get_id(), p) for p in parts]
    if any(number == _NO for number, _ in listed):
        return NO
    left = [p for number, p in listed if number != _YES]
    if not left:
        return YES
    return left[0] if len(left) == 1 else z3.And(left)


def either(parts: Iterable[Bool]) -> Bool:
    """Any of the parts."""
    listed = [(p.get_id(), p) for p in parts]
    if any(number == _YES for number, _ in listed):
        return YES
    left = [p for number, p in listed if number != _NO]
    if not left:
        return NO
    return left[0] if len(left) == 1 else z3.Or(left)


def opposite(part: Bool) -> Bool:
    """Not the part."""
    number = part.get_id()
    if number in (_YES, _NO):
        return NO if number == _YES else YES
    return part.arg(0) if z3.is_not(part) else z3.Not(part)
