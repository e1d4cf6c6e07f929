"""`collectctl letters list`: every document, whether it is in force and whether it has faults."""

import sys
from pathlib import Path

import typer

from collectctl.commands.letters_options import ON, today_or
from collectctl.commands.options import FORMAT, PROJECT
from collectctl.commands.terminal import Format, answer_table, say


def register(group: typer.Typer) -> None:
    """Adds the command to the group."""
    group.command(name="list")(list_documents)


def list_documents(project: Path = PROJECT, date: str | None = ON, form: Format = FORMAT) -> None:
    """List every document: what it is for, to whom, in which forms, and whether it is in force.

    `state` compares the working folder with the version in force: in force, changed, shared
    changed (only what documents share), new or removed. `check` counts the faults.
    """
    from collectctl.commands.letters_sides import edited, in_force
    from collectctl.documents.listing import listed
    from collectctl.problems import ConfigError

    here = edited(project, held=True)
    stored = in_force(project, today_or(date), "letters list").configuration.below("documents")
    found = listed(here.files, stored, here.problems)
    if here.documents is None and not any(one.state != "removed" for one in found):
        raise ConfigError(here.problems)
    rows = [
        (
            one.id, one.title.zh_CN, one.title.en, one.purpose, one.tone,
            ", ".join(one.addressees), ", ".join(one.forms), ", ".join(one.languages), one.state,
            _check(one.errors, one.warnings),
        )
        for one in found
    ]  # fmt: skip
    headings = ("document", "zh_CN", "en", "purpose", "tone", "addressees", "forms", "languages",
                "state", "check")  # fmt: skip
    answer_table("documents", headings, rows, form=form)
    sys.stdout.flush()
    if any(one.errors or one.warnings for one in found):
        say("'collectctl letters check' names every fault with its place")


def _check(errors: int, warnings: int) -> str:
    told = [f"{n} {word}" for n, word in ((errors, "errors"), (warnings, "warnings")) if n]
    return ", ".join(told) or "ok"
