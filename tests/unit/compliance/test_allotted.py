"""What was let out and of which no log tells yet: it uses up caps and proves nothing."""

import pytest
from gates import ask, asked, facts, moment, packed, packs, told

from collectctl.compliance.packs.shapes import Channel

NOON = moment("2026-11-23 12:00")


@pytest.mark.parametrize(
    ("channel", "counts", "outcome"),
    [
        ("call", "conversation", "connected"), ("call", "voicemail, busy", "unanswered"),
        ("sms", "delivered", "sent"),
    ],
)  # fmt: skip
def test_a_cap_counts_what_may_yet_become_what_it_counts(
    channel: Channel, counts: str, outcome: str
) -> None:
    limits = packed(f"""format: collectctl/1
pack: test
title: Test
tightens_only: true
limits:
  cap:
    {{kind: cap, title: t, mode: block, binding: house, channels: [{channel}], per: person,
     counts: [{counts}],
     values: [{{from: 2000-01-01, most: 1, days: 1, source: s, verified: house}}]}}
""")
    made = {"at": NOON - 60, "channel": channel, "outcome": outcome}
    one = asked([NOON], channel)
    assert told(ask(limits, one, facts([made])))[0] == "allow"
    assert told(ask(limits, one, facts([{**made, "allotted": 1}])))[0] == "defer"


def test_a_call_let_out_does_not_make_a_dead_number_good() -> None:
    limits = packs("cn")
    dead = {"at": NOON - 7200, "outcome": "not_in_service"}
    call = {"at": NOON - 3600, "outcome": "connected"}
    one = asked([NOON], "sms")
    assert told(ask(limits, one, facts([dead, call])))[0] == "allow"
    answer = told(ask(limits, one, facts([dead, {**call, "allotted": 1}])))
    assert answer == ("block", ["cn.unusable"])
