"""What a published night has to let out: its documents, tasks and desk work, each an item.

Reads the night's own files, every one checked against its manifest. Refuses to know what may leave.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from collectctl.archive.nights import Night, read_columns
from collectctl.columns import Bool, to_table
from collectctl.stages.gated import ALLOWED, STATES, Asking
from collectctl.stages.gating_night import ADDRESSEES, REACH
from collectctl.stages.queueing import WORK

_GATE = ("kind", "item", "party_id", "role", "channel", "form", "document", "step", "accounts",
         "state")  # fmt: skip
_ASKED = ("kind", "item", "party_id", "role", "channel", "form", "document", "step", "point_kind",
          "point_value")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """Everything of a night that somebody may get."""

    contacts: pa.Table
    """Documents and tasks: the columns of `Asking.table`, accounts (divided by blanks), language of
    documents, made_by (staff) of tasks."""
    work: pd.DataFrame
    """The night's work with whose it is, as `queueing.with_items` gives it."""

    @property
    def desk(self) -> pa.Table:
        """The work that is no contact: item, account_id, party_id, person; who has it."""
        table = to_table(self.work[["kind", "item", "account_id", "party_id", "person"]])
        mine = pc.and_(pc.equal(table["kind"], "desk"), pc.is_valid(table["person"]))
        return table.filter(mine)

    def asking(self, where: Bool) -> Asking:
        """Some of the contacts, to be asked about."""
        table = self.contacts.filter(pa.array(where))
        lists = pc.split_pattern(table["accounts"].combine_chunks(), " ")
        return Asking(
            table=table.select(list(_ASKED)),
            debt_row=pc.list_parent_indices(lists).to_numpy().astype(np.int64),
            accounts=pc.list_flatten(lists),
        )


def items_of(night: Night) -> Items:
    """What the night has prepared and given to somebody.

    Raises:
        LedgerError: a file of the night is not as it was published.
    """
    gate = to_table(read_columns(night, _GATE, "gate.parquet"))
    reach = to_table(read_columns(night, ADDRESSEES, REACH))
    work = read_columns(night, None, WORK)
    made = to_table(read_columns(night, ("contact_no", "language", "state"), "contacts.parquet"))
    tasks = to_table(work[["kind", "item", "person"]])
    tasks = tasks.filter(pc.equal(tasks["kind"], "task"))
    by_document = _places(gate, "document", made["contact_no"])
    by_task = _places(gate, "task", tasks["item"])
    for name, values in {
        "point_kind": reach["point_kind"], "point_value": reach["point_value"],
        "language": made["language"].take(by_document), "made_by": tasks["person"].take(by_task),
    }.items():  # fmt: skip
        gate = gate.append_column(name, values)
    prepared = pc.equal(made["state"].take(by_document), "prepared").fill_null(False)
    allowed = pc.equal(gate["state"], STATES[ALLOWED])
    left = pc.and_(pc.or_(prepared, pc.is_valid(gate["made_by"])), allowed)
    return Items(contacts=gate.filter(left).combine_chunks(), work=work)


def _places(gate: pa.Table, kind: str, numbers: pa.ChunkedArray) -> pa.Array:
    """Of each row of a kind where its number stands among these; missing for others."""
    mine = pc.if_else(pc.equal(gate["kind"], kind), gate["item"], pa.scalar(None, pa.int64()))
    found = pc.index_in(mine, value_set=numbers.combine_chunks(), skip_nulls=True)
    return found.combine_chunks()
