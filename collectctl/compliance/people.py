"""The people who may be addressed: who is liable for what, and how each can be reached.

Knows the roles that are liable. What the exports contradict each other on is not known: to write
to the wrong one of two addresses would tell a stranger about the debt.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from collectctl.columns import Bool, Ints, arrow
from collectctl.compliance.reasons import NUMBER

LIABLE = ("principal", "joint_debtor", "guarantor")
"""Roles that owe a debt by contract, strongest first; nobody else is ever addressed about it.

Source: card measures (Order 2011 No. 2) Art. 68: collect only from the debtor and the guarantor
(second-hand, read 2026-11).
"""
REACHED_BY = {
    "letter": "address",
    "sms": "phone",
    "email": "email",
    "wechat": "wechat_id",
    "script": "phone",
}
"""What must be known of a person for each form."""
DETAILS = ("name", "phone", "email", "wechat_id", "address", "postal_code", "language")
_WORD = {"wechat_id": "wechat"}


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Who is liable for the accounts asked about."""

    ids: pa.Array
    """party_id of each person, ascending."""
    details: Mapping[str, pa.Array]
    """For each of DETAILS one value a person; null when unknown or contradictory."""
    contradictory: Mapping[str, Bool]
    """For each of DETAILS, whether the exports give a person different values."""
    account: Ints
    """For each link of a person to an account: the account's position, ascending."""
    person: Ints
    """Position in `ids` of each link."""
    role: Ints
    """Position in LIABLE of each link."""
    represented: Ints
    """Positions of accounts that somebody represents."""

    def objection(self, form: str) -> Ints:
        """For each person the number of what stands against this form, 0 for nothing."""
        code = np.zeros(len(self.ids), np.int64)
        # The last one written stands, so the gravest comes last.
        for column in (REACHED_BY[form], "name"):
            word = _WORD.get(column, column)
            unknown = ~self.details[column].is_valid().to_numpy(zero_copy_only=False)
            code[unknown] = NUMBER[f"no-{word}"]
            code[self.contradictory[column]] = NUMBER[f"contradicting-{word}"]
        return code


def people(parties: pd.DataFrame, accounts: pa.Array, rows: Ints) -> People:
    """The people liable for the accounts at positions `rows` (ascending) of `accounts`."""
    where = pc.index_in(arrow(parties["account_id"]), value_set=accounts.take(pa.array(rows)))
    wanted = where.is_valid().to_numpy(zero_copy_only=False)
    position = rows[where.fill_null(0).to_numpy()] if len(rows) else np.zeros(len(where), np.int64)
    roles = pc.index_in(
        arrow(parties["role"]), value_set=pa.array([*LIABLE, "representative"], pa.string())
    )
    role = roles.fill_null(-1).to_numpy()
    represented = np.unique(position[wanted & (role == len(LIABLE))])
    use = np.flatnonzero(wanted & (role >= 0) & (role < len(LIABLE)))
    use = use[np.argsort(position[use], kind="stable")]
    at = pa.array(use)
    ids, person = ranked(arrow(parties["party_id"]).take(at))
    found = {name: _detail(parties, name, at, person, len(ids)) for name in DETAILS}
    return People(
        ids=ids,
        details={name: values for name, (values, _) in found.items()},
        contradictory={name: unclear for name, (_, unclear) in found.items()},
        account=position[use],
        person=person,
        role=role[use].astype(np.int64),
        represented=represented,
    )


def ranked(values: pa.Array) -> tuple[pa.Array, Ints]:
    """The distinct values ascending, and the position among them of each."""
    encoded = values.dictionary_encode()
    order = pc.array_sort_indices(encoded.dictionary)
    rank = np.empty(len(order), np.int64)
    rank[order.to_numpy()] = np.arange(len(order))
    positions: Ints = rank[encoded.indices.to_numpy()]
    return encoded.dictionary.take(order), positions


def _detail(
    parties: pd.DataFrame, name: str, at: pa.Array, person: Ints, size: int
) -> tuple[pa.Array, Bool]:
    """One value a person, and where the rows contradict each other."""
    if name not in parties:
        return pa.nulls(size, pa.string()), np.zeros(size, np.bool_)
    values = arrow(parties[name]).take(at)
    values = pc.if_else(pc.equal(values, ""), pa.scalar(None, pa.string()), values)
    encoded = values.dictionary_encode()
    known = values.is_valid().to_numpy(zero_copy_only=False)
    code = encoded.indices.fill_null(0).to_numpy()[known]
    low = np.full(size, len(encoded.dictionary), np.int64)
    high = np.full(size, -1, np.int64)
    np.minimum.at(low, person[known], code)
    np.maximum.at(high, person[known], code)
    clear = (high >= 0) & (low == high)
    chosen = pa.array(np.where(clear, high, 0), mask=~clear)
    return encoded.dictionary.take(chosen), (high >= 0) & (low != high)
