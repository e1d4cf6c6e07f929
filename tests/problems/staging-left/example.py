"""Two programs open the same night."""

from datetime import date
from pathlib import Path

from collectctl.archive.staging import open_staging


def provoke(bank: Path) -> None:
    """Brings it about."""
    open_staging(bank / "archive", date(2026, 11, 18))
    open_staging(bank / "archive", date(2026, 11, 18))
