"""What Excel checks and shows while somebody works in a list: drop-downs, hints, colours.

Knows data validation and conditional formats. Refuses to know rows and styles of cells.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Literal

from openpyxl.formatting.rule import Rule
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from collectctl.sheets.style import differential
from collectctl.sheets.table import ColourRule, Kind, SheetColumn

_LONGEST_LIST = 255
"""Characters of a list that Excel accepts inside a validation; longer ones stand on a sheet."""
_LONGEST_HINT = 255
_LONGEST_LITERAL = 255
_LARGEST = "999999999999"
_ENTRIES: Mapping[Kind, tuple[Literal["whole", "decimal", "date"], str, str]] = {
    "date": ("date", "36526", "73050"),  # 2000-01-01 to 2099-12-31, as Excel counts days
    "int": ("whole", "0", _LARGEST),
    "money": ("decimal", "0", _LARGEST),
    "ratio": ("decimal", "0", _LARGEST),
    "percent": ("decimal", "0", _LARGEST),
}
"""What may be entered by kind: the type Excel checks, the smallest and the largest."""


def put_text(sheet: Worksheet, row: int, column: int, text: str) -> None:
    """Writes text that stays text, even when it looks like a formula."""
    cell = sheet.cell(row, column)
    cell.value = text
    cell.data_type = "s"


def add_validations(
    sheet: Worksheet, columns: Sequence[SheetColumn], last_row: int, lists: Worksheet
) -> None:
    """Adds drop-downs, checks of what is entered, and hints to the columns that have them."""
    for number, column in enumerate(columns, 1):
        found = _validation(column, lists)
        if found is None:
            continue
        if column.note:
            found.showInputMessage = True
            found.promptTitle = column.heading[:32]
            found.prompt = column.note[:_LONGEST_HINT]
        letters = get_column_letter(number)
        found.add(f"{letters}2:{letters}{last_row}")
        sheet.add_data_validation(found)


def _validation(column: SheetColumn, lists: Worksheet) -> DataValidation | None:
    if column.choices:
        return _checked(DataValidation(type="list", formula1=_list_source(column.choices, lists)))
    if column.entry and column.kind in _ENTRIES:
        kind, lowest, highest = _ENTRIES[column.kind]
        return _checked(
            DataValidation(type=kind, operator="between", formula1=lowest, formula2=highest)
        )
    return DataValidation(allow_blank=True) if column.note else None


def _checked(found: DataValidation) -> DataValidation:
    found.allowBlank = True
    found.showErrorMessage = True
    found.errorStyle = "stop"
    return found


def _list_source(choices: Sequence[str], lists: Worksheet) -> str:
    inline = ",".join(choices)
    plain = all("," not in c and c == c.strip() and c[:1] not in "=+-@" for c in choices)
    if plain and '"' not in inline and len(inline) <= _LONGEST_LIST:
        return f'"{inline}"'
    first_free = lists["A1"].value is None and lists.max_column == 1
    column = 1 if first_free else lists.max_column + 1
    for row, choice in enumerate(choices, 1):
        put_text(lists, row, column, choice)
    letters = get_column_letter(column)
    return f"'{lists.title}'!${letters}$1:${letters}${len(choices)}"


def add_colours(
    sheet: Worksheet, columns: Sequence[SheetColumn], rules: Sequence[ColourRule], last_row: int
) -> None:
    """Adds the conditional colours; a rule written first wins over the next."""
    names = [c.name for c in columns]
    for rule in rules:
        at = names.index(rule.column)
        letters = get_column_letter(at + 1)
        first, last = ("A", get_column_letter(len(columns))) if rule.whole_row else (letters,) * 2
        sheet.conditional_formatting.add(
            f"{first}2:{last}{last_row}",
            Rule(
                type="expression",
                dxf=differential(rule.colour),
                formula=[_test(rule, f"${letters}2")],
                stopIfTrue=True,
            ),
        )


def _test(rule: ColourRule, cell: str) -> str:
    if rule.when == "filled":
        return f'{cell}<>""'
    literal = _literal(rule.value)
    if rule.when == "equals":
        return f"{cell}={literal}"
    sign = ">=" if rule.when == "at_least" else "<"
    return f"AND(ISNUMBER({cell}),{cell}{sign}{literal})"


def _literal(value: str | int | Decimal) -> str:
    if isinstance(value, str):
        if len(value) > _LONGEST_LITERAL:
            raise ValueError("a colour rule compares with at most 255 characters")
        return '"' + value.replace('"', '""') + '"'
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
