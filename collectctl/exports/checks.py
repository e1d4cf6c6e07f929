"""What can be wrong with a contract although each key is spelt right.

Knows how the keys of a contract depend on each other and on the dictionary of columns.
"""

import re
from collections.abc import Iterable, Iterator

from collectctl.columns import Dictionary
from collectctl.exports import patterns
from collectctl.exports.column_checks import At, columns_problems
from collectctl.exports.shapes import ContractShape
from collectctl.money import MINOR_DIGITS
from collectctl.problems import Problem
from collectctl.yaml_file import Document

KEYS: dict[str, tuple[str, ...]] = {
    "accounts": ("account_id",),
    "parties": ("account_id", "party_id", "role"),
    "statuses": ("account_id", "status"),
    "falling_due": ("account_id",),
    "statements": ("account_id", "statement_on"),
    "decisions": ("account_id", "step"),
    "contacts": ("reference",),
    "wishes": ("reference",),
    "payments": ("reference",),
}
"""What names one row of an export; later stages join on it."""
FEEDS = ("contacts", "wishes", "payments")
"""What is a stream of facts with a moment up to which it is known, and not a picture of one day."""
_TRAILER_TOTAL = re.compile(r"\{(\w+) ([A-Z]{3})\}")


def contract_problems(
    s: ContractShape, document: Document, dictionary: Dictionary
) -> tuple[Problem, ...]:
    """All problems of the contract, sorted by place."""
    at = At(document)
    found = [
        *_files(s, at),
        *_header(s, at),
        *columns_problems(s, at, dictionary),
        *_keys(s, at),
        *_totals(s, at, dictionary),
        *_whole(s, at),
        *_date(s, at),
        *_complete(s, at),
    ]
    return tuple(sorted(found, key=Problem.sort_key))


def total_places(s: Iterable[str]) -> Iterator[tuple[int, str, str]]:
    """Position, column and currency of each `{column CUR}` among a trailer's cells."""
    for i, cell in enumerate(s):
        match = _TRAILER_TOTAL.fullmatch(cell)
        if match is not None:
            yield i, match[1], match[2]


def _files(s: ContractShape, at: At) -> Iterator[Problem]:
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


def _header(s: ContractShape, at: At) -> Iterator[Problem]:
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


def _keys(s: ContractShape, at: At) -> Iterator[Problem]:
    if set(s.key) != set(KEYS[s.export]) or len(s.key) != len(set(s.key)):
        yield at(
            ("key",),
            "contract-key",
            f"this is not what names a row of {s.export}",
            expected=f"key: [{', '.join(KEYS[s.export])}]",
        )


def _totals(s: ContractShape, at: At, dictionary: Dictionary) -> Iterator[Problem]:
    mapped = {c.to for c in s.columns.values()}
    wanted: list[tuple[tuple[str | int, ...], str, str]] = [
        (("totals", i), name, "CNY") for i, name in enumerate(s.totals)
    ]
    for i, name, currency in total_places(s.whole.trailer or ()):
        wanted.append((("whole", "trailer", i), name, currency))
    if s.whole.control_file is not None:
        for written in s.whole.control_file.totals:
            for _, name, currency in total_places(["{" + written + "}"]):
                wanted.append((("whole", "control_file", "totals", written), name, currency))
    for path, name, currency in wanted:
        if currency not in MINOR_DIGITS:
            yield at(
                path,
                "contract-totals",
                f"'{currency}' is no known currency",
                expected=", ".join(MINOR_DIGITS),
            )
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


def _whole(s: ContractShape, at: At) -> Iterator[Problem]:
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


def _date(s: ContractShape, at: At) -> Iterator[Problem]:
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


def _complete(s: ContractShape, at: At) -> Iterator[Problem]:
    if s.complete is not None and s.export not in FEEDS:
        yield at(
            ("complete",),
            "contract-setting",
            f"the export {s.export} says everything anew each night",
            expected="complete in contracts of " + ", ".join(FEEDS),
            mend="remove complete",
        )
    if s.complete is not None and s.whole.unchecked is not None:
        yield at(
            ("complete",),
            "contract-whole",
            "nothing says that a file is whole, so it cannot say that its day is",
            expected="trailer, control_file or marker under whole",
            mend="remove complete; whoever imports a file says up to where the feed is known",
        )
