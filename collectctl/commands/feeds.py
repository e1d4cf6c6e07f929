"""`collectctl contacts …`, `consents …` and `payments …`: what comes in between nights."""

import sys
from pathlib import Path
from typing import Literal

import typer

from collectctl.commands.options import FORMAT, PROJECT, day_of
from collectctl.commands.terminal import Format, answer_table, say, say_problems

# As `settings.FeedKind`, which would load what reads configuration for every --help.
_Kind = Literal["contacts", "wishes", "payments"]
_FEED = typer.Option(..., "--feed", metavar="NAME", help="Which of the project's feeds it is of.")
_BY = typer.Option(..., "--by", help="Who says so: a staff number.")
_KNOWN = "The moment up to which nothing is missing, as '2026-11-20 23:59', in the bank's zone."
_KINDS: dict[_Kind, tuple[str, str]] = {
    "contacts": ("contacts", "Contacts made or tried: dialler, gateways, mail room, agencies."),
    "wishes": ("consents", "What people asked for: consent, opt-out, cease, hours."),
    "payments": ("payments", "Payments, and reversals of payments."),
}


def register(app: typer.Typer) -> None:
    """Adds the three groups to the program."""
    for kind, (name, words) in _KINDS.items():
        group = typer.Typer(name=name, help=words, no_args_is_help=True, rich_markup_mode=None)
        _add_import(group, kind)
        _add_open(group, kind)
        app.add_typer(group)


def _add_import(group: typer.Typer, kind: _Kind) -> None:
    @group.command(name="import")
    def take(
        file: Path = typer.Argument(metavar="FILE", help="A file as the feed's contract wants it."),
        feed: str = _FEED,
        by: str = _BY,
        day: str | None = typer.Option(
            None, "--date", metavar="DATE", help="The business date it is of; else its name says."
        ),
        complete_to: str | None = typer.Option(
            None, "--complete-to", metavar="MOMENT", help=_KNOWN
        ),
        project: Path = PROJECT,
        form: Format = FORMAT,
    ) -> None:
        """Take a file in, each row once; rows that cannot be used are named with the reason.

        The same file twice adds nothing. How far the feed is known is said by --complete-to, or,
        where its contract has 'complete', by a whole file of a business date.
        """
        from collectctl.commands.feeds_session import take_in

        said = take_in(
            project, kind, file, feed=feed, by=by, day=day_of(day), complete_to=complete_to
        )
        say_problems(said.imported.problems)
        found = said.imported.taken
        if found.seen:
            say("this very file was taken in before; nothing was added")
        rows = [
            ("rows", str(said.imported.rows)), ("new", str(found.new)), ("known", str(found.known)),
            ("set apart", str(said.imported.set_apart)),
        ]  # fmt: skip
        if complete_to is not None and found.seen:
            say(f"--complete-to is not recorded; say it with '{_KINDS[kind][0]} open'")
        if said.speaks and said.imported.set_apart:
            say("rows were set apart, so the feed is not known any further than before")
        if said.known_to is not None:
            say(f"'{feed}' is known up to {said.known_to}")
        answer_table("import", ("what", "rows"), rows, form=form, right=(1,))
        sys.stdout.flush()


def _add_open(group: typer.Typer, kind: _Kind) -> None:
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
