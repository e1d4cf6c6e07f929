"""A slow second opinion on what was let out: every row against every limit, one by one.

Written from the packs' YAML and docs/packs.md alone; nothing of the gate is used, so that a mistake
there is not made here again.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

Limit = Mapping[str, Any]
Value = Mapping[str, Any]
Reach = tuple[str, str]
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
ANSWERED = {"conversation", "connected"}
UNANSWERED = {"voicemail", "unanswered", "busy", "not_in_service"}
DEAD = {"not_in_service", "returned"}
REACHED = {"conversation", "connected", "delivered", "met"}
MESSAGES = {"sms", "email", "wechat"}
TEN_MINUTES = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One item that was let out."""

    release: int
    kind: str
    channel: str
    document: str | None
    purpose: str | None
    party: str
    roles: frozenset[str]
    point: Reach | None
    opens: int
    closes: int
    calls: int | None
    attempts: int | None
    accounts: frozenset[str]
    zones: tuple[str, ...]
    """All in which the person may be."""


@dataclass(slots=True, kw_only=True)
class History:
    """What had been heard by the time of a release, as plain rows."""

    contacts: list[dict[str, Any]] = field(default_factory=list)
    wishes: list[dict[str, Any]] = field(default_factory=list)
    holds: list[dict[str, Any]] = field(default_factory=list)
    payments: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bank:
    """What limits need to know of the bank, and its limits."""

    zone: str
    limits: Mapping[str, Limit]
    overdue: Mapping[str, tuple[str, int]]
    """Of each account the currency and what is overdue, in minor units."""
    business_date: date


def plain(file: Path) -> Any:
    """A file of configuration without the program's own reader."""
    return yaml.safe_load(file.read_text("utf-8"))  # noqa: TID251 - a second opinion reads for itself


def limits_of(config: Path) -> dict[str, Limit]:
    """Every blocking limit of the packs that a project names."""
    found = {}
    for name in plain(config / "project.yaml")["packs"]:
        pack = plain(config / name)
        for key, limit in pack["limits"].items():
            if limit["mode"] == "block":
                found[f"{pack['pack']}.{key}"] = limit
    return found


def broken(bank: Bank, row: Row, out: Sequence[Row], known: History) -> list[str]:
    """The limits that a row breaks; `out` are all rows of its release and of those before."""
    found = list(_stale(bank, row, known))
    about = _Said(row, known.wishes)
    probes = list(_probes(row, about))
    for name, limit in bank.limits.items():
        check = _CHECKS.get(limit["kind"])
        if check is None:
            continue
        for at in probes if limit["kind"] in _CHANGING else probes[:1]:
            value = _valid(limit, _clock(at, bank.zone).date())
            if value is not None and check(_One(bank, row, limit, value, known, out, about), at):
                found.append(f"{name} at {_clock(at, bank.zone)}")
                break
    return found


@dataclass(frozen=True, slots=True)
class _One:
    """One limit and one row, with what is known."""

    bank: Bank
    row: Row
    limit: Limit
    value: Value
    known: History
    out: Sequence[Row]
    said: "_Said"

    @property
    def concerned(self) -> bool:
        return self.row.channel in self.limit["channels"]


def _clock(at: int, zone: str) -> datetime:
    return datetime.fromtimestamp(at, ZoneInfo(zone))


def _valid(limit: Limit, day: date) -> Value | None:
    for value in limit["values"]:
        if value["from"] <= day <= value.get("to", date.max):
            return dict(value)
    return None


def _probes(row: Row, said: "_Said") -> Iterator[int]:
    """The first and last second, every ten minutes, and wherever something said begins or ends."""
    yield row.opens
    yield row.closes - 1
    yield from range(row.opens, row.closes, TEN_MINUTES)
    for wish in said.mine:
        for edge in (wish["received"], wish["ends"]):
            for at in () if edge is None else (edge - 1, edge):
                if row.opens <= at < row.closes:
                    yield at


# what people said


class _Said:
    """The wishes that are about a row, whatever they say."""

    def __init__(self, row: Row, wishes: Iterable[Mapping[str, Any]]) -> None:
        self.mine = [w for w in wishes if self._is_about(row, w)]

    @staticmethod
    def _is_about(row: Row, wish: Mapping[str, Any]) -> bool:
        if wish["point"] is not None:
            who = wish["point"] == row.point
        else:
            who = wish["party"] == row.party
        if not who or wish["channel"] not in (None, row.channel):
            return False
        named = set(wish["accounts"])
        if not named or wish["kind"] == "opt_out":
            return True
        return row.accounts <= named if wish["kind"] == "consent" else bool(row.accounts & named)

    def now(self, kind: str, at: int) -> list[Mapping[str, Any]]:
        return [
            w for w in self.mine
            if w["kind"] == kind and w["received"] <= at and (w["ends"] is None or at < w["ends"])
        ]  # fmt: skip

    def consented(self, at: int) -> bool:
        refused = [
            w["received"] for w in self.mine if w["kind"] == "refusal" and w["received"] <= at
        ]
        return any(
            not any(given["received"] <= r for r in refused) for given in self.now("consent", at)
        )

    def refused(self, at: int) -> bool:
        given = [w["received"] for w in self.now("consent", at)]
        return any(
            not any(g > refusal["received"] for g in given) for refusal in self.now("refusal", at)
        )


def _in_hours(hours: str, shown: datetime) -> bool:
    """Whether a clock shows one of the hours of a week, as `Mon 09:00-12:00, Tue 14:00-18:00`."""
    for part in hours.split(","):
        day, span = part.split()
        start, end = span.split("-")
        if DAYS[shown.weekday()] == day and start <= shown.strftime("%H:%M") < end:
            return True
    return False


def _hours(one: _One, at: int) -> bool:
    if not one.concerned or (one.limit.get("consent_lifts") and one.said.consented(at)):
        return False
    if one.limit.get("named_hours") == "override" and one.said.now("convenient", at):
        return False
    return any(_out_of(one.value, _clock(at, zone)) for zone in one.row.zones)


def _out_of(value: Value, clock: datetime) -> bool:
    shown = clock.strftime("%H:%M:%S")
    opens, closes = f"{value['opens']}:00", f"{value['closes']}:00"
    early = shown < opens or (shown == opens and not value.get("opens_included", True))
    late = shown > closes or (shown == closes and not value.get("closes_included", False))
    return early or late


def _quiet_days(one: _One, at: int) -> bool:
    days = one.value["days"]
    return one.concerned and any(_clock(at, zone).date() in days for zone in one.row.zones)


def _wish(one: _One, at: int) -> bool:
    kind = one.limit["honours"]
    if not one.concerned:
        return False
    if kind == "refusal":
        return one.said.refused(at)
    if kind == "convenient":
        clocks = [_clock(at, zone) for zone in one.row.zones]
        named = [w["hours"] for w in one.said.now(kind, at)]
        return not all(_in_hours(hours, c) for hours in named for c in clocks)
    if kind == "inconvenient":
        clocks = [_clock(at, zone) for zone in one.row.zones]
        return any(_in_hours(w["hours"], c) for w in one.said.now(kind, at) for c in clocks)
    return bool(one.said.now(kind, at))


def _consent(one: _One, at: int) -> bool:
    return one.concerned and not one.said.consented(at)


# who and what about


def _parties(one: _One, _at: int) -> bool:
    return not one.row.roles & set(one.value["roles"])


def _third_person(one: _One, _at: int) -> bool:
    return one.row.roles == {"contact"}


def _hold(one: _One, at: int) -> bool:
    if one.row.document in one.limit.get("passes", []):
        return False
    day = _clock(at, one.bank.zone).date()
    names = {one.row.channel, one.row.purpose, "all"}
    return any(
        (h["party"] == one.row.party or h["account"] in one.row.accounts)
        and h["starts"] <= day < min(h["ends"] or date.max, h["lifted"] or date.max)
        and bool(names & set(h["stops"]))
        for h in one.known.holds
    )


def _notice(one: _One, at: int) -> bool:
    if one.row.channel != one.limit["step"]:
        return False
    return not all(_noticed(one, account, at) for account in one.row.accounts)


def _noticed(one: _One, account: str, at: int) -> bool:
    mine = [
        c for c in one.known.contacts
        if c["document"] in one.limit["documents"] and c["party"] == one.row.party
        and account in c["accounts"]
    ]  # fmt: skip
    returned = [c["at"] for c in mine if c["outcome"] == "returned"]
    for contact in mine:
        if contact["outcome"] == "handed_over" and not any(r >= contact["at"] for r in returned):
            handed = _clock(contact["at"], one.bank.zone).date()
            days = timedelta(one.value["days"])
            if contact["at"] <= at and handed + days <= _clock(at, one.bank.zone).date():
                return True
    return False


def _unusable(one: _One, at: int) -> bool:
    point, channel = one.row.point, one.row.channel
    if not one.concerned or point is None:
        return False
    over = [c for c in one.known.contacts if c["point"] == point and c["at"] <= at]
    for dead, on in ((DEAD, None), ({"failed"}, channel)):
        mine = [c for c in over if on is None or c["channel"] == on]
        bad = max((c["at"] for c in mine if c["outcome"] in dead), default=None)
        good = max((c["at"] for c in mine if c["outcome"] in REACHED), default=-1)
        if bad is not None and bad >= good:
            return True
    return False


# how often


def _cap(one: _One, at: int) -> bool:
    """Whether what was made in the window and what was given out are more than the cap."""
    if not one.concerned:
        return False
    per = one.limit["per"]
    groups: Iterable[str | None] = one.row.accounts if per == "debt" else (None,)
    if per == "point" and one.row.point is None:
        return False
    return any(
        _made(one, at, debt, zone) + _given(one, at, debt, zone) > one.value["most"]
        for debt in groups
        for zone in one.row.zones
    )


def _same(one: _One, party: str, point: Reach | None, accounts: Iterable[str], debt: Any) -> bool:
    if one.limit["per"] == "point":
        return point == one.row.point
    named = set(accounts)
    return party == one.row.party and (debt is None or not named or debt in named)


def _made(one: _One, at: int, debt: str | None, zone: str) -> int:
    limit, today = one.limit, _clock(at, zone).date()
    first = today - timedelta(one.value["days"] - 1)
    return sum(
        c["channel"] in limit.get("counted", limit["channels"])
        and c["outcome"] in limit["counts"]
        and (not c["incoming"] or bool(limit.get("incoming")))
        and _same(one, c["party"], c["point"], c["accounts"], debt)
        and first <= _clock(c["at"], zone).date() <= today
        for c in one.known.contacts
    )


def _given(one: _One, at: int, debt: str | None, zone: str) -> int:
    limit, counts = one.limit, set(one.limit["counts"])
    day, total = _clock(at, zone).date(), 0
    for row in one.out:
        if row.channel not in limit.get("counted", limit["channels"]):
            continue
        if _clock(row.opens, zone).date() != day:
            continue
        if not _same(one, row.party, row.point, row.accounts, debt):
            continue
        if row.channel in MESSAGES:
            total += bool(counts & {"sent", "delivered"})
        if row.kind == "task" and row.channel == "call":
            total += (row.calls or 0) if counts & ANSWERED else 0
            total += (row.attempts or 0) if counts & UNANSWERED else 0
    return total


def _envelope(one: _One, _at: int) -> bool:
    mine = [
        r for r in one.out
        if r.kind == "document" and r.channel in one.limit["channels"] and r.party == one.row.party
    ]  # fmt: skip
    return one.concerned and len(mine) > one.value["most"]


def _stale(bank: Bank, row: Row, known: History) -> Iterator[str]:
    """Documents of accounts that moved, tasks about accounts on which what was overdue came in."""
    after = datetime.combine(
        bank.business_date + timedelta(1), datetime.min.time(), ZoneInfo(bank.zone)
    ).timestamp()
    booked = [p for p in known.payments if p["booked"] >= after]
    for account in row.accounts:
        mine = [p for p in booked if p["account"] == account]
        if mine and row.kind == "document":
            yield "paid-since"
        net = sum(-p["amount"] if p["reverses"] else p["amount"] for p in mine)
        if net > 0 and net >= bank.overdue[account][1]:
            yield "settled"


_CHANGING = {"hours", "quiet_days", "wish", "consent"}
_CHECKS = {
    "hours": _hours, "quiet_days": _quiet_days, "cap": _cap, "wish": _wish, "consent": _consent,
    "parties": _parties, "third_person": _third_person, "unusable": _unusable, "hold": _hold,
    "notice": _notice, "envelope": _envelope,
}  # fmt: skip
