"""All accounts are long overdue on the second night."""

from pathlib import Path

from problem_example import change_accounts, next_night


def prepare(bank: Path) -> None:
    """Makes the second night as strange."""
    night = next_night(bank)
    change_accounts(night, lambda rows: [[*r[:6], "200", *r[7:]] for r in rows])
