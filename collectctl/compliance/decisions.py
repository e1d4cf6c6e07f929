"""What the bank has decided to do about accounts, and what a document may say of it.

Knows which decisions stand on a night and which documents need one. Refuses to know where they are
written down, and whether a document goes out without one: that is the gate.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from collectctl.columns import Bool, Ints, to_frame, to_table
from collectctl.compliance.contacts import Proposed
from collectctl.compliance.packs.reader import Dated
from collectctl.compliance.packs.shapes import STEPS, DecisionLimit, Step

DECISIONS = pa.schema({
    "account_id": pa.string(), "step": pa.string(), "decided_on": pa.date32(),
    "decided_by": pa.string(), "reference": pa.string(), "act_from": pa.date32(),
    "criminal_approved": pa.bool_(), "agency_name": pa.string(), "agency_phone": pa.string(),
})  # fmt: skip
"""The decisions of one night, an account and step each once, in the order of both."""
_SAID = {
    "decision_reference": "reference", "decision_on": "decided_on", "agency_name": "agency_name",
    "agency_phone": "agency_phone",
}  # fmt: skip
"""Columns of contacts that come from the first of several decisions as it stands."""


def decided_by(rows: pd.DataFrame, night: date) -> pa.Table:
    """The rows of the export that are decisions on a night: what is dated later is none yet."""
    table = to_table(rows)
    for field in DECISIONS:
        if field.name not in table.column_names:
            table = table.append_column(field.name, pa.nulls(len(table), field.type))
    table = table.select(DECISIONS.names).cast(DECISIONS)
    table = table.filter(pc.less_equal(table["decided_on"], pa.scalar(night)))
    return table.sort_by([("account_id", "ascending"), ("step", "ascending")])


def with_decided(accounts: pd.DataFrame, decisions: pa.Table) -> pd.DataFrame:
    """The accounts with `legal_decided`, `bureau_decided` and `agency_decided`, for rules to ask.

    True where a decision on the step stands tonight. Without the export nobody knows, and the
    columns are not there.
    """
    table = to_table(accounts)
    for step in STEPS:
        mine = pc.equal(decisions["step"], step)
        ids = decisions["account_id"].filter(mine).combine_chunks()
        table = table.append_column(f"{step}_decided", pc.is_in(table["account_id"], value_set=ids))
    return to_frame(table)


def needs(limits: Iterable[Dated]) -> dict[str, Step]:
    """Each document that a limit wants decided, with the step that it announces."""
    found: dict[str, Step] = {}
    for dated in limits:
        if isinstance(dated.limit, DecisionLimit):
            found |= {d: dated.limit.step for d in dated.limit.documents if d not in found}
    return found


def with_decisions(proposed: Proposed, decisions: pa.Table, wanted: Mapping[str, Step]) -> Proposed:
    """The contacts with what is decided about their accounts, for documents that rest on it.

    Of several accounts the earliest decision is quoted, of one day that of the first account. The
    step is named for no earlier day than any of them allows, and criminal law is approved only
    where it is for all. Where one account has no decision, nothing is said at all.
    """
    contacts, lines = to_table(proposed.contacts), to_table(proposed.lines)
    row = pc.index_in(
        lines["contact_no"].combine_chunks(), value_set=contacts["contact_no"].combine_chunks()
    ).to_numpy()
    documents = contacts["document"].combine_chunks()
    steps = pa.array([wanted.get(d) for d in documents.to_pylist()], pa.string())
    asked = pc.binary_join_element_wise(lines["account_id"], steps.take(pa.array(row)), "\n")
    keys = pc.binary_join_element_wise(decisions["account_id"], decisions["step"], "\n")
    at = pc.index_in(asked, value_set=keys.combine_chunks(), skip_nulls=True)
    place: Ints = at.combine_chunks().fill_null(-1).to_numpy().astype(np.int64)
    size = len(contacts)
    whole = np.bincount(row, minlength=size) > 0
    whole[row[place < 0]] = False
    mine = whole[row]
    row, place = row[mine], place[mine]
    columns = {
        name: decisions[of].take(pa.array(_first(row, place, decisions, size)))
        for name, of in _SAID.items()
    }
    columns["decision_act_from"] = _latest(row, place, decisions, size)
    columns["decision_criminal"] = pa.array(
        np.bincount(row[~_approved(place, decisions)], minlength=size) == 0, mask=~whole
    )
    for name in COLUMNS:
        contacts = contacts.append_column(name, columns[name])
    return replace(proposed, contacts=to_frame(contacts))


COLUMNS = (
    "decision_reference", "decision_on", "decision_act_from", "decision_criminal", "agency_name",
    "agency_phone",
)  # fmt: skip
"""What `with_decisions` adds to the contacts; missing where a document rests on no decision."""


def _first(row: Ints, place: Ints, decisions: pa.Table, size: int) -> pa.Array:
    """For each contact the place of its earliest decision; missing where it has none."""
    days = decisions["decided_on"].combine_chunks().cast(pa.int32()).to_numpy()[place]
    order = np.lexsort((place, days, row))
    found, start = np.unique(row[order], return_index=True)
    first = np.full(size, -1, np.int64)
    first[found] = place[order][start]
    return pa.array(first, mask=first < 0)


def _latest(row: Ints, place: Ints, decisions: pa.Table, size: int) -> pa.Array:
    """For each contact the last of the days before which a step is not taken; missing: none."""
    days = decisions["act_from"].combine_chunks().cast(pa.int32())
    known = pc.is_valid(days).to_numpy(zero_copy_only=False)[place]
    latest = np.full(size, np.iinfo(np.int32).min, np.int32)
    np.maximum.at(latest, row[known], days.fill_null(0).to_numpy()[place[known]])
    none = latest == np.iinfo(np.int32).min
    return pa.array(latest, mask=none).cast(pa.date32())


def _approved(place: Ints, decisions: pa.Table) -> Bool:
    """Which decisions approve that criminal law is mentioned; what is not said is no."""
    said = decisions["criminal_approved"].combine_chunks().fill_null(False)
    found: Bool = said.to_numpy(zero_copy_only=False)[place]
    return found
