"""How cells look: fonts, fills, borders, number formats, and the colours of conditional formats.

Knows openpyxl's words for them. Refuses to know which cell gets which.
"""

from collections.abc import Mapping
from copy import copy
from typing import Final

from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.styles.differential import DifferentialStyle

from collectctl.sheets.table import Colour, SheetColumn

_FACE: Final = "微软雅黑"
_LINE = Side(style="thin", color="FFD0D5DD")
_GRID = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_COLOURS: Mapping[Colour, tuple[str, str]] = {
    "red": ("FFFDE2E1", "FF9B1C1C"), "amber": ("FFFFF1CC", "FF7A4B00"),
    "green": ("FFDDF3E4", "FF14532D"), "blue": ("FFDCE9FB", "FF1E3A6E"),
    "grey": ("FFE7E9ED", "FF4B5563"),
}  # fmt: skip
"""Fill and text of each colour: dark on light, readable in print and by the colour-blind."""


def dress_heading(cell: Cell) -> None:
    """Gives a heading cell its look."""
    cell.font = Font(name=_FACE, size=10, bold=True, color="FFFFFFFF")
    cell.fill = PatternFill("solid", fgColor="FF1F3A5F")
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    cell.border = _GRID


def dress_value(cell: Cell, column: SheetColumn, number_format: str, *, quoted: bool) -> None:
    """Gives a cell of a list its look; unlocked, so that staff can sort."""
    cell.font = Font(name=_FACE, size=10)
    cell.border = _GRID
    right = column.kind in ("int", "money", "ratio", "percent")
    centre = column.kind in ("date", "bool")
    cell.alignment = Alignment(
        horizontal="right" if right else "center" if centre else "left",
        vertical="top" if column.wrap else "center",
        wrap_text=column.wrap,
    )
    if column.entry:
        cell.fill = PatternFill("solid", fgColor="FFFFFBEA")
    cell.protection = Protection(locked=column.locked)
    cell.number_format = number_format
    if quoted:
        # openpyxl reads quotePrefix but has no public way to set it
        attributes = copy(cell._style)  # type: ignore[attr-defined]  # noqa: SLF001 - see above
        attributes.quotePrefix = 1
        cell._style = attributes  # type: ignore[attr-defined]  # noqa: SLF001 - see above


def dress_page(cell: Cell, part: str) -> None:
    """Gives a cell of a cover or help page its look; `part` is one of `PAGE_PARTS`."""
    title, label = part == "title", part == "label"
    cell.font = Font(name=_FACE, size=16 if title else 11, bold=title or label)
    cell.alignment = Alignment(
        horizontal="left", vertical="top", wrap_text=part in ("text", "paragraph")
    )
    cell.number_format = {"number": "#,##0", "date": "yyyy-mm-dd"}.get(part, "@")
    if part in ("label", "text", "number", "date"):
        cell.border = Border(bottom=_LINE)


PAGE_PARTS = ("title", "label", "text", "number", "date", "paragraph")


def number_format(column: SheetColumn, digits: int) -> str:
    """The number format of a column's cells, with so many decimals."""
    places = "." + "0" * digits if digits else ""
    return {
        "text": "General" if column.wrap else "@",
        "int": "0",
        "money": f"#,##0{places};[Red]-#,##0{places}",
        "ratio": f"0{places}",
        "percent": f"0{places}%",
        "date": "yyyy-mm-dd",
        "bool": "General",
    }[column.kind]


def differential(colour: Colour) -> DifferentialStyle:
    """The conditional look of a colour."""
    fill, text = _COLOURS[colour]
    return DifferentialStyle(
        font=Font(color=text), fill=PatternFill("solid", bgColor=fill, fgColor=fill)
    )
