"""What a workbook shows, as values: columns, tables, colour rules, cover and help.

Knows the words a room describes its workbook in. Refuses to know how they are written to a file.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

import pyarrow as pa

Kind = Literal["text", "int", "money", "ratio", "percent", "date", "bool"]
When = Literal["equals", "at_least", "below", "filled"]
Colour = Literal["red", "amber", "green", "blue", "grey"]

ARROW_KINDS: Mapping[Kind, pa.DataType] = {
    "text": pa.string(), "int": pa.int64(), "money": pa.int64(), "ratio": pa.int64(),
    "percent": pa.int64(), "date": pa.date32(), "bool": pa.bool_(),
}  # fmt: skip
"""How each kind of cell is held in a table's data: the same as in a frame of a night."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetColumn:
    """One column of a table: where its values come from and how a person sees them."""

    name: str
    """The column of the table's data; a column that the data lack is empty in every row."""
    heading: str
    kind: Kind = "text"
    width: int | None = None
    """Characters (a Chinese one counts two); None: as wide as heading and values need."""
    digits: int = 2
    """Decimals shown of ratio and percent; decimals of money without `currency`."""
    scale: int = 4
    """Decimals with which the integers of a ratio or percent are held."""
    currency: str | None = None
    """Money: the column of the data with each row's currency, which says how many decimals."""
    choices: tuple[str, ...] = ()
    """What may be entered, offered as a drop-down."""
    entry: bool = False
    """Whether staff fill it in: shaded, and checked by kind while they type."""
    locked: bool = False
    """Cannot be changed; one locked column protects its whole sheet, and ends sorting by it."""
    wrap: bool = False
    """Whether long text goes on below itself; line breaks in the data are kept only then."""
    note: str | None = None
    """Shown beside the cell when somebody stands on it (at most 255 characters)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColourRule:
    """Colours a cell, or its whole row, where a column's value meets a test."""

    column: str
    when: When
    value: str | int | Decimal = ""
    """As a person would write it: money in major units, a percentage as 0.85."""
    colour: Colour = "amber"
    whole_row: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One list of a workbook: a heading row that stays, then a row for each of the data."""

    title: str
    columns: tuple[SheetColumn, ...]
    data: pa.Table
    """Columns by name, typed as `ARROW_KINDS`; `collectctl.columns.to_table(frame)` gives one."""
    colours: tuple[ColourRule, ...] = ()
    freeze: int = 0
    """Columns that stay on the left when scrolling."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """A protected page of text: what this workbook is, or how to fill it in."""

    sheet: str
    title: str
    lines: tuple[tuple[str, str | int | date], ...] = ()
    """A label and its value, one a row."""
    notes: tuple[str, ...] = ()
    """Paragraphs below."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BookInfo:
    """What was written: the digest (SHA-256) and size of the file, and its rows of data."""

    digest: str
    size: int
    rows: int


def data_of_rows(columns: Sequence[SheetColumn], rows: Iterable[Sequence[object]]) -> pa.Table:
    """The rows, each with one value a column, as data for a table (for short lists)."""
    turned = list(zip(*rows, strict=True)) or [()] * len(columns)
    return pa.table(
        {
            c.name: pa.array(list(values), ARROW_KINDS[c.kind])
            for c, values in zip(columns, turned, strict=True)
        }
    )
