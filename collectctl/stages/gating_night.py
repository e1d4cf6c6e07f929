"""What a night makes of the gate's answers: what goes on to be written and worked, what does not.

Joins proposed documents and tasks with what the gate said of them. Refuses to judge anything.
"""

from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from collectctl.columns import Bool, to_frame, to_table
from collectctl.compliance.contacts import Proposed
from collectctl.ledger.recalled import Recalled
from collectctl.stages.circumstances import Circumstances
from collectctl.stages.desk import Desk
from collectctl.stages.gated import (
    ALLOWED,
    BLOCKED,
    DEFERRED,
    STATES,
    Gated,
    both,
    documents_asked,
    gate,
    tasks_asked,
    work_day,
)
from collectctl.stages.sharing import enveloped, gravest, shared, within_caps


def gate_night(
    desk: Desk, known: Recalled, around: Circumstances, proposed: Proposed, tasks: pa.Table
) -> Gated | None:
    """The night's documents and tasks, judged for the day on which they will be worked.

    None in a project without packs: it has no limits, so nothing of its nights can be released.
    """
    project = desk.project
    if not project.packs.packs:
        return None
    asking = both(documents_asked(proposed), tasks_asked(tasks))
    gated = gate(project, asking, known, around, work_day(project, desk.day))
    gated = shared(within_caps(gravest(gated), project.packs.dated), project.packs.dated)
    return enveloped(gated, project.packs.dated, desk.day)


def passed(proposed: Proposed, gated: Gated | None) -> Proposed:
    """What is proposed without what the gate stopped, which stands among blocked and deferred."""
    if gated is None:
        return proposed
    rows = gated.of("document")
    contacts, lines = to_table(proposed.contacts), to_table(proposed.lines)
    through = pc.equal(rows["state"], STATES[ALLOWED])
    stopped = rows.filter(pc.invert(through))
    mine = pc.is_in(lines["contact_no"], value_set=rows["item"].filter(through).combine_chunks())
    left = lines.filter(pc.invert(mine))
    return replace(
        proposed,
        contacts=to_frame(contacts.filter(through)),
        lines=to_frame(lines.filter(mine)),
        blocked=_with(proposed.blocked, contacts, left, stopped, STATES[BLOCKED]),
        deferred=_with(proposed.deferred, contacts, left, stopped, STATES[DEFERRED]),
        apart=_left_out(proposed.apart, contacts, left, stopped),
    )


def _with(
    those: pd.DataFrame, contacts: pa.Table, lines: pa.Table, stopped: pa.Table, state: str
) -> pd.DataFrame:
    """The objections of before with those of the gate, one a document, on its first account."""
    rows = stopped.filter(pc.equal(stopped["state"], state))
    at = pc.index_in(rows["item"], value_set=lines["contact_no"].combine_chunks())
    return _objections(those, contacts, rows, lines["account_id"].take(at))


def _left_out(
    those: pd.DataFrame, contacts: pa.Table, lines: pa.Table, stopped: pa.Table
) -> pd.DataFrame:
    """One objection an account and document, as `Proposed.apart` has them."""
    at = pc.index_in(lines["contact_no"], value_set=stopped["item"].combine_chunks())
    return _objections(those, contacts, stopped.take(at), lines["account_id"])


def _objections(
    those: pd.DataFrame, contacts: pa.Table, rows: pa.Table, accounts: pa.ChunkedArray
) -> pd.DataFrame:
    at = pc.index_in(rows["item"], value_set=contacts["contact_no"].combine_chunks())
    found = pa.table({
        "customer_id": contacts["customer_id"].take(at), "party_id": rows["party_id"],
        "account_id": accounts, "channel": rows["form"], "document": rows["document"],
        "code": rows["code"], "reason_zh_CN": rows["reason_zh_CN"], "reason_en": rows["reason_en"],
    })  # fmt: skip
    before = to_table(those)
    return to_frame(
        pa.concat_tables([before, found.select(before.column_names).cast(before.schema)])
    )


def stopped_tasks(gated: Gated | None) -> pa.Table:
    """As `stopped_by`, of tasks alone."""
    found = stopped_by(gated)
    return found.filter(pc.equal(found["kind"], "task"))


def stopped_by(gated: Gated | None) -> pa.Table:
    """account_id, kind, form, code, held, state of the contacts that nobody may make on the day."""
    if gated is None:
        return _NOTHING_STOPPED
    rows = gated.table
    mask = pc.not_equal(rows["state"], STATES[ALLOWED])
    where: Bool = mask.to_numpy(zero_copy_only=False)[gated.debt_row]
    at = pa.array(gated.debt_row[where])
    return pa.table({
        "account_id": gated.accounts.filter(pa.array(where)),
        **{name: rows[name].take(at) for name in _NOTHING_STOPPED.column_names[1:]},
    }).cast(_NOTHING_STOPPED.schema)  # fmt: skip


_NOTHING_STOPPED = pa.schema({
    "account_id": pa.string(), "kind": pa.string(), "form": pa.string(), "code": pa.string(),
    "held": pa.bool_(), "state": pa.string(),
}).empty_table()  # fmt: skip


REACH = "prepared/addressees.parquet"
"""The numbers and addresses of everything that was proposed."""
ADDRESSEES = ("kind", "item", "point_kind", "point_value")
"""Numbers and addresses stand in one file of the archive; everything else names people by keys."""


def gate_table(gated: Gated) -> pa.Table:
    """What the archive keeps of the gate: the columns of `Gated.table` without numbers and words.

    `accounts` has those that a contact is about, divided by blanks.
    """
    table = gated.table.drop_columns(["point_kind", "point_value", "reason_zh_CN", "reason_en"])
    about = pa.table({"row": pa.array(gated.debt_row), "account": gated.accounts})
    about = about.group_by("row", use_threads=False).aggregate([("account", "list")])
    at = pc.index_in(pa.array(np.arange(len(table))), value_set=about["row"].combine_chunks())
    texts = pc.binary_join(about["account_list"].combine_chunks(), " ")
    return table.append_column("accounts", texts.take(at))
