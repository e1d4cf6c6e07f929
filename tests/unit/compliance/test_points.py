"""One number, however it is spelled."""

import pyarrow as pa
import pytest

from collectctl.compliance.points import point_of, points_of

SAME = [
    ("13800138000", "+86 138-0013-8000"),
    ("13800138000", "0086(138)00138000"),
    ("13800138000", "１３８００１３８０００ "),
    ("010-81015148", "+86 10 8101 5148"),
    ("2025550123", "+1 (202) 555-0123"),
]
OTHERS = [("13800138000", "13800138001"), ("+44 20 7946 0958", "2079460958"), ("8610", "+8610")]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_number_are_one(one: str, other: str) -> None:
    assert point_of("phone", one) == point_of("phone", other)


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_two_numbers_stay_two(one: str, other: str) -> None:
    assert point_of("phone", one) != point_of("phone", other)


def test_a_column_is_read_as_each_of_its_cells() -> None:
    numbers = [n for pair in SAME + OTHERS for n in pair]
    kinds = ["phone"] * len(numbers) + ["address", "phone", None]
    values = [*numbers, "3 Main St. (rear)", None, "x"]
    made = points_of(pa.array(kinds, pa.string()), pa.array(values, pa.string())).to_pylist()
    assert made == [
        v if k is None or v is None else point_of(k, v)[1]
        for k, v in zip(kinds, values, strict=True)
    ]
