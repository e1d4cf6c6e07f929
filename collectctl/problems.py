"""What can go wrong, as values: where, what was found, what was expected, how to mend it.

Knows how a problem is written for a person or a machine. Refuses to know who found it and what it
means for the run, and never holds personal data: a message names file, place and internal keys.
"""

import difflib
import json
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

_LONGEST = 200
"""Characters of a source line that a message shows."""


class Level(StrEnum):
    """How grave a problem is: an error stops what it concerns, the others only tell."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A place in a file: `line` and `column` count from 1; `cell` replaces them in a workbook."""

    file: str
    line: int = 0
    """0: the whole file."""
    column: int = 0
    length: int = 1
    """Characters the caret underlines."""
    excerpt: str | None = None
    """The source line, only for files that hold no personal data (configuration)."""
    sheet: str | None = None
    cell: str | None = None

    def __str__(self) -> str:
        """`file:line:column`, or `file.xlsx[Sheet1]!C7` for a workbook."""
        if self.sheet is not None:
            return visible(f"{self.file}[{self.sheet}]" + (f"!{self.cell}" if self.cell else ""))
        if self.line == 0:
            return visible(self.file)
        return visible(f"{self.file}:{self.line}:{self.column}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing somebody can mend. `code` is a word that never changes its meaning."""

    code: str
    message: str
    span: Span | None = None
    level: Level = Level.ERROR
    expected: str | None = None
    mend: str | None = None

    def sort_key(self) -> tuple[str, str, int, int, str, str]:
        """By place, then code, so that the order never depends on who looked first."""
        span = self.span
        if span is None:
            return ("", "", 0, 0, self.code, self.message)
        return (span.file, span.sheet or "", span.line, span.column, self.code, self.message)


class CollectctlError(Exception):
    """The work cannot go on; `problems` say why. Each subclass has its own exit code."""

    exit_code = 1

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        """Takes one problem or several; they are sorted by place."""
        found = (problems,) if isinstance(problems, Problem) else tuple(problems)
        self.problems = tuple(sorted(found, key=Problem.sort_key))
        super().__init__("; ".join(f"{p.code}: {p.message}" for p in self.problems))


class ConfigError(CollectctlError):
    """Configuration or rulebook cannot be used."""

    exit_code = 10


class InputRefusedError(CollectctlError):
    """An export cannot be used as a whole."""

    exit_code = 11


class LedgerError(CollectctlError):
    """The ledger or the archive cannot be used."""

    exit_code = 12


class LockedError(CollectctlError):
    """Another run holds the lock."""

    exit_code = 13


def has_errors(problems: Iterable[Problem]) -> bool:
    """Whether any of the problems is an error (warnings and notes are not)."""
    return any(p.level is Level.ERROR for p in problems)


def visible(text: str) -> str:
    r"""The text with control, escape, direction and private characters written as `\u{1b}`.

    What comes from files reaches a terminal, a log or a TSV only through this function: an escape
    sequence in a name must not move the cursor, a direction mark must not reorder a line.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(f"\\u{{{ord(c):x}}}" if _is_hidden(c) else c for c in text)


def _is_hidden(c: str) -> bool:
    """Whether the character shows nothing of its own.

    One that this Python does not know yet is shown: Unicode adds characters for names every year,
    and the bytes of a night must not depend on which of them a version has heard of.
    """
    category = unicodedata.category(c)
    if category == "Cn":
        return ord(c) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(c) <= 0xFDEF  # noqa: PLR2004 - no characters at all
    return category in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")


def display_width(text: str) -> int:
    """How many terminal cells the text takes: wide (CJK) characters take two."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """`did you mean 'x'?` for the nearest known word, or None if nothing is near."""
    near = difflib.get_close_matches(word, sorted(known), 1, 0.7)
    return f"did you mean '{near[0]}'?" if near else None


def render(problem: Problem) -> str:
    """The problem as a person reads it, without colour, ending without a newline."""
    place = f"{problem.span}: " if problem.span is not None else ""
    lines = [f"{place}{problem.level}[{problem.code}]: {visible(problem.message)}"]
    if problem.span is not None and problem.span.excerpt is not None:
        lines += _excerpt(problem.span, problem.span.excerpt)
    if problem.expected:
        lines.append(f"expected: {visible(problem.expected)}")
    if problem.mend:
        lines.append(f"mend: {visible(problem.mend)}")
    return "\n".join(lines)


def _excerpt(span: Span, source: str) -> list[str]:
    """The source line and a caret under the place, aligned by display width."""
    gutter = f"{span.line} | "
    shown, at, length = _window(source.replace("\t", " "), span.column - 1, span.length)
    before = display_width(visible(shown[:at]))
    marked = display_width(visible(shown[at : at + length]))
    return [
        gutter + visible(shown),
        " " * (len(gutter) - 2) + "| " + " " * before + "^" * max(1, marked),
    ]


def _window(line: str, at: int, length: int) -> tuple[str, int, int]:
    """A long line cut down to what surrounds the place, and where the place is then."""
    if len(line) <= _LONGEST:
        return line, at, length
    begin = max(0, min(at - _LONGEST // 2, len(line) - _LONGEST))
    end = begin + _LONGEST
    head, tail = "…" * (begin > 0), "…" * (end < len(line))
    return head + line[begin:end] + tail, at - begin + len(head), min(length, end - at)


def as_json(problems: Sequence[Problem]) -> str:
    """The problems as a JSON list, one object a problem, for a machine."""
    return json.dumps(
        [
            {
                "level": str(p.level),
                "code": p.code,
                "place": None if p.span is None else str(p.span),
                "message": visible(p.message),
                "expected": p.expected,
                "mend": p.mend,
            }
            for p in problems
        ],
        ensure_ascii=False,
        indent=2,
    )
