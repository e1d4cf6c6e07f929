"""A small dictionary, and rulebooks and frames made from a few lines."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from collectctl.columns import ARROW_TYPES, Dictionary, read_dictionary, to_frame
from collectctl.problems import Problem, render
from collectctl.rules.rulebook import Rulebook, read_rulebook

ROOT = Path(__file__).resolve().parents[1]

COLUMNS = """format: collectctl/1
columns:
  account_id: {type: text, required: true}
  customer_id: {type: text, required: true}
  currency: {type: enum, values: [CNY, USD, JPY]}
  days: {type: int, unit: days, min: 0, max: 9999, label: {zh_CN: 天数, en: Days}}
  score: {type: int, min: 0, max: 1000, label: {zh_CN: 评分, en: Score}}
  balance: {type: money, min: -1000000, max: 1000000}
  limit: {type: money, min: 0, max: 1000000}
  rate: {type: ratio, decimals: 4, min: 0, max: 10}
  hardship: {type: bool}
  product: {type: enum, values: [gold, silver, 惠农卡]}
  due: {type: date}
  memo: {type: text}
  visits: {type: int, min: 0, max: 99, if_missing: {value: '0', because: none recorded}}
"""


def dictionary_in(text: str) -> Dictionary:
    """The dictionary that the text of a `columns.yaml` is."""
    found, problems = read_dictionary(text.encode(), "columns.yaml")
    assert found is not None, problems
    return found


RULESET = """format: collectctl/1
ruleset: small
title: Small
version: '1'
currency: CNY
{more}
outputs:
  tone: {{type: enum, values: [none, soft, hard], order: true}}
  document: {{type: document}}
tiers:
  order: [A, B, C]
  hit: unique
{tiers}
treatments:
  hit: first
{treatments}
customer: {{key: customer_id, grade: hardest, lead: hardest, gentle: [help], manual: {manual}}}
"""
TIERS = """  rules:
    - {id: A, when: 'days = 0', tier: A}
    - {id: B, when: 'days in [1..30]', tier: B}
  otherwise: C"""
TREATMENTS = """  rules:
    - {id: help, when: hardship, on_unknown: no_match, because: told, then: {tone: soft}}
    - {id: hard, when: "tier = 'C'", then: {tone: hard, document: final}}
    - {id: soft, when: "tier = 'B'", then: {tone: soft, document: note}}
  otherwise: {tone: none}"""

MakeText = Callable[..., bytes]
Read = Callable[..., tuple[Rulebook | None, tuple[Problem, ...]]]
MakeRulebook = Callable[..., Rulebook]
MakeFrame = Callable[..., pd.DataFrame]


@pytest.fixture(scope="session")
def dictionary() -> Dictionary:
    found, problems = read_dictionary(COLUMNS.encode(), "columns.yaml")
    assert found is not None, problems
    return found


@pytest.fixture(scope="session")
def ruleset() -> MakeText:
    def make(
        *, tiers: str = TIERS, treatments: str = TREATMENTS, more: str = "", manual: str = "hold"
    ) -> bytes:
        return RULESET.format(tiers=tiers, treatments=treatments, more=more, manual=manual).encode()

    return make


@pytest.fixture(scope="session")
def read(dictionary: Dictionary, ruleset: MakeText) -> Read:
    def make(
        others: Mapping[str, str] | None = None, **parts: str
    ) -> tuple[Rulebook | None, tuple[Problem, ...]]:
        files = {name: text.encode() for name, text in (others or {}).items()}
        return read_rulebook({**files, "rules.yaml": ruleset(**parts)}, dictionary)

    return make


@pytest.fixture(scope="session")
def rulebook(read: Read) -> MakeRulebook:
    def make(others: Mapping[str, str] | None = None, **parts: str) -> Rulebook:
        found, problems = read(others, **parts)
        assert found is not None, "\n".join(render(p) for p in problems)
        return found

    return make


def _frame(dictionary: Dictionary, *rows: Mapping[str, object]) -> pd.DataFrame:
    base = {"currency": "CNY", "hardship": False}
    full = [
        {"account_id": f"a{i}", "customer_id": f"c{i}", **base, **row} for i, row in enumerate(rows)
    ]
    return to_frame(
        pa.table(
            {
                name: pa.array([row.get(name) for row in full], ARROW_TYPES[column.type])
                for name, column in dictionary.columns.items()
            }
        )
    )


@pytest.fixture(scope="session")
def frame(dictionary: Dictionary) -> MakeFrame:
    def make(*rows: Mapping[str, object]) -> pd.DataFrame:
        return _frame(dictionary, *rows)

    return make


@pytest.fixture(scope="session")
def starter() -> tuple[Rulebook, Dictionary]:
    columns, _ = read_dictionary((ROOT / "config/columns.yaml").read_bytes(), "columns.yaml")
    assert columns is not None
    names = ("rules/overdue.yaml", "rules/parameters.yaml")
    files = {name: (ROOT / "config" / name).read_bytes() for name in names}
    found, problems = read_rulebook(files, columns)
    assert found is not None, "\n".join(render(p) for p in problems)
    assert not problems
    return found, columns
