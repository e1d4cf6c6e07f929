"""`collectctl rules book`: the rulebook as a document to read and sign."""

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
    in_force: bool = typer.Option(
        False, "--in-force", help="What is in force on the date, instead of the working folder."
    ),
    since: str | None = typer.Option(
        None,
        "--since",
        metavar="OLD",
        help="Mark what differs from this: as in 'rules diff'; else from what is in force.",
    ),
    no_since: bool = typer.Option(False, "--no-since", help="Mark no changes."),
    night: str | None = typer.Option(
        None, "--date", metavar="DATE", help="The business date whose values are named; else today."
    ),
    language: Language | None = typer.Option(
        None, "--lang", help="Of the document; else the project's."
    ),
    project: Path = PROJECT,
    dry_run: bool = typer.Option(False, "--dry-run", help="Only say what would be written."),
) -> None:
    """Write the rulebook as a document to read and sign: rulebook.html and rulebook.xlsx.

    Every tier, treatment, parameter and source stands in it, and the SHA-256 of the configuration
    that is signed. What differs from the configuration in force is marked.
    """
    from collectctl.archive.faults import disk_faults
    from collectctl.commands.rules_book_sides import made_book, sides

    if since is not None and no_since:
        raise typer.BadParameter("--since and --no-since say opposite things")
    refuse_used(to)
    day = day_of(night) or datetime.now(UTC).date()
    chosen = sides(project, day, since, in_force=in_force, plain=no_since)
    files, told = made_book(chosen, day, None if language is None else str(language))
    with disk_faults("writing the rulebook"):
        if not dry_run:
            durable.make_folder(to)
        for name, data in files.items():
            if not dry_run:
                durable.write_file(to / name, data)
            sys.stdout.write(f"{to / name}\n")
    sys.stdout.flush()
    say(told)
