"""What stands against a contact on the side of its debts: holds, time, notices, decisions."""

from dataclasses import replace

import numpy as np

from collectctl.columns import Bool, Ints
from collectctl.compliance.gate.facts import (
    NOBODY,
    OUTCOMES,
    STOPS,
    Asked,
    Facts,
    Memo,
    joined,
    named,
)
from collectctl.compliance.gate.moments import FOREVER, day_of, local_days, midnights
from collectctl.compliance.packs.reader import Dated
from collectctl.compliance.packs.shapes import (
    CHANNELS,
    STEPS,
    DecisionLimit,
    HoldLimit,
    NoticeLimit,
    TimeBarLimit,
)

_ALL = 1 << STOPS.index("all")
_CHANNELS = np.array([*(1 << STOPS.index(c) for c in CHANNELS), 0], np.int64)
_STEPS = np.array([*(1 << STOPS.index(s) for s in STEPS), 0], np.int64)
"""The bit of each channel and step; the last, which position -1 finds, is none."""


def hold_bar(found: Dated, asked: Asked, at: Ints, facts: Facts, memo: Memo) -> Ints:
    """Silent from the first day on which no hold stops the contact."""
    limit = found.limit
    assert isinstance(limit, HoldLimit)  # noqa: S101 - chosen by its type
    holds = facts.holds
    key = found.id, str(found.position)
    if key not in memo:
        memo[key] = _held(limit, asked, facts)
    rows, there = memo[key]
    day = local_days(at, facts.zone)[rows]
    now = (holds.starts[there] <= day) & (day < holds.ends[there])
    rows, there = rows[now], there[now]
    ends = holds.ends[there]
    free = np.where(ends >= FOREVER, FOREVER, midnights(np.minimum(ends, 2_000_000), facts.zone))
    barred = at.copy()
    np.maximum.at(barred, rows, free)
    return barred


def passed(found: Dated, asked: Asked, facts: Facts) -> Bool:
    """Rows that a hold would stop at the moment asked, if law did not demand their document."""
    limit = found.limit
    assert isinstance(limit, HoldLimit)  # noqa: S101 - chosen by its type
    through = named(asked.document, asked.documents, limit.passes)
    if not limit.passes or not through.any():
        return np.zeros(len(asked), np.bool_)
    strict = replace(found, limit=limit.model_copy(update={"passes": []}))
    barred: Bool = hold_bar(strict, asked, asked.at, facts, {}) > asked.at
    return barred & through & _holding(found, asked, facts)


def _holding(found: Dated, asked: Asked, facts: Facts) -> Bool:
    """Where the value that is looked at holds on the day asked, in the time of the bank."""
    days, value = local_days(asked.at, facts.zone), found.value
    last = FOREVER if value.to is None else day_of(value.to)
    holds: Bool = (days >= day_of(value.from_)) & (days <= last)
    return holds


def _held(limit: HoldLimit, asked: Asked, facts: Facts) -> tuple[Ints, Ints]:
    """Each row with each hold that stops it on the days of the hold."""
    holds = facts.holds
    by_debt, debt_hold = joined(asked.debt, holds.debt)
    by_person, person_hold = joined(asked.person, holds.person)
    rows = np.concatenate((asked.debt_row[by_debt], by_person))
    there = np.concatenate((debt_hold, person_hold))
    bits = _CHANNELS[asked.channel] | _STEPS[asked.step] | _ALL
    bits |= np.where(asked.purpose < 0, 0, 1 << (len(STOPS) + np.maximum(asked.purpose, 0)))
    passes = named(asked.document, asked.documents, limit.passes)
    stopped = ((holds.stops[there] & bits[rows]) != 0) & ~passes[rows]
    return rows[stopped], there[stopped]


def time_bar(found: Dated, asked: Asked, at: Ints, facts: Facts, _memo: Memo) -> Ints:
    """Silent until the first day on which one of the debts is barred by time, then no more."""
    assert isinstance(found.limit, TimeBarLimit)  # noqa: S101 - chosen by its type
    debts, there = joined(asked.debt, facts.barred_debt)
    rows = asked.debt_row[debts]
    over = facts.barred_day[there] <= local_days(at, facts.zone)[rows]
    barred = at.copy()
    barred[rows[over]] = FOREVER
    return barred


def notice_bar(found: Dated, asked: Asked, at: Ints, facts: Facts, memo: Memo) -> Ints:
    """Silent once each debt has a notice, handed over to the person, not returned, old enough."""
    limit = found.limit
    assert isinstance(limit, NoticeLimit)  # noqa: S101 - chosen by its type
    key = found.id, str(found.position)
    if key not in memo:
        lead = limit.values[found.position].days
        memo[key] = (_noticed_from(limit, lead, asked, facts),)
    return np.where(asked.step == STEPS.index(limit.step), np.maximum(at, memo[key][0]), at)


def _noticed_from(limit: NoticeLimit, lead: int, asked: Asked, facts: Facts) -> Ints:
    """From when on all debts of each row have their notice; FOREVER where one has none."""
    contacts = facts.contacts
    about = contacts.debt_row
    notice = named(contacts.document, contacts.documents, limit.documents)[about]
    about, debt = about[notice], contacts.debt[notice]
    needed = np.flatnonzero((asked.step == STEPS.index(limit.step))[asked.debt_row])
    width = int(max(asked.debt.max(initial=0), contacts.debt.max(initial=0))) + 1
    keys, place = np.unique(contacts.person[about] * width + debt, return_inverse=True)
    outcome, made_at = contacts.outcome[about], contacts.at[about]
    returned = outcome == OUTCOMES.index("returned")
    handed = outcome == OUTCOMES.index("handed_over")
    last = np.full(len(keys) + 1, -FOREVER)
    np.maximum.at(last, place[returned], made_at[returned])
    good = handed & (made_at > last[place])
    first = np.full(len(keys) + 1, FOREVER)
    np.minimum.at(first, place[good], made_at[good])
    if lead:
        first = np.where(
            first < FOREVER, midnights(local_days(first, facts.zone) + lead, facts.zone), FOREVER
        )
    wanted = asked.person[asked.debt_row[needed]] * width + asked.debt[needed]
    found = _position(keys, wanted)
    free = np.full(len(asked), -FOREVER)
    np.maximum.at(free, asked.debt_row[needed], first[found])
    return free


def decision_bar(found: Dated, asked: Asked, at: Ints, facts: Facts, memo: Memo) -> Ints:
    """Silent from the day on which the step is decided for each debt that the document is about."""
    limit = found.limit
    assert isinstance(limit, DecisionLimit)  # noqa: S101 - chosen by its type
    key = found.id, str(found.position)
    if key not in memo:
        memo[key] = (_decided_from(limit, asked, facts),)
    return np.maximum(at, memo[key][0])


def _decided_from(limit: DecisionLimit, asked: Asked, facts: Facts) -> Ints:
    """From when on all debts of each row that needs it are decided; FOREVER where one is not.

    A document about no debt in particular has no decision that it could rest on.
    """
    needs = named(asked.document, asked.documents, limit.documents)
    mine = (facts.decided_step == STEPS.index(limit.step)) & (facts.decided_debt >= 0)
    debts, place = np.unique(facts.decided_debt[mine], return_inverse=True)
    first = np.full(len(debts) + 1, FOREVER)
    np.minimum.at(first, place, midnights(facts.decided_day[mine], facts.zone))
    wanted = np.flatnonzero(needs[asked.debt_row])
    row = asked.debt_row[wanted]
    free = np.full(len(asked), -FOREVER)
    free[needs] = FOREVER
    free[row] = -FOREVER
    np.maximum.at(free, row, first[_position(debts, asked.debt[wanted])])
    return free


def _position(keys: Ints, wanted: Ints) -> Ints:
    """Where each wanted value stands in the sorted keys; -1: nowhere."""
    if not len(keys):
        return np.full(len(wanted), NOBODY)
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[place] == wanted, place, NOBODY)
