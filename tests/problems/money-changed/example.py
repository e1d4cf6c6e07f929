"""Each account owes more the second night, without a reason."""

from pathlib import Path

from problem_example import change_accounts, next_night


def prepare(bank: Path) -> None:
    """Makes the second night as strange."""
    night = next_night(bank)
    change_accounts(night, lambda rows: [[*r[:7], f"{r[7][0]}500.00", *r[8:]] for r in rows])
