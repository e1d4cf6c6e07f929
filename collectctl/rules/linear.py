"""Arithmetic over columns as exact sums: `3*a - 2*b >= 7`, on one day and in one currency.

Knows rational numbers, scales and the value of a parameter on the day. Refuses to know accounts.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from fractions import Fraction

from collectctl.money import MINOR_DIGITS
from collectctl.rules.rulebook import Derived, Rulebook
from collectctl.rules.scope import Kind, column_kind
from collectctl.rules.syntax import (
    Arithmetic,
    Boolean,
    DayLiteral,
    Name,
    Negative,
    Number,
    Parameter,
    RuleFault,
    Text,
    Value,
)

Terms = tuple[tuple[str, int], ...]
"""Columns with whole factors."""

_EDGE = 2**62
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "<>": "<>"}


class Unavailable(Exception):  # noqa: N818 - control flow inside this room
    """The value is not given: for this currency, or (a parameter) on this day."""

    def __init__(self, parameter: str | None) -> None:
        """Takes the parameter that has no value, or None for an amount written in the rule."""
        super().__init__(parameter)
        self.parameter = parameter


class Amount(Enum):
    """Whether a value is money, and whether it holds in one currency only."""

    NO = 0
    ANY_CURRENCY = 1
    OF_CURRENCY = 2


@dataclass(frozen=True, slots=True)
class Part:
    """A sum of columns and a constant; money is in minor units, everything else as it is read."""

    terms: Mapping[str, Fraction]
    constant: Fraction
    amount: Amount


@dataclass(frozen=True, slots=True)
class Form:
    """A comparison as `terms OPERATOR bound`, the terms whole and without common factor."""

    terms: tuple[tuple[str, int], ...]
    bound: Fraction
    flipped: bool
    """Whether both sides were multiplied by a negative number."""
    amount: Amount

    def operator(self, written: str) -> str:
        """The operator to use in place of the written one."""
        return _FLIPPED[written] if self.flipped else written

    def least(self, *, above: bool) -> int:
        """The smallest integer at the bound, or above it."""
        number = math.floor(self.bound) + 1 if above else math.ceil(self.bound)
        return max(-_EDGE, min(_EDGE, number))

    def exact(self) -> int | None:
        """The bound, or None if no integer equals it."""
        whole = self.bound.denominator == 1 and abs(self.bound) < _EDGE
        return self.bound.numerator if whole else None


class Linear:
    """Reads arithmetic on one day."""

    def __init__(self, rulebook: Rulebook, as_of: date) -> None:
        """Takes the rulebook, for columns and parameters, and the business date."""
        self._rulebook = rulebook
        self.as_of = as_of
        self.kinds: dict[str, Kind] = {n: column_kind(c) for n, c in rulebook.dictionary.items()}
        self.kinds.update({n: c.kind for n, c in rulebook.computed.items()})

    def comparison(self, left: Value, right: Value, currency: str) -> Form:
        """The comparison of two values for rows of one currency; raises Unavailable."""
        first, second = self._alike(self.part(left, currency), self.part(right, currency), currency)
        return _form(self._plus(first, second, -1))

    def quotient(self, derived: Derived) -> tuple[tuple[Terms, int], tuple[Terms, int]]:
        """A derived column as whole sums above and below, in the scale it is held in."""
        value = derived.value
        currency = self._rulebook.currency
        if isinstance(value, Arithmetic) and value.operator == "/":
            above, below = self.part(value.left, currency), self.part(value.right, currency)
        else:
            above = self.part(value, currency)
            below = Part({}, Fraction(1), Amount.NO)
        if Amount.OF_CURRENCY in (above.amount, below.amount):
            raise RuleFault(
                derived.source.fault(
                    "rule-amount", value.at, "an amount of one currency in a derived column",
                    "columns and numbers", "compare with the amount in the condition",
                )
            )  # fmt: skip
        scale = 10**derived.kind.decimals
        above = Part(
            {c: a * scale for c, a in above.terms.items()}, above.constant * scale, above.amount
        )
        whole = math.lcm(
            *(f.denominator for p in (above, below) for f in (*p.terms.values(), p.constant))
        )
        shared = math.gcd(
            *(int(f * whole) for p in (above, below) for f in (*p.terms.values(), p.constant))
        )
        factor = Fraction(whole, shared or 1)
        return _whole(above, factor), _whole(below, factor)

    def part(self, value: Value, currency: str) -> Part:
        """A value as a sum of columns and a constant; raises Unavailable."""
        match value:
            case Number():
                return Part({}, Fraction(value.text), Amount.NO)
            case DayLiteral():
                return Part({}, Fraction(value.number), Amount.NO)
            case Parameter():
                return self._parameter(value.name, currency)
            case Name():
                kind = self.kinds[value.name]
                money = Amount.ANY_CURRENCY if kind.type == "money" else Amount.NO
                scale = 10**kind.decimals if kind.type == "ratio" else 1
                return Part({value.name: Fraction(1, scale)}, Fraction(0), money)
            case Negative():
                return _times(self.part(value.value, currency), Fraction(-1))
            case Arithmetic():
                left, right = self.part(value.left, currency), self.part(value.right, currency)
                return self._arithmetic(value.operator, left, right, currency)
            case Text() | Boolean():
                raise AssertionError("a text or truth value in arithmetic")  # refused when read

    def _parameter(self, name: str, currency: str) -> Part:
        parameter = self._rulebook.parameters[name]
        is_money = parameter.kind.type == "money"
        value = parameter.in_force(self.as_of, currency if is_money else None)
        if value is None or value.number is None:
            raise Unavailable(name)
        scale = 10**parameter.kind.decimals if parameter.kind.type == "ratio" else 1
        zero = value.number == 0
        money = Amount.OF_CURRENCY if not zero else Amount.ANY_CURRENCY
        return Part({}, Fraction(value.number, scale), money if is_money else Amount.NO)

    def _arithmetic(self, operator: str, left: Part, right: Part, currency: str) -> Part:
        if operator == "/":
            return _times(left, 1 / right.constant)
        if operator == "*":
            constant, other = (right, left) if not right.terms else (left, right)
            amount = max((left.amount, right.amount), key=lambda a: a.value)
            product = _times(other, constant.constant)
            return Part(product.terms, product.constant, amount)
        first, second = self._alike(left, right, currency)
        return self._plus(first, second, 1 if operator == "+" else -1)

    def _alike(self, left: Part, right: Part, currency: str) -> tuple[Part, Part]:
        """Both sides in minor units if one of them is money."""
        if left.amount is not Amount.NO and right.amount is Amount.NO:
            return left, self._as_money(right, currency)
        if right.amount is not Amount.NO and left.amount is Amount.NO:
            return self._as_money(left, currency), right
        return left, right

    def _as_money(self, part: Part, currency: str) -> Part:
        """A bare number as an amount; nothing but zero is an amount of another currency."""
        if part.constant != 0 and currency != self._rulebook.currency:
            raise Unavailable(None)
        money = Amount.OF_CURRENCY if part.constant != 0 else Amount.ANY_CURRENCY
        scaled = _times(part, Fraction(10 ** MINOR_DIGITS.get(currency, 2)))
        return Part(scaled.terms, scaled.constant, money)

    @staticmethod
    def _plus(left: Part, right: Part, sign: int) -> Part:
        terms = dict(left.terms)
        for column, factor in right.terms.items():
            terms[column] = terms.get(column, Fraction(0)) + sign * factor
        amount = max((left.amount, right.amount), key=lambda a: a.value)
        return Part(terms, left.constant + sign * right.constant, amount)


def _times(part: Part, factor: Fraction) -> Part:
    return Part({c: a * factor for c, a in part.terms.items()}, part.constant * factor, part.amount)


def _whole(part: Part, factor: Fraction) -> tuple[Terms, int]:
    terms = tuple((c, int(a * factor)) for c, a in sorted(part.terms.items()))
    return terms, int(part.constant * factor)


def _form(part: Part) -> Form:
    """`part OPERATOR 0` with whole coprime factors, the first of them positive."""
    terms = {c: a for c, a in sorted(part.terms.items()) if a != 0}
    if not terms:
        return Form((), -part.constant, False, part.amount)
    factor = Fraction(math.lcm(*(a.denominator for a in terms.values())))
    factor /= math.gcd(*(int(a * factor) for a in terms.values()))
    flipped = next(iter(terms.values())) < 0
    if flipped:
        factor = -factor
    return Form(
        tuple((c, int(a * factor)) for c, a in terms.items()),
        -part.constant * factor, flipped, part.amount,
    )  # fmt: skip
