"""What stands beside a value: that it is the value's own name, and not that of another.

A value in a table is named by the heading before it in its row, else by that of its column; in a
sentence by the words since the value before. Knows names as the catalogue declares them. Refuses to
know whether the value itself is right.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape

from collectctl.documents.lint.forms import Read
from collectctl.documents.lint.pieces import Said, Slot
from collectctl.documents.lint.places import chosen
from collectctl.problems import Problem

Names = Mapping[str, tuple[str, ...]]
"""What each field may be called, as `line.balance`, in one language."""
_TAG = re.compile(r"<(/?)(\w+)([^<>]*)>")
_COLUMNS = re.compile(r"colspan=\"(\d+)\"")
_SENTENCE = re.compile(r"[。；;]|[.!?](?=\s|$)|\n\s*\n")
_CELLS = ("th", "td")
_PARTING = ("p", "li", "h1", "h2", "div", "caption")
"""Elements at which the words that name a value begin anew."""


@dataclass(slots=True)
class _Table:
    """How far a table has been read."""

    headings: list[str] = field(default_factory=list)
    row: list[tuple[str, str]] = field(default_factory=list)
    """Kind and words of each cell of the row so far; of several columns as often."""

    def ends_row(self) -> None:
        """A row of headings alone names the columns of those that follow."""
        if self.row and all(kind == "th" for kind, _ in self.row):
            self.headings = [words for _, words in self.row]
        self.row = []

    def name(self) -> str:
        """The words that name a value in the cell that is being read."""
        *before, (kind, words) = self.row
        if kind == "th" or not before or before[-1][0] != "th":
            at = len(before)
            column = self.headings[at] if at < len(self.headings) else ""
            unnamed = kind == "td" and not any(map(str.isalnum, words))
            return column if unnamed else words
        return before[-1][1]


def mislabelled(one: Read, names: Names) -> Iterator[Problem]:
    """Each value that stands under the name of another."""
    finder = _finder(names)
    if finder is None:
        return
    for slot, words, in_table in _named(one):
        if slot.field not in names:
            continue
        found = [hit.group().casefold() for hit in finder.finditer(words)]
        own = [name.casefold() for name in names[slot.field]]
        if (found and found[-1] not in own) or (in_table and words.strip() and not found):
            yield Problem(
                code="text-label",
                message=f"{slot.field} stands under '{' '.join(words.split())[-40:]}'",
                span=slot.span,
                expected=f"one of its names: {', '.join(names[slot.field])}",
                mend="print the value that the words name, or add the name to `labels`",
            )


def _finder(names: Names) -> re.Pattern[str] | None:
    """Every name of every field, longer ones first: 透支利息 is no 利息."""
    every = sorted({name for some in names.values() for name in some}, key=lambda n: (-len(n), n))
    if not every:
        return None
    edges = [(r"\b" if name[0].isascii() else "", re.escape(name)) for name in every]
    return re.compile("|".join(f"{edge}{name}{edge}" for edge, name in edges), re.IGNORECASE)


def _named(one: Read) -> Iterator[tuple[Slot, str, bool]]:
    """The values, each with the words that name it and whether it stands in a table's cell."""
    table: _Table | None = None
    words = ""
    for piece in chosen(one.pieces, lambda _: None):
        if isinstance(piece, Slot):
            if table is not None and table.row:
                yield piece, table.name(), True
            else:
                yield piece, words, False
                words = ""
        elif one.form.markup:
            table, words = _read(piece, table, words)
        else:
            words = _SENTENCE.split(words + piece.data)[-1]


def _read(said: Said, table: _Table | None, words: str) -> tuple[_Table | None, str]:
    """What markup and words do to the table that is being read and to the words before a value."""
    end = 0
    for tag in (*_TAG.finditer(said.data), None):
        text = unescape(said.data[end : len(said.data) if tag is None else tag.start()])
        if table is not None and table.row:
            kind, so_far = table.row[-1]
            table.row[-1] = (kind, so_far + text)
        else:
            words = _SENTENCE.split(words + text)[-1]
        if tag is None:
            break
        end = tag.end()
        closing, name, attributes = tag.groups()
        if name == "table":
            table, words = (None if closing else _Table()), ""
        elif table is not None and name == "tr":
            table.ends_row()
        elif table is not None and name in _CELLS and not closing:
            columns = _COLUMNS.search(attributes)
            table.row += [(name, "")] * (1 if columns is None else int(columns[1]))
        elif name in _PARTING:
            words = ""
    return table, words
