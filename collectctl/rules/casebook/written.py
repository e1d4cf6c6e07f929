"""Cases as they are written, in a list or in a table, each piece with its place.

Knows both forms; refuses to know what columns and rules there are.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from collectctl.problems import Problem, Span
from collectctl.rules.casebook.case import ARROW, NONE, NOTHING
from collectctl.rules.casebook.shapes import CaseShape, CasesShape, ExpectShape
from collectctl.rules.syntax import Source
from collectctl.rules.tables import Table, read_table
from collectctl.yaml_file import Document, Path_

NAME = "name"
EXPECTATIONS = tuple(ExpectShape.model_fields)
LISTS = ("addons", "missing")


@dataclass(frozen=True, slots=True)
class Written:
    """A text and its place."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenCase:
    """A case whose names and values are not understood yet."""

    name: str
    span: Span
    as_of: date | None
    account: Mapping[str, Written]
    keys: Mapping[str, Span]
    """Where each column of the account is named, if it is named in this case alone."""
    expect: Mapping[str, tuple[Written, ...]]
    """By what is expected; a list may be empty."""


def written(
    document: Document, shape: CasesShape, problems: list[Problem]
) -> Iterator[WrittenCase | Source]:
    """Each case of a file, and each heading of a table that names a column of the account.

    What is wrong with the form of a table is added to `problems`.
    """
    for i, case in enumerate(shape.cases):
        yield _listed(document, ("cases", i), case, shape.as_of)
    for i, one in enumerate(shape.tables):
        table, found = read_table(document, ("tables", i, "table"))
        problems += found
        if table is None:
            continue
        wrong = list(_headings(table))
        problems += wrong
        if not wrong:
            yield from (h for h in table.headings if _is_column(h.text))
            yield from _tabled(table, one.as_of or shape.as_of)


def _listed(document: Document, at: Path_, case: CaseShape, as_of: date | None) -> WrittenCase:
    account = (*at, "account")
    expect: dict[str, tuple[Written, ...]] = {}
    for key in EXPECTATIONS:
        value: str | list[str] | None = getattr(case.expect, key)
        place = (*at, "expect", key)
        if isinstance(value, list):
            expect[key] = tuple(Written(v, document.span((*place, k))) for k, v in enumerate(value))
        elif value is not None:
            expect[key] = (Written(value, document.span(place)),)
    return WrittenCase(
        name=case.name,
        span=document.span((*at, "name")),
        as_of=case.as_of or as_of,
        account={n: Written(v, document.span((*account, n))) for n, v in case.account.items()},
        keys={n: document.span((*account, n), of_key=True) for n in case.account},
        expect=expect,
    )


def _is_column(heading: str) -> bool:
    return heading != NAME and not heading.startswith(ARROW)


def _headings(table: Table) -> Iterator[Problem]:
    """What is wrong with the headings, columns of the account aside."""
    first = table.headings[0]
    names = [h.text for h in table.headings]
    results = ", ".join(f"{ARROW}{e}" for e in EXPECTATIONS)
    if NAME not in names:
        yield first.fault("table-heading", (0, 1), f"no column '{NAME}' in the table", NAME)
    if all(_is_column(n) or n == NAME for n in names):
        yield first.fault("table-heading", (0, 1), "a table that expects nothing", results)
    for heading in table.headings:
        text = heading.text
        if not _is_column(text) and text != NAME and text[len(ARROW) :] not in EXPECTATIONS:
            yield heading.fault(
                "table-heading", (0, len(text)), f"'{text}' is nothing to expect", results
            )


def _tabled(table: Table, as_of: date | None) -> Iterator[WrittenCase]:
    for row in table.rows:
        cells = {
            h.text: Written(c.text, c.span((0, len(c.text))))
            for h, c in zip(table.headings, row, strict=True)
        }
        given = {n: c for n, c in cells.items() if c.text not in ("", NOTHING)}
        yield WrittenCase(
            name=cells[NAME].text,
            span=cells[NAME].span,
            as_of=as_of,
            account={n: c for n, c in given.items() if _is_column(n)},
            keys={},
            expect={
                n[len(ARROW) :]: _expected(n[len(ARROW) :], c)
                for n, c in given.items()
                if n.startswith(ARROW)
            },
        )


def _expected(key: str, cell: Written) -> tuple[Written, ...]:
    if key not in LISTS:
        return (cell,)
    if cell.text == NONE:
        return ()
    return tuple(Written(part.strip(), cell.span) for part in cell.text.split(","))
