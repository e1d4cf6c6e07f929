"""A night that a later one has overtaken."""

from pathlib import Path

from problem_example import next_night


def prepare(bank: Path) -> None:
    """Lets the next night arrive before the first is run."""
    next_night(bank)
