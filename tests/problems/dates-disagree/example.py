"""Figures of a day after the letter."""

from datetime import date
from pathlib import Path

from letter_faults import examined


def provoke(bank: Path) -> str:
    """Asks for one letter."""
    return examined(bank, as_of=date(2026, 11, 19))
