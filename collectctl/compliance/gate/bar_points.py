"""Numbers and addresses at which nobody is reached any more, whoever has them."""

import numpy as np

from collectctl.columns import Bool, Ints
from collectctl.compliance.gate.facts import OUTCOMES, Asked, Contacts, Facts, Memo, channel_mask
from collectctl.compliance.gate.moments import FOREVER
from collectctl.compliance.packs.reader import Dated
from collectctl.compliance.packs.shapes import CHANNELS, Outcome, UnusableLimit

DEAD: tuple[Outcome, ...] = ("not_in_service", "returned")
"""Outcomes that tell of a number or address as such."""
FAILED: Outcome = "failed"
"""Tells of a number or address on the channel that was tried alone."""
REACHED: tuple[Outcome, ...] = ("conversation", "connected", "delivered", "met")
"""Outcomes after which it is good again. That a letter was handed over tells nothing."""


def unusable_bar(found: Dated, asked: Asked, at: Ints, facts: Facts, memo: Memo) -> Ints:
    """Silent where the last that is known of the number or address is that somebody was reached."""
    limit = found.limit
    assert isinstance(limit, UnusableLimit)  # noqa: S101 - chosen by its type
    key = ("unusable",)
    if key not in memo:
        contacts = facts.contacts
        width = len(CHANNELS)
        dead, failed = _of(contacts, DEAD), _of(contacts, (FAILED,))
        by_channel = np.where(contacts.point < 0, -1, contacts.point * width + contacts.channel)
        mine = np.where(asked.point < 0, -1, asked.point * width + asked.channel)
        memo[key] = (
            np.minimum(
                _dead_since(contacts, contacts.point, dead, asked.point),
                _dead_since(contacts, by_channel, failed, mine),
            ),
        )
    concerned = channel_mask(asked, limit.channels) & (memo[key][0] <= at)
    return np.where(concerned, FOREVER, at)


def _of(contacts: Contacts, outcomes: tuple[Outcome, ...]) -> Bool:
    told = np.isin(contacts.outcome, [OUTCOMES.index(o) for o in outcomes])
    found: Bool = told & ~contacts.allotted
    return found


def _dead_since(contacts: Contacts, keys: Ints, dead: Bool, wanted: Ints) -> Ints:
    """Since when each of the wanted keys is dead; FOREVER: it is not, as far as is known."""
    known, place = np.unique(np.append(keys[dead], -1), return_inverse=True)
    place = place[:-1]
    good = np.flatnonzero(_of(contacts, REACHED) & np.isin(keys, known) & (keys >= 0))
    reached = np.full(len(known), -FOREVER)
    np.maximum.at(reached, np.searchsorted(known, keys[good]), contacts.at[good])
    since = np.full(len(known), FOREVER)
    after = contacts.at[dead] >= reached[place]
    np.minimum.at(since, place[after], contacts.at[dead][after])
    # the key -1, a contact without number or address, is nobody's
    since[0] = FOREVER
    spot = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    return np.where(known[spot] == wanted, since[spot], FOREVER)
