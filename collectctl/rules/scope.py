"""What each name in a rule stands for, and of which type it is.

Knows types, units and bounds of names; refuses to know values and files.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from collectctl.columns import Column
from collectctl.money import MINOR_DIGITS, scaled

LARGEST = 2**53 - 1
"""The largest integer a column may hold; a declared bound is usually far below."""

KindType = Literal["number", "int", "money", "ratio", "bool", "enum", "text", "date"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """The type of a value in a condition; `number` is a bare literal that takes another's type."""

    type: KindType
    unit: str | None = None
    decimals: int = 0
    """Scale of a ratio; decimals typed, of a bare number."""
    values: tuple[str, ...] = ()
    """The codes of an enum; a value is held as its position here."""
    largest: int = LARGEST
    """The largest absolute integer that may be held."""
    is_constant: bool = False
    """Whether no column takes part."""

    def __str__(self) -> str:
        """As a message names it: `int (days)`."""
        return f"{self.type} ({self.unit})" if self.unit else self.type


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The names that a condition may use."""

    currency: str
    columns: Mapping[str, Kind]
    derived: Mapping[str, Kind] = field(default_factory=dict)
    segments: frozenset[str] = frozenset()
    inputs: Mapping[str, Kind] = field(default_factory=dict)
    """`tier` and `treatment`, where the chain has decided them already."""
    parameters: Mapping[str, Kind] = field(default_factory=dict)

    def kind(self, name: str) -> Kind | None:
        """The kind of a column, derived column, segment or input; None if there is no such name."""
        if name in self.segments:
            return Kind(type="bool")
        return self.inputs.get(name) or self.derived.get(name) or self.columns.get(name)

    def names(self) -> list[str]:
        """Every name a condition may use."""
        return [*self.columns, *self.derived, *self.segments, *self.inputs]

    def with_inputs(self, inputs: Mapping[str, Kind]) -> "Scope":
        """The same scope, later in the chain."""
        return Scope(
            currency=self.currency, columns=self.columns, derived=self.derived,
            segments=self.segments, inputs={**self.inputs, **inputs}, parameters=self.parameters,
        )  # fmt: skip


def column_kind(column: Column) -> Kind:
    """The kind of a dictionary column."""
    return Kind(
        type=column.type,
        unit=column.unit,
        decimals=column.digits,
        values=column.values,
        largest=_largest(column),
    )


def _largest(column: Column) -> int:
    """The largest absolute value the column's bounds allow, whatever the row's currency."""
    if column.type == "bool":
        return 1
    if column.type == "enum":
        return len(column.values)
    digits = max(MINOR_DIGITS.values()) if column.type == "money" else column.digits
    bounds = [scaled(text, digits) for text in (column.minimum, column.maximum) if text is not None]
    whole = [abs(b) for b in bounds if b is not None]
    return max(whole) if len(whole) == 2 else LARGEST  # noqa: PLR2004 - a lower and an upper bound


def enum_kind(values: Iterable[str]) -> Kind:
    """The kind of `tier` and `treatment`: one of the listed ids."""
    listed = tuple(values)
    return Kind(type="enum", values=listed, largest=len(listed))
