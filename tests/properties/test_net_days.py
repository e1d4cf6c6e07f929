"""Held days in columns against a counter that looks at every single day."""

from collections.abc import Sequence
from random import Random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from collectctl.compliance.netdays import Spans, held_days, net_days

DAY = 20_000
FAR = 2**60
Hold = tuple[int, int, int]
"""Account, first day, first day after."""


@st.composite
def accounts_with_holds(draw: st.DrawFn) -> tuple[list[int], list[Hold]]:
    days = draw(st.lists(st.integers(0, 60), min_size=1, max_size=6))
    starts = st.integers(DAY - 70, DAY + 5)
    holds = draw(
        st.lists(
            st.tuples(
                st.integers(0, len(days) - 1), starts, st.one_of(st.integers(1, 40), st.just(FAR))
            ),
            max_size=12,
        )
    )
    return days, [(row, start, min(FAR, start + length)) for row, start, length in holds]


def spans(holds: Sequence[Hold]) -> Spans:
    columns = np.array(holds, np.int64).reshape(-1, 3)
    return Spans(row=columns[:, 0], starts=columns[:, 1], ends=columns[:, 2])


def counted(row: int, days_past_due: int, holds: Sequence[Hold]) -> int:
    past_due = range(DAY - days_past_due + 1, DAY + 1)
    return sum(any(r == row and a <= day < b for r, a, b in holds) for day in past_due)


@given(accounts_with_holds(), st.integers(0, 10))
def test_held_days_are_those_that_a_calendar_shows(
    drawn: tuple[list[int], list[Hold]], grace: int
) -> None:
    days, holds = drawn
    held = held_days(np.array(days, np.int64), spans(holds), DAY)
    expected = [counted(row, n, holds) for row, n in enumerate(days)]
    assert held.tolist() == expected
    net = net_days(np.array(days, np.int64), grace, held)
    assert net.tolist() == [max(0, n - grace - h) for n, h in zip(days, expected, strict=True)]


@given(accounts_with_holds(), st.randoms())
def test_neither_order_nor_repetition_of_holds_matters(
    drawn: tuple[list[int], list[Hold]], random: Random
) -> None:
    days, holds = drawn
    shuffled = [*holds, *holds]
    random.shuffle(shuffled)
    past_due = np.array(days, np.int64)
    once, again = (held_days(past_due, spans(h), DAY) for h in (holds, shuffled))
    assert once.tolist() == again.tolist()


@given(accounts_with_holds(), st.integers(0, 5), st.integers(DAY - 70, DAY), st.integers(1, 30))
def test_a_further_hold_never_makes_a_ladder_go_faster(
    drawn: tuple[list[int], list[Hold]], row: int, start: int, length: int
) -> None:
    days, holds = drawn
    past_due = np.array(days, np.int64)
    before = held_days(past_due, spans(holds), DAY)
    more = [*holds, (row % len(days), start, start + length)]
    assert (held_days(past_due, spans(more), DAY) >= before).all()


def test_holds_that_contain_touch_and_overlap_are_one() -> None:
    holds = [(0, DAY - 20, DAY - 10), (0, DAY - 18, DAY - 15), (0, DAY - 10, DAY - 5),
             (0, DAY - 7, DAY - 2)]  # fmt: skip
    assert held_days(np.array([30, 30]), spans(holds), DAY).tolist() == [18, 0]


def test_a_hold_from_before_the_first_day_past_due_counts_from_that_day() -> None:
    assert held_days(np.array([3]), spans([(0, DAY - 400, FAR)]), DAY).tolist() == [3]
    assert held_days(np.array([3]), spans([(0, DAY - 400, DAY - 2)]), DAY).tolist() == [0]
    assert held_days(np.array([3]), spans([(0, DAY, DAY + 1)]), DAY).tolist() == [1]
    assert held_days(np.array([3]), spans([(0, DAY + 1, FAR)]), DAY).tolist() == [0]


def test_a_million_accounts_with_open_holds_do_not_run_over() -> None:
    size = 1_000_000
    past_due = np.full(size, 9_999)
    rows = np.arange(0, size, 250)
    held = held_days(
        past_due,
        Spans(row=rows, starts=np.full(len(rows), -700_000), ends=np.full(len(rows), FAR)),
        DAY,
    )
    assert held[rows].tolist() == [9_999] * len(rows)
    assert int(held.sum()) == 9_999 * len(rows)
