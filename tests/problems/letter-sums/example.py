"""A letter that prints one amount in two ways."""

from pathlib import Path

from letter_faults import linted

TEXT = "<h1>Notice</h1>\n\n<p>Dear A</p>\n<p>0001 CNY 1.00 1.00 0.00 CNY 2.00</p>"


def provoke(bank: Path) -> str:
    """Looks at one finished text."""
    return linted(bank, TEXT)
