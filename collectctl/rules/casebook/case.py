"""A case: an account, a day, and what is expected of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from collectctl.calendar import parse_day
from collectctl.columns import Column
from collectctl.problems import Span
from collectctl.rules.explain import Held

NOTHING = "-"
"""A cell that gives no value, or expects nothing."""
NONE = "none"
"""A cell that expects a list without members."""
ARROW = "-> "
"""What stands before the heading of an expectation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a case expects; None where it does not say."""

    tier: str | None = None
    rule: str | None = None
    """The rule of the tiers; MANUAL: that none decides."""
    treatment: str | None = None
    addons: frozenset[str] | None = None
    """The documents of the add-on rules."""
    missing: frozenset[str] | None = None
    """Columns whose absence leaves something undecided."""
    reason: str | None = None
    """A text that the reason has in it, in either language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An account on a day and what is expected of it."""

    name: str
    as_of: date
    account: Mapping[str, Held]
    """Columns not given are missing."""
    expected: Expected
    span: Span


def held(column: Column, text: str, currency: str) -> Held:
    """The value as a frame holds it; None if the text is no value of the column.

    It is read as an amount of `currency`, in the one spelling that conditions have.
    """
    match column.type:
        case "enum":
            return text if text in column.values else None
        case "text":
            return text
        case "date":
            return parse_day(text)
        case "bool":
            number = column.number(text, currency)
            return None if number is None else bool(number)
        case _:
            return column.number(text, currency)
