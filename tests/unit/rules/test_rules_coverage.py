"""How much of a rulebook its cases test."""

from datetime import date
from itertools import product
from pathlib import Path

import pytest
from conftest import Call
from rulebooks import ROOT, MakeRulebook

from collectctl.columns import Dictionary
from collectctl.problems import Span
from collectctl.rules.casebook.case import Case, Expected
from collectctl.rules.casebook.coverage import Coverage, coverage, fraction
from collectctl.rules.casebook.goals import Sort, rule_of, words
from collectctl.rules.casebook.reader import read_cases
from collectctl.rules.casebook.report import Report
from collectctl.rules.explain import Held
from collectctl.rules.proof.witness import Witnesses
from collectctl.rules.rulebook import Rulebook

DAY = date(2026, 11, 20)


def case(**account: Held) -> Case:
    return Case(
        name="c", as_of=DAY, account={"currency": "CNY", "hardship": False, **account},
        expected=Expected(), span=Span(file="t.yaml"),
    )  # fmt: skip


def met(found: Coverage, rule: str) -> set[str]:
    return {words(found.program, g) for g in found.met if rule_of(found.program, g).id == rule}


def report_of(book: Rulebook, *cases: Case) -> Report:
    found = coverage(book, cases, DAY)
    return Report.of(found, Witnesses(found.program).can_occur)


def test_a_boundary_is_tested_where_the_column_has_that_value_and_the_test_decides(
    rulebook: MakeRulebook,
) -> None:
    book = rulebook(
        tiers="  rules:\n    - {id: B, when: days >= 30 and score < 500, tier: B}\n"
        "    - {id: A, when: days < 30, tier: A}\n  otherwise: C"
    )
    assert "days = 30" in met(coverage(book, [case(days=30, score=1)], DAY), "B")
    assert "days = 30" not in met(coverage(book, [case(days=30, score=500)], DAY), "B")
    assert "days = 30" not in met(coverage(book, [case(days=31, score=1)], DAY), "B")
    assert "days = 30" not in met(coverage(book, [case(days=30)], DAY), "B")


def test_a_test_that_decides_is_one_whose_opposite_would_turn_the_rule(
    rulebook: MakeRulebook,
) -> None:
    book = rulebook(
        tiers="  rules:\n    - {id: B, when: hardship or product = 'gold', tier: B}\n"
        "    - {id: A, when: not (hardship or product = 'gold'), tier: A}\n  otherwise: C"
    )
    both = coverage(book, [case(hardship=True, product="gold")], DAY)
    assert met(both, "B") == {"the rule is reached"}
    one = coverage(book, [case(hardship=True, product="silver")], DAY)
    assert met(one, "B") == {"the rule is reached", "hardship is true and decides"}
    none = coverage(book, [case(hardship=False, product="silver")], DAY)
    assert met(none, "B") == {
        "hardship is false and decides", "product = gold is false and decides"
    }  # fmt: skip


def test_a_rule_that_is_not_asked_is_not_tested(rulebook: MakeRulebook) -> None:
    book = rulebook(
        treatments="  rules:\n    - {id: help, when: hardship, then: {tone: soft}}\n"
        "    - {id: hard, when: days > 20, then: {tone: hard}}\n  otherwise: {tone: none}"
    )
    assert met(coverage(book, [case(hardship=True, days=21)], DAY), "hard") == set()
    assert "days = 21" in met(coverage(book, [case(hardship=False, days=21)], DAY), "hard")


def test_what_is_declared_for_the_unknown_is_part_of_a_rule(rulebook: MakeRulebook) -> None:
    book = rulebook(
        tiers="  rules:\n    - {id: B, when: days > 9 and score < 500, tier: B, "
        "on_unknown: match, because: x}\n    - {id: A, when: days <= 9, tier: A}\n  otherwise: C"
    )
    assert "days = 10" in met(coverage(book, [case(days=10)], DAY), "B")


def test_an_amount_has_a_boundary_in_each_currency_in_its_smallest_unit(
    rulebook: MakeRulebook,
) -> None:
    book = rulebook(
        more="parameters:\n  big: {title: Big, type: money, values: [{from: 2024-01-01, value: "
        "100.00, source: s, verified: house}, {from: 2024-01-01, value: 2000, currency: JPY, "
        "source: s, verified: house}]}",
        tiers="  rules:\n    - {id: B, when: balance >= @big, tier: B}\n"
        "    - {id: A, when: balance < @big, tier: A}\n  otherwise: C",
    )
    nothing = coverage(book, [case()], DAY)
    texts = {words(nothing.program, g) for g in nothing.left}
    assert {t for t in texts if "=" in t and ">=" not in t and t.startswith("balance")} == {
        "balance = 99.99 CNY", "balance = 100.00 CNY", "balance = 1999 JPY", "balance = 2000 JPY",
    }  # fmt: skip
    found = coverage(book, [case(currency="JPY", balance=1999)], DAY)
    assert {"balance = 1999 JPY"} == {t for t in met(found, "B") if t.endswith("JPY")}


def test_what_no_account_can_show_is_told_apart_and_not_counted(rulebook: MakeRulebook) -> None:
    book = rulebook(
        tiers="  rules:\n    - {id: A, when: 'days = 0', tier: A}\n"
        "    - {id: B, when: 'days > 0', tier: B}\n  otherwise: C",
        treatments="  rules:\n    - {id: help, when: hardship, then: {tone: soft}}\n"
        "    - {id: hard, when: tier = 'B' and days > 0, then: {tone: hard}}\n"
        "  otherwise: {tone: none}",
    )
    report = report_of(
        book, case(days=0), case(days=1), case(days=0, hardship=True), case(days=1, hardship=True)
    )
    assert report.left == ()
    assert list(report.counts()) == [
        "rules reached: 4 of 4 (100.0 %)",
        "boundaries tested: 5 of 5 (100.0 %); 2 that no account reaches",
        "tests that decide, each way: 8 of 8 (100.0 %); 2 that no account reaches",
    ]
    assert list(report.impossible())[-1] == (
        "no account reaches, rule 'hard', line 21: days = 0; days >= 1 is false and decides; "
        "tier = B is false and decides"
    )


def test_only_the_cases_of_the_day_count(rulebook: MakeRulebook) -> None:
    assert coverage(rulebook(), [case(days=0)], date(2026, 1, 1)).met == frozenset()


@pytest.mark.parametrize(
    ("found", "of", "said"),
    [(37, 40, "37 of 40 (92.5 %)"), (1999, 2000, "1999 of 2000 (99.9 %)"),
     (3, 3, "3 of 3 (100.0 %)"), (0, 0, "0 of 0 (100.0 %)")],
)  # fmt: skip
def test_a_share_is_never_rounded_up(found: int, of: int, said: str) -> None:
    assert fraction(found, of) == said


def test_the_starters_cases_reach_every_rule(starter: tuple[Rulebook, Dictionary]) -> None:
    text = (ROOT / "config/rules/tests.yaml").read_bytes()
    cases, _ = read_cases({"rules/tests.yaml": text}, starter[0])
    found = coverage(starter[0], cases, DAY)
    assert [words(found.program, g) for g in found.left if g.sort is Sort.RULE] == []


def test_prover_and_evaluator_agree_on_what_can_be_reached(rulebook: MakeRulebook) -> None:
    book = rulebook(
        tiers="  rules:\n    - {id: A, when: days <= 2 and (hardship or score > 1), tier: A, "
        "on_unknown: no_match, because: x}\n    - {id: B, when: days > 1 or score is null, "
        "tier: B}\n  otherwise: C",
        treatments="  rules:\n    - {id: help, when: hardship and days > 1, then: {tone: soft}}\n"
        "    - {id: hard, when: \"tier in ('B', 'MANUAL') and days >= 1\", then: {tone: hard}}\n"
        "  otherwise: {tone: none}",
    )
    values: list[tuple[Held, ...]] = [(None, 0, 1, 2, 3), (None, 0, 1, 2, 3), (None, True, False)]
    cases = [case(days=d, score=s, hardship=h) for d, s, h in product(*values)]
    found = coverage(book, cases, DAY)
    prover = Witnesses(found.program)
    wrong = [
        (words(found.program, g), g in found.met)
        for g in found.goals
        if prover.can_occur(g) is not (g in found.met)
    ]
    assert wrong == []


def test_the_command_says_how_much_is_tested_and_what_is_left(project: Path, call: Call) -> None:
    said = call("rules", "test", "--project", project, "--coverage")
    assert said.code == 0
    assert said.out.splitlines()[:2] == ["as of 2026-11-20", "rules reached: 24 of 24 (100.0 %)"]
    assert (
        "rules/overdue.yaml:68:11: note[case-wanted]: rule 'pre-legal' is not wholly tested: "
        "balance = 1399.99 USD; balance = 10999.99 HKD; balance = 11000.00 HKD\n"
    ) in said.err
    said = call("rules", "test", "--project", project, "--coverage", "--format", "github")
    assert said.out.startswith("::notice file=config/rules/overdue.yaml,line=40,col=5,")
