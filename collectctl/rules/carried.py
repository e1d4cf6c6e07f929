"""The tests that carry a truth of one account, each with its values and the parameters' sources.

Knows which part of a condition decides it. Refuses to know rules and results.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from collectctl.columns import Column
from collectctl.config import Bilingual
from collectctl.money import grouped, unscaled
from collectctl.rules.chains import MANUAL
from collectctl.rules.evaluate import Chunk
from collectctl.rules.parameters import VERIFIED
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


class Teller:
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
            chinese.append(f"@{name} = {text}，{source.zh_CN}")
            english.append(f"@{name} = {text}, {source.en}")
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

    def _parameter(self, name: str) -> tuple[str, Bilingual]:
        """Its value, and from when, from where and how sure it is; or which currency has none."""
        parameter = self._rulebook.parameters[name]
        currency = self._currency() if parameter.kind.type == "money" else None
        value = parameter.in_force(self._program.as_of, currency)
        if value is None:
            return "-", Bilingual(zh_CN=str(currency), en=str(currency))
        sure = VERIFIED[value.verified]
        return value.text, Bilingual(
            zh_CN=f"{value.starts}，{value.source}，{sure.zh_CN}",
            en=f"{value.starts}, {value.source}, {sure.en}",
        )

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
        known = (str(edition.starts), edition.source, VERIFIED[edition.verified].get(language))
        return f" = {comma.join((' '.join(said), *known))}"

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
