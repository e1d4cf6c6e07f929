"""Cells of one heading as a column of the dictionary, with every cell that is not one.

Columns are cast whole; single cells are looked at only where that fails. Knows types, units,
bounds, translations; refuses to know other columns, except the currency an amount is in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import available_timezones

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from collectctl.calendar import day_number
from collectctl.columns import Bool, Column
from collectctl.exports import dates
from collectctl.exports.contract import Heading
from collectctl.exports.identifiers import rounded
from collectctl.exports.numbers import LARGEST, integers, ungrouped
from collectctl.exports.raw import Rows
from collectctl.exports.shapes import SHIFTS
from collectctl.money import MINOR_DIGITS, scaled

MAJOR_DIGITS = max(MINOR_DIGITS.values())
_LONGEST_TEXT = 4_000
_FIRST_DAY = date(1900, 1, 1)
_FULL_WIDTH = {c: c - 0xFEE0 for c in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_NO_TEXT = pa.scalar(None, pa.string())


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Cells of one heading that are wrong in one way."""

    positions: Rows
    """Positions among the cells, from 0."""
    heading: str
    code: str
    expected: str


Cast = tuple[pa.Array, tuple[Fault, ...]]


def cleaned(cells: pa.Array, heading: Heading, no_value: Sequence[str]) -> pa.Array:
    """The cells as text with what the contract declares removed; null: no value.

    Args:
        cells: As the reader gave them.
        heading: Says what to remove.
        no_value: Spellings of nothing that the reader has not removed yet.
    """
    if heading.excel_text:
        wrapped = pc.match_substring_regex(cells, r'^="[^"]*"$')
        if pc.any(wrapped).as_py():
            bare = pc.replace_substring_regex(cells, r'^="([^"]*)"$', r"\1")
            cells = pc.if_else(wrapped, bare, cells)
    if heading.full_width:
        wide = pc.match_substring_regex(cells, "[\uff01-\uff5e\u3000]")
        if pc.any(wide).as_py():
            cells = pa.array(
                [None if c is None else c.translate(_FULL_WIDTH) for c in cells.to_pylist()],
                pa.string(),
            )
    if heading.trim:
        cells = pc.utf8_trim_whitespace(cells)
    nothing = {*no_value, *heading.no_value}
    if heading.trim or heading.excel_text or heading.full_width:
        nothing |= {""}
    if nothing:
        empty = pc.is_in(cells, value_set=pa.array(sorted(nothing), pa.string()))
        if pc.any(empty).as_py():
            cells = pc.if_else(empty, _NO_TEXT, cells)
    return cells


def cast(cells: pa.Array, heading: Heading, zero_digits: Bool | None) -> Cast:
    """The cleaned cells as the heading's column, null where a cell is wrong, and what is wrong.

    Args:
        cells: From `cleaned`.
        heading: Says which column, unit and spelling.
        zero_digits: Rows whose currency has no decimals; None: none has.
    """
    column = heading.column
    if column.type in ("int", "money", "ratio") and not heading.values:
        values, faults = _number(cells, heading, zero_digits)
    elif column.type == "date":
        values, faults = _date(cells, heading)
    elif column.type == "text" and not heading.values:
        values, faults = _text(cells, heading)
    else:
        values, faults = _word(cells, heading)
    if heading.required:
        missing = cells.is_null().to_numpy(zero_copy_only=False)
        faults += _fault(missing, heading, "missing-value", "a value")
    return values, faults


def _fault(where: Bool, heading: Heading, code: str, expected: str) -> tuple[Fault, ...]:
    if not where.any():
        return ()
    positions = np.flatnonzero(where)
    return (Fault(positions=positions, heading=heading.name, code=code, expected=expected),)


def _without(values: pa.Array, bad: Bool) -> pa.Array:
    if not bad.any():
        return values
    return pc.if_else(pa.array(bad), pa.scalar(None, values.type), values)


def _number(cells: pa.Array, heading: Heading, zero_digits: Bool | None) -> Cast:
    column = heading.column
    if heading.unit in ("percent", "ten_thousandth"):
        signed = pc.ends_with(cells, "%")
        if heading.unit == "percent" and pc.any(signed).as_py():
            cells = pc.if_else(signed, pc.utf8_slice_codeunits(cells, 0, -1), cells)
    if heading.thousands:
        cells = ungrouped(cells)
    scale = {"int": 0, "money": MAJOR_DIGITS * (heading.unit == "yuan")}.get(column.type)
    if scale is None:
        scale = column.decimals - SHIFTS[heading.unit or "fraction"]
    values, bad = integers(cells, scale)
    if column.type == "money":
        values, odd = _minor(values, heading, zero_digits)
        bad = bad | odd
    known = cells.is_valid().to_numpy(zero_copy_only=False) & ~bad
    outside = known & _outside(values, column, zero_digits)
    faults = _fault(bad, heading, "not-a-number", _wanted(heading))
    faults += _fault(outside, heading, "out-of-bounds", _bounds(column))
    return pa.array(values, pa.int64(), mask=~known | outside), faults


def _minor(values: Rows, heading: Heading, zero_digits: Bool | None) -> tuple[Rows, Bool]:
    """Minor units; bad where a currency without decimals has some."""
    odd = np.zeros(len(values), np.bool_)
    if heading.unit == "fen" or zero_digits is None:
        return values, odd
    step = 10**MAJOR_DIGITS
    odd = zero_digits & (values % step != 0)
    return np.where(zero_digits, values // step, values), odd


def _outside(values: Rows, column: Column, zero_digits: Bool | None) -> Bool:
    digits = MAJOR_DIGITS if column.type == "money" else column.digits
    low = -LARGEST if column.minimum is None else scaled(column.minimum, digits) or 0
    high = LARGEST if column.maximum is None else scaled(column.maximum, digits) or 0
    if zero_digits is None or column.type != "money":
        if len(values) == 0 or (values.min() >= low and values.max() <= high):
            return np.zeros(len(values), np.bool_)
        return (values < low) | (values > high)
    step = np.where(zero_digits, 10**MAJOR_DIGITS, 1)
    return (values < -(-low // step)) | (values > high // step)


def _wanted(heading: Heading) -> str:
    kind, unit = heading.column.type, heading.unit
    if kind == "int":
        return "a whole number such as 30"
    separators = "" if heading.thousands else ", without separators"
    if kind == "money":
        example = "an amount such as 1234.50" if unit == "yuan" else "whole fen such as 123450"
        return example + separators
    decimals = heading.column.decimals - SHIFTS[unit or "fraction"]
    return f"a number in {unit} with at most {decimals} decimals{separators}"


def _bounds(column: Column) -> str:
    if column.minimum is None or column.maximum is None:
        return f"{column.minimum or 'any'} to {column.maximum or 'any'}"
    return f"{column.minimum} to {column.maximum}"


def _date(cells: pa.Array, heading: Heading) -> Cast:
    if heading.dates == (dates.ISO,):
        try:
            quick = cells.cast(pa.date32())
        except pa.ArrowInvalid:
            pass
        else:
            # As a number: Arrow reads the year 0000, which Python has no date for.
            first = pc.min(quick.cast(pa.int32())).as_py()
            if first is None or first >= day_number(_FIRST_DAY):
                return quick, ()
    coded = cells.dictionary_encode()
    found = [dates.parse(text, heading.dates) for text in coded.dictionary.to_pylist()]
    days = [None if d is None or d < _FIRST_DAY else day_number(d) for d in found]
    values = pa.array(days, pa.int32()).cast(pa.date32()).take(coded.indices)
    bad = (pc.is_null(values).to_numpy(zero_copy_only=False)) & cells.is_valid().to_numpy(
        zero_copy_only=False
    )
    return values, _fault(
        bad, heading, "not-a-date", "a date written " + " or ".join(heading.dates)
    )


def _word(cells: pa.Array, heading: Heading) -> Cast:
    column = heading.column
    codes = dict(heading.values) or {v: v for v in column.values}
    index = pc.index_in(cells, value_set=pa.array(codes, pa.string()))
    if column.type == "bool":
        index = pc.if_else(cells.is_null(), pa.scalar(None, pa.int32()), index)
        values = pa.array([c == "true" for c in codes.values()], pa.bool_()).take(index)
    elif column.type == "int":
        values = pa.array([int(c) for c in codes.values()], pa.int64()).take(index)
    else:
        values = pa.array(list(codes.values()), pa.string()).take(index)
    bad = (index.is_null().to_numpy(zero_copy_only=False)) & cells.is_valid().to_numpy(
        zero_copy_only=False
    )
    expected = ", ".join(codes) if len(codes) <= 12 else f"one of {len(codes)} known values"  # noqa: PLR2004 - a line
    return values, _fault(bad, heading, "unknown-value", expected)


def _text(cells: pa.Array, heading: Heading) -> Cast:
    faults: tuple[Fault, ...] = ()
    bad = np.zeros(len(cells), np.bool_)
    longest = pc.max(pc.binary_length(cells)).as_py() or 0
    if longest > _LONGEST_TEXT:
        long = pc.greater(pc.utf8_length(cells), _LONGEST_TEXT).fill_null(False)
        bad = long.to_numpy(zero_copy_only=False)
        faults = _fault(bad, heading, "too-long", f"at most {_LONGEST_TEXT:,} characters")
    if heading.identifier:
        spoilt = rounded(cells, heading.column.personal) & ~bad
        faults += _fault(spoilt, heading, "rounded-by-excel", "all digits, kept as text")
        bad = bad | spoilt
    if heading.column.holds == "zones":
        strange = _no_zones(cells) & ~bad
        faults += _fault(strange, heading, "unknown-zone", "zones such as America/New_York")
        bad = bad | strange
    return _without(cells, bad), faults


def _no_zones(cells: pa.Array) -> Bool:
    """Cells that name anything but zones.

    A name without a region (EST, localtime) means what the machine takes it for, so it is none.
    """
    coded = cells.dictionary_encode()
    known = {name for name in available_timezones() if "/" in name} | {"UTC"}
    named = [text.split() for text in coded.dictionary.to_pylist()]
    strange = [not names or not known.issuperset(names) for names in named]
    found: Bool = (
        pa.array(strange, pa.bool_())
        .take(coded.indices)
        .fill_null(False)
        .to_numpy(zero_copy_only=False)
    )
    return found
