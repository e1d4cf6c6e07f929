"""What must hold for every account: how it is read, and which statement it becomes."""

import pytest
from rulebooks import MakeRulebook, Read

from collectctl.rules.policies import Policies
from collectctl.rules.syntax import write


def policies(rulebook: MakeRulebook, more: str) -> Policies:
    return rulebook(more=more).policies


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("tone = 'hard'", "treatment in ('hard')"),
        ("tone <> 'hard'", "treatment in ('help', 'soft', 'otherwise')"),
        ("tone >= 'soft'", "treatment in ('help', 'hard', 'soft')"),
        ("tone < 'soft'", "treatment in ('otherwise')"),
        ("tone not in ('none', 'soft')", "treatment not in ('help', 'soft', 'otherwise')"),
        ("hardship and document = 'final'", "hardship and treatment in ('hard')"),
        ("not (tone = 'hard') or days > 3", "not treatment in ('hard') or days > 3"),
        ("tier = 'C' and days = 0", "tier = 'C' and days = 0"),
    ],
)
def test_what_a_treatment_says_becomes_which_treatment_it_is(
    rulebook: MakeRulebook, written: str, meant: str
) -> None:
    (policy,) = policies(rulebook, f'never:\n  - {{id: P1, say: told, if: "{written}"}}').never
    assert write(policy.test.condition) == meant


def test_a_document_that_no_treatment_names_makes_the_policy_hold_for_nobody(
    rulebook: MakeRulebook,
) -> None:
    (policy,) = policies(
        rulebook, "never:\n  - {id: P1, say: told, if: \"document = 'other'\"}"
    ).never
    assert write(policy.test.condition) == (
        "treatment in ('MANUAL') and not treatment in ('MANUAL')"
    )


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ("never:\n  - {id: P1, say: x, if: \"tone has 'hard'\"}", "policy-output"),
        ("never:\n  - {id: P1, say: x, if: \"days has 'hard'\"}", "policy-output"),
        ("never:\n  - {id: P1, say: x, if: \"document > 'a'\"}", "policy-output"),
        ("never:\n  - {id: P1, say: x, if: \"tone = 'harsh'\"}", "unknown-value"),
        ("never:\n  - {id: P1, say: x, if: 'tone = 3'}", "policy-output"),
        ("never:\n  - {id: P1, say: x, if: 'dayz > 3'}", "unknown-column"),
        ("never:\n  - {id: P1, say: x, if: 'days == 3'}", "rule-operator"),
        ("never:\n  - {id: P, say: x, if: 'days > 3'}\n  - {id: P, say: x, if: 'days > 4'}",
         "name-taken"),
        ("monotone:\n  - {id: T, say: x, column: product, output: tone}", "policy-column"),
        ("monotone:\n  - {id: T, say: x, column: dais, output: tone}", "unknown-column"),
        ("monotone:\n  - {id: T, say: x, column: days, output: document}", "policy-output"),
        ("monotone:\n  - {id: T, say: x, column: days, output: tone, except: [helf]}",
         "unknown-treatment"),
        ("forbidden: [produkt]", "unknown-column"),
    ],
)  # fmt: skip
def test_a_policy_that_cannot_be_answered_is_refused(read: Read, more: str, code: str) -> None:
    found, problems = read(more=more)
    assert found is None
    assert [p.code for p in problems] == [code]
    assert problems[0].span is not None
    assert problems[0].span.line > 1


def test_policies_are_part_of_what_a_rulebook_says(rulebook: MakeRulebook) -> None:
    texts = [
        "",
        "forbidden: [product]",
        "monotone:\n  - {id: T, say: x, column: days, output: tone}",
        "never:\n  - {id: P, say: x, if: 'days > 3'}",
    ]
    assert len({rulebook(more=t).digest for t in texts}) == 4
