"""A letter that lost a part of its text."""

from pathlib import Path

from letter_faults import linted

TEXT = "<h1>Notice</h1>\n\n<p>0001 CNY 1.00 1.00 0.00</p>"


def provoke(bank: Path) -> str:
    """Looks at one finished text."""
    return linted(bank, TEXT)
