"""Release: a night's items judged once more, on everything known since.

Joins the night's own files with what the ledger knows now. Refuses to know how an addendum is
written.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from collectctl.archive.nights import Night
from collectctl.columns import Bool, Ints
from collectctl.compliance.packs.reader import Dated
from collectctl.compliance.packs.shapes import (
    ConsentLimit,
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
from collectctl.stages.desk import Desk
from collectctl.stages.gated import ALLOWED, STATES, Gated, gate, work_day
from collectctl.stages.recalling import recall_contacts
from collectctl.stages.release_items import Items, items_of
from collectctl.stages.sharing import enveloped, shared

_LASTING = (
    WishLimit, ConsentLimit, PartiesLimit, ThirdPersonLimit, HoldLimit, TimeBarLimit,
)  # fmt: skip
"""Kinds of limits for whose sake what has been let out already is called back: an hour or a count
that is over by now was right when it left."""


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
    gated = gate(project, items.asking(open_), found, span)
    gated = shared(gated, project.packs.dated)
    before = _letters_before(items.contacts, ~open_)[open_]
    gated = enveloped(gated, project.packs.dated, night.business_date, before)
    stands = pc.equal(gated.table["state"], STATES[ALLOWED])
    contacts = _with_answer(items.contacts.filter(pa.array(open_)), gated)
    desk_work = items.desk
    return Judgement(
        items=items, span=span, standing=contacts.filter(stands),
        desk=desk_work.filter(pa.array(_numbers(desk_work, issued) < 0)),
        withheld=contacts.filter(pc.invert(stands)).select(list(_WITHHELD)),
        pulled_back=_pulled_back(
            project, items, found,
            _numbers(items.contacts, issued.filter(pc.invert(issued["pulled_back"]))), span,
        ), earlier=len(issued),
    )  # fmt: skip


_WITHHELD = (
    "kind", "item", "channel", "document", "accounts", "state", "code", "reason_zh_CN", "reason_en",
)  # fmt: skip
_ANSWER = ("state", "opens", "closes", "code", "reason_zh_CN", "reason_en", "calls", "attempts")


def _numbers(rows: pa.Table, issued: pa.Table) -> np.ndarray:
    """The number in the ledger of each item, -1 of what was not let out yet."""
    names = [
        pc.binary_join_element_wise(t["kind"], t["item"].cast(pa.string()), "-")
        for t in (rows, issued)
    ]
    at = pc.index_in(names[0], value_set=names[1].combine_chunks())
    found: np.ndarray = issued["number"].take(at).fill_null(-1).to_numpy()
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
        table = table.append_column(name, gated.table[name])
    return table


def _pulled_back(
    project: Project, items: Items, found: Recalled, number: np.ndarray, span: tuple[int, int]
) -> pa.Table:
    """What was let out and is stopped now by something that a person said, a hold, or the law."""
    out: Bool = number >= 0
    gated = gate(project, items.asking(out), found, span, _lasting(project))
    table = _with_answer(items.contacts.filter(pa.array(out)), _without_shares(gated))
    table = table.append_column("issued", pa.array(number[out]))
    stopped = pc.not_equal(table["state"], STATES[ALLOWED])
    return table.filter(stopped).select(["issued", *_WITHHELD])


def _lasting(project: Project) -> tuple[Dated, ...]:
    return tuple(
        d for d in project.packs.dated
        if isinstance(d.limit, _LASTING)
        and not (isinstance(d.limit, WishLimit) and d.limit.honours == "inconvenient")
    )  # fmt: skip


def _without_shares(gated: Gated) -> Gated:
    nothing = pa.nulls(len(gated.table), pa.int64())
    table = gated.table.append_column("calls", nothing).append_column("attempts", nothing)
    return Gated(
        asked=gated.asked, facts=gated.facts, table=table, debt_row=gated.debt_row,
        accounts=gated.accounts,
    )  # fmt: skip
