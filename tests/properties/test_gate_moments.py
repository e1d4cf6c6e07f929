"""Local time of many rows at once is what the clock of each zone shows, one by one."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectctl.compliance.gate.moments import (
    DAY,
    FOREVER,
    day_of,
    local_seconds,
    midnights,
    moments,
)

ZONES = (
    "Asia/Shanghai", "America/New_York", "Europe/London", "Australia/Lord_Howe", "Asia/Kathmandu",
    "America/St_Johns", "Pacific/Apia", "Africa/Monrovia", "Antarctica/Casey",
)  # fmt: skip
_FIRST = int(datetime(1972, 1, 1, tzinfo=UTC).timestamp())
_LAST = int(datetime(2037, 1, 1, tzinfo=UTC).timestamp())


@settings(max_examples=30, deadline=None)
@given(st.integers(_FIRST, _LAST), st.sampled_from(ZONES))
def test_many_moments_are_read_as_one_by_one(start: int, zone: str) -> None:
    generator = np.random.default_rng(start)
    at = start + generator.integers(0, 40 * DAY, 9000)
    at[::1000] = FOREVER
    shown = local_seconds(at, zone)
    place = ZoneInfo(zone)
    for n in (*range(1, 50), *range(0, 9000, 1000)):
        if at[n] == FOREVER:
            assert shown[n] == FOREVER
            continue
        clock = datetime.fromtimestamp(int(at[n]), place).replace(tzinfo=UTC)
        assert shown[n] == int(clock.timestamp())


@settings(max_examples=30, deadline=None)
@given(st.integers(_FIRST, _LAST), st.sampled_from(ZONES), st.sampled_from(["first", "second"]))
def test_many_clocks_give_the_moments_that_few_give(start: int, zone: str, twice: str) -> None:
    generator = np.random.default_rng(start)
    shown = start + generator.integers(0, 40 * DAY, 9000)
    many = moments(shown, zone, twice)  # type: ignore[arg-type]
    few = np.concatenate([moments(part, zone, twice) for part in np.split(shown, 90)])  # type: ignore[arg-type]
    assert (many == few).all()


def test_a_change_in_the_middle_of_a_quarter_is_seen() -> None:
    # clocks at Casey went forward by three hours at 00:01 on 4 October 2020
    noon = int(datetime(2020, 10, 3, 12, tzinfo=UTC).timestamp())
    at = noon + np.arange(0, 8 * 3600, 7)
    few = np.concatenate(
        [local_seconds(part, "Antarctica/Casey") for part in np.split(at[:4100], 410)]
    )
    assert (local_seconds(at, "Antarctica/Casey")[:4100] == few).all()


@pytest.mark.parametrize(
    ("day", "zone", "then"),
    [
        # clocks go forward at midnight: the day begins at one
        ("2026-09-06", "America/Santiago", "2026-09-06 01:00"),
        ("2026-10-04", "Australia/Lord_Howe", "2026-10-04 00:00"),
        # a day that was left out altogether
        ("2011-12-30", "Pacific/Apia", "2011-12-31 00:00"),
        ("2028-02-29", "Asia/Shanghai", "2028-02-29 00:00"),
    ],
)
def test_a_day_begins_at_its_first_moment(day: str, zone: str, then: str) -> None:
    number = day_of(date.fromisoformat(day))
    begins = midnights(np.full(500, number), zone)
    assert set(begins.tolist()) == set(midnights(np.array([number]), zone).tolist())
    shown = datetime.fromtimestamp(int(begins[0]), ZoneInfo(zone))
    assert shown.strftime("%Y-%m-%d %H:%M") == then
