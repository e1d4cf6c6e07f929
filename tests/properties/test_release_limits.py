"""Whatever happened before a night and after it, nothing that was let out breaks a limit."""

import hashlib
import shutil
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from proposals import edit, put_in_force
from slow_counter import Bank, History, Reach, Row, broken, limits_of, plain
from small_nights import SAMPLES, SmallNight, keep, read_night, small_project, sound_ids

from collectctl.cli import main
from collectctl.ledger.connect import connect
from collectctl.ledger.heard import Contact, Intake, Payment, Wish
from collectctl.ledger.holds import Hold, lift_hold, set_hold
from collectctl.ledger.taking import take_contacts, take_payments, take_wishes

DAY = date(2026, 11, 20)
ZONE = "Asia/Shanghai"
ROLES = {"主卡持卡人": "principal", "共同债务人": "joint_debtor", "保证人": "guarantor",
         "附属卡持卡人": "supplementary", "联系人": "contact"}  # fmt: skip
REACH = {"call": "phone", "sms": "phone", "email": "email", "wechat": "wechat",
         "letter": "address", "visit": "address"}  # fmt: skip
OUTCOMES = {
    "call": ("conversation", "connected", "voicemail", "unanswered", "busy", "not_in_service"),
    "sms": ("sent", "delivered", "failed"), "email": ("delivered", "failed"),
    "wechat": ("sent", "failed"), "letter": ("handed_over", "returned"), "visit": ("met",),
}  # fmt: skip
DETAILS = {"手机": "phone", "电子邮箱": "email", "微信": "wechat", "地址": "address"}
# Caps that the packs which come along do not have: on messages, on what was answered by a person
# alone, on what is about the wrong one of two outcomes.
MORE_LIMITS = """
  one_talk:
    {kind: cap, title: {zh_CN: 测试, en: A test}, mode: block, binding: house, per: person,
     channels: [call], counts: [conversation],
     values: [{from: 2024-01-01, most: 1, days: 2, source: a test, verified: house}]}
  one_message:
    {kind: cap, title: {zh_CN: 测试, en: A test}, mode: block, binding: house, per: person,
     channels: [sms, wechat], counts: [delivered], counted: [sms, wechat, email],
     values: [{from: 2024-01-01, most: 1, days: 3, source: a test, verified: house}]}
"""


def moment(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE)).timestamp())


WEEK_AGO, MIDNIGHT = moment("2026-11-14 00:00"), moment("2026-11-21 00:00")
RELEASES = [
    ("2026-11-20 23:30", "2026-11-21 08:00"), ("2026-11-21 08:30",),
    ("2026-11-21 08:30", "2026-11-21 12:00"), ("2026-11-21 10:15", "2026-11-21 19:59"),
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Town:
    """A small bank whose people share numbers and owe several debts."""

    project: Path
    people: tuple[str, ...]
    reach: Mapping[str, Mapping[str, str]]
    owes: Mapping[str, tuple[str, ...]]
    roles: Mapping[tuple[str, str], frozenset[str]]
    zones: Mapping[str, tuple[str, ...]]
    bank: Bank


@pytest.fixture(scope="module")
def town(fresh: Path, tmp_path_factory: pytest.TempPathFactory) -> Town:
    night = crowded(read_night(SAMPLES / "inbox", DAY.isoformat()))
    folder = small_project(fresh, tmp_path_factory.mktemp("town") / "town", night)
    edit(folder, "contracts/parties.yaml", "  语言:", "  时区: zones\n  语言:")
    edit(folder, "project.yaml", "packs/cn.yaml, ", "packs/cn.yaml, packs/us-reg-f.yaml, ")
    house = folder / "config" / "packs" / "house.yaml"
    house.write_text(house.read_text("utf-8").rstrip() + MORE_LIMITS, "utf-8")
    put_in_force(folder)
    # whoever owes nothing is never contacted, so nothing would be shown by what befalls them
    owing = ("主卡持卡人", "共同债务人", "保证人")
    people = sorted({row["关系人编号"] for row in night.parties if row["关系"] in owing})
    mine = {p: [row for row in night.parties if row["关系人编号"] == p] for p in people}
    return Town(
        project=folder, people=tuple(people),
        reach={
            p: {kind: row[name] for row in rows for name, kind in DETAILS.items() if row[name]}
            for p, rows in mine.items()
        },
        owes={p: tuple(sorted({row["账号"] for row in rows})) for p, rows in mine.items()},
        roles={
            (p, a): frozenset(ROLES[r["关系"]] for r in rows if r["账号"] == a)
            for p, rows in mine.items() for a in {r["账号"] for r in rows}
        },
        zones={p: tuple(rows[0]["时区"].split()) or (ZONE,) for p, rows in mine.items()},
        bank=Bank(
            zone=ZONE, limits=limits_of(folder / "config"), business_date=DAY,
            overdue={
                a["账号"]: (a["币种"], int(Decimal(a["其中逾期金额"] or 0) * 100))
                for a in night.accounts
            },
        ),
    )  # fmt: skip


def crowded(whole: SmallNight) -> SmallNight:
    """A few people with several overdue debts, some of whom share numbers or are elsewhere."""
    sound = set(sound_ids(whole, SAMPLES / "faults.tsv", len(whole.accounts)))
    days = {row["账号"]: int(row["逾期天数"] or 0) for row in whole.accounts}
    debts: dict[str, list[str]] = {}
    for row in whole.parties:
        if row["账号"] in sound and days[row["账号"]] > 0 and row["关系"] == "主卡持卡人":
            debts.setdefault(row["关系人编号"], []).append(row["账号"])
    several = [ids for ids in debts.values() if len(ids) > 1][:6]
    night = keep(whole, [a for ids in several for a in ids])
    night.headings = {**night.headings, "parties": [*night.headings["parties"], "时区"]}
    order = list(dict.fromkeys(row["关系人编号"] for row in night.parties))
    first = {row["关系人编号"]: row for row in reversed(night.parties)}
    for row in night.parties:
        place = order.index(row["关系人编号"])
        row["时区"] = ("", "Asia/Tokyo", "Europe/London Asia/Shanghai")[place % 3]
        if place % 3 == 1:
            row["手机"] = first[order[place - 1]]["手机"]
            row["地址"] = first[order[place - 1]]["地址"]
    return night


# histories

_SPAN = st.floats(0, 1, allow_nan=False)
_WHO = st.integers(0, 10_000)
_HOURS = st.sampled_from([
    "Sat 08:00-12:00", "Sat 12:10-24:00, Fri 09:00-10:00", "Sat 13:00-13:30", "Sat 00:00-24:00",
])  # fmt: skip
_CONTACT = st.fixed_dictionaries({
    "what": st.just("contact"), "who": _WHO, "when": _SPAN, "pick": _WHO,
    "channel": st.sampled_from(["call", "call", "call", "sms", "letter", "email", "visit"]),
    "incoming": st.sampled_from([False, False, True]), "pointed": st.sampled_from([1, 1, 1, 0]),
    "named": st.integers(0, 3), "today": st.booleans(), "times": st.sampled_from([1, 1, 2, 5]),
})  # fmt: skip
_WISH = st.fixed_dictionaries({
    "what": st.just("wish"), "who": _WHO, "when": _SPAN, "hours": _HOURS,
    "named": st.integers(0, 3),
    "kind": st.sampled_from(["consent", "consent", "refusal", "opt_out", "stop_medium", "cease",
                             "inconvenient", "convenient", "represented"]),
    "channel": st.sampled_from(["call", "sms", "letter", "email", "visit"]),
    "every": st.booleans(),
    "lasts": st.sampled_from([None, None, 1800, 20_000, 86_400, 300_000]),
})  # fmt: skip
_HOLD = st.fixed_dictionaries({
    "what": st.just("hold"), "who": _WHO, "person": st.booleans(), "starts": st.integers(-3, 2),
    "days": st.sampled_from([None, 1, 2, 5]), "lifted": st.sampled_from([None, None, 0, 1]),
    "stops": st.sampled_from([("all",), ("call",), ("demand",), ("sms", "letter"), ("legal",)]),
})  # fmt: skip
_PAYMENT = st.fixed_dictionaries({
    "what": st.just("payment"), "who": _WHO, "when": _SPAN, "back": st.booleans(),
    "share": st.sampled_from([1, 50, 100, 200]),
})  # fmt: skip
_ANY = st.one_of(_CONTACT, _CONTACT, _CONTACT, _WISH, _WISH, _HOLD, _PAYMENT)
_HEARD = st.lists(_ANY, min_size=3, max_size=10)


class Telling:
    """Brings histories into a ledger, and keeps them as plain rows for the slow counter."""

    def __init__(self, town: Town, ledger: sqlite3.Connection) -> None:
        self.town, self.ledger, self.known = town, ledger, History()
        self._number = self._today = 0

    def tell(self, heard: Sequence[Mapping[str, Any]], since: int, until: int) -> None:
        """Everything of a list, at moments in between."""
        self._today = min(MIDNIGHT, until)
        for one in heard:
            who = self.town.people[one["who"] % len(self.town.people)]
            at = since + int(one.get("when", 0) * (until - since))
            getattr(self, f"_{one['what']}")(who, at, one)

    def _accounts(self, who: str, named: int) -> tuple[str, ...]:
        """None of what the person owes, the first, all but the first, or all."""
        owed = self.town.owes[who]
        return ((), owed[:1], owed[1:], owed)[named]

    def _intake(self, feed: str) -> tuple[Intake, str]:
        self._number += 1
        return Intake(
            feed=feed, digest=hashlib.sha256(str(self._number).encode()).hexdigest(),
            rows_rejected=0, complete_to=None, stated_by="test", reason="",
            recorded_at="2026-11-21T00:00:00Z",
        ), f"R{self._number}"  # fmt: skip

    def _point(self, who: str, channel: str) -> Reach | None:
        value = self.town.reach[who].get(REACH[channel])
        return None if value is None else (REACH[channel], value)

    def _contact(self, who: str, at: int, one: Mapping[str, Any]) -> None:
        channel = one["channel"]
        outcome = OUTCOMES[channel][one["pick"] % len(OUTCOMES[channel])]
        point = self._point(who, channel) if one["pointed"] else None
        accounts = self._accounts(who, one["named"])
        if one["today"]:
            at = max(at, self._today)
        document = "final-warning" if channel == "letter" else None
        for n in range(one["times"]):
            intake, reference = self._intake("contacts/agency")
            made = Contact(
                reference=reference, at=at - n, channel=channel, outcome=outcome,
                incoming=one["incoming"], party_id=who, point=point, accounts=accounts,
                made_by="test", document=document,
            )  # fmt: skip
            assert take_contacts(self.ledger, intake, [made]).new == 1
            self.known.contacts.append({
                "at": at - n, "channel": channel, "outcome": outcome, "incoming": one["incoming"],
                "party": who, "point": point, "accounts": accounts, "document": document,
            })  # fmt: skip

    def _wish(self, who: str, at: int, one: Mapping[str, Any]) -> None:
        kind = one["kind"]
        needs_channel = kind in ("stop_medium", "opt_out")
        channel = one["channel"] if needs_channel or not one["every"] else None
        point = self._point(who, channel) if kind == "opt_out" and channel else None
        if kind == "opt_out" and point is None:
            return
        ends = None if one["lasts"] is None else at + one["lasts"]
        hours = one["hours"] if kind.endswith("convenient") else None
        accounts = self._accounts(who, one["named"])
        intake, reference = self._intake("wishes/consents")
        wish = Wish(
            reference=reference, kind=kind, received=at, ends=ends, party_id=who, point=point,
            channel=channel, weekly=hours, accounts=accounts,
        )  # fmt: skip
        assert take_wishes(self.ledger, intake, [wish]).new == 1
        self.known.wishes.append({
            "kind": kind, "received": at, "ends": ends, "party": who, "point": point,
            "channel": channel, "hours": hours, "accounts": accounts,
        })  # fmt: skip

    def _hold(self, who: str, _at: int, one: Mapping[str, Any]) -> None:
        starts = DAY + timedelta(one["starts"])
        ends = None if one["days"] is None else starts + timedelta(one["days"])
        party = who if one["person"] else None
        account = None if one["person"] else self.town.owes[who][0]
        number = set_hold(
            self.ledger,
            Hold(
                number=0, account_id=account, party_id=party, starts=starts, ends=ends,
                reason="test", evidence="test", stops=one["stops"], set_by="test",
                lifted_by="compliance", review=DAY, recorded_at="2026-11-21T00:00:00Z",
            ),
        )  # fmt: skip
        lifted = None if one["lifted"] is None else DAY + timedelta(one["lifted"])
        if lifted is not None:
            lift_hold(self.ledger, number, lifted, "test", "test", "2026-11-21T00:00:00Z")
        self.known.holds.append({
            "party": party, "account": account, "starts": starts, "ends": ends,
            "stops": one["stops"], "lifted": lifted,
        })  # fmt: skip

    def _payment(self, who: str, at: int, one: Mapping[str, Any]) -> None:
        account = self.town.owes[who][-1]
        currency, overdue = self.town.bank.overdue[account]
        amount, reverses = max(1, overdue * one["share"] // 100), None
        there = [p for p in self.known.payments
                 if p["account"] == account and not p["reverses"] and not p["back"]]  # fmt: skip
        if one["back"] and there and there[-1]["booked"] <= at:
            there[-1]["back"] = True
            amount, reverses = there[-1]["amount"], there[-1]["reference"]
        intake, reference = self._intake("payments/payments")
        made = Payment(
            reference=reference, account_id=account, amount=amount, currency=currency, booked=at,
            value_day=DAY, payer="self", reverses=reverses,
        )  # fmt: skip
        assert take_payments(self.ledger, intake, [made]).new == 1
        self.known.payments.append({
            "reference": reference, "account": account, "amount": amount, "booked": at,
            "reverses": reverses, "back": False,
        })  # fmt: skip


def let_out(town: Town, ledger: sqlite3.Connection) -> list[Row]:
    """Every contact that the ledger has as issued, in the order of releases."""
    documents = plain(town.project / "config" / "documents" / "documents.yaml")["documents"]
    about: dict[int, set[str]] = {}
    for number, account in ledger.execute(
        "SELECT x.issued, d.account_id FROM issued_debt x JOIN debt d ON d.key = x.debt"
    ):
        about.setdefault(number, set()).add(account)
    return [
        Row(
            release=release, kind=kind, channel=channel, document=document,
            purpose=None if document is None else documents[document]["purpose"], party=party,
            roles=frozenset().union(*(town.roles[party, a] for a in about[number])),
            point=None if point is None else (point, value), opens=opens, closes=closes,
            calls=calls, attempts=attempts, accounts=frozenset(about[number]),
            zones=town.zones[party],
        )
        for number, release, kind, channel, document, party, point, value, opens, closes, calls,
        attempts in ledger.execute(
            "SELECT i.number, l.position, i.kind, i.channel, i.document, p.party_id, a.kind,"
            " a.value, i.opens, i.closes, i.calls, i.attempts FROM issued i"
            " JOIN release l ON l.number = i.release LEFT JOIN person p ON p.key = i.person"
            " LEFT JOIN point a ON a.key = i.point WHERE i.kind <> 'desk' ORDER BY i.number"
        )
    ]  # fmt: skip


@settings(
    max_examples=12, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
@given(
    before=_HEARD, between=st.lists(_HEARD, min_size=2, max_size=2),
    releases=st.sampled_from(RELEASES),
)  # fmt: skip
def test_nothing_that_was_let_out_breaks_a_limit(
    town: Town,
    before: list[dict[str, Any]],
    between: list[list[dict[str, Any]]],
    releases: tuple[str, ...],
) -> None:
    with TemporaryDirectory() as folder:
        project = Path(folder) / "town"
        shutil.copytree(town.project, project)
        path = project / "ledger" / "ledger.sqlite"
        with closing(connect(path)) as ledger:
            telling = Telling(town, ledger)
            telling.tell(before, WEEK_AGO, MIDNIGHT - 1)
        assert main(["run", "--project", str(project), "--workers", "1", "--quiet"]) == 0
        for number, (at, heard) in enumerate(zip(releases, between, strict=False), 1):
            now = moment(at)
            with closing(connect(path)) as telling.ledger:
                telling.tell(heard, min(WEEK_AGO if number == 1 else MIDNIGHT, now), now)
            assert main([
                "release", "--project", str(project), "--at", at, "--by", "S2001",
                "--workers", "1", "--quiet",
            ]) == 0  # fmt: skip
            with closing(connect(path)) as ledger:
                out = let_out(town, ledger)
            fresh = [row for row in out if row.release == number]
            assert all(row.opens >= now for row in fresh)
            found = {(row, *broken(town.bank, row, out, telling.known)) for row in fresh}
            assert not [one for one in found if len(one) > 1]
