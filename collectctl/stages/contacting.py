"""Treat and render: from leading treatments to proposed contacts to prepared documents.

Joins the rollup with parties, and contacts with the documents room. Knows which accounts of a
customer a document speaks of; refuses to know what it says.
"""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from collectctl.columns import Bool, arrow, to_table
from collectctl.compliance.contacts import Proposed, propose
from collectctl.compliance.decisions import decided_by, needs, with_decisions
from collectctl.compliance.wording.assembled import wording_of
from collectctl.documents.prepare import Prepared, prepare
from collectctl.stages.desk import Desk
from collectctl.stages.grading import Grading
from collectctl.stages.intake import Intake


def treat(desk: Desk, grading: Grading, intake: Intake) -> Proposed:
    """The contacts that the leading treatments ask for; none in a project without documents."""
    unclear = pc.is_in(arrow(grading.accounts["account_id"]), value_set=intake.unclear)
    treated = ~grading.excluded & _spoken_of(grading) & _with_document(grading)
    treated &= ~unclear.to_numpy(zero_copy_only=False)
    documents = desk.project.documents
    ids = () if documents is None else sorted(documents.ids)
    proposed = propose(
        grading.accounts[treated],
        grading.rollup[treated],
        grading.effects[treated],
        intake.parties,
        addressees={} if documents is None else {i: documents.addressees(i) for i in ids},
        forms={} if documents is None else {i: documents.forms(i) for i in ids},
        addons=grading.decisions["addons"][treated],
    )
    return with_decisions(
        proposed, decided_by(intake.decisions, desk.day), needs(desk.project.packs.dated)
    )


def _with_document(grading: Grading) -> Bool:
    """The accounts whose customer's treatment has a document; the others need not be copied."""
    found: Bool = pc.is_valid(arrow(grading.rollup["lead_document"])).to_numpy(zero_copy_only=False)
    return found


def _spoken_of(grading: Grading) -> Bool:
    """The accounts a customer's documents cover.

    A customer with anything overdue is written to about what is overdue only; one with nothing
    overdue about what falls due. Otherwise a notice would demand what is not owed yet.
    """
    overdue: Bool = pc.greater(arrow(grading.accounts["days_past_due"]), 0).to_numpy(
        zero_copy_only=False
    )
    customers = arrow(grading.accounts["customer_id"]).dictionary_encode()
    codes = customers.indices.to_numpy()
    any_overdue = np.zeros(len(customers.dictionary), np.bool_)
    any_overdue[codes[overdue & ~grading.excluded]] = True
    covered: Bool = overdue | ~any_overdue[codes]
    return covered


def render(desk: Desk, proposed: Proposed) -> Prepared | None:
    """The documents of the proposed contacts, below `prepared/`; None in a project without any."""
    project = desk.project
    if project.documents is None:
        return None
    return prepare(
        proposed.contacts,
        proposed.lines,
        project.documents,
        desk.day,
        desk.folder / "prepared",
        workers=desk.workers,
        scratch=desk.scratch,
        wording=wording_of(project.packs, desk.day),
        rate_digits={
            name: project.dictionary[name].decimals
            for name in ("daily_rate", "annual_rate")
            if name in project.dictionary
        },
    )


def without_details(proposed: Proposed) -> Proposed:
    """The contacts without what only their documents needed: names, addresses, debts."""
    return replace(
        proposed,
        contacts=proposed.contacts[list(_CONTACT_COLUMNS)],
        lines=proposed.lines[["contact_no", "account_id"]],
    )


def written_about(proposed: Proposed, prepared: Prepared | None) -> pa.Table:
    """account_id and document of everything that was prepared."""
    lines, contacts = to_table(proposed.lines), to_table(proposed.contacts)
    if prepared is not None:
        failed = arrow(prepared.failed["contact_no"])
        lines = lines.filter(pc.invert(pc.is_in(lines["contact_no"], value_set=failed)))
    at = pc.index_in(lines["contact_no"], value_set=contacts["contact_no"].combine_chunks())
    documents = contacts["document"].take(at.combine_chunks())
    return lines.select(["account_id"]).append_column("document", documents)


def contact_table(proposed: Proposed, prepared: Prepared | None) -> pa.Table:
    """What the archive keeps of every contact that passed the gate: internal keys only.

    Columns: contact_no, customer_id, party_id, role, channel, document, language, grade, tone,
    treatment, state (prepared or failed), reason.
    """
    table = to_table(proposed.contacts[list(_CONTACT_COLUMNS)])
    codes = pa.nulls(len(table), pa.string())
    if prepared is not None and len(prepared.failed):
        at = pc.index_in(table["contact_no"], value_set=arrow(prepared.failed["contact_no"]))
        codes = arrow(prepared.failed["code"]).take(at.combine_chunks())
    state = pc.if_else(pc.is_valid(codes), "failed", "prepared")
    return table.append_column("state", state).append_column("reason", codes)


_CONTACT_COLUMNS = (
    "contact_no", "customer_id", "party_id", "role", "channel", "document", "language", "grade",
    "tone", "treatment",
)  # fmt: skip


_REACH = ("name", "phone", "address")


def people_to_call(intake: Intake, accounts: pa.ChunkedArray) -> pa.Table:
    """The principal of each of these accounts, for the person who works it.

    Columns: account_id, party_id, name, phone, address; one row an account, the first by party_id.
    What the exports give in two ways for one person is missing: whoever calls the wrong one of two
    tells a stranger about the debt.
    """
    table = to_table(intake.parties)
    for name in _REACH:
        if name not in table.column_names:
            table = table.append_column(name, pa.nulls(len(table), pa.string()))
    everywhere = table
    wanted = pc.is_in(table["account_id"], value_set=accounts.combine_chunks())
    wanted = pc.and_(wanted, pc.equal(table["role"], "principal"))
    table = table.select(["account_id", "party_id", *_REACH]).filter(wanted)
    table = table.sort_by([("account_id", "ascending"), ("party_id", "ascending")])
    ids = table["account_id"].combine_chunks().dictionary_encode().indices.to_numpy()
    first = np.r_[True, ids[1:] != ids[:-1]] if len(ids) else np.zeros(0, np.bool_)
    table = table.filter(pa.array(first))
    for name in _REACH:
        unclear = pc.is_in(table["party_id"], value_set=_in_two_ways(everywhere, table, name))
        clear = pc.if_else(unclear, pa.scalar(None, pa.string()), table[name])
        table = table.set_column(table.column_names.index(name), name, clear)
    return table


def _in_two_ways(everywhere: pa.Table, wanted: pa.Table, name: str) -> pa.Array:
    """The people of whom the rows of all accounts give different values."""
    theirs = pc.is_in(everywhere["party_id"], value_set=wanted["party_id"].combine_chunks())
    rows = everywhere.select(["party_id", name]).filter(theirs)
    rows = rows.filter(pc.and_kleene(pc.is_valid(rows[name]), pc.not_equal(rows[name], "")))
    ends = rows.group_by("party_id", use_threads=False).aggregate([(name, "min"), (name, "max")])
    differ = pc.not_equal(ends[f"{name}_min"], ends[f"{name}_max"])
    return ends["party_id"].filter(differ).combine_chunks()
