"""The workbook without its rows, built once for each layout by openpyxl and kept.

Knows frozen panes, filters, protection and print set-up, and where in the file the rows go.
Refuses to know the rows: it writes prototype cells and gives back what stands around them.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from xml.etree import ElementTree as ET

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from collectctl.money import MINOR_DIGITS
from collectctl.sheets import style
from collectctl.sheets.cells import Place, Styles, shown
from collectctl.sheets.entry import add_colours, add_validations, put_text
from collectctl.sheets.table import ColourRule, SheetColumn

_LISTS = "_lists"
_LAST_ROW = 987_654
"""Stands in the prototype for the row that a book's table really ends on."""
_TITLE_LENGTH = 31
_DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_FORBIDDEN_IN_TITLE = re.compile(r"[\[\]:*?/\\']")


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLayout:
    """What of a table decides its sheet, whatever its rows."""

    title: str
    columns: tuple[SheetColumn, ...]
    colours: tuple[ColourRule, ...]
    freeze: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What of a workbook decides its shell: the titles of its pages, and its tables."""

    cover: str | None
    tables: tuple[SheetLayout, ...]
    help_: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetShell:
    """A worksheet cut open: column widths go after `before`, rows between `heading` and `after`."""

    member: str
    before: str
    heading: str
    after: str
    last_row: str
    """What stands in all three for the last row of the table."""
    places: tuple[Place, ...] = ()
    """Of a list: its columns."""
    page: tuple[int, ...] = ()
    """Of a page: the styles of `style.PAGE_PARTS`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """A workbook's files without rows."""

    members: tuple[tuple[str, bytes], ...]
    """Every file of the package in its order; the worksheets are filled in later."""
    sheets: tuple[SheetShell, ...]
    """Cover, lists, help, in the order of the workbook."""


def sheet_titles(wanted: Iterable[str]) -> tuple[str, ...]:
    """The titles as Excel accepts them: no forbidden character, 31 at most, none twice."""
    found: list[str] = []
    taken = {_LISTS}
    for text in wanted:
        clean = _FORBIDDEN_IN_TITLE.sub("_", shown(text, keep_breaks=False)).strip() or "_"
        title, number = clean[:_TITLE_LENGTH], 1
        while title.casefold() in taken:
            number += 1
            mark = f" {number}"
            title = clean[: _TITLE_LENGTH - len(mark)] + mark
        taken.add(title.casefold())
        found.append(title)
    return tuple(found)


@lru_cache(maxsize=64)
def shell_of(layout: Layout) -> Shell:
    """The shell of a layout; asked again for the same one it costs nothing."""
    book = Workbook()
    book.remove(book.worksheets[0])
    parts: list[str | SheetLayout] = [
        p for p in (layout.cover, *layout.tables, layout.help_) if p is not None
    ]
    titles = sheet_titles(p if isinstance(p, str) else p.title for p in parts)
    sheets = [book.create_sheet(title) for title in titles]
    lists = book.create_sheet(_LISTS)
    last_rows = _stand_ins(layout, len(parts))
    places = [
        () if isinstance(part, str) else _prepare_list(sheet, part, int(last_row), lists)
        for sheet, part, last_row in zip(sheets, parts, last_rows, strict=True)
    ]
    pages = [
        _prepare_page(sheet) if isinstance(part, str) else ()
        for sheet, part in zip(sheets, parts, strict=True)
    ]
    _hide_or_drop(book, lists)
    members = _saved(book)
    shells = [
        _cut(f"xl/worksheets/sheet{n}.xml", members, last_row, place, page)
        for n, (last_row, place, page) in enumerate(zip(last_rows, places, pages, strict=True), 1)
    ]
    return Shell(members=tuple(members.items()), sheets=tuple(shells))


def _stand_ins(layout: Layout, count: int) -> list[str]:
    """Numbers that occur nowhere in the layout's own texts, one a sheet."""
    texts = repr(layout)
    found: list[str] = []
    number = _LAST_ROW
    while len(found) < count:
        if str(number) not in texts:
            found.append(str(number))
        number -= 1
    return found


def _hide_or_drop(book: Workbook, lists: Worksheet) -> None:
    if lists["A1"].value is None:
        book.remove(lists)
        return
    lists.sheet_state = "hidden"
    lists.protection.sheet = True


def _prepare_list(
    sheet: Worksheet, table: SheetLayout, last_row: int, lists: Worksheet
) -> tuple[Place, ...]:
    """Lays a list out and gives its columns with the styles of their cells."""
    for number, column in enumerate(table.columns, 1):
        put_text(sheet, 1, number, shown(column.heading, keep_breaks=True))
        style.dress_heading(_cell(sheet, 1, number))
    sheet.row_dimensions[1].height = 32
    last = get_column_letter(len(table.columns))
    sheet.freeze_panes = f"{get_column_letter(table.freeze + 1)}2"
    sheet.auto_filter.ref = f"A1:{last}{last_row}"
    add_validations(sheet, table.columns, last_row, lists)
    add_colours(sheet, table.columns, table.colours, last_row)
    _prepare_print(sheet)
    sheet.print_title_rows = "1:1"
    if any(c.locked for c in table.columns):
        sheet.protection.sheet = True
        sheet.protection.autoFilter = False
        sheet.protection.sort = False
        sheet.protection.formatColumns = False
    return tuple(
        Place(letters=get_column_letter(n), column=c, styles=_styles(sheet, n, c))
        for n, c in enumerate(table.columns, 1)
    )


def _prepare_print(sheet: Worksheet) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.HeaderFooter.oddFooter = HeaderFooterItem(center=_HeaderFooterPart("&P / &N"))


def _cell(sheet: Worksheet, row: int, column: int) -> Cell:
    found = sheet.cell(row, column)
    if not isinstance(found, Cell):
        raise TypeError("the prototype has merged cells")
    return found


def _styles(sheet: Worksheet, number: int, column: SheetColumn) -> Styles:
    """Dresses prototype cells below the heading and gives the numbers of their styles."""
    digits = [column.digits]
    if column.kind == "money" and column.currency is not None:
        digits = sorted(set(MINOR_DIGITS.values()), reverse=True)
    numbers = []
    for row, places in enumerate(digits, 3):
        cell = _cell(sheet, row, number)
        style.dress_value(cell, column, style.number_format(column, places), quoted=False)
        numbers.append(cell.style_id)
    quoted = _cell(sheet, 2, number)
    style.dress_value(quoted, column, "@", quoted=True)
    return Styles(
        plain=numbers[0],
        quoted=quoted.style_id,
        by_digits=tuple(zip(digits, numbers, strict=True)),
    )


def _prepare_page(sheet: Worksheet) -> tuple[int, ...]:
    """Lays a cover or help page out and gives the styles of its parts."""
    sheet.protection.sheet = True
    sheet.sheet_view.showGridLines = False
    _prepare_print(sheet)
    sheet.page_setup.orientation = "portrait"
    found = []
    for number, part in enumerate(style.PAGE_PARTS, 1):
        cell = _cell(sheet, 1, number)
        style.dress_page(cell, part)
        found.append(cell.style_id)
    return tuple(found)


def _saved(book: Workbook) -> dict[str, bytes]:
    buffer = io.BytesIO()
    book.save(buffer)
    with zipfile.ZipFile(buffer) as package:
        return {name: _canonical(package.read(name)) for name in package.namelist()}


def _canonical(data: bytes) -> bytes:
    """The XML in its one canonical form: openpyxl writes another one where lxml is installed."""
    return _DECLARATION + ET.canonicalize(data.decode()).encode()


def _cut(
    member: str,
    members: dict[str, bytes],
    last_row: str,
    places: Sequence[Place],
    page: Sequence[int],
) -> SheetShell:
    text = members[member].decode()
    before, rows, after = re.split(r"(?<=<sheetData>)|(?=</sheetData>)", text, maxsplit=2)
    heading = rows[: rows.index("</row>") + len("</row>")] if places else ""
    before = re.sub(r"<dimension [^>]*></dimension>", "", before)
    return SheetShell(
        member=member,
        before=before.removesuffix("<sheetData>"),
        heading="<sheetData>" + heading,
        after=after,
        last_row=last_row,
        places=tuple(places),
        page=tuple(page),
    )
