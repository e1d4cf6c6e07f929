"""Cells and line numbers of the rows of a text, fast by Arrow or slowly one record at a time.

Both give the same rows for the same text; the slow one is what the fast one is tested against.
"""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.csv

from collectctl.exports.raw import BrokenRow, Rows
from collectctl.exports.records import Record, Splitter

_BLOCK = 1 << 22
_BATCH = 20_000
_CONTENT = re.compile(rb"[^\r\n]")
Split = tuple[tuple[pa.Array, ...], Rows, tuple[BrokenRow, ...]]


class NotSplitError(Exception):
    """Arrow did not split the text in a way that can be trusted; said without its data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The part of a text that holds the rows."""

    text: bytes
    start: int
    end: int
    line: int
    """Physical line of the first character, from 1."""
    width: int
    """Cells a row must have."""
    splitter: Splitter
    no_value: tuple[str, ...]

    @property
    def is_quoted(self) -> bool:
        """Whether there is a quote anywhere."""
        quote = self.splitter.quote
        return quote is not None and self.text.find(quote, self.start, self.end) >= 0


def split_fast(body: Body) -> Split:
    """All rows by Arrow: at once, or in one thread when some have too few or too many cells.

    Raises:
        NotSplitError: Arrow cannot, or the lines of its rows cannot be told.
    """
    if _CONTENT.search(body.text, body.start, body.end) is None:
        return _table([], body.width)
    broken: list[tuple[int, str]] = []
    try:
        table = _arrow(body, None)
    except pa.ArrowInvalid:
        try:
            table = _arrow(body, broken)
        except pa.ArrowInvalid:
            raise NotSplitError from None
    lines = _record_lines(body, table.num_rows + len(broken))
    is_good = np.ones(len(lines), np.bool_)
    is_good[[number - 1 for number, _ in broken]] = False
    faults = [
        _broken(body.splitter.record(text.encode(), 0, int(lines[number - 1])), body.width)
        for number, text in broken
    ]
    return _joined(table), lines[is_good], tuple(faults)


def split_slowly(body: Body) -> Split:
    """All rows, record by record."""
    batches: list[pa.Table] = []
    rows: list[int] = []
    faults: list[BrokenRow] = []
    batch: list[list[str | None]] = []
    nothing = frozenset(body.no_value)
    for record in body.splitter.records(body.text, body.start, body.line, body.end):
        if len(record.cells) != body.width or record.open_quote:
            faults.append(_broken(record, body.width))
            continue
        rows.append(record.line)
        texts = [c.decode() for c in record.cells]
        batch.append([None if t in nothing else t for t in texts])
        if len(batch) == _BATCH:
            batches.append(_columns(batch, body.width))
            batch = []
    batches.append(_columns(batch, body.width))
    return _joined(pa.concat_tables(batches)), np.array(rows, np.int64), tuple(faults)


def _columns(batch: list[list[str | None]], width: int) -> pa.Table:
    columns = zip(*batch, strict=True) if batch else [()] * width
    arrays = [pa.array(c, pa.string()) for c in columns]
    return pa.table(arrays, names=_names(width))


def _table(batch: list[list[str | None]], width: int) -> Split:
    table = _columns(batch, width)
    return tuple(c.combine_chunks() for c in table.columns), np.empty(0, np.int64), ()


def _joined(table: pa.Table) -> tuple[pa.Array, ...]:
    """Each column in one piece."""
    with ThreadPoolExecutor(2) as pool:  # copying is all of it, and Arrow copies without the GIL
        return tuple(pool.map(pa.ChunkedArray.combine_chunks, table.columns))


def _names(width: int) -> list[str]:
    return [f"c{i}" for i in range(width)]


def _arrow(body: Body, broken: list[tuple[int, str]] | None) -> pa.Table:
    def keep(row: pyarrow.csv.InvalidRow, found: list[tuple[int, str]]) -> str:
        found.append((row.number, row.text))
        return "skip"

    names = _names(body.width)
    quote = body.splitter.quote
    source = pa.py_buffer(body.text).slice(body.start, body.end - body.start)
    return pyarrow.csv.read_csv(
        source,
        read_options=pyarrow.csv.ReadOptions(
            column_names=names, block_size=_BLOCK, use_threads=broken is None
        ),
        parse_options=pyarrow.csv.ParseOptions(
            delimiter=body.splitter.delimiter.decode(),
            quote_char=quote.decode() if quote is not None else False,
            double_quote=quote is not None,
            newlines_in_values=body.is_quoted,
            invalid_row_handler=None if broken is None else partial(keep, found=broken),
        ),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            null_values=list(body.no_value),
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
            check_utf8=False,  # the decoder has looked at every byte already
        ),
    )


def _broken(record: Record, width: int) -> BrokenRow:
    count = len(record.cells)
    code = "too-few-cells" if count < width else "too-many-cells"
    return BrokenRow(
        row=record.line,
        column=None,
        code="open-quote" if record.open_quote else code,
        found=f"{count} cells",
        expected="a closing quote" if record.open_quote else f"{width} cells",
        fields=tuple(c.decode() for c in record.cells),
    )


def _record_lines(body: Body, count: int) -> Rows:
    """The physical line on which each record begins.

    As many lines as records: no line is blank and no record has two, whatever the quotes. Else
    the lines are told from where quotes open and close, if they stand only at the edges of cells.
    """
    text, start, end = body.text, body.start, body.end
    breaks = text.count(b"\n", start, end)
    if text.find(b"\r", start, end) >= 0:
        breaks += text.count(b"\r", start, end) - text.count(b"\r\n", start, end)
    lines = breaks + (text[end - 1 : end] not in (b"\n", b"\r"))
    if lines != count:
        return _quoted_lines(body, count)
    before = end - 1 - (text[end - 2 : end] == b"\r\n")
    last = max(text.rfind(b"\n", start, before), text.rfind(b"\r", start, before)) + 1
    if body.splitter.record(text, max(last, start), 1, end).open_quote:
        raise NotSplitError
    return np.arange(body.line, body.line + count, dtype=np.int64)


def _quoted_lines(body: Body, count: int) -> Rows:
    data = np.frombuffer(body.text, np.uint8, body.end - body.start, body.start)
    is_break = data == ord("\n")
    lone = np.flatnonzero(data == ord("\r"))
    lone = lone[(lone + 1 == len(data)) | ~is_break[np.minimum(lone + 1, len(data) - 1)]]
    is_break[lone] = True
    begins = np.concatenate([[0], np.flatnonzero(is_break) + 1])
    begins = begins[begins < len(data)]
    quotes = np.flatnonzero(data == ord(body.splitter.quote or b"\n"))
    if body.splitter.quote is None:
        quotes = quotes[:0]
    opening, before = quotes[::2], np.maximum(quotes[::2] - 1, 0)
    edge = np.isin(data[before], [ord(body.splitter.delimiter), ord("\n"), ord("\r")])
    again = np.concatenate([[False], before[1:] == quotes[1::2][: len(opening) - 1]])
    if len(quotes) % 2 or not np.all(edge | (opening == 0) | again[: len(opening)]):
        raise NotSplitError
    outside = np.searchsorted(quotes, begins) % 2 == 0
    blank = np.isin(data[begins], [ord("\n"), ord("\r")])
    found: Rows = np.flatnonzero(outside & ~blank) + body.line
    if len(found) != count:
        raise NotSplitError
    return found
