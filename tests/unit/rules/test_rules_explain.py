"""Why one account is where it is, in both languages."""

from collections.abc import Callable
from datetime import date

from collectctl.columns import Dictionary
from collectctl.rules.explain import Held, because
from collectctl.rules.rulebook import Rulebook

MakeRulebook = Callable[..., Rulebook]
DAY = date(2026, 11, 20)


def test_the_tests_that_carried_the_decision_are_told_with_values_and_sources(
    starter: tuple[Rulebook, Dictionary],
) -> None:
    found = because(
        starter[0], DAY,
        {"currency": "CNY", "days_past_due": 45, "balance": 970000, "credit_limit": 1000000,
         "credit_score": 700, "broken_promises_6m": 0, "hardship": False, "contactable": True},
    )  # fmt: skip
    assert (found.tier, found.tier_rule, found.treatment) == ("M2-H", "M2-H", "firm")
    assert [t.en for t in found.tests] == [
        "days_past_due in [31..60] (Days past due 45)",
        "utilisation >= @high_utilisation (Utilisation 0.9700; @high_utilisation = 0.95, "
        "2024-01-01, 示例值，由本行催收策略岗确定, the bank's own choice)",
        "tier in ('M2-H', 'M3-L', 'M3-H') (tier M2-H)",
    ]
    assert found.tests[0].zh_CN == "days_past_due in [31..60]（逾期天数 45）"
    assert found.missing == ()


def test_what_could_not_be_decided_names_the_test_and_what_is_missing(
    starter: tuple[Rulebook, Dictionary],
) -> None:
    found = because(
        starter[0], DAY,
        {"currency": "EUR", "days_past_due": 130, "balance": 970000, "hardship": False},
    )  # fmt: skip
    assert (found.tier, found.treatment, found.missing) == ("M5", "MANUAL", ("currency",))
    assert found.tests[-1].en == (
        "unknown: balance >= @legal_balance (Total owed 9,700.00; @legal_balance = -, EUR)"
    )


def test_rules_that_say_what_holds_when_they_are_unknown_are_told_with_their_reason(
    starter: tuple[Rulebook, Dictionary],
) -> None:
    row: dict[str, Held] = {"currency": "CNY", "days_past_due": 70, "balance": 1, "hardship": None}
    found = because(starter[0], DAY, row)
    assert (found.tier, found.treatment) == ("M3-L", "firm")
    told = dict(found.defaults)
    assert list(told) == ["M3-H", "M3-L", "care", "visit"]
    assert told["M3-L"].en == (
        "unknown, taken as matching (on_unknown: match): 61 to 90 days overdue, no sign of high "
        "risk (what is missing is not held against anyone)"
    )
    assert told["care"].zh_CN == (
        "不能判定，按不适用处理 (on_unknown: no_match)："
        "困难客户，先了解情况、商量办法（标识缺失时不推定）"
    )


def test_a_rule_after_the_one_that_decides_was_not_asked(rulebook: MakeRulebook) -> None:
    treatments = """  rules:
    - {id: help, when: days > 5, then: {tone: soft}}
    - {id: two, when: hardship, on_unknown: match, because: told, then: {tone: hard}}
  otherwise: {tone: none}"""
    book = rulebook(treatments=treatments)
    assert because(book, DAY, {"days": 9, "currency": "CNY"}).defaults == ()
    ((rule, why),) = because(book, DAY, {"days": 3, "currency": "CNY"}).defaults
    assert (rule, why.en) == ("two", "unknown, taken as matching (on_unknown: match): told")


def test_a_test_that_failed_and_a_missing_value_are_told_as_such(
    starter: tuple[Rulebook, Dictionary],
) -> None:
    found = because(starter[0], DAY, {"days_past_due": 5, "credit_score": 900, "balance": 1})
    lines = [t.en for t in found.tests]
    assert any(
        line.startswith("unknown: broken_promises_6m") and "missing" in line for line in lines
    )
    assert any(t.zh_CN.startswith("不能判定：utilisation") for t in found.tests)


def test_dates_enums_and_negations_are_worded(rulebook: MakeRulebook) -> None:
    book = rulebook(
        tiers="  rules:\n    - {id: A, when: \"not (product = 'gold' or due < date '2026-01-01') "
        'and memo is not null", tier: A}\n  otherwise: C'
    )
    row: dict[str, Held] = {
        "product": "silver",
        "due": date(2026, 5, 1),
        "memo": "x",
        "currency": "CNY",
    }
    found = because(book, DAY, row)
    assert [t.en for t in found.tests] == [
        "not so: product = 'gold' (product silver)",
        "not so: due < date '2026-01-01' (due 2026-05-01)",
        "memo is not null (memo present)",
    ]
