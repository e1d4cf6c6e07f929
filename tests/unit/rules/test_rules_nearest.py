"""What would have to differ for another result, as the evaluator of the night sees it."""

from datetime import date
from pathlib import Path

import pytest
from conftest import Call
from rulebooks import MakeRulebook

from collectctl.project import Project, read_project
from collectctl.rules.explain import Held, because
from collectctl.rules.nearest import nearest

ROOT = Path(__file__).parents[3]
DAY = date(2026, 11, 20)
NUMBER = "6060005200021830365"
ROW: dict[str, Held] = {
    "account_id": NUMBER, "customer_id": "C000041", "currency": "CNY",
    "days_past_due": 72, "balance": 959_988, "min_due": 418_098, "credit_limit": 3_700_000,
    "credit_score": 696, "broken_promises_6m": 1, "hardship": False, "contactable": True,
}  # fmt: skip


@pytest.fixture(scope="module")
def starter() -> Project:
    return read_project(ROOT)[0]


def row_of(project: Project, **other: Held) -> dict[str, Held]:
    arms = {e.column for e in project.rulebook.experiments.values()}
    return {n: {**ROW, **other}.get(n) for n in sorted(project.rulebook.columns - arms)}


@pytest.mark.parametrize("tier", ["M0", "M1-L", "M3-H", "M4", "M5"])
def test_each_change_gives_what_it_says(starter: Project, tier: str) -> None:
    row = row_of(starter)
    found = nearest(starter.rulebook, DAY, row, tier)
    assert found
    for change in found:
        said = because(starter.rulebook, DAY, {**row, **dict(change.values)})
        assert (said.tier, said.treatment) == (change.tier, change.treatment)
        assert tier in (change.tier, change.treatment)


def test_a_change_stops_at_the_first_value_that_is_enough(starter: Project) -> None:
    (change,) = nearest(starter.rulebook, DAY, row_of(starter), "M4")
    assert change.values == (("days_past_due", 91),)
    before = because(starter.rulebook, DAY, row_of(starter, days_past_due=90))
    assert before.tier != "M4"


def test_without_a_wish_each_other_tier_is_named_once(starter: Project) -> None:
    found = nearest(starter.rulebook, DAY, row_of(starter))
    tiers = [change.tier for change in found]
    assert len(set(tiers)) == len(tiers)
    assert "M3-L" not in tiers


def test_two_columns_are_changed_only_where_one_is_not_enough(starter: Project) -> None:
    row = row_of(starter, days_past_due=0)
    found = nearest(starter.rulebook, DAY, row, "M3-H")
    assert [len(change.values) for change in found] == [2]


def test_the_rules_of_another_tier_are_told_with_what_keeps_them_off(starter: Project) -> None:
    said = because(starter.rulebook, DAY, row_of(starter), "M5")
    ((rule, tests),) = said.barred
    assert rule == "M5"
    assert [t.en for t in tests] == ["not so: days_past_due in [121..150] (Days past due 72)"]


def test_a_published_night_tells_the_same_as_when_it_waited(project: Path, call: Call) -> None:
    arguments = ("rules", "explain", NUMBER, "--project", project, "--lang", "en")
    waiting = call(*arguments, "--date", "2026-11-18", "--why-not", "M5")
    assert waiting.code == 0, waiting.err
    assert "with days_past_due = 121\tM5, final" in waiting.out
    assert call("run", "--project", project, "--workers", "1", "--quiet").code == 0
    later = call(*arguments, "--night", "2026-11-18", "--why-not", "M5")
    assert later.out == waiting.out


def test_a_name_that_the_rulebook_does_not_have_is_refused(project: Path, call: Call) -> None:
    said = call("rules", "explain", "1", "--project", project, "--why-not", "firmm")
    assert said.code == 10
    assert "did you mean 'firm'?" in said.err


def test_no_value_outside_of_what_a_column_may_have_is_named(rulebook: MakeRulebook) -> None:
    row: dict[str, Held] = {"customer_id": "c", "currency": "CNY", "days": 5, "hardship": False}
    found = [v for c in nearest(rulebook(), DAY, row) for n, v in c.values if n == "days"]
    assert found == [0, 31]
