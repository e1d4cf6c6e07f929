"""The working folder's configuration proved, compared with what is in force, and proposed."""

from collections.abc import Mapping
from datetime import date

from collectctl.commands.rules_diff_answer import as_json
from collectctl.commands.rules_sources import inputs_of, laid_out
from collectctl.commands.session import Session
from collectctl.commands.signing import operating_user
from collectctl.commands.terminal import Format, answer_table, say, say_problems
from collectctl.ledger.versions import Version, in_force
from collectctl.problems import ConfigError
from collectctl.project import Project, read_project
from collectctl.stages.comparing import compare_on
from collectctl.versions.proposing import SAMPLE_DAY, Wish, propose


def put(
    here: Session, *, day: date | None, by: str | None, reason: str | None, dry_run: bool
) -> Version:
    """The working configuration proved and proposed; as a sample where nobody is named."""
    from collectctl.commands.proving import findings

    read, warnings = read_project(here.root, lint=True)
    found = (*warnings, *findings(read, day))
    say_problems(found)
    sample = by is None
    wish = Wish(
        project=read,
        starts=day or SAMPLE_DAY,
        by=by or "sample",
        account=operating_user(),
        reason=reason or "to try it out",
        sample=sample,
        findings=found,
        comparison="a sample" if sample else _compared(here, read, day),
        recorded_at=here.started_at,
    )
    return propose(wish, here.versions, here.ledger, last_night=here.last_night(), dry_run=dry_run)


def _compared(here: Session, read: Project, starts: date | None) -> Mapping[str, object] | str:
    """What the change does to the accounts of the last night that was run; else why not known."""
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


def list_versions(here: Session, form: Format) -> None:
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
