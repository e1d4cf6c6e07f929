"""Who gets what."""

from typing import Any

import pytest
from queue_work import PLAN, plan, work

from collectctl.problems import ConfigError
from collectctl.queues.assign import assign, shares


def given(rows: list[dict[str, Any]], text: str = PLAN) -> list[tuple[Any, ...]]:
    """Account, team, person, position and reason of waiting."""
    found = assign(work(rows), plan(text))
    assert list(found["account_id"]) == [r["account_id"] for r in rows]
    names = ["account_id", "team", "person", "position", "waiting"]
    return [
        tuple(None if v is None or v != v else v for v in row)  # noqa: PLR0124 - NaN is no number
        for row in zip(
            *(found[n].astype(object).where(found[n].notna(), None) for n in names), strict=True
        )
    ]


def test_the_most_urgent_stand_first_and_shares_follow_capacity() -> None:
    rows = [
        {"account_id": f"A{d}", "customer_id": f"C{d}", "days_past_due": d} for d in (10, 30, 20)
    ]
    assert given(rows) == [
        ("A10", "phone", "P01", 2, None),
        ("A30", "phone", "P01", 1, None),
        ("A20", "phone", "P02", 1, None),
    ]


def test_what_is_over_capacity_waits_and_says_why() -> None:
    rows = [{"account_id": f"A{n}", "customer_id": f"C{n}", "days_past_due": n} for n in range(5)]
    found = given(rows)
    assert [r[0] for r in found if r[2] is None] == ["A0", "A1"]
    assert found[0] == ("A0", "phone", None, None, "no-capacity")


def test_all_accounts_of_a_customer_go_to_one_person_and_stand_together() -> None:
    rows = [
        {"account_id": "A1", "customer_id": "C1", "days_past_due": 90},
        {"account_id": "A2", "customer_id": "C2", "days_past_due": 80},
        {"account_id": "A3", "customer_id": "C3", "days_past_due": 70},
        {"account_id": "A4", "customer_id": "C1", "days_past_due": 1},
    ]
    assert [(r[2], r[3]) for r in given(rows)] == [("P01", 1), ("P02", 1), ("P01", 3), ("P01", 2)]


def test_one_account_with_a_status_takes_the_whole_customer_to_its_queue() -> None:
    rows = [
        {"account_id": "A1", "customer_id": "C1", "queue_hint": "special"},
        {"account_id": "A2", "customer_id": "C1"},
        {"account_id": "A3", "customer_id": "C2"},
    ]
    assert [r[1] for r in given(rows)] == ["special", "special", "phone"]


def test_work_for_a_queue_is_never_taken_by_a_rule_without_one() -> None:
    text = PLAN.replace("otherwise", "  - {task: [call], team: phone}\notherwise", 1)
    assert given([{"account_id": "A1", "queue_hint": "special"}], text)[0][1] == "special"


def test_every_condition_of_a_rule_must_hold_and_what_is_unknown_meets_none() -> None:
    text = PLAN.replace(
        "otherwise", "  - {tone: [care], branch_code: [B001, B002], team: special}\notherwise", 1
    )
    rows: list[dict[str, Any]] = [
        {"account_id": "A1", "customer_id": "C1", "tone": "care", "branch_code": "B002"},
        {"account_id": "A2", "customer_id": "C2", "tone": "care", "branch_code": "B003"},
        {"account_id": "A3", "customer_id": "C3", "tone": None, "branch_code": "B001"},
    ]
    assert [r[1] for r in given(rows, text)] == ["special", "phone", "phone"]


def test_a_queue_that_no_rule_takes_stops_the_night_and_goes_to_nobody() -> None:
    with pytest.raises(ConfigError) as caught:
        given([{"account_id": "A1", "queue_hint": "agency"}])
    assert [p.code for p in caught.value.problems] == ["unknown-queue"]


def test_amounts_are_compared_as_written_whatever_the_decimals_of_the_currency() -> None:
    text = PLAN.replace("{by: days_past_due,", "{by: overdue_amount,")
    rows = [
        {"account_id": "A1", "customer_id": "C1", "currency": "JPY", "overdue_amount": 500},
        {"account_id": "A2", "customer_id": "C1", "currency": "CNY", "overdue_amount": 40000},
    ]
    assert [r[3] for r in given(rows, text)] == [1, 2]


def test_no_work_is_no_mistake() -> None:
    found = assign(work([]), plan())
    assert len(found) == 0 and {"team", "person", "position", "waiting"} <= set(found.columns)


def test_a_share_is_never_more_than_one_customer_away_from_the_capacity() -> None:
    phone = plan(
        PLAN.replace("capacity: 2", "capacity: 60").replace("capacity: 1}", "capacity: 30}")
    ).teams[1]
    for customers in (1, 7, 45, 90):
        taken = shares(phone, customers).tolist()
        assert abs(taken.count(0) - customers * 60 / 90) <= 1
    assert len(shares(phone, 1000)) == 90
