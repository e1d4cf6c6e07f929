"""Each limit that comes along, at its edges."""

import numpy as np
import pytest
from boundaries import CASES
from gates import PACKS, packs, rows

from collectctl.calendar import day_number, parse_day
from collectctl.compliance.gate.envelopes import too_many_letters
from collectctl.compliance.gate.judge import judge
from collectctl.compliance.packs.reader import Pack
from collectctl.compliance.packs.shapes import DutyLimit, FactLimit, TextLimit

SHIPPED: dict[str, Pack] = {
    pack.id: pack for path in sorted(PACKS.glob("*.yaml")) for pack in packs(path.stem).packs
}
ENFORCED = [
    f"{pack.id}.{name}"
    for pack in SHIPPED.values()
    for name, limit in pack.limits.items()
    if not isinstance(limit, FactLimit | DutyLimit | TextLimit)
]
ENVELOPE = "cn.envelope"


@pytest.mark.parametrize("limit", [name for name in ENFORCED if name != ENVELOPE])
def test_the_edges_of_a_limit(limit: str) -> None:
    pack = SHIPPED[limit.partition(".")[0]]
    values = [value for value in pack.dated() if value.id == limit]
    cases = [case for case in CASES if case.limit == limit]
    # a limit without a case on either side has no edge that anybody looked at
    assert {case.speaks for case in cases} == {True, False}
    for case in cases:
        found = judge(case.asked, case.facts, values)
        assert bool(found.speaking(0)) == case.speaks, case.what
        stops = case.speaks and values[0].limit.mode == "block"
        assert (found.answer(0) != "allow") == stops, case.what


def test_no_case_is_about_a_limit_that_is_not_there() -> None:
    assert {case.limit for case in CASES} | {ENVELOPE} == set(ENFORCED)


def test_one_envelope_for_an_addressee_a_night() -> None:
    letters = [
        {"person": person, "point": person, "debts": (n,), "channel": channel}
        for n, (person, channel) in enumerate(
            [(1, "letter"), (1, "letter"), (2, "letter"), (1, "sms"), (2, "letter"), (1, "letter")]
        )
    ]
    day = parse_day("2026-11-20")
    assert day is not None
    limits = packs("cn").dated
    night, one = day_number(day), rows(letters, 0)
    ((found, beyond),) = too_many_letters(one, limits, night, np.arange(6))
    assert found.id == ENVELOPE
    assert beyond.tolist() == [False, True, False, False, True, True]
    ((_, beyond),) = too_many_letters(one, limits, night, np.arange(6)[::-1].copy())
    assert beyond.tolist() == [True, True, True, False, False, False]
    # whom a release of this night wrote to already
    before = np.array([1, 1, 0, 1, 0, 1])
    ((_, beyond),) = too_many_letters(one, limits, night, np.arange(6), before)
    assert beyond.tolist() == [True, True, False, False, True, True]
    first = parse_day("2024-01-01")
    assert first is not None
    assert list(too_many_letters(one, limits, day_number(first) - 1, np.arange(6))) == []
    assert len(list(too_many_letters(one, limits, day_number(first), np.arange(6)))) == 1
