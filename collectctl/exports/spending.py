"""What a customer's last three statements say of spending and ability to repay.

Knows the monthly statements; refuses to know what a rule makes of the figures.
"""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from collectctl.columns import arrow, to_frame, to_table

MONTHS = 3
_RATIO_SCALE = 10_000
_AMOUNTS = ("bill", "paid", "minimum_due", "purchases", "cash")
_LONGEST = timedelta(days=100)
"""Three monthly statements lie within 100 days of the run date, whatever the billing day."""


def spending(statements: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """One row per account that has its last three statements; other accounts have none.

    Counted are statements of the 100 days up to and including `as_of`, the newest three of each
    account; an account with fewer is left out, since three months are not known of it.

    A statement export may lack amounts; what follows from them is then unknown.

    Columns: account_id; payment_ratio_3m, paid over billed times 10,000, rounded half up, missing
    when nothing was billed; minimum_paid_3m, of how many the minimum was paid in full;
    spending_3m, purchases and cash in minor units; cash_share_3m, cash over spending times 10,000,
    missing when nothing was spent.
    """
    days = arrow(statements["statement_on"])
    recent = pc.and_(
        pc.less_equal(days, pa.scalar(as_of)), pc.greater(days, pa.scalar(as_of - _LONGEST))
    )
    table = _with_all_amounts(to_table(statements)).filter(recent)
    table = table.sort_by([("account_id", "ascending"), ("statement_on", "descending")])
    newest = table.filter(pa.array(_rank(table["account_id"]) < MONTHS))
    met = pc.if_else(
        pc.greater_equal(newest["paid"], newest["minimum_due"]), pa.scalar(1), pa.scalar(0)
    )
    sums = (
        newest.append_column("met", met)
        .group_by("account_id", use_threads=False)
        .aggregate(
            [
                ("bill", "sum"), ("paid", "sum"), ("met", "sum"), ("purchases", "sum"),
                ("cash", "sum"), ("statement_on", "count"), ("bill", "count"), ("paid", "count"),
                ("met", "count"), ("purchases", "count"), ("cash", "count"),
            ]
        )
    )  # fmt: skip
    sums = sums.filter(pc.equal(sums["statement_on_count"], MONTHS))

    def total(name: str) -> pa.ChunkedArray:
        """The sum over three months, unknown when one of the three is."""
        known = pc.equal(sums[f"{name}_count"], MONTHS)
        return pc.if_else(known, sums[f"{name}_sum"], pa.scalar(None, pa.int64()))

    spent = pc.add(total("purchases"), total("cash"))
    return to_frame(
        pa.table(
            {
                "account_id": sums["account_id"],
                "payment_ratio_3m": _ratio(total("paid"), total("bill")),
                "minimum_paid_3m": total("met"),
                "spending_3m": spent,
                "cash_share_3m": _ratio(total("cash"), spent),
            }
        )
    )


def _with_all_amounts(table: pa.Table) -> pa.Table:
    """The statements with a column of nulls for each amount that their contract does not give."""
    for name in _AMOUNTS:
        if name not in table.column_names:
            table = table.append_column(name, pa.nulls(len(table), pa.int64()))
    return table


def _rank(sorted_ids: pa.ChunkedArray) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """The position of each row within its account, counted from 0."""
    size = len(sorted_ids)
    codes = sorted_ids.combine_chunks().dictionary_encode().indices.to_numpy()
    places = np.arange(size)
    begins = np.r_[True, codes[1:] != codes[:-1]] if size else np.zeros(0, np.bool_)
    return places - np.maximum.accumulate(np.where(begins, places, 0))


def _ratio(over: pa.ChunkedArray, under: pa.ChunkedArray) -> pa.ChunkedArray:
    """Half-up quotient at the ratio's scale; unknown where the divisor is not positive."""
    divisor = pc.if_else(pc.greater(under, 0), under, pa.scalar(None, pa.int64()))
    doubled = pc.add(pc.multiply(pc.multiply(over, 2), _RATIO_SCALE), divisor)
    floor = pc.divide(doubled, pc.multiply(divisor, 2))
    return pc.if_else(pc.less(over, 0), pa.scalar(0, pa.int64()), floor)
