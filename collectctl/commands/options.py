"""Options that several commands share, so that they read the same everywhere."""

from datetime import date
from pathlib import Path

import typer

from collectctl.calendar import parse_day
from collectctl.commands.terminal import Format
from collectctl.problems import ConfigError, Problem

PROJECT = typer.Option(Path(), "--project", metavar="DIR", help="The project folder.")
DATE = typer.Option(
    None, "--date", metavar="DATE", help="The night to take, as 2026-11-20; else the earliest."
)
WORKERS = typer.Option(
    None, "--workers", min=1, max=64, help="Processes that render; they change no byte."
)
FORMAT = typer.Option(
    Format.AUTO, "--format", help="A table on a terminal and TSV in a pipe, or the one named."
)
QUIET = typer.Option(False, "--quiet", help="Say nothing unless something is wrong.")
DIFFERENCES = 15
"""The exit code of a command that looks for differences and found some."""


def day_of(text: str | None) -> date | None:
    """The date that an option or argument names; None if it was not given.

    Raises:
        typer.BadParameter: it is not a date.
    """
    if text is None:
        return None
    day = parse_day(text)
    if day is None:
        raise typer.BadParameter(f"'{text}' is not a date such as 2026-11-20")
    return day


def earliest(waiting: tuple[date, ...]) -> date:
    """The first of the waiting nights.

    Raises:
        ConfigError: `nothing-waiting`.
    """
    if not waiting:
        raise ConfigError(
            Problem(
                code="nothing-waiting",
                message="there is no night in the inbox",
                expected="the accounts export of a business date",
                mend="put the exports where their contracts say, or name --project",
            )
        )
    return waiting[0]
