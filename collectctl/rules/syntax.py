"""The parts a condition is made of, each with its place, and how they are written out again.

Knows only form: names are not resolved and parameters have no value yet, so the same tree serves
the evaluator, explanations and (later) proofs, and a parameter keeps its name for all of them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from collectctl.problems import Problem, Span
from collectctl.yaml_file import Document, Path_

Place = tuple[int, int]
"""First character, counted from 0 in the condition's own text, and length."""


class RuleFault(Exception):  # noqa: N818 - control flow inside this room, not an error for callers
    """A condition that cannot be read; carries the problem out of the recursion."""

    def __init__(self, problem: Problem) -> None:
        """Takes the one problem that stopped the reading."""
        super().__init__(problem.code)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Source:
    """A piece of a configuration file that holds rule text."""

    document: Document
    path: Path_
    """The scalar it stands in."""
    base: int
    """Where the text begins in the scalar, from 0."""
    text: str

    @classmethod
    def scalar(cls, document: Document, path: Path_) -> "Source":
        """The whole scalar at `path`, as it was typed."""
        return cls(document, path, 0, document.scalar(path))

    def span(self, place: Place) -> Span:
        """Where the characters stand in the file."""
        return self.document.inside(self.path, self.base + place[0], max(1, place[1]))

    def fault(
        self, code: str, place: Place, message: str, expected: str | None = None,
        mend: str | None = None,
    ) -> Problem:  # fmt: skip
        """A problem at a place of this text."""
        return Problem(
            code=code, message=message, span=self.span(place), expected=expected, mend=mend
        )


@dataclass(frozen=True, slots=True)
class Number:
    """A number as typed, so that its decimals can be told."""

    text: str
    at: Place


@dataclass(frozen=True, slots=True)
class Text:
    """A quoted text: a value of an enum column."""

    value: str
    at: Place


@dataclass(frozen=True, slots=True)
class Boolean:
    """`true` or `false`."""

    value: bool
    at: Place


@dataclass(frozen=True, slots=True)
class DayLiteral:
    """`date '2026-01-31'`, as its day number."""

    number: int
    text: str
    at: Place


@dataclass(frozen=True, slots=True)
class Name:
    """A column, a derived column, a segment, or `tier` / `treatment` of this chain."""

    name: str
    at: Place


@dataclass(frozen=True, slots=True)
class Parameter:
    """`@name`: a dated value."""

    name: str
    at: Place


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Two values and one of `+ - * /`."""

    operator: str
    left: "Value"
    right: "Value"
    at: Place


@dataclass(frozen=True, slots=True)
class Negative:
    """A value with a minus before it."""

    value: "Value"
    at: Place


Value = Number | Text | Boolean | DayLiteral | Name | Parameter | Arithmetic | Negative


@dataclass(frozen=True, slots=True)
class Compare:
    """Two values and one of `= <> < <= > >=`."""

    operator: str
    left: Value
    right: Value
    at: Place


@dataclass(frozen=True, slots=True)
class InRange:
    """A value between two bounds, either of which may be open or absent."""

    value: Value
    low: Value | None
    high: Value | None
    low_included: bool
    high_included: bool
    negated: bool
    at: Place


@dataclass(frozen=True, slots=True)
class InList:
    """A value that is one of several."""

    value: Value
    members: tuple[Value, ...]
    negated: bool
    at: Place


@dataclass(frozen=True, slots=True)
class IsNull:
    """Whether a value is missing: the only test that is never unknown."""

    value: Value
    negated: bool
    at: Place


@dataclass(frozen=True, slots=True)
class Holds:
    """A true/false column or a segment, standing alone."""

    value: Value
    at: Place


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite; unknown stays unknown."""

    part: "Condition"
    at: Place


@dataclass(frozen=True, slots=True)
class All:
    """True when every part is; false as soon as one part is."""

    parts: tuple["Condition", ...]
    at: Place


@dataclass(frozen=True, slots=True)
class AnyOf:
    """True as soon as one part is; false when every part is."""

    parts: tuple["Condition", ...]
    at: Place


Condition = Compare | InRange | InList | IsNull | Holds | Not | All | AnyOf


def write_value(value: Value) -> str:
    """The value as rule text, in one normal form."""
    match value:
        case Number():
            return value.text
        case Text():
            return "'" + value.value.replace("'", "''") + "'"
        case Boolean():
            return "true" if value.value else "false"
        case DayLiteral():
            return f"date '{value.text}'"
        case Name():
            return value.name
        case Parameter():
            return f"@{value.name}"
        case Negative():
            return f"-{_inner(value.value)}"
        case Arithmetic():
            return f"{_inner(value.left)} {value.operator} {_inner(value.right)}"


def _inner(value: Value) -> str:
    text = write_value(value)
    return f"({text})" if isinstance(value, Arithmetic | Negative) else text


def write(condition: Condition) -> str:
    """The condition as rule text, in one normal form: equal texts mean the same."""
    match condition:
        case All():
            return " and ".join(_part(p) for p in condition.parts)
        case AnyOf():
            return " or ".join(_part(p) for p in condition.parts)
        case Not():
            return f"not {_part(condition.part)}"
        case Holds():
            return write_value(condition.value)
        case IsNull():
            return f"{write_value(condition.value)} is {_not(condition)}null"
        case Compare():
            left, right = write_value(condition.left), write_value(condition.right)
            return f"{left} {condition.operator} {right}"
        case InList():
            members = ", ".join(write_value(m) for m in condition.members)
            return f"{write_value(condition.value)} {_not(condition)}in ({members})"
        case InRange():
            return f"{write_value(condition.value)} {_not(condition)}in {write_range(condition)}"


def write_range(test: InRange) -> str:
    """The range alone: `[61..90]`, `(180..]`."""
    low = "" if test.low is None else write_value(test.low)
    high = "" if test.high is None else write_value(test.high)
    return f"{'[' if test.low_included else '('}{low}..{high}{']' if test.high_included else ')'}"


def _part(condition: Condition) -> str:
    text = write(condition)
    return f"({text})" if isinstance(condition, All | AnyOf) else text


def _not(test: IsNull | InList | InRange) -> str:
    return "not " if test.negated else ""


def values_of(condition: Condition) -> Iterator[Value]:
    """Every value of a condition, arithmetic taken apart, in the order of the text."""
    match condition:
        case All() | AnyOf():
            for part in condition.parts:
                yield from values_of(part)
        case Not():
            yield from values_of(condition.part)
        case Compare() | InList() | InRange() | IsNull() | Holds():
            for value in _compared(condition):
                yield from leaves_of(value)


def _compared(test: Compare | InList | InRange | IsNull | Holds) -> tuple[Value, ...]:
    match test:
        case Compare():
            return test.left, test.right
        case InList():
            return test.value, *test.members
        case InRange():
            bounds = (test.value, test.low, test.high)
            return tuple(b for b in bounds if b is not None)
        case IsNull() | Holds():
            return (test.value,)


def leaves_of(value: Value) -> Iterator[Value]:
    """The value, or the values that arithmetic joins."""
    match value:
        case Arithmetic():
            yield from leaves_of(value.left)
            yield from leaves_of(value.right)
        case Negative():
            yield from leaves_of(value.value)
        case _:
            yield value


def names_of(values: Iterable[Value]) -> frozenset[str]:
    """The columns, segments and inputs among the values."""
    return frozenset(v.name for v in values if isinstance(v, Name))


def parameters_of(values: Iterable[Value]) -> frozenset[str]:
    """The parameters among the values, without their `@`."""
    return frozenset(v.name for v in values if isinstance(v, Parameter))
