"""`collectctl letters diff`: what changed in the letters, as those who get them will read it."""

import sys
from pathlib import Path

import typer

from collectctl.commands.letters_options import DOCUMENT, LANGUAGE, ON, today_or
from collectctl.commands.options import DIFFERENCES, FORMAT, PROJECT
from collectctl.commands.rules_explain import Language
from collectctl.commands.stages import DRY_RUN
from collectctl.commands.terminal import Format, say


def register(group: typer.Typer) -> None:
    """Adds the command to the group."""
    group.command(name="diff")(diff)


def diff(
    document: str | None = DOCUMENT,
    language: Language | None = LANGUAGE,
    since: str | None = typer.Option(
        None,
        "--from",
        metavar="OLD",
        help="Compare with version:NUMBER of a proposal, git:REV, night:2026-11-20 or a project"
        " folder; else with what is in force.",
    ),
    date: str | None = ON,
    to: Path | None = typer.Option(
        None, "--to", metavar="FILE", help="A new .html file with both versions side by side."
    ),
    project: Path = PROJECT,
    form: Format = FORMAT,
    dry_run: bool = DRY_RUN,
) -> None:
    """Compare the working folder's letters with those in force, as their readers see them.

    Each document is written for every case of documents/cases.yaml in both versions and compared
    sentence by sentence; equal changes are shown once. Exit code 15 when anything differs, else 0.
    """
    from collectctl.commands.letters_diff_answer import answer, page
    from collectctl.commands.letters_sides import (
        documents_of,
        edited,
        in_force,
        named_side,
        refuse_unknown,
        usable,
    )
    from collectctl.commands.letters_write import refuse_unusable, write_new
    from collectctl.documents.changes import compared

    refuse_unusable(to, (".html",))
    read = edited(project)
    new = usable(read)
    if since is None:
        old = documents_of(in_force(project, today_or(date), "letters diff"))
    else:
        old = documents_of(named_side(project, since, "letters diff"))
    refuse_unknown(document, new, old)
    spoken = None if language is None else str(language)
    found = compared(old, new, read.cases, document, spoken)
    if to is not None:
        data = page(found, read, new, old)
        write_new(to, data, dry_run=dry_run)
    answer(found, form)
    sys.stdout.flush()
    if found.found:
        raise typer.Exit(DIFFERENCES)
    say("nothing differs")
