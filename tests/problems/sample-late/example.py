"""A sample after a proposal of the bank's own."""

from pathlib import Path

from proposals import edit, proposed, put_in_force

from collectctl.cli import main


def provoke(bank: Path) -> int:
    """Brings it about."""
    put_in_force(bank)
    edit(bank, "brakes.yaml", "'90000.00'", "'80000.00'")
    proposed(bank, by="S0001")
    return main(["rules", "apply", "--sample", "--project", str(bank)])
