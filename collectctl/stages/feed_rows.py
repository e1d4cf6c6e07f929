"""Rows of a feed's file as facts, and what is wrong with those that are none.

Knows which outcome a channel can have and what a wish or a payment needs. Refuses to know what the
ledger has already, accounts aside.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Protocol

import pyarrow as pa
import pyarrow.compute as pc

from collectctl.compliance.gate.moments import typed_moments
from collectctl.compliance.packs.shapes import Channel, Outcome
from collectctl.compliance.points import REACHED_AT, point_of
from collectctl.ledger.heard import Contact, Fact, Payment, Reach, Wish
from collectctl.problems import Level, Problem, Span
from collectctl.settings import FeedKind

_SPOKEN: frozenset[Outcome] = frozenset({
    "conversation", "connected", "voicemail", "unanswered", "busy", "not_in_service", "void",
})  # fmt: skip
_WRITTEN: frozenset[Outcome] = frozenset({"sent", "delivered", "failed", "conversation", "void"})
_POSSIBLE: Mapping[str, frozenset[Outcome]] = {
    "call": _SPOKEN, "sms": _WRITTEN, "email": _WRITTEN, "wechat": _WRITTEN,
    "letter": frozenset({"handed_over", "returned", "conversation", "void"}),
    "visit": frozenset({"met", "not_met", "void"}),
}  # fmt: skip
_TIME = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}(:\d{2})?")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WEEKLY = re.compile(rf"({'|'.join(_DAYS)}) ([0-2]\d):([0-5]\d)-([0-2]\d):([0-5]\d)")
_MOST_AHEAD = timedelta(10)
"""A payment booked before the longest holidays counts from the first bank day after them."""
Row = Mapping[str, object]
"""Column to value, with `_row`, the line in the file."""


_REFUSALS: Mapping[str, tuple[str, str]] = {
    "contact-time": (
        "its time cannot be read, or no clock of the bank ever showed it",
        "a time such as 2026-11-20 14:05 or 2026-11-20 14:05:30",
    ),
    "contact-future": ("it lies after the moment of the import", "something that has happened"),
    "contact-account": (
        "it names an account that the bank's exports do not have",
        "account numbers of the newest published night, or that the ledger knows",
    ),
    "contact-outcome": (
        "its outcome cannot be one of its channel",
        "; ".join(f"{c}: {', '.join(sorted(o))}" for c, o in _POSSIBLE.items()),
    ),
    "wish-incomplete": (
        "something that this wish needs is missing",
        "opt_out: number, channel; stop_medium: channel; (in)convenient: hours; others: a person",
    ),
    "wish-hours": ("its hours cannot be read", "hours such as Mon 09:00-12:00, Tue 14:00-18:00"),
    "wish-ends": ("it ends before it begins", "an end after its time"),
    "contact-contradicts": (
        "its reference stands in the ledger with other content",
        "a reference of its own, and the old one under corrects",
    ),
    "corrects-nothing": (
        "what it corrects is not there, or is corrected or reversed already",
        "the reference of a row that stands",
    ),
    "payment-amount": (
        "its amount is 0 or less",
        "an amount above 0; money that went back names its payment under reverses",
    ),
    "payment-value-date": (
        "its value date lies long after its booking",
        f"a value date at most {_MOST_AHEAD.days} days after the booking, or before it",
    ),
    "reverses-nothing": (
        "what it reverses is no payment of this feed, or is reversed or corrected already",
        "the reference of a payment that stands",
    ),
    "reversal-differs": (
        "it is not of the account, currency and amount of its payment, or was booked before it",
        "a reversal of the whole payment, after it",
    ),
}


class Known(Protocol):
    """Which of some account numbers the bank has."""

    def __call__(self, names: Iterable[str]) -> set[str]:
        """Those that it has."""


def in_column(accounts: pa.Array, names: Iterable[str]) -> set[str]:
    """Which of the names stand in a column of text."""
    wanted = pa.array(sorted(set(names)), pa.string())
    found = wanted.filter(pc.is_in(wanted, value_set=accounts.cast(pa.string())))
    return set(found.to_pylist())


class Reader:
    """Turns the rows of one file into facts and gathers what is wrong with them in `problems`."""

    def __init__(self, *, file: str, zone: str, now: int) -> None:
        self._file = file
        self._zone = zone
        self._now = now
        self._accounts: set[str] = set()
        self._minutes: dict[str, int | None] = {}
        self.problems: list[Problem] = []

    def read(self, kind: FeedKind, table: pa.Table, known: Known) -> list[tuple[int, Fact | None]]:
        """For each row its line and what it says; None where it is set apart."""
        about = table["account_id" if kind == "payments" else "about_accounts"]
        texts = pc.unique(about).drop_null().to_pylist()
        self._accounts = known({n for text in texts for n in _accounts_in(kind, text)})
        names = table.column_names
        columns = [table[name].to_pylist() for name in names]
        rows = (dict(zip(names, cells, strict=True)) for cells in zip(*columns, strict=True))
        one = {"contacts": self._contact, "wishes": self._wish, "payments": self._payment}[kind]
        return [(_whole(row["_row"]), one(row)) for row in rows]

    def refuse(self, row: int, code: str) -> None:
        """Notes that a row is not taken."""
        message, expected = _REFUSALS[code]
        self.problems.append(
            Problem(
                code=code, message=f"the row is set apart: {message}", expected=expected,
                level=Level.WARNING, span=Span(file=self._file, line=row, column=1),
            )
        )  # fmt: skip

    def _contact(self, row: Row) -> Contact | None:
        """The contact of a row; None if it is set apart."""
        number = _whole(row["_row"])
        at = self._moment(number, row["at"])
        accounts = self._about(number, row["about_accounts"])
        channel, outcome = _channel(row["channel"]), str(row["outcome"])
        if outcome not in _POSSIBLE[channel]:
            self.refuse(number, "contact-outcome")
            return None
        if at is None or accounts is None:
            return None
        return Contact(
            reference=str(row["reference"]), at=at, channel=channel, outcome=outcome,
            incoming=row["direction"] == "in", party_id=str(row["party_id"]),
            point=_point(channel, row["number_used"]), accounts=accounts,
            made_by=str(row["made_by"]), document=_text(row.get("document_sent")),
            corrects=_text(row.get("corrects")),
        )  # fmt: skip

    def _wish(self, row: Row) -> Wish | None:
        """The wish of a row; None if it is set apart."""
        number = _whole(row["_row"])
        at, ends = self._moment(number, row["at"]), None
        accounts = self._about(number, row["about_accounts"])
        kind, channel, hours = str(row["wish"]), _text(row["wish_channel"]), _text(row["hours"])
        point = None if channel is None else _point(channel, row["number_used"])
        party = _text(row["party_id"])
        if not _is_complete(kind, party, point, channel, hours):
            self.refuse(number, "wish-incomplete")
            return None
        if hours is not None and weekly(hours) is None:
            self.refuse(number, "wish-hours")
            return None
        if row["ends_at"] is not None:
            found = self._typed(str(row["ends_at"]))
            if found is None:
                self.refuse(number, "contact-time")
                return None
            if at is not None and found <= at:
                self.refuse(number, "wish-ends")
                return None
            ends = found
        if at is None or accounts is None:
            return None
        return Wish(
            reference=str(row["reference"]), kind=kind, received=at, ends=ends, party_id=party,
            point=point, channel=channel, weekly=hours, accounts=accounts,
            corrects=_text(row.get("corrects")),
        )  # fmt: skip

    def _moment(self, number: int, text: object) -> int | None:
        found = self._typed(str(text))
        if found is None:
            self.refuse(number, "contact-time")
        elif found > self._now:
            self.refuse(number, "contact-future")
            return None
        return found

    def _about(self, number: int, text: object) -> tuple[str, ...] | None:
        named = tuple(sorted(set(str(text).split()))) if text is not None else ()
        if self._accounts.issuperset(named):
            return named
        self.refuse(number, "contact-account")
        return None

    def _payment(self, row: Row) -> Payment | None:
        """The payment of a row; None if it is set apart."""
        number = _whole(row["_row"])
        at = self._moment(number, row["booked_at"])
        account = str(row["account_id"])
        amount, value_day = _whole(row["paid_amount"]), row["value_date"]
        assert isinstance(value_day, date)  # noqa: S101 - the contract has seen to it
        if amount <= 0:
            self.refuse(number, "payment-amount")
            return None
        if account not in self._accounts:
            self.refuse(number, "contact-account")
            return None
        if at is None:
            return None
        # What clocks of the bank showed is written in the row, so its day is too.
        if value_day - date.fromisoformat(str(row["booked_at"])[:10]) > _MOST_AHEAD:
            self.refuse(number, "payment-value-date")
            return None
        return Payment(
            reference=str(row["reference"]), account_id=account, amount=amount,
            currency=str(row["currency"]), booked=at, value_day=value_day, payer=str(row["payer"]),
            reverses=_text(row.get("reverses")), corrects=_text(row.get("corrects")),
        )  # fmt: skip

    def _typed(self, text: str) -> int | None:
        """The moment at which the bank's clocks showed this; the first of two."""
        if not _TIME.fullmatch(text):
            return None
        minute = text[:16]
        if minute not in self._minutes:
            self._minutes[minute] = _moment_of(minute, self._zone)
        found, seconds = self._minutes[minute], int(text[17:] or 0)
        return None if found is None or seconds >= _MINUTE else found + seconds


_MINUTE = 60


def _moment_of(text: str, zone: str) -> int | None:
    try:
        shown = datetime.fromisoformat(text)
    except ValueError:
        return None
    return next(iter(typed_moments(shown, zone)), None)


def _accounts_in(kind: FeedKind, text: str) -> tuple[str, ...]:
    return (text,) if kind == "payments" else tuple(text.split())


def _is_complete(
    kind: str, party: str | None, point: Reach | None, channel: str | None, hours: str | None
) -> bool:
    needed = {
        "opt_out": point is not None,
        "stop_medium": channel is not None and party is not None,
        "inconvenient": hours is not None and party is not None,
        "convenient": hours is not None and party is not None,
    }
    return needed.get(kind, party is not None)


def weekly(text: str) -> tuple[tuple[int, int, int], ...] | None:
    """Hours of a week as (day from Monday 0, from, until in seconds); None if unreadable."""
    found = []
    for part in text.split(","):
        match = _WEEKLY.fullmatch(part.strip())
        if match is None:
            return None
        start, end = (int(match[n]) * 3600 + int(match[n + 1]) * 60 for n in (2, 4))
        if not start < end <= 24 * 3600:
            return None
        found.append((_DAYS.index(match[1]), start, end))
    return tuple(found)


def _point(channel: str, value: object) -> Reach | None:
    return None if value is None else point_of(REACHED_AT[channel], str(value))


def _channel(value: object) -> Channel:
    found: Channel = value  # type: ignore[assignment]  # the dictionary allows no other
    return found


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _whole(value: object) -> int:
    assert isinstance(value, int)  # noqa: S101 - the position of the row
    return value
