"""What was paid or taken back since the exports were made, and which items that makes stale.

Joins the ledger's payments with the night's own amounts. Refuses to know why an item was proposed.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from collectctl.archive.nights import Night, read_columns
from collectctl.columns import Bool, to_table
from collectctl.config import Bilingual
from collectctl.ledger.connect import Ledger
from collectctl.ledger.payments import net_payments
from collectctl.stages.desk import OVERDUE, Desk, write_parquet
from collectctl.stages.gated import Gated

PAID = "paid-since"
PAID_WORDS = Bilingual(
    zh_CN="数据截止后有还款或冲正入账，金额已变，明晚重新计算",
    en="something was paid or taken back since the exports: the amounts are no longer right",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """Accounts on which anything was booked since the end of the business date."""

    moved: pa.Array
    settled: pa.Array
    """Those of them on which at least what was overdue came in."""


def paid_since(desk: Desk, night: Night, ledger: Ledger, since: int) -> Paid:
    """What was booked from a moment on, written to `facts/payments.parquet`.

    Raises:
        LedgerError: the ledger cannot be read, or a file of the night was changed.
    """
    table = paid_table(ledger, since)
    write_parquet(desk, "facts/payments.parquet", table)
    owed = to_table(read_columns(night, ("account_id", "currency", "balance"), optional=(OVERDUE,)))
    return Paid(moved=table["account_id"].combine_chunks(), settled=covered(table, owed))


def covered(paid: pa.Table, owed: pa.Table) -> pa.Array:
    """The accounts on which at least what was overdue came in, net of what went back.

    `paid` has account_id, currency, net; `owed` account_id, currency, balance, and overdue_amount
    or, where the exports do not have it, the whole balance in its place.
    """
    keys = [pc.binary_join_element_wise(t["account_id"], t["currency"], "\n") for t in (paid, owed)]
    at = pc.index_in(keys[0], value_set=keys[1].combine_chunks())
    amount = owed["balance"]
    if OVERDUE in owed.column_names:
        amount = pc.coalesce(owed[OVERDUE], amount)
    whole = pc.and_(
        pc.greater(paid["net"], 0), pc.greater_equal(paid["net"], amount.take(at))
    ).fill_null(False)  # fmt: skip
    return paid["account_id"].filter(whole).combine_chunks()


def paid_table(ledger: Ledger, since: int) -> pa.Table:
    """account_id, currency and the net of what was booked from a moment on."""
    found = net_payments(ledger, since - 1)
    columns = [list(found.account_id), list(found.currency), list(found.net)]
    return pa.table(columns, schema=_SCHEMA)


_SCHEMA = pa.schema({"account_id": pa.string(), "currency": pa.string(), "net": pa.int64()})


def stale(gated: Gated, paid: Paid) -> Bool:
    """Which rows speak of amounts that are no longer right.

    A document does as soon as anything moved on one of its accounts; a task only where what was
    overdue came in, since whoever does it can look at the account.
    """
    documents = pc.equal(gated.table["kind"], "document").to_numpy()
    moved, over = (_about(gated, accounts) for accounts in (paid.moved, paid.settled))
    found: Bool = np.where(documents, moved, over)
    return found


def settled(gated: Gated, paid: Paid) -> Bool:
    """Which rows are about an account on which what was overdue came in."""
    return _about(gated, paid.settled)


def _about(gated: Gated, accounts: pa.Array) -> Bool:
    mine = pc.is_in(gated.accounts, value_set=accounts).to_numpy(zero_copy_only=False)
    found = np.zeros(len(gated.table), np.bool_)
    found[gated.debt_row[mine]] = True
    return found
