"""A workbook as text: every cell with type, value and format, for comparing one with another.

Knows how openpyxl reads a workbook, which is not how we write it. Refuses to know layouts.
"""

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.utils.escape import unescape
from openpyxl.worksheet.worksheet import Worksheet

from collectctl.problems import visible


def dump_cells(path: Path) -> str:
    """The cells of the workbook, a line each: sheet!cell, type, value, format.

    Before the cells of a sheet stand its filter, panes, protection, drop-downs and colours.
    """
    book = load_workbook(path)
    lines: list[str] = []
    for sheet in book.worksheets:
        lines += [f"{sheet.title}\t{line}" for line in _set_up(sheet)]
        for row in sheet.iter_rows():
            lines += [_line(sheet.title, cell) for cell in row if isinstance(cell, Cell)]
    return "\n".join(lines) + "\n"


def _line(title: str, cell: Cell) -> str:
    value = cell.value
    if value is None:
        kind, text = "empty", ""
    elif isinstance(value, bool):
        kind, text = "bool", str(value).lower()
    elif isinstance(value, datetime):
        kind, text = "date", value.date().isoformat()
    elif isinstance(value, date):
        kind, text = "date", value.isoformat()
    elif isinstance(value, int | float):
        kind, text = "number", repr(value)
    else:
        kind, text = ("formula" if cell.data_type == "f" else "text"), unescape(str(value))
    return f"{title}!{cell.coordinate}\t{kind}\t{visible(text)}\t{cell.number_format}"


def _set_up(sheet: Worksheet) -> Iterable[str]:
    yield f"state\t{sheet.sheet_state}"
    yield f"filter\t{sheet.auto_filter.ref}"
    yield f"panes\t{sheet.freeze_panes}"
    yield f"protected\t{bool(sheet.protection.sheet)}"
    for letters, dimension in sorted(sheet.column_dimensions.items()):
        yield f"width\t{letters}\t{dimension.width:g}"
    for validation in sheet.data_validations.dataValidation:
        yield f"entry\t{validation.sqref}\t{validation.type}\t{validation.formula1}"
    for formats in sheet.conditional_formatting:
        for rule in formats.rules:
            yield f"colour\t{formats.sqref}\t{rule.formula}"
