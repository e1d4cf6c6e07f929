"""What the statuses of each account allow tonight.

Knows how several statuses of one account act together: what all of them allow. Refuses to know
treatments and documents; see `contacts`.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from collectctl.columns import Ints, arrow, to_frame
from collectctl.compliance.statuses import Entry, Status, StatusTable

ALL = "all"
"""How `channels` and `documents` of an effect say that nothing is forbidden."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Effect:
    """What one set of statuses allows, as the texts of the frame."""

    status: str
    excluded: bool
    channels: str
    documents: str
    queue_hint: str | None
    because_zh: str
    because_en: str


def apply_statuses(
    accounts: pd.DataFrame, statuses: pd.DataFrame, table: StatusTable, as_of: date
) -> pd.DataFrame:
    """For each account, in the order of `accounts`, what its statuses allow on that day.

    Columns: status (codes joined by commas, empty for none), excluded (not graded), channels and
    documents (`all`, or what is allowed joined by commas, empty for nothing), queue_hint,
    because_zh_CN, because_en. Several statuses allow what all of them allow; the queue is that of
    the first in the table. A status whose `since` is after the day does not act yet, one without
    `since` acts. Statuses that the table does not know are the caller's to quarantine: `unlisted`.
    """
    in_force = table.in_force(as_of)
    bits = _given_bits(accounts, statuses, in_force, as_of)
    bits |= _derived_bits(accounts, table, as_of)
    bits = _spread_over_customers(accounts, bits, in_force)
    distinct, of_account = np.unique(bits, return_inverse=True)
    effects = [
        _effect([in_force[i] for i in range(len(in_force)) if int(word) >> i & 1])
        for word in distinct
    ]
    positions = pa.array(of_account.astype(np.int32))
    columns = {
        "status": pa.array([e.status for e in effects], pa.string()),
        "excluded": pa.array([e.excluded for e in effects], pa.bool_()),
        "channels": pa.array([e.channels for e in effects], pa.string()),
        "documents": pa.array([e.documents for e in effects], pa.string()),
        "queue_hint": pa.array([e.queue_hint for e in effects], pa.string()),
        "because_zh_CN": pa.array([e.because_zh for e in effects], pa.string()),
        "because_en": pa.array([e.because_en for e in effects], pa.string()),
    }
    frame = to_frame(pa.table({name: values.take(positions) for name, values in columns.items()}))
    frame.index = accounts.index
    return frame


def unlisted(statuses: pd.DataFrame, table: StatusTable, as_of: date) -> pd.DataFrame:
    """The rows of `statuses` whose status the table does not know on that day.

    The account of such a row is quarantined: a status nobody has thought about is never ordinary.
    """
    known = pa.array([s.code for s, _ in table.in_force(as_of)], pa.string())
    listed = pc.is_in(arrow(statuses["status"]), value_set=known)
    rows: pd.DataFrame = statuses[~listed.to_numpy(zero_copy_only=False)]
    return rows


def closed_accounts(statuses: pd.DataFrame, table: StatusTable, as_of: date) -> pd.DataFrame:
    """account_id and status of every account with evidence that it has left for good."""
    closing = pa.array([s.code for s, _ in table.in_force(as_of) if s.closes], pa.string())
    closes = pc.is_in(arrow(statuses["status"]), value_set=closing)
    rows = closes.to_numpy(zero_copy_only=False) & _acting(statuses, as_of)
    found: pd.DataFrame = statuses.loc[rows, ["account_id", "status"]]
    return found.drop_duplicates(ignore_index=True)


def _acting(statuses: pd.DataFrame, as_of: date) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    if "since" not in statuses:
        return np.ones(len(statuses), np.bool_)
    started = pc.less_equal(arrow(statuses["since"]), pa.scalar(as_of, pa.date32()))
    acting: np.ndarray[tuple[int], np.dtype[np.bool_]] = started.fill_null(True).to_numpy(
        zero_copy_only=False
    )
    return acting


def _given_bits(
    accounts: pd.DataFrame,
    statuses: pd.DataFrame,
    in_force: tuple[tuple[Status, Entry], ...],
    as_of: date,
) -> Ints:
    """For each account one bit for each of its statuses in the export."""
    bits = np.zeros(len(accounts), np.int64)
    codes = pa.array([s.code for s, _ in in_force], pa.string())
    which = pc.index_in(arrow(statuses["status"]), value_set=codes).fill_null(-1)
    where = pc.index_in(
        arrow(statuses["account_id"]), value_set=arrow(accounts["account_id"])
    ).fill_null(-1)
    bit, row = which.to_numpy().astype(np.int64), where.to_numpy()
    use = (bit >= 0) & (row >= 0) & _acting(statuses, as_of)
    np.bitwise_or.at(bits, row[use], np.int64(1) << bit[use])
    return bits


def _derived_bits(accounts: pd.DataFrame, table: StatusTable, as_of: date) -> Ints:
    """The bits that follow from the balance alone."""
    bits = np.zeros(len(accounts), np.int64)
    in_force = table.in_force(as_of)
    balance = arrow(accounts["balance"])
    known = balance.is_valid().to_numpy(zero_copy_only=False)
    amount = balance.fill_null(0).to_numpy()
    for i, (status, _) in enumerate(in_force):
        if status.derived == "credit_balance":
            holds = amount <= 0
        elif status.derived == "below_tolerance":
            holds = (amount > 0) & (amount <= _limits(accounts, table, as_of))
        else:
            continue
        bits[known & holds] |= np.int64(1) << np.int64(i)
    return bits


def _limits(accounts: pd.DataFrame, table: StatusTable, as_of: date) -> Ints:
    """Each account's tolerance in its own currency, 0 where none is declared."""
    tolerance = table.tolerance(as_of)
    currencies = pa.array(sorted(tolerance), pa.string())
    at = pc.index_in(arrow(accounts["currency"]), value_set=currencies)
    amounts = np.array([*(tolerance[c] for c in sorted(tolerance)), 0], np.int64)
    found: Ints = amounts[at.fill_null(len(tolerance)).to_numpy()]
    return found


def _spread_over_customers(
    accounts: pd.DataFrame, bits: Ints, in_force: tuple[tuple[Status, Entry], ...]
) -> Ints:
    """Bits of statuses that act on a person, on every account of that customer."""
    whole = np.int64(sum(1 << i for i, (s, _) in enumerate(in_force) if s.whole_customer))
    if not np.any(bits & whole):
        return bits
    customers = arrow(accounts["customer_id"]).dictionary_encode()
    codes = customers.indices.fill_null(len(customers.dictionary)).to_numpy()
    of_customer = np.zeros(len(customers.dictionary) + 1, np.int64)
    np.bitwise_or.at(of_customer, codes, bits & whole)
    of_customer[-1] = 0
    spread: Ints = bits | of_customer[codes]
    return spread


def _effect(acting: list[tuple[Status, Entry]]) -> _Effect:
    entries = [entry for _, entry in acting]
    return _Effect(
        status=",".join(sorted(s.code for s, _ in acting)),
        excluded=any(not e.tier for e in entries),
        channels=_common([e.channels for e in entries]),
        documents=_common([e.documents for e in entries]),
        queue_hint=next((e.queue for e in entries if e.queue is not None), None),
        because_zh="；".join(s.because.zh_CN for s, _ in acting),
        because_en="; ".join(s.because.en for s, _ in acting),
    )


def _common(allowed: list[frozenset[str] | None]) -> str:
    """What all of them allow."""
    limits = [a for a in allowed if a is not None]
    return ALL if not limits else ",".join(sorted(frozenset.intersection(*limits)))
