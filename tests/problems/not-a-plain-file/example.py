"""An export that is a link to somewhere else."""

from pathlib import Path


def prepare(bank: Path) -> None:
    """Puts a link in the export's place."""
    path = bank / "inbox/2026-11-18/parties.csv"
    path.rename(bank / "elsewhere.csv")
    path.symlink_to(bank.absolute() / "elsewhere.csv")
