"""Moments and local time, for many rows at once.

A moment is seconds since 1970-01-01 UTC, a day its day number. Knows zones, also hours that do not
exist and hours that come twice. Refuses to know limits.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from collectctl.calendar import day_number
from collectctl.columns import Ints

FOREVER = 2**60
"""Later than any moment: never."""
DAY = 86_400
_LAST = 253_402_300_799  # 9999-12-31 23:59:59
_QUARTER = 900
_GAP = 36 * 3600
"""Longer than clocks were ever put forward at once."""


def local_seconds(at: Ints, zone: str) -> Ints:
    """What clocks in the zone show, as seconds since their own 1970-01-01; FOREVER stays."""
    return _by_quarters(at, lambda found: _local_seconds(found, zone), _LAST)


def _local_seconds(at: Ints, zone: str) -> Ints:
    found = pd.DatetimeIndex(at.astype("datetime64[s]")).tz_localize("UTC")
    return found.tz_convert(zone).tz_localize(None).as_unit("s").asi8


def local_days(at: Ints, zone: str) -> Ints:
    """The local day of each moment."""
    return local_seconds(at, zone) // DAY


def moments(shown: Ints, zone: str, twice: Literal["first", "second"]) -> Ints:
    """The moments at which clocks in the zone show this.

    An hour that comes twice is taken as said; one that does not exist is the moment after the gap.
    """
    found = _by_quarters(shown, lambda some: _moments(some, zone, twice), _LAST - DAY * 2)
    return np.where(shown > _LAST - DAY * 2, FOREVER, found)


def _moments(shown: Ints, zone: str, twice: Literal["first", "second"]) -> Ints:
    naive = pd.DatetimeIndex(shown.astype("datetime64[s]"))
    first = np.full(len(naive), twice == "first")
    local = naive.tz_localize(zone, ambiguous=first, nonexistent="NaT")
    found = local.as_unit("s").asi8.copy()
    gone = np.flatnonzero(local.isna())
    if len(gone):
        found[gone] = _after_gap(shown[gone], zone)
    return found


def _after_gap(shown: Ints, zone: str) -> Ints:
    """The first moment at which clocks that never show this show something later.

    pandas' own way is off by half an hour where clocks go forward by so much.
    """
    ahead = [_local_seconds(shown + d, zone) - shown - d for d in (-_GAP, _GAP)]
    low, high = shown - np.maximum(*ahead), shown - np.minimum(*ahead)
    while (high - low > 1).any():
        middle = (low + high) // 2
        after = _local_seconds(middle, zone) > shown
        low, high = np.where(after, low, middle), np.where(after, middle, high)
    found: Ints = high
    return found


def _by_quarters(seconds: Ints, made: Callable[[Ints], Ints], last: int) -> Ints:
    """What `made` gives for each of many seconds; those beyond `last` stay as they are.

    Where many seconds lie in few quarters of an hour, the two ends of a quarter tell of all in it,
    unless clocks change inside it.
    """
    known = seconds < last
    if not known.any():
        return seconds.astype(np.int64)
    low, high = (int(f) // _QUARTER for f in (seconds[known].min(), seconds[known].max()))
    if high - low + 1 >= len(seconds) // 2:
        return np.where(known, made(np.where(known, seconds, 0)), seconds).astype(np.int64)
    begins = np.arange(low, high + 1) * _QUARTER
    first, end = made(begins), made(begins + _QUARTER - 1)
    place = np.where(known, seconds // _QUARTER - low, 0)
    # clocks that are put forward show none of such a quarter: all of it is one moment
    moves = (end > first)[place]
    found = first[place] + np.where(moves, seconds % _QUARTER, 0)
    odd = np.flatnonzero(((end != first) & (end - first != _QUARTER - 1))[place])
    if len(odd):
        found[odd] = made(np.where(known[odd], seconds[odd], 0))
    return np.where(known, found, seconds).astype(np.int64)


def midnights(days: Ints, zone: str) -> Ints:
    """The first moment of each local day."""
    return moments(days * DAY, zone, "first")


def typed_moments(shown: datetime, zone: str) -> tuple[int, ...]:
    """The moments that a time typed by a person may stand for: none, one or two.

    None in the years 1 and 9999, whose ends no clock elsewhere can show; a wish without an end has
    none written.
    """
    if not date.min.year < shown.year < date.max.year:
        return ()
    place = ZoneInfo(zone)
    found = {
        int(shown.replace(tzinfo=place, fold=fold).timestamp())
        for fold in (0, 1)
        if datetime.fromtimestamp(
            shown.replace(tzinfo=place, fold=fold).timestamp(), place
        ).replace(tzinfo=None)
        == shown
    }
    return tuple(sorted(found))


def day_of(day: date) -> int:
    """The day number of a date."""
    return day_number(day)
