"""Points as a step function of one column: between two cuts every value gives the same.

Knows integers as columns hold them. Refuses to know what a column means and where points are used.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from collectctl.calendar import from_day_number
from collectctl.money import MINOR_DIGITS, unscaled
from collectctl.rules.scope import Kind
from collectctl.rules.syntax import (
    All,
    AnyOf,
    Boolean,
    Compare,
    Condition,
    DayLiteral,
    Holds,
    InList,
    InRange,
    IsNull,
    Name,
    Negative,
    Not,
    Number,
    Place,
    Source,
    Text,
    Value,
    values_of,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stairs:
    """What each value of a column gives."""

    column: str
    cuts: tuple[int, ...]
    """Ascending; a value belongs above a cut that it equals."""
    points: tuple[int, ...]
    """Below the first cut, between each two, from the last on: one more than there are cuts."""
    missing: int | None
    """Where the column has no value; None: the whole score is missing then."""
    own_currency: bool
    """Whether the cuts are amounts, which hold in the rulebook's currency alone."""


@dataclass(frozen=True, slots=True)
class Holding:
    """Where a test of one column holds."""

    at: Callable[[int], bool]
    cuts: frozenset[int]
    """The least integers from which its answer may be another."""
    missing: bool
    """Whether it holds of a missing value."""
    amounts: bool
    """Whether it names an amount other than zero."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A row of a scorecard's table."""

    column: str
    source: Source
    points: int
    holding: Holding


class Unscored(Exception):  # noqa: N818 - control flow inside this room
    """The test names something that has no place on a scorecard."""

    def __init__(self, at: Place) -> None:
        """Takes where it stands in the cell."""
        super().__init__()
        self.at = at


def holding(condition: Condition, names: Sequence[str], digits: int) -> Holding:
    """Where a test of a cell holds; `names` are the values of an enum, `digits` the scale.

    Raises: Unscored for a parameter, arithmetic, or another column.
    """
    bounds: set[Fraction] = set()
    column = next(v.name for v in values_of(condition) if isinstance(v, Name))
    for value in values_of(condition):
        if isinstance(value, Name) and value.name == column:
            continue
        bounds.add(_number(value, names, digits))
    cuts = {math.ceil(b) for b in bounds} | {math.floor(b) + 1 for b in bounds}
    if isinstance(condition, Holds):
        cuts = {1}
    return Holding(
        at=lambda number: _holds(condition, number, names, digits),
        cuts=frozenset(cuts),
        missing=isinstance(condition, IsNull) and not condition.negated,
        amounts=any(bounds),
    )


def _number(value: Value, names: Sequence[str], digits: int) -> Fraction:
    match value:
        case Number(text=text):
            return Fraction(text) * Fraction(10**digits)
        case Negative(value=Number(text=text)):
            return -Fraction(text) * Fraction(10**digits)
        case Text(value=text):
            return Fraction(names.index(text))
        case Boolean(value=holds):
            return Fraction(int(holds))
        case DayLiteral(number=number):
            return Fraction(number)
        case _:
            raise Unscored(value.at)


_COMPARED: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "=": lambda a, b: a == b, "<>": lambda a, b: a != b, "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
}  # fmt: skip


def _holds(condition: Condition, number: int, names: Sequence[str], digits: int) -> bool:
    def given(value: Value) -> Fraction:
        return Fraction(number) if isinstance(value, Name) else _number(value, names, digits)

    match condition:
        case Compare():
            return _COMPARED[condition.operator](given(condition.left), given(condition.right))
        case InList():
            found = any(given(m) == number for m in condition.members)
            return found is not condition.negated
        case InRange():
            inside = (
                condition.low is None
                or _COMPARED[">=" if condition.low_included else ">"](
                    Fraction(number), given(condition.low)
                )
            ) and (
                condition.high is None
                or _COMPARED["<=" if condition.high_included else "<"](
                    Fraction(number), given(condition.high)
                )
            )
            return inside is not condition.negated
        case IsNull():
            return condition.negated
        case Holds():
            return number == 1
        case Not(part=part):
            return not _holds(part, number, names, digits)
        case All(parts=parts):
            return all(_holds(p, number, names, digits) for p in parts)
        case AnyOf(parts=parts):
            return any(_holds(p, number, names, digits) for p in parts)


Gap = tuple[int | None, int | None]
"""From a value on (None: from the smallest) up to, without, another (None: to the largest)."""
Overlap = tuple[Scored, Scored, int | None]
"""A row, an earlier one, and a value that has points of both (None: a missing one)."""


def climbed(
    column: str, rows: Sequence[Scored], low: int | None, high: int | None, *, money: bool
) -> tuple[Stairs, list[Gap], list[Overlap]]:
    """The rows of one column as stairs, with the gaps between them and what they give twice.

    `low` and `high` are the smallest and the largest value that may come, inclusive; `money` says
    whether the column is an amount.
    """
    cuts = sorted(c for r in rows for c in r.holding.cuts if low is None or c > low)
    cuts = [c for c in dict.fromkeys(cuts) if high is None or c <= high]
    starts = [low if low is not None else (cuts[0] - 1 if cuts else 0), *cuts]
    gaps: list[Gap] = []
    overlaps: list[Overlap] = []
    points: list[int] = []
    for i, start in enumerate(starts):
        own = [r for r in rows if r.holding.at(start)]
        overlaps += [(r, own[0], start) for r in own[1:]]
        if not own:
            end = starts[i + 1] if i + 1 < len(starts) else (None if high is None else high + 1)
            gaps.append((None if i == 0 and low is None else start, end))
        points.append(own[0].points if own else 0)
    missing = [r for r in rows if r.holding.missing]
    overlaps += [(r, missing[0], None) for r in missing[1:]]
    kept = [i for i in range(len(cuts)) if points[i] != points[i + 1]]
    stairs = Stairs(
        column=column, cuts=tuple(cuts[i] for i in kept),
        points=(points[0], *(points[i + 1] for i in kept)),
        missing=missing[0].points if missing else None,
        own_currency=money and any(r.holding.amounts for r in rows),
    )  # fmt: skip
    return stairs, _merged(gaps), overlaps


def _merged(gaps: Iterable[Gap]) -> list[Gap]:
    """Gaps that touch, as one."""
    found: list[Gap] = []
    for gap in gaps:
        if found and found[-1][1] == gap[0]:
            found[-1] = found[-1][0], gap[1]
        else:
            found.append(gap)
    return found


def spelled(kind: Kind, value: int, currency: str) -> str:
    """A value as a rule would write it."""
    match kind.type:
        case "enum":
            return f"'{kind.values[value]}'"
        case "bool":
            return "true" if value else "false"
        case "date":
            return f"date '{from_day_number(value).isoformat()}'"
        case "money":
            return unscaled(value, MINOR_DIGITS[currency])
        case _:
            return unscaled(value, kind.decimals)
