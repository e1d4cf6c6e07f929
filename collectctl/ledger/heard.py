"""Contacts made, wishes, payments and the files that told of them, as values.

Knows nothing of the database: what stands here is what other rooms hand to it and get back.
"""

from dataclasses import dataclass
from datetime import date

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
    rows_repeated: int = 0
    """Rows that another row of the same file says too."""
    covers: tuple[int, int] | None = None
    """The moments [from, until) of which, without rows set apart, the file has everything."""


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
class Payment:
    """Money that came in, or went back: then it names the payment that it takes back."""

    reference: str
    account_id: str
    amount: int
    """Minor units, more than 0 of a reversal too."""
    currency: str
    booked: int
    value_day: date
    """The day from which it counts; it may lie before the booking."""
    payer: str
    """`self` or `third`."""
    reverses: str | None = None
    """The reference of the payment that it takes back."""
    corrects: str | None = None


Fact = Contact | Wish | Payment


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of a file's rows; `seen`: the very same file was taken in before."""

    new: int
    known: int
    refused: tuple[tuple[int, str], ...]
    """Position among the rows given, and a code: `contact-contradicts`, `corrects-nothing`,
    `reverses-nothing` or `reversal-differs`."""
    seen: bool = False
