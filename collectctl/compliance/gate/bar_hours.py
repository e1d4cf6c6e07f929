"""Limits on hours and days, in the time of where the person is."""

from collections.abc import Callable

import numpy as np

from collectctl.columns import Ints
from collectctl.compliance.gate.bar_wishes import consented, named_hours
from collectctl.compliance.gate.facts import Asked, Facts, Memo, channel_mask
from collectctl.compliance.gate.moments import (
    DAY,
    day_of,
    local_days,
    local_seconds,
    midnights,
    moments,
)
from collectctl.compliance.packs.reader import Dated
from collectctl.compliance.packs.shapes import HoursLimit, QuietDaysLimit


def by_zone(asked: Asked, made: Callable[[Ints, str], Ints]) -> Ints:
    """For each row the latest of what `made` gives in the zones in which the person may be."""
    found = np.zeros(len(asked), np.int64)
    for number, zones in enumerate(asked.zones):
        rows = np.flatnonzero(asked.zone == number)
        for zone in zones if len(rows) else ():
            found[rows] = np.maximum(found[rows], made(rows, zone))
    return found


def hours_bar(found: Dated, asked: Asked, at: Ints, facts: Facts, memo: Memo) -> Ints:
    """Silent from the next moment at which clocks show an allowed hour wherever the person is."""
    limit = found.limit
    assert isinstance(limit, HoursLimit)  # noqa: S101 - chosen by its type
    value = limit.values[found.position]
    opens = value.opens + (0 if value.opens_included else 1)
    closes = value.closes + (1 if value.closes_included else 0)

    def made(rows: Ints, zone: str) -> Ints:
        shown = local_seconds(at[rows], zone)
        day, second = shown // DAY, shown % DAY
        # an hour that comes twice must suit both times: it opens with the second of them
        today = moments(day * DAY + opens, zone, "second")
        tomorrow = moments((day + 1) * DAY + opens, zone, "second")
        early = np.where(at[rows] < today, today, at[rows])
        return np.where(second < opens, early, np.where(second < closes, early, tomorrow))

    concerned = channel_mask(asked, limit.channels)
    if limit.consent_lifts:
        concerned = concerned & ~consented(asked, at, facts, memo)
    if limit.named_hours:
        concerned = concerned & ~named_hours(asked, at, facts, memo)
    return np.where(concerned, by_zone(asked, made), at)


def quiet_days_bar(found: Dated, asked: Asked, at: Ints, _facts: Facts, _memo: Memo) -> Ints:
    """Silent from the midnight after a quiet day, wherever the person is."""
    limit = found.limit
    assert isinstance(limit, QuietDaysLimit)  # noqa: S101 - chosen by its type
    quiet = np.array(sorted(day_of(d) for d in limit.values[found.position].days), np.int64)

    def made(rows: Ints, zone: str) -> Ints:
        day = local_days(at[rows], zone)
        return np.where(np.isin(day, quiet), midnights(day + 1, zone), at[rows])

    return np.where(channel_mask(asked, limit.channels), by_zone(asked, made), at)
