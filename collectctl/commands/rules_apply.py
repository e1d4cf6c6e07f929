"""`collectctl rules apply`: the working folder's configuration proposed, for others to approve."""

import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import typer

from collectctl.commands.options import FORMAT, PROJECT, day_of
from collectctl.commands.session import Session
from collectctl.commands.terminal import Format, answer_table, say, say_problems
from collectctl.ledger.versions import Version
from collectctl.problems import ConfigError
from collectctl.project import Project


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

    It is proved first. What it gives is the number of the proposal, which others approve with
    'collectctl approve'; until they have, the night runs what is in force.
    """
    from collectctl.commands.session import run_log, session

    if not sample and starts is None and by is None and reason is None:
        with session(project, "rules apply") as here:
            _list(here, form)
        return
    if not sample and (starts is None or by is None or reason is None):
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
        starts=day_of(day) or SAMPLE_DAY,
        by=by or "sample",
        account=operating_user(),
        reason=reason or "to try it out",
        sample=sample,
        findings=found,
        comparison="a sample" if sample else _compared(here, read, day_of(day)),
        recorded_at=here.started_at,
    )
    return propose(wish, here.versions, here.ledger, last_night=here.last_night(), dry_run=dry_run)


def _compared(here: Session, read: Project, starts: date | None) -> Mapping[str, object] | str:
    """What the change does to the accounts of the last night that was run; else why not known."""
    from collectctl.commands.rules_diff_answer import as_json
    from collectctl.commands.rules_sources import inputs_of, laid_out
    from collectctl.ledger.versions import in_force
    from collectctl.stages.comparing import compare_on

    last = here.last_night()
    before = None if starts is None else in_force(here.versions.known, starts)
    if last is None or before is None or starts is None:
        return "no night was run yet"
    try:
        with laid_out(inputs_of(f"night:{last}", here.root, starts)) as laid:
            compared = compare_on(laid, here.versions.project(before), read)
    except ConfigError as error:
        say_problems(error.problems)
        return "not comparable: " + "; ".join(p.message for p in error.problems)
    found = compared.comparison
    say(f"on the accounts of {last}: {found.moves:,} of {found.total.accounts:,} would move")
    return as_json(starts, compared)


def _list(here: Session, form: Format) -> None:
    """Every version, and whether it waits for anybody."""
    rows = [
        (v.proposal[:12], "" if v.sample else v.starts.isoformat(), _state(v), v.made_by, v.reason)
        for v in here.versions.known
    ]
    answer_table("versions", ("proposal", "from", "state", "made by", "reason"), rows, form=form)


def _state(version: Version) -> str:
    if version.sample:
        return "sample"
    if version.approved:
        return "approved"
    return f"waiting for {', '.join(version.waits_for)}"
