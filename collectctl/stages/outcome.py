"""Where each account ends: one disposition each, and the sums that must tie out.

Knows the order in which one outcome outranks another; refuses to know how any came about.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from collectctl.columns import Bool, arrow, to_frame, to_table
from collectctl.stages.grading import Grading

DISPOSITIONS = (
    "no_action", "worked", "waiting", "held", "blocked", "manual", "excluded",
)  # fmt: skip
"""Where an account can end, weakest first: a later one outranks an earlier one."""
_RANK = {name: i for i, name in enumerate(DISPOSITIONS)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """For each account what happened to it, as masks in the order of the accounts."""

    prepared: Bool
    """A document that speaks of it was prepared."""
    failed: Bool
    """A document that speaks of it could not be made."""
    blocked: Bool
    """A contact about it was proposed and may not be made."""
    assigned: Bool
    """It stands in somebody's queue."""
    waiting: Bool
    """It needs somebody, and nobody has capacity."""


def is_among(accounts: pd.DataFrame, ids: pa.Array) -> Bool:
    """For each account whether its id is among these."""
    found: Bool = pc.is_in(arrow(accounts["account_id"]), value_set=ids).to_numpy(
        zero_copy_only=False
    )
    return found


def dispositions(grading: Grading, reached: Reached) -> pa.Array:
    """One of `DISPOSITIONS` for each account."""
    rank = np.zeros(len(grading.accounts), np.int8)
    for name, where in (
        ("blocked", reached.blocked),
        ("waiting", reached.waiting),
        ("worked", reached.prepared | reached.assigned),
        ("manual", grading.manual | reached.failed),
        ("excluded", grading.excluded),
    ):
        rank[where] = _RANK[name]
    return pa.array(DISPOSITIONS, pa.string()).take(pa.array(rank))


def decision_table(grading: Grading, ended: pa.Array, queued: pd.DataFrame) -> pa.Table:
    """What the archive keeps of every account: no personal data, the whole trace.

    `queued` has account_id, team and person of the accounts that stand in a queue.
    """
    kept = [name for name in _ACCOUNT_COLUMNS if name in grading.accounts]
    table = to_table(grading.accounts[kept])
    for name in grading.decisions.columns:
        table = table.append_column("grade" if name == "tier" else name, arrow(grading.decisions[name]))
    for name in grading.rollup.columns:
        kind = "lead_" if name.startswith("out_") else ""
        table = table.append_column(f"{kind}{name}", arrow(grading.rollup[name]))
    for name in ("status", "queue_hint"):
        table = table.append_column(name, arrow(grading.effects[name]))
    at = pc.index_in(arrow(grading.accounts["account_id"]), value_set=arrow(queued["account_id"]))
    for name in ("team", "person"):
        table = table.append_column(name, arrow(queued[name]).take(at))
    return table.append_column("disposition", ended)


_ACCOUNT_COLUMNS = (
    "account_id", "customer_id", "branch_code", "product", "currency", "as_of", "days_past_due",
    "balance", "overdue_amount", "minimum_due", "credit_limit", "payment_ratio_3m",
    "minimum_paid_3m", "spending_3m", "cash_share_3m",
)  # fmt: skip


def counted(table: pa.Table, by: str) -> Mapping[str, int]:
    """How many accounts have each value of a column, in the order of the value."""
    counts = table.group_by(by, use_threads=False).aggregate([([], "count_all")])
    pairs = zip(counts[by].to_pylist(), counts["count_all"].to_pylist(), strict=True)
    return dict(sorted((str(name), int(n)) for name, n in pairs))
