"""The validation period: counted by hand on a calendar."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectctl.compliance.validation import dispute_by


@pytest.mark.parametrize(
    ("provided_on", "received_on"),
    [
        (date(2026, 10, 1), date(2026, 10, 8)),  # Thursday: Fri, Mon, Tue, Wed, Thu
        (date(2026, 10, 8), date(2026, 10, 16)),  # Columbus Day, the 12th, is left out
        (date(2026, 11, 20), date(2026, 11, 30)),  # Thanksgiving, the 26th
        (date(2026, 7, 1), date(2026, 7, 9)),  # 4 July is a Saturday: the 3rd is left out too
        (date(2021, 12, 29), date(2022, 1, 6)),  # 1 January 2022 is a Saturday: 31 December too
        (date(2026, 12, 24), date(2027, 1, 4)),  # Christmas and New Year are Fridays
        (date(2026, 5, 22), date(2026, 6, 1)),  # Memorial Day, 25 May
    ],
)
def test_receipt_is_assumed_five_working_days_later_and_the_period_is_thirty_days(
    provided_on: date, received_on: date
) -> None:
    assert dispute_by(provided_on) == received_on + timedelta(days=30)


@given(st.dates(min_value=date(2022, 1, 1), max_value=date(2060, 12, 1)))
def test_the_period_is_never_shorter_than_the_regulation_and_hardly_longer(day: date) -> None:
    length = (dispute_by(day) - day).days
    assert 30 + 5 <= length <= 30 + 11
