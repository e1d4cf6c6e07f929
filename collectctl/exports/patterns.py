"""File names of a night: patterns with the business date in them, forwards and backwards.

Knows `{date}` and `{yyyymmdd}`; refuses to know what lies behind a name.
"""

import re
from datetime import date

from collectctl.calendar import parse_day

PLACES = {"{date}": r"(\d{4}-\d{2}-\d{2})", "{yyyymmdd}": r"(\d{8})"}
_ALLOWED = re.compile(r"(?:[\w.\-]|\{date\}|\{yyyymmdd\})+(?:/(?:[\w.\-]|\{date\}|\{yyyymmdd\})+)*")


def fill(pattern: str, day: date) -> str:
    """The pattern with the date put in."""
    return pattern.replace("{date}", day.isoformat()).replace("{yyyymmdd}", f"{day:%Y%m%d}")


def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern as a regular expression whose groups are the dates in it."""
    parts = re.split(r"(\{date\}|\{yyyymmdd\})", pattern)
    return re.compile("".join(PLACES.get(p) or re.escape(p) for p in parts))


def date_of(pattern: re.Pattern[str], name: str) -> date | None:
    """The date that the name carries, if it fits the pattern and says one date throughout."""
    match = pattern.fullmatch(name)
    if match is None:
        return None
    days = {parse_day(g if "-" in g else f"{g[:4]}-{g[4:6]}-{g[6:]}") for g in match.groups()}
    return days.pop() if len(days) == 1 else None


def fault(pattern: str, *, star: bool = False, dated: bool = True) -> str | None:
    """What is wrong with a pattern of a contract, or None.

    A name is relative to the inbox, made of letters, digits, `_ . -` and folders; `star` allows
    one `*` in its last part.
    """
    plain = pattern
    if star:
        head, _, last = pattern.rpartition("/")
        if last.count("*") != 1:
            return "its last part has no '*', or more than one"
        plain = f"{head}/{last.replace('*', 'x')}" if head else last.replace("*", "x")
    if not _ALLOWED.fullmatch(plain) or any(set(part) <= {"."} for part in plain.split("/")):
        return "it is not a name below the inbox made of letters, digits, _ . - and /"
    if dated and not any(p in pattern for p in PLACES):
        return "it has neither {date} nor {yyyymmdd}"
    return None
