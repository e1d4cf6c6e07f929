"""Rule files with their tables in line: every pipe under the pipe above it.

Knows lines, pipes and how wide a character is shown. Refuses to change anything else: comments,
quotes, blank lines, line ends and whatever stands outside of a table stay as they were typed.
"""

import codecs
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from collectctl.columns import Dictionary
from collectctl.problems import ConfigError, display_width
from collectctl.rules.rulebook import Rulebook, read_rulebook
from collectctl.rules.tables import is_comment, is_ruler
from collectctl.yaml_file import Document, Path_, read_document

_TABLES = (("tiers", "table"), ("treatments", "table"), ("addons", "table"))
_DASHES = re.compile(r"(:?)-+(:?)")
_SHORTEST_DASHES = 3
"""What a ruler needs, so that it is not taken for a row of cells that ask nothing."""


def laid_out(files: Mapping[str, bytes], dictionary: Dictionary) -> dict[str, bytes]:
    """The files of a rulebook with their tables in line; the rulebook is the same, to its digest.

    Raises:
        ConfigError: the files have errors; what cannot be read is not touched.
    """
    before = _read(files, dictionary)
    found = {name: lay_out(data, name) for name, data in files.items()}
    if _read(found, dictionary).digest != before.digest:
        raise AssertionError("laying out a table changed what the rulebook says")
    return found


def _read(files: Mapping[str, bytes], dictionary: Dictionary) -> Rulebook:
    rulebook, problems = read_rulebook(files, dictionary)
    if rulebook is None:
        raise ConfigError(problems)
    return rulebook


def lay_out(data: bytes, file: str) -> bytes:
    """The bytes of one rule file with its tables in line; as they are if it cannot be read."""
    document, _ = read_document(data, file)
    if document is None:
        return data
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    lines = data.decode("utf-8-sig").split("\n")
    for path in _tables(document):
        place = _block(document, path)
        if place is not None:
            lines[place] = _with_ends(lines[place])
    return mark + "\n".join(lines).encode("utf-8")


def _tables(document: Document) -> Iterator[Path_]:
    """Where a table may stand: in a chain, and in each edition of a scorecard."""
    yield from _TABLES
    yield from (p for p in document.paths() if p[0] == "scorecards" and p[-1] == "table")


def _block(document: Document, path: Path_) -> slice | None:
    """The lines of a table, counted from 0; nothing where no block of lines is."""
    if not document.has(path) or not document.scalar(path).strip():
        return None
    first = document.inside(path, 0)
    if first.column != 1:  # typed in quotes or behind its key
        return None
    text = document.scalar(path)
    count = text.count("\n") + (not text.endswith("\n"))
    return slice(first.line - 1, first.line - 1 + count)


def _with_ends(lines: Sequence[str]) -> list[str]:
    """The lines in line, each ending as it did."""
    ends = ["\r" if line.endswith("\r") else "" for line in lines]
    bare = [line.removesuffix("\r") for line in lines]
    return [line + end for line, end in zip(in_line(bare), ends, strict=True)]


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of cells; its pipes at either end are decoration."""

    cells: tuple[str, ...]
    opened: bool
    closed: bool
    ruler: bool


def in_line(lines: Sequence[str]) -> list[str]:
    """The lines of one table with each pipe in one display column, and no blanks at their ends.

    Comments, and a ruler that has another number of cells than the heading, keep their text.
    """
    rows = {i: _row(line.strip()) for i, line in enumerate(lines) if _has_cells(line)}
    if not rows:
        return [line.rstrip() for line in lines]
    heading = next((i for i, row in rows.items() if not row.ruler), next(iter(rows)))
    size = len(rows[heading].cells)
    rows = {i: row for i, row in rows.items() if len(row.cells) == size}
    opened = any(r.opened or _is_taken_for_comment(r.cells[0]) for r in rows.values())
    closed = any(r.closed for r in rows.values())
    widths = [max(_width(row, n) for row in rows.values()) for n in range(size)]
    indent = " " * (len(lines[heading]) - len(lines[heading].lstrip(" ")))
    return [
        indent + _line(rows[i], widths, opened=opened, closed=closed)
        if i in rows
        else line.rstrip()
        for i, line in enumerate(lines)
    ]


def _has_cells(line: str) -> bool:
    text = line.strip()
    return bool(text) and not is_comment(text)


def _row(text: str) -> _Row:
    opened = text.startswith("|")
    closed = len(text) > 1 and text.endswith("|")
    inner = text[opened : len(text) - closed]
    cells = tuple(cell.strip() for cell in inner.split("|"))
    return _Row(cells, opened, closed, is_ruler(text))


def _is_taken_for_comment(cell: str) -> bool:
    """Whether a line that begins with the cell would be read as a comment."""
    return is_comment(f"{cell} ")


def _width(row: _Row, n: int) -> int:
    cell = row.cells[n]
    dashes = _DASHES.fullmatch(cell) if row.ruler else None
    if dashes is not None:
        return _SHORTEST_DASHES + len(dashes[1]) + len(dashes[2])
    return display_width(cell)


def _line(row: _Row, widths: Sequence[int], *, opened: bool, closed: bool) -> str:
    text = " | ".join(_shown(row, widths))
    text = f"| {text}" if opened else text
    return f"{text} |" if closed else text.rstrip()


def _shown(row: _Row, widths: Sequence[int]) -> Iterator[str]:
    for cell, width in zip(row.cells, widths, strict=True):
        dashes = _DASHES.fullmatch(cell) if row.ruler else None
        if dashes is None:
            yield cell + " " * (width - display_width(cell))
        else:
            fill = "-" * (width - len(dashes[1]) - len(dashes[2]))
            yield f"{dashes[1]}{fill}{dashes[2]}"
