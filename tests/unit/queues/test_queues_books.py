"""What a clerk finds in a workbook."""

import os
import stat
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from queue_work import CONFIG, PLAN, plan, work

from collectctl.queues.assign import assign
from collectctl.queues.books import BooksWritten, write_books
from collectctl.sheets.book import dump_cells

DAY = date(2026, 11, 20)
GOLDEN = Path(__file__).parents[2] / "golden" / "queues"
ROWS: list[dict[str, Any]] = [
    {"account_id": "6200000000000000001", "customer_id": "C1", "days_past_due": 95,
     "task": "manual", "priority": 1, "grade": "MANUAL", "tone": None,
     "missing": "credit_score,hardship", "documents": ""},
    {"account_id": "6200000000000000002", "customer_id": "C2", "tone": "care",
     "because_zh_CN": "困难客户：温和沟通", "because_en": "hardship: speak gently"},
    {"account_id": "6200000000000000003", "customer_id": "C2", "tone": "care", "currency": "JPY",
     "balance": 123456, "overdue_amount": 3456, "minimum_due": 1000},
]  # fmt: skip


def books(
    out: Path,
    rows: list[dict[str, Any]],
    text: str = PLAN,
    language: str = "zh_CN",
    workers: int = 1,
) -> BooksWritten:
    found = plan(text)
    return write_books(assign(work(rows), found), found, out, language, DAY, workers)


def cells(path: Path, sheet: int = 1) -> list[list[Any]]:
    return [[c.value for c in row] for row in load_workbook(path).worksheets[sheet].iter_rows()]


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_starter_workbook_of_the_review_and_care_teams(tmp_path: Path, language: str) -> None:
    starter = (CONFIG / "queues.yaml").read_text(encoding="utf-8")
    written = books(tmp_path, ROWS, starter, language)
    assert written.counts == {("care", "C01"): 2, ("review", "R01"): 1}
    assert written.files == ("care-C01.xlsx", "review-R01.xlsx")
    said = "".join(f"{name}\n{dump_cells(tmp_path / name)}" for name in written.files)
    golden = GOLDEN / f"starter.{language}.txt"
    if os.environ.get("GOLDEN_UPDATE") == "1":
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(said, encoding="utf-8")
    assert said == golden.read_text(encoding="utf-8")


def test_the_cover_counts_customers_and_accounts_and_never_adds_up_currencies(
    tmp_path: Path,
) -> None:
    books(tmp_path, ROWS[1:])
    lines = {row[0]: row[1] for row in cells(tmp_path / "phone-P01.xlsx", 0) if row[0]}
    assert lines["客户数"] == 1 and lines["账户数"] == 2 and lines["经办人"] == "一号"
    assert lines["欠款总额 CNY"] == "1,000.00" and lines["欠款总额 JPY"] == "123,456"


def test_a_card_shows_its_last_four_digits_and_a_short_or_missing_one_none(tmp_path: Path) -> None:
    numbers = ["6228480100000000123", "12345678", None]
    books(tmp_path, [{"account_id": f"A{i}", "card_no": n} for i, n in enumerate(numbers)])
    assert [row[2] for row in cells(tmp_path / "phone-P01.xlsx")] == [
        "卡号",
        "****0123",
        "****",
        None,
    ]


def test_nothing_in_data_becomes_a_formula_or_a_file_name(tmp_path: Path) -> None:
    evil = '=HYPERLINK("http://x","1")'
    rows = [{"account_id": "../../x", "customer_id": "=1+1", "name": evil, "because_zh_CN": "@x"}]
    assert books(tmp_path, rows).files == ("phone-P01.xlsx",)
    assert [p.name for p in tmp_path.iterdir()] == ["phone-P01.xlsx"]
    found = load_workbook(tmp_path / "phone-P01.xlsx").worksheets[1]
    assert found["B2"].value == evil and found["B2"].data_type == "s"
    assert found["I2"].value == "../../x"


def test_what_waits_is_listed_for_the_supervisor_without_names_and_numbers(tmp_path: Path) -> None:
    rows = [
        {"account_id": f"A{n}", "customer_id": f"C{n}", "days_past_due": n, "name": "王五"}
        for n in range(6)
    ]
    written = books(tmp_path, rows)
    assert written.counts == {("phone", "P01"): 2, ("phone", "P02"): 1}
    assert written.waiting == {"phone": 3}
    assert written.files == ("phone-P01.xlsx", "phone-P02.xlsx", "waiting.xlsx")
    found = cells(tmp_path / "waiting.xlsx")
    assert [row[:2] for row in found[1:]] == [["电话", "小组今日已满"]] * 3
    assert [row[4] for row in found[1:]] == [2, 1, 0]
    assert "王五" not in str(found) and "19900000001" not in str(found)


def test_a_night_without_work_writes_nothing(tmp_path: Path) -> None:
    written = books(tmp_path / "queues", [])
    assert written == BooksWritten(counts={}, waiting={}, files=())


def test_the_bytes_depend_neither_on_workers_nor_on_the_order_of_the_rows(tmp_path: Path) -> None:
    one = "- {id: P01, name: 一号, capacity: 2}"
    many = [f"- {{id: M{n}, name: m, capacity: 2}}" for n in range(17)]
    text = PLAN.replace(one, "\n      ".join(many))
    rows = [{"account_id": f"A{n:02d}", "customer_id": f"C{n % 30}"} for n in range(40)]
    first = books(tmp_path / "one", rows, text)
    second = books(tmp_path / "two", rows[::-1], text, workers=2)
    assert first == second and len(first.files) == 18
    for name in first.files:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_workbooks_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    written = books(tmp_path / "queues", ROWS)
    modes = {stat.S_IMODE((tmp_path / "queues" / f).stat().st_mode) for f in written.files}
    assert modes == {0o600} and stat.S_IMODE((tmp_path / "queues").stat().st_mode) == 0o700
