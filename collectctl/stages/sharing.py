"""What the rows of one night do to each other: graver tasks, shares of the day, letters too many.

Joins what the gate allowed with what its limits leave. Refuses to know who works a row.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from collectctl.calendar import day_number
from collectctl.columns import Bool, Ints
from collectctl.compliance.gate.envelopes import too_many_letters
from collectctl.compliance.gate.facts import Asked, Facts, taken
from collectctl.compliance.gate.shares import (
    MESSAGES,
    UNLIMITED,
    remaining,
    share,
    too_many_messages,
)
from collectctl.compliance.packs.reader import Dated
from collectctl.compliance.packs.shapes import CapLimit
from collectctl.config import Bilingual
from collectctl.stages.gate_words import words_of
from collectctl.stages.gated import ALLOWED, DEFERRED, STATES, Gated

NO_SHARE = "no-share"
"""Why a call waits: others who have the number, or other debts, use up what is left of the day."""
NO_SHARE_WORDS = Bilingual(
    zh_CN="当日次数已由同一号码的其他人用尽",
    en="others who have this number use up what is left of the day",
)


def gravest(gated: Gated) -> Gated:
    """Without the tasks that a graver allowed one of the same account makes needless."""
    table = gated.table
    at = np.flatnonzero(
        pc.and_(
            pc.equal(table["kind"], "task"), pc.equal(table["state"], STATES[ALLOWED])
        ).to_numpy()
    )  # fmt: skip
    accounts = _accounts(gated, at)
    last = np.full(int(accounts.max(initial=-1)) + 1, -1)
    # rows of an account stand from the lightest task to the gravest
    np.maximum.at(last, accounts, at)
    needless = np.zeros(len(table), np.bool_)
    needless[at[last[accounts] != at]] = True
    return _kept(gated, ~needless)


def _accounts(gated: Gated, rows: Ints) -> Ints:
    """A number for the account of each of these rows, which are about one each."""
    place = np.searchsorted(gated.debt_row, rows)
    found = gated.accounts.take(pa.array(place)).dictionary_encode().indices
    numbers: Ints = found.to_numpy().astype(np.int64)
    return numbers


def _kept(gated: Gated, keep: Bool) -> Gated:
    mine = keep[gated.debt_row]
    return replace(
        gated, asked=taken(gated.asked, keep), table=gated.table.filter(pa.array(keep)),
        debt_row=taken(gated.asked, keep).debt_row, accounts=gated.accounts.filter(pa.array(mine)),
    )  # fmt: skip


def within_caps(gated: Gated, limits: Sequence[Dated]) -> Gated:
    """With the messages put off that are more than a cap leaves for all of the night together."""
    table = gated.table
    for found in limits:
        limit = found.limit
        if not isinstance(limit, CapLimit) or not set(MESSAGES) & set(limit.channels):
            continue
        allowed = pc.equal(table["state"], STATES[ALLOWED]).to_numpy()
        asked = taken(gated.asked, allowed)
        order = np.arange(len(asked))
        for cap, beyond in too_many_messages(asked, gated.facts, [found], order):
            table = put_off(table, np.flatnonzero(allowed)[beyond], cap.id, words_of(cap))
    return replace(gated, table=table)


def shared(gated: Gated, limits: Sequence[Dated]) -> Gated:
    """With `calls` and `attempts`, the share of the day that each allowed call carries.

    Missing where no cap counts them or it is no call. A person none of whose calls has both is not
    called: the call is deferred. Of several accounts of a person one call may have the whole share
    and the others none; they are spoken of in that one.
    """
    table = gated.table
    by_phone = pc.equal(table["channel"], "call").fill_null(False)
    calls = pc.and_(pc.equal(table["kind"], "task"), by_phone)
    scripts = pc.and_(pc.equal(table["kind"], "document"), by_phone)
    allowed = pc.equal(table["state"], STATES[ALLOWED])
    counted = pc.and_not(allowed, scripts).to_numpy()
    asked = taken(gated.asked, counted)
    sharing = pc.and_(allowed, calls).to_numpy()
    mine = sharing[counted]
    share_of_calls, share_of_attempts = _usable_shares(asked, mine, gated.facts, limits)
    table = _with_column(table, "calls", sharing, share_of_calls[mine])
    table = _with_column(table, "attempts", sharing, share_of_attempts[mine])
    able = np.zeros(int(asked.person.max(initial=-1)) + 1, np.bool_)
    able[asked.person[mine & (share_of_calls > 0)]] = True
    left_out = np.flatnonzero(sharing)[~able[asked.person[mine]]]
    return replace(gated, table=put_off(table, left_out, NO_SHARE, NO_SHARE_WORDS))


def _usable_shares(
    asked: Asked, calling: Bool, facts: Facts, limits: Sequence[Dated]
) -> tuple[Ints, Ints]:
    """Answered calls and attempts of each row; a call that lacks one of them has neither.

    Nobody knows before dialling whether it will be answered. What such rows cannot use goes to the
    others.
    """
    every = np.ones(len(asked), np.bool_)
    able = ~calling | _has_both(*_shares(asked, every, facts, limits))
    calls, attempts = _shares(asked, able, facts, limits)
    able = ~calling | _has_both(calls, attempts)
    return np.where(able, calls, 0), np.where(able, attempts, 0)


def _has_both(calls: Ints, attempts: Ints) -> Bool:
    found: Bool = (calls > 0) & (attempts > 0)
    return found


def _shares(asked: Asked, among: Bool, facts: Facts, limits: Sequence[Dated]) -> tuple[Ints, Ints]:
    """What is left of the day, divided among some of the rows; the others have nothing."""
    some = taken(asked, among)
    found = share(remaining(some, facts, limits), np.arange(len(some)))
    calls, attempts = np.zeros(len(asked), np.int64), np.zeros(len(asked), np.int64)
    calls[among], attempts[among] = found.calls, found.attempts
    return calls, attempts


def _with_column(table: pa.Table, name: str, where: Bool, values: Ints) -> pa.Table:
    column = np.full(len(table), UNLIMITED)
    column[where] = values
    return table.append_column(name, pa.array(column, mask=column >= UNLIMITED))


def enveloped(
    gated: Gated, limits: Sequence[Dated], business_date: date, before: Ints | None = None
) -> Gated:
    """With the letters put off that are more than one addressee gets in one night.

    The first of an addressee stay. `before` has for each row how many letters its addressee was
    given for this night already.
    """
    allowed = pc.and_(
        pc.equal(gated.table["state"], STATES[ALLOWED]), pc.equal(gated.table["kind"], "document")
    ).to_numpy()
    asked = taken(gated.asked, allowed)
    earlier = None if before is None else before[allowed]
    order, table = np.arange(len(asked)), gated.table
    for found, beyond in too_many_letters(asked, limits, day_number(business_date), order, earlier):
        if found.limit.mode == "block":
            rows = np.flatnonzero(allowed)[beyond]
            table = put_off(table, rows, found.id, words_of(found))
    return replace(gated, table=table)


def put_off(table: pa.Table, rows: Ints, code: str, words: Bilingual) -> pa.Table:
    """The table with these rows put off to another night, for a reason that no limit has."""
    where = np.zeros(len(table), np.bool_)
    where[rows] = True
    mask = pa.array(where)
    nothing = pa.scalar(None, pa.int64())
    for name, value in {
        "state": STATES[DEFERRED], "code": code, "reason_zh_CN": words.zh_CN,
        "reason_en": words.en, "opens": nothing, "closes": nothing, "calls": nothing,
        "attempts": nothing,
    }.items():  # fmt: skip
        if name in table.column_names:
            column = pc.if_else(mask, value, table[name])
            table = table.set_column(table.column_names.index(name), name, column)
    return table
