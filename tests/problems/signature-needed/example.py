"""A bank that wants signatures gets none."""

from pathlib import Path

from proposals import approved, edit, proposed

from collectctl.cli import main


def provoke(bank: Path) -> None:
    """Brings it about."""
    main(["rules", "apply", "--sample", "--project", str(bank)])
    edit(bank, "authority.yaml", "optional", "required")
    approved(bank, proposed(bank, by="S0001"), by="S0002", account="committee")
