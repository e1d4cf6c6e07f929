"""Rows that were refused, as a file a person can put right in Excel and give back.

The file is CSV in UTF-8 with a byte order mark, the export's own headings and a last column with
the reasons. A cell that Excel would turn into a formula, a date or a rounded number begins with an
apostrophe; the apostrophe is taken off when the file comes back.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from collectctl.exports.raw import Layout, Raw

REASON = "原因 reason"
_KEEPS = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]+)?")
"""A number that Excel gives back with the same value."""
_TURNS = re.compile(r"['=+\-@\t\r0-9]")


def as_csv(headings: Sequence[str], rows: Iterable[tuple[Sequence[str], str]]) -> bytes:
    """The file's bytes; each row is its cells and the reasons.

    A row that could not be split keeps the cells it has, so that it is refused again if nobody
    mends it.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([*headings, REASON])
    for cells, reason in rows:
        writer.writerow([*(guarded(c) for c in cells), reason])
    return out.getvalue().encode("utf-8-sig")


def guarded(cell: str) -> str:
    """The cell as Excel will leave it alone."""
    return f"'{cell}" if _TURNS.match(cell) and not _KEEPS.fullmatch(cell) else cell


def mended_layout(layout: Layout) -> Layout:
    """How a file of mended rows is laid out, whatever the export itself looks like."""
    return replace(
        layout,
        header_row=None,
        search_rows=20,
        delimiter=",",
        quote='"',
        encoding=None,
        sheet=None,
        trailer=None,
    )


def unguarded(raw: Raw) -> Raw:
    """The mended rows without the apostrophes that protected them."""
    return replace(raw, cells=tuple(_bare(c) for c in raw.cells))


def _bare(cells: pa.Array) -> pa.Array:
    guard = pc.starts_with(cells, "'")
    if not pc.any(guard).as_py():
        return cells
    return pc.if_else(guard, pc.utf8_slice_codeunits(cells, 1), cells)
