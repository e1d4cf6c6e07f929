"""An account whose interest is in no part of the debt."""

from pathlib import Path

COLUMNS = 6


def prepare(bank: Path) -> None:
    """Gives all parts, and takes a hundred yuan from the principal of one account."""
    path = bank / "inbox/2026-11-18/accounts.csv"
    head, *rows, total = path.read_text("utf-8").splitlines()
    parts = "instalment_not_due,compound_interest,penalty,fees,instalment_interest,payments_set_off"
    lines = [f"{head},{parts}", *(row + ",0.00" * COLUMNS for row in rows), total]
    text = "\n".join(lines) + "\n"
    path.write_text(text.replace("4000.00,0.00,604", "3900.00,0.00,604"), "utf-8")
