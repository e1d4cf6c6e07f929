"""More than half of the accounts has a score that cannot be read."""

from pathlib import Path

from problem_example import change_accounts


def prepare(bank: Path) -> None:
    """Spoils four of six rows."""
    night = bank / "inbox/2026-11-18"
    change_accounts(night, lambda rows: [*rows[:2], *([*r[:12], "A"] for r in rows[2:])])
