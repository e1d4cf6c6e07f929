"""Suggested cases notice a rulebook that differs by one unit, one operator or one bracket."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from itertools import product

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from rulebooks import ROOT

from collectctl.columns import ARROW_TYPES, Column, Dictionary, read_dictionary, to_frame
from collectctl.problems import ConfigError, Span
from collectctl.rules.casebook.coverage import coverage
from collectctl.rules.casebook.decided import decided, failures
from collectctl.rules.casebook.reader import read_cases
from collectctl.rules.casebook.suggest import suggested, written
from collectctl.rules.decide import decide
from collectctl.rules.program import build
from collectctl.rules.proof.witness import Witnesses
from collectctl.rules.rulebook import Rulebook, read_rulebook
from collectctl.rules.steps import AtLeast, Exactly, Member, Step
from collectctl.rules.syntax import Number, values_of

DAY = date(2026, 11, 20)
Files = Mapping[str, bytes]

FORTY_HEAD = """format: collectctl/1
ruleset: forty
title: Forty
version: '1'
currency: CNY
derive:
  use: {type: ratio, decimals: 4, round: half_up, value: balance / credit_limit}
segments:
  weak: credit_score < 600 or broken_promises_6m > 2
  heavy: use >= 0.9 and balance > 500.00
outputs:
  tone: {type: enum, values: [none, soft, hard], order: true}
tiers:
  order: [T1, T2, T3, T4, T5, T6, T7, T8, T9, T10]
  hit: first
  rules:
"""
FORTY_TAIL = """  otherwise: T1
treatments:
  hit: first
  rules:
    - {id: help, when: hardship and days_past_due > 5, then: {tone: soft}}
    - {id: big, when: "tier in ('T9', 'T10') and balance >= 20000.00", then: {tone: hard}}
    - {id: small, when: overdue_amount + fees <= 12.34 and days_past_due < 45, then: {tone: none}}
    - {id: long, when: "due_date < date '2026-03-01' and not weak", then: {tone: soft}}
  otherwise: {tone: soft}
customer: {key: customer_id, grade: hardest, lead: hardest, manual: hold}
"""


def forty() -> str:
    """Ten bands of days, each cut in four by score, amount and use."""
    rules = []
    for band in range(10):
        low, high = band * 30 + 1, band * 30 + 30
        days = f"days_past_due in [{low}..{high}]"
        tests = (
            f"credit_score < {500 + 10 * band} and balance > {1000 + 100 * band}.00",
            f"weak and balance >= {2000 + 50 * band}.50", "heavy", f"use <= 0.{50 + band}",
        )  # fmt: skip
        rules += [
            f"    - {{id: R{band}-{i}, when: '{days} and {test}', tier: T{(band + i) % 10 + 1}}}\n"
            for i, test in enumerate(tests)
        ]
    return FORTY_HEAD + "".join(rules) + FORTY_TAIL


def files_of(name: str) -> Files:
    if name == "forty":
        return {"rules/forty.yaml": forty().encode()}
    names = ("rules/overdue.yaml", "rules/parameters.yaml")
    return {n: (ROOT / "config" / n).read_bytes() for n in names}


@pytest.fixture(scope="module")
def columns() -> Dictionary:
    found, _ = read_dictionary((ROOT / "config/columns.yaml").read_bytes(), "columns.yaml")
    assert found is not None
    return found


def mutants(book: Rulebook, files: Files) -> Iterator[Files]:
    """Each number of a rule, segment or parameter a unit up and down; each operator and bracket."""
    places: set[tuple[str, int, int, str]] = set()
    tests = [t for c in book.chains for r in c.rules for t in r.tests]
    for test in (*tests, *book.segments.values()):
        for value in values_of(test.condition):
            if isinstance(value, Number):
                span = test.source.span(value.at)
                places |= {(span.file, *_place(span), t) for t in _near(value.text)}
        text = test.source.text
        for match in re.finditer(r"<=|>=|<(?!>)|(?<!<)>|[\[(](?=[0-9@])|[\[(](?=\.\.)", text):
            if match.group() != "(" or ".." in text[match.start() : match.start() + 8]:
                span = test.source.span((match.start(), len(match.group())))
                places.add((span.file, *_place(span), _TURNED[match.group()]))
    for file, line, column, text in sorted(places):
        yield _changed(files, file, line, column, text)
    yield from parameter_mutants(files)


def parameter_mutants(files: Files) -> Iterator[Files]:
    """Each value of a parameter a unit up and down."""
    for file, data in files.items():
        for number, line_text in enumerate(data.decode().splitlines(), 1):
            for found in re.finditer(r"(?<=value: )[0-9.]+(?=, )", line_text):
                for text in _near(found.group()):
                    yield _changed(files, file, number, found.start() + 1, text)


_TURNED = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "[": "(", "(": "["}


def _place(span: Span) -> tuple[int, int]:
    return span.line, span.column


def _near(text: str) -> list[str]:
    digits = len(text.partition(".")[2])
    unit = Decimal(1).scaleb(-digits)
    return [str(Decimal(text) + sign * unit) for sign in (1, -1)]


def _changed(files: Files, file: str, line: int, column: int, text: str) -> Files:
    lines = files[file].decode().split("\n")
    old = lines[line - 1]
    found = re.match(r"[0-9]+(\.[0-9]+)?|<=|>=|.", old[column - 1 :])
    assert found is not None
    lines[line - 1] = old[: column - 1] + text + old[column - 1 + found.end() :]
    return {**files, file: "\n".join(lines).encode()}


def numbers(step: Step) -> list[int]:
    """The numbers that a test compares with."""
    match step:
        case AtLeast(bound=bound):
            return [bound] if isinstance(bound, int) else [b for _, b in bound]
        case Member():
            return list(step.numbers)
        case Exactly():
            return [n for _, n in step.numbers if n is not None]
        case _:
            return []


def values_near(book: Rulebook, column: Column) -> list[object]:
    """What a column may hold: everything, or what lies around the numbers it is compared with."""
    if column.type == "bool":
        return [True, False]
    if column.type == "enum":
        return list(column.values)
    if column.type == "text":
        return ["x"]
    steps = build(book, DAY).steps
    at = [
        n for s in steps if isinstance(s, AtLeast | Member | Exactly) and s.column == column.name
        for n in numbers(s)
    ]  # fmt: skip
    around = {n + sign for n, sign in product(at, (-1, 0, 1))}
    return [0, 1, 100, 9500, 10000, 1_000_000, *sorted(around)]


def dense(book: Rulebook, size: int = 60_000) -> pd.DataFrame:
    """Accounts at and around every number of the rulebook, in all mixtures that chance gives."""
    chance = np.random.default_rng(7)
    columns: dict[str, pa.Array] = {}
    for name in sorted(book.columns):
        column = book.dictionary[name]
        values = values_near(book, column) + ([] if column.required else [None])
        kind = ARROW_TYPES[column.type]
        held = pa.int32() if column.type == "date" else kind
        picked = pa.array(chance.integers(0, len(values), size))
        columns[name] = pa.array(values, held).cast(kind).take(picked)
    return to_frame(pa.table(columns))


SAID = ["tier_rule", "treatment", "addons"]


@pytest.mark.parametrize("name", ["starter", "forty"])
def test_suggested_cases_catch_a_rulebook_that_is_off_by_one(
    name: str, columns: Dictionary
) -> None:
    files = files_of(name)
    book, problems = read_rulebook(files, columns)
    assert book is not None, problems
    covered = coverage(book, [], DAY)
    found = suggested(covered, Witnesses(covered.program).account)
    text = written(book, found.cases, DAY).encode()
    cases, problems = read_cases({"new.yaml": text}, book)
    assert problems == ()
    accounts = dense(book)
    before = decide(book, accounts, DAY)[SAID]
    caught = missed = 0
    for changed in mutants(book, files):
        other, _ = read_rulebook(changed, columns)
        if other is None:
            continue
        try:
            if failures(cases, decided(other, cases)):
                caught += 1
                continue
        except ConfigError:
            continue
        missed += not decide(other, accounts, DAY)[SAID].equals(before)
    assert caught > 50
    assert 100 * caught >= 95 * (caught + missed)
