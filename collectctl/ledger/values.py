"""What the ledger keeps, as values: nights, what came for them, what braked them, who approved."""

from dataclasses import dataclass
from datetime import date
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A person's word that a braked night may leave."""

    by: str
    reason: str
    recorded_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One published night."""

    number: int
    business_date: date
    manifest_digest: str
    braked: bool
    sample: bool
    """The night was made with the sample configuration."""
    overtaken: bool
    """A later export was already waiting: for the record, nothing of it may leave."""
    accounts: int
    program: str
    """The version that ran the night."""
    recorded_at: str
    """When, in UTC; told to people, never part of a decision."""
    approval: Approval | None = None
    """Read back from its own table; not written with the run."""

    @property
    def state(self) -> Literal["published", "braked", "approved", "overtaken"]:
        """What a person sees in one word; overtaken outranks the others."""
        if self.overtaken:
            return "overtaken"
        if not self.braked:
            return "published"
        return "braked" if self.approval is None else "approved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What came for one export on one night."""

    export: str
    state: Literal["arrived", "absent", "empty"]
    file: str | None
    """Name below the inbox."""
    digest: str | None
    size: int
    rows_in: int
    rows_used: int
    rows_rejected: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BrakeFinding:
    """One limit on change that a night went beyond, in words and values of the night's report."""

    code: str
    name: str
    today: str
    before: str | None
    limit: str
    message_zh_CN: str  # noqa: N815  # the language codes are spelt as everywhere else
    message_en: str
