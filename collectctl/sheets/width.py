"""How wide the columns of a list are: as their headings and values need, within bounds.

Knows that a Chinese character takes the room of two. Refuses to know fonts.
"""

import pyarrow as pa
import pyarrow.compute as pc

from collectctl.problems import display_width
from collectctl.sheets.cells import WIDEST
from collectctl.sheets.table import SheetColumn, Table

_NARROWEST = 6
_FILTER_BUTTON = 4
_MARGIN = 2
_BY_KIND = {"date": 12, "bool": 8}


def widths(table: Table) -> str:
    """The `<cols>` element of a list."""
    columns = "".join(
        f'<col min="{n}" max="{n}" width="{_width(c, table.data)}" customWidth="1"/>'
        for n, c in enumerate(table.columns, 1)
    )
    return f"<cols>{columns}</cols>"


def _width(column: SheetColumn, data: pa.Table) -> int:
    if column.width is not None:
        return column.width
    heading = max(display_width(line) for line in column.heading.split("\n")) + _FILTER_BUTTON
    values = data.column(column.name) if column.name in data.column_names else None
    choices = max((display_width(c) for c in column.choices), default=0) + _MARGIN
    needed = max(heading, choices, _BY_KIND.get(column.kind, 0), _needed(column, values) + _MARGIN)
    return max(_NARROWEST, min(WIDEST, needed))


def _needed(column: SheetColumn, values: pa.ChunkedArray | None) -> int:
    """Characters of the longest value as shown."""
    if values is None or values.null_count == len(values) or column.kind in _BY_KIND:
        return 0
    if column.kind == "text":
        # A Chinese character has three bytes and takes two places; an ASCII one has one of each.
        both = pc.add(pc.binary_length(values), pc.utf8_length(values))
        return int(pc.max(both).as_py()) // 2
    ends = pc.min_max(values)
    digits = max(len(str(ends["min"].as_py())), len(str(ends["max"].as_py())))
    return digits + (digits // 3 + 2 if column.kind == "money" else 2)
