"""How often within how many days: for each person, debt of a person, number or address.

A window of so many days is full exactly as long as the latest contact but so many lies in it, so
that contact's day alone says when it is free again.
"""

import numpy as np

from collectctl.columns import Bool, Ints
from collectctl.compliance.gate.facts import (
    OUTCOMES,
    Asked,
    Contacts,
    Facts,
    Memo,
    among,
    channel_mask,
    joined,
)
from collectctl.compliance.gate.moments import FOREVER, local_days, midnights
from collectctl.compliance.packs.reader import Dated
from collectctl.compliance.packs.shapes import CHANNELS, CapLimit, CapValue, Outcome

ANSWERED: tuple[Outcome, ...] = ("connected", "conversation")
UNANSWERED: tuple[Outcome, ...] = ("unanswered", "voicemail", "busy", "not_in_service")
SENT: tuple[Outcome, ...] = ("sent", "delivered")
FAMILIES = (ANSWERED, UNANSWERED, SENT)
"""What may become of a contact that was let out, each named by its first outcome until it is known:
a cap that counts one of them has to count it."""


def cap_bar(found: Dated, asked: Asked, at: Ints, facts: Facts, memo: Memo) -> Ints:
    """Silent from the day on which one of the contacts that fill the window has left it."""
    limit = found.limit
    assert isinstance(limit, CapLimit)  # noqa: S101 - chosen by its type
    key = found.id, str(found.position)
    if key not in memo:
        memo[key] = (_free_from(limit, limit.values[found.position], asked, facts),)
    return np.where(channel_mask(asked, limit.channels), np.maximum(at, memo[key][0]), at)


def _free_from(limit: CapLimit, value: CapValue, asked: Asked, facts: Facts) -> Ints:
    """From when on each row is within the cap, as long as no further contact is made."""
    free = np.full(len(asked), -FOREVER)
    if value.most == 0:
        return np.full(len(asked), FOREVER)
    group, there = cap_pairs(limit, asked, facts)
    owner = asked.debt_row if limit.per == "debt" else np.arange(len(asked))
    group, made_at = _latest(group, facts.contacts.at[there], value.most)
    for number, zones in enumerate(asked.zones):
        mine = asked.zone[owner[group]] == number
        for zone in zones if mine.any() else ():
            after = midnights(local_days(made_at[mine], zone) + value.days, zone)
            np.maximum.at(free, owner[group[mine]], after)
    return free


def counting(limit: CapLimit, contacts: Contacts) -> Bool:
    """Which contacts a cap counts."""
    counted = [CHANNELS.index(c) for c in (limit.counted or limit.channels)]
    outcomes = [OUTCOMES.index(o) for o in limit.counts]
    may_become = [OUTCOMES.index(f[0]) for f in FAMILIES if set(f) & set(limit.counts)]
    of_outcome = np.where(
        contacts.allotted, np.isin(contacts.outcome, may_become),
        np.isin(contacts.outcome, outcomes),
    )  # fmt: skip
    found: Bool = np.isin(contacts.channel, counted) & of_outcome
    return found if limit.incoming else found & (contacts.incoming == 0)


def cap_pairs(limit: CapLimit, asked: Asked, facts: Facts) -> tuple[Ints, Ints]:
    """Each asked row, or of a cap on debts each debt of one, with each contact that counts."""
    contacts = facts.contacts
    usable = np.flatnonzero(counting(limit, contacts))
    if limit.per != "debt":
        mine, theirs = (
            (asked.person, contacts.person) if limit.per == "person"
            else (asked.point, contacts.point)
        )  # fmt: skip
        rows, there = joined(mine, theirs[usable])
        return rows, usable[there]
    debts, there = joined(asked.person[asked.debt_row], contacts.person[usable])
    there = usable[there]
    # a contact about no debt in particular counts for every debt of the person
    named = np.zeros(len(contacts.at), np.bool_)
    named[contacts.debt_row] = True
    width = int(max(asked.debt.max(initial=0), contacts.debt.max(initial=0))) + 1
    about = contacts.debt_row * width + contacts.debt
    same = among(there * width + asked.debt[debts], about) | ~named[there]
    return debts[same], there[same]


def _latest(group: Ints, made_at: Ints, most: int) -> tuple[Ints, Ints]:
    """For each group that has so many, the moment of its `most`th latest."""
    order = np.lexsort((-made_at, group))
    group, made_at = group[order], made_at[order]
    places = np.arange(len(group))
    first = np.concatenate(([True], group[1:] != group[:-1]))[: len(group)]
    rank = places - np.maximum.accumulate(np.where(first, places, 0))
    return group[rank == most - 1], made_at[rank == most - 1]
