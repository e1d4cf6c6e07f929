"""How many letters one addressee gets in one night.

The only limit that is about rows of one night together and not about what happened before. Knows
envelope limits alone.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from collectctl.columns import Bool, Ints
from collectctl.compliance.gate.facts import Asked, channel_mask
from collectctl.compliance.gate.moments import day_of
from collectctl.compliance.packs.reader import Dated
from collectctl.compliance.packs.shapes import EnvelopeLimit


def too_many_letters(
    asked: Asked, limits: Sequence[Dated], day: int, order: Ints, before: Ints | None = None
) -> Iterator[tuple[Dated, Bool]]:
    """Each envelope limit that holds on the night's day, with the rows that go beyond it.

    `order` is the rank of each row: of those with one addressee the lowest ranks stay. `before` are
    letters that each row's addressee was already given for this night.
    """
    for found in limits:
        limit = found.limit
        if not isinstance(limit, EnvelopeLimit):
            continue
        value = limit.values[found.position]
        if day < day_of(value.from_) or (value.to is not None and day > day_of(value.to)):
            continue
        rows = np.flatnonzero(channel_mask(asked, limit.channels))
        rows = rows[np.lexsort((order[rows], asked.person[rows]))]
        person = asked.person[rows]
        rank = np.arange(len(rows)) - np.searchsorted(person, person)
        if before is not None:
            rank += before[rows]
        beyond = np.zeros(len(asked), np.bool_)
        beyond[rows[rank >= value.most]] = True
        yield found, beyond
