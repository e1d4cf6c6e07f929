"""Holds brought to the ledger and read back from it."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import typer

from collectctl.calendar import parse_day
from collectctl.commands.session import Session, run_log, session
from collectctl.commands.signing import operating_user
from collectctl.compliance.packs.shapes import CHANNELS, STEPS
from collectctl.ledger.holds import Hold, holds, lift_hold, past_review, set_hold
from collectctl.ledger.keys import known_debts
from collectctl.project import Project
from collectctl.stages.feed_rows import in_column
from collectctl.stages.feeding import published_accounts
from collectctl.versions.known import person_of, refusal, refuse_account

HEADINGS = (
    "hold", "account", "person", "from", "to", "stops", "reason", "evidence", "set by",
    "lifted by", "review", "review due",
)  # fmt: skip
_PLACEMENT = "placement"
"""What people call the step of giving a debt to an agency."""


def set_one(
    project: Path, *, account: str | None, party: str | None, starts: str, ends: str | None,
    reason: str, evidence: str, stops: str, by: str, lifted_by: str, review: str,
) -> int:  # fmt: skip
    """Adds the hold and gives its number.

    Raises:
        typer.BadParameter: something that was typed makes no hold.
    """
    if (account is None) == (party is None):
        raise typer.BadParameter("a hold is about --account or about --party, one of them")
    first, last = _day(starts), None if ends is None else _day(ends)
    if last == date.max:
        raise typer.BadParameter(f"the hold ends on {last}; without --to it has no end")
    if last is not None and last < first:
        raise typer.BadParameter(f"the hold ends on {last}, before it starts on {first}")
    if not all(text.strip() for text in (reason, evidence, by)):
        raise typer.BadParameter("--reason, --evidence and --by say something")
    with session(project, "holds set") as here, run_log(here, "holds-set"):
        governs, _ = _governing(here)
        stopped = _stopped(stops, governs)
        if account is not None:
            _known(here, governs, account)
        roles = sorted({r for p in governs.authority.people.values() for r in p.roles})
        if lifted_by not in roles:
            raise typer.BadParameter(
                f"nobody holds the role '{lifted_by}' and could lift it; roles are"
                f" {', '.join(roles)}"
            )
        return set_hold(
            here.ledger,
            Hold(
                number=0, account_id=account, party_id=party, starts=first,
                ends=None if last is None else last + timedelta(days=1), reason=reason,
                evidence=evidence, stops=stopped, set_by=by, lifted_by=lifted_by,
                review=_day(review), recorded_at=here.started_at,
            ),
        )  # fmt: skip


def lift_one(project: Path, number: int, *, day: str, by: str, reason: str) -> None:
    """Ends a hold from a day on.

    Raises:
        LedgerError: `not-authorised` (who lifts it lacks the role that may), or as `lift_hold`.
    """
    if not reason.strip() or not by.strip():
        raise typer.BadParameter("--reason and --by say something")
    with session(project, "holds lift") as here, run_log(here, "holds-lift"):
        person = person_of(_governing(here)[0].authority, by)
        refuse_account(person, operating_user())
        role = next((h.lifted_by for h in holds(here.ledger) if h.number == number), None)
        if role is not None and role not in person.roles:
            raise refusal(
                "not-authorised",
                f"{by} does not hold the role '{role}', which alone may lift hold {number}",
                "let somebody lift it who holds that role by authority.yaml",
            )
        lift_hold(here.ledger, number, _day(day), by, reason, here.started_at)


def listed(project: Path) -> list[tuple[str, ...]]:
    """Every hold, a row each; its last day is the last on which it holds."""
    with session(project, "holds list", reads=True) as here:
        found = holds(here.ledger)
        due = {h.number for h in past_review(found, _governing(here)[1])}
        return [
            (
                str(h.number), h.account_id or "-", h.party_id or "-", str(h.starts),
                "open" if h.ends is None else str(h.ends - timedelta(days=1)), ",".join(h.stops),
                h.reason, h.evidence, h.set_by, h.lifted_by, str(h.review),
                "yes" if h.number in due else "-",
            )
            for h in found
        ]  # fmt: skip


def _governing(here: Session) -> tuple[Project, date]:
    """The configuration in force now, and the day that it is now in the bank's zone.

    Raises:
        LedgerError: `nothing-in-force`.
    """
    now = datetime.now(UTC)
    governs = here.versions.project(here.versions.on(now.date()))
    return governs, now.astimezone(ZoneInfo(governs.settings.zone)).date()


def _known(here: Session, governs: Project, account: str) -> None:
    """Refuses an account that neither the newest night nor the ledger has: a slip of typing."""
    ours = published_accounts(governs)
    if len(ours) and not in_column(ours, [account]) and not known_debts(here.ledger, [account]):
        raise typer.BadParameter(
            "no account of the newest night or of the ledger has this number; a hold on it would"
            " protect nobody"
        )


def _stopped(text: str, governs: Project) -> tuple[str, ...]:
    """What a hold stops, each once, in the order in which it was typed."""
    purposes = () if governs.documents is None else sorted(governs.documents.purposes)
    known = ("all", "ladder", _PLACEMENT, *CHANNELS, *STEPS, *purposes)
    words = [part.strip() for part in text.split(",")]
    if not set(words) <= set(known):
        raise typer.BadParameter(f"'{text}' names something else than {', '.join(known)}")
    return tuple(dict.fromkeys("agency" if w == _PLACEMENT else w for w in words))


def _day(text: str) -> date:
    found = parse_day(text)
    if found is None:
        raise typer.BadParameter(f"'{text}' is not a date such as 2026-11-20")
    return found
