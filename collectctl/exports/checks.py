"""What can be wrong with a contract although each key is spelt right.

Knows how the keys of a contract depend on each other and on the dictionary of columns.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from collectctl.columns import Column, Dictionary
from collectctl.config import Document
from collectctl.exports import patterns
from collectctl.exports.dates import spelling
from collectctl.exports.shapes import ColumnShape, ContractShape
from collectctl.problems import Problem, did_you_mean

NEEDS: dict[str, tuple[str, ...]] = {
    "accounts": (
        "account_id",
        "customer_id",
        "branch_code",
        "product",
        "currency",
        "as_of",
        "days_past_due",
        "balance",
    ),
    "parties": ("account_id", "party_id", "role"),
    "statuses": ("account_id", "status"),
    "falling_due": (
        "account_id",
        "customer_id",
        "branch_code",
        "product",
        "currency",
        "as_of",
        "due_date",
        "balance",
    ),
    "statements": ("account_id", "currency", "statement_on", "bill"),
}
"""Columns without which an export is of no use."""
KEYS: dict[str, tuple[str, ...]] = {
    "accounts": ("account_id",),
    "parties": ("account_id", "party_id", "role"),
    "statuses": ("account_id", "status"),
    "falling_due": ("account_id",),
    "statements": ("account_id", "statement_on"),
}
"""What names one row of an export; later stages join on it."""
_UNITS = {"money": ("yuan", "fen"), "ratio": ("fraction", "percent", "ten_thousandth")}
_TRAILER_TOTAL = re.compile(r"\{(\w+) ([A-Z]{3})\}")


def contract_problems(
    s: ContractShape, document: Document, dictionary: Dictionary
) -> tuple[Problem, ...]:
    """All problems of the contract, sorted by place."""
    at = _At(document)
    found = [
        *_files(s, at),
        *_header(s, at),
        *_columns(s, at, dictionary),
        *_constants(s, at, dictionary),
        *_keys(s, at),
        *_totals(s, at, dictionary),
        *_whole(s, at),
        *_date(s, at),
    ]
    return tuple(sorted(found, key=Problem.sort_key))


def total_places(s: Iterable[str]) -> Iterator[tuple[int, str, str]]:
    """Position, column and currency of each `{column CUR}` among a trailer's cells."""
    for i, cell in enumerate(s):
        match = _TRAILER_TOTAL.fullmatch(cell)
        if match is not None:
            yield i, match[1], match[2]


class _At:
    """Makes problems with places in one document."""

    def __init__(self, document: Document) -> None:
        self.document = document

    def __call__(
        self,
        path: Sequence[str | int],
        code: str,
        message: str,
        *,
        expected: str | None = None,
        mend: str | None = None,
    ) -> Problem:
        span = self.document.span(path)
        return Problem(code=code, message=message, span=span, expected=expected, mend=mend)


def _files(s: ContractShape, at: _At) -> Iterator[Problem]:
    named: list[tuple[tuple[str, ...], str | None, bool]] = [
        (("file",), s.file, False),
        (("mended",), s.mended, True),
        (("whole", "marker"), s.whole.marker, False),
    ]
    if s.whole.control_file is not None:
        named.append((("whole", "control_file", "file"), s.whole.control_file.file, False))
    for path, pattern, star in named:
        fault = None if pattern is None else patterns.fault(pattern, star=star)
        if fault is not None:
            yield at(
                path,
                "contract-file",
                f"'{pattern}' cannot be used: {fault}",
                expected="a name such as {date}/accounts_{yyyymmdd}.csv",
            )


def _header(s: ContractShape, at: _At) -> Iterator[Problem]:
    if s.header.find == (s.header.row is not None):
        yield at(
            ("header",),
            "contract-header",
            "the header's place is said twice or not at all",
            expected="either row: 1 or find: true",
        )
    if len(s.delimiter) != 1 or s.delimiter in '"\r\n' or not s.delimiter.isascii():
        yield at(
            ("delimiter",),
            "contract-setting",
            "the delimiter is not one plain character",
            expected='a character such as , ; | or a tab written "\\t"',
        )
    if s.sheet is not None and s.reader not in ("xlsx", "xls", "auto"):
        yield at(
            ("sheet",),
            "contract-setting",
            f"reader '{s.reader}' knows no sheets",
            mend="remove sheet, or declare a workbook",
        )


def _columns(s: ContractShape, at: _At, dictionary: Dictionary) -> Iterator[Problem]:
    taken: dict[str, str] = {}
    for heading, c in s.columns.items():
        path = ("columns", heading)
        if c.to not in dictionary:
            yield at(
                (*path, "to"),
                "contract-column",
                f"there is no column '{c.to}'",
                expected="a name of columns.yaml",
                mend=did_you_mean(c.to, dictionary.columns),
            )
            continue
        if c.to in taken:
            yield at(
                path,
                "contract-column",
                f"headings '{taken[c.to]}' and '{heading}' both become '{c.to}'",
                mend="map one of them, and name the other under ignore",
            )
        taken[c.to] = heading
        if heading != heading.strip() or heading == "" or heading in s.ignore:
            yield at(
                path,
                "contract-column",
                f"heading '{heading}' is empty, padded or also ignored",
                expected="the heading as it stands in the file, once",
            )
        yield from _settings(c, dictionary[c.to], path, at)


def _settings(c: ColumnShape, column: Column, path: tuple[str, ...], at: _At) -> Iterator[Problem]:
    units = _UNITS.get(column.type, ())
    if units and c.unit is None:
        yield at(
            path,
            "contract-unit",
            f"heading '{path[-1]}' does not say its unit",
            expected="unit: " + ", ".join(units),
            mend="look at a figure you know, and ask the bank's own people if in doubt",
        )
    elif c.unit is not None and c.unit not in units:
        yield at(
            (*path, "unit"),
            "contract-unit",
            f"'{c.unit}' is no unit of a column of type {column.type}",
            expected="unit: " + ", ".join(units) if units else "no unit",
        )
    if column.type == "bool" and not c.values:
        yield at(
            path,
            "contract-values",
            f"heading '{path[-1]}' does not say what means yes and no",
            expected='values: {是: "true", 否: "false"}',
        )
    known = ("true", "false") if column.type == "bool" else column.values
    for word, code in c.values.items():
        if column.type not in ("bool", "enum", "text") or (known and code not in known):
            yield at(
                (*path, "values", word),
                "contract-values",
                f"'{code}' is no value of column '{column.name}'",
                expected=", ".join(known) or "no values: for this type",
                mend=did_you_mean(code, known),
            )
    for i, written in enumerate(c.dates):
        if column.type != "date" or spelling(written) is None:
            yield at(
                (*path, "dates", i),
                "contract-dates",
                f"'{written}' is no way to write a {column.type}",
                expected="YYYY, MM or M, DD or D once each, as in YYYY-MM-DD or YYYYMMDD",
            )
    if c.thousands and column.type not in ("int", "money", "ratio"):
        yield at(
            (*path, "thousands"),
            "contract-setting",
            "only numbers have thousands separators",
            mend="remove thousands",
        )


def _constants(s: ContractShape, at: _At, dictionary: Dictionary) -> Iterator[Problem]:
    mapped = {c.to for c in s.columns.values()}
    for name, text in s.constants.items():
        path = ("constants", name)
        if name not in dictionary or name in mapped:
            yield at(
                path,
                "contract-constant",
                f"'{name}' is no column, or a heading gives it already",
                expected="a column that the file lacks",
            )
        elif text == "{business_date}" and dictionary[name].type == "date":
            continue
        elif dictionary[name].type != "text" and dictionary[name].number(text, "CNY") is None:
            yield at(
                path,
                "contract-constant",
                f"'{text}' is not a value of type {dictionary[name].type}",
                expected="a value as columns.yaml writes it, or {business_date} for a date",
            )
    for name in sorted(set(NEEDS[s.export]) - mapped - set(s.constants)):
        yield at(
            ("columns",),
            "contract-needs",
            f"no heading gives column '{name}'",
            expected=f"export {s.export} has " + ", ".join(NEEDS[s.export]),
            mend="map a heading to it, or give it under constants",
        )


def _keys(s: ContractShape, at: _At) -> Iterator[Problem]:
    if set(s.key) != set(KEYS[s.export]) or len(s.key) != len(set(s.key)):
        yield at(
            ("key",),
            "contract-key",
            f"this is not what names a row of {s.export}",
            expected=f"key: [{', '.join(KEYS[s.export])}]",
        )


def _totals(s: ContractShape, at: _At, dictionary: Dictionary) -> Iterator[Problem]:
    mapped = {c.to for c in s.columns.values()}
    wanted: list[tuple[tuple[str | int, ...], str]] = [
        (("totals", i), name) for i, name in enumerate(s.totals)
    ]
    for i, name, _ in total_places(s.whole.trailer or ()):
        wanted.append((("whole", "trailer", i), name))
    if s.whole.control_file is not None:
        for written in s.whole.control_file.totals:
            for _, name, _ in total_places(["{" + written + "}"]):
                wanted.append((("whole", "control_file", "totals", written), name))
    for path, name in wanted:
        if name not in mapped or name not in dictionary or dictionary[name].type != "money":
            yield at(
                path,
                "contract-totals",
                f"'{name}' is no amount of this export",
                expected="a column of type money that a heading gives",
            )
    money = {n for n in mapped if n in dictionary and dictionary[n].type == "money"}
    if money and "currency" not in mapped | set(s.constants):
        yield at(
            ("columns",),
            "contract-needs",
            "there are amounts but no currency",
            mend="map a heading to currency, or write constants: {currency: CNY}",
        )


def _whole(s: ContractShape, at: _At) -> Iterator[Problem]:
    w = s.whole
    said = [w.trailer, w.control_file, w.marker]
    if (w.unchecked is not None) == any(x is not None for x in said):
        yield at(
            ("whole",),
            "contract-whole",
            "it is not said how a whole file is known",
            expected="trailer, control_file or marker; or unchecked with the reason",
        )
    for i, cell in enumerate(w.trailer or ()):
        place = cell.startswith("{")
        fine = cell in ("{rows}", "{business_date}", "{any}") or _TRAILER_TOTAL.fullmatch(cell)
        if (i == 0 and (place or not cell.strip())) or (place and not fine):
            yield at(
                ("whole", "trailer", i),
                "contract-whole",
                f"'{cell}' cannot stand at this place of a trailer",
                expected="first a word; then words, {rows}, {business_date}, {any}, {balance CNY}",
            )
    if w.trailer is not None and "{rows}" not in w.trailer:
        yield at(
            ("whole", "trailer"),
            "contract-whole",
            "the trailer does not count the rows",
            expected='a cell "{rows}"',
        )
    for written in w.control_file.totals if w.control_file is not None else ():
        if not _TRAILER_TOTAL.fullmatch("{" + written + "}"):
            yield at(
                ("whole", "control_file", "totals", written),
                "contract-whole",
                f"'{written}' names no total",
                expected="a column and a currency: balance CNY",
            )


def _date(s: ContractShape, at: _At) -> Iterator[Problem]:
    place, column = s.business_date.place, s.business_date.column
    mapped = {c.to for c in s.columns.values()}
    control = s.whole.control_file
    fine = {
        "column": column in mapped,
        "file_name": True,
        "trailer": "{business_date}" in (s.whole.trailer or ()),
        "control_file": control is not None and control.business_date is not None,
    }[place]
    if not fine:
        yield at(
            ("business_date",),
            "contract-setting",
            f"the business date is said to be in the {place.replace('_', ' ')}, "
            "which does not give it",
            expected="{column: as_of} with a heading for it, file_name, trailer or control_file",
        )
