"""Scorecards: points by range, dated, used as a column, and all that can be wrong with one."""

from datetime import date

import pytest
from rulebooks import MakeFrame, MakeRulebook, Read

from collectctl.problems import ConfigError, render
from collectctl.rules.decide import decide
from collectctl.rules.explain import Held, because
from collectctl.rules.layout import lay_out
from collectctl.rules.nearest import nearest
from collectctl.rules.proof import prove
from collectctl.rules.rulebook import Rulebook

DAY = date(2026, 11, 20)
CARD = """format: collectctl/1
scorecards:
  standing:
    title: {zh_CN: 信用评分, en: Standing}
    editions:
      - from: 2026-01-01
        base: 100
        source: committee minutes 2025-12
        verified: house
        table: |
          column   | value       | points
          days     | 0           | 20
          days     | [1..30]     | 5
          days     | (30..]      | -40
          balance  | < 1000.00   | 10
          balance  | >= 1000.00  | 0
          product  | 'gold'      | 15
          product  | 'silver', '惠农卡' | 0
          product  | is null     | -5
          hardship | true        | 0
          hardship | false       | 3
          visits   | 0           | 0
          visits   | > 0         | -7
      - from: 2026-12-01
        base: 50
        source: committee minutes 2026-11
        verified: house
        table: |
          column | value | points
          days   | >= 0  | 0
"""
TIERS = """  rules:
    - {id: good, when: standing >= @line, tier: A}
    - {id: poor, when: standing < @line, tier: B}
  otherwise: MANUAL"""
LINE = """parameters:
  line:
    title: Line
    type: int
    values: [{from: 2020-01-01, value: 80, source: s, verified: house}]"""


@pytest.fixture
def scored(rulebook: MakeRulebook) -> Rulebook:
    return rulebook({"card.yaml": CARD}, tiers=TIERS, more=LINE)


def test_points_of_every_column_add_up(scored: Rulebook, frame: MakeFrame) -> None:
    rows: list[dict[str, Held]] = [
        {"days": 0, "balance": 99_999, "product": "gold"},  # 100 + 20 + 10 + 15 + 3
        {"days": 30, "balance": 100_000, "product": None},  # 100 + 5 + 0 - 5 + 3
        {"days": 31, "balance": 100_000, "product": "惠农卡"},  # 100 - 40 + 0 + 0 + 3
        {"days": 31, "balance": 99_999, "product": "gold", "visits": 1},  # 100-40+10+15+3-7
    ]
    base: dict[str, Held] = {"customer_id": "c", "currency": "CNY", "hardship": False}
    shown = [because(scored, DAY, {**base, **r}) for r in rows]
    assert [e.tests[0].en.split("Standing ")[1].split(" ")[0] for e in shown] == [
        "148", "103", "63", "81",
    ]  # fmt: skip
    found = decide(scored, frame(*rows), DAY)
    assert found["tier"].tolist() == ["A", "A", "B", "A"]


def test_a_score_is_told_with_its_points_and_their_source(scored: Rulebook) -> None:
    told = because(
        scored, DAY,
        {"customer_id": "c", "currency": "CNY", "days": 31, "balance": 50_000, "hardship": True},
    )  # fmt: skip
    assert [t.en for t in told.tests[:1]] == [
        "standing < @line (Standing 65 = 100 -40 (Days 31) +10 (balance 500.00) "
        "-5 (product missing) +0 (hardship true) +0 (visits 0), 2026-01-01, "
        "committee minutes 2025-12, the bank's own choice; "
        "@line = 80, 2020-01-01, s, the bank's own choice)"
    ]
    assert told.tests[0].zh_CN.startswith("standing < @line（信用评分 65 = 100 -40 (天数 31)")


def test_a_missing_value_without_points_leaves_the_score_missing_and_is_named(
    scored: Rulebook, frame: MakeFrame
) -> None:
    found = decide(
        scored,
        frame(
            {"days": None, "balance": 1, "product": "gold"},
            {"days": 0, "balance": 1, "product": None},
            {"days": 0, "balance": None, "product": None, "hardship": None},
        ),
        DAY,
    )
    assert found["tier"].tolist() == ["MANUAL", "A", "MANUAL"]
    assert found["missing"].tolist()[0] == "days"
    assert found["missing"].tolist()[2] == "balance,hardship"


def test_amounts_of_a_scorecard_hold_in_the_rulebooks_currency_alone(
    scored: Rulebook, frame: MakeFrame
) -> None:
    row = {"days": 0, "balance": 1, "product": "gold", "currency": "USD"}
    found = decide(scored, frame(row), DAY)
    assert (found["tier"][0], found["missing"][0]) == ("MANUAL", "currency")


def test_the_edition_of_the_night_counts(scored: Rulebook, frame: MakeFrame) -> None:
    row: dict[str, object] = {"days": 0, "balance": 1, "product": "gold"}
    assert decide(scored, frame(row), DAY)["tier"].tolist() == ["A"]
    assert decide(scored, frame(row), date(2026, 12, 1))["tier"].tolist() == ["B"]


def test_the_smallest_change_goes_through_a_score(scored: Rulebook) -> None:
    row: dict[str, Held] = {
        "customer_id": "c", "currency": "CNY", "days": 31, "balance": 50_000, "hardship": False,
        "product": "silver", "visits": 0,
    }  # fmt: skip
    changes = nearest(scored, DAY, row)  # 73 points, and 80 are wanted
    assert [(c.values, c.tier) for c in changes] == [((("days", 30),), "A")]


def test_rules_on_a_score_are_proved(rulebook: MakeRulebook) -> None:
    tiers = """  rules:
    - {id: good, when: standing >= 100, tier: A}
    - {id: poor, when: standing < 60, tier: B}
  otherwise: MANUAL"""
    book = rulebook({"card.yaml": CARD}, tiers=tiers)
    gaps = [p for p in prove(book) if p.code == "rule-gap"]
    assert gaps
    assert all("days" in p.message for p in gaps)


def test_a_rule_that_no_score_can_reach_is_named_from_the_edition_on(
    rulebook: MakeRulebook,
) -> None:
    tiers = """  rules:
    - {id: best, when: standing > 90, tier: A}
    - {id: rest, when: standing <= 90, tier: B}
  otherwise: MANUAL"""
    found = [p for p in prove(rulebook({"card.yaml": CARD}, tiers=tiers)) if p.level != "warning"]
    said = [p.message for p in found if p.code == "rule-contradiction" and "'best'" in p.message]
    assert len(said) == 1
    assert said[0].startswith("from 2026-12-01 on: ")


@pytest.mark.parametrize(
    ("old", "new", "code", "said"),
    [
        ("[1..30]", "[2..30]", "scorecard-gap", "'days' gives no points for 1"),
        ("(30..]", "(40..]", "scorecard-gap", "'days' gives no points for [31..40]"),
        ("          days     | (30..]      | -40\n", "", "scorecard-gap", "for [31..9999]"),
        ("          product  | 'gold'      | 15\n", "", "scorecard-gap", "points for 'gold'"),
        ("hardship | false       | 3", "hardship | true        | 3", "scorecard-gap", "for false"),
        ("[1..30]", "[0..30]", "scorecard-overlap", "0 of 'days' gives points twice"),
        ("< 1000.00", "<= 1000.00", "scorecard-overlap", "1000.00 of 'balance' gives points twice"),
        ("'gold'      |", "is null     |", "scorecard-overlap", "missing value of 'product'"),
        ("| 15", "| 15.5", "scorecard-points", "'15.5' is no number of points"),
        ("visits   | 0", "vists    | 0", "scorecard-column", "'vists' cannot be scored"),
        ("visits   | 0", "memo     | 0", "scorecard-column", "'memo' cannot be scored"),
        ("> 0         | -7", "> @line     | -7", "scorecard-value", "only numbers, dates"),
        ("(30..]      |", "-           |", "rule-without-condition", "without a value"),
        ("'gold'", "'golden'", "unknown-value", "golden"),
        ("from: 2026-12-01", "from: 2026-01-01", "scorecard-dates", "two editions"),
        ("column   | value ", "colum    | value ", "table-heading", "headings colum"),
        ("  standing:", "  days:", "name-taken", "'days'"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_scorecard_is_said(
    read: Read, old: str, new: str, code: str, said: str
) -> None:
    assert old in CARD
    found, problems = read({"card.yaml": CARD.replace(old, new, 1)}, tiers=TIERS, more=LINE)
    assert found is None
    assert [p for p in problems if p.code == code and said in p.message], [
        render(p) for p in problems
    ]


def test_a_night_before_the_first_edition_is_refused(scored: Rulebook, frame: MakeFrame) -> None:
    with pytest.raises(ConfigError, match="scorecard-not-in-force"):
        decide(scored, frame({"days": 0}), date(2025, 12, 31))


def test_tables_of_scorecards_are_put_in_line() -> None:
    laid = lay_out(CARD.encode(), "card.yaml").decode()
    assert "          product  | 'silver', '惠农卡' | 0\n" in laid
    assert "          days     | 0                  | 20\n" in laid


def test_what_an_edition_says_is_part_of_the_digest(
    rulebook: MakeRulebook, scored: Rulebook
) -> None:
    other = rulebook({"card.yaml": CARD.replace("| 15", "| 16")}, tiers=TIERS, more=LINE)
    assert other.digest != scored.digest
