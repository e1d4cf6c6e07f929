"""One file of an export, cast: typed columns, and what is wrong with which row.

Knows headings and how a contract's columns come out of them; refuses to know how rows of one key
agree with each other.
"""

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from collectctl.columns import ARROW_TYPES, Bool, Column, Dictionary
from collectctl.exports.cast import Cast, Fault, cast, cleaned
from collectctl.exports.contract import Contract, Heading
from collectctl.exports.mended import REASON
from collectctl.exports.raw import Raw
from collectctl.money import MINOR_DIGITS
from collectctl.problems import Problem, Span, did_you_mean

_ZERO_DIGITS = pa.array(sorted(c for c, d in MINOR_DIGITS.items() if d == 0), pa.string())


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One file of an export, the main one or one of mended rows."""

    file: str
    raw: Raw
    columns: Mapping[str, pa.Array]
    """Every column of the contract, null where a cell is missing or wrong."""
    faults: tuple[Fault, ...]

    @property
    def rows(self) -> int:
        """Rows that could be split into cells."""
        return len(self.raw.rows)

    @property
    def bad(self) -> Bool:
        """Which rows have a fault."""
        found = np.zeros(self.rows, np.bool_)
        for fault in self.faults:
            found[fault.positions] = True
        return found


def heading_problems(raw: Raw, contract: Contract, file: str) -> tuple[Problem, ...]:
    """What is wrong with the headings of a file.

    Problems: `no-header`, `missing-heading`, `duplicate-heading`, `unknown-heading`. A heading that
    the contract does not know is shown only beside known ones: a file without a header begins with
    somebody's data.
    """
    known = {h.name: h for h in contract.headings}
    span = Span(file=file)
    there = sum(name in raw.headings for name in known)
    if there * 2 < len(known):
        return (_no_header(known, there, span),)
    found = [
        Problem(
            code="missing-heading",
            message=f"there is no heading '{name}'",
            span=span,
            expected=", ".join(known),
            mend="ask for the file again, or change 'columns' in the contract",
        )
        for name, heading in known.items()
        if name not in raw.headings and not heading.optional
    ]
    found += [
        Problem(
            code="duplicate-heading",
            message=f"heading '{name}' stands {raw.headings.count(name)} times",
            span=span,
            expected="each heading once",
        )
        for name in known
        if raw.headings.count(name) > 1
    ]
    if contract.refuse_other_headings:
        found += _unknown(raw, set(known) | contract.ignore | {REASON}, span)
    return tuple(found)


def _no_header(known: Iterable[str], there: int, span: Span) -> Problem:
    return Problem(
        code="no-header",
        message=f"the row taken for the header has {there} of {len(list(known))} headings",
        span=span,
        expected=", ".join(known),
        mend="ask for the file again, or say 'header: {find: true}' in the contract",
    )


def _unknown(raw: Raw, known: set[str], span: Span) -> list[Problem]:
    found = []
    for i, name in enumerate(raw.headings):
        if name in known or (name == "" and raw.cells[i].null_count == len(raw.cells[i])):
            continue
        shown = f"heading '{name}'" if name else "cells without a heading"
        found.append(
            Problem(
                code="unknown-heading",
                message=f"column {i + 1} has {shown} that the contract does not know",
                span=span,
                expected="a heading of the contract",
                mend=did_you_mean(name, known) or "name it under 'columns', or under 'ignore'",
            )
        )
    return found


def cast_part(raw: Raw, contract: Contract, dictionary: Dictionary, day: date, file: str) -> Part:
    """The file's cells as the contract's columns; its headings have no problems."""
    columns = {
        name: _constant(text, dictionary[name], len(raw.rows), day)
        for name, text in contract.constants.items()
        if not text.startswith("{") or text == "{business_date}"
    }
    faults: list[Fault] = []

    def one(heading: Heading) -> Cast:
        return _cast(raw, contract, heading, zero_digits)

    zero_digits = None
    first = [h for h in contract.headings if h.column.name == "currency"]
    rest = [h for h in contract.headings if h.column.name != "currency"]
    for heading in first:
        columns["currency"], found = one(heading)
        faults += found
    zero_digits = _zero_digits(columns.get("currency"))
    with ThreadPoolExecutor(2) as pool:  # Arrow and numpy work without the GIL
        for heading, (values, found) in zip(rest, pool.map(one, rest), strict=True):
            columns[heading.column.name] = values
            faults += found
    columns |= {
        name: columns[text.strip("{}")] for name, text in contract.constants.items()
        if name not in columns
    }  # fmt: skip
    faults += _other_dates(columns, contract, day)
    return Part(
        file=file, raw=raw, columns={n: columns[n] for n in contract.columns},
        faults=tuple(faults),
    )  # fmt: skip


def _cast(raw: Raw, contract: Contract, heading: Heading, zero_digits: Bool | None) -> Cast:
    if heading.name not in raw.headings:
        return pa.nulls(len(raw.rows), ARROW_TYPES[heading.column.type]), ()
    # The text reader has taken the contract's spellings of nothing out already.
    no_value = () if raw.reader == "csv" else contract.layout.no_value
    cells = raw.cells[raw.headings.index(heading.name)]
    return cast(cleaned(cells, heading, no_value), heading, zero_digits)


def _constant(text: str, column: Column, size: int, day: date) -> pa.Array:
    kind = ARROW_TYPES[column.type]
    if column.type == "date":
        return pa.repeat(pa.scalar(day if text == "{business_date}" else date.fromisoformat(text),
                                   kind), size)  # fmt: skip
    value: object = text
    if column.type == "bool":
        value = text == "true"
    elif column.type not in ("text", "enum"):
        value = column.number(text, "CNY")
    return pa.repeat(pa.scalar(value, kind), size)


def _zero_digits(currency: pa.Array | None) -> Bool | None:
    """Rows in a currency without decimals, None when there are none."""
    if currency is None:
        return None
    found: Bool = pc.is_in(currency, value_set=_ZERO_DIGITS).to_numpy(zero_copy_only=False)
    return found if found.any() else None


def _other_dates(columns: Mapping[str, pa.Array], contract: Contract, day: date) -> list[Fault]:
    """Rows of another night; a file in which all are so is refused before."""
    name = contract.date_column
    if name is None:
        return []
    other = pc.not_equal(columns[name], pa.scalar(day, pa.date32())).fill_null(False)
    positions = np.flatnonzero(other.to_numpy(zero_copy_only=False))
    if not len(positions):
        return []
    heading = next(h.name for h in contract.headings if h.column.name == name)
    return [
        Fault(
            positions=positions, heading=heading, code=OTHER_DATE, expected=day.isoformat()
        )
    ]  # fmt: skip


OTHER_DATE = "other-business-date"
