"""The one dictionary of columns, and the one place where values enter and leave Arrow.

Knows each column's type, unit, bounds, values, label and how it is masked. Refuses to know where a
column comes from (an export contract maps a heading to it) and what a rule does with it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, get_args

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BeforeValidator, Field

from collectctl.calendar import day_number, parse_day
from collectctl.config import Bilingual, Count, Flag, Name, Shape, shape
from collectctl.money import MINOR_DIGITS, scaled
from collectctl.problems import Problem, Span
from collectctl.yaml_file import Document, read_document

Type = Literal["int", "money", "ratio", "bool", "enum", "text", "date"]
Personal = Literal["name", "phone", "id_no", "card", "account", "email", "address", "wechat"]
Bool = np.ndarray[tuple[int], np.dtype[np.bool_]]
Ints = np.ndarray[tuple[int], np.dtype[np.integer]]

LANGUAGES = ("zh_CN", "en")
LADDERS_ONLY = ("net_days", "days_net", "days_held", "days_grace")
"""Names that no column has and no rule asks for: what the night counts for ladders alone."""


def _both_languages(value: object) -> object:
    return {"zh_CN": value, "en": value} if isinstance(value, str) else value


def _values(value: object) -> object:
    if isinstance(value, list):
        return {v: {"zh_CN": v, "en": v} for v in value if isinstance(v, str)}
    if isinstance(value, dict):
        return {k: _both_languages(v) for k, v in value.items()}
    return value


Label = Annotated[Bilingual, BeforeValidator(_both_languages)]


class IfMissing(Shape):
    """A declared value for a missing one, with the reason that every explanation repeats."""

    value: str
    because: str


class _ColumnShape(Shape):
    type: Type
    label: Label | None = None
    unit: str | None = None
    required: Flag = False
    min: str | None = None
    max: str | None = None
    decimals: Count = 4
    values: Annotated[dict[str, Label], BeforeValidator(_values)] = Field(default_factory=dict)
    personal: Personal | None = None
    holds: Literal["zones"] | None = None
    if_missing: IfMissing | None = None


class _DictionaryShape(Shape):
    columns: dict[Name, _ColumnShape]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """What is known of one column, wherever it comes from."""

    name: str
    type: Type
    label: Bilingual
    unit: str | None = None
    required: bool = False
    """Whether an account without a value goes to quarantine."""
    minimum: str | None = None
    """Smallest value allowed, inclusive, as written (money in major units)."""
    maximum: str | None = None
    """Largest value allowed, inclusive, as written."""
    decimals: int = 0
    """Scale of a ratio: the value is held as an integer times 10**decimals."""
    values: tuple[str, ...] = ()
    """The codes of an enum, in the order of the file."""
    value_labels: Mapping[str, Bilingual]
    personal: Personal | None = None
    """What kind of personal data it is, so that it is masked where a full value is not needed."""
    holds: Literal["zones"] | None = None
    """What a text must consist of: names of zones, divided by blanks."""
    if_missing: IfMissing | None = None

    def number(self, text: str, currency: str) -> int | None:
        """The integer that a literal of this column's type stands for, or None if it is not one.

        Money is in minor units of `currency`; a ratio is scaled; a date is its day number; an enum
        is the position of its code; a bool is 0 or 1.
        """
        if self.type == "enum":
            return self.values.index(text) if text in self.values else None
        if self.type == "bool":
            return {"false": 0, "true": 1}.get(text)
        if self.type == "date":
            day = parse_day(text)
            return None if day is None else day_number(day)
        if self.type == "text":
            return None
        digits = MINOR_DIGITS[currency] if self.type == "money" else self.digits
        return scaled(text, digits)

    @property
    def digits(self) -> int:
        """Decimal places of the held integer, money aside: a ratio's scale, else 0."""
        return self.decimals if self.type == "ratio" else 0


@dataclass(frozen=True, slots=True)
class Dictionary:
    """All columns by name, in the order of the file."""

    columns: Mapping[str, Column]
    document: Document

    def __getitem__(self, name: str) -> Column:
        """The column of this name; KeyError if there is none."""
        return self.columns[name]

    def __contains__(self, name: object) -> bool:
        """Whether there is a column of this name."""
        return name in self.columns


def read_dictionary(data: bytes, file: str) -> tuple[Dictionary | None, tuple[Problem, ...]]:
    """The dictionary in the bytes of `columns.yaml`, or all its problems."""
    document, problems = read_document(data, file)
    if document is None:
        return None, problems
    shaped, problems = shape(_DictionaryShape, document)
    if shaped is None:
        return None, problems
    columns = {name: _column(name, s) for name, s in shaped.columns.items()}
    found = [p for c in columns.values() for p in _check(c, document)]
    return (None if found else Dictionary(columns, document)), tuple(found)


def _column(name: str, s: _ColumnShape) -> Column:
    return Column(
        name=name, type=s.type, label=s.label or Bilingual(zh_CN=name, en=name), unit=s.unit,
        required=s.required, minimum=s.min, maximum=s.max, decimals=s.decimals,
        values=tuple(s.values), value_labels=s.values, personal=s.personal, holds=s.holds,
        if_missing=s.if_missing,
    )  # fmt: skip


def ladders_only(name: str, span: Span) -> Problem:
    """The refusal of a name of `LADDERS_ONLY` anywhere but in a ladder."""
    return Problem(
        code="net-days",
        message=f"'{name}' is counted for ladders only",
        span=span,
        expected="days_past_due as exported: classification, bureau and limitation use it",
        mend="a ladder counts net days by itself: write after_days: under ladder:",
    )


def _check(column: Column, document: Document) -> Iterable[Problem]:
    at = ("columns", column.name)
    if column.name in LADDERS_ONLY:
        yield ladders_only(column.name, document.span(at, of_key=True))
    if (column.type == "enum") != bool(column.values):
        yield Problem(
            code="column-values",
            message=f"column '{column.name}' is {column.type} and "
            + ("has values" if column.values else "has no values"),
            span=document.span(at, of_key=True),
            expected="values: for an enum, and for nothing else",
        )
    literals = {"min": column.minimum, "max": column.maximum}
    if column.if_missing is not None and column.type != "text":
        literals["if_missing"] = column.if_missing.value
    for key, text in literals.items():
        if text is not None and column.number(text, "CNY") is None:
            yield Problem(
                code="column-literal",
                message=f"'{text}' is not a value of type {column.type}",
                span=document.span((*at, key)),
                expected=_EXPECTED[column.type],
            )


_EXPECTED: dict[str, str] = {
    "int": "a whole number such as 30",
    "money": "an amount such as 20000.00, without separators",
    "ratio": "a number such as 0.85, not more decimals than declared",
    "bool": "true or false",
    "enum": "one of the column's values",
    "date": "a date such as 2026-01-31",
    "text": "no bound: text has none",
}


@dataclass(frozen=True, slots=True)
class Encoded:
    """A column outside of Arrow: exact integers, and where they are known (elsewhere 0)."""

    values: Ints
    known: Bool


ARROW_TYPES: dict[Type, pa.DataType] = {
    "int": pa.int64(), "money": pa.int64(), "ratio": pa.int64(), "bool": pa.bool_(),
    "enum": pa.string(), "text": pa.string(), "date": pa.date32(),
}  # fmt: skip
"""How each type is held in a frame: money in minor units, ratios scaled, enums as their codes."""


def to_frame(table: pa.Table) -> pd.DataFrame:
    """The table as a pandas frame whose columns stay in Arrow; no copy."""
    frame: pd.DataFrame = table.to_pandas(types_mapper=pd.ArrowDtype)
    return frame


def to_table(frame: pd.DataFrame) -> pa.Table:
    """The frame as an Arrow table without index or pandas metadata."""
    return pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)


def arrow(series: "pd.Series[str]") -> pa.Array:
    """The column as one Arrow array."""
    found = pa.array(series)
    return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found


def encode(
    frame: pd.DataFrame, dictionary: Mapping[str, Column], names: Iterable[str]
) -> dict[str, Encoded]:
    """The named columns as exact integers with a mask of what is known.

    int, money and ratio as held; bool as 0 or 1; date as its day number; enum as the position of
    its code. A declared column that the frame lacks is unknown in every row. Values leave Arrow
    here and nowhere else: pandas' own way out of a nullable column goes through float.
    """
    size = len(frame)
    return {
        name: _encode(arrow(frame[name]), dictionary[name])
        if name in frame
        else Encoded(np.zeros(size, np.int64), np.zeros(size, np.bool_))
        for name in names
    }


def _encode(values: pa.Array, column: Column) -> Encoded:
    if column.type == "enum":
        codes = pc.index_in(values, value_set=pa.array(column.values, pa.string()))
        codes = pc.if_else(values.is_null(), pa.scalar(None, pa.int32()), codes)
        narrow = codes.fill_null(0).cast(pa.int8() if len(column.values) < 127 else pa.int32())  # noqa: PLR2004 - int8
        return Encoded(narrow.to_numpy(zero_copy_only=False), _mask(codes))
    if column.type == "bool":
        return Encoded(
            values.fill_null(False).to_numpy(zero_copy_only=False).view(np.int8),
            _mask(values),
        )
    if column.type == "date":
        values = values.cast(pa.date32()).cast(pa.int32())
    return Encoded(values.fill_null(0).to_numpy(zero_copy_only=False), _mask(values))


def _mask(values: pa.Array) -> Bool:
    if values.null_count == 0:
        return np.ones(len(values), np.bool_)
    known: Bool = values.is_valid().to_numpy(zero_copy_only=False)
    return known


def mask(kind: Personal, value: str) -> str:
    """The value with all but what is needed to recognise it hidden.

    Mobile 138****1234, identity number first 6 and last 4, card and account last 4, surname and *.
    Source: JR/T 0171-2020 asks for shielded display; the exact patterns are practice, recalled.
    """
    if kind in ("card", "account"):
        return "*" * max(0, len(value) - 4) + value[-4:] if len(value) > 4 else "****"  # noqa: PLR2004 - last 4
    if kind == "phone":
        return f"{value[:3]}****{value[-4:]}" if len(value) >= 11 else "****" + value[-2:]  # noqa: PLR2004 - a mobile number
    if kind == "id_no":
        return f"{value[:6]}********{value[-4:]}" if len(value) >= 15 else "****"  # noqa: PLR2004 - an identity number
    if kind == "name":
        return value[:1] + "*" * max(1, len(value) - 1)
    if kind == "email":
        return f"{value[:1]}***@{value.partition('@')[2]}" if "@" in value else "***"
    return value[:2] + "***"


assert set(ARROW_TYPES) == set(get_args(Type))  # noqa: S101 - a type without a home would be lost in silence
