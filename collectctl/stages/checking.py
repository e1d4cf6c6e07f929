"""Checking: what the ledger shows a supervisor in the morning, beside the night's own work.

Joins logs with shares, and holds with their review dates. Refuses to know what follows from either.
"""

from dataclasses import dataclass
from datetime import timedelta

import pyarrow as pa

from collectctl.columns import to_table
from collectctl.ledger.conduct import Excess, excesses
from collectctl.ledger.connect import Ledger
from collectctl.ledger.holds import Hold, holds, past_review
from collectctl.stages.desk import Desk, Facts, write_parquet
from collectctl.stages.gated import work_day
from collectctl.stages.release_payments import covered, paid_table


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a person has to look into."""

    excesses: tuple[Excess, ...]
    """Calls on the business date beyond what an earlier night's releases gave out for it."""
    due: tuple[Hold, ...]
    """Holds that were to be looked at again by now."""
    paid: pa.Array
    """Accounts of the night before on which what was overdue came in since."""


def check_night(desk: Desk, ledger: Ledger, facts: Facts) -> Checked:
    """The day's logs against its shares, the holds past their review, and what was paid.

    What was paid is written to `facts/paid.parquet`.

    Raises: LedgerError as `ledger_faults` names.
    """
    start, end = work_day(desk.project, desk.day - timedelta(days=1))
    return Checked(
        excesses=tuple(excesses(ledger, desk.day, start, end)),
        due=tuple(past_review(holds(ledger), desk.day + timedelta(days=1))),
        paid=_paid(desk, ledger, facts),
    )


def _paid(desk: Desk, ledger: Ledger, facts: Facts) -> pa.Array:
    """An account that is gone from the exports and was paid is not missing."""
    paid = pa.array([], pa.string())
    if facts.previous is not None:
        since, _ = work_day(desk.project, facts.previous)
        paid = covered(paid_table(ledger, since), to_table(facts.accounts))
    write_parquet(desk, "facts/paid.parquet", pa.table({"account_id": paid}))
    return paid
