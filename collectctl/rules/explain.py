"""Why one account is where it is: the tests that carried the decision, with their values.

Knows the same program that decided the night, run on one row. Refuses to know a second way to
evaluate a rule.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa

from collectctl.columns import ARROW_TYPES, Column, to_frame
from collectctl.config import Bilingual
from collectctl.money import grouped, unscaled
from collectctl.rules.chains import MANUAL, Test
from collectctl.rules.decide import decider
from collectctl.rules.decisions import decisions_frame
from collectctl.rules.evaluate import Chunk
from collectctl.rules.program import build_with
from collectctl.rules.rulebook import Rulebook
from collectctl.rules.steps import Program
from collectctl.rules.syntax import (
    All,
    AnyOf,
    Condition,
    Holds,
    Name,
    Not,
    names_of,
    parameters_of,
    values_of,
    write,
)

Held = int | bool | str | date | None
"""A value as a frame holds it: money in minor units, ratios scaled, enums as their codes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One account's decision and what carried it."""

    tier: str
    tier_rule: str | None
    treatment: str
    because: Bilingual
    """The reason as the night's work list gives it."""
    tests: tuple[Bilingual, ...]
    """The tests that carried it, each with the account's values and the parameters' sources."""
    missing: tuple[str, ...]
    """Columns whose absence leaves something undecided."""
    barred: tuple[tuple[str, tuple[Bilingual, ...]], ...] = ()
    """Rules that would have given what was asked for, each with the tests that keep it from it;
    without any where an earlier rule was taken."""


def because(
    rulebook: Rulebook, as_of: date, row: Mapping[str, Held], instead: str | None = None
) -> Explanation:
    """The explanation of one account on a business date; columns not given are missing.

    `instead` is a tier, treatment or rule of which it is told why it is not the answer.

    Raises: ConfigError as `decide` does.
    """
    tests = [t for c in rulebook.chains for r in c.rules for t in r.tests]
    parts = list({id(p.condition): p for t in tests for p in _parts(rulebook, t)}.values())
    program, steps = build_with(rulebook, as_of, parts)
    frame = _one_row(rulebook, row)
    found, chunk = decider(program, frame)
    decided = decisions_frame(found).iloc[0]
    truths = chunk.advance(len(program.steps))
    state = {
        id(part.condition): (bool(truths[s][0][0]), bool(truths[s][1][0]))
        for part, s in zip(parts, steps, strict=True)
    }
    teller = _Teller(program, chunk, state)
    rules = [r for c in rulebook.chains[:2] for r in c.rules]
    wanted = {_text(decided["tier_rule"]), _text(decided["treatment"])}
    carried: list[Bilingual] = []
    for rule in rules:
        doubt = MANUAL in (decided["tier"], decided["treatment"])
        if rule.id in wanted or (doubt and teller.is_open([t.condition for t in rule.tests])):
            carried += teller.lines([t.condition for t in rule.tests])
    return Explanation(
        tier=str(decided["tier"]), tier_rule=_text(decided["tier_rule"]),
        treatment=str(decided["treatment"]),
        because=Bilingual(zh_CN=str(decided["because_zh_CN"]), en=str(decided["because_en"])),
        tests=tuple(dict.fromkeys(carried)),
        missing=tuple(m for m in (_text(decided["missing"]) or "").split(",") if m),
        barred=tuple(
            (rule.id, teller.barring([t.condition for t in rule.tests]))
            for rule in rules
            if instead is not None and instead in (rule.id, rule.then.get("tier"))
        ),
    )  # fmt: skip


def _text(value: object) -> str | None:
    return None if pd.isna(value) else str(value)  # type: ignore[call-overload]  # one cell


def _one_row(rulebook: Rulebook, row: Mapping[str, Held]) -> pd.DataFrame:
    arms = {e.column for e in rulebook.experiments.values()}
    # An arm that is not given follows from the customer, as in a night.
    names = sorted(n for n in rulebook.columns if n not in arms or n in row)
    return to_frame(
        pa.table(
            {n: pa.array([row.get(n)], ARROW_TYPES[rulebook.dictionary[n].type]) for n in names}
        )
    )


def _parts(rulebook: Rulebook, test: Test) -> Iterator[Test]:
    """The test and every condition inside it, segments opened."""
    pending = [test]
    while pending:
        one = pending.pop()
        yield one
        condition = one.condition
        match condition:
            case All() | AnyOf():
                pending += [Test(one.source, p) for p in condition.parts]
            case Not():
                pending.append(Test(one.source, condition.part))
            case Holds(value=Name(name=name)) if name in rulebook.segments:
                pending.append(rulebook.segments[name])
            case _:
                pass


class _Teller:
    """Words the tests that carry a truth."""

    def __init__(
        self, program: Program, chunk: Chunk, state: Mapping[int, tuple[bool, bool]]
    ) -> None:
        self._program = program
        self._rulebook = program.rulebook
        self._chunk = chunk
        self._state = state

    def is_open(self, conditions: Sequence[Condition]) -> bool:
        """Whether the conditions together are unknown."""
        states = [self._state[id(c)] for c in conditions]
        return all(p for _, p in states) and not all(t for t, _ in states)

    def lines(self, conditions: Sequence[Condition]) -> list[Bilingual]:
        """A line for each test that carries the conditions."""
        return [self._line(c) for condition in conditions for c in self._carry(condition)]

    def barring(self, conditions: Sequence[Condition]) -> tuple[Bilingual, ...]:
        """A line for each test that is not true and so keeps the conditions from being true."""
        untrue = [c for c in conditions if not self._state[id(c)][0]]
        return tuple(dict.fromkeys(self.lines(untrue)))

    def _carry(self, condition: Condition) -> Iterator[Condition]:
        match condition:
            case Not():
                yield from self._carry(condition.part)
            case Holds(value=Name(name=name)) if name in self._rulebook.segments:
                yield from self._carry(self._rulebook.segments[name].condition)
            case All() | AnyOf():
                yield from self._carry_parts(condition)
            case _:
                yield condition

    def _carry_parts(self, condition: All | AnyOf) -> Iterator[Condition]:
        """Every part of a true `and`, the first true one of an `or`, the unknown ones, …."""
        state = self._state[id(condition)]
        alike = [p for p in condition.parts if self._state[id(p)] == state]
        decides = state == ((False, False) if isinstance(condition, All) else (True, True))
        for part in alike[:1] if decides else alike:
            yield from self._carry(part)

    def _line(self, condition: Condition) -> Bilingual:
        values = list(values_of(condition))
        chinese = [self._value(n, "zh_CN") for n in sorted(names_of(values))]
        english = [self._value(n, "en") for n in sorted(names_of(values))]
        for name in sorted(parameters_of(values)):
            text, source = self._parameter(name)
            chinese.append(f"@{name} = {text}，{source}")
            english.append(f"@{name} = {text}, {source}")
        marks = self._marks(condition)
        test = write(condition)
        return Bilingual(
            zh_CN=f"{marks.zh_CN}{test}（{'；'.join(chinese)}）",
            en=f"{marks.en}{test} ({'; '.join(english)})",
        )

    def _marks(self, condition: Condition) -> Bilingual:
        """Nothing before a true test, and what else it is before any other."""
        true, possible = self._state[id(condition)]
        if true:
            return Bilingual(zh_CN="", en="")
        if possible:
            return Bilingual(zh_CN="不能判定：", en="unknown: ")
        return Bilingual(zh_CN="不成立：", en="not so: ")

    def _parameter(self, name: str) -> tuple[str, str]:
        parameter = self._rulebook.parameters[name]
        currency = self._currency() if parameter.kind.type == "money" else None
        value = parameter.in_force(self._program.as_of, currency)
        if value is None:
            return "-", str(currency)
        return value.text, f"{value.starts}, {value.source}"

    def _currency(self) -> str | None:
        return self._chunk.currency.only

    def _value(self, name: str, language: str) -> str:
        """`label value`; what is missing says so, and what is taken by declaration too."""
        column = self._rulebook.dictionary.get(name)
        computed = self._rulebook.computed.get(name)
        label = name
        if computed is not None:
            label = computed.label.get(language)
        elif column is not None:
            label = column.label.get(language)
        values = self._chunk.column(name)
        if values.known is not None and not values.known[0]:
            return f"{label} {'缺失' if language == 'zh_CN' else 'missing'}"
        number = int(values.numbers[0])
        if name in self._program.scores:
            return f"{label} {number}{self._points(name, language)}"
        if computed is not None:
            return f"{label} {self._number(computed.kind.type, computed.kind.decimals, number)}"
        if column is None:
            return f"{label} {self._input(name, number)}"
        return f"{label} {self._column(column, number, language)}"

    def _points(self, name: str, language: str) -> str:
        """How a score came about, with the source of its points."""
        edition = self._rulebook.scorecards[name].in_force(self._program.as_of)
        assert edition is not None  # noqa: S101 - a score without one is never evaluated
        said = [str(edition.base)]
        for stairs in edition.stairs:
            part = self._chunk.column(stairs.column)
            given = stairs.missing
            if part.known is None or part.known[0]:
                given = stairs.points[bisect_right(stairs.cuts, int(part.numbers[0]))]
            said.append(f"{given:+d} ({self._value(stairs.column, language)})")
        comma = "，" if language == "zh_CN" else ", "
        return f" = {' '.join(said)}{comma}{edition.starts}{comma}{edition.source}"

    def _input(self, name: str, number: int) -> str:
        rulebook = self._rulebook
        names = rulebook.tiers if name == "tier" else rulebook.treatments
        return (*names, MANUAL)[number]

    def _column(self, column: Column, number: int, language: str) -> str:
        if column.type == "enum":
            return column.value_labels[column.values[number]].get(language)
        if column.type == "text":
            return "有" if language == "zh_CN" else "present"
        return self._number(column.type, column.digits, number)

    def _number(self, kind: str, decimals: int, number: int) -> str:
        if kind == "money":
            return grouped(number, self._currency() or self._rulebook.currency)
        if kind == "bool":
            return "true" if number else "false"
        if kind == "date":
            return str(np.datetime64(number, "D"))
        return unscaled(number, decimals)
