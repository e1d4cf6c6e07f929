"""The gate: for each proposed contact allow, defer until a moment, or block, and by which limits.

Every limit says from which moment on it is silent; the contact may be made at the first moment at
which all that block are. Knows how limits act together. Refuses to know what any of them says.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from collectctl.columns import Bool, Ints
from collectctl.compliance.gate.bars import bars
from collectctl.compliance.gate.facts import Asked, Facts, Memo, taken
from collectctl.compliance.gate.moments import DAY, FOREVER, local_days, midnights, moments
from collectctl.compliance.packs.reader import Dated
from collectctl.compliance.packs.shapes import (
    CapLimit,
    ConsentLimit,
    HoursLimit,
    NoticeLimit,
    ThirdPersonLimit,
    UnusableLimit,
    WishLimit,
)

Answer = Literal["allow", "defer", "block"]
FEEDS = ("contacts", "wishes")
_ROUNDS = 400
"""How often a moment may be put off before it is said that none suits everything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What became of each contact that was asked about."""

    asked: Asked
    limits: tuple[Dated, ...]
    silent_from: tuple[Ints, ...]
    """For each limit the moment from which it is silent, looked at for the moment asked."""
    unknown: dict[str, Bool]
    """For each feed where it is not known as far as is needed."""
    moment: Ints
    """When the contact may be made: as asked, later, or FOREVER."""

    memo: Memo
    """What limits keep of these rows and facts, for further questions."""

    def answer(self, row: int) -> Answer:
        """What the gate says of one contact."""
        if self.moment[row] >= FOREVER:
            return "block"
        return "allow" if self.moment[row] == self.asked.at[row] else "defer"

    def speaking(self, row: int) -> tuple[tuple[Dated, int], ...]:
        """The limits that have something against the moment asked, with when they fall silent."""
        return tuple(
            (limit, int(silent[row]))
            for limit, silent in zip(self.limits, self.silent_from, strict=True)
            if silent[row] > self.asked.at[row]
        )


def judge(asked: Asked, facts: Facts, limits: Sequence[Dated]) -> Judged:
    """What may be done of all that is asked, and when.

    `limits` are all that may speak, of every day; those that only warn or inform change nothing.
    Where a limit counts contacts or asks for wishes and their feed is not known up to the beginning
    of the day, the contact is blocked.
    """
    memo: Memo = {}
    silent = tuple(bars(limits, asked, asked.at, facts, memo))
    blocking = [limit for limit in limits if limit.limit.mode == "block"]
    unknown = _unknown(asked, facts, blocking)
    moment = asked.at.copy()
    for limit, until in zip(limits, silent, strict=True):
        if limit.limit.mode == "block":
            moment = np.maximum(moment, until)
    for feed in unknown.values():
        moment[feed] = FOREVER
    moment = _settled(blocking, asked, moment, facts, memo)
    return Judged(
        asked=asked, limits=tuple(limits), silent_from=silent, unknown=unknown, moment=moment,
        memo=memo,
    )  # fmt: skip


def _settled(limits: Sequence[Dated], asked: Asked, moment: Ints, facts: Facts, memo: Memo) -> Ints:
    """For each row the first moment at which all are silent; FOREVER where none was found.

    A row that all are silent about is done. A few may be put off again and again, week by week, and
    only those are looked at further.
    """
    found, rows = moment.copy(), np.arange(len(asked))
    part, at, own = asked, moment, memo
    for _ in range(_ROUNDS):
        later = _later(limits, part, at, facts, own)
        moving = later != at
        if not moving.any():
            return found
        found[rows] = later
        if 2 * moving.sum() < len(moving):
            rows, part, later, own = rows[moving], taken(part, moving), later[moving], {}
        at = later
    found[rows[_later(limits, part, at, facts, own) != at]] = FOREVER
    return found


def _later(limits: Sequence[Dated], asked: Asked, at: Ints, facts: Facts, memo: Memo) -> Ints:
    found = at
    for silent in bars(limits, asked, at, facts, memo):
        found = np.maximum(found, silent)
    return np.minimum(found, FOREVER)


def _unknown(asked: Asked, facts: Facts, limits: Sequence[Dated]) -> dict[str, Bool]:
    """Where a feed that some limit needs is not known up to the beginning of the day."""
    needed = {feed for limit in limits for feed in _needs(limit)}
    today = midnights(local_days(asked.at, facts.zone), facts.zone)
    return {feed: facts.complete_to.get(feed, -FOREVER) < today for feed in FEEDS if feed in needed}


def _needs(found: Dated) -> Iterator[str]:
    """Feeds of which something that is missing could make the limit allow what it forbids."""
    limit = found.limit
    if isinstance(limit, CapLimit | NoticeLimit | UnusableLimit | ThirdPersonLimit):
        yield "contacts"
    # a refusal that is not known would leave consent in force
    lifted = isinstance(limit, HoursLimit) and (limit.consent_lifts or limit.named_hours)
    if lifted or isinstance(limit, WishLimit | ConsentLimit | ThirdPersonLimit):
        yield "wishes"


def windows(judged: Judged, facts: Facts) -> Ints:
    """Until when, exclusive, each contact may be made on the day of its moment.

    At most to the end of that day in the bank's zone; FOREVER where it may never be made. Between
    two moments at which a limit may begin to speak nothing changes, so only those are looked at.
    """
    asked, moment = judged.asked, judged.moment
    limits = [limit for limit in judged.limits if limit.limit.mode == "block"]
    open_ = moment < FOREVER
    start = np.where(open_, moment, asked.at)
    end = midnights(local_days(start, facts.zone) + 1, facts.zone)
    for edge in _edges(limits, asked, start, facts):
        inside = (edge > start) & (edge < end)
        if not inside.any():
            continue
        probe = np.where(inside, edge, start)
        closed = inside & (_later(limits, asked, probe, facts, judged.memo) != probe)
        end = np.where(closed, edge, end)
    return np.where(open_, end, FOREVER)


def _edges(limits: Sequence[Dated], asked: Asked, start: Ints, facts: Facts) -> Iterator[Ints]:
    """Moments of the day of `start` at which some limit may begin to speak."""
    zones = sorted({zone for zones in asked.zones for zone in zones})
    for zone in zones:
        day = local_days(start, zone)
        yield midnights(day + 1, zone)
        for limit in limits:
            if isinstance(limit.limit, HoursLimit):
                value = limit.limit.values[limit.position]
                yield moments(day * DAY + value.closes, zone, "first") + int(value.closes_included)
        begins = {edge for hours in facts.wishes.weekly for _, *edges in hours for edge in edges}
        for begin in sorted(begins):
            yield moments(day * DAY + begin, zone, "first")
    for ends in np.unique(facts.wishes.ends[facts.wishes.ends < FOREVER]):
        yield np.full(len(asked), ends, np.int64)
