"""Gate: every contact that the night proposes, a person's task too, held against the packs.

Joins proposed documents and tasks with what the ledger knows. Refuses to know any limit, and what
a document says.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from collectctl.calendar import day_number
from collectctl.columns import Ints, to_table
from collectctl.compliance.contacts import Proposed
from collectctl.compliance.gate.facts import NOBODY, ROLES, Asked, Facts, unapproved
from collectctl.compliance.gate.judge import Judged, judge, windows
from collectctl.compliance.gate.moments import FOREVER, midnights
from collectctl.compliance.packs.reader import Dated
from collectctl.compliance.packs.shapes import CHANNELS, STEPS
from collectctl.compliance.points import DETAIL, REACHED_AT
from collectctl.ledger.recalled import Recalled
from collectctl.project import Project
from collectctl.stages.circumstances import Circumstances
from collectctl.stages.gate_words import said
from collectctl.stages.recalling import code, facts_of, names, point_name, purposes_of

CHANNEL_OF = {"letter": "letter", "sms": "sms", "email": "email", "wechat": "wechat",
              "script": "call", "call": "call", "visit": "visit"}  # fmt: skip
"""By which channel of the packs each form and task reaches a person; legal work reaches nobody."""
STEP_OF = {"legal": "legal"}
"""The step that a task is."""
STATES = ("allowed", "deferred", "blocked")
ALLOWED, DEFERRED, BLOCKED = range(3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Contacts to be asked about, a row each, whatever they are."""

    table: pa.Table
    """kind, item, party_id, role, channel, form, document, step, point_kind, point_value."""
    debt_row: Ints
    """For each account that one is about its row; ascending."""
    accounts: pa.Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Gated:
    """What the gate said of each contact."""

    asked: Asked
    """The rows as the gate was asked, with the facts that it was asked on."""
    facts: Facts
    table: pa.Table
    """The columns of `Asking.table` and: state; opens and closes, the window [opens, closes) on its
    day, of what is allowed; moment, the earliest for what is not (missing: never, as far as is
    known); limits, the ids of all that spoke, joined by commas; code, that of the first of those
    which stand against it (missing: none does), with its words as reason_zh_CN and reason_en; held,
    whether a hold is among them."""
    debt_row: Ints
    accounts: pa.Array

    def of(self, kind: str) -> pa.Table:
        """The rows of one kind: `document` or `task`."""
        return self.table.filter(pc.equal(self.table["kind"], kind))


def documents_asked(proposed: Proposed) -> Asking:
    """The proposed documents as contacts to be asked about."""
    table = to_table(proposed.contacts)
    forms = table["channel"].combine_chunks()
    channel = _translated(forms, CHANNEL_OF)
    kind = _translated(channel, REACHED_AT)
    value = pa.nulls(len(table), pa.string())
    for one, column in DETAIL.items():
        value = pc.if_else(pc.equal(kind, one), table[column].combine_chunks(), value)
    lines = to_table(proposed.lines)
    at = pc.index_in(lines["contact_no"], value_set=table["contact_no"].combine_chunks())
    return Asking(
        table=pa.table({
            "kind": pa.array(["document"] * len(table), pa.string()), "item": table["contact_no"],
            "party_id": table["party_id"], "role": table["role"], "channel": channel,
            "form": forms, "document": table["document"],
            "step": pa.nulls(len(table), pa.string()), "point_kind": kind, "point_value": value,
        }),
        debt_row=_whole(at).to_numpy().astype(np.int64), accounts=_whole(lines["account_id"]),
    )  # fmt: skip


def tasks_asked(tasks: pa.Table) -> Asking:
    """Work for people as contacts to be asked about: a row for each account and task.

    `tasks` has account_id, task, party_id, phone, address; the gravest task of an account last.
    """
    form = tasks["task"].combine_chunks()
    channel = _translated(form, CHANNEL_OF)
    kind = _translated(channel, REACHED_AT)
    value = pc.if_else(pc.equal(kind, "phone"), _whole(tasks["phone"]), _whole(tasks["address"]))
    role = pc.if_else(pc.is_valid(tasks["party_id"]), "principal", pa.scalar(None, pa.string()))
    return Asking(
        table=pa.table({
            "kind": pa.array(["task"] * len(tasks), pa.string()),
            "item": pa.array(np.arange(1, len(tasks) + 1, dtype=np.int64)),
            "party_id": tasks["party_id"], "role": role, "channel": channel, "form": form,
            "document": pa.nulls(len(tasks), pa.string()), "step": _translated(form, STEP_OF),
            "point_kind": kind, "point_value": value,
        }),
        debt_row=np.arange(len(tasks)), accounts=_whole(tasks["account_id"]),
    )  # fmt: skip


def both(one: Asking, other: Asking) -> Asking:
    """The rows of both, the first ones first."""
    return Asking(
        table=pa.concat_tables([one.table, other.table]).combine_chunks(),
        debt_row=np.concatenate((one.debt_row, other.debt_row + one.table.num_rows)),
        accounts=pa.concat_arrays([one.accounts, other.accounts]),
    )


def _translated(words: pa.Array, to: Mapping[str, str]) -> pa.Array:
    known = pa.array(list(to), pa.string())
    at = pc.index_in(words, value_set=known, skip_nulls=True)
    return pa.array(list(to.values()), pa.string()).take(at)


def _whole(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values


# judging


def work_day(project: Project, business_date: date) -> tuple[int, int]:
    """The day on which a night's work is done, as moments [start, end): the day after it."""
    day = np.array([day_number(business_date) + 1, day_number(business_date) + 2], np.int64)
    start, end = midnights(day, project.settings.zone).tolist()
    return start, end


def gate(
    project: Project,
    asking: Asking,
    found: Recalled,
    around: Circumstances,
    span: tuple[int, int],
    limits: Sequence[Dated] | None = None,
) -> Gated:
    """Each contact held against the limits, for the span of moments [first, last) meant for it.

    `limits` are all of the packs' unless only some of them are to speak.

    What may be made within the span is allowed, with its window; what may be made only later is
    deferred, since tomorrow decides anew; what no later moment would mend is blocked.
    """
    first, last = span
    table = asking.table
    points = point_name(_whole(table["point_kind"]), _whole(table["point_value"]))
    known = names(_whole(table["party_id"]), points, asking.accounts)
    accounts, barred_day = around.barred()
    barred_debt = code(accounts, known.debts)
    asked_about = barred_debt >= 0
    decided, decided_step, decided_day = around.decided()
    facts = replace(
        facts_of(found, known, project),
        barred_debt=barred_debt[asked_about], barred_day=barred_day[asked_about],
        decided_debt=code(decided, known.debts), decided_step=decided_step,
        decided_day=decided_day,
    )  # fmt: skip
    zone, zones = around.zones_of(_whole(table["party_id"]), (project.settings.zone,))
    documents = _whole(table["document"]).dictionary_encode()
    asked = Asked(
        at=np.full(len(table), first, np.int64),
        channel=code(_whole(table["channel"]), pa.array(CHANNELS, pa.string())),
        person=code(_whole(table["party_id"]), known.people),
        role=code(_whole(table["role"]), pa.array(ROLES, pa.string())),
        point=code(points, known.points),
        zone=zone, zones=zones,
        debt_row=asking.debt_row, debt=code(asking.accounts, known.debts),
        document=documents.indices.fill_null(NOBODY).to_numpy(zero_copy_only=False).astype(np.int64),
        documents=tuple(documents.dictionary.to_pylist()),
        step=code(_whole(table["step"]), pa.array(STEPS, pa.string())),
        purpose=_purposes(project, documents), approved=unapproved(len(table)),
    )  # fmt: skip
    judged = judge(asked, facts, project.packs.dated if limits is None else limits)
    return _told(asking, judged, facts, last)


def _purposes(project: Project, documents: pa.DictionaryArray) -> Ints:
    """For each row the place of its document's purpose among the project's; -1 for none."""
    known, catalogue = purposes_of(project), project.documents
    of_document = [
        known.index(catalogue.purpose(name)) if catalogue is not None and name in catalogue.ids
        else NOBODY
        for name in documents.dictionary.to_pylist()
    ]  # fmt: skip
    at = documents.indices.fill_null(len(of_document)).to_numpy(zero_copy_only=False)
    found: Ints = np.array([*of_document, NOBODY], np.int64)[at]
    return found


def _told(asking: Asking, judged: Judged, facts: Facts, last: int) -> Gated:
    moment = judged.moment
    state = np.where(moment < last, ALLOWED, np.where(moment < FOREVER, DEFERRED, BLOCKED))
    allowed = state == ALLOWED
    table = asking.table
    for name, values in {
        "state": pa.array(STATES, pa.string()).take(pa.array(state)),
        "opens": pa.array(moment, mask=~allowed),
        "closes": pa.array(np.minimum(windows(judged, facts), last), mask=~allowed),
        "moment": pa.array(moment, mask=state != DEFERRED),
        **said(judged, facts, last, ~allowed),
    }.items():
        table = table.append_column(name, values)
    return Gated(
        asked=judged.asked, facts=facts, table=table, debt_row=asking.debt_row,
        accounts=asking.accounts,
    )  # fmt: skip
