"""A message that is not signed as the bank signs."""

from pathlib import Path

from letter_faults import linted

TEXT = "【Others】Dear A, you owe CNY 1.00. 0000-96000"


def provoke(bank: Path) -> str:
    """Looks at one finished text."""
    return linted(bank, TEXT, "sms")
