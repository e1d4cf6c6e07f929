"""The workbook holds the list twice."""

from pathlib import Path

from openpyxl import Workbook


def prepare(bank: Path) -> None:
    """Writes the file in the export's place."""
    path = bank / "inbox/2026-11-18/statuses.xlsx"
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for one in (sheet, book.create_sheet("Copy")):
        one.append(["account", "status", "since"])
    book.save(path)
