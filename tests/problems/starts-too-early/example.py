"""Nothing is lacking but a change and a day that is still to come."""

from pathlib import Path

from proposals import edit

from collectctl.cli import main


def prepare(bank: Path) -> None:
    """Brings it about."""
    main(["rules", "apply", "--sample", "--project", str(bank)])
    edit(bank, "brakes.yaml", "'90000.00'", "'80000.00'")
