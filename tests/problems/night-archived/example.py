"""A night is opened that lies in the archive already."""

from datetime import date
from pathlib import Path

from collectctl.archive.staging import open_staging


def provoke(bank: Path) -> None:
    """Brings it about."""
    (bank / "archive/2026-11-18").mkdir(parents=True)
    open_staging(bank / "archive", date(2026, 11, 18))
