"""The step of a ladder that a night takes, for many accounts at once.

Knows net days, what was issued and what holds. Everything follows from the data of the night: no
step is counted anywhere, so a night that was missed changes nothing but what was issued. Refuses to
know the ledger and customers.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from collectctl.columns import Bool, Ints
from collectctl.config import Bilingual
from collectctl.rules.ladders import Ladder

Days = np.ndarray[tuple[int, int], np.dtype[np.integer]]
"""A row for each step of a ladder, with a day number for each account."""
NEVER = -(2**60)
"""The day of issue of what was not issued."""
NONE = -1
"""The step of an account that takes none tonight."""
REASONS: Mapping[str, Bilingual] = {
    "step": Bilingual(zh_CN="本步今夜应发", en="this step is taken tonight"),
    "unknown": Bilingual(zh_CN="逾期天数缺失，不能判定", en="days past due are not known"),
    "held": Bilingual(zh_CN="停催期间，阶梯不前进", en="a hold stops the ladder"),
    "early": Bilingual(zh_CN="净逾期天数未到第一步", en="the first step is not due yet"),
    "issued": Bilingual(zh_CN="应发的步骤本轮已发", en="what is due was issued already"),
    "stay": Bilingual(zh_CN="前一通知的等待天数未满", en="the notice before it has to stay longer"),
}
"""Why a night takes a step, or none."""
_CODES = tuple(REASONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rungs:
    """What a night takes of a ladder; one element an account."""

    ladder: Ladder
    step: Ints
    """Position of the step in the ladder; NONE: no document tonight."""
    code: Ints
    """Position in `REASONS`."""

    @property
    def reason(self) -> pa.Array:
        """The code of each account's reason."""
        return pa.array(_CODES, pa.string()).take(pa.array(self.code))

    @property
    def document(self) -> pa.Array:
        """The document that goes out; missing for none."""
        return self._said([s.document for s in self.ladder.steps])

    @property
    def channels(self) -> pa.Array:
        """By which channels, joined by commas; missing where no document goes out."""
        return self._said([",".join(self.ladder.channels_of(s)) for s in self.ladder.steps])

    def shared(self, leader: Ints, held: Bool) -> "Rungs":
        """What the accounts of customers take, each of them what its leading account takes.

        An account whose own ladder stands still takes nothing.
        """
        step, code = self.step[leader], self.code[leader]
        stopped = held & (step != NONE)
        return Rungs(
            ladder=self.ladder,
            step=np.where(stopped, NONE, step),
            code=np.where(stopped, _CODES.index("held"), code),
        )

    def _said(self, texts: list[str]) -> pa.Array:
        return pa.array(texts, pa.string()).take(pa.array(self.step, mask=self.step == NONE))


def rung(ladder: Ladder, net: Ints, issued: Days, held: Bool, day: int) -> Rungs:
    """The step that each account takes on a day.

    `net` is the net day of each account, below zero where it is not known. `issued` has a row for
    each step: the day on which its notice was last issued within this episode, NEVER if it was not.
    `held` says whose ladder stands still. `day` is the day on which the contact would be made.
    """
    steps = ladder.steps
    was_issued = issued > NEVER
    due = np.searchsorted(np.array([s.after_days for s in steps]), net, "right") - 1
    step = _wanted(ladder, due, was_issued)
    owed = _first(due, was_issued, [k for k, s in enumerate(steps) if s.never_skip])
    step = np.where((owed != NONE) & ((step == NONE) | (owed < step)), owed, step)
    waits = np.zeros(len(net), np.bool_)
    for k, one in enumerate(steps):
        # However late a notice was let out, the next one does not go on the same day.
        waits |= was_issued[k] & (k < step) & (issued[k] + max(1, one.min_stay_days) > day)
    code = np.select(
        [net < 0, held, due == NONE, step == NONE, waits],
        [_CODES.index(c) for c in ("unknown", "held", "early", "issued", "stay")],
        _CODES.index("step"),
    )
    return Rungs(ladder=ladder, step=np.where(code == 0, step, NONE), code=code)


def _wanted(ladder: Ladder, due: Ints, was_issued: Bool) -> Ints:
    """The step by the ladder's own policy, before any that may not be skipped."""
    places = range(len(ladder.steps))
    if ladder.escalate == "by_sequence":
        last = np.full(len(due), NONE)
        for k in places:
            last[was_issued[k]] = k
        following = due if ladder.missed == "skip" else last + 1
        return np.where((last < following) & (following <= due), following, NONE)
    if ladder.missed == "step_through":
        return _first(due, was_issued, list(places))
    padded = np.vstack((was_issued, np.ones((1, len(due)), np.bool_)))
    return np.where(padded[due, np.arange(len(due))], NONE, due)


def _first(due: Ints, was_issued: Bool, places: list[int]) -> Ints:
    """The first of these steps that is due and was not issued."""
    found = np.full(len(due), NONE)
    for k in reversed(places):
        found[(k <= due) & ~was_issued[k]] = k
    return found
