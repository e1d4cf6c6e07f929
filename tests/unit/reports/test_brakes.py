"""When a night is too strange to leave unseen."""

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from collectctl.problems import LedgerError, render
from collectctl.reports.brakes import Brakes, read_brakes
from collectctl.reports.judge import judge
from collectctl.reports.measures import Measures, measure, read_measures, write_measures

STARTER = Path(__file__).parents[3] / "config" / "brakes.yaml"
BRANCHES = {f"B{i:03d}": 340 for i in range(1, 7)}
NIGHT = Measures(
    accounts=2040,
    by_currency={"CNY": 2000, "USD": 40},
    money={"CNY": 2_000_000_000, "USD": 3_000_000},
    by_grade={"M0": 140, "M1-L": 1000, "M2": 600, "M3": 260, "MANUAL": 40},
    by_branch=BRANCHES,
    documents={"notice/letter": 500, "notice/sms": 900, "guarantor-notice/letter": 9},
    rows={"accounts": 1910, "parties": 2900},
    rejected={"accounts": 10, "parties": 2},
)


def starter() -> Brakes:
    found, problems = read_brakes(STARTER.read_bytes(), "brakes.yaml")
    assert found is not None, [render(p) for p in problems]
    return found


def codes(today: Measures, before: Measures | None = NIGHT) -> list[str]:
    return sorted({b.code for b in judge(today, before, starter())})


def test_the_same_night_again_is_not_braked() -> None:
    assert codes(NIGHT) == []


def test_an_ordinary_night_after_another_is_not_braked() -> None:
    today = replace(
        NIGHT,
        accounts=2090,
        by_currency={"CNY": 2048, "USD": 42},
        money={"CNY": 2_060_000_000, "USD": 3_300_000},
        by_grade={"M0": 180, "M1-L": 1010, "M2": 590, "M3": 260, "MANUAL": 50},
        by_branch={b: 348 + i % 3 for i, b in enumerate(BRANCHES)},
        documents={"notice/letter": 560, "notice/sms": 1000},
    )
    assert codes(today) == []


def test_half_an_export_is_braked() -> None:
    half = replace(
        NIGHT,
        accounts=1020,
        by_currency={"CNY": 1000, "USD": 20},
        money={"CNY": 1_000_000_000, "USD": 1_500_000},
        by_grade={g: n // 2 for g, n in NIGHT.by_grade.items()},
        by_branch=dict.fromkeys(BRANCHES, 170),
    )
    assert {"accounts-changed", "money-changed", "branch-changed"} <= set(codes(half))


def test_an_export_in_fen_instead_of_yuan_is_braked_on_the_first_night_too() -> None:
    fen = replace(NIGHT, money={c: m * 100 for c, m in NIGHT.money.items()})
    assert codes(fen) == ["average-too-high", "money-changed"]
    assert codes(fen, None) == ["average-too-high"]


def test_one_branch_of_six_missing_is_braked() -> None:
    five = replace(
        NIGHT,
        accounts=1700,
        by_branch={b: n for b, n in BRANCHES.items() if b != "B004"},
        money={"CNY": 1_700_000_000, "USD": 2_500_000},
    )
    found = judge(five, NIGHT, starter())
    assert "branch-missing" in {b.code for b in found}
    missing = next(b for b in found if b.code == "branch-missing")
    assert missing.name == "B004"
    assert missing.message.zh_CN == "支行 B004 一户也没有，前一晚 340 户"
    assert missing.message.en == "no account of branch B004, 340 the night before"


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"by_grade": {**NIGHT.by_grade, "M1-L": 400, "M3": 860}}, "grade-shifted"),
        ({"by_grade": {**NIGHT.by_grade, "MANUAL": 140, "M1-L": 900}}, "manual-rose"),
        ({"by_grade": {**NIGHT.by_grade, "MANUAL": 240, "M1-L": 800}}, "manual-too-many"),
        ({"documents": {"notice/sms": 900}}, "documents-none"),
        ({"documents": {"notice/letter": 500, "notice/sms": 2000}}, "documents-changed"),
        ({"documents": {**NIGHT.documents, "final-warning/letter": 80}}, "documents-changed"),
        ({"rejected": {"accounts": 80}}, "rows-rejected"),
        ({"rows": {"accounts": 1910, "parties": 1500}}, "rows-changed"),
    ],
)
def test_each_brake_acts(facts: dict[str, dict[str, int]], code: str) -> None:
    assert code in codes(replace(NIGHT, **facts))  # type: ignore[arg-type]  # a mapping by name


def test_a_few_more_of_something_small_is_no_news() -> None:
    assert codes(replace(NIGHT, documents={**NIGHT.documents, "guarantor-notice/letter": 0})) == []
    assert codes(replace(NIGHT, rejected={"parties": 9}, rows={"parties": 2900})) == []


def test_a_first_night_is_judged_by_what_is_absolute() -> None:
    assert codes(NIGHT, None) == []
    assert codes(replace(NIGHT, rejected={"accounts": 80}), None) == ["rows-rejected"]
    many = replace(NIGHT, by_grade={"MANUAL": 2040})
    assert codes(many, None) == ["manual-too-many"]


def test_a_night_without_accounts_after_one_with_is_braked_not_broken() -> None:
    nothing = Measures(
        accounts=0, by_currency={}, money={}, by_grade={}, by_branch={}, documents={}, rows={},
        rejected={},
    )  # fmt: skip
    found = codes(nothing)
    assert {"accounts-changed", "branch-missing", "documents-none", "money-changed"} <= set(found)
    assert "accounts-changed" in codes(NIGHT, nothing)


def test_measures_come_back_as_they_were_written() -> None:
    assert read_measures(write_measures(NIGHT), "measures.json") == NIGHT


@pytest.mark.parametrize("data", [b"", b"[]", b'{"accounts": 1}', b'{"accounts": true}', b"\xff"])
def test_measures_that_cannot_be_read_stop_the_night(data: bytes) -> None:
    with pytest.raises(LedgerError) as caught:
        read_measures(data, "measures.json")
    assert caught.value.problems[0].code == "measures-unreadable"


def test_measures_are_counted_from_decisions() -> None:
    decisions = pa.table(
        {
            "currency": ["USD", "CNY", "CNY"],
            "balance": [100, 250, -50],
            "grade": ["M1", "MANUAL", "M1"],
            "branch_code": ["B002", "B001", "B001"],
        }
    )
    found = measure(decisions, documents={"b/sms": 1, "a/letter": 2}, rows={}, rejected={})
    assert found.money == {"CNY": 200, "USD": 100}
    assert found.manual == 1
    assert found.by_branch == {"B001": 2, "B002": 1}
    assert list(found.documents) == ["a/letter", "b/sms"]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("change: 10%", "change: 10", "bad-value"),
        ("change: 10%", "changed: 10%", "unknown-key"),
        ("CNY: '300000.00'", "CNY: '300,000'", "brake-amount"),
        ("CNY: '300000.00'", "CNZ: '300000'", "unknown-currency"),
    ],
)
def test_a_wrong_file_is_refused_with_the_place(old: str, new: str, code: str) -> None:
    text = STARTER.read_text("utf-8").replace(old, new, 1)
    found, problems = read_brakes(text.encode(), "brakes.yaml")
    assert found is None
    assert code in {p.code for p in problems}
    assert all(p.span is not None and p.span.line > 0 for p in problems)
