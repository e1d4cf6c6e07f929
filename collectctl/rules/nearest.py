"""What would have to differ for another result: the smallest changes of one account's values.

Knows the points at which tests change. Refuses to judge a change itself: every one that is named
was decided by the evaluator of the night.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

import pyarrow as pa

from collectctl.calendar import day_number, from_day_number
from collectctl.columns import ARROW_TYPES, Column, to_frame
from collectctl.rules.decide import decide
from collectctl.rules.explain import Held
from collectctl.rules.program import build
from collectctl.rules.rulebook import Rulebook
from collectctl.rules.steps import AtLeast, Exactly, Member, Program

_MOST_PAIRS = 20_000
"""Pairs of changes that are tried before it is said that none was found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Other values that would give another result."""

    values: tuple[tuple[str, Held], ...]
    """Column and value, by column."""
    tier: str
    treatment: str


@dataclass(frozen=True, slots=True)
class _Option:
    """One column at another value; the effort counts the points that are passed on the way."""

    column: str
    value: Held
    effort: int


_Tried = tuple[_Option, ...]


def nearest(
    rulebook: Rulebook, as_of: date, row: Mapping[str, Held], wanted: str | None = None
) -> tuple[Change, ...]:
    """The smallest changes that give another tier, or the wanted tier or treatment.

    Without `wanted` one for each other tier that a change of one column gives. With it one for each
    column that alone gives it or, where none does, the one of two columns with the least effort.
    What passes fewer points at which a test changes is smaller. Texts, the currency and what only
    derived columns compare are left as they are.

    Raises: ConfigError as `decide` does.
    """
    options = _options(build(rulebook, as_of), row)
    found = _changes(rulebook, as_of, row, [(o,) for o in options])
    if wanted is None:
        ((_, now),) = _changes(rulebook, as_of, row, [()])
        return _smallest((f for f in found if f[1].tier != now.tier), lambda _, c: c.tier)
    alone = _smallest(_giving(found, wanted), lambda tried, _: tried[0].column)
    if alone:
        return alone
    pairs = [(a, b) for a, b in combinations(options, 2) if a.column != b.column]
    pairs.sort(key=lambda pair: sum(o.effort for o in pair))
    met = _changes(rulebook, as_of, row, pairs[:_MOST_PAIRS])
    return _smallest(_giving(met, wanted), lambda *_: "")


def _giving(found: Sequence[tuple[_Tried, Change]], wanted: str) -> Iterator[tuple[_Tried, Change]]:
    return ((t, c) for t, c in found if wanted in (c.tier, c.treatment))


def _smallest(
    found: Iterator[tuple[_Tried, Change]], group: Callable[[_Tried, Change], str]
) -> tuple[Change, ...]:
    """Of each group the change with the least effort, the first of equals; least effort first."""
    best: dict[str, tuple[int, Change]] = {}
    for tried, change in found:
        effort, name = sum(o.effort for o in tried), group(tried, change)
        if name not in best or effort < best[name][0]:
            best[name] = effort, change
    return tuple(change for _, change in sorted(best.values(), key=lambda b: b[0]))


def _changes(
    rulebook: Rulebook, as_of: date, row: Mapping[str, Held], tried: Sequence[_Tried]
) -> list[tuple[_Tried, Change]]:
    """What each set of options gives, decided together as the accounts of a night are."""
    if not tried:
        return []
    rows = [{**row, **{o.column: o.value for o in options}} for options in tried]
    table = pa.table(
        {
            name: pa.array([r[name] for r in rows], ARROW_TYPES[rulebook.dictionary[name].type])
            for name in row
        }
    )
    decided = decide(rulebook, to_frame(table), as_of)
    answers = zip(decided["tier"].tolist(), decided["treatment"].tolist(), strict=True)
    return [
        (
            options,
            Change(
                values=tuple((o.column, o.value) for o in options),
                tier=str(tier),
                treatment=str(treatment),
            ),
        )
        for options, (tier, treatment) in zip(tried, answers, strict=True)
    ]


def _options(program: Program, row: Mapping[str, Held]) -> list[_Option]:
    """Every other value of a column that may matter, by column and effort."""
    points = _points(program)
    found: list[_Option] = []
    for name in sorted(row):
        column = program.rulebook.dictionary[name]
        if column.type == "text" or name == "currency":
            continue
        if column.type in ("enum", "bool"):
            values: list[Held] = list(column.values) if column.values else [False, True]
            found += [_Option(name, v, 1) for v in values if v != row[name]]
        else:
            inside = _bounds(column, program.rulebook.currency)
            points_of = sorted(points.get(name, set()))
            found += [o for o in _numbers(column, row[name], points_of) if _is_within(o, inside)]
    return found


def _bounds(column: Column, currency: str) -> tuple[int | None, int | None]:
    """The smallest and largest value that the column may have, as held."""
    low, high = (
        None if text is None else column.number(text, currency)
        for text in (column.minimum, column.maximum)
    )
    return low, high


def _is_within(option: _Option, bounds: tuple[int | None, int | None]) -> bool:
    value = option.value
    number = day_number(value) if isinstance(value, date) else int(value or 0)
    low, high = bounds
    return (low is None or number >= low) and (high is None or number <= high)


def _numbers(column: Column, now: Held, points: Sequence[int]) -> Iterator[_Option]:
    """The value on either side of each point, with the number of points between it and now."""
    if isinstance(now, date):
        number: int | None = day_number(now)
    else:
        number = None if now is None else int(now)
    values = {p - side for p in points for side in (0, 1)}
    for value in sorted(values, key=lambda v: (abs(v - (number or 0)), v)):
        if value == number:
            continue
        low, high = sorted((value, value if number is None else number))
        effort = 1 if number is None else sum(low < p <= high for p in points)
        if effort:
            shown = from_day_number(value) if column.type == "date" else value
            yield _Option(column.name, shown, effort)


def _points(program: Program) -> dict[str, set[int]]:
    """The least integers from which some test of a column is another one."""
    found: dict[str, set[int]] = {}
    for step in program.steps:
        match step:
            case AtLeast(column=name, bound=int(bound)):
                found.setdefault(name, set()).add(bound)
            case AtLeast(column=name, bound=bounds):
                found.setdefault(name, set()).update(b for _, b in bounds)  # type: ignore[union-attr]  # the other form of a bound
            case Member(column=name, numbers=numbers):
                found.setdefault(name, set()).update(x for n in numbers for x in (n, n + 1))
            case Exactly(column=name, numbers=pairs):
                found.setdefault(name, set()).update(
                    x for _, n in pairs if n is not None for x in (n, n + 1)
                )
            case _:
                pass
    for score in program.scores.values():
        for stairs in score.stairs:
            found.setdefault(stairs.column, set()).update(stairs.cuts)
    return found
