"""Everything the morning's page says, as values.

Refuses to know how a number came about: the night hands over every one of them. Nothing here is
personal data; see `page` for how accounts are named.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from collectctl.config import Bilingual
from collectctl.reports.conservation import Between, DocumentCount, Placed
from collectctl.reports.judge import Braked
from collectctl.reports.measures import Counts, Measures


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """One export of the night."""

    export: str
    state: str
    """arrived, absent or empty."""
    file: str
    encoding: str | None
    digest: str | None
    rows_in: int
    used: int
    rejected: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLine:
    """What came between nights of one stream of facts."""

    feed: str
    state: str
    """arrived, absent or empty."""
    new: int
    apart: int
    known_to: str
    """By the bank's clocks; empty: nobody ever said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldLine:
    """A hold that was to be looked at again."""

    number: int
    reason: str
    review: date
    set_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A count with the words for what it counts."""

    label: Bilingual
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What became of one document on one channel."""

    document: Bilingual
    channel: Bilingual
    prepared: int
    failed: int
    blocked: int
    deferred: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What one team was given."""

    team: Bilingual
    people: int
    accounts: int
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NightReport:
    """Everything the page says."""

    bank: Bilingual
    business_date: date
    previous: date | None
    """The night compared with; None for the first."""
    sample: bool
    """Whether the rulebook is the starter one, which no bank has approved."""
    overtaken: bool
    """Whether a later export is there already: nothing of this night may leave."""
    gated: bool
    """Whether everything was held against limits on contacts."""
    braked: tuple[Braked, ...]
    came: tuple[Came, ...]
    placed: Placed
    grades: tuple[str, ...]
    """Every grade in the order of the rulebook; others follow."""
    documents: DocumentCount
    kinds: tuple[Kind, ...]
    queues: tuple[Share, ...]
    between: Between | None
    measures: Measures
    earlier: Measures | None
    quarantine: tuple[Named, ...]
    """Faults of rows, by export and code."""
    undecided: tuple[Named, ...]
    """Accounts that could not be graded, by the column that is missing."""
    objections: tuple[Named, ...]
    """Documents that may not or could not be made, by reason."""
    statuses: tuple[Named, ...]
    """Accounts with a status, by status."""
    feeds: tuple[FeedLine, ...] = ()
    tasks_stopped: tuple[Named, ...] = ()
    """Calls, visits and legal steps that may not be made, by what stands against them."""
    holds_due: tuple[HoldLine, ...] = ()
    excesses: tuple[Named, ...] = ()
    """Calls beyond the shares that were let out for the day, by kind."""
    warnings: tuple[str, ...] = ()
    """What the exports' contracts warn of, in English, without data."""


def counted(counts: Counts, labels: Mapping[str, Bilingual]) -> tuple[Named, ...]:
    """Counts as named ones, the largest first; a code without words stands for itself."""
    order = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(
        Named(label=labels.get(code) or Bilingual(zh_CN=code, en=code), count=n)
        for code, n in order
        if n
    )
