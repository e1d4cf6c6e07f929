"""What a test means on a day, so that tests of two rulebooks can be told apart, and how it is said.

Names do not count, values do: a renamed parameter of the same value changes nothing, a parameter of
the same name with another value does. Refuses to know accounts.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from collectctl.columns import Column
from collectctl.money import MINOR_DIGITS, grouped
from collectctl.rules.chains import MANUAL, Rule, Test
from collectctl.rules.ladders import said
from collectctl.rules.parameters import DatedValue, Parameter
from collectctl.rules.program import build_with
from collectctl.rules.rulebook import Rulebook
from collectctl.rules.stairs import Stairs
from collectctl.rules.steps import AtLeast, Exactly, Joined, Member, Missing, Opposite, Program
from collectctl.rules.syntax import All, leaves_of, names_of, parameters_of, values_of, write

Meaning = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One of the tests that a rule joins by `and`."""

    test: Test
    step: int
    meaning: Meaning


class Book:
    """A rulebook on a day: its program with every part of its rules as a step of its own."""

    def __init__(self, rulebook: Rulebook, as_of: date) -> None:
        """Takes the rulebook and the business date.

        Raises: ConfigError as `build` does.
        """
        self.rulebook = rulebook
        self.as_of = as_of
        owned = [(c.name, r.id, t) for c in rulebook.chains for r in c.rules for t in _parts(r)]
        self.program, steps = build_with(rulebook, as_of, [t for _, _, t in owned])
        self._known: dict[int, Meaning] = {}
        self.parts: dict[tuple[str, str], list[Part]] = {
            (c.name, r.id): [] for c in rulebook.chains for r in c.rules
        }
        for (chain, rule, test), step in zip(owned, steps, strict=True):
            self.parts[chain, rule].append(Part(test, step, self._meaning(step)))

    def rule(self, chain: int, name: str) -> Rule | None:
        """The rule of this id in a chain."""
        return next((r for r in self.rulebook.chains[chain].rules if r.id == name), None)

    def meanings(self, chain: str, rule: str) -> frozenset[Meaning]:
        """What the parts of a rule mean."""
        return frozenset(p.meaning for p in self.parts.get((chain, rule), ()))

    def parameters_in(self, test: Test) -> frozenset[str]:
        """The parameters of a test, those of its segments and derived columns included."""
        found: set[str] = set()
        for one in self._opened(test):
            found |= parameters_of(values_of(one.condition))
            for name in names_of(values_of(one.condition)) & self.rulebook.derived.keys():
                found |= parameters_of(leaves_of(self.rulebook.derived[name].value))
        return frozenset(found)

    def scorecards_in(self, test: Test) -> frozenset[str]:
        """The scorecards of a test, those in its segments included."""
        used = {n for t in self._opened(test) for n in names_of(values_of(t.condition))}
        return frozenset(used & self.rulebook.scorecards.keys())

    def segments_in(self, test: Test) -> dict[str, Test]:
        """The segments that a test goes through, by name."""
        segments = self.rulebook.segments
        used = {n for t in self._opened(test) for n in names_of(values_of(t.condition))}
        return {n: segments[n] for n in sorted(used & segments.keys())}

    def marks_in(self, test: Test) -> dict[str, str]:
        """Whose each column of a test is that may be a mark, by name."""
        marks = self.rulebook.customer.marks
        whose = {
            None: "of the account itself",
            "any": "of any account of the customer",
            "all": "of all accounts of the customer",
        }
        return {n: whose[marks.get(n)] for n in sorted(self.rulebook.columns_in([test]))}

    def values_of(self, name: str) -> dict[str | None, DatedValue]:
        """The values of a parameter that are in force, by currency."""
        parameter = self.rulebook.parameters[name]
        found = {c: parameter.in_force(self.as_of, c) for c in (parameter.currencies() or (None,))}
        return {c: v for c, v in found.items() if v is not None}

    def _opened(self, test: Test) -> Iterator[Test]:
        """The test, and those of every segment in it."""
        pending, seen = [test], set[str]()
        while pending:
            one = pending.pop()
            yield one
            names = names_of(values_of(one.condition)) & self.rulebook.segments.keys()
            pending += [self.rulebook.segments[n] for n in sorted(names - seen)]
            seen |= names

    # meaning

    def _meaning(self, number: int) -> Meaning:
        if number not in self._known:
            self._known[number] = self._fresh(number)
        return self._known[number]

    def _fresh(self, number: int) -> Meaning:
        match self.program.steps[number]:
            case Joined(every=every, steps=steps):
                return "joined", every, frozenset(self._meaning(s) for s in steps)
            case Opposite(step=step):
                return "not", self._meaning(step)
            case AtLeast(column=column, bound=bound):
                by_currency = frozenset(bound) if isinstance(bound, tuple) else bound
                return "at least", self._column(column), by_currency
            case Member(column=column, numbers=numbers):
                named = frozenset(self._value(column, n) for n in numbers)
                return "one of", self._column(column), named
            case Exactly(column=column, numbers=amounts):
                return "exactly", self._column(column), frozenset(amounts)
            case Missing(column=column):
                return "missing", self._column(column)

    def _column(self, name: str) -> Meaning:
        program: Program = self.program
        if name in program.sums:
            return "sum", frozenset((self._column(c), a) for c, a in program.sums[name])
        quotient = program.quotients.get(name)
        if quotient is not None:
            above = frozenset((self._column(c), a) for c, a in quotient.above)
            below = frozenset((self._column(c), a) for c, a in quotient.below)
            return "ratio", above, quotient.above_constant, below, quotient.below_constant
        score = program.scores.get(name)
        if score is not None:
            return "score", score.base, frozenset(self._stairs(s) for s in score.stairs)
        column = self.rulebook.dictionary.get(name)
        given = None if column is None or column.if_missing is None else column.if_missing.value
        return name, given, self.rulebook.customer.marks.get(name)

    def _stairs(self, stairs: Stairs) -> Meaning:
        column = self.rulebook.dictionary.get(stairs.column)
        steps: object = stairs.cuts, stairs.points
        if column is not None and column.type == "enum":
            places = range(len(column.values))
            given = (stairs.points[bisect_right(stairs.cuts, p)] for p in places)
            steps = frozenset(zip(column.values, given, strict=True))
        return self._column(stairs.column), steps, stairs.missing, stairs.own_currency

    def _value(self, column: str, number: int) -> str | int:
        if column == "tier":
            return (*self.rulebook.tiers, MANUAL)[number]
        if column == "treatment":
            return (*self.rulebook.treatments, MANUAL)[number]
        known: Column | None = self.rulebook.dictionary.get(column)
        return known.values[number] if known is not None and known.values else number


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What differs between the rulebooks themselves, whether or not an account notices."""

    parameters: tuple[tuple[str, str, str], ...]
    """Name, old and new value with source; empty where there is none."""
    added: tuple[tuple[str, str], ...]
    """Chain and rule, or `ladder` and treatment."""
    removed: tuple[tuple[str, str], ...]
    changed: tuple[tuple[str, str], ...]
    """Rules that test or give something else, and ladders with other steps."""


def changes(old: Book, new: Book) -> Changes:
    """What differs between two rulebooks on the day."""
    names = sorted(old.rulebook.parameters.keys() | new.rulebook.parameters.keys())
    said = [(n, *(valued(b, n) if n in b.rulebook.parameters else "" for b in (old, new)))
            for n in names]  # fmt: skip
    mine, theirs = ({**dict.fromkeys(b.parts), **_ladders(b)} for b in (old, new))
    return Changes(
        parameters=tuple((n, a, b) for n, a, b in said if a != b),
        added=tuple(k for k in theirs if k not in mine),
        removed=tuple(k for k in mine if k not in theirs),
        changed=tuple(k for k in mine if k in theirs and _differs(old, new, *k)),
    )


_LADDER = "ladder"
_CHAINS = {"tiers": 0, "treatments": 1, "addons": 2}


def _ladders(book: Book) -> dict[tuple[str, str], object]:
    """What each ladder of a rulebook says, wherever it stands."""
    return {(_LADDER, n): said(ladder) for n, ladder in book.rulebook.ladders.items()}


def _differs(old: Book, new: Book, chain: str, name: str) -> bool:
    if chain == _LADDER:
        return _ladders(old)[chain, name] != _ladders(new)[chain, name]
    rules = [book.rule(_CHAINS[chain], name) for book in (old, new)]
    said = [None if r is None else (dict(r.then), r.on_unknown) for r in rules]
    return said[0] != said[1] or old.meanings(chain, name) != new.meanings(chain, name)


def asked(book: Book, test: Test, other: Book) -> str:
    """The test as text, with the values of it that the other rulebook has otherwise."""
    more = []
    for name, segment in book.segments_in(test).items():
        if name not in other.rulebook.segments or write(segment.condition) != write(
            other.rulebook.segments[name].condition
        ):
            more.append(f"{name}: {write(segment.condition)}")
    for name in sorted(book.parameters_in(test)):
        mine = valued(book, name)
        if name not in other.rulebook.parameters or valued(other, name) != mine:
            more.append(f"@{name} = {mine}")
    marked = book.rulebook.customer.marks, other.rulebook.customer.marks
    more += [
        f"{name} {whose}"
        for name, whose in book.marks_in(test).items()
        if marked[0].get(name) != marked[1].get(name)
    ]
    for name in sorted(book.scorecards_in(test)):
        edition = book.rulebook.scorecards[name].in_force(book.as_of)
        theirs = other.rulebook.scorecards.get(name)
        same = theirs is not None and theirs.in_force(other.as_of) == edition
        if edition is not None and not same:
            more.append(f"{name} of {edition.starts}, {edition.source}")
    return write(test.condition) + (f" ({'; '.join(more)})" if more else "")


def valued(book: Book, name: str) -> str:
    """The values of a parameter in force, each with its first day and its source."""
    parameter = book.rulebook.parameters[name]
    said = [
        f"{_amount(parameter, value)} from {value.starts}, {value.source}"
        for _, value in sorted(book.values_of(name).items(), key=lambda one: one[0] or "")
    ]
    return "; ".join(said) or "nothing"


def _amount(parameter: Parameter, value: DatedValue) -> str:
    if value.number is None:
        return "withdrawn"
    if parameter.kind.type == "money" and value.currency in MINOR_DIGITS:
        return f"{value.currency} {grouped(value.number, value.currency)}"
    return value.text


def _parts(rule: Rule) -> Iterator[Test]:
    """The tests of a rule, one that joins others by `and` taken apart."""
    for test in rule.tests:
        condition = test.condition
        if isinstance(condition, All):
            yield from (Test(test.source, part) for part in condition.parts)
        else:
            yield test
