"""What becomes of accounts: hit policies, missing values, currencies, exact numbers."""

from collections.abc import Callable
from datetime import date

import pandas as pd
import pytest

from collectctl.problems import ConfigError
from collectctl.rules.decide import decide
from collectctl.rules.rulebook import Rulebook

MakeRulebook = Callable[..., Rulebook]
MakeFrame = Callable[..., pd.DataFrame]
DAY = date(2026, 11, 20)


def _tiers(*rules: str, otherwise: str = "C") -> str:
    lines = "\n".join(f"    - {{{rule}}}" for rule in rules)
    return f"  rules:\n{lines}\n  otherwise: {otherwise}"


def _column(decisions: pd.DataFrame, name: str) -> list[object]:
    return [None if pd.isna(v) else v for v in decisions[name]]


def test_each_account_gets_a_tier_a_treatment_and_what_the_treatment_says(
    rulebook: MakeRulebook, frame: MakeFrame
) -> None:
    rows = frame({"days": 0}, {"days": 5}, {"days": 99}, {"days": 5, "hardship": True})
    found = decide(rulebook(), rows, DAY)
    assert _column(found, "tier") == ["A", "B", "C", "B"]
    assert _column(found, "tier_rule") == ["A", "B", "otherwise", "B"]
    assert _column(found, "treatment") == ["otherwise", "soft", "hard", "help"]
    assert _column(found, "out_tone") == ["none", "soft", "hard", "soft"]
    assert _column(found, "out_document") == [None, "note", "final", None]
    assert _column(found, "missing") == [None] * 4


def test_an_account_that_cannot_be_decided_is_manual_with_the_missing_columns_named(
    rulebook: MakeRulebook, frame: MakeFrame
) -> None:
    found = decide(rulebook(), frame({"days": None}), DAY)
    assert _column(found, "tier") == ["MANUAL"]
    assert _column(found, "tier_rule") == [None]
    assert _column(found, "treatment") == ["MANUAL"]
    assert _column(found, "out_tone") == [None]
    assert _column(found, "missing") == ["days"]
    assert _column(found, "because_zh_CN") == ["无法判定规则 A、B；缺少：天数"]
    assert _column(found, "because_en") == ["rules A, B cannot be decided; missing: Days"]


def test_a_false_part_decides_whatever_else_is_missing(
    rulebook: MakeRulebook, frame: MakeFrame
) -> None:
    book = rulebook(
        tiers=_tiers("id: A, when: 'days > 60 and score < 600', tier: A", "id: B, when: days > 60 "
                     "and score >= 600, tier: B")
    )  # fmt: skip
    found = decide(book, frame({"days": 10}, {"days": 70}), DAY)
    assert _column(found, "tier") == ["C", "MANUAL"]
    assert _column(found, "missing") == [None, "score"]


def test_a_declared_default_for_unknown_is_taken_and_the_trace_keeps_the_doubt(
    rulebook: MakeRulebook, frame: MakeFrame
) -> None:
    book = rulebook(
        tiers=_tiers(
            "id: A, when: score < 600, tier: A, on_unknown: no_match, because: agreed",
            "id: B, when: score >= 600, tier: B, on_unknown: match, because: agreed",
        )
    )
    found = decide(book, frame({"score": None}, {"score": 5}), DAY)
    assert _column(found, "tier") == ["B", "A"]
    assert _column(found, "tier_true_0") == [0, 1]
    assert _column(found, "tier_unknown_0") == [3, 0]


def test_a_true_rule_wins_over_unknown_ones_where_only_one_can_be_true(
    rulebook: MakeRulebook, frame: MakeFrame
) -> None:
    book = rulebook(
        tiers=_tiers("id: A, when: score < 1, tier: A", "id: B, when: days = 0, tier: B")
    )
    assert _column(decide(book, frame({"days": 0}), DAY), "tier") == ["B"]


def test_two_true_rules_with_different_results_send_the_account_to_a_person(
    rulebook: MakeRulebook, frame: MakeFrame
) -> None:
    book = rulebook(
        tiers=_tiers("id: A, when: days > 1, tier: A", "id: B, when: days > 5, tier: B")
    )
    found = decide(book, frame({"days": 3}, {"days": 9}), DAY)
    assert _column(found, "tier") == ["A", "MANUAL"]
    assert _column(found, "because_en")[1] == "rules A, B apply at the same time; a person decides"


def test_a_doubt_that_makes_no_difference_is_settled(
    rulebook: MakeRulebook, frame: MakeFrame
) -> None:
    book = rulebook(
        tiers=_tiers(
            "id: A1, when: days > 5 and score < 600, tier: A",
            "id: A2, when: days > 5 and score >= 600, tier: A",
            "id: B, when: days <= 5 and hardship, tier: B",
        ),
        treatments="""  rules:
    - {id: help, when: hardship, then: {tone: soft}}
    - {id: same, when: "tier = 'A'", then: {tone: soft}}
  otherwise: {tone: none}""",
    )
    found = decide(
        book, frame({"days": 9, "hardship": None}, {"days": 1, "hardship": None}), DAY
    )  # fmt: skip
    assert _column(found, "tier") == ["A", "MANUAL"]
    assert _column(found, "out_tone") == ["soft", None]
    assert _column(found, "missing") == [None, "hardship"]


def test_first_stops_at_a_rule_that_may_apply(rulebook: MakeRulebook, frame: MakeFrame) -> None:
    book = rulebook(
        treatments="""  rules:
    - {id: help, when: hardship, then: {tone: soft}}
    - {id: hard, when: days > 30, then: {tone: hard}}
    - {id: late, when: score > 1, then: {tone: hard}}
  otherwise: {tone: none}"""
    )
    rows = frame({"days": 40, "hardship": None}, {"days": 5, "score": 0}, {"days": 40})
    found = decide(book, rows, DAY)
    assert _column(found, "treatment") == ["MANUAL", "otherwise", "hard"]
    assert _column(found, "missing") == ["hardship", None, None]


def test_only_a_rule_that_names_manual_treats_such_an_account(
    rulebook: MakeRulebook, frame: MakeFrame
) -> None:
    book = rulebook(
        treatments="""  rules:
    - {id: help, when: hardship, then: {tone: soft}}
    - {id: ask, when: "tier = 'MANUAL' and score > 5", then: {tone: none}}
  otherwise: {tone: none}"""
    )
    rows = frame({"days": None, "hardship": True, "score": 1}, {"days": None, "score": 9})
    found = decide(book, rows, DAY)
    assert _column(found, "tier") == ["MANUAL", "MANUAL"]
    assert _column(found, "treatment") == ["MANUAL", "ask"]


PARAMETERS = {
    "p.yaml": """format: collectctl/1
parameters:
  big:
    title: Big
    type: money
    values:
      - {from: 2024-01-01, value: 200.00, source: S1, verified: house}
      - {from: 2024-01-01, value: 30.00, currency: USD, source: S1, verified: house}
      - {from: 2026-07-01, value: 300.00, source: S2, verified: house}
      - {from: 2027-01-01, value: 'null', source: S3, verified: house}
"""
}


def test_a_parameter_holds_from_its_day_on(rulebook: MakeRulebook, frame: MakeFrame) -> None:
    book = rulebook(PARAMETERS, tiers=_tiers("id: A, when: balance >= @big, tier: A"))
    rows = frame({"balance": 25000})
    assert _column(decide(book, rows, date(2026, 6, 30)), "tier") == ["A"]
    assert _column(decide(book, rows, date(2026, 7, 1)), "tier") == ["C"]


@pytest.mark.parametrize("day", [date(2023, 12, 31), date(2027, 1, 1)])
def test_a_parameter_that_is_not_in_force_stops_the_run(
    rulebook: MakeRulebook, frame: MakeFrame, day: date
) -> None:
    book = rulebook(PARAMETERS, tiers=_tiers("id: A, when: balance >= @big, tier: A"))
    with pytest.raises(ConfigError) as refused:
        decide(book, frame({"balance": 1}), day)
    assert [p.code for p in refused.value.problems] == ["parameter-not-in-force"]
    assert refused.value.problems[0].span is not None


def test_an_amount_says_nothing_about_another_currency(
    rulebook: MakeRulebook, frame: MakeFrame
) -> None:
    book = rulebook(
        PARAMETERS, tiers=_tiers("id: A, when: balance >= @big, tier: A", "id: B, when: balance "
                                 "< 0, tier: B")
    )  # fmt: skip
    rows = frame(
        {"balance": 5000, "currency": "USD"},
        {"balance": 2999, "currency": "USD"},
        {"balance": 99999, "currency": "JPY"},
        {"balance": -1, "currency": "JPY"},
        {"balance": 5000, "currency": None},
        {"balance": 30000, "currency": "CNY"},
    )
    found = decide(book, rows, DAY)
    # Zero is zero in every currency; money may be compared with money of its own row.
    assert _column(found, "tier") == ["A", "C", "MANUAL", "B", "MANUAL", "A"]
    assert _column(found, "missing") == [None, None, "currency", None, "currency", None]
    own = rulebook(tiers=_tiers("id: A, when: balance > 0.5 * limit, tier: A"))
    rows = frame({"balance": 51, "limit": 100, "currency": "JPY"})
    assert _column(decide(own, rows, DAY), "tier") == ["A"]


def test_a_literal_amount_equals_exactly(rulebook: MakeRulebook, frame: MakeFrame) -> None:
    book = rulebook(tiers=_tiers("id: A, when: 'balance in (19999.99, 5)', tier: A"))
    rows = frame(
        {"balance": 1999999},
        {"balance": 2000000},
        {"balance": 500},
        {"balance": 5, "currency": "JPY"},
    )
    assert _column(decide(book, rows, DAY), "tier") == ["A", "C", "A", "MANUAL"]


def test_a_derived_column_rounds_half_up_and_is_unknown_when_divided_by_zero(
    rulebook: MakeRulebook, frame: MakeFrame
) -> None:
    book = rulebook(
        more="derive: {use: {type: ratio, decimals: 1, round: half_up, value: balance / limit}}",
        tiers=_tiers("id: A, when: use >= 0.3, tier: A", "id: B, when: use < -0.2, tier: B"),
    )
    rows = frame(
        {"balance": 25, "limit": 100},
        {"balance": 24, "limit": 100},
        {"balance": -25, "limit": 100},
        {"balance": 25, "limit": 0},
        {"balance": 25},
    )
    found = decide(book, rows, DAY)
    assert _column(found, "tier") == ["A", "C", "B", "MANUAL", "MANUAL"]
    assert _column(found, "missing") == [None, None, None, "use", "limit"]


def test_a_column_may_declare_what_a_missing_value_counts_as(
    rulebook: MakeRulebook, frame: MakeFrame
) -> None:
    book = rulebook(tiers=_tiers("id: A, when: visits < 1, tier: A"))
    assert _column(decide(book, frame({}, {"visits": 2}), DAY), "tier") == ["A", "C"]


def test_dates_lists_text_and_null_tests(rulebook: MakeRulebook, frame: MakeFrame) -> None:
    book = rulebook(
        tiers=_tiers(
            "id: A, when: \"product in ('gold', '惠农卡') and due < date '2026-01-31'\", tier: A",
            "id: B, when: memo is null and product = 'silver', tier: B",
        )
    )
    rows = frame(
        {"product": "惠农卡", "due": date(2026, 1, 30)},
        {"product": "gold", "due": date(2026, 1, 31)},
        {"product": "silver"},
        {"product": "silver", "memo": "x"},
        {"product": None, "memo": "x", "due": date(2027, 1, 1)},
    )
    assert _column(decide(book, rows, DAY), "tier") == ["A", "C", "B", "C", "C"]


def test_add_ons_collect_and_an_undecided_one_is_withheld_and_listed(
    rulebook: MakeRulebook, frame: MakeFrame
) -> None:
    book = rulebook(
        more="""addons:
  hit: collect
  rules:
    - {id: g, when: "treatment = 'hard'", document: guarantor}
    - {id: s, when: score < 5, document: score-note}
    - {id: m, when: "tier = 'C'", document: guarantor}"""
    )
    rows = frame({"days": 99, "score": 1}, {"days": 99}, {"days": 3, "score": 9}, {"score": 1})
    found = decide(book, rows, DAY)
    assert _column(found, "addons") == ["guarantor,score-note", "guarantor", None, None]
    assert _column(found, "addons_withheld") == [None, "s", None, None]
    assert _column(found, "missing")[1] == "score"


def test_the_trace_keeps_more_rules_than_one_word_holds(
    rulebook: MakeRulebook, frame: MakeFrame
) -> None:
    rules = [f"id: r{i}, when: days = {i}, tier: B" for i in range(130)]
    found = decide(
        rulebook(tiers=_tiers(*rules)), frame({"days": 0}, {"days": 64}, {"days": 129}), DAY
    )
    assert [_column(found, f"tier_true_{i}") for i in range(3)] == [
        [1, 0, 0], [0, 2, 0], [0, 0, 8],
    ]  # fmt: skip
    assert _column(found, "tier_rule") == ["r0", "r64", "r129"]


def test_a_ruleset_is_not_used_before_its_day(rulebook: MakeRulebook, frame: MakeFrame) -> None:
    book = rulebook(more="effective: {from: 2026-12-01}")
    with pytest.raises(ConfigError, match="ruleset-not-in-force"):
        decide(book, frame({"days": 1}), DAY)


def test_no_accounts_give_no_decisions(rulebook: MakeRulebook, frame: MakeFrame) -> None:
    found = decide(rulebook(), frame({"days": 1}).iloc[:0], DAY)
    assert len(found) == 0
    assert "out_tone" in found


def test_the_longest_condition_allowed_is_evaluated(
    rulebook: MakeRulebook, frame: MakeFrame
) -> None:
    long = " + ".join(["score"] * 190)
    book = rulebook(
        tiers=_tiers(
            f"id: A, when: {long} > 380, tier: A",
            "id: B, when: " + "(" * 30 + "days = 0" + ")" * 30 + ", tier: B",
        )
    )
    found = decide(book, frame({"score": 2, "days": 1}, {"score": 3, "days": 1}), DAY)
    assert _column(found, "tier") == ["C", "A"]


def test_a_thousand_rules_are_decided(rulebook: MakeRulebook, frame: MakeFrame) -> None:
    rules = [f"id: r{i}, when: days = {i} and score > {i}, tier: B" for i in range(1000)]
    found = decide(rulebook(tiers=_tiers(*rules)), frame({"days": 999, "score": 1000}), DAY)
    assert _column(found, "tier_rule") == ["r999"]
