"""Another change came into force first."""

from pathlib import Path

from proposals import approved, approved_whole, edit, proposed

from collectctl.cli import main


def provoke(bank: Path) -> None:
    """Brings it about."""
    main(["rules", "apply", "--sample", "--project", str(bank)])
    edit(bank, "brakes.yaml", "'90000.00'", "'80000.00'")
    first = proposed(bank, by="S0001")
    second = proposed(bank, "2026-12-02", by="S0001")
    approved_whole(bank, first)
    approved(bank, second, by="S0003")
