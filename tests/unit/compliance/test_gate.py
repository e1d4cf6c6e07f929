"""The gate at the edges of its limits: the last that is allowed and the first that is not."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from gates import ask, asked, facts, moment, packs, told

from collectctl.compliance.gate.judge import windows
from collectctl.compliance.gate.moments import FOREVER, typed_moments

CN = packs("cn")
HOUSE = packs("cn", "house")
US = packs("us-reg-f")
NEW_YORK = "America/New_York"


def calls(
    *texts: str, outcome: str, zone: str = "Asia/Shanghai", **more: object
) -> list[dict[str, object]]:
    return [{"at": moment(text, zone), "outcome": outcome, **more} for text in texts]


def shows(at: int, zone: str = "Asia/Shanghai") -> str:
    return datetime.fromtimestamp(at, ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M:%S")


@pytest.mark.parametrize(
    ("at", "answer", "then"),
    [
        ("2026-11-20 07:59:59", "defer", "2026-11-20 08:00:00"),
        ("2026-11-20 08:00:00", "allow", "2026-11-20 08:00:00"),
        ("2026-11-20 21:59:59", "allow", "2026-11-20 21:59:59"),
        ("2026-11-20 22:00:00", "defer", "2026-11-21 08:00:00"),
        ("2026-12-31 23:59:59", "defer", "2027-01-01 08:00:00"),
        ("2028-02-28 22:00:00", "defer", "2028-02-29 08:00:00"),
    ],
)  # fmt: skip
def test_the_last_second_is_allowed_and_the_first_is_not(at: str, answer: str, then: str) -> None:
    found = ask(CN, asked([moment(at)]), facts())
    assert (found.answer(0), shows(int(found.moment[0]))) == (answer, then)


def test_both_instants_at_the_edge_are_blocked_under_regulation_f() -> None:
    at = [
        moment(f"2026-11-20 {t}", NEW_YORK) for t in ("08:00:00", "08:00:01", "20:59:59", "21:00")
    ]
    found = ask(US, asked(at, zones=(NEW_YORK,)), facts(zone=NEW_YORK))
    assert [found.answer(n) for n in range(4)] == ["defer", "allow", "allow", "defer"]


def test_of_several_zones_only_hours_that_suit_all_are_open() -> None:
    # an Eastern number and a Pacific home: 11:00 to 21:00 Eastern
    zones = (NEW_YORK, "America/Los_Angeles")
    at = [
        moment(f"2026-11-20 {t}", NEW_YORK) for t in ("10:59:59", "11:00:01", "20:59:59", "21:00")
    ]
    found = ask(US, asked(at, zones=zones), facts(zone=NEW_YORK))
    assert [found.answer(n) for n in range(4)] == ["defer", "allow", "allow", "defer"]
    mountain = (NEW_YORK, "America/Denver")
    at = [moment(f"2026-11-20 {t}", NEW_YORK) for t in ("09:59:59", "10:00:01")]
    found = ask(US, asked(at, zones=mountain), facts(zone=NEW_YORK))
    assert [found.answer(n) for n in range(2)] == ["defer", "allow"]


def test_an_hour_that_is_not_there_or_comes_twice_is_told_apart() -> None:
    assert typed_moments(datetime.fromisoformat("2026-03-08 02:30"), NEW_YORK) == ()
    assert len(typed_moments(datetime.fromisoformat("2026-11-01 01:30"), NEW_YORK)) == 2
    assert (
        len(typed_moments(datetime.fromisoformat("2026-04-05 01:45"), "Australia/Lord_Howe")) == 2
    )
    assert (
        len(typed_moments(datetime.fromisoformat("2026-04-05 01:15"), "Australia/Lord_Howe")) == 1
    )
    assert len(typed_moments(datetime.fromisoformat("2026-10-25 01:30"), "Europe/London")) == 2


def test_of_three_connected_calls_a_day_the_third_is_allowed_and_the_fourth_is_not() -> None:
    at = asked([moment("2026-11-20 15:00")])
    two = calls("2026-11-20 09:00", "2026-11-20 10:00", outcome="conversation")
    assert told(ask(CN, at, facts(two))) == ("allow", [])
    three = two + calls("2026-11-20 11:00", outcome="connected")
    found = ask(CN, at, facts(three))
    assert told(found) == ("defer", ["cn.connected_calls"])
    assert shows(int(found.moment[0])) == "2026-11-21 08:00:00"


def test_yesterdays_calls_and_unanswered_ones_do_not_count_as_connected() -> None:
    before = calls(
        "2026-11-19 21:59", "2026-11-19 20:00", "2026-11-19 19:00", outcome="conversation"
    )
    before += calls("2026-11-20 09:00", outcome="unanswered")
    assert told(ask(CN, asked([moment("2026-11-20 15:00")]), facts(before))) == ("allow", [])


def test_six_unanswered_attempts_close_a_number_for_the_day_and_no_other_number() -> None:
    tried = calls(*(f"2026-11-20 {h:02}:00" for h in range(8, 14)), outcome="unanswered")
    at = [moment("2026-11-20 15:00")]
    assert told(ask(CN, asked(at), facts(tried[:5]))) == ("allow", [])
    assert told(ask(CN, asked(at), facts(tried))) == ("defer", ["cn.unanswered_calls"])
    assert told(ask(CN, asked(at, point=2), facts(tried))) == ("allow", [])


def test_the_house_tightens_and_both_speak() -> None:
    two = calls("2026-11-20 09:00", "2026-11-20 10:00", outcome="conversation")
    found = ask(HOUSE, asked([moment("2026-11-20 15:00")]), facts(two))
    assert told(found) == ("defer", ["house.connected_calls"])
    assert shows(int(found.moment[0])) == "2026-11-21 09:00:00"


def test_the_eighth_call_within_seven_days_about_a_debt_is_refused_until_the_window_moves() -> None:
    days = [f"2026-11-{d:02} 12:00" for d in range(10, 17)]
    made = calls(*days, outcome="voicemail", zone=NEW_YORK)
    at = asked([moment("2026-11-16 15:00", NEW_YORK)], zones=(NEW_YORK,))
    assert told(ask(US, at, facts(made[:6], zone=NEW_YORK))) == ("allow", [])
    found = ask(US, at, facts(made, zone=NEW_YORK))
    assert told(found) == ("defer", ["us-reg-f.calls"])
    # the first call was on the 10th: the seven days that have it end with the 16th
    assert shows(int(found.moment[0]), NEW_YORK) == "2026-11-17 08:00:01"


def test_a_conversation_on_day_one_frees_the_eighth_day_and_binds_its_debt_alone() -> None:
    spoken = calls("2026-11-10 12:00", outcome="conversation", zone=NEW_YORK, incoming=1)
    known = facts(spoken, zone=NEW_YORK)
    for text, answer in (("2026-11-16 15:00", "defer"), ("2026-11-17 15:00", "allow")):
        at = asked([moment(text, NEW_YORK)], zones=(NEW_YORK,))
        assert ask(US, at, known).answer(0) == answer
    other = asked([moment("2026-11-11 15:00", NEW_YORK)], zones=(NEW_YORK,), debts=(2,))
    assert ask(US, other, known).answer(0) == "allow"


def test_a_contact_about_no_debt_in_particular_counts_for_every_debt() -> None:
    spoken = [{"at": moment("2026-11-10 12:00", NEW_YORK), "outcome": "conversation", "debts": ()}]
    at = asked([moment("2026-11-11 15:00", NEW_YORK)], zones=(NEW_YORK,), debts=(2,))
    assert ask(US, at, facts(spoken, zone=NEW_YORK)).answer(0) == "defer"


def test_busy_and_dead_numbers_are_no_calls_under_regulation_f() -> None:
    made = calls(*(f"2026-11-{d:02} 12:00" for d in range(10, 18)), outcome="busy", zone=NEW_YORK)
    at = asked([moment("2026-11-17 15:00", NEW_YORK)], zones=(NEW_YORK,))
    assert ask(US, at, facts(made, zone=NEW_YORK)).answer(0) == "allow"


@pytest.mark.parametrize(
    ("wish", "open_"),
    [
        ({"kind": "cease", "person": 1}, ()),
        ({"kind": "stop_medium", "person": 1, "channel": "call"}, ("sms",)),
        ({"kind": "opt_out", "point": 1, "channel": "call"}, ("sms",)),
        ({"kind": "represented", "person": 1}, ()),
        ({"kind": "refusal", "person": 1, "channel": "sms"}, ("call",)),
    ],
)  # fmt: skip
def test_what_a_person_said_counts_from_the_moment_of_receipt(
    wish: dict[str, object], open_: tuple[str, ...]
) -> None:
    at = moment("2026-11-20 15:00")
    for channel in ("call", "sms"):
        before = facts(wishes=[{**wish, "received": at + 1}])
        assert ask(CN, asked([at], channel), before).answer(0) == "allow"
        since = facts(wishes=[{**wish, "received": at}])
        expected = "allow" if channel in open_ else "block"
        assert ask(CN, asked([at], channel), since).answer(0) == expected


def test_an_opt_out_of_one_number_leaves_another_and_everybody_who_has_it_is_bound() -> None:
    at = [moment("2026-11-20 15:00")]
    said = facts(wishes=[{"kind": "opt_out", "point": 1, "received": 0, "channel": "call"}])
    assert ask(CN, asked(at, point=2), said).answer(0) == "allow"
    assert ask(CN, asked(at, person=7, point=1), said).answer(0) == "block"


def test_consent_after_a_refusal_opens_the_channel_again_and_ends_with_its_time() -> None:
    at = moment("2026-11-20 15:00")
    refusal = {"kind": "refusal", "person": 1, "received": at - 100}
    consent = {"kind": "consent", "person": 1, "received": at - 50}
    assert ask(CN, asked([at]), facts(wishes=[refusal])).answer(0) == "block"
    assert ask(CN, asked([at]), facts(wishes=[refusal, consent])).answer(0) == "allow"
    night = moment("2026-11-20 23:00")
    ended = {**consent, "ends": night}
    assert ask(CN, asked([night - 1]), facts(wishes=[ended])).answer(0) == "allow"
    assert ask(CN, asked([night]), facts(wishes=[ended])).answer(0) == "defer"


def test_hours_that_a_person_named_put_a_contact_off_to_their_end() -> None:
    # 20 November 2026 is a Friday
    hours = ((4, 9 * 3600, 12 * 3600), (4, 12 * 3600, 14 * 3600))
    said = facts(wishes=[{"kind": "inconvenient", "person": 1, "received": 0, "weekly": hours}])
    found = ask(CN, asked([moment("2026-11-20 10:00")]), said)
    assert shows(int(found.moment[0])) == "2026-11-20 14:00:00"
    early = ask(CN, asked([moment("2026-11-20 08:30")]), said)
    assert early.answer(0) == "allow"
    assert shows(int(windows(early, said)[0])) == "2026-11-20 09:00:00"


def test_a_window_ends_where_quiet_hours_begin() -> None:
    known = facts()
    found = ask(HOUSE, asked([moment("2026-11-20 10:00")]), known)
    assert shows(int(windows(found, known)[0])) == "2026-11-20 20:00:00"


@pytest.mark.parametrize("role", ["supplementary", "contact", "representative"])
def test_nobody_but_debtors_and_guarantors_is_contacted(role: str) -> None:
    found = ask(CN, asked([moment("2026-11-20 15:00")], role=role), facts())
    answer, limits = told(found)
    assert answer == "block" and "cn.allowed_parties" in limits


def test_holds_are_a_union_of_days_and_a_gap_between_them_is_open() -> None:
    held = [
        {"debt": 1, "starts": "2026-11-10", "ends": "2026-11-21"},
        {"debt": 1, "starts": "2026-11-15", "ends": "2026-11-23"},
        {"debt": 1, "starts": "2026-11-24", "stops": ("call",)},
        {"debt": 2, "starts": "2026-01-01"},
    ]
    known = facts(holds=held)
    found = ask(CN, asked([moment("2026-11-20 15:00")]), known)
    assert shows(int(found.moment[0])) == "2026-11-23 08:00:00"
    later = ask(CN, asked([moment("2026-11-24 15:00")]), known)
    assert told(later) == ("block", ["cn.holds"])
    assert ask(CN, asked([moment("2026-11-24 15:00")], "letter"), known).answer(0) == "allow"
    assert ask(CN, asked([moment("2026-11-20 15:00")], debts=(3,)), known).answer(0) == "allow"


def test_a_step_waits_for_a_notice_that_was_handed_over_and_not_returned() -> None:
    at = asked([moment("2026-11-20 15:00")], "letter", step="bureau", document="bureau-filing")
    assert told(ask(CN, at, facts()))[0] == "block"

    def notice(text: str, outcome: str) -> dict[str, object]:
        made = {"at": moment(text), "outcome": outcome, "channel": "letter"}
        return {**made, "document": "bureau-notice"}

    late = ask(CN, at, facts([notice("2026-11-16 10:00", "handed_over")]))
    assert shows(int(late.moment[0])) == "2026-11-21 08:00:00"
    good = notice("2026-11-15 10:00", "handed_over")
    assert ask(CN, at, facts([good])).answer(0) == "allow"
    back = notice("2026-11-19 10:00", "returned")
    assert ask(CN, at, facts([good, back])).answer(0) == "block"
    assert ask(CN, at, facts([notice("2026-11-15 10:00", "sent")])).answer(0) == "block"


def test_where_a_feed_is_not_known_up_to_the_day_nothing_is_allowed_and_it_is_named() -> None:
    midnight = moment("2026-11-20 00:00")
    at = asked([moment("2026-11-20 15:00")])
    assert ask(CN, at, facts(complete_to=midnight)).answer(0) == "allow"
    found = ask(CN, at, facts(complete_to=midnight - 1))
    assert found.answer(0) == "block"
    assert [feed for feed, where in found.unknown.items() if where[0]] == ["contacts", "wishes"]


def test_a_limit_that_only_warns_speaks_and_stops_nothing() -> None:
    new_year = ask(CN, asked([moment("2026-02-17 15:00")]), facts())
    assert told(new_year) == ("allow", ["cn.quiet_days"])


def test_a_value_speaks_on_its_own_days_alone() -> None:
    # the association's guideline begins on 30 January 2026; before it the standard alone counts
    tried = calls(*(f"2026-01-29 {h:02}:00" for h in range(8, 15)), outcome="unanswered")
    assert told(ask(CN, asked([moment("2026-01-29 16:00")]), facts(tried))) == ("allow", [])


def test_debts_that_are_barred_by_time_are_told_of() -> None:
    from collectctl.calendar import day_number

    day = day_number(date(2026, 11, 20))
    at = asked([moment("2026-11-20 15:00")])
    assert told(ask(CN, at, facts(barred={1: day})))[1] == ["cn.limitation"]
    assert told(ask(CN, at, facts(barred={1: day + 1})))[1] == []
    assert moment("2026-11-20 15:00") < FOREVER


def test_hours_that_a_person_named_as_convenient_stand_in_place_of_the_default_ones() -> None:
    late = ((4, 22 * 3600, 23 * 3600),)
    said = {"kind": "convenient", "person": 1, "received": 0, "weekly": late}
    known = facts(wishes=[said])
    at = [moment(f"2026-11-20 {clock}") for clock in ("22:30", "12:00")]
    found = ask(packs("us-reg-f"), asked(at), known)
    assert told(found) == ("allow", [])
    assert told(found, 1) == ("defer", ["us-reg-f.convenient"])
    assert found.moment[1] == moment("2026-11-20 22:00")
    assert windows(found, known).tolist() == [moment("2026-11-20 23:00")] * 2
    # in China they narrow the hours and do not widen them: no moment suits both
    assert told(ask(packs("cn"), asked(at[:1]), known)) == ("block", ["cn.quiet_hours"])
    clash = {**said, "kind": "inconvenient"}
    assert told(ask(packs("us-reg-f"), asked(at[:1]), facts(wishes=[said, clash])))[0] == "block"
