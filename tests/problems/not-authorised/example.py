"""Somebody proposes whose role that is not."""

from pathlib import Path

from proposals import edit, proposed

from collectctl.cli import main


def provoke(bank: Path) -> None:
    """Brings it about."""
    main(["rules", "apply", "--sample", "--project", str(bank)])
    edit(bank, "brakes.yaml", "'90000.00'", "'80000.00'")
    proposed(bank, by="S0002", account="committee")
