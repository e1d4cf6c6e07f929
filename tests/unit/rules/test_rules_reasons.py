"""Why accounts move: the test, the rule or the missing column, and how many it concerns."""

from datetime import date

import pandas as pd
import pytest
from rulebooks import TIERS, TREATMENTS, MakeFrame, MakeRulebook

from collectctl.rules.comparison import Decided, compare
from collectctl.rules.decide import decide
from collectctl.rules.marks import pooled
from collectctl.rules.meaning import Book, changes
from collectctl.rules.reasons import Reason, reasons
from collectctl.rules.rulebook import Rulebook

DAY = date(2026, 11, 20)
PARAMETERS = """parameters:
  big: {{title: Big, type: money, values: [{{from: 2024-01-01, value: {value}, source: {source},
    verified: house}}]}}
  low: {{title: Low, type: int, values: [{{from: 2024-01-01, value: 600, source: s,
    verified: house}}]}}
segments:
  risky: {risky}"""
ROWS = (
    {"days": 10, "balance": 25_000_00, "score": 500},
    {"days": 10, "balance": 28_000_00, "score": 700},
    {"days": 10, "balance": 40_000_00},
    {"days": 0, "balance": 1_00, "score": 500},
    {"days": 60, "balance": 1_00, "score": 900, "hardship": True},
)


def more(value: str = "20000", source: str = "old paper", risky: str = "score < @low") -> str:
    return PARAMETERS.format(value=value, source=source, risky=risky)


def tiers(*rules: str) -> str:
    listed = "\n".join(f"    - {{{rule}}}" for rule in rules)
    return f"  rules:\n{listed}\n  otherwise: C"


def why(old: Rulebook, new: Rulebook, frame: MakeFrame) -> list[Reason]:
    return why_of(old, new, frame(*ROWS))


def why_of(old: Rulebook, new: Rulebook, accounts: pd.DataFrame) -> list[Reason]:
    sides = [Decided(rulebook=b, decisions=decide(b, pooled(b, accounts), DAY)) for b in (old, new)]
    moved = compare(sides[0], sides[1], accounts).moved
    return list(reasons(Book(old, DAY), Book(new, DAY), accounts, moved))


BIG = "id: big, when: 'days in [1..30] and balance >= @big', tier: B"
RISKY = "id: risky, when: 'days in [1..30] and risky', tier: B"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            {"tiers": tiers(BIG), "more": more()},
            {"tiers": tiers(BIG), "more": more("30000", "new paper")},
            [("big", "otherwise", 2, (("'big' now asks balance >= @big (@big = CNY 30,000.00 from "
              "2024-01-01, new paper): they fail it", 2),), ())],
        ),
        (
            {"tiers": tiers(BIG), "more": more("30000", "new paper")},
            {"tiers": tiers(BIG), "more": more()},
            [("otherwise", "big", 2, (("'big' no longer asks balance >= @big (@big = CNY 30,000.00 "
              "from 2024-01-01, new paper): they failed it", 2),), ())],
        ),
        (
            {"tiers": tiers(RISKY), "more": more()},
            {"tiers": tiers(RISKY), "more": more(risky="score < 400")},
            [
                ("risky", "otherwise", 1,
                 (("'risky' now asks risky (risky: score < 400): they fail it", 1),), ()),
            ],
        ),
        (
            {"tiers": TIERS},
            {"tiers": tiers("id: A, when: 'days = 0', tier: A",
                            "id: B, when: 'days in [1..30] and score > 0', tier: B")},
            [("B", "MANUAL", 1, (("'B' now asks score > 0: a value for it is missing", 1),),
              (("score", 1),))],
        ),
        (
            {"tiers": TIERS},
            {"tiers": tiers("id: A, when: 'days = 0', tier: A")},
            [("B", "otherwise", 3, (("'B' is no longer there", 3),), ())],
        ),
        (
            {"tiers": tiers("id: A, when: 'days = 0', tier: A")},
            {"tiers": TIERS},
            [("otherwise", "B", 3, (("'B' is new", 3),), ())],
        ),
        (
            {"tiers": tiers("id: A, when: 'days = 0', tier: A")},
            {"tiers": tiers("id: A, when: 'days = 0', tier: B")},
            [("A", "A", 1, (("'A' now gives B instead of A", 1),), ())],
        ),
        (
            {"treatments": TREATMENTS},
            {"treatments": TREATMENTS.replace("when: hardship,", "when: hardship and days < 9,")},
            [("help", "hard", 1, (("'help' now asks days < 9: they fail it", 1),), ())],
        ),
    ],
)  # fmt: skip
def test_a_move_is_explained_by_what_changed(
    rulebook: MakeRulebook,
    frame: MakeFrame,
    old: dict[str, str],
    new: dict[str, str],
    expected: list[tuple[object, ...]],
) -> None:
    found = why(rulebook(**old), rulebook(**new), frame)
    assert [(r.old, r.new, r.accounts, r.why, r.missing) for r in found] == expected


def test_an_earlier_rule_that_takes_accounts_is_named(
    rulebook: MakeRulebook, frame: MakeFrame
) -> None:
    later = TREATMENTS.replace("\"tier = 'B'\"", "\"tier = 'B' and days > 0\"")
    new = later.replace(
        "    - {id: hard, when: \"tier = 'C'\"", '    - {id: hard, when: "days >= 10"'
    )
    (found,) = why(rulebook(), rulebook(treatments=new), frame)
    assert (found.chain, found.old, found.new, found.accounts) == ("treatments", "soft", "hard", 3)
    assert found.why == (("'hard' no longer asks tier = 'C': they failed it", 3),)


def test_rules_in_another_order_are_told(rulebook: MakeRulebook, frame: MakeFrame) -> None:
    lines = TREATMENTS.split("\n")
    turned = "\n".join([lines[0], lines[2], lines[1], *lines[3:]])
    (found,) = why(rulebook(), rulebook(treatments=turned), frame)
    assert found.why == (("'hard' now comes before 'help'", 1),)


def test_a_doubt_at_an_earlier_rule_that_is_gone_is_named_with_the_column(
    rulebook: MakeRulebook, frame: MakeFrame
) -> None:
    old = TREATMENTS.replace("\"tier = 'C'\"", "\"tier = 'C' or score < 300\"")
    (found,) = why(rulebook(treatments=old), rulebook(), frame)
    assert (found.old, found.new, found.accounts) == ("MANUAL", "soft", 1)
    assert found.why == (("'hard', which now asks tier = 'C', was in doubt before", 1),)
    assert found.missing == (("score", 1),)


def test_a_renamed_parameter_of_the_same_value_changes_no_rule(
    rulebook: MakeRulebook, frame: MakeFrame
) -> None:
    old = rulebook(tiers=tiers(BIG), more=more())
    new = rulebook(
        tiers=tiers(BIG.replace("@big", "@large")), more=more().replace("  big:", "  large:")
    )
    assert why(old, new, frame) == []
    assert changes(Book(old, DAY), Book(new, DAY)).changed == ()


def test_changed_parameters_are_named_with_value_and_source(rulebook: MakeRulebook) -> None:
    old = rulebook(tiers=tiers(BIG), more=more())
    new = rulebook(tiers=tiers(BIG), more=more("30000", "new paper"))
    found = changes(Book(old, DAY), Book(new, DAY))
    assert found.parameters == (
        ("big", "CNY 20,000.00 from 2024-01-01, old paper",
         "CNY 30,000.00 from 2024-01-01, new paper"),
    )  # fmt: skip
    assert found.changed == (("tiers", "big"),)


def test_a_mark_that_is_now_the_customers_is_the_reason(
    rulebook: MakeRulebook, frame: MakeFrame
) -> None:
    accounts = frame(
        {"customer_id": "x", "days": 60},
        {"customer_id": "x", "days": 0, "hardship": True},
        {"customer_id": "y", "days": 60},
    )
    own, marked = rulebook(), rulebook(manual="hold, marks: {hardship: any}")
    (there,) = why_of(own, marked, accounts)
    assert (there.old, there.new, there.accounts) == ("hard", "help", 1)
    assert there.why == (
        ("'help' no longer asks hardship (hardship of the account itself): they failed it", 1),
    )
    (back,) = why_of(marked, own, accounts)
    assert back.why == (
        ("'help' now asks hardship (hardship of the account itself): they fail it", 1),
    )
    assert changes(Book(own, DAY), Book(marked, DAY)).changed == (("treatments", "help"),)
