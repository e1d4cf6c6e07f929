"""Marks of a customer: what was told of the person on one account counts on all of them.

Knows how the values of a customer's accounts become one, by Kleene's `or` and `and`. Refuses to
know rules and statuses: an account that a status sets apart lends its marks like any other.
"""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from collectctl.columns import Encoded, Ints, arrow, encode, to_frame
from collectctl.rules.rollup import customers, highest
from collectctl.rules.rulebook import Rulebook

_FALSE, _UNKNOWN, _TRUE = 0, 1, 2  # in this order `any` is the largest and `all` the smallest


def pooled(rulebook: Rulebook, frame: pd.DataFrame) -> pd.DataFrame:
    """The accounts as the rules see them: each mark as it is of the customer; no copy of the rest.

    The frame has all accounts of a customer or none. An account without a customer stands for
    itself, and a mark that the frame lacks stays unknown.
    """
    marks = {n: how for n, how in rulebook.customer.marks.items() if n in frame}
    if not marks:
        return frame
    group = customers(arrow(frame[rulebook.customer.key]))
    encoded = encode(frame, rulebook.dictionary, marks)
    columns = {n: _pooled(encoded[n], group, how) for n, how in marks.items()}
    marked = to_frame(pa.table(columns)).set_index(frame.index)
    found = frame.copy(deep=False)
    for name in marks:
        found[name] = marked[name]
    return found


def _pooled(column: Encoded, group: Ints, how: str) -> pa.Array:
    states = np.where(column.known, np.where(column.values != 0, _TRUE, _FALSE), _UNKNOWN)
    states = highest(group, states) if how == "any" else _TRUE - highest(group, _TRUE - states)
    return pa.array(states == _TRUE, pa.bool_(), mask=states == _UNKNOWN)


def lenders(rulebook: Rulebook, accounts: pd.DataFrame, at: int) -> dict[str, str | None]:
    """For each mark the account that the customer's value comes from; None: all of them say it.

    `accounts` are all accounts of one customer as the exports have them; the one at row `at` comes
    first, then the smallest number.
    """
    marks = {n: how for n, how in rulebook.customer.marks.items() if n in accounts}
    rows, together = pooled(rulebook, accounts), dict[str, str | None]()
    numbers = arrow(accounts["account_id"]).to_pylist()
    for name, how in marks.items():
        own = arrow(accounts[name]).to_pylist()
        value = arrow(rows[name])[at].as_py()
        alike = sorted((i != at, numbers[i]) for i, v in enumerate(own) if v is value)
        together[name] = None if value is (how == "all") else str(alike[0][1])
    return together


def of_one_customer(rulebook: Rulebook, frame: pd.DataFrame, at: int) -> tuple[pd.DataFrame, int]:
    """All accounts of the customer of one account, and the row of that account among them."""
    keys = arrow(frame[rulebook.customer.key])
    if not keys[at].is_valid:
        return frame.iloc[at : at + 1], 0
    rows = np.flatnonzero(pc.equal(keys, keys[at]).fill_null(False).to_numpy(zero_copy_only=False))
    return frame.iloc[rows], int(np.searchsorted(rows, at))
