"""A few bytes that ask for all memory: one cell far below and far right."""

from pathlib import Path

from openpyxl import Workbook


def prepare(bank: Path) -> None:
    """Writes the file in the export's place."""
    path = bank / "inbox/2026-11-18/statuses.xlsx"
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["account", "status", "since"])
    sheet["XFD1048576"] = "x"
    book.save(path)
