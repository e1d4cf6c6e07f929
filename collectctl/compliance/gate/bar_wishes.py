"""What people said: consent and its end, refusals, opt-outs, cease, hours that do not suit them.

A wish about certain debts is about contacts that are about one of them; a wish about none is about
everything. Consent alone is read the other way: it covers a contact only with all of its debts.
"""

from collections.abc import Sequence

import numpy as np

from collectctl.columns import Bool, Ints
from collectctl.compliance.gate.facts import (
    NOBODY,
    WISHES,
    Asked,
    Facts,
    Memo,
    Weekly,
    Wishes,
    channel_mask,
    joined,
    sharing,
)
from collectctl.compliance.gate.moments import DAY, FOREVER, local_seconds, moments
from collectctl.compliance.packs.reader import Dated
from collectctl.compliance.packs.shapes import ConsentLimit, WishLimit

WEEK = 7
_FIRST_THURSDAY = 3
"""1970-01-01 was a Thursday; Monday is 0."""


def speaking(asked: Asked, facts: Facts, memo: Memo, kind: str) -> tuple[Ints, Ints]:
    """Each asked row with each wish of the kind that is about it, whenever it was received."""
    key = "speaking", kind
    if key not in memo:
        memo[key] = _speaking(asked, facts, kind)
    rows, there = memo[key]
    return rows, there


def _speaking(asked: Asked, facts: Facts, kind: str) -> tuple[Ints, Ints]:
    wishes = facts.wishes
    of_kind = np.flatnonzero(wishes.kind == WISHES.index(kind))
    about_all = of_kind[wishes.point[of_kind] == NOBODY]
    rows_p, by_person = joined(asked.person, wishes.person[about_all])
    rows_a, by_point = joined(asked.point, wishes.point[of_kind])
    rows = np.concatenate((rows_p, rows_a))
    there = np.concatenate((about_all[by_person], of_kind[by_point]))
    channel = wishes.channel[there]
    fits = (channel == NOBODY) | (channel == asked.channel[rows])
    rows, there = rows[fits], there[fits]
    fits = _about(asked, wishes, rows, there, kind)
    return rows[fits], there[fits]


def _about(asked: Asked, wishes: Wishes, rows: Ints, there: Ints, kind: str) -> Bool:
    """Which of the pairs are about a debt of each other, or about everything."""
    if kind == "opt_out" or not len(wishes.debt_row):
        # a number or address that somebody does not want used is not used for any debt
        return np.ones(len(rows), np.bool_)
    named = np.bincount(wishes.debt_row, minlength=len(wishes.kind))[there]
    mine = np.bincount(asked.debt_row, minlength=len(asked))[rows]
    shared = np.zeros(len(rows), np.int64)
    some = np.flatnonzero(named > 0)
    shared[some] = sharing(
        (rows[some], there[some]), (asked.debt_row, asked.debt), (wishes.debt_row, wishes.debt)
    )
    covers = (shared == mine) & (mine > 0) if kind == "consent" else (shared > 0) | (mine == 0)
    found: Bool = (named == 0) | covers
    return found


def heard(asked: Asked, at: Ints, facts: Facts, kind: str) -> Bool:
    """Where the person, or somebody about the number, ever said so, on whatever channel it was."""
    wishes = facts.wishes
    of_kind = np.flatnonzero(wishes.kind == WISHES.index(kind))
    found = np.zeros(len(asked), np.bool_)
    for mine, theirs in ((asked.person, wishes.person), (asked.point, wishes.point)):
        rows, there = joined(mine, theirs[of_kind])
        found[rows[wishes.received[of_kind[there]] <= at[rows]]] = True
    return found


def consented(asked: Asked, at: Ints, facts: Facts, memo: Memo) -> Bool:
    """Where consent is in force at the moment and no refusal came after it."""
    rows, there = speaking(asked, facts, memo, "consent")
    wishes = facts.wishes
    good = (wishes.received[there] <= at[rows]) & (at[rows] < wishes.ends[there])
    rows, there = rows[good], there[good]
    refused_rows, refused = speaking(asked, facts, memo, "refusal")
    pair, other = joined(rows, refused_rows)
    since = wishes.received[refused[other]]
    over = (wishes.received[there[pair]] <= since) & (since <= at[rows[pair]])
    left = np.ones(len(rows), np.bool_)
    left[pair[over]] = False
    found = np.zeros(len(asked), np.bool_)
    found[rows[left]] = True
    return found


def consent_bar(found: Dated, asked: Asked, at: Ints, facts: Facts, memo: Memo) -> Ints:
    """Silent where the person consented; it is not known that they ever will."""
    limit = found.limit
    assert isinstance(limit, ConsentLimit)  # noqa: S101 - chosen by its type
    needed = channel_mask(asked, limit.channels) & ~consented(asked, at, facts, memo)
    return np.where(needed, FOREVER, at)


def wish_bar(found: Dated, asked: Asked, at: Ints, facts: Facts, memo: Memo) -> Ints:
    """Silent until a wish was received and from its end on."""
    limit = found.limit
    assert isinstance(limit, WishLimit)  # noqa: S101 - chosen by its type
    rows, there = speaking(asked, facts, memo, limit.honours)
    wishes = facts.wishes
    now = (wishes.received[there] <= at[rows]) & (at[rows] < wishes.ends[there])
    rows, there = rows[now], there[now]
    barred = at.copy()
    if limit.honours == "inconvenient":
        _out_of_hours(asked, facts, rows, there, barred)
    elif limit.honours == "convenient":
        _into_hours(asked, facts, rows, there, barred)
    else:
        ends = wishes.ends[there]
        if limit.honours == "refusal":
            ends = _consented_again(asked, at, facts, memo, (rows, there))
        np.maximum.at(barred, rows, ends)
    return np.where(channel_mask(asked, limit.channels), barred, at)


def _consented_again(
    asked: Asked, at: Ints, facts: Facts, memo: Memo, pairs: tuple[Ints, Ints]
) -> Ints:
    """Until when each refusal speaks: consent given after it silences it while that lasts."""
    rows, there = pairs
    wishes = facts.wishes
    given_rows, given = speaking(asked, facts, memo, "consent")
    pair, other = joined(rows, given_rows)
    begins, ends = wishes.received[given[other]], wishes.ends[given[other]]
    later = (begins > wishes.received[there[pair]]) & (ends > at[rows[pair]])
    found = wishes.ends[there]
    np.minimum.at(found, pair[later], np.maximum(begins, at[rows[pair]])[later])
    return found


def _out_of_hours(asked: Asked, facts: Facts, rows: Ints, there: Ints, barred: Ints) -> None:
    """Moves what falls into hours that a person named to the end of those hours."""
    flat = [(wish, *hours) for wish in np.unique(there) for hours in facts.wishes.weekly[int(wish)]]
    wish, weekday, start, end = np.array(flat, np.int64).reshape(-1, 4).T
    pair, hours = joined(there, wish)
    row = rows[pair]
    for number, zones in enumerate(asked.zones):
        mine = asked.zone[row] == number
        for zone in zones if mine.any() else ():
            one, said = row[mine], hours[mine]
            shown = local_seconds(barred[one], zone)
            day, second = shown // DAY, shown % DAY
            inside = (day + _FIRST_THURSDAY) % WEEK == weekday[said]
            inside &= (start[said] <= second) & (second < end[said])
            free = moments(day[inside] * DAY + end[said][inside], zone, "second")
            np.maximum.at(barred, one[inside], free)


def named_hours(asked: Asked, at: Ints, facts: Facts, memo: Memo) -> Bool:
    """Where hours that the person named as convenient stand at the moment."""
    rows, there = speaking(asked, facts, memo, "convenient")
    wishes = facts.wishes
    found = np.zeros(len(asked), np.bool_)
    now = (wishes.received[there] <= at[rows]) & (at[rows] < wishes.ends[there])
    found[rows[now]] = True
    return found


def _into_hours(asked: Asked, facts: Facts, rows: Ints, there: Ints, barred: Ints) -> None:
    """Moves what falls out of the hours that a person named to the next of them.

    Of several such wishes, as of several zones, only hours that suit all are open.
    """
    start_at = barred.copy()
    for number, zones in enumerate(asked.zones):
        mine = asked.zone[rows] == number
        for zone in zones if mine.any() else ():
            one, wish = rows[mine], there[mine]
            found = _next_hours(start_at[one], [facts.wishes.weekly[int(w)] for w in wish], zone)
            np.maximum.at(barred, one, found)


def _next_hours(at: Ints, weekly: Sequence[Weekly], zone: str) -> Ints:
    """For each moment the first at or after it within its hours; FOREVER where there are none."""
    shown = local_seconds(at, zone)
    found = np.full(len(at), FOREVER)
    flat = [(n, *hours) for n, some in enumerate(weekly) for hours in some]
    place, weekday, start, end = np.array(flat, np.int64).reshape(-1, 4).T
    day, second = shown[place] // DAY, shown[place] % DAY
    ahead = (weekday - (day + _FIRST_THURSDAY)) % WEEK
    over = (ahead == 0) & (second >= end)
    opens = moments((day + ahead + WEEK * over) * DAY + start, zone, "second")
    np.minimum.at(found, place, np.maximum(opens, at[place]))
    return found
