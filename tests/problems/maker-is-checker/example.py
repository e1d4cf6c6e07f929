"""Somebody approves what they proposed."""

from pathlib import Path

from proposals import approved, edit, proposed

from collectctl.cli import main


def provoke(bank: Path) -> None:
    """Brings it about."""
    main(["rules", "apply", "--sample", "--project", str(bank)])
    edit(bank, "brakes.yaml", "'90000.00'", "'80000.00'")
    approved(bank, proposed(bank, by="S0003"), by="S0003")
