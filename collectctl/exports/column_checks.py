"""What can be wrong with the headings and constants of a contract.

Knows how a heading's keys fit the type of its column in the dictionary.
"""

import re
from collections.abc import Iterator, Sequence

from collectctl.columns import LADDERS_ONLY, Column, Dictionary, ladders_only
from collectctl.exports.dates import spelling
from collectctl.exports.shapes import SHIFTS, ColumnShape, ContractShape
from collectctl.problems import Problem, did_you_mean
from collectctl.yaml_file import Document

NEEDS: dict[str, tuple[str, ...]] = {
    "contacts": (
        "reference",
        "at",
        "channel",
        "outcome",
        "direction",
        "party_id",
        "number_used",
        "about_accounts",
        "made_by",
    ),
    "wishes": (
        "reference",
        "wish",
        "at",
        "ends_at",
        "party_id",
        "number_used",
        "wish_channel",
        "hours",
        "about_accounts",
    ),
    "payments": (
        "reference",
        "account_id",
        "paid_amount",
        "currency",
        "booked_at",
        "value_date",
        "payer",
    ),
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
    "decisions": ("account_id", "step", "decided_on", "decided_by", "reference"),
}
"""Columns without which an export is of no use."""
_UNITS = {"money": ("yuan", "fen"), "ratio": ("fraction", "percent", "ten_thousandth")}
_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,14})")


class At:
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
        """A problem at this path of the document."""
        span = self.document.span(path)
        return Problem(code=code, message=message, span=span, expected=expected, mend=mend)


def columns_problems(s: ContractShape, at: At, dictionary: Dictionary) -> Iterator[Problem]:
    """The problems of `columns` and `constants`."""
    yield from _columns(s, at, dictionary)
    yield from _constants(s, at, dictionary)


def _columns(s: ContractShape, at: At, dictionary: Dictionary) -> Iterator[Problem]:
    taken: dict[str, str] = {}
    for heading, c in s.columns.items():
        path = ("columns", heading)
        if c.to in LADDERS_ONLY:
            yield ladders_only(c.to, at.document.span((*path, "to")))
            continue
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


def _settings(c: ColumnShape, column: Column, path: tuple[str, ...], at: At) -> Iterator[Problem]:
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
        fine = {"int": bool(_WHOLE.fullmatch(code)), "text": True}.get(column.type, code in known)
        if not fine:
            yield at(
                (*path, "values", word),
                "contract-values",
                f"'{code}' is no value of column '{column.name}'",
                expected=", ".join(known) or f"nothing to translate into type {column.type}",
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
    if column.type == "ratio" and SHIFTS.get(c.unit or "", 0) > column.decimals:
        yield at(
            (*path, "unit"),
            "contract-unit",
            f"column '{column.name}' has too few decimals for {c.unit}",
            expected=f"at least {SHIFTS[c.unit or '']} decimals in columns.yaml",
        )
    if c.thousands and column.type not in ("int", "money", "ratio"):
        yield at(
            (*path, "thousands"),
            "contract-setting",
            "only numbers have thousands separators",
            mend="remove thousands",
        )


def _constants(s: ContractShape, at: At, dictionary: Dictionary) -> Iterator[Problem]:
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
        elif not _is_constant(dictionary[name], text, mapped, dictionary):
            yield at(
                path,
                "contract-constant",
                f"'{text}' is not a value of type {dictionary[name].type}",
                expected="a value as columns.yaml writes it, {business_date} for a date, or "
                "another text column such as {account_id}",
            )
    for name in sorted(set(NEEDS[s.export]) - mapped - set(s.constants)):
        yield at(
            ("columns",),
            "contract-needs",
            f"no heading gives column '{name}'",
            expected=f"export {s.export} has " + ", ".join(NEEDS[s.export]),
            mend="map a heading to it, or give it under constants",
        )


def _is_constant(column: Column, text: str, mapped: set[str], dictionary: Dictionary) -> bool:
    """Whether the text is a value of the column, the night's date or another text column."""
    if column.type == "date" and text == "{business_date}":
        return True
    if column.type == "text":
        other = text[1:-1]
        is_text = other in mapped and other in dictionary and dictionary[other].type == "text"
        return not text.startswith("{") or (text.endswith("}") and is_text)
    return column.type != "money" and column.number(text, "CNY") is not None
