"""Who may be contacted about a debt."""

import numpy as np

from collectctl.columns import Ints
from collectctl.compliance.gate.facts import ROLES, Asked, Facts, Memo
from collectctl.compliance.gate.moments import FOREVER
from collectctl.compliance.packs.reader import Dated
from collectctl.compliance.packs.shapes import PartiesLimit


def parties_bar(found: Dated, asked: Asked, at: Ints, _facts: Facts, _memo: Memo) -> Ints:
    """Silent about people in one of the roles."""
    limit = found.limit
    assert isinstance(limit, PartiesLimit)  # noqa: S101 - chosen by its type
    allowed = [ROLES.index(r) for r in limit.values[found.position].roles]
    return np.where(np.isin(asked.role, allowed), at, FOREVER)
