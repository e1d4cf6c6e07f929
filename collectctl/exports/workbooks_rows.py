"""The rows of a sheet as text, cell by cell in columns, and the rows that cannot be trusted.

Knows errors, merged cells and trailers. Refuses to know what a heading means.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import numpy as np
import pyarrow as pa
from python_calamine import CalamineSheet

from collectctl.exports.raw import BrokenRow, Raw
from collectctl.exports.workbooks_text import cell_text

_BATCH = 20_000
Row = Sequence[object]
Marks = np.ndarray[tuple[int], np.dtype[np.bool_]]


def merged_rows(sheet: CalamineSheet, rows: int) -> Marks:
    """Which rows have a cell that is one with others."""
    found = np.zeros(rows, np.bool_)
    for (first, _), (last, _) in sheet.merged_cell_ranges or ():
        found[first : last + 1] = True
    return found


class Rows:
    """The rows of a sheet as they come in."""

    def __init__(
        self, headings: tuple[str, ...], errors: set[tuple[int, int]], merged: Marks
    ) -> None:
        """Takes the headings, the places of errors (from 0), and which rows are merged."""
        self._headings = headings
        self._merged = merged
        self._error_in: dict[int, int] = {}
        for row, column in sorted(errors, reverse=True):
            self._error_in[row] = column
        self._broken: list[BrokenRow] = []
        self._tables = [self._table([])]
        self._numbers: list[int] = []

    def take(self, rows: Iterator[tuple[int, Row]]) -> None:
        """Takes rows, each with its number from 0; blank ones are none."""
        while batch := list(islice(rows, _BATCH)):
            good: list[Row] = []
            for number, row in batch:
                if number in self._error_in:
                    self._break(number, row, "excel-error")
                elif not _is_filled(row):
                    continue
                elif self._merged[number]:
                    self._break(number, row, "merged-cells")
                else:
                    good.append(row)
                    self._numbers.append(number + 1)
            if good:
                self._tables.append(self._table(good))

    def take_trailer(self, mark: str) -> tuple[str, ...] | None:
        """The last row's cells, taken away, if its first one is the mark."""
        is_broken = bool(self._broken) and self._broken[-1].row > max(self._numbers[-1:], default=0)
        if is_broken:
            cells = [f.strip() for f in self._broken[-1].fields]
        elif self._numbers:
            last = self._tables[-1]
            (row,) = last.slice(last.num_rows - 1).to_pylist()
            cells = [(v or "").strip() for v in row.values()]
        else:
            return None
        if cells[0] != mark:
            return None
        if is_broken:
            self._broken.pop()
        else:
            self._numbers.pop()
            self._tables[-1] = self._tables[-1].slice(0, self._tables[-1].num_rows - 1)
        while not cells[-1]:
            cells.pop()
        return tuple(cells)

    def raw(self, reader: str, sheet: str, trailer: tuple[str, ...] | None) -> Raw:
        """All that was taken; columns without heading and value at the right are left out."""
        cells = tuple(c.combine_chunks() for c in pa.concat_tables(self._tables).columns)
        used = len(cells)
        while used and not self._headings[used - 1] and _is_empty(cells[used - 1]):
            used -= 1
        return Raw(
            headings=self._headings[:used],
            cells=cells[:used],
            rows=np.array(self._numbers, np.int64),
            reader=reader,
            encoding=None,
            sheet=sheet,
            broken=tuple(self._broken),
            trailer=trailer,
        )

    def _table(self, rows: Sequence[Row]) -> pa.Table:
        width = len(self._headings)
        columns: Iterable[Sequence[object]] = zip(*rows, strict=True) if rows else [()] * width
        return pa.table({f"c{i}": _column(c) for i, c in enumerate(columns)})

    def _break(self, number: int, row: Row, code: str) -> None:
        is_error = code == "excel-error"
        at = self._error_in.get(number, len(self._headings))
        heading = self._headings[at] if is_error and at < len(self._headings) else None
        self._broken.append(
            BrokenRow(
                row=number + 1,
                column=heading or None,
                code=code,
                found="an error such as #N/A" if is_error else "a cell merged with others",
                expected="a value" if is_error else "a cell of its own for each value",
                fields=tuple(cell_text(v) or "" for v in row),
            )
        )


def _is_filled(row: Row) -> bool:
    return any(v != "" and not (isinstance(v, str) and v.isspace()) for v in row)


def _is_empty(cells: pa.Array) -> bool:
    return bool(cells.null_count == len(cells))


def _column(values: Sequence[object]) -> pa.Array:
    kinds = set(map(type, values))
    if kinds == {str}:
        return pa.array([v or None for v in values], pa.string())
    if bool not in kinds:  # True and 1.0 would be one value
        spelled = {v: cell_text(v) for v in set(values)}
        return pa.array([spelled[v] for v in values], pa.string())
    return pa.array([cell_text(v) for v in values], pa.string())
