"""From which moment on a limit has nothing against a contact: one function for each kind.

All of them take rows and the moment each is looked at, and give the first moment, that one or a
later one, at which the limit is silent, as far as is known then; FOREVER where it never is. Knows
one limit at a time.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from collectctl.columns import Ints
from collectctl.compliance.gate.bar_caps import cap_bar
from collectctl.compliance.gate.bar_debts import decision_bar, hold_bar, notice_bar, time_bar
from collectctl.compliance.gate.bar_hours import hours_bar, quiet_days_bar
from collectctl.compliance.gate.bar_parties import parties_bar, third_person_bar
from collectctl.compliance.gate.bar_points import unusable_bar
from collectctl.compliance.gate.bar_wishes import consent_bar, wish_bar
from collectctl.compliance.gate.facts import Asked, Facts, Memo
from collectctl.compliance.gate.moments import FOREVER, day_of, local_days
from collectctl.compliance.packs.reader import Dated
from collectctl.compliance.packs.shapes import (
    CapLimit,
    ConsentLimit,
    DecisionLimit,
    HoldLimit,
    HoursLimit,
    NoticeLimit,
    PartiesLimit,
    QuietDaysLimit,
    ThirdPersonLimit,
    TimeBarLimit,
    UnusableLimit,
    WishLimit,
)

Bar = Callable[[Dated, Asked, Ints, Facts, Memo], Ints]
BARS: Mapping[type, Bar] = {
    HoursLimit: hours_bar, QuietDaysLimit: quiet_days_bar, CapLimit: cap_bar, WishLimit: wish_bar,
    ConsentLimit: consent_bar, PartiesLimit: parties_bar, ThirdPersonLimit: third_person_bar,
    UnusableLimit: unusable_bar, HoldLimit: hold_bar, TimeBarLimit: time_bar,
    NoticeLimit: notice_bar, DecisionLimit: decision_bar,
}  # fmt: skip
"""The function that enforces each kind; what stands here is also what the pack page names."""


def bars(
    limits: Sequence[Dated], asked: Asked, at: Ints, facts: Facts, memo: Memo
) -> Iterator[Ints]:
    """For each limit from which moment on, `at` or later, it is silent about each row.

    A value speaks on its own days alone, in the time of the bank. `memo` keeps what is the same for
    every moment; it is of these rows and facts alone.
    """
    days = local_days(at, facts.zone)
    for found in limits:
        function = BARS.get(type(found.limit))
        holds = (days >= day_of(found.value.from_)) & (at < FOREVER)
        if found.value.to is not None:
            holds &= days <= day_of(found.value.to)
        if function is None or not holds.any():
            yield at
        else:
            yield np.where(holds, function(found, asked, at, facts, memo), at)
