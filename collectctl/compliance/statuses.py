"""The dated table of statuses: what each allows, and where it comes from.

Knows how `statuses.yaml` is read and checked. Refuses to know any account; see `effects`.
"""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from collectctl.config import Bilingual, Code, Day, Flag, Shape, shape
from collectctl.money import MINOR_DIGITS, parse_minor
from collectctl.problems import Problem, did_you_mean, has_errors
from collectctl.yaml_file import Document, Path_, digest, read_document

CHANNELS = ("letter", "sms", "email", "wechat", "call", "visit", "legal")
"""Every way towards a person that a status can allow or forbid."""
MAX_STATUSES = 62
"""As many as have a bit of their own in one machine word."""

Derived = Literal["credit_balance", "below_tolerance"]
Verified = Literal["text", "second-hand", "recalled", "house"]


def _all_or_some(value: object) -> object:
    """`all` is None, `none` the empty list, a list itself."""
    if value == "all":
        return None
    if value == "none":
        return []
    if isinstance(value, str):
        # pydantic turns a ValueError, and no other, into a problem at the value's place.
        raise ValueError(f"found '{value}', expected all, none or a list such as [letter]")  # noqa: TRY004 - see above
    return value


def _none(value: object) -> object:
    return None if value == "none" else value


Allowed = Annotated[tuple[str, ...] | None, BeforeValidator(_all_or_some)]


class _EntryShape(Shape):
    start: Day = Field(alias="from")
    tier: Flag
    channels: Allowed
    documents: Allowed
    queue: Annotated[Code | None, BeforeValidator(_none)] = None
    source: str
    verified: Verified


class _StatusShape(Shape):
    label: Bilingual
    because: Bilingual
    acts_on: Literal["account", "customer"] = "account"
    derived: Derived | None = None
    closes: Flag = False
    entries: tuple[_EntryShape, ...] = Field(min_length=1)


class _ToleranceShape(Shape):
    start: Day = Field(alias="from")
    amounts: dict[str, str]
    source: str
    verified: Verified


class _TableShape(Shape):
    statuses: dict[Code, _StatusShape]
    tolerance: tuple[_ToleranceShape, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a status allows from a day on, and who says so."""

    start: date
    tier: bool
    """Whether the account is graded at all; false takes it out of the night's work."""
    channels: frozenset[str] | None
    """Channels allowed; None is all of them."""
    documents: frozenset[str] | None
    """Documents allowed; None is all of them."""
    queue: str | None
    """The queue the account belongs to whatever its treatment says."""
    source: str
    verified: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """One status of the table; `entries` by ascending day."""

    code: str
    label: Bilingual
    because: Bilingual
    whole_customer: bool
    """Whether it acts on every account of the customer (somebody dead is dead for all of them)."""
    derived: str | None
    closes: bool
    """Whether it is evidence that an account has left for good."""
    entries: tuple[Entry, ...]

    def on(self, day: date) -> Entry | None:
        """What it allows on that day; None before its first entry."""
        found = [e for e in self.entries if e.start <= day]
        return found[-1] if found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """From a day on: the balance, in minor units of each currency, not worth a letter."""

    start: date
    amounts: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusTable:
    """All statuses in the order of the file, which is also their order of precedence."""

    statuses: tuple[Status, ...]
    tolerances: tuple[Tolerance, ...]
    digest: str

    def in_force(self, day: date) -> tuple[tuple[Status, Entry], ...]:
        """The statuses that have an entry on that day, in the order of the file."""
        return tuple((s, e) for s in self.statuses if (e := s.on(day)) is not None)

    def tolerance(self, day: date) -> Mapping[str, int]:
        """Minor units by currency on that day; empty when none is declared yet."""
        found = [t for t in self.tolerances if t.start <= day]
        return found[-1].amounts if found else {}


def read_statuses(
    data: bytes,
    file: str,
    *,
    documents: AbstractSet[str] | None = None,
    queues: AbstractSet[str] | None = None,
) -> tuple[StatusTable | None, tuple[Problem, ...]]:
    """The table in the bytes of `statuses.yaml`, or all its problems.

    Documents and queues named in it are checked against those given, unless None.
    """
    document, problems = read_document(data, file)
    if document is None:
        return None, problems
    shaped, problems = shape(_TableShape, document)
    if shaped is None:
        return None, problems
    found = tuple(
        sorted(
            (
                *_too_many(shaped, document),
                *_check_statuses(shaped, document, documents, queues),
                *_check_tolerance(shaped, document),
            ),
            key=Problem.sort_key,
        )
    )
    if has_errors(found):
        return None, found
    table = StatusTable(
        statuses=tuple(_status(code, s) for code, s in shaped.statuses.items()),
        tolerances=tuple(_tolerance(t) for t in shaped.tolerance),
        digest=digest(data),
    )
    return table, found


def _status(code: str, s: _StatusShape) -> Status:
    return Status(
        code=code,
        label=s.label,
        because=s.because,
        whole_customer=s.acts_on == "customer",
        derived=s.derived,
        closes=s.closes,
        entries=tuple(_entry(e) for e in s.entries),
    )


def _entry(e: _EntryShape) -> Entry:
    return Entry(
        start=e.start,
        tier=e.tier,
        channels=None if e.channels is None else frozenset(e.channels),
        documents=None if e.documents is None else frozenset(e.documents),
        queue=e.queue,
        source=e.source,
        verified=e.verified,
    )


def _tolerance(t: _ToleranceShape) -> Tolerance:
    amounts = {c: parse_minor(text, c) or 0 for c, text in t.amounts.items()}
    return Tolerance(start=t.start, amounts=amounts)


def _too_many(table: _TableShape, document: Document) -> Iterator[Problem]:
    if len(table.statuses) > MAX_STATUSES:
        yield Problem(
            code="status-count",
            message=f"{len(table.statuses)} statuses",
            span=document.span(("statuses",), of_key=True),
            expected=f"at most {MAX_STATUSES}",
            mend="join statuses that allow the same, and translate them in the contract",
        )


def _check_statuses(
    table: _TableShape,
    document: Document,
    documents: AbstractSet[str] | None,
    queues: AbstractSet[str] | None,
) -> Iterator[Problem]:
    derived: dict[str, str] = {}
    for code, status in table.statuses.items():
        at: Path_ = ("statuses", code)
        if status.derived is not None:
            if status.derived in derived:
                yield Problem(
                    code="status-derived",
                    message=f"'{status.derived}' is derived twice, first by "
                    f"'{derived[status.derived]}'",
                    span=document.span((*at, "derived")),
                    expected="one status for each derivation",
                )
            derived.setdefault(status.derived, code)
        yield from _ascending([e.start for e in status.entries], (*at, "entries"), document)
        for i, entry in enumerate(status.entries):
            here = (*at, "entries", i)
            yield from _known(
                "unknown-channel", entry.channels, CHANNELS, (*here, "channels"), document
            )
            if documents is not None:
                yield from _known(
                    "unknown-document", entry.documents, documents, (*here, "documents"), document
                )
            if queues is not None and entry.queue is not None:
                yield from _known(
                    "unknown-queue", (entry.queue,), queues, (*here, "queue"), document
                )
            yield from _contradiction(entry, here, document)


def _contradiction(entry: _EntryShape, at: Path_, document: Document) -> Iterator[Problem]:
    """An account that is not graded has no treatment, so it cannot have contacts either."""
    if not entry.tier and (entry.channels != () or entry.documents != ()):
        yield Problem(
            code="status-contradicts",
            message="the status is not graded and still allows channels or documents",
            span=document.span((*at, "tier")),
            expected="channels: none and documents: none beside tier: false",
        )


def _known(
    code: str,
    words: tuple[str, ...] | None,
    known: AbstractSet[str] | tuple[str, ...],
    at: Path_,
    document: Document,
) -> Iterator[Problem]:
    for i, word in enumerate(words or ()):
        if word not in known:
            place = (*at, i) if document.has((*at, i)) else at
            yield Problem(
                code=code,
                message=f"'{word}' is not declared",
                span=document.span(place),
                expected="one of " + ", ".join(sorted(known)),
                mend=did_you_mean(word, known),
            )


def _ascending(days: list[date], at: Path_, document: Document) -> Iterator[Problem]:
    for i in range(1, len(days)):
        if days[i] <= days[i - 1]:
            yield Problem(
                code="dates-not-ascending",
                message=f"'{days[i]}' does not come after '{days[i - 1]}'",
                span=document.span((*at, i, "from")),
                expected="entries by ascending day, each day once",
            )


def _check_tolerance(table: _TableShape, document: Document) -> Iterator[Problem]:
    yield from _ascending([t.start for t in table.tolerance], ("tolerance",), document)
    for i, entry in enumerate(table.tolerance):
        for currency, text in entry.amounts.items():
            at = ("tolerance", i, "amounts", currency)
            if currency not in MINOR_DIGITS:
                yield Problem(
                    code="unknown-currency",
                    message=f"'{currency}' is not a known currency",
                    span=document.span(at, of_key=True),
                    expected="one of " + ", ".join(MINOR_DIGITS),
                    mend=did_you_mean(currency, MINOR_DIGITS),
                )
            elif (parse_minor(text, currency) or -1) < 0:
                yield Problem(
                    code="tolerance-amount",
                    message=f"'{text}' is not an amount above zero in {currency}",
                    span=document.span(at),
                    expected="an amount such as 10.00, without separators",
                )
    if any(s.derived == "below_tolerance" for s in table.statuses.values()) and not table.tolerance:
        yield Problem(
            code="tolerance-missing",
            message="a status is derived from a tolerance and none is declared",
            span=document.span(("statuses",), of_key=True),
            expected="tolerance: with from, amounts, source and verified",
        )
