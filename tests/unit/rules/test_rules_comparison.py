"""Two rulebooks on the same accounts: counts and money that tie out, and which way they move."""

from datetime import date

import pandas as pd
import pytest
from rulebooks import MakeFrame, MakeRulebook

from collectctl.rules.comparison import Comparison, Decided, compare, totals_of
from collectctl.rules.decide import decide
from collectctl.rules.rulebook import Rulebook

DAY = date(2026, 11, 20)
SHIFTED = """  rules:
    - {id: A, when: 'days <= 5', tier: A}
    - {id: B, when: 'days in [6..30]', tier: B}
  otherwise: C"""
CAREFUL = """  rules:
    - {id: A, when: 'days = 0 and score > 100', tier: A}
    - {id: B, when: 'days in [1..30]', tier: B}
  otherwise: C"""
FIRMER = """  rules:
    - {id: help, when: hardship, on_unknown: no_match, because: told, then: {tone: soft}}
    - {id: hard, when: "tier = 'C'", then: {tone: hard, document: final}}
    - {id: soft, when: "tier = 'B'", then: {tone: hard, document: final}}
  otherwise: {tone: none}"""


def compared(old: Rulebook, new: Rulebook, frame: pd.DataFrame) -> Comparison:
    sides = [Decided(rulebook=b, decisions=decide(b, frame, DAY)) for b in (old, new)]
    return compare(sides[0], sides[1], frame)


@pytest.fixture
def accounts(frame: MakeFrame) -> pd.DataFrame:
    return frame(
        {"days": 0, "balance": 100},
        {"days": 3, "balance": 250},
        {"days": 3, "balance": 250, "currency": "JPY"},
        {"days": 31, "balance": -7},
        {"days": 40},
    )


def test_a_matrix_counts_accounts_and_money_of_each_currency(
    rulebook: MakeRulebook, accounts: pd.DataFrame
) -> None:
    found = compared(rulebook(), rulebook(tiers=SHIFTED), accounts)
    said = {pair: (a.accounts, a.money) for pair, a in found.tiers.items()}
    assert said == {
        ("A", "A"): (1, {"CNY": 100}),
        ("B", "A"): (2, {"CNY": 250, "JPY": 250}),
        ("C", "C"): (2, {"CNY": -7}),
    }
    assert found.moves == 2
    assert found.moved.tolist() == [False, True, True, False, False]
    assert found.tier_direction("B", "A") == "gentler"
    assert found.tier_direction("A", "B") == "harsher"


def test_all_cells_add_up_to_the_export_to_the_last_minor_unit(
    rulebook: MakeRulebook, frame: MakeFrame
) -> None:
    large = 2**53 - 1
    rows = frame(*({"days": i % 40, "balance": large - i} for i in range(3_000)))
    found = compared(rulebook(), rulebook(tiers=SHIFTED), rows)
    assert found.total == totals_of(rows, found.new)
    assert found.total.money == {"CNY": sum(large - i for i in range(3_000))}


def test_a_rulebook_moves_nobody_against_itself(
    rulebook: MakeRulebook, accounts: pd.DataFrame
) -> None:
    found = compared(rulebook(), rulebook(), accounts)
    assert found.moves == 0
    assert all(a == b for a, b in found.tiers)


def test_an_account_that_nobody_can_decide_any_more_goes_to_a_person(
    rulebook: MakeRulebook, accounts: pd.DataFrame
) -> None:
    found = compared(rulebook(), rulebook(tiers=CAREFUL), accounts)
    assert ("A", "MANUAL") in found.tiers
    assert found.tier_direction("A", "MANUAL") == "to a person"
    assert found.tier_direction("MANUAL", "A") == "from a person"


def test_a_treatment_of_one_name_that_says_something_else_moves_its_accounts(
    rulebook: MakeRulebook, accounts: pd.DataFrame
) -> None:
    found = compared(rulebook(), rulebook(treatments=FIRMER), accounts)
    assert found.moves == 2
    assert {t: a.accounts for t, a in found.reworded.items()} == {"soft": 2}
    assert found.treatment_direction("soft", "soft") == "harsher"


def test_no_accounts_give_an_empty_comparison(rulebook: MakeRulebook, frame: MakeFrame) -> None:
    found = compared(rulebook(), rulebook(tiers=SHIFTED), frame())
    assert (found.moves, found.cells, found.total.accounts) == (0, (), 0)


def test_tiers_that_the_books_order_in_opposite_ways_are_neither_harsher_nor_gentler(
    rulebook: MakeRulebook, accounts: pd.DataFrame
) -> None:
    new = rulebook()
    turned = Rulebook(**{**vars(new), "tiers": ("C", "B", "A")})
    found = compared(new, turned, accounts)
    assert found.tier_direction("A", "B") == "other"
