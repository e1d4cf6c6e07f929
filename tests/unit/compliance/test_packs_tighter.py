"""What stricter means: for each kind a house limit that is, one that is not, and one apart."""

import pytest

from collectctl.compliance.packs.reader import read_packs

HOUSE = """format: collectctl/1
pack: house
title: House
tightens_only: true
limits:
  one:
    {{title: t, mode: block, binding: house, {limit}}}
"""
OTHER = """format: collectctl/1
pack: law
title: Law
not_applicable: {{{rest}}}
limits:
  one:
    {{title: t, mode: block, binding: law, {limit}}}
"""
KINDS = (
    "hours", "quiet_days", "cap", "consent", "wish", "parties", "third_person", "unusable", "hold",
    "time_bar", "notice", "envelope", "duty", "wording", "clauses", "message",
)  # fmt: skip
VALUE = "from: 2020-01-01, source: s, verified: house"
CAP = "kind: cap, per: person, channels: [call], counts: [conversation], values: [{{V, {}}}]"
HOURS = "kind: hours, channels: [call, sms]{}, values: [{{V, opens: '{}', closes: '{}'{}}}]"
NOTICE = "kind: notice, step: {}, documents: [{}], values: [{{V, days: {}}}]"
PARTIES = "kind: parties, values: [{{V, roles: [{}]{}}}]"
THIRD = "kind: third_person, values: [{{V, value: x, channels: [{}]{}}}]"
HOLD = "kind: hold, passes: [{}], values: [{{V}}]"
QUIET = "kind: quiet_days, channels: [call], values: [{{V, days: [{}]}}]"
DECISION = "kind: decision, step: {}, documents: [{}], values: [{{V}}]"
BARRED = "kind: time_bar, values: [{{V, years: {}}}]"
ENVELOPE = "kind: envelope, channels: [letter], values: [{{V, most: {}}}]"


def loosens(house: str, other: str) -> bool:
    kind = other.partition(",")[0].removeprefix("kind: ")
    rest = ", ".join(f"{k}: none" for k in KINDS if k != kind)
    files = {
        "packs/law.yaml": OTHER.format(limit=other.replace("V", VALUE), rest=rest).encode(),
        "packs/house.yaml": HOUSE.format(limit=house.replace("V", VALUE)).encode(),
    }
    _, problems = read_packs(files)
    assert {p.code for p in problems} <= {"pack-loosens"}, problems
    return bool(problems)


@pytest.mark.parametrize(
    ("house", "other", "looser"),
    [
        (THIRD.format("call", ", failed_attempts: 2"),
         THIRD.format("call", ", failed_attempts: 3"), True),
        (THIRD.format("call", ", failed_attempts: 4"),
         THIRD.format("call", ", failed_attempts: 3"), False),
        (THIRD.format("call", ""), THIRD.format("call", ", failed_attempts: 3"), False),
        (THIRD.format("call", ", failed_attempts: 3"), THIRD.format("call", ""), True),
        (HOURS.format("", "09:00", "20:00", ""), HOURS.format("", "08:00", "22:00", ""), False),
        (HOURS.format("", "07:59", "20:00", ""), HOURS.format("", "08:00", "22:00", ""), True),
        (HOURS.format("", "09:00", "22:01", ""), HOURS.format("", "08:00", "22:00", ""), True),
        (HOURS.format("", "08:00", "22:00", ""),
         HOURS.format("", "08:00", "22:00", ", opens_included: false"), True),
        (HOURS.format("", "08:00", "22:00", ", closes_included: true"),
         HOURS.format("", "08:00", "22:00", ""), True),
        (HOURS.format(", consent_lifts: true", "09:00", "20:00", ""),
         HOURS.format("", "08:00", "22:00", ""), True),
        (HOURS.format("", "09:00", "20:00", ""),
         HOURS.format(", consent_lifts: true", "08:00", "22:00", ""), False),
        (CAP.format("most: 2, days: 1"), CAP.format("most: 3, days: 1"), False),
        (CAP.format("most: 4, days: 1"), CAP.format("most: 3, days: 1"), True),
        (CAP.format("most: 3, days: 1"), CAP.format("most: 3, days: 7"), True),
        (CAP.format("most: 3, days: 7"), CAP.format("most: 3, days: 1"), False),
        (CAP.format("most: 10, days: 7"), CAP.format("most: 3, days: 1"), False),
        (CAP.format("most: 4, days: 1").replace("person", "point"),
         CAP.format("most: 3, days: 1"), False),
        (QUIET.format("2026-01-01, 2026-01-02"), QUIET.format("2026-01-01"), False),
        (QUIET.format("2026-01-02"), QUIET.format("2026-01-01"), True),
        (QUIET.format("2026-01-02"), QUIET.format("2019-01-01"), False),
        (PARTIES.format("principal", ""), PARTIES.format("principal, guarantor", ""), False),
        (PARTIES.format("principal, contact", ""), PARTIES.format("principal", ""), True),
        (PARTIES.format("principal", ", approved: [contact]"),
         PARTIES.format("principal", ""), True),
        (PARTIES.format("principal", ", approved: [guarantor]"),
         PARTIES.format("principal, guarantor", ""), False),
        (THIRD.format("call", ""), THIRD.format("call, visit", ""), False),
        (THIRD.format("call, visit", ""), THIRD.format("call", ""), True),
        (THIRD.format("call", ""), THIRD.format("call", ", most: 1"), True),
        (THIRD.format("call", ", most: 2"), THIRD.format("call", ", most: 1"), True),
        (THIRD.format("call", ", most: 1"), THIRD.format("call", ""), False),
        (HOLD.format("a"), HOLD.format("a, b"), False),
        (HOLD.format("a"), HOLD.format(""), True),
        (BARRED.format(2), BARRED.format(3), False),
        (BARRED.format(4), BARRED.format(3), True),
        (NOTICE.format("bureau", "a", 5), NOTICE.format("bureau", "a", 0), False),
        (NOTICE.format("bureau", "a", 0), NOTICE.format("bureau", "a", 5), True),
        (NOTICE.format("bureau", "a, b", 5), NOTICE.format("bureau", "a", 5), True),
        (NOTICE.format("agency", "b", 0), NOTICE.format("bureau", "a", 5), False),
        (DECISION.format("legal", "a"), DECISION.format("legal", "a, b"), True),
        (DECISION.format("legal", "a, b"), DECISION.format("legal", "a"), False),
        (DECISION.format("agency", "c"), DECISION.format("legal", "a"), False),
        (ENVELOPE.format(1), ENVELOPE.format(2), False),
        (ENVELOPE.format(2), ENVELOPE.format(1), True),
    ],
)  # fmt: skip
def test_the_house_allows_no_more_than_another_pack(
    house: str, other: str, *, looser: bool
) -> None:
    assert loosens(house, other) == looser


def test_a_reason_may_be_given_and_values_of_other_days_are_not_held_against_each_other() -> None:
    loose, strict = CAP.format("most: 4, days: 1"), CAP.format("most: 3, days: 1")
    assert not loosens(f"loosens: why, {loose}", strict)
    ended = (
        strict.replace("{V", "{to: 2019-12-31, V").replace("V", VALUE).replace("2020", "2019", 1)
    )
    assert not loosens(loose, ended.replace("from: 2020", "from: 2019"))
