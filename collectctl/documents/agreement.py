"""Whether the figures of an account agree with each other, decided for all of them at once.

Knows which figures of a line say the same thing, and which characters can be printed. Refuses to
know which document asks. What is not known disagrees with nothing.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from collectctl.documents.glyphs import RANGES, lacking

Bools = npt.NDArray[np.bool_]
_DAYS = (365, 360)
"""Days in a year of simple interest, by contract. Source: practice of card agreements."""


def disagreements(
    lines: pa.Table, run_date: date | None, rate_digits: Mapping[str, int]
) -> dict[str, Bools]:
    """Of each line, by code, whether its figures disagree."""
    return {
        "rates-disagree": _rates(lines, rate_digits),
        "dates-disagree": _dates(lines, run_date),
        "amounts-disagree": _true(pc.greater(lines["overdue_amount"], lines["balance"])),
    }


def _true(found: pa.ChunkedArray) -> Bools:
    known: Bools = found.fill_null(False).to_numpy()
    return known


def _rates(lines: pa.Table, digits: Mapping[str, int]) -> Bools:
    """A yearly rate that is none of the daily rate's multiples, however either was rounded."""
    daily, annual = lines["daily_rate"], lines["annual_rate"]
    if {"daily_rate", "annual_rate"} - digits.keys() or annual.null_count == len(lines):
        return np.zeros(len(lines), np.bool_)
    # Both at one scale; half a unit of the one and, times the days, half a unit of the other.
    scale = 2 * 10 ** max(digits.values())
    one = {name: scale // 10 ** digits[name] for name in ("daily_rate", "annual_rate")}
    known = pc.and_(daily.is_valid(), annual.is_valid()).to_numpy()
    per_day = daily.fill_null(0).to_numpy() * one["daily_rate"]
    per_year = annual.fill_null(0).to_numpy() * one["annual_rate"]
    close = np.zeros(len(lines), np.bool_)
    for days in _DAYS:
        room = (one["annual_rate"] + days * one["daily_rate"]) // 2
        close |= np.abs(per_year - per_day * days) <= room
    wrong: Bools = known & ~close
    return wrong


def _dates(lines: pa.Table, run_date: date | None) -> Bools:
    wrong = _true(pc.greater(lines["last_payment_on"], lines["as_of"]))
    if run_date is not None:
        wrong |= _true(pc.greater(lines["as_of"], pa.scalar(run_date)))
    return wrong


def unprintable(columns: list[pa.ChunkedArray]) -> tuple[Bools, list[str]]:
    """Of each row whether the letters' font lacks a character in any column; the first of each."""
    found = np.zeros(len(columns[0]), np.bool_)
    for column in columns:
        found |= _true(pc.match_substring_regex(column, _outside()))
    texts = ("".join(value or "" for value in row) for row in _rows(columns, found))
    return found, [f"U+{ord(lacking(text) or chr(0)):04X}" for text in texts]


def _rows(columns: list[pa.ChunkedArray], where: Bools) -> list[tuple[str | None, ...]]:
    mask = pa.array(where)
    return list(zip(*(column.filter(mask).to_pylist() for column in columns), strict=True))


@cache
def _outside() -> str:
    """What Arrow looks for: a character that the font lacks."""
    file = resources.files("collectctl").joinpath("fonts").joinpath(RANGES)
    ranges = (line.split("-") for line in file.read_text(encoding="ascii").split())
    inside = "".join(rf"\x{{{first}}}-\x{{{last}}}" for first, last in ranges)
    return rf"[^\t\n\r{inside}]"
