"""`collectctl rules apply`: the working folder's configuration proposed, for others to approve."""

import sys
from pathlib import Path

import typer

from collectctl.commands.options import FORMAT, PROJECT, day_of
from collectctl.commands.terminal import Format, say


def register(group: typer.Typer) -> None:
    """Adds the command to its group."""
    group.command(name="apply")(apply)


def apply(
    starts: str | None = typer.Option(
        None, "--from", metavar="DATE", help="The first business date it is to govern."
    ),
    by: str | None = typer.Option(None, "--by", help="Who proposes: a staff number."),
    reason: str | None = typer.Option(None, "--reason", help="Why, in a sentence."),
    sample: bool = typer.Option(
        False, "--sample", help="Put it in force at once to try it out; every night says sample."
    ),
    project: Path = PROJECT,
    form: Format = FORMAT,
    dry_run: bool = typer.Option(False, "--dry-run", help="Prove it and write nothing."),
) -> None:
    """Propose the working folder's configuration, or, without options, list what is in force.

    It is proved first, and its texts are held against the packs. What it gives is the number of the
    proposal, which others approve with 'collectctl approve'; until they have, the night runs what
    is in force.
    """
    from collectctl.commands.proposing import list_versions, put
    from collectctl.commands.session import run_log, session

    if not sample and starts is None and by is None and reason is None:
        with session(project, "rules apply", reads=True) as here:
            list_versions(here, form)
        return
    if not sample and (starts is None or by is None or reason is None):
        raise typer.BadParameter("a proposal needs --from with a date, --by and --reason")
    if sample and (starts or by):
        raise typer.BadParameter("a sample has no --from and no --by")
    with session(project, "rules apply", begins=True) as here, run_log(here, "rules-apply") as log:
        version = put(here, day=day_of(starts), by=by, reason=reason, dry_run=dry_run)
        if not dry_run:
            log.note(version.starts, f"proposed {version.proposal[:12]}")
    if sample:
        say("would be in force, as a sample" if dry_run else "in force from now on, as a sample")
    elif dry_run:
        say(f"would propose changes of {', '.join(version.parts)}")
    else:
        sys.stdout.write(f"{version.proposal[:12]}\n")
        say(f"proposed; waiting for the approval of {', '.join(version.parts)}")
        say(f"read it: store/proposals/{version.proposal}.json")
