"""Fewer short messages than the night before, though not none."""

from pathlib import Path

from problem_example import change_accounts, next_night


def prepare(bank: Path) -> None:
    """Leaves one account overdue."""
    night = next_night(bank)
    change_accounts(night, lambda rows: [*rows[:2], *([*r[:6], "0", *r[7:]] for r in rows[2:])])
