"""The YAML shape of an export contract: which keys there are and how each is spelt.

Knows spelling only; `contract` checks what the keys mean together.
"""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from collectctl.config import Bilingual, Count, Flag, Name, Shape

ExportName = Literal[
    "accounts",
    "parties",
    "statuses",
    "falling_due",
    "statements",
    "decisions",
    "contacts",
    "wishes",
    "payments",
]
Reader = Literal["csv", "tsv", "xlsx", "xls", "parquet", "auto"]
Policy = Literal["refuse", "allow", "warn"]
Unit = Literal["yuan", "fen", "fraction", "percent", "ten_thousandth"]

SHIFTS = {"fraction": 0, "percent": 2, "ten_thousandth": 4}
"""Decimal places between a ratio as written and its fraction."""


def _mapped(value: object) -> object:
    return {"to": value} if isinstance(value, str) else value


def _dated(value: object) -> object:
    return {"in": value} if isinstance(value, str) else {"in": "column", **value} if isinstance(
        value, dict
    ) else value  # fmt: skip


class ColumnShape(Shape):
    """One heading of the export and what its cells become."""

    to: Name
    unit: Unit | None = None
    dates: list[str] = Field(default_factory=list)
    values: dict[str, str] = Field(default_factory=dict)
    required: Flag | None = None
    optional: Flag = False
    thousands: Flag = False
    no_value: list[str] = Field(default_factory=list)
    trim: Flag = False
    full_width: Flag = False
    excel_text: Flag = False
    ends_in_zeros: Flag = False


class HeaderShape(Shape):
    """Where the headings stand."""

    row: Annotated[Count, Field(ge=1, le=10_000)] | None = None
    find: Flag = False
    within: Annotated[Count, Field(ge=1, le=10_000)] = 50


class ControlFileShape(Shape):
    """A file of `key=value` lines beside the export; each entry names the key to look for."""

    file: str
    rows: str | None = None
    sha256: str | None = None
    business_date: str | None = None
    totals: dict[str, str] = Field(default_factory=dict)


class WholeShape(Shape):
    """How it is known that the file arrived whole."""

    trailer: list[str] | None = None
    control_file: ControlFileShape | None = None
    marker: str | None = None
    unchecked: str | None = None


class BusinessDateShape(Shape):
    """Where the export says which night it is of."""

    place: Literal["column", "file_name", "trailer", "control_file"] = Field(alias="in")
    column: Name | None = None


class LimitsShape(Shape):
    """How large the export may be."""

    bytes: Annotated[Count, Field(ge=1)]
    rows: Annotated[Count, Field(ge=1)]
    cells: Annotated[Count, Field(ge=1)]
    memory: Annotated[Count, Field(ge=1)] = 2_000_000_000
    seconds: Annotated[Count, Field(ge=1)] = 300


class ContractShape(Shape):
    """A whole contract."""

    export: ExportName
    title: Bilingual
    file: str
    mended: str | None = None
    reader: Reader
    encoding: Literal["utf-8", "gb18030", "utf-16", "detect"] = "detect"
    delimiter: str = ","
    quote: Literal['"', "'", "none"] = '"'
    sheet: str | None = None
    header: HeaderShape = HeaderShape(row=1)
    whole: WholeShape
    business_date: Annotated[BusinessDateShape, BeforeValidator(_dated)]
    absent: Policy
    empty: Policy
    unchanged: Policy
    other_headings: Literal["refuse", "ignore"]
    ignore: list[str] = Field(default_factory=list)
    no_value: list[str] = Field(default_factory=list)
    key: Annotated[list[Name], Field(min_length=1)]
    totals: list[Name] = Field(default_factory=list)
    limits: LimitsShape
    complete: Literal["day_end"] | None = None
    constants: dict[Name, str] = Field(default_factory=dict)
    columns: dict[str, Annotated[ColumnShape, BeforeValidator(_mapped)]]
