"""A letter with an address that is not the bank's."""

from pathlib import Path

from letter_faults import linted

GOOD = "<h1>Notice</h1>\n\n<p>Dear A</p>\n<p>0001 CNY 1.00 1.00 0.00</p>"
TEXT = f"{GOOD}<p>Pay at www.small-bank-pay.com</p>"


def provoke(bank: Path) -> str:
    """Looks at one finished text."""
    return linted(bank, TEXT)
