"""The sheet of a workbook that is meant, opened by calamine inside the child process.

Knows which sheet it is and where its headings are. Refuses to know what a heading means.
"""

from collections.abc import Iterable
from itertools import islice
from pathlib import Path

from python_calamine import CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from collectctl.exports.raw import Layout, Raw
from collectctl.exports.workbooks_errors import NotFoundError, error_cells
from collectctl.exports.workbooks_refusal import Refusal, RefusedError, check_size
from collectctl.exports.workbooks_rows import Rows, merged_rows
from collectctl.exports.workbooks_text import cell_text


def sheet_texts(path: Path, kind: str, layout: Layout, most_rows: int, most_cells: int) -> Raw:
    """The rows of the sheet that the layout means.

    Raises:
        RefusedError: `encrypted`, `no-sheet`, `sheet-unclear`, `no-header`, `too-many-rows`,
            `too-large`, `workbook-damaged`.
    """
    try:
        book = CalamineWorkbook.from_path(str(path))
    except PasswordError:
        raise RefusedError(
            Refusal(
                code="encrypted",
                message="the workbook is protected with a password",
                expected="a workbook that opens without one",
                mend="send the file without a password",
            )
        ) from None
    sheet, header = _sheet(book, layout, most_rows, most_cells)
    headings = _headings(sheet, header)
    errors: set[tuple[int, int]] = set()
    if kind == "xlsx":
        errors = _errors(path, sheet.name)
    rows = Rows(headings, errors, merged_rows(sheet, _size(sheet)[0]))
    rows.take(islice(enumerate(sheet.iter_rows()), header + 1, None))
    trailer = None if layout.trailer is None else rows.take_trailer(layout.trailer)
    return rows.raw(kind, sheet.name, trailer)


def _size(sheet: CalamineSheet) -> tuple[int, int]:
    """Rows and columns from cell A1 to the last one that holds something."""
    if sheet.end is None:
        return 0, 0
    return sheet.end[0] + 1, sheet.end[1] + 1


def _sheet(
    book: CalamineWorkbook, layout: Layout, most_rows: int, most_cells: int
) -> tuple[CalamineSheet, int]:
    """The sheet that is meant and the row of its headings, from 0."""
    sheets = _candidates(book, layout.sheet)
    for sheet in sheets:
        check_size(*_size(sheet), most_rows + layout.search_rows, most_cells)
    placed = [(s, h) for s in sheets if (h := _header(s, layout)) is not None]
    if len(placed) == 1:
        return placed[0]
    if placed:
        raise RefusedError(
            Refusal(
                code="sheet-unclear",
                message=f"{len(placed)} sheets could be meant: {_names(s for s, _ in placed)}",
                expected="one sheet with the headings",
                mend="write 'sheet:' with its name in the contract",
            )
        )
    if layout.header_row is None:
        where = f"the first {layout.search_rows} rows"
    else:
        where = f"row {layout.header_row}"
    raise RefusedError(
        Refusal(
            code="no-header",
            message=f"the headings are not in {where} of {_names(sheets)}",
            expected=", ".join(layout.required_headings),
            mend="ask for the file again, or change 'header' or 'columns' in the contract",
        )
    )


def _names(sheets: Iterable[CalamineSheet]) -> str:
    return ", ".join(f"'{s.name}'" for s in sheets)


def _candidates(book: CalamineWorkbook, wanted: str | None) -> list[CalamineSheet]:
    """The sheet of the wanted name, or every visible one that is not empty."""
    if wanted is not None:
        names = [n for n in book.sheet_names if n == wanted]
    else:
        shown = SheetVisibleEnum.Visible
        names = [m.name for m in book.sheets_metadata if m.visible == shown]
    found = [book.get_sheet_by_name(n) for n in names]
    filled = [s for s in found if s.end is not None]
    if filled:
        return filled
    if wanted is not None and not names:
        message = f"there is no sheet '{wanted}'"
    elif wanted is not None:
        message = f"the sheet '{wanted}' is empty"
    else:
        message = "every sheet is empty"
    listed = ", ".join(f"'{n}'" for n in book.sheet_names)
    raise RefusedError(
        Refusal(
            code="no-sheet",
            message=message,
            expected="a sheet with headings and rows",
            mend=f"the workbook has {listed}: ask for the file again, or change 'sheet'",
        )
    )


def _header(sheet: CalamineSheet, layout: Layout) -> int | None:
    if layout.header_row is not None:
        return layout.header_row - 1 if layout.header_row <= _size(sheet)[0] else None
    wanted = set(layout.required_headings)
    for number, row in enumerate(islice(sheet.iter_rows(), layout.search_rows)):
        if wanted <= {(cell_text(v) or "").strip() for v in row}:
            return number
    return None


def _headings(sheet: CalamineSheet, header: int) -> tuple[str, ...]:
    row = next(islice(sheet.iter_rows(), header, None))
    return tuple((cell_text(v) or "").strip() for v in row)


def _errors(path: Path, sheet: str) -> set[tuple[int, int]]:
    try:
        return error_cells(path, sheet)
    except NotFoundError:
        raise RefusedError(
            Refusal(
                code="workbook-damaged",
                message="the workbook holds errors such as #N/A in cells that cannot be told",
                expected="values",
                mend="open the workbook in Excel, mend the errors, and save it",
            )
        ) from None
