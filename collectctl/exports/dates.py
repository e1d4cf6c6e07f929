"""Dates in a declared spelling: `YYYY-MM-DD`, `YYYYMMDD`, `YYYY年M月D日`, `M/D/YYYY`.

Knows spellings; refuses to guess between two that give different days.
"""

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

_PARTS = {
    "YYYY": r"(?P<y>[0-9]{4})",
    "MM": r"(?P<m>[0-9]{2})",
    "DD": r"(?P<d>[0-9]{2})",
    "M": r"(?P<m>[0-9]{1,2})",
    "D": r"(?P<d>[0-9]{1,2})",
}
ISO = "YYYY-MM-DD"


@lru_cache
def spelling(written: str) -> re.Pattern[str] | None:
    """What a date in this spelling looks like, or None when a year, month or day is missing."""
    parts = re.split(r"(YYYY|MM|DD|M|D)", written)
    try:
        pattern = re.compile("".join(_PARTS.get(p) or re.escape(p) for p in parts))
    except re.error:  # the same part twice
        return None
    return pattern if set(pattern.groupindex) == {"y", "m", "d"} else None


def parse(text: str, spellings: Sequence[str]) -> date | None:
    """The date, when at least one spelling fits and all that fit agree."""
    found = set()
    for written in spellings:
        pattern = spelling(written)
        match = None if pattern is None else pattern.fullmatch(text)
        if match is None:
            continue
        try:
            found.add(date(int(match["y"]), int(match["m"]), int(match["d"])))
        except ValueError:
            continue
    return found.pop() if len(found) == 1 else None
