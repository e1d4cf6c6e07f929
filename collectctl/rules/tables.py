"""Pipe tables: rows of cells, each with its place in the file.

Knows lines and pipes (a cell can hold none); refuses to know what a heading means.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from collectctl.config import FULL_WIDTH
from collectctl.problems import Problem
from collectctl.rules.syntax import Source
from collectctl.yaml_file import Document, Path_

_RULER = re.compile(r"[|\s:]*-{3,}[|\s:-]*")


@dataclass(frozen=True, slots=True)
class Table:
    """Headings and rows; every row has as many cells as there are headings."""

    headings: tuple[Source, ...]
    rows: tuple[tuple[Source, ...], ...]


def read_table(document: Document, path: Path_) -> tuple[Table | None, list[Problem]]:
    """The table in the block scalar at `path`, or what is wrong with its form."""
    lines = list(_lines(document, path))
    problems: list[Problem] = []
    if not lines:
        at = document.span(path, of_key=True)
        return None, [
            Problem(
                code="table-empty", message="a table without a heading", span=at,
                expected="a line of headings, then one line a rule",
            )
        ]  # fmt: skip
    headings, rows = lines[0], lines[1:]
    problems += _heading_problems(headings)
    for row in rows:
        if len(row) != len(headings):
            whole = row[-1]
            problems.append(
                whole.fault(
                    "table-width", (0, max(1, len(whole.text))),
                    f"a row of {len(row)} cells under {len(headings)} headings",
                    f"{len(headings)} cells", _width_mend(row),
                )
            )  # fmt: skip
    return (None if problems else Table(headings, tuple(rows))), problems


def is_comment(line: str) -> bool:
    """Whether a line of a table, without blanks around it, is a comment."""
    return line.startswith("-- ")


def is_ruler(line: str) -> bool:
    """Whether a line of a table, without blanks around it, only divides headings from rows."""
    return _RULER.fullmatch(line) is not None


def _heading_problems(headings: tuple[Source, ...]) -> Iterator[Problem]:
    seen: set[str] = set()
    for heading in headings:
        if not heading.text:
            yield heading.fault("table-heading", (0, 1), "a column without a heading")
        elif heading.text in seen:
            yield heading.fault(
                "table-heading", (0, len(heading.text)), f"heading '{heading.text}' stands twice"
            )
        seen.add(heading.text)


def _width_mend(row: tuple[Source, ...]) -> str:
    if any("｜" in cell.text for cell in row):
        return f"switch the input method to half-width and write {FULL_WIDTH['｜']}"
    return "write - in a cell that asks nothing"


def _lines(document: Document, path: Path_) -> Iterator[tuple[Source, ...]]:
    text, base = document.scalar(path), 0
    for line in text.split("\n"):
        stripped = line.strip()
        if stripped and not is_comment(stripped) and not is_ruler(stripped):
            yield tuple(_cells(document, path, line, base))
        base += len(line) + 1


def _cells(document: Document, path: Path_, line: str, base: int) -> Iterator[Source]:
    """The cells of one line; a pipe at either end of the line is decoration."""
    end = len(line.rstrip())
    at = len(line) - len(line.lstrip())
    if line[at : at + 1] == "|":
        at += 1
    if line[end - 1 : end] == "|" and end - 1 >= at:
        end -= 1
    for raw in line[at:end].split("|"):
        lead = len(raw) - len(raw.lstrip())
        yield Source(document, path, base + at + lead, raw.strip())
        at += len(raw) + 1
