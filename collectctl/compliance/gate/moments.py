"""Moments and local time, for many rows at once.

A moment is seconds since 1970-01-01 UTC, a day its day number. Knows zones, also hours that do not
exist and hours that come twice. Refuses to know limits.
"""

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


def local_seconds(at: Ints, zone: str) -> Ints:
    """What clocks in the zone show, as seconds since their own 1970-01-01; FOREVER stays."""
    found = pd.DatetimeIndex(np.minimum(at, _LAST).astype("datetime64[s]")).tz_localize("UTC")
    shown = found.tz_convert(zone).tz_localize(None).as_unit("s").asi8
    return np.where(at >= _LAST, at, shown).astype(np.int64)


def local_days(at: Ints, zone: str) -> Ints:
    """The local day of each moment."""
    return local_seconds(at, zone) // DAY


def moments(shown: Ints, zone: str, twice: Literal["first", "second"]) -> Ints:
    """The moments at which clocks in the zone show this.

    An hour that comes twice is taken as said; one that does not exist is the moment after the gap.
    """
    capped = np.minimum(shown, _LAST - DAY * 2)
    naive = pd.DatetimeIndex(capped.astype("datetime64[s]"))
    first = np.full(len(naive), twice == "first")
    found = naive.tz_localize(zone, ambiguous=first, nonexistent="shift_forward")
    return np.where(shown > capped, FOREVER, found.as_unit("s").asi8).astype(np.int64)


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
