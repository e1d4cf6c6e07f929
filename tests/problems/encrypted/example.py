"""A workbook under a password: Excel wraps it into another kind of file."""

from pathlib import Path


def prepare(bank: Path) -> None:
    """Writes the file in the export's place."""
    path = bank / "inbox/2026-11-18/statuses.xlsx"
    mark = "EncryptedPackage".encode("utf-16-le")
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + mark + bytes(500))
