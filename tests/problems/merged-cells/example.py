"""Somebody merged cells to make the sheet look better."""

from pathlib import Path

from openpyxl import Workbook


def prepare(bank: Path) -> None:
    """Writes the file in the export's place."""
    path = bank / "inbox/2026-11-18/statuses.xlsx"
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["account", "status", "since"])
    sheet.append(["600100000006", "deceased", "2026-11-01"])
    sheet.append(["600100000001", "deceased", "2026-11-01"])
    sheet.append(["600100000002", None, None])
    sheet.merge_cells("B3:B4")
    book.save(path)
