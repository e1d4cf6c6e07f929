"""`collectctl rules apply`: the working folder's configuration proposed, for others to approve."""

import sys
from pathlib import Path

import typer

from collectctl.calendar import parse_day
from collectctl.commands.options import PROJECT
from collectctl.commands.session import Session
from collectctl.commands.terminal import say, say_problems
from collectctl.ledger.versions import Version


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
    dry_run: bool = typer.Option(False, "--dry-run", help="Prove it and write nothing."),
) -> None:
    """Propose the working folder's configuration, or, without options, list what is in force.

    It is proved first. What it gives is the number of the proposal, which others approve with
    'collectctl approve'; until they have, the night runs what is in force.
    """
    from collectctl.commands.session import run_log, session

    if not sample and starts is None and by is None and reason is None:
        with session(project, "rules apply") as here:
            _list(here)
        return
    day = parse_day(starts or "")
    if not sample and (day is None or by is None or reason is None):
        raise typer.BadParameter("a proposal needs --from with a date, --by and --reason")
    if sample and (starts or by):
        raise typer.BadParameter("a sample has no --from and no --by")
    with session(project, "rules apply", begins=True) as here, run_log(here, "rules-apply") as log:
        version = put(here, day=starts, by=by, reason=reason, dry_run=dry_run)
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


def put(
    here: Session, *, day: str | None, by: str | None, reason: str | None, dry_run: bool
) -> Version:
    """The working configuration proved and proposed; as a sample where nobody is named."""
    from collectctl.commands.signing import operating_user
    from collectctl.project import read_project
    from collectctl.rules.proof import prove
    from collectctl.versions.proposing import SAMPLE_DAY, Wish, propose

    read, warnings = read_project(here.root)
    found = (*warnings, *prove(read.rulebook))
    say_problems(found)
    sample = by is None
    wish = Wish(
        project=read,
        starts=parse_day(day or "") or SAMPLE_DAY,
        by=by or "init",
        account=operating_user(),
        reason=reason or "to try it out",
        sample=sample,
        findings=found,
        comparison=None,
        recorded_at=here.started_at,
    )
    return propose(wish, here.ledger, last_night=here.last_night(), dry_run=dry_run)


def _list(here: Session) -> None:
    """Every version, and whether it waits for anybody."""
    for version in here.versions.known:
        if version.sample:
            state = "sample"
        elif version.approved:
            state = "approved"
        else:
            state = f"waiting for {', '.join(version.waits_for)}"
        starts = "" if version.sample else version.starts.isoformat()
        cells = (version.proposal[:12], starts, state, version.made_by, version.reason)
        sys.stdout.write("\t".join(cells) + "\n")
