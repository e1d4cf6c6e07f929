"""For each limit of the packs that come along: the last that it lets pass and the first it stops.

A case is a contact asked for a moment, what is known then, and whether the limit has something
against it. `tests/unit/compliance/test_boundaries.py` puts them to the gate.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gates import SHANGHAI, Made, asked, facts, moment

from collectctl.calendar import day_number, parse_day
from collectctl.compliance.gate.facts import Asked, Facts

NEW_YORK = "America/New_York"
LOS_ANGELES = "America/Los_Angeles"
LONDON = "Europe/London"
LORD_HOWE = "Australia/Lord_Howe"
NOON = "2026-11-20 12:00"
"""A Friday."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One contact at the edge of one limit."""

    limit: str
    what: str
    speaks: bool
    asked: Asked
    facts: Facts


def _case(  # noqa: PLR0913 - what a case consists of
    limit: str, what: str, speaks: bool, at: str = NOON, *, zones: Sequence[str] = (SHANGHAI,),  # noqa: FBT001 - read as a table
    known: Mapping[str, Any] | None = None, barred: Mapping[int, int] | None = None,
    decided: Sequence[Made] = (), **contact: Any,
) -> Case:  # fmt: skip
    zone = zones[0]
    return Case(
        limit=limit, what=what, speaks=speaks,
        asked=asked(
            [moment(at, zone)], contact.pop("channel", "call"), zones=tuple(zones), **contact
        ),
        facts=facts(zone=zone, barred=barred, decided=decided, **(known or {})),
    )  # fmt: skip


def made(*texts: str, outcome: str, zone: str = SHANGHAI, **more: object) -> list[Made]:
    """The same contact at several times."""
    return [{"at": moment(text, zone), "outcome": outcome, **more} for text in texts]


def _hours_of(
    limit: str, zones: Sequence[str], edges: Sequence[tuple[str, bool]], **contact: Any
) -> Iterator[Case]:
    for at, speaks in edges:
        yield _case(limit, f"{at} in {' and '.join(zones)}", speaks, at, zones=zones, **contact)


def _days_of(limit: str, edges: Sequence[tuple[str, bool]]) -> Iterator[Case]:
    return _hours_of(limit, (SHANGHAI,), edges)


# what a person may say


def _wishes(pack: str, zone: str) -> Iterator[Case]:
    """From the moment of receipt, on the channel, number and debt it is about, until its end."""
    at = moment(NOON, zone)
    everything = ("call", "sms", "letter", "email", "wechat", "visit")
    for kind, of, free in (
        ("cease", {"person": 1}, ()),
        ("represented", {"person": 1}, ()),
        ("stop_medium", {"person": 1, "channel": "call"}, ("sms", "letter")),
        ("refusal", {"person": 1, "channel": "sms"}, ("call", "letter")),
        ("opt_out", {"point": 1}, ()),
    ):
        limit, own = f"{pack}.{kind}", "sms" if kind == "refusal" else "call"

        def case(what: str, speaks: bool, wish: Made, *, by: str = own, **more: Any) -> Case:  # noqa: FBT001 - read as a table
            wishes = [{"kind": kind, **of, **wish}]  # noqa: B023 - called at once
            return _case(
                limit, what, speaks, zones=(zone,), known={"wishes": wishes}, channel=by, **more  # noqa: B023 - called at once
            )  # fmt: skip

        yield case("received a second later", False, {"received": at + 1})
        yield case("received at this second", True, {"received": at})
        yield case("its last second", True, {"received": at - 9, "ends": at + 1})
        yield case("over since this second", False, {"received": at - 9, "ends": at})
        for channel in free:
            yield case(f"another channel, {channel}", False, {"received": 0}, by=channel)
        for channel in everything if "channel" not in of else ():
            yield case(f"every channel, {channel}", True, {"received": 0}, by=channel)
        if "person" in of:
            yield case("somebody else", False, {"received": 0}, person=2)
            yield case("about another debt", False, {"received": 0, "debts": (2,)})
            yield case("about one of two", True, {"received": 0, "debts": (2,)}, debts=(1, 2))
            yield case("about this debt", True, {"received": 0, "debts": (1,)})
        else:
            yield case("another number", False, {"received": 0}, point=2)
            yield case("who shares the number", True, {"received": 0}, person=2)
            yield case("said about one debt, any other", True, {"received": 0, "debts": (2,)})
    yield from _refused_and_consented(f"{pack}.refusal", zone, at)
    # Friday from ten to two
    hours = ((4, 10 * 3600, 14 * 3600),)
    said = [{"kind": "inconvenient", "person": 1, "received": 0, "weekly": hours}]
    for text, speaks in (
        ("2026-11-20 09:59:59", False), ("2026-11-20 10:00:00", True),
        ("2026-11-20 13:59:59", True), ("2026-11-20 14:00:00", False),
        ("2026-11-19 12:00", False), ("2026-11-27 12:00", True), ("2027-01-01 12:00", True),
    ):  # fmt: skip
        yield _case(
            f"{pack}.inconvenient", text, speaks, text, zones=(zone,), known={"wishes": said}
        )

    said = [{"kind": "convenient", "person": 1, "received": 0, "weekly": hours}]
    for text, speaks in (
        ("2026-11-20 09:59:59", True), ("2026-11-20 10:00:00", False),
        ("2026-11-20 13:59:59", False), ("2026-11-20 14:00:00", True),
        ("2026-11-19 12:00", True), ("2026-11-27 12:00", False), ("2027-01-01 12:00", False),
    ):  # fmt: skip
        yield _case(f"{pack}.convenient", text, speaks, text, zones=(zone,), known={"wishes": said})


def _refused_and_consented(limit: str, zone: str, at: int) -> Iterator[Case]:
    refusal = {"kind": "refusal", "person": 1, "received": at - 100}
    for what, speaks, consent in (
        ("consent in the same second", True, {"received": at - 100}),
        ("consent a second later", False, {"received": at - 99}),
        ("consent that is over", True, {"received": at - 99, "ends": at}),
        ("consent in its last second", False, {"received": at - 99, "ends": at + 1}),
        ("consent for another debt", True, {"received": at - 99, "debts": (2,)}),
        ("consent still to come", True, {"received": at + 1}),
    ):
        wishes = [refusal, {"kind": "consent", "person": 1, **consent}]
        yield _case(limit, what, speaks, zones=(zone,), known={"wishes": wishes})


# who, and what is on hold


def _parties(limit: str) -> Iterator[Case]:
    for role in ("principal", "joint_debtor", "guarantor"):
        yield _case(limit, role, False, role=role)
    for role in ("supplementary", "contact", "representative"):
        yield _case(limit, role, True, role=role)
    yield _case(limit, "an approved third person", False, role="contact", approved=True)
    yield _case(
        limit, "approved, but not a third person", True, role="supplementary", approved=True
    )


def _third_persons(limit: str) -> Iterator[Case]:
    at = moment(NOON)
    one: dict[str, Any] = {"role": "contact", "approved": True}
    yield _case(limit, "approved, by telephone", False, **one)
    yield _case(limit, "approved, by a visit", False, channel="visit", **one)
    yield _case(limit, "not approved", True, role="contact")
    yield _case(limit, "a debtor", False)
    for channel in ("letter", "sms", "wechat", "email"):
        yield _case(limit, f"in writing, {channel}", True, channel=channel, **one)
    for kind in ("refusal", "cease", "opt_out", "stop_medium"):
        for what, speaks, wish in (
            ("in this second", True, {"received": at}),
            ("a second later", False, {"received": at + 1}),
            ("long over", True, {"received": 0, "ends": 1}),
            ("for another channel", True, {"received": 0, "channel": "sms"}),
        ):
            said = [{"kind": kind, "person": 1, **wish}]
            yield _case(limit, f"{kind} {what}", speaks, known={"wishes": said}, **one)


def _holds(limit: str, zone: str = SHANGHAI) -> Iterator[Case]:
    for what, speaks, hold in (
        ("its first day", True, {"starts": "2026-11-20"}),
        ("begins tomorrow", False, {"starts": "2026-11-21"}),
        ("its last day", True, {"starts": "2026-01-01", "ends": "2026-11-21"}),
        ("over since today", False, {"starts": "2026-01-01", "ends": "2026-11-20"}),
        ("open", True, {"starts": "2026-01-01"}),
        ("of the person", True, {"starts": "2026-01-01", "debt": -1, "person": 1}),
        ("of another debt", False, {"starts": "2026-01-01", "debt": 2}),
        ("stops this channel", True, {"starts": "2026-01-01", "stops": ("call",)}),
        ("stops another channel", False, {"starts": "2026-01-01", "stops": ("sms", "letter")}),
        ("stops no contact", False, {"starts": "2026-01-01", "stops": ("ladder", "placement")}),
        ("stops what nobody knows", True, {"starts": "2026-01-01", "stops": ("everything",)}),
        ("stops another step", False, {"starts": "2026-01-01", "stops": ("legal",)}),
    ):
        held = [{"debt": 1, **hold}]
        yield _case(limit, what, speaks, zones=(zone,), known={"holds": held})
    held = [{"debt": 1, "starts": "2026-01-01", "stops": ("legal",)}]
    yield _case(limit, "stops this step", True, zones=(zone,), known={"holds": held}, step="legal")


def _notices(
    limit: str, step: str, document: str, edges: Sequence[tuple[str, bool]]
) -> Iterator[Case]:
    """`edges`: when the notice was handed over, for a step at noon on 20 November 2026."""

    def case(what: str, speaks: bool, contacts: Sequence[Made], **more: Any) -> Case:  # noqa: FBT001 - read as a table
        more = {"step": step, **more}
        return _case(limit, what, speaks, known={"contacts": contacts}, channel="letter", **more)

    def told(at: str, outcome: str = "handed_over", **more: Any) -> Made:
        return made(at, outcome=outcome, channel="letter", document=document, **more)[0]

    good = told("2026-01-05 10:00")
    yield case("no notice", True, ())
    yield case("another step", False, (), step="legal" if step != "legal" else "agency")
    for at, speaks in edges:
        yield case(f"handed over {at}", speaks, [told(at)])
    yield case("long ago", False, [good])
    yield case("sent is not handed over", True, [told("2026-01-05 10:00", "sent")])
    yield case("returned", True, [good, told("2026-01-06 10:00", "returned")])
    again = [good, told("2026-01-06 10:00", "returned"), told("2026-01-07 10:00")]
    yield case("returned and handed over again", False, again)
    yield case("another document", True, [{**good, "document": "something"}])
    yield case("to somebody else", True, [{**good, "person": 2}])
    yield case("about another debt", True, [{**good, "debts": (2,)}])
    yield case("about one of two debts", True, [good], debts=(1, 2))
    yield case("about both debts", False, [{**good, "debts": (1, 2)}], debts=(1, 2))


def _decisions(
    limit: str, zone: str, decided_step: str = "legal", announces: str = "final-warning"
) -> Iterator[Case]:
    """A document that announces a step at noon on 20 November 2026, in the time of the bank."""

    def case(  # noqa: PLR0913 - read as a table
        what: str, speaks: bool, *decided: Made, at: str = NOON, document: str = announces,  # noqa: FBT001 - as above
        debts: Sequence[int] = (1,), channel: str = "letter", step: str = "",
    ) -> Case:  # fmt: skip
        return _case(
            limit, what, speaks, at, zones=(zone,), decided=decided, document=document,
            debts=debts, channel=channel, step=step,
        )  # fmt: skip

    good = {"on": "2026-11-20", "step": decided_step}
    others = [{**good, "step": s} for s in ("legal", "bureau", "agency") if s != decided_step]
    for channel in ("letter", "sms", "email", "wechat", "call"):
        yield case(f"{channel} without a decision", True, channel=channel)
        yield case(f"{channel} with one", False, good, channel=channel)
    yield case("the first second of its day", False, good, at="2026-11-20 00:00:00")
    yield case("the last second before", True, good, at="2026-11-19 23:59:59")
    yield case("decided tomorrow", True, {**good, "on": "2026-11-21"})
    yield case("another step", True, *others)
    yield case("another debt", True, {**good, "debt": 2})
    yield case("one of two debts", True, good, debts=(1, 2))
    yield case("both debts", False, good, {**good, "debt": 2}, debts=(1, 2))
    yield case(
        "one of both tomorrow", True, good, {**good, "on": "2026-11-21", "debt": 2}, debts=(1, 2)
    )
    yield case("a debt that nobody knows", True, good, {**good, "debt": -1}, debts=(1, -1))
    yield case("about no debt in particular", True, good, debts=())
    yield case("another document", False, document="firm-notice")
    yield case("a call without a document", False, document="", channel="call")
    yield case("legal work itself", False, document="", step="legal")


def _unusable(limit: str) -> Iterator[Case]:
    at = moment(NOON)

    def case(what: str, speaks: bool, *contacts: Made, **more: Any) -> Case:  # noqa: FBT001 - read as a table
        return _case(limit, what, speaks, known={"contacts": contacts}, **more)

    dead = {"at": at - 90, "outcome": "not_in_service"}
    for outcome in ("not_in_service", "returned", "failed"):
        yield case(f"last {outcome}", True, {**dead, "outcome": outcome})
    for outcome in ("unanswered", "busy", "voicemail", "sent", "handed_over", "not_met"):
        yield case(f"{outcome} tells nothing", False, {**dead, "outcome": outcome})
        yield case(f"then {outcome}", True, dead, {"at": at - 9, "outcome": outcome})
    for outcome in ("conversation", "connected", "delivered", "met"):
        yield case(f"then {outcome}", False, dead, {"at": at - 9, "outcome": outcome})
        yield case(f"{outcome} before", True, dead, {"at": at - 91, "outcome": outcome})
        yield case(f"{outcome} with it", True, dead, {"at": at - 90, "outcome": outcome})
    yield case("another number", False, dead, point=2)
    yield case("whoever has the number", True, {**dead, "person": 7})
    yield case("another channel on the number", True, dead, channel="sms")
    sms = {**dead, "outcome": "failed", "channel": "sms"}
    yield case("a message that failed closes messages", True, sms, channel="sms")
    yield case("a message that failed leaves calls", False, sms)
    answered = {"at": at - 9, "outcome": "conversation"}
    yield case("an answered call mends no messages", True, sms, answered, channel="sms")
    yield case("years ago", True, {**dead, "at": moment("2020-02-29 12:00")})


# the packs


def _cn() -> Iterator[Case]:
    edges = [
        ("2026-11-20 07:59:59", True), ("2026-11-20 08:00:00", False),
        ("2026-11-20 21:59:59", False), ("2026-11-20 22:00:00", True),
        ("2026-12-31 23:59:59", True), ("2027-01-01 00:00:00", True),
        ("2028-02-29 08:00:00", False), ("2028-02-29 22:00:00", True),
        # the standard alone, before the association's guideline; and nothing before the standard
        ("2026-01-29 22:00", True), ("2026-01-30 22:00", True),
        ("2025-02-28 07:59:59", True), ("2025-02-27 23:00", False),
    ]  # fmt: skip
    yield from _hours_of("cn.quiet_hours", (SHANGHAI,), edges)
    for channel in ("sms", "letter", "email", "wechat", "visit"):
        yield _case("cn.quiet_hours", channel, True, "2026-11-20 22:00", channel=channel)
    late = moment("2026-11-20 23:00")
    for what, speaks, consent in (
        ("with consent", False, {"received": late}),
        ("consent a second later", True, {"received": late + 1}),
        ("consent in its last second", False, {"received": 0, "ends": late + 1}),
        ("consent over", True, {"received": 0, "ends": late}),
        ("consent for another channel", True, {"received": 0, "channel": "sms"}),
        ("consent for one of two debts", True, {"received": 0, "debts": (1,)}),
    ):
        wishes = [{"kind": "consent", "person": 1, **consent}]
        yield _case(
            "cn.quiet_hours", what, speaks, "2026-11-20 23:00", known={"wishes": wishes},
            debts=(1, 2),
        )  # fmt: skip
    both = [{"kind": k, "person": 1, "received": n} for n, k in enumerate(("consent", "refusal"))]
    yield _case("cn.quiet_hours", "refused since", True, "2026-11-20 23:00", known={"wishes": both})
    # New Year's Eve 2026 is 16 February; the days off go on until the 23rd, and Saturday the 14th
    # and the 28th are worked
    yield from _days_of("cn.quiet_days", [
        ("2026-02-15 23:59:59", False), ("2026-02-16 00:00:00", True),
        ("2026-02-19 23:59:59", True), ("2026-02-20 00:00:00", False),
        ("2026-02-14 12:00", False), ("2026-02-28 12:00", False), ("2027-02-05 12:00", True),
        ("2027-02-09 12:00", False), ("2026-12-31 12:00", False), ("2028-02-29 12:00", False),
    ])  # fmt: skip
    yield from _cn_caps()
    yield from _wishes("cn", SHANGHAI)
    yield from _parties("cn.allowed_parties")
    yield from _third_persons("cn.third_person")
    spoken = [{"at": 0, "outcome": "conversation"}] * 9
    yield _case(
        "cn.third_person", "no number of conversations is set", False, role="contact",
        approved=True, known={"contacts": spoken},
    )  # fmt: skip
    yield from _unusable("cn.unusable")
    yield _case(
        "cn.unusable", "a visit needs no number", False, channel="visit",
        known={"contacts": [{"at": 0, "outcome": "returned", "channel": "letter"}]},
    )  # fmt: skip
    yield from _holds("cn.holds")
    for document, speaks in (("bureau-notice", False), ("agency-notice", False),
                             ("final-warning", True)):  # fmt: skip
        held = [{"debt": 1, "starts": "2026-01-01"}]
        yield _case("cn.holds", document, speaks, known={"holds": held}, document=document)
    day = parse_day("2026-11-20")
    assert day is not None
    for what, speaks, first in (("first day", True, 0), ("the day before", False, 1)):
        yield _case("cn.limitation", what, speaks, barred={1: day_number(day) + first})
    yield _case("cn.limitation", "one of two", True, barred={2: 0}, debts=(1, 2))
    yield _case("cn.limitation", "another debt", False, barred={3: 0}, debts=(1, 2))
    soon = [
        ("2026-11-20 11:59:59", False),
        ("2026-11-20 12:00:00", False),
        ("2026-11-20 12:00:01", True),
    ]
    yield from _notices("cn.bureau_notice", "bureau", "bureau-notice", soon)
    yield from _notices("cn.agency_notice", "agency", "agency-notice", soon)
    yield from _notices("cn.final_notice", "legal", "final-warning", soon)
    yield from _decisions("cn.final_decision", SHANGHAI)
    yield from _decisions("cn.bureau_decision", SHANGHAI, "bureau", "bureau-notice")
    yield from _decisions("cn.agency_decision", SHANGHAI, "agency", "agency-notice")
    # the fifth day after the day of handing over
    yield from _notices("cn.bureau_notice_lead", "bureau", "bureau-notice", [
        ("2026-11-15 00:00:00", False), ("2026-11-15 23:59:59", False),
        ("2026-11-16 00:00:00", True), ("2026-11-20 11:00", True),
    ])  # fmt: skip


def _cn_caps() -> Iterator[Case]:
    three = ("2026-11-20 09:00", "2026-11-20 10:00", "2026-11-20 11:00")
    for limit, most, outcome, other in (
        ("cn.connected_calls", 3, "connected", "unanswered"),
        ("house.connected_calls", 2, "conversation", "voicemail"),
    ):
        day = [f"2026-11-20 00:00:{n:02}" for n in range(most)]
        before = [f"2026-11-19 23:59:{59 - n}" for n in range(most)]
        for what, speaks, contacts in (
            (f"{most - 1} today", False, made(*day[1:], outcome=outcome)),
            (f"{most} today, from midnight on", True, made(*day, outcome=outcome)),
            (f"{most} until midnight", False, made(*before, outcome=outcome)),
            ("not answered", False, made(*day, outcome=other)),
            ("by themselves", False, made(*day, outcome=outcome, incoming=1)),
            ("with somebody else", False, made(*day, outcome=outcome, person=2)),
            ("over other numbers", True, made(*day, outcome=outcome, point=9)),
            ("about other debts", True, made(*day, outcome=outcome, debts=(8,))),
            ("by message", False, made(*day, outcome=outcome, channel="sms")),
        ):
            yield _case(limit, what, speaks, known={"contacts": contacts})
    # a day is a day where the person is: in London the clocks of 25 October 2026 show 25 hours
    for at, speaks in (("2026-10-25 23:59:59", True), ("2026-10-26 00:00:00", False)):
        contacts = made("2026-10-25 00:30", "2026-10-25 01:30", "2026-10-25 12:00",
                        outcome="connected", zone=LONDON)  # fmt: skip
        yield _case(
            "cn.connected_calls", f"{at} in London", speaks, at, zones=(LONDON,),
            known={"contacts": contacts},
        )  # fmt: skip
    # of two zones the day is over when it is over in both
    contacts = made(*three, outcome="connected", zone=NEW_YORK)
    for at, speaks in (("2026-11-21 02:59:59", True), ("2026-11-21 03:00:00", False)):
        yield _case(
            "cn.connected_calls", f"{at} in New York, and in Los Angeles", speaks, at,
            zones=(NEW_YORK, LOS_ANGELES), known={"contacts": contacts},
        )  # fmt: skip
    six = [f"2026-11-20 09:0{n}" for n in range(6)]
    for outcome in ("unanswered", "busy", "voicemail", "not_in_service"):
        for what, speaks, contacts in (
            ("5", False, made(*six[1:], outcome=outcome)),
            ("6", True, made(*six, outcome=outcome)),
            ("6 at another number", False, made(*six, outcome=outcome, point=2)),
            ("6 at this number for somebody else", True, made(*six, outcome=outcome, person=2)),
        ):
            yield _case(
                "cn.unanswered_calls", f"{what}, {outcome}", speaks, known={"contacts": contacts}
            )
    answered = made(*six, outcome="connected")
    yield _case("cn.unanswered_calls", "answered", False, known={"contacts": answered})
    for text, speaks in (("2026-01-29", False), ("2026-01-30", True)):
        contacts = made(*(f"{text} 09:0{n}" for n in range(6)), outcome="busy")
        yield _case(
            "cn.unanswered_calls", text, speaks, f"{text} 12:00", known={"contacts": contacts}
        )
    for what, speaks, contacts in (
        ("none", False, []),
        ("one since midnight", True, made("2026-11-20 00:00", outcome="sent", channel="sms")),
        ("one until midnight", False, made("2026-11-19 23:59:59", outcome="sent", channel="sms")),
        ("one that failed", False, made("2026-11-20 08:00", outcome="failed", channel="sms")),
        ("one call", False, made("2026-11-20 08:00", outcome="connected")),
    ):
        yield _case("cn.sms_a_day", what, speaks, channel="sms", known={"contacts": contacts})


def _house() -> Iterator[Case]:
    yield from _hours_of("house.hours", (SHANGHAI,), [
        ("2026-11-20 08:59:59", True), ("2026-11-20 09:00:00", False),
        ("2026-11-20 19:59:59", False), ("2026-11-20 20:00:00", True),
    ])  # fmt: skip
    yield from _hours_of("house.hours_messages", (SHANGHAI,), [
        ("2026-11-20 08:29:59", True), ("2026-11-20 08:30:00", False),
        ("2026-11-20 20:29:59", False), ("2026-11-20 20:30:00", True),
    ], channel="sms")  # fmt: skip


def _us() -> Iterator[Case]:
    edges = [
        ("2026-11-20 07:59:59", True), ("2026-11-20 08:00:00", True),
        ("2026-11-20 08:00:01", False), ("2026-11-20 20:59:59", False),
        ("2026-11-20 21:00:00", True), ("2026-12-31 21:00:00", True),
        ("2028-02-29 08:00:01", False), ("2021-11-29 23:00", False), ("2021-11-30 21:00", True),
    ]  # fmt: skip
    yield from _hours_of("us-reg-f.hours", (NEW_YORK,), edges)
    for zone, days in (
        (NEW_YORK, ("2026-03-08", "2026-11-01")), (LONDON, ("2026-03-29", "2026-10-25")),
        (LORD_HOWE, ("2026-04-05", "2026-10-04")),
    ):  # fmt: skip
        # days on which clocks change
        for day in days:
            yield from _hours_of("us-reg-f.hours", (zone,), [
                (f"{day} 08:00:00", True), (f"{day} 08:00:01", False),
                (f"{day} 20:59:59", False), (f"{day} 21:00:00", True),
            ])  # fmt: skip
    # comment 6(b)(1)(i)-2: an Eastern telephone and a Pacific home leave 11:00 to 21:00 Eastern
    yield from _hours_of("us-reg-f.hours", (NEW_YORK, LOS_ANGELES), [
        ("2026-11-20 11:00:00", True), ("2026-11-20 11:00:01", False),
        ("2026-11-20 20:59:59", False), ("2026-11-20 21:00:00", True),
    ])  # fmt: skip
    yield from _hours_of("us-reg-f.hours", (NEW_YORK, "America/Denver"), [
        ("2026-11-20 10:00:00", True), ("2026-11-20 10:00:01", False),
        ("2026-11-20 20:59:59", False), ("2026-11-20 21:00:00", True),
    ])  # fmt: skip
    yield _case(
        "us-reg-f.hours", "a letter has no hour", False, "2026-11-20 03:00", channel="letter"
    )
    yield from _us_calls()
    yield from _wishes("us-reg-f", NEW_YORK)
    # comment 6(c)(1)-2: mailed on 3 August, received on the 6th; e-mail on the 4th is fine
    received = moment("2026-08-06 10:00", NEW_YORK)
    said = [{"kind": "cease", "person": 1, "received": received, "debts": (1,)}]
    for at, speaks in (
        ("2026-08-04 12:00", False), ("2026-08-06 09:59:59", False), ("2026-08-06 10:00", True),
        ("2026-08-07 12:00", True), ("2027-08-07 12:00", True),
    ):  # fmt: skip
        yield _case(
            "us-reg-f.cease", at, speaks, at, zones=(NEW_YORK,), channel="email",
            known={"wishes": said},
        )  # fmt: skip
    yield from _parties("us-reg-f.parties")
    yield from _third_persons("us-reg-f.third_person")
    for what, speaks, contacts in (
        ("tried before", False, made("2026-11-01 12:00", outcome="unanswered")),
        ("spoken with before", True, made("2022-02-28 12:00", outcome="conversation")),
        ("somebody else was", False, made("2026-11-01 12:00", outcome="conversation", person=2)),
    ):
        yield _case(
            "us-reg-f.third_person", what, speaks, role="contact", approved=True,
            known={"contacts": contacts},
        )  # fmt: skip
    yield from _holds("us-reg-f.holds", NEW_YORK)
    for document, speaks in (("validation-notice", False), ("bureau-notice", True)):
        held = [{"debt": 1, "starts": "2026-01-01"}]
        yield _case(
            "us-reg-f.holds", document, speaks, zones=(NEW_YORK,), known={"holds": held},
            document=document,
        )  # fmt: skip
    yield from _decisions("us-reg-f.final_decision", NEW_YORK)
    # mailed on the 5th: the 15th day after it is the 20th
    yield from _notices("us-reg-f.furnishing", "bureau", "validation-notice", [
        ("2026-11-05 23:59:59", False), ("2026-11-06 00:00:00", True), ("2026-11-20 11:00", True),
    ])  # fmt: skip


def _us_calls() -> Iterator[Case]:
    week = [f"2026-11-{d} 12:00" for d in range(14, 21)]

    def case(
        limit: str,
        what: str,
        speaks: bool,  # noqa: FBT001 - read as a table
        contacts: Sequence[Made],
        at: str = "2026-11-20 15:00",
        **more: Any,
    ) -> Case:
        return _case(
            f"us-reg-f.{limit}", what, speaks, at, zones=(NEW_YORK,), known={"contacts": contacts},
            **more,
        )  # fmt: skip

    def tried(*texts: str, outcome: str = "unanswered", **more: object) -> list[Made]:
        return made(*texts, outcome=outcome, zone=NEW_YORK, **more)

    yield case("calls", "the seventh call", False, tried(*week[1:]))
    yield case("calls", "the eighth call", True, tried(*week))
    for outcome, speaks in (
        ("conversation", True), ("connected", True), ("voicemail", True), ("busy", False),
        ("not_in_service", False),
    ):  # fmt: skip
        yield case("calls", f"seven, {outcome}", speaks, tried(*week, outcome=outcome))
    yield case("calls", "over several numbers", True, tried(*week, point=3))
    yield case("calls", "about another debt", False, tried(*week, debts=(2,)))
    yield case("calls", "about one of two debts", True, tried(*week), debts=(1, 2))
    yield case("calls", "about no debt in particular", True, tried(*week, debts=()))
    yield case("calls", "by the person", False, tried(*week, incoming=1))
    yield case("calls", "with somebody else", False, tried(*week, person=2))
    yield case("calls", "messages", False, tried(*week, outcome="sent", channel="sms"))
    yield case("calls", "a message instead", False, tried(*week), channel="sms")
    # day 1 is the day of the first call: the eighth day is free again
    yield case("calls", "last second of day 7", True, tried(*week), "2026-11-20 23:59:59")
    yield case("calls", "first second of day 8", False, tried(*week), "2026-11-21 00:00:00")
    seven = [f"2026-11-10 {h:02}:30" for h in range(10, 17)]
    yield case("calls", "seven in a day, day 7", True, tried(*seven), "2026-11-16 23:59:59")
    yield case("calls", "seven in a day, day 8", False, tried(*seven), "2026-11-17 00:00:00")
    spoken = tried("2026-11-10 15:00", outcome="conversation")
    for at, speaks in (
        ("2026-11-10 16:00", True), ("2026-11-16 23:59:59", True), ("2026-11-17 00:00:00", False),
    ):  # fmt: skip
        yield case("after_conversation", at, speaks, spoken, at)
    across = {
        "into March over 29 February": ("2028-02-26 15:00", "2028-03-03 23:59:59", "2028-03-04"),
        "into March without one": ("2026-02-26 15:00", "2026-03-04 23:59:59", "2026-03-05"),
        "over the year's end": ("2026-12-28 15:00", "2027-01-03 23:59:59", "2027-01-04"),
        "over the end of summer time": ("2026-10-29 15:00", "2026-11-04 23:59:59", "2026-11-05"),
    }
    for what, (first, last, free) in across.items():
        talk = tried(first, outcome="conversation")
        yield case("after_conversation", f"{what}, day 7", True, talk, last)
        yield case("after_conversation", f"{what}, day 8", False, talk, free)
    late = tried("2026-11-10 23:59:59", outcome="conversation")
    yield case("after_conversation", "a call in the last second", False, late, "2026-11-17")
    yield case(
        "after_conversation",
        "begun by the person",
        True,
        tried("2026-11-14 15:00", outcome="conversation", incoming=1),
    )
    yield case(
        "after_conversation",
        "answered and no more",
        False,
        tried("2026-11-14 15:00", outcome="connected"),
    )
    yield case(
        "after_conversation",
        "another debt",
        False,
        tried("2026-11-14 15:00", outcome="conversation", debts=(2,)),
    )
    yield case(
        "after_conversation",
        "a letter",
        False,
        tried("2026-11-14 15:00", outcome="conversation"),
        channel="letter",
    )


CASES: tuple[Case, ...] = (*_cn(), *_house(), *_us())
