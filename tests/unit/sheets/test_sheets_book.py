"""Workbooks as staff and other programs see them."""

import io
import os
import re
import stat
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pyarrow as pa
import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from python_calamine import CalamineWorkbook

from collectctl.sheets.book import (
    ColourRule,
    Cover,
    SheetColumn,
    Table,
    book_bytes,
    data_of_rows,
    dump_cells,
    write_book,
)

DAY = date(2026, 11, 20)
GOLDEN = Path(__file__).parents[2] / "golden" / "sheets_book.txt"
COLUMNS = (
    SheetColumn(name="account_id", heading="账号"),
    SheetColumn(name="name", heading="姓名"),
    SheetColumn(name="balance", heading="欠款总额", kind="money", currency="currency"),
    SheetColumn(name="currency", heading="币种"),
    SheetColumn(name="due", heading="到期还款日", kind="date"),
    SheetColumn(name="dpd", heading="逾期天数", kind="int"),
    SheetColumn(name="rate", heading="使用率", kind="percent"),
    SheetColumn(name="hardship", heading="困难", kind="bool"),
    SheetColumn(name="why", heading="原因", wrap=True, width=40),
    SheetColumn(name="outcome", heading="结果", entry=True, choices=("已联系", "未接通")),
    SheetColumn(name="next", heading="下次", kind="date", entry=True, note="不晚于下周五"),
)
DATA = pa.table(
    {
        "account_id": ["0012345678901234567", "=1+1", None],
        "name": ["张三", "<b>&\x07 _x0041_", "\u202eabc"],
        "balance": pa.array([123456, -5, 10**15 + 7], pa.int64()),
        "currency": ["CNY", "JPY", "USD"],
        "due": pa.array([DAY, date(1899, 1, 1), None]),
        "dpd": pa.array([3, 90, None], pa.int64()),
        "rate": pa.array([8500, 1, None], pa.int64()),
        "hardship": [True, False, None],
        "why": ["第一行\n第二行", "", None],
    }
)
TABLE = Table(
    title="清单",
    columns=COLUMNS,
    data=DATA,
    colours=(
        ColourRule(column="dpd", when="at_least", value=60, colour="red"),
        ColourRule(column="name", when="equals", value='张"三', whole_row=True),
        ColourRule(column="balance", when="below", value=Decimal("0.01"), colour="green"),
        ColourRule(column="outcome", when="filled", colour="grey", whole_row=True),
    ),
    freeze=2,
)
COVER = Cover(
    sheet="封面",
    title="催收清单",
    lines=(("日期", DAY), ("户数", 1234), ("负责人", "=1+1")),
    notes=("第一段。\n第二行",),
)
HELP = Cover(sheet="说明", title="怎么填", notes=("每行选一个结果。",))


def opened(data: bytes) -> Workbook:
    return load_workbook(io.BytesIO(data))


def book(*tables: Table, cover: Cover | None = COVER, help_: Cover | None = HELP) -> bytes:
    return book_bytes(tables=tables, cover=cover, help_=help_, created=DAY)


def texts(*values: str | None, **options: Any) -> Table:
    column = SheetColumn(name="t", heading="文字", **options)
    return Table(
        title="清单", columns=(column,), data=pa.table({"t": pa.array(values, pa.string())})
    )


def one_column(kind: Any, values: list[object], **options: Any) -> Table:
    column = SheetColumn(name="v", heading="值", kind=kind, **options)
    return Table(
        title="清单", columns=(column,), data=data_of_rows((column,), [(v,) for v in values])
    )


def raw_values(data: bytes, member: str = "xl/worksheets/sheet1.xml") -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return re.findall(r"<v>(.*?)</v>", package.read(member).decode().split("</row>", 1)[1])


def test_every_cell_is_as_the_golden_says(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    info = write_book(path, tables=[TABLE], cover=COVER, help_=HELP, created=DAY)
    dumped = dump_cells(path)
    if os.environ.get("GOLDEN_UPDATE") == "1":
        GOLDEN.write_text(dumped, encoding="utf-8")
    assert dumped == GOLDEN.read_text(encoding="utf-8")
    assert info.rows == 3
    assert info.size == path.stat().st_size
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_same_tables_give_the_same_bytes() -> None:
    assert book(TABLE) == book(TABLE)
    other = Table(title="清单", columns=COLUMNS, data=DATA.slice(0, 1))
    assert book(other) != book(TABLE)
    assert book(TABLE) == book(TABLE)


def test_no_member_of_the_package_carries_the_time_of_day() -> None:
    with zipfile.ZipFile(io.BytesIO(book(TABLE))) as package:
        assert {m.date_time for m in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert package.read("docProps/core.xml").count(b"2026-11-20T00:00:00Z") == 2


def test_a_book_is_never_written_over_another(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    write_book(path, tables=[TABLE], created=DAY)
    with pytest.raises(FileExistsError):
        write_book(path, tables=[TABLE], created=DAY)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "＝1", "=cmd|' /C calc'!A0"])
def test_nothing_in_data_becomes_a_formula(text: str) -> None:
    data = book(texts(text, "plain"), cover=None, help_=None)
    cell = opened(data)["清单"]["A2"]
    assert (cell.data_type, cell.value) == ("s", text)
    assert cell.quotePrefix
    assert not opened(data)["清单"]["A3"].quotePrefix
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert b"<f>" not in package.read("xl/worksheets/sheet1.xml")


def test_headings_choices_and_titles_are_no_formulas_either() -> None:
    column = SheetColumn(name="t", heading="=1+1", choices=("=2", "b,c"))
    found = opened(
        book(Table(title="=x", columns=(column,), data=pa.table({"t": ["=2"]})), cover=None)
    )
    assert found["=x"]["A1"].data_type == "s"
    assert found["_lists"]["A1"].value == "=2"
    assert found["_lists"]["A1"].data_type == "s"


def test_control_escape_and_direction_characters_are_made_visible() -> None:
    found = opened(book(texts("a\x07b", "\u202ec", "d\ne", "\ufffe"), cover=None))["清单"]
    assert [found.cell(r, 1).value for r in range(2, 6)] == [
        "a\\u{7}b", "\\u{202e}c", "d\\u{a}e", "\\u{fffe}",
    ]  # fmt: skip


def test_line_breaks_stay_where_a_column_wraps() -> None:
    found = opened(book(texts("a\r\nb\nc\x07", wrap=True), cover=None))["清单"]["A2"]
    assert found.value == "a\nb\nc\\u{7}"
    assert found.alignment.wrap_text


def test_excels_own_escapes_in_data_stay_as_written() -> None:
    data = book(texts("_x0041_", "a_x"), cover=None, help_=None)
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert rows[1:] == [["_x0041_"], ["a_x"]]


def test_text_longer_than_excel_keeps_is_cut_with_a_mark() -> None:
    found = opened(book(texts("x" * 40_000, "𠮷" * 17_000, "汉" * 32_767), cover=None))["清单"]
    cut, wide, whole = (str(found.cell(r, 1).value) for r in (2, 3, 4))
    assert len(cut) == 32_767
    assert cut.endswith("…[cut]")
    assert len(wide.encode("utf-16-le")) // 2 <= 32_767
    assert wide.endswith("𠮷…[cut]")
    assert whole == "汉" * 32_767


def test_money_is_exact_and_follows_the_currency_of_its_row() -> None:
    found = opened(book(TABLE))["清单"]
    assert raw_values(book(TABLE, cover=None, help_=None))[0] == "1234.56"
    assert [found.cell(r, 3).number_format for r in (2, 3)] == [
        "#,##0.00;[Red]-#,##0.00", "#,##0;[Red]-#,##0",
    ]  # fmt: skip
    assert found["C3"].value == -5


def test_money_without_a_known_currency_is_not_shown() -> None:
    columns = (SheetColumn(name="m", heading="额", kind="money", currency="c"),)
    for currency in ("XXX", None):
        data = pa.table({
            "m": pa.array([1, 2], pa.int64()), "c": pa.array(["CNY", currency], pa.string()),
        })  # fmt: skip
        with pytest.raises(ValueError, match="known currency"):
            book(Table(title="t", columns=columns, data=data))


def test_small_and_negative_amounts_are_plain_decimals() -> None:
    data = book(one_column("money", [1, -1, -100, 0, 99]), cover=None, help_=None)
    assert raw_values(data) == ["0.01", "-0.01", "-1.00", "0.00", "0.99"]


def test_a_ratio_of_many_decimals_is_never_an_exponent() -> None:
    data = book(one_column("ratio", [1, 5_000_000], scale=8, digits=4), cover=None, help_=None)
    assert raw_values(data) == ["0.00000001", "0.05000000"]


def test_a_number_with_more_digits_than_excel_keeps_is_text() -> None:
    found = opened(book(one_column("int", [10**15 - 1, 10**15, -(10**18)]), cover=None))["清单"]
    assert found["A2"].value == 10**15 - 1
    assert [found["A3"].value, found["A4"].value] == ["1000000000000000", "-1" + "0" * 18]


def test_days_that_excel_counts_wrongly_are_text() -> None:
    days: list[object] = [date(1900, 2, 28), date(1900, 3, 1), date(9999, 12, 31), None]
    found = opened(book(one_column("date", days), cover=None))["清单"]
    assert found["A2"].value == "1900-02-28"
    assert found["A3"].value.date() == date(1900, 3, 1)
    assert found["A4"].value.date() == date(9999, 12, 31)
    assert found["A5"].value is None


def test_staff_can_sort_the_list_but_not_change_cover_and_help() -> None:
    found = opened(book(TABLE))
    assert [s.protection.sheet for s in found.worksheets] == [True, False, True]
    assert not found["清单"]["A2"].protection.locked
    assert found["封面"]["A1"].protection.locked


def test_a_locked_column_protects_its_sheet_and_leaves_the_filter() -> None:
    columns = (SheetColumn(name="t", heading="a", locked=True), SheetColumn(name="u", heading="b"))
    data = pa.table({"t": ["x"], "u": ["y"]})
    sheet = opened(book(Table(title="t", columns=columns, data=data), cover=None))["t"]
    assert sheet.protection.sheet
    assert not sheet.protection.autoFilter
    assert (sheet["A2"].protection.locked, sheet["B2"].protection.locked) == (True, False)


def test_the_filter_ends_on_the_last_row_whatever_the_layout_was_built_for() -> None:
    for count in (0, 1, 2, 300):
        rows = [(str(i),) for i in range(count)]
        column = SheetColumn(name="t", heading="987654")
        table = Table(title="A987654", columns=(column,), data=data_of_rows((column,), rows))
        found = opened(book(table, cover=None))["A987654"]
        assert found["A1"].value == "987654"
        assert found.auto_filter.ref == f"A1:A{max(2, count + 1)}"
        assert found.max_row == count + 1
        assert found.freeze_panes == "A2"


def test_a_long_list_of_choices_stands_on_a_hidden_sheet() -> None:
    column = SheetColumn(name="t", heading="选", choices=tuple(f"选项{i:03d}" for i in range(60)))
    other = SheetColumn(name="u", heading="另", choices=("a,b", "c"))
    data = pa.table({"t": ["选项001"], "u": ["c"]})
    found = opened(book(Table(title="t", columns=(column, other), data=data), cover=None))
    assert found["_lists"].sheet_state == "hidden"
    assert [v.formula1 for v in found["t"].data_validations.dataValidation] == [
        "'_lists'!$A$1:$A$60", "'_lists'!$B$1:$B$2",
    ]  # fmt: skip
    assert found["_lists"]["A60"].value == "选项059"


def test_titles_that_excel_refuses_are_mended_and_never_equal() -> None:
    tables = [texts("x")] * 2 + [
        Table(title=t, columns=TABLE.columns, data=DATA) for t in ("a/b[c]:*?\\", "长" * 40)
    ]
    found = opened(book(*tables, cover=None, help_=None)).sheetnames
    assert found == ["清单", "清单 2", "a_b_c_____", "长" * 31]


def test_a_column_that_the_data_lack_is_empty_and_ready_to_be_filled_in() -> None:
    sheet = opened(book(TABLE))["清单"]
    assert sheet["J2"].value is None
    assert sheet["J2"].fill.fgColor.rgb == "FFFFFBEA"


def test_widths_count_a_chinese_character_as_two() -> None:
    sheet = opened(book(texts("清河农村商业银行城关支行营业部"), cover=None))["清单"]
    assert sheet.column_dimensions["A"].width == 32


def test_both_readers_read_every_value_back() -> None:
    data = book(TABLE)
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name("清单").to_python()
    assert rows[0][:4] == ["账号", "姓名", "欠款总额", "币种"]
    assert rows[1][:9] == [
        "0012345678901234567", "张三", 1234.56, "CNY", DAY, 3.0, 0.85, True, "第一行\n第二行",
    ]  # fmt: skip
    assert rows[3][2] == "10000000000000.07"


def test_the_layout_is_spelled_in_one_way_whatever_xml_library_is_installed() -> None:
    with zipfile.ZipFile(io.BytesIO(book(TABLE))) as package:
        for name in ("xl/styles.xml", "xl/workbook.xml", "[Content_Types].xml"):
            declaration, _, text = package.read(name).decode().partition("\n")
            assert declaration.startswith("<?xml ")
            assert ET.canonicalize(text) == text
