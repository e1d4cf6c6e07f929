"""Whatever stands in a file of limits or statuses, it gives a value or problems with a place."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectctl.compliance.statuses import read_statuses
from collectctl.problems import Problem, render
from collectctl.reports.brakes import read_brakes

CONFIG = Path(__file__).parents[2] / "config"
Read = Callable[[bytes, str], tuple[object | None, tuple[Problem, ...]]]
READERS = pytest.mark.parametrize(
    ("read", "name"), [(read_statuses, "statuses.yaml"), (read_brakes, "brakes.yaml")]
)


def check(read: Read, data: bytes, name: str) -> None:
    found, problems = read(data, name)
    assert (found is None) == any(p.level == "error" for p in problems)
    for problem in problems:
        assert problem.span is not None
        assert render(problem)


@READERS
@settings(deadline=None)
@given(data=st.binary(max_size=200))
def test_any_bytes_give_a_value_or_problems(data: bytes, read: Read, name: str) -> None:
    check(read, data, name)


@READERS
@settings(deadline=None)
@given(at=st.floats(0, 0.999), cut=st.integers(0, 40), put=st.text(":[]{}-\n #'x0", max_size=6))
def test_a_damaged_file_gives_a_value_or_problems(
    at: float, cut: int, put: str, read: Read, name: str
) -> None:
    text = (CONFIG / name).read_text("utf-8")
    place = int(at * len(text))
    check(read, (text[:place] + put + text[place + cut :]).encode(), name)
