"""One function for each kind of limit: from which moment on it has nothing against a contact.

All of them take rows and the moment each is looked at, and give the first moment, that one or a
later one, at which the limit is silent, as far as is known then; FOREVER where it never is. Knows
one limit at a time.
"""

from collections.abc import Callable, Mapping

import numpy as np

from collectctl.columns import Ints
from collectctl.compliance.gate.facts import (
    NOBODY,
    OUTCOMES,
    WISHES,
    Asked,
    Facts,
    channel_mask,
    joined,
)
from collectctl.compliance.gate.moments import (
    DAY,
    FOREVER,
    day_of,
    local_days,
    local_seconds,
    midnights,
    moments,
)
from collectctl.compliance.packs.reader import Dated
from collectctl.compliance.packs.shapes import (
    CHANNELS,
    CapLimit,
    CapValue,
    ConsentLimit,
    HoldLimit,
    HoursLimit,
    NoticeLimit,
    PartiesLimit,
    QuietDaysLimit,
    TimeBarLimit,
    WishLimit,
)

ROLES = ("principal", "joint_debtor", "guarantor", "supplementary", "contact", "representative")
WEEK = 7
_FIRST_THURSDAY = 3
"""1970-01-01 was a Thursday; Monday is 0."""
Memo = dict[tuple[str, int], Ints]
"""For caps, by limit and value: from when each row is free, whatever the moment asked."""
Bar = Callable[[Dated, Asked, Ints, Facts, Memo], Ints]


def bar(found: Dated, asked: Asked, at: Ints, facts: Facts, memo: Memo) -> Ints:
    """From which moment on, `at` or later, the limit is silent about each row.

    A value speaks on its own days alone, in the time of the bank. `memo` keeps what is the same for
    every moment; it is of these rows and facts alone.
    """
    function = _BARS.get(type(found.limit))
    if function is None or not len(asked):
        return at
    value = found.limit.values[found.position]
    days = local_days(at, facts.zone)
    holds = days >= day_of(value.from_)
    if value.to is not None:
        holds &= days <= day_of(value.to)
    return np.where(holds & (at < FOREVER), function(found, asked, at, facts, memo), at)


def by_zone(asked: Asked, made: Callable[[Ints, str], Ints]) -> Ints:
    """For each row the latest of what `made` gives in the zones in which the person may be."""
    found = np.zeros(len(asked), np.int64)
    for number, zones in enumerate(asked.zones):
        rows = np.flatnonzero(asked.zone == number)
        for zone in zones if len(rows) else ():
            found[rows] = np.maximum(found[rows], made(rows, zone))
    return found


# hours and days


def _hours(found: Dated, asked: Asked, at: Ints, facts: Facts, _memo: Memo) -> Ints:
    limit = found.limit
    assert isinstance(limit, HoursLimit)  # noqa: S101 - chosen by its type
    value = limit.values[found.position]
    opens = value.opens + (0 if value.opens_included else 1)
    closes = value.closes + (1 if value.closes_included else 0)

    def made(rows: Ints, zone: str) -> Ints:
        shown = local_seconds(at[rows], zone)
        day, second = shown // DAY, shown % DAY
        # an hour that comes twice must suit both times: it opens with the second of them
        today = moments(day * DAY + opens, zone, "second")
        tomorrow = moments((day + 1) * DAY + opens, zone, "second")
        early = np.where(at[rows] < today, today, at[rows])
        return np.where(second < opens, early, np.where(second < closes, early, tomorrow))

    barred = by_zone(asked, made)
    concerned = channel_mask(asked, limit.channels)
    if limit.consent_lifts:
        concerned = concerned & ~_wished(asked, at, facts, "consent")
    return np.where(concerned, barred, at)


def _quiet_days(found: Dated, asked: Asked, at: Ints, _facts: Facts, _memo: Memo) -> Ints:
    limit = found.limit
    assert isinstance(limit, QuietDaysLimit)  # noqa: S101 - chosen by its type
    quiet = np.array(sorted(day_of(d) for d in limit.values[found.position].days), np.int64)

    def made(rows: Ints, zone: str) -> Ints:
        day = local_days(at[rows], zone)
        return np.where(np.isin(day, quiet), midnights(day + 1, zone), at[rows])

    return np.where(channel_mask(asked, limit.channels), by_zone(asked, made), at)


# how often


def _cap(found: Dated, asked: Asked, at: Ints, facts: Facts, memo: Memo) -> Ints:
    limit = found.limit
    assert isinstance(limit, CapLimit)  # noqa: S101 - chosen by its type
    key = found.id, found.position
    if key not in memo:
        memo[key] = _free_from(limit, limit.values[found.position], asked, facts)
    return np.where(channel_mask(asked, limit.channels), np.maximum(at, memo[key]), at)


def _free_from(limit: CapLimit, value: CapValue, asked: Asked, facts: Facts) -> Ints:
    """From when on each row is within the cap, as long as no further contact is made."""
    free = np.full(len(asked), -FOREVER)
    if value.most == 0:
        return np.full(len(asked), FOREVER)
    contacts = facts.contacts
    counted = [CHANNELS.index(c) for c in (limit.counted or limit.channels)]
    outcomes = [OUTCOMES.index(o) for o in limit.counts]
    usable = np.isin(contacts.channel, counted) & np.isin(contacts.outcome, outcomes)
    if not limit.incoming:
        usable &= contacts.incoming == 0
    group, there = _pairs(limit.per, asked, facts, usable)
    owner = asked.debt_row if limit.per == "debt" else np.arange(len(asked))
    group, made_at = _latest(group, contacts.at[there], value.most)
    for number, zones in enumerate(asked.zones):
        mine = asked.zone[owner[group]] == number
        for zone in zones if mine.any() else ():
            after = midnights(local_days(made_at[mine], zone) + value.days, zone)
            np.maximum.at(free, owner[group[mine]], after)
    return free


def _pairs(per: str, asked: Asked, facts: Facts, usable: np.ndarray) -> tuple[Ints, Ints]:
    """Each asked row, or of a cap on debts each debt of one, with each contact that counts."""
    contacts = facts.contacts
    if per == "person":
        return joined(asked.person, np.where(usable, contacts.person, NOBODY))
    if per == "point":
        return joined(asked.point, np.where(usable, contacts.point, NOBODY))
    owners = asked.person[asked.debt_row]
    debts, there = joined(owners, np.where(usable, contacts.person, NOBODY))
    # a contact about no debt in particular counts for every debt of the person
    named = np.zeros(len(contacts.at), np.bool_)
    named[contacts.debt_row] = True
    width = int(max(asked.debt.max(initial=0), contacts.debt.max(initial=0))) + 1
    about = np.unique(contacts.debt_row * width + contacts.debt)
    same = np.isin(there * width + asked.debt[debts], about) | ~named[there]
    return debts[same], there[same]


def _latest(group: Ints, made_at: Ints, most: int) -> tuple[Ints, Ints]:
    """For each group that has so many, the moment of its `most`th latest.

    A window is full as long as that one lies in it, so this alone says until when it is.
    """
    order = np.lexsort((-made_at, group))
    group, made_at = group[order], made_at[order]
    places = np.arange(len(group))
    first = np.concatenate(([True], group[1:] != group[:-1]))[: len(group)]
    rank = places - np.maximum.accumulate(np.where(first, places, 0))
    return group[rank == most - 1], made_at[rank == most - 1]


# what people said


def _speaking(asked: Asked, facts: Facts, kind: str) -> tuple[Ints, Ints]:
    """Each asked row with each wish of the kind that is about it."""
    wishes = facts.wishes
    of_kind = wishes.kind == WISHES.index(kind)
    rows_p, by_person = joined(asked.person, np.where(of_kind, wishes.person, NOBODY))
    about_all = wishes.point[by_person] == NOBODY
    rows_a, by_point = joined(asked.point, np.where(of_kind, wishes.point, NOBODY))
    rows = np.concatenate((rows_p[about_all], rows_a))
    there = np.concatenate((by_person[about_all], by_point))
    named = wishes.channel[there]
    fits = (named == NOBODY) | (named == asked.channel[rows])
    return rows[fits], there[fits]


def _wished(asked: Asked, at: Ints, facts: Facts, kind: str) -> np.ndarray:
    """Where a wish of the kind is in force at the moment."""
    rows, there = _speaking(asked, facts, kind)
    wishes = facts.wishes
    now = (wishes.received[there] <= at[rows]) & (at[rows] < wishes.ends[there])
    found = np.zeros(len(asked), np.bool_)
    found[rows[now]] = True
    return found


def _wish(found: Dated, asked: Asked, at: Ints, facts: Facts, _memo: Memo) -> Ints:
    limit = found.limit
    assert isinstance(limit, WishLimit)  # noqa: S101 - chosen by its type
    rows, there = _speaking(asked, facts, limit.honours)
    wishes = facts.wishes
    now = (wishes.received[there] <= at[rows]) & (at[rows] < wishes.ends[there])
    rows, there = rows[now], there[now]
    barred = at.copy()
    if limit.honours == "inconvenient":
        _out_of_hours(asked, facts, rows, there, barred)
    else:
        ends = wishes.ends[there]
        if limit.honours == "refusal":
            ends = _consented_again(asked, facts, rows, there, ends)
        np.maximum.at(barred, rows, ends)
    return np.where(channel_mask(asked, limit.channels), barred, at)


def _consented_again(asked: Asked, facts: Facts, rows: Ints, there: Ints, ends: Ints) -> Ints:
    """A refusal ends with the consent that the person gives after it."""
    wishes = facts.wishes
    given_rows, given = _speaking(asked, facts, "consent")
    found = ends.copy()
    for n, (row, wish) in enumerate(zip(rows, there, strict=True)):
        mine = given[given_rows == row]
        later = wishes.received[mine][wishes.received[mine] > wishes.received[wish]]
        if len(later):
            found[n] = min(found[n], int(later.min()))
    return found


def _out_of_hours(asked: Asked, facts: Facts, rows: Ints, there: Ints, barred: Ints) -> None:
    """Moves what falls into hours that a person named to the end of those hours."""
    for row, wish in zip(rows, there, strict=True):
        for zone in asked.zones[asked.zone[row]]:
            shown = int(local_seconds(barred[row : row + 1], zone)[0])
            day, second = divmod(shown, DAY)
            for weekday, start, end in facts.wishes.weekly[wish]:
                if (day + _FIRST_THURSDAY) % WEEK == weekday and start <= second < end:
                    free = moments(np.array([day * DAY + end]), zone, "second")
                    barred[row] = max(barred[row], int(free[0]))


def _consent(found: Dated, asked: Asked, at: Ints, facts: Facts, _memo: Memo) -> Ints:
    limit = found.limit
    assert isinstance(limit, ConsentLimit)  # noqa: S101 - chosen by its type
    needed = channel_mask(asked, limit.channels) & ~_wished(asked, at, facts, "consent")
    return np.where(needed, FOREVER, at)


# who, and what is on hold


def _parties(found: Dated, asked: Asked, at: Ints, _facts: Facts, _memo: Memo) -> Ints:
    limit = found.limit
    assert isinstance(limit, PartiesLimit)  # noqa: S101 - chosen by its type
    allowed = [ROLES.index(r) for r in limit.values[found.position].roles]
    return np.where(np.isin(asked.role, allowed), at, FOREVER)


def _hold(found: Dated, asked: Asked, at: Ints, facts: Facts, _memo: Memo) -> Ints:
    limit = found.limit
    assert isinstance(limit, HoldLimit)  # noqa: S101 - chosen by its type
    holds = facts.holds
    by_debt, debt_hold = joined(asked.debt, holds.debt)
    by_person, person_hold = joined(asked.person, holds.person)
    rows = np.concatenate((asked.debt_row[by_debt], by_person))
    there = np.concatenate((debt_hold, person_hold))
    stopped = np.array(
        [
            bool(holds.stops[h] & {"all", CHANNELS[asked.channel[r]], asked.step[r]})
            and asked.document[r] not in limit.passes
            for r, h in zip(rows, there, strict=True)
        ],
        np.bool_,
    )
    rows, there = rows[stopped], there[stopped]
    day = local_days(at[rows], facts.zone)
    now = (holds.starts[there] <= day) & (day < holds.ends[there])
    rows, there = rows[now], there[now]
    ends = holds.ends[there]
    free = np.where(ends >= FOREVER, FOREVER, midnights(np.minimum(ends, 2_000_000), facts.zone))
    barred = at.copy()
    np.maximum.at(barred, rows, free)
    return barred


def _time_bar(found: Dated, asked: Asked, at: Ints, facts: Facts, _memo: Memo) -> Ints:
    limit = found.limit
    assert isinstance(limit, TimeBarLimit)  # noqa: S101 - chosen by its type
    first = np.array([facts.barred_from.get(int(d), FOREVER) for d in asked.debt], np.int64)
    over = first <= local_days(at, facts.zone)[asked.debt_row]
    barred = at.copy()
    barred[asked.debt_row[over]] = FOREVER
    return barred


def _notice(found: Dated, asked: Asked, at: Ints, facts: Facts, _memo: Memo) -> Ints:
    """Each debt needs a notice that was handed over, not returned since, and old enough."""
    limit = found.limit
    assert isinstance(limit, NoticeLimit)  # noqa: S101 - chosen by its type
    contacts, lead = facts.contacts, limit.values[found.position].days
    is_notice = np.array([d in limit.documents for d in contacts.document], np.bool_)
    handed = is_notice & (contacts.outcome == OUTCOMES.index("handed_over"))
    returned = is_notice & (contacts.outcome == OUTCOMES.index("returned"))
    barred = at.copy()
    for row, debt in zip(asked.debt_row, asked.debt, strict=True):
        if asked.step[row] != limit.step:
            continue
        about = contacts.debt_row[contacts.debt == debt]
        mine = about[contacts.person[about] == asked.person[row]]
        last = contacts.at[mine[returned[mine]]].max(initial=-FOREVER)
        good = contacts.at[mine[handed[mine]]]
        good = good[good > last]
        if not len(good):
            barred[row] = FOREVER
            continue
        day = local_days(good.min(keepdims=True), facts.zone) + lead
        if lead:
            barred[row] = max(barred[row], int(midnights(day, facts.zone)[0]))
    return barred


_BARS: Mapping[type, Bar] = {
    HoursLimit: _hours, QuietDaysLimit: _quiet_days, CapLimit: _cap, WishLimit: _wish,
    ConsentLimit: _consent, PartiesLimit: _parties, HoldLimit: _hold, TimeBarLimit: _time_bar,
    NoticeLimit: _notice,
}  # fmt: skip
