"""A workbook that was cut off on its way."""

from pathlib import Path

from openpyxl import Workbook


def prepare(bank: Path) -> None:
    """Writes the file in the export's place."""
    path = bank / "inbox/2026-11-18/statuses.xlsx"
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["account", "status", "since"])
    book.save(path)
    path.write_bytes(path.read_bytes()[:-400])
