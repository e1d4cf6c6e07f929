"""Ladders on a night: one customer one step, holds that stop the count, what was issued before."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from collectctl.calendar import day_number
from collectctl.columns import to_frame, to_table
from collectctl.ledger.holds import Hold
from collectctl.ledger.issues import ISSUED
from collectctl.problems import ConfigError
from collectctl.project import Project, read_project
from collectctl.rules.rollup import roll_up
from collectctl.stages.grading import Grading
from collectctl.stages.laddering import HELD, apply_ladders, contact_day, ladder_holds

ROOT = Path(__file__).resolve().parents[3]
DAY = date(2026, 11, 20)
FAR = 2**60
Account = tuple[str, str, int | None, str, str]
"""Account, customer, days past due, tier, treatment."""
SAID = ("lead_document", "lead_channels", "ladder_step", "ladder_reason")


@cache
def bank() -> Project:
    return read_project(ROOT)[0]


def grading(*accounts: Account) -> Grading:
    names = ("account_id", "customer_id", "days_past_due", "tier", "treatment")
    kinds = (pa.string(), pa.string(), pa.int64(), pa.string(), pa.string())
    columns = zip(*accounts, strict=True)
    table = to_frame(
        pa.table({n: pa.array(c, k) for n, c, k in zip(names, columns, kinds, strict=True)})
    )
    none = np.zeros(len(accounts), np.bool_)
    return Grading(
        accounts=table[["account_id", "customer_id", "days_past_due"]], effects=pd.DataFrame(),
        decisions=table, rollup=roll_up(bank().rulebook, table, table), excluded=none, manual=none,
    )  # fmt: skip


def issued(*rows: tuple[str, str, date]) -> pa.Table:
    """Account, document and the day, at noon in Shanghai."""
    moments = [int(datetime(d.year, d.month, d.day, 4, tzinfo=UTC).timestamp()) for _, _, d in rows]
    accounts, documents = [a for a, _, _ in rows], [d for _, d, _ in rows]
    return pa.table([accounts, documents, pa.array(moments, pa.int64())], ISSUED)


def held(*rows: tuple[str, int, int]) -> pa.Table:
    """Account, first day and the first after it, in days from the business date."""
    today = day_number(DAY)
    columns: list[list[object]] = [
        [a for a, _, _ in rows], [today + s for _, s, _ in rows],
        [min(FAR, today + e) for _, _, e in rows],
    ]  # fmt: skip
    return pa.table([pa.array(c, f.type) for c, f in zip(columns, HELD, strict=True)], HELD)


def told(
    graded: Grading, history: pa.Table | None = None, holds: pa.Table | None = None,
    names: Sequence[str] = SAID, day: date = DAY,
) -> list[tuple[object, ...]]:  # fmt: skip
    history = issued() if history is None else history
    found = apply_ladders(bank(), graded, history, held() if holds is None else holds, day)
    assert len(found) == len(graded.rollup)
    assert found.index.equals(graded.rollup.index)
    return [tuple(row.values()) for row in to_table(found[list(names)]).to_pylist()]


FIRM: Account = ("A1", "C1", 60, "M2-H", "firm")
NOTICE = ("overdue-notice", "letter,sms,call", 0, "step")


def test_the_steps_document_stands_in_place_of_the_treatments() -> None:
    assert told(grading(FIRM)) == [NOTICE]
    after = issued(("A1", "overdue-notice", DAY - timedelta(9)))
    assert told(grading(FIRM), after) == [("firm-notice", "letter,sms,call", 1, "step")]


def test_without_a_step_no_document_goes_and_people_work_on() -> None:
    graded = grading(FIRM, ("A2", "C2", 20, "M1-L", "friendly"), ("A3", "C3", 2, "M1-L", "grace"))
    history = issued(("A1", "overdue-notice", DAY - timedelta(8)),
                     ("A2", "friendly-reminder", DAY))  # fmt: skip
    assert told(graded, history) == [
        (None, "call", -1, "stay"),
        (None, "", -1, "issued"),
        (None, "", None, None),
    ]


def test_the_three_numbers_are_each_accounts_own_and_missing_with_the_days() -> None:
    graded = grading(FIRM, ("A2", "C1", 5, "M1-L", "friendly"), ("A3", "C2", None, "M4", "final"))
    holds = held(("A1", -10, -2), ("A1", -5, FAR), ("A2", -400, -300), ("ZZ", -9, 9))
    names = ("days_grace", "days_held", "days_net", "ladder_reason")
    assert told(graded, holds=holds, names=names) == [
        (3, 11, 46, "held"), (3, 0, 2, "held"), (None, None, None, "unknown"),
    ]  # fmt: skip


def test_a_hold_that_is_over_by_the_day_of_contact_only_takes_its_days_off() -> None:
    assert told(grading(FIRM), holds=held(("A1", -30, 1)))[0][3] == "early"
    assert told(grading(FIRM), holds=held(("A1", -5, 1))) == [NOTICE]
    assert told(grading(FIRM), holds=held(("A1", 1, 2)))[0][3] == "held"
    assert told(grading(FIRM), holds=held(("A1", 2, 9))) == [NOTICE]
    assert contact_day(DAY) == day_number(DAY) + 1


def test_a_customer_is_on_the_ladder_of_the_leading_account() -> None:
    graded = grading(("A2", "C1", 5, "M1-L", "friendly"), FIRM)
    assert told(graded) == [NOTICE, NOTICE]
    others = issued(("A2", "overdue-notice", DAY))
    assert told(graded, others) == [NOTICE, NOTICE]
    assert told(graded, holds=held(("A2", 0, FAR))) == [(None, "call", -1, "held"), NOTICE]
    assert [row[3] for row in told(graded, holds=held(("A1", 0, FAR)))] == ["held", "held"]


@pytest.mark.parametrize(("days", "step"), [(59, 1), (60, 0), (61, 0)])
def test_what_was_issued_in_an_earlier_episode_does_not_count(days: int, step: int) -> None:
    history = issued(("A1", "overdue-notice", DAY - timedelta(days)))
    assert told(grading(FIRM), history)[0][2] == step


def test_the_day_of_issue_is_that_of_the_banks_clocks() -> None:
    late = int(datetime(2026, 11, 11, 16, 0, tzinfo=UTC).timestamp())
    for moment, reason in ((late - 1, "step"), (late, "stay")):
        history = pa.table([["A1"], ["overdue-notice"], [moment]], ISSUED)
        assert told(grading(FIRM), history)[0][3] == reason


def test_a_night_before_grace_is_in_force_is_refused() -> None:
    with pytest.raises(ConfigError) as caught:
        told(grading(FIRM), day=date(2023, 12, 31))
    assert [p.code for p in caught.value.problems] == ["parameter-not-in-force"]


def test_a_hold_about_a_person_stops_the_ladders_of_what_the_person_owes() -> None:
    parties = to_frame(
        pa.table(
            {
                "account_id": ["A1", "A2", "A3", "A4"],
                "party_id": ["P1", "P1", "P1", "P2"],
                "role": ["principal", "joint_debtor", "guarantor", "principal"],
            }
        )
    )

    def hold(number: int, account: str | None, party: str | None, *stops: str) -> Hold:
        return Hold(
            number=number, account_id=account, party_id=party, starts=DAY,
            ends=None if account is None else DAY + timedelta(3), reason="r", evidence="e",
            stops=stops, set_by="S1", lifted_by="head", review=DAY, recorded_at="2026",
        )  # fmt: skip

    holds = [
        hold(1, None, "P1", "all"),
        hold(2, "A4", None, "ladder", "sms"),
        hold(3, "A3", None, "call"),
        hold(4, None, "P9", "ladder"),
    ]
    table = ladder_holds(holds, parties)
    today = day_number(DAY)
    assert table.to_pylist() == [
        {"account_id": "A1", "starts": today, "ends": FAR},
        {"account_id": "A2", "starts": today, "ends": FAR},
        {"account_id": "A4", "starts": today, "ends": today + 3},
    ]
