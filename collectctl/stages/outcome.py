"""Where each account ends: one disposition each, and the table that keeps it with its reasons.

Knows the order in which one outcome outranks another; refuses to know how any came about.
"""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from collectctl.columns import Bool, arrow, to_table
from collectctl.compliance.contacts import Proposed
from collectctl.stages.grading import Grading

_RANKS = ("no_action", "blocked", "held", "waiting", "worked", "manual", "excluded")
"""Where an account can end so far; a later one outranks an earlier one."""


def dispositions(
    grading: Grading, proposed: Proposed, written: pa.Table, work: pd.DataFrame, stopped: pa.Table
) -> pa.Array:
    """Where each account ends.

    `written` has the account_id of what was prepared; `work` has account_id, task, and person,
    missing where nobody has room; `stopped` is what the gate let nobody do, as `stopped_by` gives
    it. An account that was written about is worked, whatever else waits; one that a person must
    look at is manual; one that its status sets apart is excluded.
    """
    ids = arrow(grading.accounts["account_id"])
    assigned = pc.is_valid(arrow(work["person"]))
    decide = pc.equal(arrow(work["task"]), "manual")
    at_work = arrow(work["account_id"])
    rank = np.zeros(len(ids), np.int8)
    for name, where in (
        ("blocked", _among(ids, arrow(proposed.apart["account_id"]))),
        ("blocked", _among(ids, _accounts(stopped, "blocked"))),
        ("held", _among(ids, stopped["account_id"].filter(stopped["held"]).combine_chunks())),
        ("waiting", _among(ids, _accounts(stopped, "deferred"))),
        ("waiting", _among(ids, at_work.filter(pc.invert(assigned)))),
        ("worked", _among(ids, written["account_id"].combine_chunks())),
        ("worked", _among(ids, at_work.filter(assigned))),
        ("manual", _among(ids, at_work.filter(decide))),
        ("excluded", grading.excluded),
    ):
        rank[where] = _RANKS.index(name)
    return pa.array(_RANKS, pa.string()).take(pa.array(rank))


def _accounts(stopped: pa.Table, state: str) -> pa.Array:
    """The accounts in a state for another reason than a hold."""
    mine = pc.and_(pc.equal(stopped["state"], state), pc.invert(stopped["held"]))
    return stopped["account_id"].filter(mine).combine_chunks()


def _among(ids: pa.Array, some: pa.Array) -> Bool:
    found: Bool = pc.is_in(ids, value_set=some).to_numpy(zero_copy_only=False)
    return found


def decision_table(
    grading: Grading, ended: pa.Array | None, work: pd.DataFrame | None, proposed: Proposed | None,
    stopped: pa.Table | None = None,
) -> pa.Table:  # fmt: skip
    """What the archive keeps of every account: no personal data, the whole trace.

    Columns: of the account as loaded, of the rules (`grade` is the tier), `lead_…` what the
    customer's leading treatment asks for, of the statuses; team and person, disposition; what
    blocked a contact about it, tasks (`stopped`) included.
    """
    kept = [name for name in _ACCOUNT_COLUMNS if name in grading.accounts]
    columns = {name: arrow(grading.accounts[name]) for name in kept}
    for name in grading.decisions.columns:
        columns["grade" if name == "tier" else name] = arrow(grading.decisions[name])
    columns |= {name: arrow(grading.rollup[name]) for name in grading.rollup.columns}
    columns["status"] = arrow(grading.effects["status"])
    ids = columns["account_id"]
    if proposed is not None:
        columns["blocked_by"] = _first_code(ids, to_table(proposed.apart))
    if proposed is not None and stopped is not None:
        barred = _first_code(ids, stopped)
        columns["blocked_by"] = pc.coalesce(columns["blocked_by"], barred)
    if work is not None and proposed is not None:
        at = pc.index_in(ids, value_set=arrow(work["account_id"]))
        columns |= {name: arrow(work[name]).take(at) for name in ("task", "team", "person")}
        hindered = arrow(work["obstacle"]).take(at)
        columns["blocked_by"] = pc.coalesce(columns["blocked_by"], hindered)
    if ended is not None:
        columns["disposition"] = ended
    return pa.table(columns)


def _first_code(ids: pa.Array, rows: pa.Table) -> pa.Array:
    """Why a contact about each account is blocked: the first reason by its code."""
    rows = rows.select(["account_id", "code"])
    first = rows.group_by("account_id", use_threads=False).aggregate([("code", "min")])
    at = pc.index_in(ids, value_set=first["account_id"].combine_chunks())
    return first["code_min"].combine_chunks().take(at)


_ACCOUNT_COLUMNS = (
    "account_id", "customer_id", "branch_code", "product", "currency", "as_of", "days_past_due",
    "balance", "overdue_amount", "minimum_due", "credit_limit", "payment_ratio_3m",
    "minimum_paid_3m", "spending_3m", "cash_share_3m",
)  # fmt: skip
