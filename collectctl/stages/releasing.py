"""Release: a night's items judged once more, on everything known since.

Joins the night's own files with what the ledger knows now. Refuses to know how an addendum is
written.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from collectctl.archive.nights import Night
from collectctl.columns import Bool, Ints
from collectctl.compliance.packs.reader import Dated
from collectctl.compliance.packs.shapes import (
    ConsentLimit,
    DecisionLimit,
    HoldLimit,
    PartiesLimit,
    ThirdPersonLimit,
    TimeBarLimit,
    WishLimit,
)
from collectctl.ledger.connect import Ledger
from collectctl.ledger.recalled import Recalled
from collectctl.ledger.releases import issued_items
from collectctl.problems import ConfigError, InputRefusedError, Problem
from collectctl.project import Project
from collectctl.stages.circumstances import Circumstances, read_circumstances
from collectctl.stages.desk import Desk
from collectctl.stages.gated import ALLOWED, STATES, Gated, gate, work_day
from collectctl.stages.recalling import recall_contacts
from collectctl.stages.release_items import Items, items_of
from collectctl.stages.release_payments import (
    PAID,
    PAID_WORDS,
    Paid,
    paid_since,
    settled,
    stale,
)
from collectctl.stages.relinting import LINT, relint
from collectctl.stages.sharing import enveloped, put_off, shared, within_caps

_LASTING = (
    WishLimit, ConsentLimit, PartiesLimit, ThirdPersonLimit, HoldLimit, TimeBarLimit,
    DecisionLimit,
)  # fmt: skip
"""Kinds of limits for whose sake what has been let out already is called back: an hour or a count
that is over by now was right when it left."""


_HOURS = ("inconvenient", "convenient")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What may leave now."""

    items: Items
    span: tuple[int, int]
    """From now to the end of the day that the night was for."""
    standing: pa.Table
    """Contacts that leave: the columns of `Items.contacts` with opens, closes, calls, attempts."""
    desk: pa.Table
    """Desk work that leaves, as `Items.desk`."""
    withheld: pa.Table
    """Contacts that do not: kind, item, channel, document, accounts, state, code, reason_zh_CN,
    reason_en."""
    pulled_back: pa.Table
    """Contacts let out earlier that should not have been: issued (number in the ledger) and as
    `withheld`."""
    earlier: int
    """How many items were let out before, desk work included."""


def judge_release(
    project: Project, night: Night, ledger: Ledger, desk: Desk, now: int
) -> Judgement:
    """Every item of the night held against every limit, for what is left of its day.

    What the ledger knows is written to the desk's `facts/`.

    Raises:
        ConfigError: `packs-none`.
        InputRefusedError: `night-past`, the day that the night was for is over.
        LedgerError: a file of the night is not as it was published.
    """
    if not project.packs.packs:
        raise ConfigError(
            Problem(
                code="packs-none", message="project.yaml names no pack, so nothing may leave",
                expected="packs: [packs/cn.yaml, packs/house.yaml]",
            )
        )  # fmt: skip
    start, end = work_day(project, night.business_date)
    if now >= end:
        raise InputRefusedError(
            Problem(
                code="night-past",
                message=f"the day that the night of {night.business_date} was for is over",
                expected="a release on the day after the business date",
                mend="run and release the newest night; nothing of this one may leave any more",
            )
        )  # fmt: skip
    span = max(now, start), end
    items = items_of(night)
    issued = issued_items(ledger, night.business_date)
    found = recall_contacts(desk, ledger, span[0])
    number = _numbers(items.contacts, issued)
    open_ = np.asarray(number < 0)
    around = read_circumstances(night)
    now_known = _Now(project, items, found, around, span, paid_since(desk, night, ledger, start))
    gated = gate(project, items.asking(open_), found, around, span)
    gated = within_caps(_without(gated, stale(gated, now_known.paid)), project.packs.dated)
    gated = shared(gated, project.packs.dated)
    before = _letters_before(items.contacts, ~open_)[open_]
    gated = enveloped(gated, project.packs.dated, night.business_date, before)
    gated = _linted(project, night, gated, items.contacts.filter(pa.array(open_)), span[0])
    stands = pc.equal(gated.table["state"], STATES[ALLOWED])
    contacts = _with_answer(items.contacts.filter(pa.array(open_)), gated)
    desk_work = items.desk
    return Judgement(
        items=items, span=span, standing=contacts.filter(stands),
        desk=desk_work.filter(pa.array(_numbers(desk_work, issued) < 0)),
        withheld=contacts.filter(pc.invert(stands)).select(list(_WITHHELD)),
        pulled_back=_pulled_back(
            now_known, _numbers(items.contacts, issued.filter(pc.invert(issued["pulled_back"])))
        ),
        earlier=len(issued),
    )  # fmt: skip


_WITHHELD = (
    "kind", "item", "channel", "document", "accounts", "state", "code", "reason_zh_CN", "reason_en",
)  # fmt: skip
_ANSWER = ("state", "opens", "closes", "code", "reason_zh_CN", "reason_en", "calls", "attempts")


def _numbers(rows: pa.Table, issued: pa.Table) -> Ints:
    """The number in the ledger of each item, -1 of what was not let out yet."""
    names = [
        pc.binary_join_element_wise(t["kind"], t["item"].cast(pa.string()), "-")
        for t in (rows, issued)
    ]
    at = pc.index_in(names[0], value_set=names[1].combine_chunks())
    found: Ints = issued["number"].take(at).fill_null(-1).to_numpy()
    return found


def _letters_before(contacts: pa.Table, out: Bool) -> Ints:
    """For each contact how many letters its addressee was given for this night already."""
    people = contacts["party_id"].combine_chunks().dictionary_encode().indices.fill_null(0)
    person: Ints = people.to_numpy()
    letters = out & pc.equal(contacts["form"], "letter").to_numpy()
    given = np.bincount(person[letters], minlength=int(person.max(initial=0)) + 1)
    before: Ints = given[person]
    return before


def _with_answer(contacts: pa.Table, gated: Gated) -> pa.Table:
    table = contacts.drop_columns("state")
    for name in _ANSWER:
        if name in gated.table.column_names:
            table = table.append_column(name, gated.table[name])
    return table


@dataclass(frozen=True, slots=True)
class _Now:
    """What is known at the moment of the release."""

    project: Project
    items: Items
    found: Recalled
    around: Circumstances
    span: tuple[int, int]
    paid: Paid


def _pulled_back(now: _Now, number: Ints) -> pa.Table:
    """What was let out and is stopped now by what a person said, a hold, the law, or payment."""
    out: Bool = number >= 0
    gated = gate(
        now.project, now.items.asking(out), now.found, now.around, now.span, _lasting(now.project)
    )
    gated = _without(gated, settled(gated, now.paid))
    table = _with_answer(now.items.contacts.filter(pa.array(out)), gated)
    table = table.append_column("issued", pa.array(number[out]))
    stopped = pc.not_equal(table["state"], STATES[ALLOWED])
    return table.filter(stopped).select(["issued", *_WITHHELD])


def _without(gated: Gated, where: Bool) -> Gated:
    """The gate's answer, with what is allowed put off where the amounts are no longer right."""
    allowed = pc.equal(gated.table["state"], STATES[ALLOWED]).to_numpy()
    rows = np.flatnonzero(allowed & where)
    return replace(gated, table=put_off(gated.table, rows, PAID, PAID_WORDS))


def _linted(project: Project, night: Night, gated: Gated, contacts: pa.Table, now: int) -> Gated:
    """The gate's answer, with every document put off whose text is not as it must be."""
    allowed = pc.equal(gated.table["state"], STATES[ALLOWED])
    rows = np.flatnonzero(allowed.to_numpy())
    day = datetime.fromtimestamp(now, ZoneInfo(project.settings.zone)).date()
    table = gated.table
    for n, words in relint(night, project.packs, day, contacts.filter(allowed)).items():
        table = put_off(table, rows[n : n + 1], LINT, words)
    return replace(gated, table=table)


def _lasting(project: Project) -> tuple[Dated, ...]:
    return tuple(
        d
        for d in project.packs.dated
        if isinstance(d.limit, _LASTING)
        and not (isinstance(d.limit, WishLimit) and d.limit.honours in _HOURS)
    )
