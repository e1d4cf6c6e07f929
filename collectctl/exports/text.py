"""Delimited text (CSV, TSV) as headings, cells and line numbers.

Arrow splits the cells; only when it cannot, or when the line numbers cannot be told from what it
did, the record by record reader takes over. Refuses to know what a cell means.
"""

from pathlib import Path

from collectctl.exports.decode import as_utf8
from collectctl.exports.raw import Layout, Limits, Raw
from collectctl.exports.records import Record, Splitter
from collectctl.exports.splitting import Body, NotSplitError, split_fast, split_slowly
from collectctl.problems import InputRefusedError, Problem, Span

_TAIL = 1 << 16


def read_text(path: Path, layout: Layout, limits: Limits, file: str) -> Raw:
    """The text export at `path`; `file` is the name that messages show.

    Raises:
        InputRefusedError: `undecodable`, `nul-byte`, `no-header`, `too-many-rows`,
            `too-large`.
    """
    text, encoding = as_utf8(path.read_bytes(), layout.encoding, file)
    splitter = Splitter(layout.delimiter, layout.quote)
    header = _header(text, splitter, layout, file)
    headings = tuple(_text(c).strip() for c in header.cells)
    end, trailer = _trailer(text, header.end, splitter, layout)
    body = Body(
        text=text, start=header.end, end=end, line=header.next_line, width=len(headings),
        splitter=splitter, no_value=tuple(sorted({"", *layout.no_value})),
    )  # fmt: skip
    try:
        cells, rows, broken = split_fast(body)
    except NotSplitError:
        cells, rows, broken = split_slowly(body)
    check_size(len(rows) + len(broken), len(headings), limits, file)
    return Raw(
        headings=headings, cells=cells, rows=rows, reader="csv", encoding=encoding, sheet=None,
        broken=broken, trailer=trailer,
    )  # fmt: skip


def check_size(rows: int, columns: int, limits: Limits, file: str) -> None:
    """Nothing, if the export is within its contract's limits.

    Raises:
        InputRefusedError: `too-many-rows`, `too-large`.
    """
    for code, what, size, allowed in (
        ("too-many-rows", "rows", rows, limits.rows),
        ("too-large", "cells", rows * columns, limits.cells),
    ):
        if size > allowed:
            raise InputRefusedError(
                Problem(
                    code=code,
                    message=f"the export has {size:,} {what}",
                    span=Span(file=file),
                    expected=f"at most {allowed:,}",
                    mend="raise the contract's limits if the bank has really grown this much",
                )
            )


def _header(text: bytes, splitter: Splitter, layout: Layout, file: str) -> Record:
    at, line = 0, 1
    last = layout.search_rows if layout.header_row is None else layout.header_row
    wanted = set(layout.required_headings)
    while at < len(text) and line <= last:
        record = splitter.record(text, at, line)
        if layout.header_row == line:
            return record
        if layout.header_row is None and wanted <= {_text(c).strip() for c in record.cells}:
            return record
        # Titles above the header may hold a stray quote, so these go line by line.
        above = splitter.line(text, at, line, len(text))
        at, line = above.end, above.next_line
    where = f"the first {last} lines" if layout.header_row is None else f"line {last}"
    raise InputRefusedError(
        Problem(
            code="no-header",
            message=f"the headings are not in {where}",
            span=Span(file=file),
            expected=", ".join(layout.required_headings),
            mend="ask for the file again, or change 'header' or 'columns' in the contract",
        )
    )


def _trailer(
    text: bytes, start: int, splitter: Splitter, layout: Layout
) -> tuple[int, tuple[str, ...] | None]:
    """Where the rows end, and the trailer's cells if the last line that is not blank is one."""
    if layout.trailer is None:
        return len(text), None
    begin = max(start, len(text) - _TAIL)
    tail = text[begin:].rstrip(b"\r\n \t")
    at = max(tail.rfind(b"\n"), tail.rfind(b"\r")) + 1
    cells = [_text(c).strip() for c in splitter.record(tail, at, 1).cells]
    if cells[0] != layout.trailer or (at == 0 and begin > start):
        return len(text), None
    while not cells[-1]:
        cells.pop()
    return begin + at, tuple(cells)


def _text(cell: bytes) -> str:
    return cell.decode("utf-8", "replace")  # a window may begin inside a character
