"""Dates as values: parsing one spelling, day numbers, ranges `[start, end)`.

Knows the calendar; refuses to know the clock: the run date is always an argument.
"""

import re
from datetime import date

_EPOCH = date(1970, 1, 1).toordinal()
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")


def parse_day(text: str) -> date | None:
    """The date written `YYYY-MM-DD`, or None for any other spelling or a day that is not."""
    if not _ISO.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def day_number(day: date) -> int:
    """Days since 1970-01-01, the integer that date columns are encoded as."""
    return day.toordinal() - _EPOCH


def from_day_number(number: int) -> date:
    """The date of a day number; the inverse of `day_number`."""
    return date.fromordinal(number + _EPOCH)
