"""What every reader gives: headings and cells as text, with the place of each row in its file.

Knows the form between readers and casting; refuses to know what a heading means.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

Rows = np.ndarray[tuple[int], np.dtype[np.int64]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How large an export may be before it is refused unread."""

    bytes: int
    """Largest file, and largest content a compressed one may unpack to times ten."""
    rows: int
    cells: int
    memory_bytes: int
    """Address space of the child process that parses a workbook."""
    seconds: int
    """Wall time of that child process."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The shape of an export, as its contract declares it; a reader needs nothing else."""

    required_headings: tuple[str, ...]
    """Headings the header row must have; they tell it from the rows above it."""
    header_row: int | None
    """Line or sheet row of the header, from 1; None: the first that has all required headings."""
    search_rows: int
    """How many rows are looked at to find the header."""
    delimiter: str
    quote: str | None
    encoding: str | None
    """`utf-8`, `gb18030` or `utf-16`; None: found by trying BOM, UTF-8, GB18030, strictly."""
    sheet: str | None
    """The sheet's name; None: the only visible sheet that is not empty."""
    trailer: str | None
    """First cell of the last row when that row is a trailer; it becomes `Raw.trailer`, no row."""
    no_value: tuple[str, ...]
    """Cells that mean nothing; the text reader makes them null (others leave that to casting)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenRow:
    """A row that could not be split into cells, or whose cell could not be read."""

    row: int
    column: str | None
    """The heading, when one cell is to blame."""
    code: str
    found: str
    """What was found, without data: `7 cells`."""
    expected: str
    fields: tuple[str, ...]
    """The row's cells as far as they could be told apart, for the person who mends it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """An export as text. Wholly blank rows are no rows; broken rows are in `broken` alone."""

    headings: tuple[str, ...]
    """As in the file, surrounding white space removed; may repeat and may be empty."""
    cells: tuple[pa.Array, ...]
    """One `pa.string()` array a heading, all of one length; null: an empty or absent cell."""
    rows: Rows
    """Physical line (text: of the record's first line) or sheet row of each record, from 1."""
    reader: str
    """`csv`, `xlsx`, `xls` or `parquet`."""
    encoding: str | None
    sheet: str | None
    broken: tuple[BrokenRow, ...]
    trailer: tuple[str, ...] | None
    """The trailer's cells without empty ones at the end; None when there is no trailer."""
