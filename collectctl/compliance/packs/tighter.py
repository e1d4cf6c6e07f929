"""Whether one limit allows what another about the same forbids.

Knows for each kind what strict means. Refuses to know whose limits they are.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from collectctl.compliance.packs.shapes import (
    AnyLimit,
    CapLimit,
    CapValue,
    DecisionLimit,
    EnvelopeLimit,
    EnvelopeValue,
    HoldLimit,
    HoursLimit,
    HoursValue,
    LeadValue,
    MessageLimit,
    MessageValue,
    NoticeLimit,
    PartiesLimit,
    QuietDaysLimit,
    RolesValue,
    ThirdPersonLimit,
    ThirdPersonValue,
    TimeBarLimit,
    ValueShape,
    YearsValue,
)


def allows_more(one: AnyLimit, other: AnyLimit) -> bool:
    """Whether the first allows, on some day on which both hold, what the second does not.

    Only limits about the same are held against each other: of one kind, and of caps and notices
    those that count or need the same.
    """
    if type(one) is not type(other) or not _about_the_same(one, other):
        return False
    if isinstance(one, HoursLimit) and isinstance(other, HoursLimit):
        if one.consent_lifts and not other.consent_lifts:
            return True
        if one.named_hours and not other.named_hours:
            return True
    elif isinstance(one, HoldLimit) and isinstance(other, HoldLimit):
        return not set(one.passes) <= set(other.passes)
    elif (
        isinstance(one, NoticeLimit)
        and isinstance(other, NoticeLimit)
        and not set(one.documents) <= set(other.documents)
    ):
        return True
    elif isinstance(one, DecisionLimit) and isinstance(other, DecisionLimit):
        return not set(other.documents) <= set(one.documents)
    elif isinstance(one, QuietDaysLimit) and isinstance(other, QuietDaysLimit):
        return _leaves_out(one, other)
    looser = _LOOSER.get(type(one))
    pairs = ((mine, theirs) for mine in one.values for theirs in other.values)
    return looser is not None and any(
        looser(mine, theirs) for mine, theirs in pairs if _on_a_common_day(mine, theirs)
    )


def _about_the_same(one: Any, other: Any) -> bool:  # noqa: ANN401 - two limits of one kind
    if isinstance(one, CapLimit) and (one.per != other.per or not _share(one.counts, other.counts)):
        return False
    if isinstance(one, NoticeLimit | DecisionLimit) and one.step != other.step:
        return False
    channels = getattr(one, "channels", None)
    return channels is None or _share(channels, other.channels)


def _share(one: Sequence[str], other: Sequence[str]) -> bool:
    return bool(set(one) & set(other))


def _on_a_common_day(mine: ValueShape, theirs: ValueShape) -> bool:
    return not (
        (mine.to is not None and mine.to < theirs.from_)
        or (theirs.to is not None and theirs.to < mine.from_)
    )


def _leaves_out(one: QuietDaysLimit, other: QuietDaysLimit) -> bool:
    """Whether a quiet day of the second, on which the first holds, is none of the first."""
    for theirs in other.values:
        for day in theirs.days:
            for mine in one.values:
                holds = mine.from_ <= day and (mine.to is None or day <= mine.to)
                if holds and day not in mine.days:
                    return True
    return False


def _hours(mine: HoursValue, theirs: HoursValue) -> bool:
    opens = (mine.opens, not mine.opens_included) < (theirs.opens, not theirs.opens_included)
    return opens or (mine.closes, mine.closes_included) > (theirs.closes, theirs.closes_included)


def _cap(mine: CapValue, theirs: CapValue) -> bool:
    """As many or more within as many days or fewer: it would never speak before the other."""
    same = (mine.most, mine.days) == (theirs.most, theirs.days)
    return mine.most >= theirs.most and mine.days <= theirs.days and not same


def _parties(mine: RolesValue, theirs: RolesValue) -> bool:
    more = set(mine.roles) - set(theirs.roles)
    return bool(more or set(mine.approved) - set(theirs.approved) - set(theirs.roles))


def _third_person(mine: ThirdPersonValue, theirs: ThirdPersonValue) -> bool:
    oftener = theirs.most is not None and (mine.most is None or mine.most > theirs.most)
    sooner = mine.failed_attempts is not None and (
        theirs.failed_attempts is None or mine.failed_attempts < theirs.failed_attempts
    )
    return oftener or sooner or not set(mine.channels) <= set(theirs.channels)


def _years(mine: YearsValue, theirs: YearsValue) -> bool:
    return mine.years > theirs.years


def _lead(mine: LeadValue, theirs: LeadValue) -> bool:
    return mine.days < theirs.days


def _envelope(mine: EnvelopeValue, theirs: EnvelopeValue) -> bool:
    return mine.most > theirs.most


def _message(mine: MessageValue, theirs: MessageValue) -> bool:
    longer = any(
        one is not None and other is not None and one > other
        for one, other in (
            (mine.single, theirs.single), (mine.part, theirs.part), (mine.total, theirs.total),
        )
    )  # fmt: skip
    one, other = mine.signature, theirs.signature
    wider = (
        one is not None and other is not None and (one.least < other.least or one.most > other.most)
    )
    return longer or wider or (mine.links is True and theirs.links is False)


_LOOSER: Mapping[type, Callable[[Any, Any], bool]] = {
    HoursLimit: _hours, CapLimit: _cap, PartiesLimit: _parties, ThirdPersonLimit: _third_person,
    TimeBarLimit: _years, NoticeLimit: _lead, EnvelopeLimit: _envelope,
    MessageLimit: _message,
}  # fmt: skip
"""Of the kinds that are not here no value is looser than another: they are or are not."""
