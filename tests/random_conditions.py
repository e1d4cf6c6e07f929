"""Random conditions of every form the language has, a book of them, and accounts for them."""

import random
from collections.abc import Sequence
from datetime import date
from typing import TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa
from rulebooks import dictionary_in

from collectctl.columns import ARROW_TYPES, to_frame
from collectctl.problems import render
from collectctl.rules.rulebook import Rulebook, read_rulebook

DAY = date(2026, 11, 20)
COLUMNS = """format: collectctl/1
columns:
  account_id: {type: text, required: true}
  customer_id: {type: text, required: true}
  currency: {type: enum, values: [CNY, USD, JPY]}
  a: {type: int, min: 0, max: 999}
  b: {type: int, min: -99, max: 99}
  c: {type: int, required: true, min: 0, max: 99}
  m: {type: money, min: -100000, max: 100000}
  n: {type: money, min: -100000, max: 100000}
  k: {type: money, required: true, min: 0, max: 100000}
  r: {type: ratio, decimals: 4, min: -10, max: 10}
  s: {type: ratio, decimals: 2, min: -10, max: 10}
  h: {type: bool}
  g: {type: bool, required: true}
  p: {type: enum, values: [x, y, z]}
  q: {type: enum, required: true, values: [one, two, 三]}
  d: {type: date}
  e: {type: date}
  t: {type: text}
"""
BOOK = """format: collectctl/1
ruleset: random
title: Random
version: '1'
currency: CNY
parameters:
  sum:
    title: Sum
    type: money
    values:
      - {{from: 2020-01-01, value: '1.50', source: s, verified: house}}
      - {{from: 2026-01-01, value: '2.50', source: s, verified: house}}
      - {{from: 2026-01-01, currency: USD, value: '0.30', source: s, verified: house}}
  part:
    title: Part
    type: ratio
    decimals: 2
    values: [{{from: 2020-01-01, value: '0.35', source: s, verified: house}}]
  some:
    title: Some
    type: int
    values: [{{from: 2020-01-01, value: '3', source: s, verified: house}}]
derive:
  u: {{type: ratio, decimals: 4, round: half_up, value: m / n}}
  w: {{type: ratio, decimals: 0, round: half_up, value: (a - 2 * b) / (b + 1)}}
scorecards:
  z:
    title: Score
    editions:
      - from: 2020-01-01
        source: s
        verified: house
        table: |
          column | value | points
          a      | >= 0  | 9
      - from: 2026-01-01
        base: 10
        source: s
        verified: house
        table: |
          column | value              | points
          a      | [0..3)             | 5
          a      | [3..]              | -5
          a      | is null            | 1
          m      | < 1.50             | -3
          m      | >= 1.50            | 3
          m      | is null            | 0
          u      | < 0.25             | 2
          u      | [0.25..1]          | 0
          u      | > 1                | -2
          p      | 'x', 'z'           | 4
          p      | 'y'                | 0
          p      | is null            | -4
          d      | < date '2026-01-05' | 1
          d      | >= date '2026-01-05' | 0
          h      | true               | 7
          h      | false              | 0
          h      | is null            | 0
segments:
  near: a < 3 or r >= 0.5
outputs:
  tone: {{type: enum, values: [none, soft], order: true}}
tiers:
  order: [A, B, C]
  hit: first
  rules:
{rules}
  otherwise: C
treatments:
  hit: first
  rules: [{{id: one, when: "tier = 'A'", then: {{tone: soft}}}}]
  otherwise: {{tone: none}}
customer: {{key: customer_id, grade: hardest, lead: hardest, manual: hold}}
"""
T = TypeVar("T")


DICTIONARY = dictionary_in(COLUMNS)


def book_of(conditions: list[str], unknown: str = "no_match") -> Rulebook:
    """A book whose tier rules are the conditions."""
    said = f"on_unknown: {unknown}, because: so, " if unknown else ""
    rules = "\n".join(
        f'    - {{id: r{i}, when: "{text}", {said}tier: {"ABC"[i % 3]}}}'
        for i, text in enumerate(conditions)
    )
    found, problems = read_rulebook({"rules.yaml": BOOK.format(rules=rules).encode()}, DICTIONARY)
    assert found is not None, "\n".join(map(render, problems[:5]))
    return found


# accounts


def accounts(size: int, seed: int) -> pd.DataFrame:
    """Accounts whose values lie near each other, so that tests meet their bounds."""
    draw = np.random.default_rng(seed)
    days = np.datetime64("2026-01-01") + draw.integers(0, 9, size)
    other = np.datetime64("2026-01-01") + draw.integers(0, 9, size)
    values = {
        "account_id": np.arange(size).astype(str),
        "customer_id": draw.integers(0, size, size).astype(str),
        "currency": draw.choice(["CNY", "USD", "JPY"], size, p=[0.8, 0.1, 0.1]),
        "a": draw.integers(0, 9, size),
        "b": draw.integers(-5, 6, size),
        "c": draw.integers(0, 9, size),
        "m": draw.choice([-250, -100, 0, 1, 30, 80, 100, 149, 150, 250, 9_999_999], size),
        "n": draw.choice([-7, 0, 25, 35, 100, 101, 150, 300, 7_777_777], size),
        "k": draw.integers(0, 400, size),
        "r": draw.choice([-5000, 0, 2500, 2501, 3500, 5000, 10000], size),
        "s": draw.choice([-50, 0, 25, 35, 50, 100], size),
        "h": draw.random(size) < 0.5,
        "g": draw.random(size) < 0.5,
        "p": draw.choice(["x", "y", "z"], size),
        "q": draw.choice(["one", "two", "三"], size),
        "d": days,
        "e": other,
        "t": draw.choice(["", "text"], size),
    }
    columns = {}
    for name, found in values.items():
        column = DICTIONARY.columns[name]
        gone = None if column.required else draw.random(size) < 1 / 8
        columns[name] = pa.array(found, mask=gone).cast(ARROW_TYPES[column.type])
    return to_frame(pa.table(columns))


# random conditions


class Draw:
    """Conditions of every form the language has, in which all types agree."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - test data

    def condition(self, depth: int = 3) -> str:
        one = self._random.random()
        if depth == 0 or one < 0.3:
            return self.test()
        if one < 0.45:
            return f"not ({self.condition(depth - 1)})"
        word = " and " if one < 0.72 else " or "
        count = self._random.randint(2, 3)
        return "(" + word.join(self.condition(depth - 1) for _ in range(count)) + ")"

    def test(self) -> str:
        forms = [self._compared] * 3 + [
            self._ranged, self._listed, self._between, self._enum, self._bool, self._null,
            self._days, self._days,
        ]  # fmt: skip
        return self._pick(forms)()

    def _pick(self, options: Sequence[T]) -> T:
        return self._random.choice(options)

    def _order(self) -> str:
        return self._pick(["=", "<>", "!=", "<", "<=", ">", ">="])

    def _not(self) -> str:
        return self._pick(["", "not "])

    def _constant(self, kind: str) -> str:
        options = {
            "points": ["0", "5", "9", "10", "12", "14"],
            "int": ["0", "1", "2", "3", "5", "-1", "-4", "@some"],
            "money": ["0", "1", "0.01", "1.5", "2.50", "-1", "99999.99", "@sum"],
            "ratio": ["0", "0.25", "0.35", "0.5", "1", "-0.5", "@part"],
            "whole": ["0", "1", "-1", "3", "-4"],
        }
        return self._pick(options[kind])

    def _columns(self, kind: str) -> list[str]:
        options = {
            "int": ["a", "b", "c"],
            "points": ["z"],
            "money": ["m", "n", "k"],
            "ratio": ["r", "s", "u"],
            "whole": ["w"],
        }
        return self._random.sample(
            options[kind], min(len(options[kind]), self._random.randint(1, 2))
        )

    def _term(self, kind: str, column: str) -> str:
        share = "@some" if kind == "int" else "@part"
        forms = [
            "{}",
            "{}",
            "{}",
            "2 * {}",
            "{} * 0.8",
            "{} / 4",
            "-{}",
            share + " * {}",
            "({} - 1)",
        ]
        return self._pick(forms).format(column)

    def _sum(self, kind: str) -> str:
        parts = [self._term(kind, c) for c in self._columns(kind)]
        if self._random.random() < 0.2:
            parts.append(self._constant(kind))
        return self._pick([" + ", " - "]).join(parts)

    def _kind(self) -> str:
        return self._pick(["int", "money", "ratio", "ratio", "whole", "points"])

    def _compared(self) -> str:
        kind = self._kind()
        sides = [self._sum(kind), self._constant(kind)]
        self._random.shuffle(sides)
        return f"{sides[0]} {self._order()} {sides[1]}"

    def _bounds(self, kind: str) -> tuple[str, str]:
        options = {"int": ["-3", "0", "2", "4"], "money": ["-1", "0", "0.30", "1.50", "2"],
                   "ratio": ["-0.5", "0", "0.25", "0.35", "1"],
                   "whole": ["-4", "-1", "0", "1", "3"],
                   "points": ["0", "5", "9", "10", "14"]}[kind]  # fmt: skip
        low, high = sorted(self._random.sample(range(len(options)), 2))
        return options[low], options[high]

    def _ranged(self) -> str:
        kind = self._kind()
        low, high = self._bounds(kind)
        missing = self._random.random()
        low, high = ("" if missing < 0.15 else low), ("" if missing > 0.85 else high)
        ends = self._pick("[("), self._pick(")]")
        return f"{self._sum(kind)} {self._not()}in {ends[0]}{low}..{high}{ends[1]}"

    def _between(self) -> str:
        kind = self._kind()
        low, high = self._bounds(kind)
        return f"{self._sum(kind)} {self._not()}between {low} and {high}"

    def _listed(self) -> str:
        kind = self._kind()
        members = {self._constant(kind) for _ in range(3)}
        return f"{self._sum(kind)} {self._not()}in ({', '.join(sorted(members))})"

    def _enum(self) -> str:
        column, values = self._pick([("p", "xyz"), ("q", ["one", "two", "三"])])
        some = ", ".join(f"'{v}'" for v in self._random.sample(values, self._random.randint(1, 2)))
        one = f"'{self._pick(values)}'"
        forms = ["{0} = {1}", "{1} <> {0}", "{0} in ({2})", "{0} not in ({2})", "{0} != {1}"]
        return self._pick(forms).format(column, one, some)

    def _bool(self) -> str:
        forms = ["{}", "not {}", "{} = true", "{} <> true", "{} = false", "false <> {}"]
        return self._pick([*[f.format(self._pick("hg")) for f in forms], "near", "not near"])

    def _null(self) -> str:
        return f"{self._pick('abmnrshpdetuz')} is {self._not()}null"

    def _days(self) -> str:
        day = f"date '2026-01-0{self._random.randint(1, 9)}'"
        late = "date '2026-01-06'"
        forms = [
            f"d {self._order()} {day}", f"{day} {self._order()} e", f"d - 2 {self._order()} {day}",
            f"d - e {self._order()} {self._constant('int')}", f"d + b {self._order()} e",
            f"e {self._not()}in [date '2026-01-03'..{late})",
            f"d {self._not()}in ({day}, {late})", f"d - e {self._not()}between -2 and @some",
        ]  # fmt: skip
        return self._pick(forms)
