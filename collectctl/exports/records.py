r"""Delimited text taken apart record by record: slow, exact, and never at a loss.

What a record is: cells between delimiters up to a line break (LF, CR LF or CR). A cell that begins
with a quote runs to the closing one, line breaks and delimiters included, `""` standing for a
quote; what follows up to the delimiter belongs to it as it is. A quote elsewhere is a character.
The fast reader (Arrow) has the same rules; this one also says on which line a record begins, and
takes up again at the next line after a quote that nobody closed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

BREAK = re.compile(rb"\r\n|\n|\r")
_LONGEST = 1_000_000
"""A quoted cell of more bytes than this was never closed."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its cells, the line it begins on, and where the next one begins."""

    cells: tuple[bytes, ...]
    line: int
    end: int
    next_line: int
    open_quote: bool


class Splitter:
    """Takes text apart by one delimiter and one quote."""

    def __init__(self, delimiter: str, quote: str | None) -> None:
        self.delimiter = delimiter.encode()
        self.quote = None if quote is None else quote.encode()
        self._stop = re.compile(re.escape(self.delimiter) + rb"|\r\n|\n|\r")
        self._closing = re.compile(re.escape(self.quote or b'"') * 2 + rb"?")

    def record(self, data: bytes, start: int, line: int, stop: int | None = None) -> Record:
        """The record that begins at `start`, on physical line `line`; `stop` ends the text."""
        limit = len(data) if stop is None else stop
        plain = self.line(data, start, line, limit)
        if self.quote is None or self.quote not in data[start : plain.end]:
            return plain
        return self._quoted_record(data, start, line, limit) or Record(
            plain.cells, line, plain.end, plain.next_line, open_quote=True
        )

    def line(self, data: bytes, start: int, line: int, limit: int) -> Record:
        """The physical line that begins at `start`, quotes being plain characters."""
        found = BREAK.search(data, start, limit)
        end, over = found.span() if found else (limit, limit)
        cells = tuple(data[start:end].split(self.delimiter))
        return Record(cells, line, over, line + 1, open_quote=False)

    def records(self, data: bytes, start: int, line: int, stop: int) -> Iterator[Record]:
        """All records from `start` to `stop` that are not blank lines."""
        at = start
        while at < stop:
            record = self.record(data, at, line, stop)
            if data[at : at + 1] not in (b"\n", b"\r"):
                yield record
            at, line = record.end, record.next_line

    def _quoted_record(self, data: bytes, start: int, line: int, limit: int) -> Record | None:
        cells: list[bytes] = []
        at, lines = start, line
        while True:
            cell = b""
            if data[at : at + 1] == self.quote and at < limit:
                closed = self._quoted(data, at + 1, limit)
                if closed is None:
                    return None
                cell, at = closed
                lines += len(BREAK.findall(cell))
            found = self._stop.search(data, at, limit)
            end, over = found.span() if found else (limit, limit)
            cells.append(cell + data[at:end])
            if found is None or found.group() != self.delimiter:
                return Record(tuple(cells), line, over, lines + 1, open_quote=False)
            at = over

    def _quoted(self, data: bytes, at: int, limit: int) -> tuple[bytes, int] | None:
        """The content of a quoted cell and the place after its closing quote."""
        parts: list[bytes] = []
        quote = self.quote or b""
        last = min(limit, at + _LONGEST)
        while True:
            found = self._closing.search(data, at, last)
            if found is None:
                return None
            parts.append(data[at : found.start()])
            if len(found.group()) == 1:
                return b"".join(parts), found.end()
            parts.append(quote)
            at = found.end()
