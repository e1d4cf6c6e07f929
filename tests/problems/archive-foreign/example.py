"""A link stands in the archive where a night should."""

from pathlib import Path


def prepare(bank: Path) -> None:
    """Brings it about."""
    (bank / "archive").mkdir()
    (bank / "archive/2026-11-17").symlink_to(bank.absolute())
