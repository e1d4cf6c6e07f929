"""What only some letters speak of: a decision, an agency, the history of a debt to be validated.

Knows which columns each is made of. Imported by workers: knows Arrow and the records, and refuses
to know why anybody gets anything.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from collectctl.compliance.validation import dispute_by
from collectctl.documents.records import Agency, Amount, Decision, Validation

DECIDED = {
    "decision_reference": pa.string(), "decision_on": pa.date32(), "decision_act_from": pa.date32(),
    "decision_criminal": pa.bool_(), "agency_name": pa.string(), "agency_phone": pa.string(),
}  # fmt: skip
"""Columns of contacts that rest on a decision."""
_ADDED = ("itemization_balance", "interest_since", "fees_since")
_TAKEN = ("payments_since", "credits_since")
ITEMIZED: Mapping[str, pa.DataType] = {
    "itemization_date": pa.date32(), "creditor_then": pa.string(),
    **dict.fromkeys((*_ADDED, *_TAKEN), pa.int64()),
}  # fmt: skip
"""Columns of an account that a validation notice is made of, beside its balance."""


def decisions(contacts: pa.Table) -> list[Decision | None]:
    """Of each contact the decision that it comes from, None without one."""
    if contacts["decision_reference"].null_count == len(contacts):
        return [None] * len(contacts)
    names = ("decision_reference", "decision_on", "decision_act_from", "decision_criminal")
    rows = zip(*(contacts[name].to_pylist() for name in names), strict=True)
    return [
        None
        if reference is None or on is None
        else Decision(reference, on, from_, criminal is True)
        for reference, on, from_, criminal in rows
    ]


def agencies(contacts: pa.Table) -> list[Agency | None]:
    """Of each contact the agency that is spoken of, None without one."""
    if contacts["agency_name"].null_count == len(contacts):
        return [None] * len(contacts)
    names = ("agency_name", "agency_phone", "decision_act_from")
    return [
        None if name is None or phone is None else Agency(name, phone, starts_on)
        for name, phone, starts_on in zip(
            *(contacts[name].to_pylist() for name in names), strict=True
        )
    ]


def itemized(lines: pa.Table) -> pa.Array:
    """Whether each account's history since its itemization date is known and leads to its balance.

    False for every account of a night whose exports do not have the columns.
    """
    if not set(ITEMIZED) <= set(lines.column_names):
        return pa.array(np.zeros(len(lines), np.bool_))
    left = lines["balance"]
    for name in _ADDED:
        left = pc.subtract(left, lines[name])
    for name in _TAKEN:
        left = pc.add(left, lines[name])
    known = pc.and_(lines["itemization_date"].is_valid(), lines["creditor_then"].is_valid())
    # a part that is not known makes the sum unknown, which is not zero
    return pc.and_(known, pc.equal(left, 0).fill_null(False)).combine_chunks()


def validations(
    lines: pa.Table, counts: npt.NDArray[np.int64], run_date: date
) -> Iterator[Validation | None]:
    """Of each contact, in order, what validates its debt; None for several debts or without one.

    `counts` says how many of the lines, which follow each other, are each contact's. The notice is
    provided on the day after the business date, on which its night is worked.
    """
    known = itemized(lines)
    if not pc.any(known).as_py():
        yield from [None] * len(counts)
        return
    until = dispute_by(run_date + timedelta(days=1))
    rows = lines.select([*ITEMIZED, "balance", "currency"]).to_pylist()
    usable = known.to_pylist()
    at = 0
    for count in counts.tolist():
        row = rows[at]
        yield _validation(row, until) if count == 1 and usable[at] else None
        at += count


def _validation(row: Mapping[str, object], until: date) -> Validation:
    amounts = {
        name: Amount(row[name], row["currency"])  # type: ignore[arg-type]  # typed by the columns
        for name in (*_ADDED, *_TAKEN, "balance")
    }
    return Validation(
        creditor_then=str(row["creditor_then"]),
        itemization_date=row["itemization_date"],  # type: ignore[arg-type]  # as above
        balance_then=amounts["itemization_balance"],
        interest_since=amounts["interest_since"],
        fees_since=amounts["fees_since"],
        payments_since=amounts["payments_since"],
        credits_since=amounts["credits_since"],
        balance_now=amounts["balance"],
        dispute_by=until,
    )
