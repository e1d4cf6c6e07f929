"""Who may be contacted about a debt, and what third persons may be asked."""

import numpy as np

from collectctl.columns import Ints
from collectctl.compliance.gate.bar_wishes import heard
from collectctl.compliance.gate.facts import (
    OUTCOMES,
    ROLES,
    Asked,
    Facts,
    Memo,
    channel_mask,
    joined,
)
from collectctl.compliance.gate.moments import FOREVER
from collectctl.compliance.packs.reader import Dated
from collectctl.compliance.packs.shapes import PartiesLimit, ThirdPersonLimit

_CONTACT = ROLES.index("contact")
FINAL = ("refusal", "cease", "opt_out", "stop_medium")
"""Whatever of this a third person said, about whatever channel, nobody asks them again."""


def parties_bar(found: Dated, asked: Asked, at: Ints, _facts: Facts, _memo: Memo) -> Ints:
    """Silent about people in one of the roles, and in some others where the contact is approved."""
    limit = found.limit
    assert isinstance(limit, PartiesLimit)  # noqa: S101 - chosen by its type
    value = limit.values[found.position]
    allowed = np.isin(asked.role, [ROLES.index(r) for r in value.roles])
    approved = np.isin(asked.role, [ROLES.index(r) for r in value.approved]) & asked.approved
    return np.where(allowed | approved, at, FOREVER)


def third_person_bar(found: Dated, asked: Asked, at: Ints, facts: Facts, _memo: Memo) -> Ints:
    """Silent about everybody but third persons, and about them only where all of this holds.

    The contact is approved, by voice, the person has not refused in any way, and was not spoken
    with as often as is allowed.
    """
    limit = found.limit
    assert isinstance(limit, ThirdPersonLimit)  # noqa: S101 - chosen by its type
    third = asked.role == _CONTACT
    if not third.any():
        return at
    value = limit.values[found.position]
    good = asked.approved & channel_mask(asked, value.channels)
    for kind in FINAL:
        good &= ~heard(asked, at, facts, kind)
    if value.most is not None:
        rows = np.flatnonzero(third)
        spoken = facts.contacts.outcome == OUTCOMES.index("conversation")
        pair, _ = joined(asked.person[rows], facts.contacts.person[spoken])
        good[rows] &= np.bincount(pair, minlength=len(rows)) < value.most
    return np.where(third & ~good, FOREVER, at)
