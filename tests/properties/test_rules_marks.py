"""Marks of customers: the night against a slow reference, proofs against random customers."""

from collections.abc import Sequence
from datetime import date
from itertools import product

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rulebooks import ROOT

from collectctl.columns import ARROW_TYPES, Dictionary, read_dictionary, to_frame
from collectctl.rules.decide import decide
from collectctl.rules.marks import lenders, pooled
from collectctl.rules.proof import prove
from collectctl.rules.rollup import roll_up
from collectctl.rules.rulebook import Rulebook, read_rulebook

DAY = date(2026, 11, 20)
COLUMNS = """format: collectctl/1
columns:
  account_id: {type: text, required: true}
  customer_id: {type: text}
  days: {type: int, unit: days, required: true, min: 0, max: 5}
  hardship: {type: bool}
  insured: {type: bool, if_missing: {value: 'true', because: drawn}}
"""
RULES = """format: collectctl/1
ruleset: drawn
title: Drawn
version: '1'
currency: CNY
scorecards:
  points:
    title: Points
    editions:
      - from: 2024-01-01
        source: drawn
        verified: house
        table: |
          column   | value   | points
          hardship | true    | 1
          hardship | false   | 2
          hardship | is null | 4
          insured  | true    | 10
          insured  | false   | 20
segments: {needy: hardship and not insured}
outputs:
  tone: {type: enum, values: [none, soft, hard], order: true}
tiers:
  order: [A, B]
  hit: unique
  rules:
    - {id: A, when: 'days <= 2 or points < 12', tier: A}
    - {id: B, when: 'days > 2 and points >= 12', tier: B}
  otherwise: MANUAL
treatments:
  hit: first
  rules:
    - {id: needy, when: needy, then: {tone: soft}}
    - {id: late, when: "tier = 'B'", then: {tone: hard}}
  otherwise: {tone: none}
customer: {key: customer_id, grade: hardest, lead: hardest, manual: apart,
           marks: {hardship: any, insured: all}}
"""
Account = tuple[str | None, int, bool | None, bool | None]
ACCOUNTS = st.tuples(
    st.sampled_from([None, "x", "y", "z"]), st.integers(0, 5),
    st.sampled_from([True, False, None]), st.sampled_from([True, False, None]),
)  # fmt: skip


def _dictionary() -> Dictionary:
    found, problems = read_dictionary(COLUMNS.encode(), "columns.yaml")
    assert found is not None, problems
    return found


def _rulebook(text: str = RULES) -> Rulebook:
    found, problems = read_rulebook({"rules.yaml": text.encode()}, DICTIONARY)
    assert found is not None, problems
    return found


DICTIONARY = _dictionary()
BOOK = _rulebook()
ALONE = _rulebook(RULES.replace("marks: {hardship: any, insured: all}", "marks: {}"))


def _frame(accounts: Sequence[Account]) -> pd.DataFrame:
    names = ("customer_id", "days", "hardship", "insured")
    columns = {
        name: pa.array([a[i] for a in accounts], ARROW_TYPES[DICTIONARY[name].type])
        for i, name in enumerate(names)
    }
    ids = pa.array([f"{i:03}" for i in range(len(accounts))], pa.string())
    return to_frame(pa.table({"account_id": ids, **columns}))


def _any(values: list[bool | None]) -> bool | None:
    return True if True in values else None if None in values else False


def _all(values: list[bool | None]) -> bool | None:
    return False if False in values else None if None in values else True


def _slowly(accounts: Sequence[Account]) -> list[Account]:
    """The accounts with the values of their customers, one after the other."""
    found = []
    for account in accounts:
        customer, days, *_ = account
        others = [account] if customer is None else [a for a in accounts if a[0] == customer]
        found.append((customer, days, _any([a[2] for a in others]), _all([a[3] for a in others])))
    return found


@settings(max_examples=150, deadline=None)
@given(st.lists(ACCOUNTS, max_size=9))
def test_an_account_is_graded_as_if_it_had_the_values_of_its_customer(
    accounts: list[Account],
) -> None:
    night = decide(BOOK, pooled(BOOK, _frame(accounts)), DAY)
    one_by_one = [decide(ALONE, _frame([a]), DAY) for a in _slowly(accounts)]
    expected = pd.concat(one_by_one, ignore_index=True) if one_by_one else night.iloc[:0]
    pd.testing.assert_frame_equal(night, expected)


@pytest.mark.parametrize("size", [1, 2, 3])
def test_the_values_of_all_customers_of_a_few_accounts(size: int) -> None:
    states = list(product([True, False, None], repeat=2))
    accounts: list[Account] = [
        (str(n), 0, state[0], state[1])
        for n, customer in enumerate(product(states, repeat=size))
        for state in customer
    ]
    found = pooled(BOOK, _frame(accounts))
    values = list(zip(found["hardship"].tolist(), found["insured"].tolist(), strict=True))
    known = [tuple(None if v is pd.NA else v for v in row) for row in values]
    assert known == [a[2:] for a in _slowly(accounts)]


@settings(max_examples=100, deadline=None)
@given(st.lists(ACCOUNTS.map(lambda a: ("x", *a[1:])), min_size=1, max_size=5), st.data())
def test_the_account_that_is_named_has_the_value_and_none_is_where_all_have_it(
    accounts: list[Account], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(accounts) - 1))
    own = _slowly(accounts)[at][2:]
    for place, name in enumerate(("hardship", "insured")):
        lender = lenders(BOOK, _frame(accounts), at)[name]
        values = [a[2 + place] for a in accounts]
        if lender is None:
            assert set(values) == {own[place]}
        else:
            assert values[int(lender)] is own[place]
            assert int(lender) == at or values[at] is not own[place]


def test_rows_in_another_order_and_an_index_of_their_own_change_nothing() -> None:
    frame = _frame([("x", 1, None, True), ("y", 2, False, None), ("x", 3, True, False)])
    found = pooled(BOOK, frame.iloc[::-1])
    assert found.index.tolist() == [2, 1, 0]
    assert found["hardship"].tolist() == [True, False, True]
    assert found["insured"].isna().tolist() == [False, True, False]
    assert frame["hardship"].isna().tolist() == [True, False, False]
    assert pooled(ALONE, frame) is frame
    assert pooled(BOOK, frame.drop(columns=["hardship", "insured"])).equals(
        frame.drop(columns=["hardship", "insured"])
    )


def _starter() -> Rulebook:
    folder = ROOT / "config"
    dictionary, problems = read_dictionary((folder / "columns.yaml").read_bytes(), "columns.yaml")
    assert dictionary is not None, problems
    names = ("rules/overdue.yaml", "rules/parameters.yaml")
    found, problems = read_rulebook({n: (folder / n).read_bytes() for n in names}, dictionary)
    assert found is not None, problems
    return found


STARTER = _starter()
NEAR = st.sampled_from([0, 1, 3, 4, 30, 31, 60, 61, 90, 91, 120, 121, 180, 181])
CARD = st.fixed_dictionaries(
    {
        "days_past_due": NEAR,
        "hardship": st.sampled_from([True, False, None]),
        "contactable": st.sampled_from([True, False, None]),
        "credit_score": st.sampled_from([None, 300, 900]),
        "balance": st.sampled_from([0, 100_00, 2_000_000]),
        "minimum_due": st.sampled_from([None, 0, 100]),
        "credit_limit": st.sampled_from([None, 0, 3_000_000]),
        "broken_promises_6m": st.sampled_from([0, 5]),
        "currency": st.sampled_from(["CNY", "USD", "EUR"]),
    }
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(CARD, min_size=1, max_size=4), min_size=1, max_size=8))
def test_what_is_proved_of_customers_holds_for_customers_of_many_accounts(
    customers: list[list[dict[str, object]]],
) -> None:
    rows = [{**c, "customer_id": str(n)} for n, cards in enumerate(customers) for c in cards]
    kinds = {n: ARROW_TYPES[STARTER.dictionary[n].type] for n in rows[0]}
    columns = {n: pa.array([r[n] for r in rows], kind) for n, kind in kinds.items()}
    ids = pa.array([str(i) for i in range(len(rows))])
    frame = pooled(STARTER, to_frame(pa.table({"account_id": ids, **columns})))
    leads = roll_up(STARTER, frame, decide(STARTER, frame, DAY))["lead"].tolist()
    hardship = {r["customer_id"] for r in rows if r["hardship"] is True}
    for row, lead in zip(rows, leads, strict=True):
        tone = STARTER.then(lead).get("tone")
        assert not (row["customer_id"] in hardship and tone in ("firm", "legal"))


def test_the_promise_of_customers_in_hardship_is_proved_of_the_starter() -> None:
    assert [p.of_customer for p in STARTER.policies.never if p.id == "P1"] == [True]
    assert prove(STARTER) == ()
