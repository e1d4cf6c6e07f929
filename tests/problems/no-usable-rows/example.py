"""The bank has renamed all its branches."""

from pathlib import Path


def prepare(bank: Path) -> None:
    """Puts codes into the export that the dictionary does not have."""
    path = bank / "inbox/2026-11-18/accounts.csv"
    path.write_text(path.read_text("utf-8").replace(",B00", ",Z00"), "utf-8")
