"""What the gate is asked and what it knows, in columns.

People, debts and numbers are keys that mean nothing here; a missing one is -1. Refuses to know
where facts come from.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import get_args

import numpy as np

from collectctl.columns import Bool, Ints
from collectctl.compliance.packs.shapes import CHANNELS, STEPS, Outcome, Role, Wished

OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
WISHES: tuple[Wished, ...] = get_args(Wished)
ROLES: tuple[Role, ...] = get_args(Role)
STOPS = (*CHANNELS, *STEPS, "all", "ladder", "placement")
"""What a hold may stop, each a bit of `Holds.stops`; the last two say nothing about contacts."""
NOBODY = -1
Memo = dict[tuple[str, ...], tuple[Ints, ...]]
"""What limits keep of rows and facts, the same for every moment."""
Weekly = tuple[tuple[int, int, int], ...]
"""Hours of a week: day (Monday is 0), from and, not included, until: seconds of the day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Contacts that are proposed, each with the moment it is to be made."""

    at: Ints
    channel: Ints
    """Position in `CHANNELS`; -1: a step that reaches nobody by itself."""
    person: Ints
    role: Ints
    """Position in `ROLES`; -1: not known."""
    point: Ints
    zone: Ints
    """Position in `zones`."""
    zones: tuple[tuple[str, ...], ...]
    """All zones in which the person may be."""
    debt_row: Ints
    """For each debt that a contact is about, the row of the contact; ascending."""
    debt: Ints
    document: Ints
    """Position in `documents`; -1: none."""
    documents: tuple[str, ...]
    step: Ints
    """Position in `STEPS` of the step that the contact is a part of; -1: of none."""
    purpose: Ints
    """Position of the document's purpose among those given to `stop_bits`; -1: none."""
    approved: Bool
    """Whether a supervisor approved this one contact with a third person; see `unapproved`."""

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
    document: Ints
    """Position in `documents`; -1: none."""
    documents: tuple[str, ...]
    debt_row: Ints
    """For each debt that one was about its position here; one about none in particular has none."""
    debt: Ints
    allotted: Bool
    """Which were only let out so far: they use up caps, whatever may become of them, and tell
    nothing of a number or address."""


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
    """Of `inconvenient` and `convenient`: the hours."""
    debt_row: Ints
    """For each debt that a wish is about its position here; one about everything has none."""
    debt: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Holds:
    """Reasons not to contact, over days."""

    debt: Ints
    person: Ints
    starts: Ints
    """Day number, inclusive."""
    ends: Ints
    """Day number, exclusive; FOREVER: open."""
    stops: Ints
    """A bit for each thing that the hold stops; see `stop_bits`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything that limits are held against."""

    contacts: Contacts
    wishes: Wishes
    holds: Holds
    barred_debt: Ints
    """Debts whose limitation is known, each once."""
    barred_day: Ints
    """The first day on which each of them is barred."""
    decided_debt: Ints
    """For each decision of the bank to take a step the debt that it is about."""
    decided_step: Ints
    """Position in `STEPS`."""
    decided_day: Ints
    """The day on which it was decided."""
    complete_to: Mapping[str, int]
    """Up to which moment contacts (`contacts`) and wishes (`wishes`) are known."""
    zone: str
    """The bank's own, in which holds and feeds have their days."""


def unapproved(size: int) -> Bool:
    """No approval for any of so many rows, which is what the batch has."""
    return np.zeros(size, np.bool_)


def stop_bits(names: Iterable[str], purposes: Sequence[str] = ()) -> int:
    """What a hold stops, as bits: `STOPS`, then the purposes of documents in their order.

    A word that is not known stops everything.
    """
    known = (*STOPS, *purposes)
    bits = 0
    for name in names:
        bits |= 1 << known.index(name if name in known else "all")
    return bits


def taken(asked: Asked, keep: Bool) -> Asked:
    """Some of the rows, with their debts."""
    mine = keep[asked.debt_row]
    place = np.cumsum(keep) - 1
    return replace(
        asked, at=asked.at[keep], channel=asked.channel[keep], person=asked.person[keep],
        role=asked.role[keep], point=asked.point[keep], zone=asked.zone[keep],
        debt_row=place[asked.debt_row[mine]], debt=asked.debt[mine],
        document=asked.document[keep], step=asked.step[keep], purpose=asked.purpose[keep],
        approved=asked.approved[keep],
    )  # fmt: skip


def channel_mask(asked: Asked, channels: Sequence[str]) -> Bool:
    """Which contacts go by one of the channels; what reaches nobody goes by none."""
    return named(asked.channel, CHANNELS, channels)


def named(positions: Ints, names: Sequence[str], wanted: Sequence[str]) -> Bool:
    """Where a column of positions in `names`, -1 for none, has one of the wanted names."""
    found: Bool = np.array([*(name in wanted for name in names), False])[positions]
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


def among(values: Ints, keys: Ints) -> Bool:
    """Which of the values are keys; many times as quick as `isin` for many of both."""
    if not len(keys):
        return np.zeros(len(values), np.bool_)
    ordered = np.sort(keys)
    place = np.minimum(np.searchsorted(ordered, values), len(ordered) - 1)
    found: Bool = ordered[place] == values
    return found


def sharing(pairs: tuple[Ints, Ints], left: tuple[Ints, Ints], right: tuple[Ints, Ints]) -> Ints:
    """Of each pair of rows how many debts they share; a side is its debts' rows and the debts."""
    rows, there = pairs
    size = len(rows)
    if not size:
        return np.zeros(0, np.int64)
    pair, at = joined(rows, left[0])
    width = int(max(left[1].max(initial=0), right[1].max(initial=0))) + 1
    same = among(there[pair] * width + left[1][at], right[0] * width + right[1])
    return np.bincount(pair[same], minlength=size)
