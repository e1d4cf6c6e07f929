"""What whoever makes a contact has to do, by the packs.

Knows which duties hold on which channel and day. Refuses to know who makes the contact.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from collectctl.compliance.packs.reader import Dated
from collectctl.compliance.packs.shapes import DutyLimit


def duties_on(
    limits: Sequence[Dated], channel: str, day: date, language: str
) -> Iterator[tuple[Dated, str]]:
    """Each limit with duties that hold on a channel and day, with them in words."""
    for found in limits:
        limit = found.limit
        if not isinstance(limit, DutyLimit) or channel not in limit.channels:
            continue
        value = limit.values[found.position]
        if value.from_ <= day and (value.to is None or day <= value.to):
            yield found, "; ".join(duty.get(language) for duty in value.duties.values())
