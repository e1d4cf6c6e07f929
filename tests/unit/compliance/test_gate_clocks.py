"""Hours that are not there and hours that come twice, and machines that stand elsewhere."""

import locale
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from gates import ask, asked, facts, moment, packed, packs

from collectctl.compliance.gate.judge import judge, windows
from collectctl.compliance.gate.moments import local_seconds

LORD_HOWE = "Australia/Lord_Howe"
NEW_YORK = "America/New_York"
LONDON = "Europe/London"


def opening(opens: str, closes: str) -> str:
    hours = f"opens: '{opens}', closes: '{closes}'"
    return f"""format: collectctl/1
pack: test
title: Test
tightens_only: true
limits:
  hours:
    {{kind: hours, title: t, mode: block, binding: house, channels: [call],
     values: [{{from: 2000-01-01, {hours}, source: s, verified: house}}]}}
"""


def utc(text: str) -> int:
    return moment(text, "UTC")


@pytest.mark.parametrize(
    ("zone", "opens", "closes", "at", "opened"),
    [
        # 01:30 comes twice in New York: hours that begin with it begin with the second
        (NEW_YORK, "01:30", "05:00", "2026-11-01 05:30", "2026-11-01 06:30"),
        # and in Lord Howe, where clocks go back by half an hour, 01:45 too
        (LORD_HOWE, "01:45", "05:00", "2026-04-04 14:45", "2026-04-04 15:15"),
        # 02:30 is not there: hours that begin with it begin after the gap
        (NEW_YORK, "02:30", "05:00", "2026-03-08 06:59:59", "2026-03-08 07:00"),
        (LORD_HOWE, "02:15", "05:00", "2026-10-03 15:29:59", "2026-10-03 15:30"),
        (LONDON, "01:30", "05:00", "2026-03-29 00:59:59", "2026-03-29 01:00"),
        (LONDON, "01:30", "05:00", "2026-10-25 00:30", "2026-10-25 01:30"),
    ],
)
def test_hours_open_only_when_every_clock_that_shows_them_agrees(
    zone: str, opens: str, closes: str, at: str, opened: str
) -> None:
    limits = packed(opening(opens, closes))
    found = ask(limits, asked([utc(at)], zones=(zone,)), facts(zone=zone))
    assert int(found.moment[0]) == utc(opened)
    before = ask(limits, asked([utc(opened) - 1], zones=(zone,)), facts(zone=zone))
    assert before.answer(0) == "defer"


def test_hours_that_end_in_an_hour_that_comes_twice_end_both_times() -> None:
    limits = packed(opening("00:00", "01:30"))
    known = facts(zone=NEW_YORK)
    at = asked([utc(f"2026-11-01 {t}") for t in ("04:30", "05:29:59", "05:30", "06:30")],
               zones=(NEW_YORK,))  # fmt: skip
    found = ask(limits, at, known)
    assert [found.answer(n) for n in range(4)] == ["allow", "allow", "defer", "defer"]
    assert int(windows(found, known)[0]) == utc("2026-11-01 05:30")


def test_hours_that_a_person_named_bar_both_of_an_hour_that_comes_twice() -> None:
    hours = ((6, 3600, 2 * 3600),)  # Sunday, one to two
    said = [{"kind": "inconvenient", "person": 1, "received": 0, "weekly": hours}]
    known = facts(wishes=said, zone=NEW_YORK)
    wish = [d for d in packs("us-reg-f").dated if d.id == "us-reg-f.inconvenient"]
    texts = ("04:59:59", "05:00", "05:59:59", "06:00", "06:59:59", "07:00")
    at = asked([utc(f"2026-11-01 {t}") for t in texts], zones=(NEW_YORK,))
    found = judge(at, known, wish)
    assert [found.answer(n) for n in range(6)] == ["allow", *["defer"] * 4, "allow"]
    assert set(found.moment[1:5].tolist()) == {utc("2026-11-01 07:00")}


def test_no_moment_is_allowed_that_some_clock_shows_as_closed() -> None:
    limits = packed(opening("01:45", "02:30"))
    starts = (
        (LORD_HOWE, "2026-04-04 12:00"), (LORD_HOWE, "2026-10-03 12:00"),
        (NEW_YORK, "2026-03-08 05:00"), (NEW_YORK, "2026-11-01 04:00"),
    )  # fmt: skip
    for zone, start in starts:
        at = utc(start) + np.arange(0, 6 * 3600, 60)
        found = ask(limits, asked(at.tolist(), zones=(zone,)), facts(zone=zone))
        open_ = np.array([found.answer(n) == "allow" for n in range(len(at))])
        second = local_seconds(at, zone) % 86_400
        assert not open_[(second < 6300) | (second >= 9000)].any()


@contextmanager
def elsewhere(zone: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        yield
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize("zone", ["UTC", "America/Los_Angeles", "Pacific/Kiritimati", LORD_HOWE])
def test_neither_the_zone_nor_the_language_of_the_machine_changes_an_answer(
    zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = [moment(f"2026-11-{d:02} {h:02}:30") for d in (1, 20) for h in range(0, 24, 3)]
    calls = [{"at": moment(f"2026-11-20 0{n}:15"), "outcome": "conversation"} for n in range(8, 10)]
    limits = packs("cn", "house")
    before = ask(limits, asked(at), facts(calls))
    ends = windows(before, facts(calls))
    spoken = locale.setlocale(locale.LC_ALL)
    with elsewhere(zone, monkeypatch):
        assert datetime.fromtimestamp(0, ZoneInfo(zone)).utcoffset() is not None
        locale.setlocale(locale.LC_ALL, "C.UTF-8")
        try:
            after = ask(limits, asked(at), facts(calls))
            assert windows(after, facts(calls)).tolist() == ends.tolist()
        finally:
            locale.setlocale(locale.LC_ALL, spoken)
    assert after.moment.tolist() == before.moment.tolist()
    assert [s.tolist() for s in after.silent_from] == [s.tolist() for s in before.silent_from]
