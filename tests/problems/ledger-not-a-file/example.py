"""A folder stands where the ledger should."""

from pathlib import Path


def prepare(bank: Path) -> None:
    """Brings it about."""
    (bank / "ledger/ledger.sqlite").mkdir(parents=True)
