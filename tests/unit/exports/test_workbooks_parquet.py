"""Parquet exports become the same text cells as any other export."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from collectctl.exports.parquet import read_parquet
from collectctl.exports.raw import Layout, Limits
from collectctl.problems import InputRefusedError, Problem

LAYOUT = Layout(
    required_headings=(), header_row=None, search_rows=10, delimiter=",", quote=None,
    encoding=None, sheet=None, trailer=None, no_value=(),
)  # fmt: skip
LIMITS = Limits(bytes=10_000_000, rows=1_000, cells=10_000, memory_bytes=1_500_000_000, seconds=60)
MOMENT = datetime(2026, 11, 20, 10, 30)  # noqa: DTZ001 - a column without zone


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "accounts.parquet"


def refused(path: Path) -> Problem:
    with pytest.raises(InputRefusedError) as caught:
        read_parquet(path, LAYOUT, LIMITS)
    (problem,) = caught.value.problems
    return problem


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        (pa.array(["007", "", None]), ["007", None, None]),
        (pa.array(["a", "b"]).dictionary_encode(), ["a", "b"]),
        (pa.array([2**63 - 1, None], pa.int64()), ["9223372036854775807", None]),
        (pa.array([Decimal("1234.50"), Decimal("-0.05")]), ["1234.50", "-0.05"]),
        (pa.array([Decimal("0.00000001")]), ["0.00000001"]),
        (pa.array([0.1, 123.0, 6222020200112233445.0]), ["0.1", "123", "6.22202020011223E+18"]),
        (pa.array([date(2026, 11, 20)]), ["2026-11-20"]),
        (pa.array([MOMENT]), ["2026-11-20 10:30:00"]),
        (pa.array([MOMENT.replace(hour=0, minute=0)], pa.timestamp("us")), ["2026-11-20"]),
        (pa.array([True, False]), ["true", "false"]),
        (pa.nulls(2), [None, None]),
    ],
)  # fmt: skip
def test_every_plain_type_is_spelled_exactly(path: Path, values: Any, texts: list[str]) -> None:
    pq.write_table(pa.table({" 账号 ": values}), path)
    raw = read_parquet(path, LAYOUT, LIMITS)
    assert raw.headings == ("账号",)
    assert raw.cells[0].to_pylist() == texts
    assert raw.rows.tolist() == list(range(1, len(texts) + 1))
    assert (raw.reader, raw.encoding, raw.sheet) == ("parquet", None, None)


@pytest.mark.parametrize(
    "values",
    [
        pa.array([[1]]), pa.array([{"a": 1}]), pa.array([b"x"]),
        pa.array([MOMENT.replace(tzinfo=UTC)]),
    ],
)  # fmt: skip
def test_nested_binary_and_zoned_columns_are_refused_by_name(path: Path, values: Any) -> None:
    pq.write_table(pa.table({"x": values}), path)
    found = refused(path)
    assert found.code == "parquet-type"
    assert "'x'" in found.message


def test_a_file_with_too_many_rows_is_refused(path: Path) -> None:
    pq.write_table(pa.table({"x": pa.array(range(1_001))}), path)
    assert refused(path).code == "too-many-rows"


def test_a_nul_character_is_refused(path: Path) -> None:
    pq.write_table(pa.table({"x": ["a\0b"]}), path)
    assert refused(path).code == "nul-byte"


@pytest.mark.parametrize("kept", [0.0, 0.3, 0.9, 0.99])
def test_a_file_that_was_cut_off_is_refused(path: Path, kept: float) -> None:
    pq.write_table(pa.table({"x": ["张canary三"] * 100}), path)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * kept)])
    found = refused(path)
    assert found.code == "parquet-damaged"
    assert "canary" not in found.message


def test_an_empty_table_has_headings_and_no_rows(path: Path) -> None:
    pq.write_table(pa.table({"x": pa.array([], pa.string())}), path)
    raw = read_parquet(path, LAYOUT, LIMITS)
    assert (raw.headings, len(raw.rows)) == (("x",), 0)
