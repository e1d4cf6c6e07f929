"""What is promised of a customer, whichever of the accounts leads."""

import pytest
from rulebooks import ROOT, MakeRulebook

from collectctl.columns import Dictionary
from collectctl.problems import Problem
from collectctl.rules.proof import prove
from collectctl.rules.rulebook import Rulebook, read_rulebook

NEVER = """never:
  - {id: P, say: nobody in hardship is treated hard, of: customer,
     if: "hardship is not null and hardship and tone = 'hard'"}
"""
HELP = (
    "    - {id: help, when: 'hardship and days > 5', on_unknown: no_match, because: t, "
    "then: {tone: soft}}"
)
HARD = "    - {id: hard, when: days > 90, then: {tone: hard}}"


def policies(book: Rulebook) -> list[Problem]:
    return [p for p in prove(book) if p.code.startswith("policy")]


def test_an_account_that_is_spared_does_not_spare_the_others(rulebook: MakeRulebook) -> None:
    treatments = f"  rules:\n{HELP}\n{HARD}\n  otherwise: {{tone: none}}"
    (found,) = policies(rulebook(treatments=treatments, more=NEVER))
    assert found.code == "policy-broken"
    assert found.message == (
        "'P' (nobody in hardship is treated hard) is broken for a customer: an account with "
        "(days = 0, hardship = true) is treated by 'hard' of another with "
        "(days = 91, hardship = false)"
    )


def test_a_treatment_that_wins_over_all_others_keeps_the_promise(rulebook: MakeRulebook) -> None:
    wide = HELP.replace(" and days > 5", "")
    treatments = f"  rules:\n{wide}\n{HARD}\n  otherwise: {{tone: none}}"
    assert policies(rulebook(treatments=treatments, more=NEVER)) == []


def test_a_mark_of_the_customer_is_the_same_on_both_accounts(rulebook: MakeRulebook) -> None:
    treatments = f"  rules:\n{HELP}\n{HARD}\n  otherwise: {{tone: none}}"
    for how in ("any", "all"):
        book = rulebook(
            treatments=treatments, more=NEVER, manual=f"hold, marks: {{hardship: {how}}}"
        )
        assert policies(book) == []


def test_one_account_alone_can_break_it(rulebook: MakeRulebook) -> None:
    swapped = f"  rules:\n{HARD}\n{HELP}\n  otherwise: {{tone: none}}"
    asked = NEVER.replace("hardship is not null", "days = 9000 and hardship is not null")
    (found,) = policies(rulebook(treatments=swapped, more=asked))
    assert found.code == "policy-broken"
    assert "an account with (days = 9000, hardship = true)" in found.message


def test_a_value_that_is_missing_is_told(rulebook: MakeRulebook) -> None:
    wide = HELP.replace(" and days > 5", "")
    treatments = f"  rules:\n{wide}\n{HARD}\n  otherwise: {{tone: none}}"
    asked = NEVER.replace("hardship is not null and ", "")
    (found,) = policies(rulebook(treatments=treatments, more=asked))
    assert found.code == "policy-unknown"
    assert "hardship is null" in found.message


@pytest.mark.parametrize("own", ["", "of: account, "])
def test_a_promise_of_an_account_says_nothing_of_the_others(
    rulebook: MakeRulebook, own: str
) -> None:
    treatments = f"  rules:\n{HELP}\n{HARD}\n  otherwise: {{tone: none}}"
    asked = NEVER.replace("of: customer,", own)
    assert policies(rulebook(treatments=treatments, more=asked)) == []
    digests = {rulebook(treatments=treatments, more=m).digest for m in (asked, NEVER)}
    assert len(digests) == 2


def test_a_test_that_an_addon_asks_as_well_is_asked_of_the_treatment_that_leads(
    starter: tuple[Rulebook, Dictionary],
) -> None:
    folder = ROOT / "config"
    names = ("rules/overdue.yaml", "rules/parameters.yaml")
    files = {name: (folder / name).read_bytes() for name in names}
    files[names[0]] = files[names[0]].replace(b"marks: {hardship: any}", b"marks: {}")
    book, problems = read_rulebook(files, starter[1])
    assert book is not None, problems
    (found,) = policies(book)
    assert found.message.endswith(
        "an account with (days_past_due = 0, hardship = true) is treated by 'visit' of another "
        "with (days_past_due = 31, credit_score = 300, hardship = false)"
    )
