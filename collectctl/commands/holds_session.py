"""Holds brought to the ledger and read back from it."""

from datetime import date, timedelta
from pathlib import Path

import typer

from collectctl.calendar import parse_day
from collectctl.commands.session import run_log, session
from collectctl.compliance.packs.shapes import CHANNELS, STEPS
from collectctl.ledger.holds import Hold, holds, lift_hold, set_hold

HEADINGS = (
    "hold", "account", "person", "from", "to", "stops", "reason", "evidence", "set by",
    "lifted by", "review",
)  # fmt: skip


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
    if last is not None and last < first:
        raise typer.BadParameter(f"the hold ends on {last}, before it starts on {first}")
    stopped = tuple(part.strip() for part in stops.split(","))
    known = ("all", *CHANNELS, *STEPS)
    if not set(stopped) <= set(known):
        raise typer.BadParameter(f"'{stops}' names something else than {', '.join(known)}")
    if not all(text.strip() for text in (reason, evidence, by)):
        raise typer.BadParameter("--reason, --evidence and --by say something")
    with session(project, "holds set") as here, run_log(here, "holds-set"):
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
    """Ends a hold from a day on."""
    if not reason.strip() or not by.strip():
        raise typer.BadParameter("--reason and --by say something")
    with session(project, "holds lift") as here, run_log(here, "holds-lift"):
        lift_hold(here.ledger, number, _day(day), by, reason, here.started_at)


def listed(project: Path) -> list[tuple[str, ...]]:
    """Every hold, a row each; its last day is the last on which it holds."""
    with session(project, "holds list") as here:
        return [
            (
                str(h.number), h.account_id or "-", h.party_id or "-", str(h.starts),
                "open" if h.ends is None else str(h.ends - timedelta(days=1)), ",".join(h.stops),
                h.reason, h.evidence, h.set_by, h.lifted_by, str(h.review),
            )
            for h in holds(here.ledger)
        ]  # fmt: skip


def _day(text: str) -> date:
    found = parse_day(text)
    if found is None:
        raise typer.BadParameter(f"'{text}' is not a date such as 2026-11-20")
    return found
