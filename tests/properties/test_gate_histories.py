"""Whatever the history, the gate allows what a slow counter allows, at the first moment it does."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from gates import ask, asked, facts, packed, packs
from hypothesis import given, settings
from hypothesis import strategies as st

from collectctl.compliance.gate.bar_points import REACHED
from collectctl.compliance.gate.facts import OUTCOMES
from collectctl.compliance.gate.judge import judge
from collectctl.compliance.gate.moments import FOREVER
from collectctl.compliance.packs.shapes import CHANNELS, STEPS

PACK = """format: collectctl/1
pack: test
title: Test
not_applicable:
  {quiet_days: none, consent: none, third_person: none, unusable: none, hold: none, time_bar: none,
   notice: none, envelope: none, duty: none, wording: none, clauses: none, message: none}
limits:
  hours:
    {kind: hours, title: t, mode: block, binding: house, channels: [call], consent_lifts: true,
     values: [{from: 2000-01-01, opens: '08:00', closes: '20:00', source: s, verified: house}]}
  day:
    {kind: cap, title: t, mode: block, binding: house, channels: [call], per: person,
     counts: [conversation, connected],
     values: [{from: 2000-01-01, most: 2, days: 1, source: s, verified: house}]}
  number:
    {kind: cap, title: t, mode: block, binding: house, channels: [call], per: point,
     counts: [unanswered, busy],
     values: [{from: 2000-01-01, most: 3, days: 1, source: s, verified: house}]}
  week:
    {kind: cap, title: t, mode: block, binding: house, channels: [call], per: debt,
     counts: [conversation, connected, unanswered],
     values: [{from: 2000-01-01, most: 4, days: 7, source: s, verified: house}]}
  after:
    {kind: cap, title: t, mode: block, binding: house, channels: [call], per: debt,
     counts: [conversation], incoming: true,
     values: [{from: 2000-01-01, most: 1, days: 3, source: s, verified: house}]}
  cease:
    {kind: wish, title: t, mode: block, binding: house, channels: [call], honours: cease,
     values: [{from: 2000-01-01, source: s, verified: house}]}
  named:
    {kind: wish, title: t, mode: block, binding: house, channels: [call], honours: inconvenient,
     values: [{from: 2000-01-01, source: s, verified: house}]}
  parties:
    {kind: parties, title: t, mode: block, binding: house,
     values: [{from: 2000-01-01, roles: [principal], source: s, verified: house}]}
"""
LIMITS = packed(PACK)
CAPS: list[tuple[str, set[str], bool, int, int]] = [
    ("person", {"conversation", "connected"}, False, 2, 1),
    ("point", {"unanswered", "busy"}, False, 3, 1),
    ("debt", {"conversation", "connected", "unanswered"}, False, 4, 7),
    ("debt", {"conversation"}, True, 1, 3),
]
ZONES = ["Asia/Shanghai", "America/New_York", "Europe/London", "Australia/Lord_Howe"]
BASE = int(datetime(2026, 10, 20, tzinfo=ZoneInfo("UTC")).timestamp())
SPAN = 20 * 86_400
History = Sequence[Mapping[str, Any]]

_CONTACT = st.fixed_dictionaries({
    "at": st.integers(BASE, BASE + SPAN),
    "outcome": st.sampled_from(["conversation", "connected", "unanswered", "busy", "voicemail"]),
    "channel": st.sampled_from(["call", "call", "call", "sms"]),
    "incoming": st.sampled_from([0, 0, 1]), "person": st.sampled_from([1, 1, 2]),
    "point": st.sampled_from([1, 2]), "debts": st.sampled_from([(1,), (2,), (1, 2), ()]),
})  # fmt: skip
_HOURS = st.lists(
    st.builds(lambda d, h: (d, h * 3600, h * 3600 + 5400), st.integers(0, 6), st.integers(0, 22)),
    min_size=1, max_size=4,
).map(tuple)  # fmt: skip
_RECEIVED = st.integers(BASE, BASE + SPAN + 5 * 86_400)
_ABOUT = st.sampled_from([(), (), (1,), (2,), (1, 2)])
_WISH = st.one_of(
    st.builds(lambda r, d, a: {"kind": "cease", "person": 1, "received": r, "ends": r + d,
                               "debts": a}, _RECEIVED, st.integers(1, 10 * 86_400), _ABOUT),
    st.builds(lambda r, h, a: {"kind": "inconvenient", "person": 1, "received": r, "weekly": h,
                               "debts": a}, _RECEIVED, _HOURS, _ABOUT),
    st.builds(lambda r, d, a: {"kind": "consent", "person": 1, "received": r, "ends": r + d,
                               "debts": a}, _RECEIVED, st.integers(1, 3 * 86_400), _ABOUT),
)  # fmt: skip
_CONTACTS = st.lists(_CONTACT, max_size=25)
_WISHES = st.lists(_WISH, max_size=3)
_ZONES = st.lists(st.sampled_from(ZONES), min_size=1, max_size=2, unique=True).map(tuple)
_AT = st.integers(BASE + SPAN, BASE + SPAN + 5 * 86_400)
_DEBTS = st.sampled_from([(1,), (2,), (1, 2)])


def clock(at: int, zone: str) -> datetime:
    return datetime.fromtimestamp(at, ZoneInfo(zone))


def window_has(made: int, at: int, zone: str, days: int) -> bool:
    first = clock(at, zone).date() - timedelta(days=days - 1)
    return first <= clock(made, zone).date() <= clock(at, zone).date()


def capped(at: int, contacts: History, zone: str, debts: Sequence[int]) -> bool:
    for per, outcomes, incoming, most, days in CAPS:
        for debt in debts if per == "debt" else (0,):
            count = 0
            for c in contacts:
                mine = c["point"] == 1 if per == "point" else c["person"] == 1
                about = per != "debt" or not c["debts"] or debt in c["debts"]
                if (
                    c["channel"] == "call" and c["outcome"] in outcomes and mine and about
                    and (incoming or not c["incoming"]) and window_has(c["at"], at, zone, days)
                ):  # fmt: skip
                    count += 1
            if count >= most:
                return True
    return False


def about(wish: Mapping[str, Any], debts: Sequence[int]) -> bool:
    """Consent covers a contact with all of its debts, anything else one that has a debt of it."""
    named = set(wish["debts"])
    return not named or (
        set(debts) <= named if wish["kind"] == "consent" else bool(named & {*debts})
    )


def slow(
    at: int, contacts: History, wishes: History, zones: Sequence[str], debts: Sequence[int]
) -> bool:
    """Whether a call may be made, counted one by one."""
    now = [w for w in wishes if w["received"] <= at < w.get("ends", FOREVER) and about(w, debts)]
    if any(w["kind"] == "cease" for w in now):
        return False
    consented = any(w["kind"] == "consent" for w in now)
    for zone in zones:
        shown = clock(at, zone)
        second = shown.hour * 3600 + shown.minute * 60 + shown.second
        if not consented and not 8 * 3600 <= second < 20 * 3600:
            return False
        for w in now:
            for weekday, start, end in w.get("weekly", ()):
                if (
                    w["kind"] == "inconvenient"
                    and weekday == shown.weekday()
                    and start <= second < end
                ):
                    return False
        if capped(at, contacts, zone, debts):
            return False
    return True


@settings(max_examples=150, deadline=None)
@given(_AT, _CONTACTS, _WISHES, _ZONES, _DEBTS)
def test_the_gate_allows_what_a_slow_counter_allows_and_no_earlier(
    at: int, contacts: History, wishes: History, zones: tuple[str, ...], debts: tuple[int, ...]
) -> None:
    one = asked([at], zones=zones, debts=debts)
    found = ask(LIMITS, one, facts(contacts, wishes, zone=zones[0]))
    moment = int(found.moment[0])
    assert (moment == at) == slow(at, contacts, wishes, zones, debts)
    if moment < FOREVER:
        assert slow(moment, contacts, wishes, zones, debts)
        step = max(1, (moment - at) // 200)
        earlier = [*range(at, moment, step), moment - 1]
        # consent, which alone may open what was closed, is looked at on its own
        if moment > at and not any(w["kind"] == "consent" for w in wishes):
            assert not any(slow(t, contacts, wishes, zones, debts) for t in earlier)


@settings(max_examples=100, deadline=None)
@given(_AT, _CONTACTS, _WISHES, _CONTACT, _DEBTS)
def test_one_more_contact_never_allows_more(
    at: int, contacts: History, wishes: History, more: Mapping[str, Any], debts: tuple[int, ...]
) -> None:
    one = asked([at], debts=debts)
    before = ask(LIMITS, one, facts(contacts, wishes)).moment[0]
    after = ask(LIMITS, one, facts([*contacts, more], wishes)).moment[0]
    assert after >= before


@settings(max_examples=60, deadline=None)
@given(_AT, _CONTACTS, _WISHES, st.randoms(use_true_random=False))
def test_the_order_of_facts_and_the_company_of_other_contacts_change_nothing(
    at: int, contacts: list[Mapping[str, Any]], wishes: list[Mapping[str, Any]], chance: Any
) -> None:
    alone = ask(LIMITS, asked([at]), facts(contacts, wishes)).moment[0]
    chance.shuffle(contacts)
    chance.shuffle(wishes)
    shuffled = facts(contacts, wishes)
    assert ask(LIMITS, asked([at]), shuffled).moment[0] == alone
    several = asked([at - 500, at, at + 90_000])
    assert ask(LIMITS, several, shuffled).moment[1] == alone
    reversed_ = tuple(reversed(LIMITS.dated))
    assert judge(asked([at]), shuffled, reversed_).moment[0] == alone


_SHIPPED = packs("cn", "us-reg-f", "house")
_ANY = st.fixed_dictionaries({
    "at": st.integers(BASE, BASE + SPAN), "channel": st.sampled_from(CHANNELS),
    "outcome": st.sampled_from(sorted(set(OUTCOMES) - {"void", *REACHED})),
    "incoming": st.sampled_from([0, 1]), "person": st.sampled_from([1, 2]),
    "point": st.sampled_from([1, 2]), "debts": st.sampled_from([(1,), (2,), (1, 2), ()]),
    "document": st.sampled_from(["bureau-notice", "agency-notice", "final-warning", "other"]),
})  # fmt: skip
_STEPS = st.sampled_from(["", *STEPS])
_PRECEDES = {"bureau-notice": "bureau", "agency-notice": "agency", "final-warning": "legal"}


@settings(max_examples=80, deadline=None)
@given(_AT, st.lists(_ANY, max_size=12), _ANY, st.sampled_from(CHANNELS), _STEPS)
def test_under_all_packs_a_contact_allows_nothing_more_but_the_step_a_notice_must_precede(
    at: int, contacts: History, more: Mapping[str, Any], channel: str, step: str
) -> None:
    one = asked([at], channel, step=step)
    before = int(ask(_SHIPPED, one, facts(contacts)).moment[0])
    after = int(ask(_SHIPPED, one, facts([*contacts, more])).moment[0])
    notice = more["outcome"] == "handed_over" and _PRECEDES.get(more["document"]) == step
    assert after >= before or notice


@settings(max_examples=60, deadline=None)
@given(_AT, st.lists(_ANY, max_size=12), st.sampled_from(CHANNELS), st.randoms())
def test_under_all_packs_the_order_of_contacts_changes_nothing(
    at: int, contacts: list[Mapping[str, Any]], channel: str, chance: Any
) -> None:
    one = asked([at], channel, step="bureau")
    before = ask(_SHIPPED, one, facts(contacts))
    chance.shuffle(contacts)
    after = ask(_SHIPPED, one, facts(contacts))
    assert [s.tolist() for s in before.silent_from] == [s.tolist() for s in after.silent_from]
    assert before.moment.tolist() == after.moment.tolist()


def test_a_notice_that_was_handed_over_allows_the_step_that_it_must_precede_and_no_more() -> None:
    notices = packed(
        PACK.replace("\n   notice: none,", "\n").replace(
            "  parties:",
            "  bureau:\n    {kind: notice, title: t, mode: block, binding: house, step: bureau,"
            " documents: [told],\n     values: [{from: 2000-01-01, days: 0, source: s,"
            " verified: house}]}\n  parties:",
        )
    )
    noon = int(datetime(2026, 11, 20, 12, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp())
    told = {
        "at": noon - 9 * 86_400,
        "outcome": "handed_over",
        "channel": "letter",
        "document": "told",
    }
    step = asked([noon], "letter", step="bureau")
    assert ask(notices, step, facts()).answer(0) == "block"
    assert ask(notices, step, facts([told])).answer(0) == "allow"
    legal = asked([noon], "letter", step="legal")
    same = [ask(notices, legal, facts(known)).moment[0] for known in ([], [told])]
    assert same[0] == same[1]


_DECIDED = st.lists(
    st.fixed_dictionaries({
        "debt": st.sampled_from([1, 2, 3, 4]), "step": st.sampled_from(STEPS),
        "on": st.dates(date(2026, 10, 30), date(2026, 11, 20)).map(str),
    }),
    max_size=8,
)  # fmt: skip
_SEVERAL = st.sets(st.sampled_from([1, 2, 3]), min_size=1).map(sorted)


@settings(max_examples=300, deadline=None)
@given(_AT, _DECIDED, _SEVERAL, st.sampled_from(CHANNELS), st.lists(_ANY, max_size=6), _WISHES)
def test_whatever_happened_no_final_warning_goes_out_without_a_decision_for_each_of_its_debts(
    at: int, decided: History, debts: list[int], channel: str, contacts: History, wishes: History
) -> None:
    one = asked([at], channel, debts=debts, document="final-warning")
    found = ask(_SHIPPED, one, facts(contacts, wishes, decided=decided))
    days = [
        min((d["on"] for d in decided if (d["debt"], d["step"]) == (debt, "legal")), default="-")
        for debt in debts
    ]
    known, today = "-" not in days, str(clock(at, "Asia/Shanghai").date())
    spoke = {limit.id for limit, _ in found.speaking(0)}
    assert ("cn.final_decision" in spoke) == (not known or max(days) > today)
    moment = int(found.moment[0])
    if moment < FOREVER:
        assert known and max(days) <= str(clock(moment, "Asia/Shanghai").date())


@settings(max_examples=80, deadline=None)
@given(_AT, _DECIDED, _DECIDED, _SEVERAL, st.sampled_from(["final-warning", "firm-notice", ""]))
def test_one_more_decision_takes_nothing_away_and_lets_only_its_document_go(
    at: int, decided: History, more: History, debts: list[int], document: str
) -> None:
    one = asked([at], "letter", debts=debts, document=document)
    before = int(ask(_SHIPPED, one, facts(decided=decided)).moment[0])
    after = int(ask(_SHIPPED, one, facts(decided=[*decided, *more])).moment[0])
    assert after <= before
    assert document == "final-warning" or after == before
