"""Half the accounts of one branch belong to the other on the second night."""

from pathlib import Path

from problem_example import change_accounts, next_night


def prepare(bank: Path) -> None:
    """Makes the second night as strange."""
    night = next_night(bank)
    change_accounts(night, lambda rows: [*([*r[:2], "B002", *r[3:]] for r in rows[:3]), *rows[3:]])
