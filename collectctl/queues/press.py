"""One workbook of the night, from columns in words to a file.

Imported by workers: knows sheets and Arrow, and refuses to know pandas, configuration and who
shared the work out. What is written depends on the rows and the recipe alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from collectctl.money import grouped
from collectctl.sheets.book import ColourRule, Cover, SheetColumn, Table, write_book


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A cover's texts, except for what it counts."""

    title: str
    lines: tuple[tuple[str, str | int | date], ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """All that a worker is told before its first workbook."""

    out: Path
    run_date: date
    columns: tuple[SheetColumn, ...]
    colours: tuple[ColourRule, ...]
    freeze: int
    help: Cover | None
    words: Mapping[str, str]
    """The labels of the cover."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One workbook: its name below the folder, its cover and its rows as Arrow IPC."""

    file: str
    page: Page
    rows: bytes = field(repr=False)


def press(job: Job, recipe: Recipe) -> None:
    """Writes the workbook."""
    data = pa.ipc.open_stream(job.rows).read_all()
    words = recipe.words
    cover = Cover(
        sheet=words["cover"],
        title=job.page.title,
        lines=(
            *job.page.lines,
            (words["date"], recipe.run_date),
            (words["customers"], pc.count_distinct(data["customer_id"]).as_py()),
            (words["accounts"], data.num_rows),
            *_tasks(data, words["of_them"]),
            *_money(data, "balance", words["owed"]),
            *_money(data, "overdue_amount", words["overdue"]),
        ),
        notes=job.page.notes,
    )
    table = Table(
        title=words["list"], columns=recipe.columns, data=data,
        colours=recipe.colours, freeze=recipe.freeze,
    )  # fmt: skip
    write_book(
        recipe.out / job.file, tables=[table], cover=cover, help_=recipe.help,
        created=recipe.run_date,
    )  # fmt: skip


def _money(data: pa.Table, column: str, label: str) -> list[tuple[str, str]]:
    """A line for each currency, never added up across them."""
    sums = data.group_by("currency", use_threads=False).aggregate([(column, "sum")])
    found = zip(sums["currency"].to_pylist(), sums[f"{column}_sum"].to_pylist(), strict=True)
    return [(f"{label} {c}", grouped(minor or 0, c)) for c, minor in sorted(found)]


def _tasks(data: pa.Table, label: str) -> list[tuple[str, int]]:
    """How many accounts of each task, in the order in which the list begins them."""
    counts = data.group_by("task", use_threads=False).aggregate([([], "count_all")])
    found = zip(counts["task"].to_pylist(), counts["count_all"].to_pylist(), strict=True)
    return [(f"{label}{task}", count) for task, count in found]
