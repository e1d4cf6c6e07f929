"""Holds that are due for review."""

from datetime import date, timedelta

import pytest

from collectctl.ledger.holds import Hold, past_review

DAY = date(2026, 11, 20)


def hold(number: int, review: int, ends: int | None) -> Hold:
    """A hold reviewed so many days after DAY, and over so many days after it."""
    return Hold(
        number=number, account_id="A1", party_id=None, starts=DAY - timedelta(30),
        ends=None if ends is None else DAY + timedelta(ends), reason="r", evidence="e",
        stops=("all",), set_by="S1", lifted_by="head", review=DAY + timedelta(review),
        recorded_at="2026-11-20T01:00:00Z",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("review", "ends", "due"),
    [(0, None, True), (-1, None, True), (1, None, False), (-9, 1, True), (-9, 0, False)],
)
def test_a_hold_is_due_from_its_review_day_until_it_is_over(
    review: int, ends: int | None, *, due: bool
) -> None:
    assert bool(past_review([hold(1, review, ends)], DAY)) is due


def test_what_is_due_longest_comes_first() -> None:
    found = past_review([hold(1, -1, None), hold(2, -5, None), hold(3, -1, None)], DAY)
    assert [h.number for h in found] == [2, 1, 3]
