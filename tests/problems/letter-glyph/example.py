"""A name with a character that the font of the letters lacks."""

from pathlib import Path

from letter_faults import examined


def provoke(bank: Path) -> str:
    """Asks for one letter."""
    return examined(bank, name="王\U0001f600")
