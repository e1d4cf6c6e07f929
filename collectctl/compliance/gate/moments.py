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
    found = naive.tz_localize(zone, ambiguous=first, nonexistent="shift_forward")
    return found.as_unit("s").asi8


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
    """The moments that a time typed by a person may stand for: none, one or two."""
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
