"""A letter in another language than its form."""

from pathlib import Path

from letter_faults import linted

TEXT = "<h1>通知</h1>\n\n<p>尊敬的甲</p>\n<p>您欠一元，请还款</p>"


def provoke(bank: Path) -> str:
    """Looks at one finished text."""
    return linted(bank, TEXT)
