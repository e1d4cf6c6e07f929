"""The job of the second night sent the file of the first once more."""

from pathlib import Path

from problem_example import next_night


def prepare(bank: Path) -> None:
    """Puts the same parties into two nights."""
    next_night(bank)
