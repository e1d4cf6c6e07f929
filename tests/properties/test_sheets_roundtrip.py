"""What goes into a workbook comes out of it, whatever it is."""

import io
from datetime import date, timedelta

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from collectctl.money import unscaled
from collectctl.sheets.book import SheetColumn, Table, book_bytes
from collectctl.sheets.cells import decimal_texts, shown

DAY = date(2026, 11, 20)
TEXTS = st.lists(st.none() | st.text(max_size=40), min_size=1, max_size=8)


def sheet_of(column: SheetColumn, values: pa.Array) -> list[object]:
    table = Table(title="t", columns=(column,), data=pa.table({column.name: values}))
    data = book_bytes(tables=[table], created=DAY)
    assert data == book_bytes(tables=[table], created=DAY)
    sheet = load_workbook(io.BytesIO(data))["t"]
    assert all(sheet.cell(r + 2, 1).data_type != "f" for r in range(len(values)))
    return [sheet.cell(r + 2, 1).value for r in range(len(values))]


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_any_text_comes_back_as_it_is_shown(values: list[str | None]) -> None:
    column = SheetColumn(name="t", heading="文字")
    found = sheet_of(column, pa.array(values, pa.string()))
    expected = [None if v is None else shown(v, keep_breaks=False) for v in values]
    assert [unescape(str(f)) if f is not None else "" for f in found] == [e or "" for e in expected]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(-(2**53) + 1, 2**53 - 1), min_size=1, max_size=20), st.integers(0, 9))
def test_any_amount_is_spelled_exactly(values: list[int], digits: int) -> None:
    spelled = decimal_texts(pa.array(values, pa.int64()), digits).to_pylist()
    assert spelled == [unscaled(v, digits) for v in values]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 60_000), min_size=1, max_size=10))
def test_any_day_comes_back(offsets: list[int]) -> None:
    days = [date(1900, 3, 1) + timedelta(days=o) for o in offsets]
    found = sheet_of(SheetColumn(name="d", heading="日", kind="date"), pa.array(days))
    assert [f.date() for f in found] == days  # type: ignore[attr-defined]  # openpyxl gives datetime
