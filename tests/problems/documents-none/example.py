"""No account is overdue on the second night, so that nothing is written."""

from pathlib import Path

from problem_example import change_accounts, next_night


def prepare(bank: Path) -> None:
    """Makes the second night as strange."""
    night = next_night(bank)
    change_accounts(night, lambda rows: [[*r[:6], "0", *r[7:]] for r in rows])
