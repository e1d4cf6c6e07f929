"""Half the accounts cannot be graded on the second night."""

from pathlib import Path

from problem_example import change_accounts, next_night


def prepare(bank: Path) -> None:
    """Gives them a number of days that no rule takes."""
    night = next_night(bank)
    change_accounts(night, lambda rows: [*rows[:3], *([*r[:6], "0", *r[7:]] for r in rows[3:])])
