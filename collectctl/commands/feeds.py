"""`collectctl contacts …` and `consents …`: what comes in between nights."""

import sys
from pathlib import Path
from typing import Literal

import typer

from collectctl.commands.options import FORMAT, PROJECT
from collectctl.commands.terminal import Format, answer_table, say, say_problems

_FEED = typer.Option(..., "--feed", metavar="NAME", help="Which stream it is of, as 'dialler'.")
_BY = typer.Option(..., "--by", help="Who says so: a staff number.")
_KNOWN = "The moment up to which nothing is missing, as '2026-11-20 23:59', in the bank's zone."
_KINDS: dict[Literal["contacts", "wishes"], tuple[str, str]] = {
    "contacts": ("contacts", "Contacts made or tried: dialler, gateways, mail room, agencies."),
    "wishes": ("consents", "What people asked for: consent, opt-out, cease, hours."),
}


def register(app: typer.Typer) -> None:
    """Adds both groups to the program."""
    for kind, (name, words) in _KINDS.items():
        group = typer.Typer(name=name, help=words, no_args_is_help=True, rich_markup_mode=None)
        _add_import(group, kind)
        _add_open(group, kind)
        app.add_typer(group)


def _add_import(group: typer.Typer, kind: Literal["contacts", "wishes"]) -> None:
    @group.command(name="import")
    def take(
        file: Path = typer.Argument(metavar="FILE", help="A file as the feed's contract wants it."),
        feed: str = _FEED,
        by: str = _BY,
        complete_to: str | None = typer.Option(
            None, "--complete-to", metavar="MOMENT", help=_KNOWN
        ),
        project: Path = PROJECT,
        form: Format = FORMAT,
    ) -> None:
        """Take a file in, each row once; rows that cannot be used are named with the reason.

        The same file twice adds nothing. Without --complete-to the file does not say how far the
        feed is known.
        """
        from collectctl.commands.feeds_session import take_in

        taken = take_in(project, kind, file, feed=feed, by=by, complete_to=complete_to)
        say_problems(taken.problems)
        found = taken.taken
        if found.seen:
            say("this very file was taken in before; nothing was added")
        rows = [
            ("rows", str(taken.rows)), ("new", str(found.new)), ("known", str(found.known)),
            ("set apart", str(taken.rows - found.new - found.known)),
        ]  # fmt: skip
        if complete_to is not None and taken.rows > found.new + found.known:
            say("rows were set apart, so the feed is not known any further than before")
        answer_table("import", ("what", "rows"), rows, form=form, right=(1,))
        sys.stdout.flush()


def _add_open(group: typer.Typer, kind: Literal["contacts", "wishes"]) -> None:
    @group.command(name="open")
    def begin(
        feed: str = _FEED,
        by: str = _BY,
        known_to: str = typer.Option(..., "--known-to", metavar="MOMENT", help=_KNOWN),
        reason: str = typer.Option(..., "--reason", help="Where that is written down."),
        project: Path = PROJECT,
    ) -> None:
        """State up to where a feed is known before its first file, and answer for it."""
        from collectctl.commands.feeds_session import open_one

        open_one(project, kind, feed=feed, by=by, known_to=known_to, reason=reason)
        say(f"'{feed}' is known up to {known_to}")
