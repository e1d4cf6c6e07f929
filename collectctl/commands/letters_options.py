"""Options that the `letters` commands share."""

from datetime import UTC, date, datetime
from enum import StrEnum

import typer

from collectctl.commands.options import day_of
from collectctl.commands.rules_explain import Language


class Channel(StrEnum):
    """The forms of documents."""

    LETTER = "letter"
    SMS = "sms"
    EMAIL = "email"
    WECHAT = "wechat"
    SCRIPT = "script"


DOCUMENT = typer.Argument(None, metavar="DOCUMENT", help="One document alone, as overdue-notice.")
LANGUAGE: Language | None = typer.Option(None, "--language", help="One language alone.")
ON = typer.Option(
    None, "--date", metavar="DATE", help="The business date whose version is meant; else today."
)


def today_or(text: str | None) -> date:
    """The day that was named, else today."""
    return day_of(text) or datetime.now(UTC).date()
