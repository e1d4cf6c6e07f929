"""An account of which more is overdue than is owed."""

from pathlib import Path

from letter_faults import examined


def provoke(bank: Path) -> str:
    """Asks for one letter."""
    return examined(bank, overdue_amount=101)
