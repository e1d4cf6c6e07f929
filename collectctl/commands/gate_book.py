"""`collectctl gate book`: every limit beside the code and the test that enforce it."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import typer

from collectctl import durable
from collectctl.commands.options import PROJECT, day_of
from collectctl.commands.rules_explain import Language
from collectctl.commands.stages import refuse_used
from collectctl.commands.terminal import say


def register(group: typer.Typer) -> None:
    """Adds the command to the group."""
    group.command(name="book")(book)


def book(
    to: Path = typer.Option(..., "--to", metavar="DIR", help="Where to write; new or empty."),
    night: str | None = typer.Option(
        None, "--date", metavar="DATE", help="The day whose expired values are named; else today."
    ),
    language: Language | None = typer.Option(
        None, "--lang", help="Of the document; else the project's."
    ),
    project: Path = PROJECT,
    dry_run: bool = typer.Option(False, "--dry-run", help="Only say what would be written."),
) -> None:
    """Write the packs as a document to check: packs.html and packs.xlsx.

    Each limit stands with all its values, dates, source, how sure that is and when it was reviewed,
    beside the code and the test that enforce it; what the gate does not enforce says so.
    """
    from collectctl.archive.faults import disk_faults
    from collectctl.commands.gate_book_files import made_book

    refuse_used(to)
    day = day_of(night) or datetime.now(UTC).date()
    files, told = made_book(project, day, None if language is None else str(language))
    with disk_faults("writing the packs"):
        if not dry_run:
            durable.make_folder(to)
        for name, data in files.items():
            if not dry_run:
                durable.write_file(to / name, data)
            sys.stdout.write(f"{to / name}\n")
    sys.stdout.flush()
    say(told)
