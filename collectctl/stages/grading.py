"""Tier: every account graded by the rulebook, every customer given one leading treatment.

What is the customer's own counts on all of their accounts before they are graded. Joins rules with
statuses. Knows that a status comes before a rule; refuses to know either.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from collectctl.columns import Bool, arrow, to_frame, to_table
from collectctl.compliance.effects import apply_statuses
from collectctl.rules.chains import MANUAL
from collectctl.rules.decide import decide
from collectctl.rules.marks import pooled
from collectctl.rules.rollup import roll_up
from collectctl.stages.intake import Intake, Night


@dataclass(frozen=True, slots=True, kw_only=True)
class Grading:
    """What the rules and the statuses make of each account; all frames in one order."""

    accounts: pd.DataFrame
    """As the exports have them: a mark of the customer is in the decisions alone."""
    effects: pd.DataFrame
    """What the statuses allow."""
    decisions: pd.DataFrame
    """Tier, treatment, reasons and trace of every account, whatever its status."""
    rollup: pd.DataFrame
    """The customer's grade and leading treatment; missing for accounts set apart by status."""
    excluded: Bool
    """Set apart by status: not graded for treatment, or nothing at all allowed."""
    manual: Bool
    """The customer's leading treatment could not be decided."""


def tier(night: Night, intake: Intake) -> Grading:
    """Each account graded; each customer rolled up over the accounts that may be treated.

    The accounts are all those of every customer among them, so that marks are found on all.
    """
    project, day, accounts = night.project, night.day, intake.accounts
    effects = apply_statuses(accounts, intake.statuses, project.statuses, day)
    decisions = decide(project.rulebook, pooled(project.rulebook, accounts), day)
    nothing_allowed = pc.and_(
        pc.equal(arrow(effects["channels"]), ""), pc.equal(arrow(effects["documents"]), "")
    )
    excluded: Bool = pc.or_(arrow(effects["excluded"]), nothing_allowed).to_numpy(
        zero_copy_only=False
    )
    treated = ~excluded
    # Only what the roll-up looks at: a copy of whole frames would double the night's memory.
    keys = list(dict.fromkeys([project.rulebook.customer.key, "account_id"]))
    rolled = roll_up(
        project.rulebook,
        accounts.loc[treated, keys],
        decisions.loc[treated, ["tier", "treatment"]],
    )
    rollup = _back_in_place(rolled, treated)
    lead = arrow(rollup["lead"])
    manual: Bool = pc.equal(lead, MANUAL).fill_null(False).to_numpy(zero_copy_only=False)
    return Grading(
        accounts=accounts,
        effects=effects,
        decisions=decisions,
        rollup=rollup,
        excluded=excluded,
        manual=manual,
    )


def _back_in_place(part: pd.DataFrame, where: Bool) -> pd.DataFrame:
    """The rows of a part at their places in the whole; missing elsewhere."""
    at = np.where(where, np.cumsum(where) - 1, 0)
    places = pa.array(at, pa.int64(), mask=~where)
    return to_frame(to_table(part).take(places))
