"""`collectctl release`: the one door to printer, gateways, staff and agencies."""

import sys
from pathlib import Path

import typer

from collectctl.commands.options import FORMAT, PROJECT, QUIET, WORKERS, day_of
from collectctl.commands.terminal import Format, answer_table, progress, say, say_problems

BRAKED = 14


def register(app: typer.Typer) -> None:
    """Adds the command to the program."""
    app.command(name="release")(release)


def release(
    project: Path = PROJECT,
    night: str | None = typer.Option(
        None, "--date", metavar="DATE", help="The night, as 2026-11-20; it must be the newest."
    ),
    by: str | None = typer.Option(
        None, "--by", help="Who lets it out: a staff number; else the operating system's user."
    ),
    at: str | None = typer.Option(
        None, "--at", metavar="MOMENT",
        help="Another moment than now, as '2026-11-21 08:30'; for nights of the sample alone.",
    ),
    dry_run: bool = typer.Option(
        False, "--dry-run", help="Say what would leave; let nothing out."
    ),
    workers: int | None = WORKERS,
    form: Format = FORMAT,
    quiet: bool = QUIET,
) -> None:  # fmt: skip
    """Let out what still stands of the newest night: print and sender files, work lists.

    Everything is held against every limit again, with all that became known since. What stands is
    written to an addendum beside the night, archive/DATE.release-1, and only that counts as issued;
    the next release lets out only what is new, and names what must be pulled back.
    """
    from collectctl.commands.release_session import let_out

    with progress(quiet=quiet) as tell:
        found = let_out(
            project, day_of(night), by=by, at=at, dry_run=dry_run, workers=workers, tell=tell
        )
    say_problems(found.problems)
    if found.braked:
        say("braked: nothing may leave until the night is approved (collectctl approve)")
        raise typer.Exit(BRAKED)
    written = found.written
    if written is None:
        if not quiet:
            say(found.word)
        return
    if not quiet:
        rows = [("let out", what, f"{n:,}") for what, n in written.counts.items()]
        rows += [("withheld", code, f"{n:,}") for code, n in written.withheld.items()]
        rows += [("pull back", "", f"{written.pulled_back:,}")] if written.pulled_back else []
        rows += [("let out before", "", f"{written.earlier:,}")] if written.earlier else []
        answer_table(found.word, ("what", "of", "items"), rows, form=form, right=(2,))
        sys.stdout.flush()
        say(f"written to {found.place}")
    if written.pulled_back:
        say(f"{written.pulled_back:,} items let out before must be pulled back: {found.place}")
