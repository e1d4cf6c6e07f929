"""Import: one file of contacts made, or of what people asked for, into the ledger.

Joins the contract of the feed with the ledger. A row that cannot be used is set apart with its
reason and the others are taken; the same file, or the same row, twice adds nothing.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from collectctl.columns import to_table
from collectctl.compliance.gate.moments import typed_moments
from collectctl.compliance.packs.shapes import Channel, Outcome
from collectctl.exports.load import load_export
from collectctl.exports.snapshot import SnapFile, Snapshot
from collectctl.ledger.connect import Ledger
from collectctl.ledger.heard import Contact, Intake, Reach, Taken, Wish
from collectctl.ledger.taking import take_contacts, take_wishes
from collectctl.problems import ConfigError, Level, Problem, Span
from collectctl.project import Project

Feed = Literal["contacts", "wishes"]
REACHED_AT: Mapping[str, str] = {
    "call": "phone", "sms": "phone", "email": "email", "wechat": "wechat", "letter": "address",
    "visit": "address",
}  # fmt: skip
"""By what a person is reached on each channel."""
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
_Row = Mapping[str, str | int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a file comes from, and what its bringer says of it."""

    path: Path
    feed: str
    """The name of the stream, such as `dialler`."""
    day: date
    complete_to: int | None
    by: str
    now: int
    """The moment of the import: nothing can have happened after it."""
    recorded_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of a file."""

    rows: int
    taken: Taken
    problems: tuple[Problem, ...]
    """A warning for each row that was set apart, without anything of the row itself."""


def import_file(
    project: Project, ledger: Ledger, kind: Feed, source: Source, accounts: frozenset[str]
) -> Imported:
    """Takes a file in by the contract of its kind; `accounts` are those the bank knows.

    Raises:
        ConfigError: `feed-contract`, the project has no contract for it.
        InputRefusedError: the file as a whole cannot be used.
        LedgerError: as `ledger_faults` names.
    """
    contract = project.feeds.get(kind)
    if contract is None:
        raise ConfigError(
            Problem(
                code="feed-contract", message=f"project.yaml names no contract for '{kind}'",
                expected=f"feeds: {{{kind}: contracts/{kind}.yaml}}",
            )
        )  # fmt: skip
    data = source.path.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    file = SnapFile(path=source.path, digest=digest, size=len(data))
    snapshot = Snapshot(files={contract.expected(source.day).main: file})
    loaded = load_export(contract, snapshot, source.day, project.dictionary, None)
    reader = _Reader(source, project.settings.zone, accounts)
    rows = to_table(loaded.frame).to_pylist()
    made = [(r["_row"], reader.contact(r) if kind == "contacts" else reader.wish(r)) for r in rows]
    usable = [(row, one) for row, one in made if one is not None]
    set_apart = len({r["row"] for r in to_table(loaded.rejects).to_pylist()})
    intake = Intake(
        feed=source.feed, digest=digest, rows_rejected=len(made) - len(usable) + set_apart,
        complete_to=source.complete_to, stated_by=source.by, reason="",
        recorded_at=source.recorded_at,
    )  # fmt: skip
    given = [one for _, one in usable]
    contacts = [one for one in given if isinstance(one, Contact)]
    wishes = [one for one in given if isinstance(one, Wish)]
    taken = (
        take_contacts(ledger, intake, contacts)
        if kind == "contacts"
        else take_wishes(ledger, intake, wishes)
    )
    for position, code in taken.refused:
        reader.refuse(usable[position][0], code)
    problems = [*loaded.problems, *_broken(loaded.rejects, source), *reader.problems]
    return Imported(
        rows=len(made) + set_apart, taken=taken,
        problems=tuple(sorted(problems, key=Problem.sort_key)),
    )  # fmt: skip


def _broken(rejects: object, source: Source) -> Iterator[Problem]:
    """What the contract has set apart, by row and column; what was found is not repeated."""
    for row in to_table(rejects).to_pylist():  # type: ignore[arg-type]  # a frame
        yield Problem(
            code=str(row["code"]), level=Level.WARNING, expected=str(row["expected"]),
            message=f"the row is set apart for its column {row['column']}",
            span=Span(file=source.path.name, line=int(row["row"]), column=1),
        )  # fmt: skip


_REFUSALS: Mapping[str, tuple[str, str]] = {
    "contact-time": (
        "its time cannot be read, or no clock of the bank ever showed it",
        "a time such as 2026-11-20 14:05 or 2026-11-20 14:05:30",
    ),
    "contact-future": ("it lies after the moment of the import", "something that has happened"),
    "contact-account": (
        "it names an account that the bank's exports do not have",
        "account numbers of the newest published night, divided by blanks",
    ),
    "contact-outcome": (
        "its outcome cannot be one of its channel",
        "; ".join(f"{c}: {', '.join(sorted(o))}" for c, o in _POSSIBLE.items()),
    ),
    "wish-incomplete": (
        "something that this wish needs is missing",
        "opt_out: number, channel; stop_medium: channel; inconvenient: hours; others: a person",
    ),
    "wish-hours": ("its hours cannot be read", "hours such as Mon 09:00-12:00, Tue 14:00-18:00"),
    "wish-ends": ("it ends before it begins", "an end after its time"),
    "contact-contradicts": (
        "its reference stands in the ledger with other content",
        "a reference of its own, and the old one under corrects",
    ),
    "corrects-nothing": (
        "what it corrects is not there, or is corrected already",
        "the reference of a row that stands",
    ),
}


class _Reader:
    """Turns rows into facts and gathers what is wrong with them in `problems`."""

    def __init__(self, source: Source, zone: str, accounts: frozenset[str]) -> None:
        self._source = source
        self._zone = zone
        self._accounts = accounts
        self.problems: list[Problem] = []

    def refuse(self, row: int, code: str) -> None:
        """Notes that a row is not taken."""
        message, expected = _REFUSALS[code]
        self.problems.append(
            Problem(
                code=code, message=f"the row is set apart: {message}", expected=expected,
                level=Level.WARNING,
                span=Span(file=self._source.path.name, line=row, column=1),
            )
        )  # fmt: skip

    def contact(self, row: _Row) -> Contact | None:
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
            made_by=str(row["made_by"]), document=_text(row["document_sent"]),
            corrects=_text(row["corrects"]),
        )  # fmt: skip

    def wish(self, row: _Row) -> Wish | None:
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
            found = _typed(str(row["ends_at"]), self._zone)
            if found is None or (at is not None and found <= at):
                self.refuse(number, "wish-ends")
                return None
            ends = found
        if at is None or accounts is None:
            return None
        return Wish(
            reference=str(row["reference"]), kind=kind, received=at, ends=ends, party_id=party,
            point=point, channel=channel, weekly=hours, accounts=accounts,
            corrects=_text(row["corrects"]),
        )  # fmt: skip

    def _moment(self, number: int, text: object) -> int | None:
        found = _typed(str(text), self._zone)
        if found is None:
            self.refuse(number, "contact-time")
        elif found > self._source.now:
            self.refuse(number, "contact-future")
            return None
        return found

    def _about(self, number: int, text: object) -> tuple[str, ...] | None:
        named = tuple(sorted(set(str(text).split()))) if text is not None else ()
        if set(named) <= self._accounts:
            return named
        self.refuse(number, "contact-account")
        return None


def _is_complete(
    kind: str, party: str | None, point: Reach | None, channel: str | None, hours: str | None
) -> bool:
    needed = {
        "opt_out": point is not None,
        "stop_medium": channel is not None and party is not None,
        "inconvenient": hours is not None and party is not None,
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


def _typed(text: str, zone: str) -> int | None:
    """The moment at which the bank's clocks showed this; the first of two."""
    if not _TIME.fullmatch(text):
        return None
    try:
        shown = datetime.fromisoformat(text)
    except ValueError:
        return None
    return next(iter(typed_moments(shown, zone)), None)


def _point(channel: str, value: object) -> Reach | None:
    return None if value is None else (REACHED_AT[channel], str(value))


def _channel(value: object) -> Channel:
    found: Channel = value  # type: ignore[assignment]  # the dictionary allows no other
    return found


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _whole(value: object) -> int:
    assert isinstance(value, int)  # noqa: S101 - the position of the row
    return value
