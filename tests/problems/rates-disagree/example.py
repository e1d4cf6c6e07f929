"""A yearly rate that is not that of 365 or 360 days."""

from pathlib import Path

from letter_faults import examined


def provoke(bank: Path) -> str:
    """Asks for one letter."""
    return examined(bank, annual_rate=2400)
