"""Tier history: only changes are written, each with its night, and nothing is ever rewritten."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from test_ledger_records import night

from collectctl.ledger.connect import connect
from collectctl.ledger.record import record_run
from collectctl.ledger.taking import writing
from collectctl.ledger.tiers import record_tiers, tier_history

Graded = dict[str, tuple[str, str]]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(connect(tmp_path / "ledger.sqlite")) as connection:
        yield connection


def graded(ledger: sqlite3.Connection, run: int, accounts: Graded) -> int:
    record_run(ledger, night(run), (), (), expected_last=run - 1)
    with writing(ledger):
        return record_tiers(ledger, run, ((id_, *words) for id_, words in accounts.items()))


def test_a_night_writes_down_what_changed_and_nothing_else(ledger: sqlite3.Connection) -> None:
    assert graded(ledger, 1, {"A1": ("M1", "remind"), "A2": ("M2", "firm")}) == 2
    assert graded(ledger, 2, {"A1": ("M1", "remind"), "A2": ("M2", "care")}) == 1
    assert graded(ledger, 3, {"A2": ("M2", "care"), "A3": ("MANUAL", "MANUAL")}) == 1
    assert graded(ledger, 4, {"A1": ("M2", "firm"), "A2": ("M2", "care")}) == 1
    told = [(c.run, c.tier, c.treatment) for c in tier_history(ledger, "A1")]
    assert told == [(1, "M1", "remind"), (4, "M2", "firm")]
    (first, second) = tier_history(ledger, "A2")
    assert (first.treatment, second.treatment) == ("firm", "care")
    assert second.business_date == night(2).business_date
    assert tier_history(ledger, "A4") == ()


def test_going_back_to_an_earlier_tier_is_a_change(ledger: sqlite3.Connection) -> None:
    for run, tier in enumerate(["M1", "M2", "M1"], 1):
        assert graded(ledger, run, {"A1": (tier, "firm")}) == 1
    assert [c.tier for c in tier_history(ledger, "A1")] == ["M1", "M2", "M1"]


def test_what_the_transaction_gives_up_is_not_there(ledger: sqlite3.Connection) -> None:
    record_run(ledger, night(1), (), (), expected_last=0)
    ledger.execute("BEGIN IMMEDIATE")
    assert record_tiers(ledger, 1, [("A1", "M1", "firm")]) == 1
    ledger.rollback()
    assert tier_history(ledger, "A1") == ()
    with writing(ledger):
        assert record_tiers(ledger, 1, [("A1", "M1", "firm")]) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE tier_change SET tier = 'M9'",
        "DELETE FROM tier_change",
        "INSERT OR REPLACE INTO tier_change SELECT debt, 1, 'M9', treatment FROM tier_change",
        "INSERT INTO tier_change SELECT debt, 1, 'M9', treatment FROM tier_change",
    ],
)
@pytest.mark.parametrize("recursive", [True, False])
def test_history_cannot_be_changed(
    ledger: sqlite3.Connection, statement: str, *, recursive: bool
) -> None:
    record_run(ledger, night(1), (), (), expected_last=0)
    graded(ledger, 2, {"A1": ("M1", "remind")})
    ledger.execute(f"PRAGMA recursive_triggers = {int(recursive)}")
    with pytest.raises(sqlite3.IntegrityError):
        ledger.execute(statement)
    assert [c.tier for c in tier_history(ledger, "A1")] == ["M1"]
