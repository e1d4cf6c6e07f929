"""Workbooks as exports: what is read from honest ones, and how hostile ones are refused."""

import hashlib
import io
import os
import re
import zipfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from collectctl.exports.raw import Layout, Limits, Raw
from collectctl.exports.workbooks import read_workbook
from collectctl.problems import InputRefusedError, Problem
from collectctl.sheets.book import SheetColumn, Table, write_book

FOUND = sorted(
    p
    for folder in os.environ.get("ODD_WORKBOOKS", "").split(os.pathsep)
    if folder and Path(folder).is_dir()
    for p in Path(folder).iterdir()
)
"""Files that nobody here has made: the folders that ODD_WORKBOOKS names, as PATH names its own."""
CANARY = "张canary三"


def layout(**changes: Any) -> Layout:
    usual: dict[str, Any] = {
        "required_headings": ("账号", "金额"), "header_row": None, "search_rows": 10,
        "delimiter": ",", "quote": '"', "encoding": None, "sheet": None, "trailer": None,
        "no_value": (),
    }  # fmt: skip
    return Layout(**(usual | changes))


def limits(**changes: int) -> Limits:
    usual = {
        "bytes": 20_000_000, "rows": 1_000_000, "cells": 20_000_000,
        "memory_bytes": 1_500_000_000, "seconds": 60,
    }  # fmt: skip
    return Limits(**(usual | changes))


def saved(path: Path, rows: list[list[Any]], **sheets: list[list[Any]]) -> Workbook:
    book = Workbook()
    first = book.worksheets[0]
    for row in rows:
        first.append(row)
    for title, more in sheets.items():
        sheet = book.create_sheet(title)
        for row in more:
            sheet.append(row)
    book.save(path)
    return book


def changed(path: Path, member: str, pattern: str, by: str) -> None:
    """Rewrites a member of a package, as no honest program would."""
    with zipfile.ZipFile(path) as package:
        members = {n: package.read(n) for n in package.namelist()}
    text, count = re.subn(pattern, by, members[member].decode())
    assert count
    members[member] = text.encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in members.items():
            package.writestr(name, data)


def refused(path: Path, **options: Any) -> Problem:
    with pytest.raises(InputRefusedError) as caught:
        read_workbook(path, options.get("layout", layout()), options.get("limits", limits()))
    (problem,) = caught.value.problems
    assert "canary" not in str(caught.value)
    assert problem.mend
    return problem


def cells(raw: Raw) -> list[list[str | None]]:
    return [list(row) for row in zip(*(c.to_pylist() for c in raw.cells), strict=True)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "falling_due.xlsx"


def test_a_title_above_the_headings_is_no_row(path: Path) -> None:
    saved(path, [["清河农村商业银行"], [], [" 账号 ", "金额"], ["007", 1.5], [], ["008", None]])
    raw = read_workbook(path, layout(), limits())
    assert raw.headings == ("账号", "金额")
    assert cells(raw) == [["007", "1.5"], ["008", None]]
    assert raw.rows.tolist() == [4, 6]
    assert (raw.reader, raw.sheet, raw.broken, raw.trailer) == ("xlsx", "Sheet", (), None)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0012", "0012"), ("6222020200112233445", "6222020200112233445"), (123, "123"),
        (123.0, "123"), (0.1, "0.1"), (-0.05, "-0.05"), (1234.5600000000001, "1234.56"),
        (1e-7, "0.0000001"), (999999999999999, "999999999999999"), (0, "0"),
        (True, "true"), (False, "false"), (date(2026, 11, 20), "2026-11-20"),
        (datetime(2026, 11, 20), "2026-11-20"),  # noqa: DTZ001 - a workbook knows no zone
        (datetime(2026, 11, 20, 10, 30), "2026-11-20 10:30:00"),  # noqa: DTZ001 - as above
        (time(10, 30), "10:30:00"), (6222020200112233, "6.22202020011223E+15"),
        (6222020200112233445, "6.22202020011223E+18"), (" 空 ", " 空 "), ("a\nb", "a\nb"),
    ],
)  # fmt: skip
def test_a_cell_is_exact_text_or_visibly_rounded(path: Path, value: object, text: str) -> None:
    saved(path, [["账号", "金额"], ["x", value]])
    assert cells(read_workbook(path, layout(), limits())) == [["x", text]]


def test_days_of_a_1904_workbook_are_the_days_that_excel_shows(path: Path) -> None:
    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.worksheets[0].append(["账号", "金额"])
    book.worksheets[0].append(["x", date(2026, 11, 20)])
    book.save(path)
    assert cells(read_workbook(path, layout(), limits())) == [["x", "2026-11-20"]]


def test_a_row_with_an_error_is_broken_and_names_its_column(path: Path) -> None:
    saved(path, [["账号", "金额"], ["x", "#N/A"], ["y", 1], ["#REF!", 2]])
    raw = read_workbook(path, layout(), limits())
    assert cells(raw) == [["y", "1"]]
    assert [(b.row, b.column, b.code) for b in raw.broken] == [
        (2, "金额", "excel-error"), (4, "账号", "excel-error"),
    ]  # fmt: skip
    assert raw.broken[0].fields == ("x", "")


def test_errors_that_cannot_be_placed_refuse_the_workbook(path: Path) -> None:
    saved(path, [["账号", "金额"], ["x", "#N/A"]])
    changed(path, "xl/worksheets/sheet1.xml", r'<c r="B2"', "<c")
    assert refused(path).code == "workbook-damaged"


def test_a_row_that_is_merged_with_others_is_broken(path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in (["标题", None], ["账号", "金额"], ["x", 1], ["y", 2], ["z", 3]):
        sheet.append(row)
    sheet.merge_cells("A1:B1")
    sheet.merge_cells("B3:B4")
    book.save(path)
    raw = read_workbook(path, layout(), limits())
    assert cells(raw) == [["z", "3"]]
    assert [(b.row, b.code) for b in raw.broken] == [(3, "merged-cells"), (4, "merged-cells")]


def test_the_trailer_is_taken_from_the_last_row(path: Path) -> None:
    saved(path, [["账号", "金额"], ["x", 1], ["总计", 1, None]])
    raw = read_workbook(path, layout(trailer="总计"), limits())
    assert cells(raw) == [["x", "1"]]
    assert raw.trailer == ("总计", "1")
    saved(path, [["账号", "金额"], ["总计", 0]])
    assert read_workbook(path, layout(trailer="总计"), limits()).rows.size == 0
    saved(path, [["账号", "金额"]])
    assert read_workbook(path, layout(trailer="总计"), limits()).trailer is None


def test_columns_without_heading_and_value_are_left_out(path: Path) -> None:
    saved(path, [["账号", None, "金额", None, None], ["x", "y", 1, None, "z"]])
    raw = read_workbook(path, layout(), limits())
    assert raw.headings == ("账号", "", "金额", "", "")
    saved(path, [["账号", "金额", " "], ["x", 1, None]])
    assert read_workbook(path, layout(), limits()).headings == ("账号", "金额")


def test_hidden_and_empty_sheets_are_not_meant(path: Path) -> None:
    rows: list[list[Any]] = [["账号", "金额"], ["x", 1]]
    book = saved(path, [], hidden=rows, wanted=rows)
    book["hidden"].sheet_state = "hidden"
    book.save(path)
    assert read_workbook(path, layout(), limits()).sheet == "wanted"
    assert read_workbook(path, layout(sheet="hidden"), limits()).sheet == "hidden"


def test_two_sheets_that_could_be_meant_are_named(path: Path) -> None:
    saved(path, [["账号", "金额"], ["x", 1]], other=[["账号", "金额"]], note=[["说明"]])
    found = refused(path)
    assert found.code == "sheet-unclear"
    assert "'Sheet', 'other'" in found.message
    assert "'note'" not in found.message


def test_a_sheet_that_is_not_there_is_refused_with_those_that_are(path: Path) -> None:
    saved(path, [["账号", "金额"]])
    found = refused(path, layout=layout(sheet="清单"))
    assert (found.code, found.message) == ("no-sheet", "there is no sheet '清单'")
    assert "'Sheet'" in str(found.mend)


def test_a_workbook_without_the_headings_is_refused(path: Path) -> None:
    saved(path, [[CANARY, "金额"], [CANARY, 1]])
    assert refused(path).code == "no-header"
    assert refused(path, layout=layout(header_row=9)).code == "no-header"


def test_a_sheet_with_too_many_rows_or_cells_is_refused(path: Path) -> None:
    saved(path, [["账号", "金额"], *[["x", 1]] * 50])
    assert refused(path, limits=limits(rows=20)).code == "too-many-rows"
    assert refused(path, limits=limits(cells=100)).code == "too-large"


def test_one_cell_in_the_last_corner_is_refused_without_taking_all_memory(path: Path) -> None:
    book = saved(path, [["账号", "金额"]])
    book.worksheets[0]["XFD1048576"] = CANARY
    book.save(path)
    assert path.stat().st_size < 6_000
    found = refused(path, limits=limits(memory_bytes=1_000_000_000))
    assert found.code in {"workbook-too-large", "too-large"}
    assert refused(path).code in {"workbook-too-large", "too-large"}


def test_reading_that_takes_too_long_is_stopped(path: Path) -> None:
    columns = tuple(SheetColumn(name=f"c{i}", heading=h) for i, h in enumerate("ABCDEFGH"))
    data = pa.table({c.name: pa.array(range(120_000)).cast(pa.string()) for c in columns})
    write_book(
        path, tables=[Table(title="t", columns=columns, data=data)], created=date(2026, 1, 1)
    )
    ask = layout(required_headings=("A",))
    assert refused(path, layout=ask, limits=limits(seconds=1)).code == "workbook-too-slow"


def test_a_zip_bomb_is_refused_before_it_is_unpacked(path: Path) -> None:
    saved(path, [["账号", "金额"]])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/media/zeros.bin", b"\0" * 30_000_000)
    found = refused(path, limits=limits(bytes=2_000_000))
    assert found.code == "zip-bomb"
    assert "at most 20,000,000 bytes" in str(found.expected)


def test_a_bomb_that_lies_about_its_size_meets_the_memory_limit(path: Path) -> None:
    saved(path, [["账号", "金额"], ["x", "y"]])
    bomb = '<c r="B2" t="inlineStr"><is><t>' + "z" * 400_000_000 + "</t></is></c>"
    changed(path, "xl/worksheets/sheet1.xml", r'<c r="B2".*?</c>', bomb)
    data = path.read_bytes()
    size = (400_000_000).to_bytes(4, "little")[2:]
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        real = package.getinfo("xl/worksheets/sheet1.xml").file_size.to_bytes(4, "little")
    assert real[2:] == size
    path.write_bytes(data.replace(real, (1000).to_bytes(4, "little")))
    refused(path, limits=limits(memory_bytes=700_000_000))


@pytest.mark.parametrize("kept", [4, 100, 0.5, 0.9, 0.999])
def test_a_workbook_that_was_cut_off_is_refused(path: Path, kept: float) -> None:
    saved(path, [["账号", "金额"], [CANARY, 1]])
    data = path.read_bytes()
    path.write_bytes(data[: int(kept if kept >= 1 else len(data) * kept)])
    assert refused(path).code == "workbook-damaged"


@pytest.mark.parametrize("member", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_a_workbook_without_its_parts_is_refused(path: Path, member: str) -> None:
    saved(path, [["账号", "金额"], [CANARY, 1]])
    with zipfile.ZipFile(path) as package:
        members = {n: package.read(n) for n in package.namelist() if n != member}
    with zipfile.ZipFile(path, "w") as package:
        for name, data in members.items():
            package.writestr(name, data)
    assert refused(path).code in {"workbook-damaged", "not-a-workbook", "no-sheet"}


def test_parts_that_lead_out_of_the_package_are_refused(path: Path) -> None:
    saved(path, [["账号", "金额"]])
    with zipfile.ZipFile(path, "a") as package:
        package.writestr("../../outside.xml", "x")
    assert refused(path).code == "workbook-damaged"


def test_an_encrypted_workbook_is_refused_by_name(path: Path) -> None:
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000
    path.write_bytes(head + "EncryptedPackage".encode("utf-16-le") + b"\0" * 2000)
    assert refused(path).code == "encrypted"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"), ("账号\t金额\n".encode("gb18030"), "tab-separated text"),
        (b"a,b\n1,2\n", "comma-separated text"), (b"<HTML><table>", "a web page"),
        (b"%PDF-1.7\n", "a PDF file"), (b"\x89PNG\r\n\x1a\n\0", "no kind"),
        (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>', "Excel 2003 XML"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "older Office document"),
        ("账号\t金额\n".encode("utf-16"), "UTF-16"),
    ],
)  # fmt: skip
def test_what_only_calls_itself_a_workbook_is_refused_by_what_it_is(
    tmp_path: Path, content: bytes, words: str
) -> None:
    path = tmp_path / "export.xls"
    path.write_bytes(content)
    found = refused(path)
    assert found.code == "not-a-workbook"
    assert words in found.message


@pytest.mark.parametrize(
    ("member", "words"),
    [
        ("content.xml", "OpenDocument"), ("word/document.xml", "Word"),
        ("xl/workbook.bin", "xlsb"), ("a.txt", "without a workbook"),
    ],
)  # fmt: skip
def test_a_zip_of_something_else_is_refused_by_what_it_is(
    path: Path, member: str, words: str
) -> None:
    with zipfile.ZipFile(path, "w") as package:
        package.writestr(member, "x")
    found = refused(path)
    assert found.code == "not-a-workbook"
    assert words in found.message


def test_messages_show_the_name_that_the_caller_gives(path: Path) -> None:
    path.write_bytes(b"")
    with pytest.raises(InputRefusedError) as caught:
        read_workbook(path, layout(), limits(), "2026-11-20/falling_due.xlsx")
    assert str(caught.value.problems[0].span) == "2026-11-20/falling_due.xlsx"


@pytest.mark.parametrize("path", FOUND, ids=lambda p: p.name)
def test_every_odd_workbook_ends_in_a_reading_or_a_refusal(path: Path) -> None:
    try:
        raw = read_workbook(path, layout(required_headings=(), header_row=1), limits())
    except InputRefusedError:
        return
    assert {len(c) for c in raw.cells} <= {len(raw.rows)}
    assert len(raw.cells) == len(raw.headings)


def test_errors_are_seen_in_a_package_that_names_its_parts_in_the_windows_way(path: Path) -> None:
    saved(path, [["账号", "金额"], ["x", "#N/A"]])
    with zipfile.ZipFile(path) as package:
        members = {n.replace("/", "\\"): package.read(n) for n in package.namelist()}
    with zipfile.ZipFile(path, "w") as package:
        for name, data in members.items():
            package.writestr(name, data)
    assert refused(path).code == "workbook-damaged"


@pytest.mark.parametrize("seed", range(8))
def test_a_workbook_with_wrong_bytes_ends_in_a_reading_or_a_refusal(path: Path, seed: int) -> None:
    saved(path, [["账号", "金额"], *[[CANARY, 1]] * 20])
    data = bytearray(path.read_bytes())
    for step in range(20):
        at = int.from_bytes(hashlib.sha256(f"{seed}:{step}".encode()).digest()[:4])
        data[at % len(data)] ^= 1 << (at % 8)
    path.write_bytes(data)
    try:
        read_workbook(path, layout(), limits())
    except InputRefusedError as error:
        said = str(error)
    else:
        said = ""
    assert "canary" not in said
