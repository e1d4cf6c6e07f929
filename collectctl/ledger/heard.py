"""Contacts made, wishes and the files that told of them, as values.

Knows nothing of the database: what stands here is what other rooms hand to it and get back.
"""

from dataclasses import dataclass

Reach = tuple[str, str]
"""A number or address: its kind (`phone`, `email`, `wechat`, `address`) and value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """A file that was taken in, or the statement with which a feed begins."""

    feed: str
    digest: str | None
    """SHA-256 of the file; None: an opening statement."""
    rows_rejected: int
    """Rows that were set apart before they came here."""
    complete_to: int | None
    """The moment up to which, without it, the feed is known (seconds since 1970 UTC)."""
    stated_by: str
    reason: str
    recorded_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A contact made or tried."""

    reference: str
    """What the feed calls it; the same reference twice is the same contact."""
    at: int
    channel: str
    outcome: str
    incoming: bool
    party_id: str
    point: Reach | None
    accounts: tuple[str, ...]
    """Empty: about no debt in particular."""
    made_by: str
    document: str | None = None
    corrects: str | None = None
    """The reference that it stands in place of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a person said about being contacted."""

    reference: str
    kind: str
    received: int
    """From this moment on it counts, inclusive."""
    ends: int | None
    """Until this moment, exclusive; None: for good."""
    party_id: str | None
    point: Reach | None
    channel: str | None
    weekly: str | None
    accounts: tuple[str, ...]
    """Empty: about everything."""
    corrects: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of a file's rows; `seen`: the very same file was taken in before."""

    new: int
    known: int
    refused: tuple[tuple[int, str], ...]
    """Position among the rows given, and a code: `contact-contradicts` or `corrects-nothing`."""
    seen: bool = False
