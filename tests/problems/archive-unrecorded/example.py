"""A folder of a night that the ledger has never heard of."""

from pathlib import Path


def prepare(bank: Path) -> None:
    """Brings it about."""
    (bank / "archive/2026-11-17").mkdir(parents=True)
