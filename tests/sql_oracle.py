"""Conditions of a book as SQL over exact decimals, and the accounts in a database."""

import duckdb
import pandas as pd
import pyarrow as pa
from random_conditions import DAY, DICTIONARY

from collectctl.money import unscaled
from collectctl.rules.chains import Rule
from collectctl.rules.rulebook import Rulebook
from collectctl.rules.syntax import (
    All,
    AnyOf,
    Arithmetic,
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
    Parameter,
    Text,
    Value,
)

SCALES = {"m": 2, "n": 2, "k": 2, "r": 4, "s": 2}
MONEY = "mnk"


def database_of(frame: pd.DataFrame) -> duckdb.DuckDBPyConnection:
    """The accounts as table `t`, money and ratios as exact decimals, in the frame's order."""
    found = duckdb.connect()
    held = pa.Table.from_pandas(frame, preserve_index=False)
    found.register("held", held.append_column("i", pa.array(range(len(frame)))))
    shown = [n for n in DICTIONARY.columns if n not in SCALES]
    for name, digits in SCALES.items():
        exact = f"({name} * 0.{'1'.zfill(digits)})::decimal(18, {digits})"
        if name in "mnk":
            exact = f"case when currency = 'JPY' then {name}::decimal(18, 2) else {exact} end"
        shown.append(f"{exact} as {name}")
    rounded = [
        _rounded("u", "m::hugeint * 10000", "n::hugeint"),
        _rounded("w", "(a - 2 * b)::hugeint", "(b + 1)::hugeint"),
    ]
    found.execute(
        f"create table t as select *, {SCORE} from "  # noqa: S608 - made here
        f"(select i, {', '.join([*shown, *rounded])} from held) order by i"
    )
    return found


SCORE = """10
    + case when a < 3 then 5 when a >= 3 then -5 else 1 end
    + case when m is null then 0 when currency = 'CNY' and m < 1.5 then -3
           when currency = 'CNY' then 3 end
    + case when u < 0.25 then 2 when u <= 1 then 0 when u > 1 then -2 end
    + case when p in ('x', 'z') then 4 when p = 'y' then 0 else -4 end
    + case when d < date '2026-01-05' then 1 when d is not null then 0 end
    + case when h then 7 else 0 end as z"""
"""The scorecard of the random books, by hand."""


def _rounded(name: str, above: str, below: str) -> str:
    """A quotient in whole numbers, rounded half away from zero; none where the divisor is 0."""
    whole = f"((2 * abs({above}) + abs({below})) // (2 * abs({below})))"
    signed = f"(sign({above}) * sign({below}) * {whole})::decimal(30, 0)"
    exact = f"{signed} * 0.0001" if name == "u" else signed
    return f"case when {below} <> 0 then {exact} end as {name}"


class NotGiven(Exception):  # noqa: N818 - control flow of this test
    """An amount that a currency does not have."""


class Sql:
    """Rules as SQL; an amount of one currency leaves a test unknown in the others."""

    def __init__(self, book: Rulebook) -> None:
        self._book = book

    def rule(self, rule: Rule) -> str:
        return "(" + " and ".join(self._of(t.condition) for t in rule.tests) + ")"

    def _of(self, condition: Condition) -> str:
        match condition:
            case All(parts=parts):
                return "(" + " and ".join(map(self._of, parts)) + ")"
            case AnyOf(parts=parts):
                return "(" + " or ".join(map(self._of, parts)) + ")"
            case Not(part=part):
                return f"(not {self._of(part)})"
            case Holds():
                name = self._value(condition.value)
                segment = self._book.segments.get(name)
                return name if segment is None else self._of(segment.condition)
            case IsNull():
                return f"({self._value(condition.value)} is {'not ' * condition.negated}null)"
            case Compare():
                return self._compared(condition.left, condition.operator, condition.right)
            case InList():
                found = [self._compared(condition.value, "=", m) for m in condition.members]
                return f"({'not ' * condition.negated}({' or '.join(found)}))"
            case InRange():
                return self._range(condition)

    def _range(self, test: InRange) -> str:
        found = []
        if test.low is not None:
            found.append(self._compared(test.value, ">" + "=" * test.low_included, test.low))
        if test.high is not None:
            found.append(self._compared(test.value, "<" + "=" * test.high_included, test.high))
        return f"({'not ' * test.negated}({' and '.join(found)}))"

    def _compared(self, left: Value, operator: str, right: Value) -> str:
        money = self._is_money(left) or self._is_money(right)
        found = {}
        for currency in ("CNY", "USD", "JPY"):
            try:
                sides = [self._value(v, currency, amount=money) for v in (left, right)]
            except NotGiven:
                continue
            found[currency] = f"({sides[0]} {operator} {sides[1]})"
        if len(found) == 3 and len(set(found.values())) == 1:
            return found["CNY"]
        whens = (f"when '{currency}' then {test}" for currency, test in found.items())
        return f"(case currency {' '.join(whens)} end)"

    def _is_money(self, value: Value) -> bool:
        match value:
            case Name(name=name):
                return name in MONEY
            case Parameter(name=name):
                return self._book.parameters[name].kind.type == "money"
            case Negative(value=inner):
                return self._is_money(inner)
            case Arithmetic(left=left, right=right):
                return self._is_money(left) or self._is_money(right)
            case _:
                return False

    def _value(self, value: Value, currency: str = "CNY", *, amount: bool = False) -> str:
        """The value for accounts of a currency; a bare number may be an `amount` of CNY."""
        match value:
            case Number(text=text):
                if amount and currency != "CNY" and text.strip("0."):
                    raise NotGiven
                return text
            case Text(value=text):
                return f"'{text}'"
            case Boolean(value=holds):
                return str(holds).lower()
            case DayLiteral(text=text):
                return text if text.startswith("date") else f"date '{text}'"
            case Name(name=name):
                return name
            case Parameter(name=name):
                return self._parameter(name, currency)
            case Negative(value=inner):
                return f"(-{self._value(inner, currency, amount=amount)})"
            case Arithmetic():
                return self._arithmetic(value, currency, amount=amount)

    def _arithmetic(self, value: Arithmetic, currency: str, *, amount: bool) -> str:
        sides = value.left, value.right
        if value.operator in "*/":
            amounts = [amount and self._is_money(v) for v in sides]
        else:
            amounts = [amount, amount]
        left, right = (
            self._value(v, currency, amount=a) for v, a in zip(sides, amounts, strict=True)
        )
        if value.operator == "/":  # dividing gives a float there; the divisor is always 4
            assert right == "4"
            return f"({left} * 0.25)"
        if left == "d" and right == "b":
            right = "b::integer"
        return f"({left} {value.operator} {right})"

    def _parameter(self, name: str, currency: str) -> str:
        parameter = self._book.parameters[name]
        money = parameter.kind.type == "money"
        value = parameter.in_force(DAY, currency if money else None)
        if value is None or value.number is None:
            raise NotGiven
        return unscaled(value.number, 2 if money else parameter.kind.decimals)
