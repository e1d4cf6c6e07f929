"""Ladders in columns against one account at a time, and over nights of which some are missed."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectctl.problems import Span
from collectctl.rules.ladders import Ladder, LadderStep
from collectctl.rules.rungs import NEVER, NONE, rung
from collectctl.rules.shapes import Escalate, Missed

DAY = 1_000
MISSED: tuple[Missed, ...] = ("skip", "step_through", "most_severe")
ESCALATE: tuple[Escalate, ...] = ("by_state", "by_sequence")
Issued = list[int | None]


@st.composite
def ladders(draw: st.DrawFn, escalate: Escalate | None = None) -> Ladder:
    days = sorted(draw(st.sets(st.integers(1, 25), min_size=1, max_size=5)))
    how: Escalate = draw(st.sampled_from(ESCALATE)) if escalate is None else escalate
    return Ladder(
        treatment="firm", missed=draw(st.sampled_from(MISSED)), escalate=how,
        channels=("letter",),
        steps=tuple(
            LadderStep(
                after_days=after, document=f"d{n}", channels=(), measure=None, span=Span(file="r"),
                min_stay_days=draw(st.integers(0, 6)) if how == "by_sequence" else 0,
                never_skip=draw(st.booleans()),
            )
            for n, after in enumerate(days)
        ),
    )  # fmt: skip


def one_by_one(ladder: Ladder, net: int, issued: Issued, day: int) -> int | None:
    """The step of one account, thought through step by step."""
    due = [k for k, s in enumerate(ladder.steps) if s.after_days <= net]
    open_ = [k for k in due if issued[k] is None]
    gone = [k for k in range(len(issued)) if issued[k] is not None]
    if ladder.escalate == "by_sequence":
        ahead = [k for k in due if k > max(gone, default=-1)]
        wanted = ahead[-1:] if ladder.missed == "skip" else ahead[:1]
    elif ladder.missed == "step_through":
        wanted = open_[:1]
    else:
        wanted = [k for k in due[-1:] if k in open_]
    wanted += [k for k in open_ if ladder.steps[k].never_skip]
    if not wanted:
        return None
    step = min(wanted)
    for k in gone:
        stayed = day - (issued[k] or 0)
        if k < step and stayed < max(1, ladder.steps[k].min_stay_days):
            return None
    return step


def in_columns(
    ladder: Ladder, nets: Sequence[int], issued: Sequence[Issued], day: int
) -> list[int]:
    days = np.array([[NEVER if d is None else d for d in row] for row in issued]).T
    return rung(ladder, np.array(nets), days, np.zeros(len(nets), np.bool_), day).step.tolist()


@given(ladders(), st.data())
def test_columns_take_the_step_that_one_account_would(ladder: Ladder, data: st.DataObject) -> None:
    days = st.one_of(st.none(), st.integers(DAY - 12, DAY + 1))
    row = st.tuples(
        st.integers(-1, 40), st.lists(days, min_size=len(ladder.steps), max_size=len(ladder.steps))
    )
    rows = data.draw(st.lists(row, min_size=1, max_size=8))
    expected = [one_by_one(ladder, net, issued, DAY) for net, issued in rows]
    found = in_columns(ladder, [n for n, _ in rows], [i for _, i in rows], DAY)
    assert found == [NONE if e is None else e for e in expected]


def nights(ladder: Ladder, ran: Sequence[bool], let_out: Sequence[bool]) -> list[tuple[int, int]]:
    """The steps issued, with the net day of each, over nights of which some were missed."""
    issued: Issued = [None] * len(ladder.steps)
    found = []
    for net, (runs, lets) in enumerate(zip(ran, let_out, strict=True), 1):
        (step,) = in_columns(ladder, [net], [issued], DAY + net) if runs else [NONE]
        if step != NONE and lets:
            assert issued[step] is None
            issued[step] = DAY + net
            found.append((step, net))
    return found


whether = st.lists(st.booleans(), min_size=40, max_size=40)


@given(ladders(), whether, whether)
def test_nothing_is_issued_early_twice_or_two_at_once(
    ladder: Ladder, ran: list[bool], let_out: list[bool]
) -> None:
    found = nights(ladder, ran, let_out)
    assert len({step for step, _ in found}) == len(found)
    assert len({net for _, net in found}) == len(found)
    assert all(ladder.steps[step].after_days <= net for step, net in found)


@given(ladders(), whether, whether)
def test_a_step_that_may_not_be_skipped_comes_before_every_later_one(
    ladder: Ladder, ran: list[bool], let_out: list[bool]
) -> None:
    order = [step for step, _ in nights(ladder, ran, let_out)]
    for place, step in enumerate(order):
        before = {k for k, s in enumerate(ladder.steps[:step]) if s.never_skip}
        assert before <= set(order[:place])


@given(ladders("by_sequence"), whether, whether)
def test_by_sequence_never_goes_back_and_waits_out_each_stay(
    ladder: Ladder, ran: list[bool], let_out: list[bool]
) -> None:
    found = nights(ladder, ran, let_out)
    assert [step for step, _ in found] == sorted(step for step, _ in found)
    for n, (step, net) in enumerate(found):
        for earlier, before in found[:n]:
            assert net - before >= ladder.steps[earlier].min_stay_days
        if ladder.missed != "skip":
            assert step == n, "none is left out"


@given(ladders(), whether)
def test_what_a_missed_night_would_have_done_is_what_the_next_one_does(
    ladder: Ladder, ran: list[bool]
) -> None:
    """With every night run, a ladder is followed whole; after a gap it goes on from the data."""
    every = [True] * len(ran)
    through = replace(ladder, missed="step_through")
    steps = [step for step, _ in nights(through, every, every)]
    assert steps == list(range(len(steps)))
    late = nights(through, ran, every)
    assert [step for step, _ in late] == steps[: len(late)]
    on_time = dict(nights(through, every, every))
    assert all(net >= on_time[step] for step, net in late)


@pytest.mark.parametrize(
    ("missed", "escalate", "expected"),
    [
        ("skip", "by_state", [2]),
        ("most_severe", "by_state", [2]),
        ("step_through", "by_state", [0, 1, 2]),
        ("skip", "by_sequence", [2]),
        ("most_severe", "by_sequence", [0, 1, 2]),
        ("step_through", "by_sequence", [0, 1, 2]),
    ],
)
def test_nights_missed_until_the_third_step_is_due(
    missed: Missed, escalate: Escalate, expected: list[int]
) -> None:
    steps = tuple(
        LadderStep(
            after_days=after, document=f"d{after}", channels=(), measure=None, min_stay_days=0,
            never_skip=False, span=Span(file="r"),
        )
        for after in (1, 8, 15)
    )  # fmt: skip
    ladder = Ladder(
        treatment="firm", missed=missed, escalate=escalate, steps=steps, channels=("letter",)
    )
    ran = [net > 15 for net in range(1, 31)]
    assert [step for step, _ in nights(ladder, ran, [True] * 30)] == expected
