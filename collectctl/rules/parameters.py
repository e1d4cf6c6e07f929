"""Dated parameters: which value holds on which day, and where it comes from.

Knows dates, sources and currencies; refuses to know who uses a parameter and what day it is.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from collectctl.calendar import day_number, parse_day
from collectctl.columns import Type
from collectctl.config import Bilingual
from collectctl.money import MINOR_DIGITS, scaled
from collectctl.problems import Problem, did_you_mean
from collectctl.rules.scope import Kind
from collectctl.rules.shapes import DatedShape, ParameterShape, Verified
from collectctl.yaml_file import Document, Path_

VERIFIED: Mapping[Verified, Bilingual] = {
    "text": Bilingual(zh_CN="已读原文", en="the text was read"),
    "second-hand": Bilingual(zh_CN="转述，未读原文", en="SECOND-HAND, the text was not read"),
    "recalled": Bilingual(zh_CN="凭记忆，未核实", en="RECALLED, not checked"),
    "house": Bilingual(zh_CN="本行自定", en="the bank's own choice"),
}
"""How sure a source is, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedValue:
    """One value of a parameter and the day it begins to hold."""

    starts: date
    number: int | None
    """As held (minor units, scaled, day number); None: withdrawn from that day."""
    text: str
    currency: str | None
    """Of money only."""
    source: str
    verified: Verified
    link: str | None
    checked: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A named value that changes on dates."""

    name: str
    title: Bilingual
    kind: Kind
    values: tuple[DatedValue, ...]
    """By date, then currency."""

    def in_force(self, day: date, currency: str | None) -> DatedValue | None:
        """The value that holds on the day, for money in one currency; None before the first."""
        found = None
        for value in self.values:
            if value.starts <= day and value.currency == currency:
                found = value
        return found

    def currencies(self) -> tuple[str, ...]:
        """The currencies that money of this parameter is given in, ever."""
        return tuple(sorted({v.currency for v in self.values if v.currency is not None}))


def read_parameter(
    name: str, shape: ParameterShape, document: Document, currency: str
) -> tuple[Parameter, list[Problem]]:
    """The parameter of a shape, without values if something is wrong with them, and what is.

    Its name and type are known either way, so that conditions can be checked against them.
    """
    at: Path_ = ("parameters", name)
    problems = list(_problems(shape, document, at, currency))
    values = (
        () if problems else [_dated(s, shape.type, shape.decimals, currency) for s in shape.values]
    )
    decimals = shape.decimals if shape.type == "ratio" else 0
    return Parameter(
        name=name, title=shape.title,
        kind=Kind(type=shape.type, unit=shape.unit, decimals=decimals, is_constant=True),
        values=tuple(sorted(values, key=lambda v: (v.starts, v.currency or ""))),
    ), problems  # fmt: skip


def _dated(shape: DatedShape, kind: Type, decimals: int, currency: str) -> DatedValue:
    own = (shape.currency or currency) if kind == "money" else None
    return DatedValue(
        starts=shape.from_, number=_number(shape.value, kind, decimals, own), text=shape.value,
        currency=own, source=shape.source, verified=shape.verified, link=shape.link,
        checked=shape.checked,
    )  # fmt: skip


def _number(text: str, kind: Type, decimals: int, currency: str | None) -> int | None:
    if kind == "date":
        day = parse_day(text)
        return None if day is None else day_number(day)
    if kind == "money":
        return scaled(text, MINOR_DIGITS[currency or ""])
    return scaled(text, decimals if kind == "ratio" else 0)


_EXPECTED: dict[str, str] = {
    "int": "a whole number such as 30, or null",
    "money": "an amount such as 20000.00 without separators, or null",
    "ratio": "a number such as 0.85 with no more decimals than declared, or null",
    "date": "a date such as 2026-01-31, or null",
}


def _problems(
    shape: ParameterShape, document: Document, at: Path_, currency: str
) -> Iterator[Problem]:
    if not shape.values:
        yield Problem(
            code="parameter-values",
            message=f"parameter '{at[-1]}' has no value",
            span=document.span((*at, "values")),
            expected="- {from: date, value: …, source: …, verified: …}",
        )
    seen: set[tuple[date, str]] = set()
    for i, value in enumerate(shape.values):
        here = (*at, "values", i)
        own = value.currency or currency
        yield from _currency_problems(value, shape.type, document, here)
        if (value.from_, own) in seen:
            yield Problem(
                code="parameter-date",
                message=f"two values from {value.from_}",
                span=document.span((*here, "from")),
                expected="one value a day and currency",
            )
        seen.add((value.from_, own))
        usable = shape.type != "money" or own in MINOR_DIGITS
        if usable and value.value != "null":
            number = _number(value.value, shape.type, shape.decimals, own)
            if number is None:
                yield Problem(
                    code="parameter-value",
                    message=f"'{value.value}' is not a value of type {shape.type}",
                    span=document.span((*here, "value")),
                    expected=_EXPECTED[shape.type],
                )


def _currency_problems(
    value: DatedShape, kind: str, document: Document, here: Path_
) -> Iterable[Problem]:
    if value.currency is None:
        return
    if kind != "money":
        yield Problem(
            code="parameter-currency",
            message=f"a currency on a parameter of type {kind}",
            span=document.span((*here, "currency")),
            expected="a currency on money only",
        )
    elif value.currency not in MINOR_DIGITS:
        yield Problem(
            code="unknown-currency",
            message=f"unknown currency '{value.currency}'",
            span=document.span((*here, "currency")),
            expected=", ".join(MINOR_DIGITS),
            mend=did_you_mean(value.currency, MINOR_DIGITS),
        )
