"""Checking: what the ledger shows a supervisor in the morning, beside the night's own work.

Joins logs with shares, and holds with their review dates. Refuses to know what follows from either.
"""

from dataclasses import dataclass
from datetime import timedelta

from collectctl.ledger.conduct import Excess, excesses
from collectctl.ledger.connect import Ledger
from collectctl.ledger.holds import Hold, holds, past_review
from collectctl.stages.desk import Desk
from collectctl.stages.gated import work_day


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a person has to look into."""

    excesses: tuple[Excess, ...]
    """Calls on the business date beyond what an earlier night's releases gave out for it."""
    due: tuple[Hold, ...]
    """Holds that were to be looked at again by now."""


def check_conduct(desk: Desk, ledger: Ledger) -> Checked:
    """The day's logs against its shares, and the holds past their review.

    Raises: LedgerError as `ledger_faults` names.
    """
    start, end = work_day(desk.project, desk.day - timedelta(days=1))
    return Checked(
        excesses=tuple(excesses(ledger, desk.day, start, end)),
        due=tuple(past_review(holds(ledger), desk.day + timedelta(days=1))),
    )
