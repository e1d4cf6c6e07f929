"""Promises of the rule language, on random conditions and accounts."""

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rulebooks import dictionary_in

from collectctl.columns import ARROW_TYPES, to_frame
from collectctl.problems import Level
from collectctl.rules.decide import decide
from collectctl.rules.rollup import roll_up
from collectctl.rules.rulebook import Rulebook, read_rulebook

DAY = date(2026, 11, 20)
SETTINGS = settings(max_examples=25, deadline=None)

COLUMNS = """format: collectctl/1
columns:
  account_id: {type: text}
  customer_id: {type: text}
  a: {type: int, min: 0, max: 99}
  b: {type: int, min: -99, max: 99}
  m: {type: money, min: -1000, max: 1000}
  n: {type: money, min: -1000, max: 1000}
  r: {type: ratio, decimals: 4, min: 0, max: 10}
  h: {type: bool}
  p: {type: enum, values: [x, y, z]}
  d: {type: date}
"""
BOOK = """format: collectctl/1
ruleset: random
title: Random
version: '1'
currency: CNY
outputs:
  tone: {{type: enum, values: [none, soft, hard], order: true}}
tiers:
  order: [A, B, C]
  hit: {hit}
  rules:
{rules}
  otherwise: C
treatments:
  hit: first
  rules:
    - {{id: one, when: "{treated}", then: {{tone: soft}}}}
    - {{id: two, when: "tier in ('A', 'B')", then: {{tone: hard}}}}
  otherwise: {{tone: none}}
addons: {{hit: collect, rules: [{{id: more, when: "{added}", document: extra}}]}}
customer: {{key: customer_id, grade: hardest, lead: hardest, manual: hold}}
"""


DICTIONARY = dictionary_in(COLUMNS)
_INTS = st.integers(-5, 5).map(str)
_AMOUNTS = st.sampled_from(["0", "1", "2.50", "-1", "0.01", "-2.5", "3"])
_RATIOS = st.sampled_from(["0", "0.5", "0.2501", "1", "2.5"])
_ORDER = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])


Pair = tuple[str, str]
"""A condition, and the same for a database."""


def _both(pattern: str, *parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Pair]:
    return st.builds(lambda *found: (pattern.format(*found),) * 2, *parts)


def _in_range(negated: str, low: int, high: int, start: str, end: str) -> Pair:
    low, high = min(low, high), max(low, high) + 1
    ours = f"b {negated}in {start}{low}..{high}{end}"
    test = f"(b {'>=' if start == '[' else '>'} {low} and b {'<=' if end == ']' else '<'} {high})"
    return ours, f"{negated}{test}"


_NOT = st.sampled_from(["", "not "])
_LEAF: st.SearchStrategy[Pair] = st.one_of(
    _both("a {} {}", _ORDER, _INTS),
    _both("{} {} b", _INTS, _ORDER),
    _both("2 * a - 3 * b {} a + {}", _ORDER, _INTS),
    _both("m {} {}", _ORDER, _AMOUNTS),
    _both("m {} 0.8 * n + {}", _ORDER, _AMOUNTS),
    st.builds(lambda sign: (f"-m / 4 {sign} n", f"-m * 0.25 {sign} n"), _ORDER),
    _both("r {} {}", _ORDER, _RATIOS),
    st.builds(
        _in_range, _NOT, st.integers(-5, 5), st.integers(-5, 5), st.sampled_from("[("),
        st.sampled_from(")]"),
    ),
    _both("a {}between 1 and {}", _NOT, st.integers(1, 5)),
    _both("a {}in (1, 2, {})", _NOT, _INTS),
    _both("p {}in ('x', 'z')", _NOT),
    _both("p {} 'y'", st.sampled_from(["=", "<>"])),
    _both("d {} date '2026-01-0{}'", _ORDER, st.integers(1, 5)),
    _both("d - {} {} date '2026-01-03'", st.integers(0, 3), _ORDER),
    st.sampled_from([("h", "h"), ("h = false", "h = false")]),
)  # fmt: skip
_NULLS = _both("{} is {}null", st.sampled_from("abmnrhpd"), _NOT)


def _pairs(leaf: st.SearchStrategy[Pair]) -> st.SearchStrategy[Pair]:
    def joined(pattern: str, *parts: Pair) -> Pair:
        ours, theirs = zip(*parts, strict=True)
        return pattern.format(*ours), pattern.format(*theirs)

    return st.recursive(
        leaf,
        lambda inner: st.one_of(
            st.builds(joined, st.just("({} and {})"), inner, inner),
            st.builds(joined, st.just("({} or {} or {})"), inner, inner, inner),
            st.builds(joined, st.just("not ({})"), inner),
            st.builds(joined, st.just("({} or {} and not {})"), inner, inner, inner),
        ),
        max_leaves=6,
    )


def _conditions(leaf: st.SearchStrategy[Pair]) -> st.SearchStrategy[str]:
    return _pairs(leaf).map(lambda pair: pair[0])


def _maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(values, values, st.none())


ACCOUNT = st.fixed_dictionaries(
    {
        "a": _maybe(st.integers(0, 5)),
        "b": _maybe(st.integers(-5, 5)),
        "m": _maybe(st.sampled_from([-250, -100, 0, 1, 80, 100, 250, 300])),
        "n": _maybe(st.sampled_from([-250, 0, 25, 100, 101])),
        "r": _maybe(st.sampled_from([0, 2500, 2501, 5000, 10000, 25000])),
        "h": _maybe(st.booleans()),
        "p": _maybe(st.sampled_from("xyz")),
        "d": _maybe(st.dates(date(2025, 12, 31), date(2026, 1, 6))),
    }
)
ACCOUNTS = st.lists(ACCOUNT, min_size=1, max_size=8)


def _frame(accounts: list[dict[str, Any]]) -> pd.DataFrame:
    rows = [
        {"account_id": f"a{i:03}", "customer_id": f"c{i % 4}", **row}
        for i, row in enumerate(accounts)
    ]
    return to_frame(
        pa.table(
            {
                name: pa.array([row[name] for row in rows], ARROW_TYPES[column.type])
                for name, column in DICTIONARY.columns.items()
            }
        )
    )


def _book(
    conditions: list[str], *, hit: str = "first", treated: str = "h", added: str = "h"
) -> Rulebook:
    rules = "\n".join(
        f'    - {{id: r{i}, when: "{text}", tier: {"AB"[i % 2]}}}'
        for i, text in enumerate(conditions)
    )
    text = BOOK.format(rules=rules, hit=hit, treated=treated, added=added)
    found, problems = read_rulebook({"rules.yaml": text.encode()}, DICTIONARY)
    assert found is not None, problems
    return found


def _many(size: int) -> list[dict[str, Any]]:
    """Accounts drawn with a fixed seed, a quarter of the values missing."""
    draw = random.Random(7)  # noqa: S311 - test data
    days = [date(2025, 12, 31) + timedelta(days=i) for i in range(6)]
    choices: dict[str, list[Any]] = {
        "a": list(range(6)), "b": list(range(-5, 6)), "m": [-250, -100, 0, 1, 80, 100, 250, 300],
        "n": [-250, 0, 25, 100, 101], "r": [0, 2500, 2501, 5000, 10000, 25000],
        "h": [False, True], "p": ["x", "y", "z"], "d": days,
    }  # fmt: skip
    return [
        {k: None if draw.random() < 1 / 4 else draw.choice(c) for k, c in choices.items()}
        for _ in range(size)
    ]


MANY = _many(400)
MANY_FRAME = _frame(MANY)


@pytest.fixture(scope="module")
def database() -> duckdb.DuckDBPyConnection:
    """The same accounts in a database that computes in exact decimals."""
    found = duckdb.connect()
    found.execute(
        "create table t (i int, a int, b int, m decimal(12,2), n decimal(12,2), r decimal(12,4), "
        "h boolean, p varchar, d date)"
    )

    def decimal(value: int | None, digits: int) -> Decimal | None:
        return None if value is None else Decimal(value).scaleb(-digits)

    found.executemany(
        "insert into t values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            [
                i, row["a"], row["b"], decimal(row["m"], 2), decimal(row["n"], 2),
                decimal(row["r"], 4), row["h"], row["p"], row["d"],
            ]
            for i, row in enumerate(MANY)
        ],
    )  # fmt: skip
    return found


@settings(max_examples=60, deadline=None)
@given(pair=_pairs(st.one_of(_LEAF, _NULLS)))
def test_a_condition_means_what_a_database_says(
    pair: Pair, database: duckdb.DuckDBPyConnection
) -> None:
    condition, query = pair
    found = decide(_book([condition]), MANY_FRAME, DAY)
    told = database.execute(f"select {query} from t order by i").fetchall()  # noqa: S608 - made here
    expected = [{True: (1, 0), False: (0, 0), None: (0, 1)}[row[0]] for row in told]
    assert list(zip(found["tier_true_0"], found["tier_unknown_0"], strict=True)) == expected


@SETTINGS
@given(
    conditions=st.lists(_conditions(_LEAF), min_size=1, max_size=4),
    hit=st.sampled_from(["first", "unique"]),
    account=ACCOUNT,
    fillings=st.lists(ACCOUNT, min_size=1, max_size=8),
)
def test_what_is_decided_stays_decided_however_missing_values_are_filled_in(
    conditions: list[str], hit: str, account: dict[str, Any], fillings: list[dict[str, Any]]
) -> None:
    filled = [{k: (f[k] if account[k] is None else account[k]) for k in account} for f in fillings]
    book = _book(conditions, hit=hit, treated=conditions[-1], added=conditions[0])
    found = decide(book, _frame([account, *filled]), DAY)
    first = found.iloc[0]
    for _, row in found.iloc[1:].iterrows():
        # a clash of rules is no missing value: it may come or go as more is known
        if first["tier"] != "MANUAL" and hit == "first":
            assert row["tier"] == first["tier"]
            if first["treatment"] != "MANUAL":
                assert row["out_tone"] == first["out_tone"]
        assert first["tier_true_0"] & ~row["tier_true_0"] == 0
        false = ~(first["tier_true_0"] | first["tier_unknown_0"])
        assert false & row["tier_true_0"] == 0


@SETTINGS
@given(
    conditions=st.lists(_conditions(st.one_of(_LEAF, _NULLS)), min_size=1, max_size=5),
    hit=st.sampled_from(["first", "unique"]),
    accounts=ACCOUNTS,
    chunk=st.integers(1, 13),
    order=st.randoms(use_true_random=False),
)
def test_neither_order_nor_company_nor_chunk_changes_a_decision(
    conditions: list[str], hit: str, accounts: list[dict[str, Any]], chunk: int, order: Any
) -> None:
    book = _book(conditions, hit=hit, treated=conditions[0], added=conditions[-1])
    rows = _frame(accounts)
    whole = decide(book, rows, DAY)
    rolled = roll_up(book, rows, whole)
    pd.testing.assert_frame_equal(decide(book, rows, DAY, chunk=chunk), whole)
    places = list(range(len(rows)))
    order.shuffle(places)
    shuffled = rows.iloc[places].reset_index(drop=True)
    moved = decide(book, shuffled, DAY)
    pd.testing.assert_frame_equal(moved, whole.iloc[places].reset_index(drop=True))
    pd.testing.assert_frame_equal(
        roll_up(book, shuffled, moved), rolled.iloc[places].reset_index(drop=True)
    )
    alone = pd.concat([decide(book, rows.iloc[[i]], DAY) for i in range(len(rows))])
    pd.testing.assert_frame_equal(alone.reset_index(drop=True), whole)


@SETTINGS
@given(conditions=st.lists(_conditions(_LEAF), min_size=2, max_size=5), accounts=ACCOUNTS)
def test_a_settled_tier_is_what_every_filling_in_of_small_values_gives(
    conditions: list[str], accounts: list[dict[str, Any]]
) -> None:
    """Settling may only name a rule whose result no completion contradicts."""
    book = _book(conditions)
    for account in accounts:
        missing = [k for k, v in account.items() if v is None]
        if len(missing) != 1:
            continue
        name = missing[0]
        choices: dict[str, list[Any]] = {
            "a": list(range(6)), "b": list(range(-5, 6)), "m": [-100, 0, 1, 100, 250],
            "n": [-250, 0, 25, 101], "r": [0, 2500, 2501, 25000], "h": [False, True],
            "p": ["x", "y", "z"], "d": [date(2026, 1, i) for i in range(1, 7)],
        }  # fmt: skip
        rows = [account, *({**account, name: value} for value in choices[name])]
        found = decide(book, _frame(rows), DAY)
        if found["tier"].iloc[0] != "MANUAL":
            assert set(found["tier"]) == {found["tier"].iloc[0]}


_BASE = BOOK.format(
    rules='    - {id: r0, when: "a > 1", tier: A}', hit="first", treated="h", added="h"
)


def _damaged(at: int, cut: int, text: str) -> bytes:
    return (_BASE[:at] + text + _BASE[at + cut :]).encode("utf-8", "replace")


@settings(max_examples=80, deadline=None)
@given(
    data=st.one_of(
        st.binary(max_size=200),
        st.text(max_size=200).map(str.encode),
        st.builds(
            _damaged,
            st.integers(0, len(_BASE)), st.integers(0, 40),
            st.text("abhmprd0123456789.,:;'\"()[]{}<>=|@#-+*/ \n＞（，null", max_size=12),
        ),
    )
)  # fmt: skip
def test_any_bytes_give_a_rulebook_or_problems(data: bytes) -> None:
    found, problems = read_rulebook({"rules.yaml": data}, DICTIONARY)
    assert (found is None) == any(p.level is Level.ERROR for p in problems)


@settings(max_examples=80, deadline=None)
@given(text=st.text("abmrhpd0129.,'()[]<>=@-+*/ \nnotandoris", max_size=40))
def test_any_text_as_a_condition_gives_a_rulebook_or_problems(text: str) -> None:
    folded = text.replace("\n", "\n        ")
    book = BOOK.format(
        rules="    - id: r0\n      tier: A\n      when: |\n        a > 1 and\n        " + folded,
        hit="first", treated="h", added="h",
    )  # fmt: skip
    found, problems = read_rulebook({"rules.yaml": book.encode()}, DICTIONARY)
    assert (found is None) == any(p.level is Level.ERROR for p in problems)
    if found is not None:
        decide(found, _frame([dict.fromkeys("abmnrhpd")]), DAY)
