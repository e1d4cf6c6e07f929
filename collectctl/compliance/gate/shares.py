"""What caps leave of a day, and each row's share of it.

Several people work from one night's rows, none of them sees what the others do; so each row says
how many connected calls and how many attempts it may use, and no person, debt or number gets more
of them than its caps leave. Knows caps alone. Refuses to know who works a row.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from collectctl.columns import Bool, Ints
from collectctl.compliance.gate.bar_caps import ANSWERED, SENT, UNANSWERED, cap_pairs
from collectctl.compliance.gate.facts import Asked, Facts, channel_mask
from collectctl.compliance.gate.moments import FOREVER, day_of, local_days
from collectctl.compliance.packs.reader import Dated
from collectctl.compliance.packs.shapes import CHANNELS, CapLimit, CapValue, Channel

MESSAGES: tuple[Channel, ...] = ("sms", "email", "wechat")
UNLIMITED = 2**30
"""What is left where no cap says anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What one cap leaves of the day of each row."""

    cap: Dated
    calls: bool
    """Whether calls that are answered use it up."""
    attempts: bool
    """Whether calls that are not answered do."""
    row: Ints
    """Rows that the cap limits; of a cap on debts once for each of their debts."""
    group: Ints
    """The person, debt of a person or number of each of them, numbered from 0."""
    left: Ints
    """Of each group: how many more contacts fit into the window of its row with the fewest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remaining:
    """What is left of a day, row by row, before it is shared; rows of one group see the same."""

    calls: Ints
    """Answered calls; UNLIMITED where no cap counts them."""
    attempts: Ints
    """Calls that are not answered."""
    caps: tuple[Left, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """How many answered calls, and how many attempts without an answer, each row may use."""

    calls: Ints
    attempts: Ints


def remaining(asked: Asked, facts: Facts, limits: Sequence[Dated]) -> Remaining:
    """How many calls and attempts all blocking caps leave on the local day of each row's moment.

    Rows that are no calls have none. A message among the rows that a cap counts as well has taken
    its place before calls are shared out.
    """
    caps = tuple(
        left
        for limit in limits
        if isinstance(limit.limit, CapLimit) and limit.limit.mode == "block"
        for left in _left(limit, limit.limit, asked, facts)
    )
    calls = np.where(channel_mask(asked, ("call",)), UNLIMITED, 0)
    attempts = calls.copy()
    for cap in caps:
        if cap.calls:
            np.minimum.at(calls, cap.row, cap.left[cap.group])
        if cap.attempts:
            np.minimum.at(attempts, cap.row, cap.left[cap.group])
    return Remaining(calls=calls, attempts=attempts, caps=caps)


def _left(found: Dated, limit: CapLimit, asked: Asked, facts: Facts) -> list[Left]:
    value = limit.values[found.position]
    by_call = "call" in (limit.counted or limit.channels)
    calls = by_call and bool(set(ANSWERED) & set(limit.counts))
    attempts = by_call and bool(set(UNANSWERED) & set(limit.counts))
    days = local_days(asked.at, facts.zone)
    concerned = _holding(value, days) & channel_mask(asked, limit.channels)
    if not (calls or attempts) or not concerned.any():
        return []
    owner = asked.debt_row if limit.per == "debt" else np.arange(len(asked))
    left = value.most - _used(limit, value, asked, facts)
    keys = _keys(limit, asked)
    mine = np.flatnonzero(concerned[owner] & (keys >= 0))
    _, group = np.unique(keys[mine], return_inverse=True)
    least = np.full(int(group.max(initial=-1)) + 1, UNLIMITED)
    np.minimum.at(least, group, left[mine])
    called = asked.channel[owner[mine]] == CHANNELS.index("call")
    messages = channel_mask(asked, limit.counted or limit.channels)[owner[mine]] & ~called
    least -= np.bincount(group[messages], minlength=len(least))
    return [
        Left(
            cap=found, calls=calls, attempts=attempts, row=owner[mine][called],
            group=group[called], left=np.maximum(least, 0),
        )
    ]  # fmt: skip


def _keys(limit: CapLimit, asked: Asked) -> Ints:
    """Whose each row, or each debt of a row, is; negative where the cap says nothing of it."""
    if limit.per == "person":
        return asked.person
    if limit.per == "point":
        return asked.point
    width = int(asked.debt.max(initial=0)) + 1
    return asked.person[asked.debt_row] * width + asked.debt


def _used(limit: CapLimit, value: CapValue, asked: Asked, facts: Facts) -> Ints:
    """How many contacts lie in each window; of several zones in the one that has the most."""
    pair, there = cap_pairs(limit, asked, facts)
    owner = asked.debt_row if limit.per == "debt" else np.arange(len(asked))
    used = np.zeros(len(owner), np.int64)
    for number, zones in enumerate(asked.zones):
        mine = asked.zone[owner[pair]] == number
        for zone in zones if mine.any() else ():
            one = pair[mine]
            today = local_days(asked.at[owner[one]], zone)
            day = local_days(facts.contacts.at[there[mine]], zone)
            # what was made after the moment asked is counted too: it is of that day all the same
            inside = day > today - value.days
            used = np.maximum(used, np.bincount(one[inside], minlength=len(owner)))
    return used


def too_many_messages(
    asked: Asked, facts: Facts, limits: Sequence[Dated], order: Ints
) -> Iterator[tuple[Dated, Bool]]:
    """Each blocking cap on messages, with the rows of one night that go beyond what it leaves.

    Each message alone is within the cap; together they may not be. Lower ranks of `order` stay.
    """
    days = local_days(asked.at, facts.zone)
    for found in limits:
        limit = found.limit
        if not isinstance(limit, CapLimit) or limit.mode != "block":
            continue
        sent = [c for c in limit.counted or limit.channels if c in MESSAGES]
        value = limit.values[found.position]
        rows = channel_mask(asked, sent) & channel_mask(asked, limit.channels)
        rows &= _holding(value, days)
        if not set(SENT) & set(limit.counts) or not rows.any():
            continue
        owner = asked.debt_row if limit.per == "debt" else np.arange(len(asked))
        keys = _keys(limit, asked)
        mine = np.flatnonzero(rows[owner] & (keys >= 0))
        mine = mine[np.lexsort((order[owner[mine]], keys[mine]))]
        rank = np.arange(len(mine)) - np.searchsorted(keys[mine], keys[mine])
        beyond = np.zeros(len(asked), np.bool_)
        beyond[owner[mine[rank >= (value.most - _used(limit, value, asked, facts))[mine]]]] = True
        yield found, beyond


def _holding(value: CapValue, days: Ints) -> Bool:
    """On which of the days a value holds."""
    last = FOREVER if value.to is None else day_of(value.to)
    holds: Bool = (days >= day_of(value.from_)) & (days <= last)
    return holds


def share(left: Remaining, order: Ints) -> Shares:
    """What is left of one day, divided among its rows one by one, in the order given.

    `order` is the rank of each row: of what cannot be divided evenly, lower ranks get more. For no
    cap and none of its people, debts or numbers do the shares add up to more than it leaves.
    """
    pools = [_Pool(cap, order) for cap in left.caps]
    calls, attempts = (_Sharing(left.calls), _Sharing(left.attempts))
    by_calls = [pool for pool in pools if pool.cap.calls]
    by_attempts = [pool for pool in pools if pool.cap.attempts]
    while calls.wanting.any() or attempts.wanting.any():
        calls.round(by_calls)
        attempts.round(by_attempts)
    return Shares(calls=calls.found, attempts=attempts.found)


class _Pool:
    """What a cap still has, and how those who want one of it stand in line for it."""

    def __init__(self, cap: Left, order: Ints) -> None:
        self.cap = cap
        self._left = cap.left.copy()
        self._line = np.lexsort((order[cap.row], cap.group))
        self._row, self._group = cap.row[self._line], cap.group[self._line]
        self._first = np.searchsorted(self._group, np.arange(len(cap.left)))

    def empty(self, size: int) -> Bool:
        """Rows of which one of the groups has nothing left."""
        found = np.zeros(size, np.bool_)
        found[self._row[self._left[self._group] == 0]] = True
        return found

    def beyond(self, wanting: Bool) -> Bool:
        """Rows for which it would not last, if all that want one took it in their order."""
        before = np.concatenate(([0], np.cumsum(wanting[self._row])))
        rank = before[:-1] - before[self._first][self._group]
        found = np.zeros(len(wanting), np.bool_)
        found[self._row[rank >= self._left[self._group]]] = True
        return found

    def take(self, taking: Bool) -> None:
        """One less for each group of each row that takes."""
        self._left -= np.bincount(self._group[taking[self._row]], minlength=len(self._left))


class _Sharing:
    """One of the two that are shared: what each row has got, and whether it wants more."""

    def __init__(self, most: Ints) -> None:
        self.found = np.where(most == UNLIMITED, UNLIMITED, 0)
        self.wanting: Bool = (most > 0) & (most < UNLIMITED)

    def round(self, pools: Sequence[_Pool]) -> None:
        """One more for each row that wants it, as far as there is.

        Whoever comes first has rank 0 everywhere, so that each round gives something or ends it.
        """
        for pool in pools:
            self.wanting &= ~pool.empty(len(self.wanting))
        taking = self.wanting.copy()
        for pool in pools:
            taking &= ~pool.beyond(self.wanting)
        for pool in pools:
            pool.take(taking)
        self.found += taking
