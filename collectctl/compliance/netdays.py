"""Days past due, days of grace, days held, and what is left of them: the net count of ladders.

Knows how holds that touch, overlap and contain each other become days. Refuses to know who set a
hold, and what a ladder does: classification, bureau and limitation never see these numbers.
"""

from dataclasses import dataclass

import numpy as np

from collectctl.columns import Bool, Ints

STOPS_LADDER = ("all", "ladder")
"""What a hold says of itself if it stops ladders."""
UNKNOWN = -1
"""The net count of an account whose days past due are not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spans:
    """Days on which ladders of accounts stand still; one element for each account and hold."""

    row: Ints
    """Position of the account."""
    starts: Ints
    """Day number of the first day."""
    ends: Ints
    """Day number of the first day after it; an open hold has one that lies far ahead."""

    def on(self, day: int, size: int) -> Bool:
        """Which of so many accounts are held on a day."""
        found = np.zeros(size, np.bool_)
        found[self.row[(self.starts <= day) & (day < self.ends)]] = True
        return found


def held_days(days_past_due: Ints, spans: Spans, day: int) -> Ints:
    """How many of the days past due are held, for each account.

    The days past due are those after `day - days_past_due` up to `day`, the business date. A day
    that several holds cover counts once; what is held before or after these days does not count.
    """
    held = np.zeros(len(days_past_due), np.int64)
    starts = np.maximum(spans.starts, day + 1 - days_past_due[spans.row])
    ends = np.minimum(spans.ends, day + 1)
    inside = starts < ends
    row, starts, ends = spans.row[inside], starts[inside], ends[inside]
    if not len(row):
        return held
    order = np.lexsort((starts, row))
    row, starts, ends = row[order], starts[order], ends[order]
    # Every account gets a stretch of its own, so that one running maximum serves all of them.
    base = int(starts.min())
    stretch = row * (day + 1 - base)
    starts, ends = stretch + starts - base, stretch + ends - base
    reached = np.concatenate((starts[:1], np.maximum.accumulate(ends)[:-1]))
    np.add.at(held, row, np.maximum(0, ends - np.maximum(starts, reached)))
    return held


def net_days(days_past_due: Ints, grace: int, held: Ints) -> Ints:
    """Days past due less grace and held days, never below zero.

    A day of grace that is held as well is taken off twice: what is in doubt is for the debtor.
    """
    net: Ints = np.maximum(0, days_past_due - grace - held)
    return net
