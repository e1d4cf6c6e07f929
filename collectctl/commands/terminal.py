"""How a command speaks: answers on stdout, problems and progress on stderr.

A table on a terminal, TSV or JSON in a pipe. Text from files comes through `visible`, never as
markup.
"""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum

from collectctl.problems import Level, Problem, as_json, render, visible


class Format(StrEnum):
    """How an answer is written."""

    AUTO = "auto"
    TSV = "tsv"
    JSON = "json"


class ProblemFormat(StrEnum):
    """How problems are written when they are what was asked for."""

    AUTO = "auto"
    JSON = "json"
    GITHUB = "github"


def say(line: str) -> None:
    """One line for the person at the keyboard, on stderr."""
    sys.stderr.write(visible(line) + "\n")


def say_problems(problems: Iterable[Problem]) -> None:
    """The problems, on stderr."""
    for problem in problems:
        sys.stderr.write(render(problem) + "\n")


def answer_problems(problems: Sequence[Problem], form: ProblemFormat) -> None:
    """The problems as the answer of a command that looks for them."""
    if form is ProblemFormat.JSON:
        sys.stdout.write(as_json(problems) + "\n")
    elif form is ProblemFormat.GITHUB:
        sys.stdout.writelines(_annotation(p) + "\n" for p in problems)
    else:
        say_problems(problems)


def _annotation(problem: Problem) -> str:
    """The problem as a line that GitHub Actions shows at its place in a change."""
    level = "notice" if problem.level is Level.NOTE else str(problem.level)
    span, place = problem.span, ""
    if span is not None:
        place = f"file={_escaped(visible(f'config/{span.file}'), ':,')},"
        if span.line:
            place += f"line={span.line},col={span.column},"
    said = [problem.message]
    said += [f"expected: {problem.expected}"] * bool(problem.expected)
    said += [f"mend: {problem.mend}"] * bool(problem.mend)
    text = _escaped("\n".join(visible(s) for s in said))
    return f"::{level} {place}title={problem.code}::{text}"


def _escaped(text: str, more: str = "") -> str:
    for sign in ("%", "\r", "\n", *more):
        text = text.replace(sign, f"%{ord(sign):02X}")
    return text


def answer_table(
    title: str,
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    form: Format = Format.AUTO,
    right: Sequence[int] = (),
) -> None:
    """A table as the answer: drawn on a terminal, else TSV with a heading line, or JSON.

    `right` are the positions of columns set flush right.
    """
    if form is Format.JSON:
        objects = [dict(zip(headings, row, strict=True)) for row in rows]
        sys.stdout.write(json.dumps({title: objects}, ensure_ascii=False, indent=2) + "\n")
    elif form is Format.TSV or not sys.stdout.isatty():
        for row in (headings, *rows):
            sys.stdout.write("\t".join(visible(cell) for cell in row) + "\n")
    else:
        _draw(title, headings, rows, right)


def _draw(
    title: str, headings: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int]
) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(
        title=Text(visible(title)),
        title_justify="left",
        box=box.SIMPLE_HEAD,
        show_header=any(headings),
    )
    for i, heading in enumerate(headings):
        table.add_column(
            Text(visible(heading)), justify="right" if i in right else "left", no_wrap=i == 0
        )
    for row in rows:
        table.add_row(*(Text(visible(cell)) for cell in row))
    Console(markup=False, highlight=False).print(table)


@contextmanager
def progress(*, quiet: bool) -> Iterator[Callable[[str], None]]:
    """Gives what a night calls as it proceeds: a bar on a terminal, nothing for a scheduler."""
    if quiet or not sys.stderr.isatty():

        def silent(stage: str) -> None:
            del stage

        yield silent
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

    console = Console(stderr=True, markup=False, highlight=False)
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        tasks: list[TaskID] = []

        def tell(stage: str) -> None:
            for earlier in tasks:
                bar.update(earlier, total=1, completed=1)
            tasks.append(bar.add_task(stage, total=None))

        yield tell
