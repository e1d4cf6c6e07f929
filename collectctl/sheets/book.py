"""Workbooks written: the same tables give the same bytes, on any day and any machine.

Knows how rows are put into a layout's shell and how the package is closed. Refuses to know what the
rows mean. Everything that other rooms need of workbooks can be imported from here.
"""

import hashlib
import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from collectctl.durable import write_file
from collectctl.sheets.cells import rows_xml
from collectctl.sheets.dump import dump_cells
from collectctl.sheets.layout import Layout, SheetLayout, SheetShell, shell_of
from collectctl.sheets.page import page_rows, page_widths
from collectctl.sheets.table import (
    BookInfo,
    ColourRule,
    Cover,
    SheetColumn,
    Table,
    data_of_rows,
)
from collectctl.sheets.width import widths

__all__ = [
    "BookInfo",
    "ColourRule",
    "Cover",
    "SheetColumn",
    "Table",
    "book_bytes",
    "data_of_rows",
    "dump_cells",
    "write_book",
]

_MOST_ROWS = 1_000_000
"""Rows of data on one sheet; what is over goes on to another one (Excel keeps 1,048,576)."""
_MEMBER_TIME = (1980, 1, 1, 0, 0, 0)
_FASTEST = 1
_LARGE_MEMBER = 500_000_000
_CORE = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    "<cp:coreProperties"
    ' xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    "<dc:creator>collectctl</dc:creator>"
    '<dcterms:created xsi:type="dcterms:W3CDTF">{day}T00:00:00Z</dcterms:created>'
    '<dcterms:modified xsi:type="dcterms:W3CDTF">{day}T00:00:00Z</dcterms:modified>'
    "</cp:coreProperties>"
)


def write_book(
    path: Path,
    *,
    tables: Sequence[Table],
    cover: Cover | None = None,
    help_: Cover | None = None,
    created: date,
) -> BookInfo:
    """Writes a new workbook, readable by its owner alone, and says what was written.

    Args:
        path: the file, which does not exist yet, in a folder that does.
        tables: the lists, each on a sheet of its own, between cover and help.
        cover: the first page.
        help_: the last page.
        created: the day the workbook says it was made: the run date, never the clock's.
    """
    data = book_bytes(tables=tables, cover=cover, help_=help_, created=created)
    write_file(path, data)
    return BookInfo(
        digest=hashlib.sha256(data).hexdigest(),
        size=len(data),
        rows=sum(t.data.num_rows for t in tables),
    )


def book_bytes(
    *,
    tables: Sequence[Table],
    cover: Cover | None = None,
    help_: Cover | None = None,
    created: date,
) -> bytes:
    """The workbook as bytes; see `write_book`."""
    parts = [p for table in tables for p in _split(table)]
    layout = Layout(
        cover=None if cover is None else cover.sheet,
        tables=tuple(_layout(t) for t in parts),
        help_=None if help_ is None else help_.sheet,
    )
    shell = shell_of(layout)
    contents: list[Cover | Table] = [c for c in (cover, *parts, help_) if c is not None]
    filled = {s.member: (s, c) for s, c in zip(shell.sheets, contents, strict=True)}
    ends = {
        s.last_row: str(max(2, c.data.num_rows + 1)) if isinstance(c, Table) else "1"
        for s, c in filled.values()
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name, data in shell.members:
            if name in filled:
                _write_sheet(package, *filled[name], ends)
            elif name == "docProps/core.xml":
                _write_member(package, name, [_CORE.format(day=created.isoformat()).encode()])
            elif name == "xl/workbook.xml":
                _write_member(package, name, [_with_ends(data.decode(), ends).encode()])
            else:
                _write_member(package, name, [data])
    return buffer.getvalue()


def _layout(table: Table) -> SheetLayout:
    return SheetLayout(
        title=table.title, columns=table.columns, colours=table.colours, freeze=table.freeze
    )


def _split(table: Table) -> list[Table]:
    """The table in pieces that fit on a sheet: nearly always one."""
    starts = range(0, max(1, table.data.num_rows), _MOST_ROWS)
    return [replace(table, data=table.data.slice(s, _MOST_ROWS)) for s in starts]


def _with_ends(text: str, ends: dict[str, str]) -> str:
    for stand_in, last_row in ends.items():
        text = text.replace(stand_in, last_row)
    return text


def _write_sheet(
    package: zipfile.ZipFile, shell: SheetShell, content: Cover | Table, ends: dict[str, str]
) -> None:
    if isinstance(content, Table):
        columns, rows = widths(content), rows_xml(shell.places, content.data, 2)
        size = content.data.nbytes * 4 + content.data.num_rows * len(shell.places) * 90
    else:
        columns, rows = page_widths(), page_rows(content, shell.page)
        size = 0
    before = _with_ends(shell.before, ends) + columns + shell.heading
    after = _with_ends(shell.after, ends)
    pieces = _pieces(before.encode(), rows, after.encode())
    _write_member(package, shell.member, pieces, large=size > _LARGE_MEMBER)


def _pieces(before: bytes, rows: Iterable[bytes], after: bytes) -> Iterable[bytes]:
    yield before
    yield from rows
    yield after


def _write_member(
    package: zipfile.ZipFile, name: str, pieces: Iterable[bytes], *, large: bool = False
) -> None:
    info = zipfile.ZipInfo(name, _MEMBER_TIME)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.create_system = 3
    info.external_attr = 0o600 << 16
    info._compresslevel = _FASTEST  # type: ignore[attr-defined]  # noqa: SLF001 - public only from 3.13
    with package.open(info, "w", force_zip64=large) as member:
        for piece in pieces:
            member.write(piece)
