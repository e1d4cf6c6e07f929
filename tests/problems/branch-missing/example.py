"""A branch did not deliver on the second night."""

from pathlib import Path

from problem_example import change_accounts, next_night


def prepare(bank: Path) -> None:
    """Makes the second night as strange."""
    night = next_night(bank)
    change_accounts(night, lambda rows: [r for r in rows if r[2] != "B002"])
