"""What the gate is asked and what it knows, in columns.

People, debts and numbers are keys that mean nothing here; a missing one is -1. Refuses to know
where facts come from.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from collectctl.columns import Ints
from collectctl.compliance.packs.shapes import CHANNELS, Outcome, Wished

OUTCOMES: tuple[Outcome, ...] = Outcome.__args__  # type: ignore[attr-defined]
WISHES: tuple[Wished, ...] = Wished.__args__  # type: ignore[attr-defined]
NOBODY = -1
Weekly = tuple[tuple[int, int, int], ...]
"""Hours of a week: day (Monday is 0), from and, not included, until: seconds of the day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Contacts that are proposed, each with the moment it is to be made."""

    at: Ints
    channel: Ints
    """Position in `CHANNELS`."""
    person: Ints
    role: Ints
    """Position in the roles of a pack; -1: not known."""
    point: Ints
    zone: Ints
    """Position in `zones`."""
    zones: tuple[tuple[str, ...], ...]
    """All zones in which the person may be."""
    debt_row: Ints
    """For each debt that a contact is about, the row of the contact; ascending."""
    debt: Ints
    document: tuple[str, ...]
    """Of each row; empty where there is none."""
    step: tuple[str, ...]
    """Of each row the step that it is a part of (`bureau`, `agency`, `legal`), or nothing."""

    def __len__(self) -> int:
        """How many contacts are asked about."""
        return len(self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contacts:
    """Contacts made or tried, each once."""

    at: Ints
    channel: Ints
    outcome: Ints
    """Position in `OUTCOMES`."""
    incoming: Ints
    person: Ints
    point: Ints
    document: tuple[str, ...]
    debt_row: Ints
    """For each debt that one was about its position here; one about none in particular has none."""
    debt: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What people said, from the moment the bank received it."""

    kind: Ints
    """Position in `WISHES`."""
    received: Ints
    ends: Ints
    """Exclusive; FOREVER: for good."""
    person: Ints
    point: Ints
    channel: Ints
    """-1: every channel."""
    weekly: tuple[Weekly, ...]
    """Of `inconvenient`: the hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holds:
    """Reasons not to contact, over days."""

    debt: Ints
    person: Ints
    starts: Ints
    """Day number, inclusive."""
    ends: Ints
    """Day number, exclusive; FOREVER: open."""
    stops: tuple[frozenset[str], ...]
    """Channels, steps, or `all`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything that limits are held against."""

    contacts: Contacts
    wishes: Wishes
    holds: Holds
    barred_from: Mapping[int, int]
    """For debts whose limitation is known, the first day on which they are barred."""
    complete_to: Mapping[str, int]
    """Up to which moment contacts (`contacts`) and wishes (`wishes`) are known."""
    zone: str
    """The bank's own, in which holds and feeds have their days."""


def channel_mask(asked: Asked, channels: Sequence[str]) -> np.ndarray:
    """Which contacts go by one of the channels."""
    wanted = np.array([c in channels for c in CHANNELS])
    found: np.ndarray = wanted[asked.channel]
    return found


def joined(left: Ints, right: Ints) -> tuple[Ints, Ints]:
    """Every pair of positions at which the two columns are equal and not missing."""
    order = np.argsort(right, kind="stable")
    keys = right[order]
    first = np.searchsorted(keys, left, "left")
    counts = np.where(left >= 0, np.searchsorted(keys, left, "right") - first, 0)
    rows = np.repeat(np.arange(len(left)), counts)
    starts = np.repeat(first - np.concatenate(([0], np.cumsum(counts)[:-1])), counts)
    return rows, order[starts + np.arange(len(rows))] if len(rows) else rows
