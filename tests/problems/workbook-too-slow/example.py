"""A sheet so long that reading it would hold up the night."""

import zipfile
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
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    row = b'<row><c t="inlineStr"><is><t>600100000001</t></is></c></row>'
    name = "xl/worksheets/sheet1.xml"
    parts[name] = parts[name].replace(b"</sheetData>", row * 600_000 + b"</sheetData>")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        for name, data in parts.items():
            package.writestr(name, data)
