"""Shares of a day: whatever the history, they never add up to more than the caps leave."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from gates import facts, packed, rows
from hypothesis import given, settings
from hypothesis import strategies as st

from collectctl.compliance.gate.shares import UNLIMITED, remaining, share

ZONE = "Asia/Shanghai"
CAPS: list[tuple[str, set[str], int, int]] = [
    ("person", {"conversation", "connected"}, 3, 1),
    ("point", {"unanswered", "busy", "voicemail"}, 4, 1),
    ("debt", {"conversation", "connected", "voicemail", "unanswered"}, 5, 7),
    ("debt", {"conversation"}, 1, 3),
]
_LIMITS = "".join(
    f"""  cap{n}:
    {{kind: cap, title: t, mode: block, binding: house, channels: [call], per: {per},
     counts: [{", ".join(sorted(counts))}],
     values: [{{from: 2000-01-01, most: {most}, days: {days}, source: s, verified: house}}]}}
"""
    for n, (per, counts, most, days) in enumerate(CAPS)
)
LIMITS = packed(f"""format: collectctl/1
pack: test
title: Test
tightens_only: true
limits:
{_LIMITS}""")
NOON = int(datetime(2026, 11, 20, 12, tzinfo=ZoneInfo(ZONE)).timestamp())
History = Sequence[Mapping[str, Any]]

_CONTACT = st.fixed_dictionaries({
    "at": st.integers(NOON - 9 * 86_400, NOON + 3600),
    "outcome": st.sampled_from(["conversation", "connected", "unanswered", "busy", "voicemail"]),
    "person": st.sampled_from([1, 2]), "point": st.sampled_from([1, 2, 3]),
    "debts": st.sampled_from([(1,), (2,), (3,), (1, 2), ()]),
})  # fmt: skip
_ROW = st.fixed_dictionaries({
    "person": st.sampled_from([1, 2]), "point": st.sampled_from([1, 2, 3, -1]),
    "debts": st.sampled_from([(1,), (2,), (3,), (1, 2), (1, 2, 3)]),
    "channel": st.sampled_from(["call", "call", "call", "sms"]),
})  # fmt: skip


def day(at: int) -> object:
    return datetime.fromtimestamp(at, ZoneInfo(ZONE)).date()


def counted(history: History, cap: tuple[str, set[str], int, int], whose: tuple[int, ...]) -> int:
    """How many contacts of the history are in today's window of the cap, counted one by one."""
    per, outcomes, _, days = cap
    first = datetime.fromtimestamp(NOON, ZoneInfo(ZONE)).date() - timedelta(days=days - 1)
    found = 0
    for c in history:
        made = datetime.fromtimestamp(c["at"], ZoneInfo(ZONE)).date()
        if per == "debt":
            mine = c["person"] == whose[0] and (not c["debts"] or whose[1] in c["debts"])
        else:
            mine = (c[per],) == whose
        found += mine and c["outcome"] in outcomes and made >= first
    return found


def groups(row: Mapping[str, Any], per: str) -> list[tuple[int, ...]]:
    if per == "debt":
        return [(row["person"], debt) for debt in row["debts"]]
    return [(row[per],)] if row[per] >= 0 else []


@settings(max_examples=200, deadline=None)
@given(st.lists(_CONTACT, max_size=15), st.lists(_ROW, min_size=1, max_size=8), st.randoms())
def test_shares_never_add_up_to_more_than_is_left_and_leave_nothing_that_fits(
    history: History, asked_rows: list[Mapping[str, Any]], chance: Any
) -> None:
    order = list(range(len(asked_rows)))
    chance.shuffle(order)
    left = remaining(rows(asked_rows, NOON), facts(history), LIMITS.dated)
    shares = share(left, np.array(order))
    room: dict[tuple[int, tuple[int, ...]], int] = {}
    for n, cap in enumerate(CAPS):
        per, outcomes, most, _ = cap
        for whose in {w for row in asked_rows for w in groups(row, per)}:
            free = max(0, most - counted(history, cap, whose))
            mine = [k for k, row in enumerate(asked_rows) if whose in groups(row, per)]
            mine = [k for k in mine if asked_rows[k]["channel"] == "call"]
            used = 0
            if outcomes & {"conversation", "connected"}:
                used += sum(int(shares.calls[k]) for k in mine)
                assert all(left.calls[k] <= free for k in mine)
            if outcomes & {"unanswered", "busy", "voicemail"}:
                used += sum(int(shares.attempts[k]) for k in mine)
                assert all(left.attempts[k] <= free for k in mine)
            assert used <= free
            room[n, whose] = free - used
    for k, row in enumerate(asked_rows):
        assert shares.calls[k] <= left.calls[k] and shares.attempts[k] <= left.attempts[k]
        if row["channel"] != "call":
            assert not shares.calls[k] and not shares.attempts[k]
            continue
        for got, kinds in (
            (shares.calls[k], {"conversation", "connected"}),
            (shares.attempts[k], {"unanswered", "busy", "voicemail"}),
        ):
            caps = [(n, w) for n, c in enumerate(CAPS) if c[1] & kinds for w in groups(row, c[0])]
            assert got == UNLIMITED if not caps else any(room[c] == 0 for c in caps)


def test_what_cannot_be_divided_goes_to_those_who_come_first() -> None:
    three = [{"person": 1, "point": n, "debts": (n,), "channel": "call"} for n in (1, 2)]
    left = remaining(rows(three, NOON), facts(), LIMITS.dated)
    assert left.calls.tolist() == [1, 1]
    by_person = [c for c in LIMITS.dated if c.id == "test.cap0"]
    left = remaining(rows(three, NOON), facts(), by_person)
    assert left.calls.tolist() == [3, 3] and left.attempts.tolist() == [UNLIMITED] * 2
    assert share(left, np.array([0, 1])).calls.tolist() == [2, 1]
    assert share(left, np.array([1, 0])).calls.tolist() == [1, 2]


def test_seven_calls_in_seven_days_are_shared_between_calls_and_attempts() -> None:
    week = [c for c in LIMITS.dated if c.id == "test.cap2"]
    one = [{"person": 1, "point": 1, "debts": (1,), "channel": "call"}]
    made = {"at": NOON - 6 * 86_400, "outcome": "voicemail", "person": 1, "point": 1, "debts": (1,)}
    before = {**made, "at": NOON - 7 * 86_400}
    left = remaining(rows(one, NOON), facts([made, before]), week)
    assert left.calls.tolist() == [4] and left.attempts.tolist() == [4]
    shares = share(left, np.array([0]))
    assert (shares.calls.tolist(), shares.attempts.tolist()) == ([2], [2])


def test_a_message_that_a_cap_counts_takes_its_place_first() -> None:
    both = packed("""format: collectctl/1
pack: test
title: Test
tightens_only: true
limits:
  touch:
    {kind: cap, title: t, mode: block, binding: house, channels: [call, sms], per: person,
     counts: [conversation, sent],
     values: [{from: 2000-01-01, most: 2, days: 1, source: s, verified: house}]}
""")
    two = [
        {"person": 1, "point": 1, "debts": (1,), "channel": "call"},
        {"person": 1, "point": 1, "debts": (1,), "channel": "sms"},
    ]
    left = remaining(rows(two, NOON), facts(), both.dated)
    assert left.calls.tolist() == [1, 0]
