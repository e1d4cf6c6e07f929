"""An export that is still being written while the night begins."""

from pathlib import Path

from problem_example import at_step

from collectctl.cli import main


def provoke(bank: Path) -> int:
    """Adds a line to the export at the moment it is copied."""
    path = bank / "inbox/2026-11-18/parties.csv"

    def grow(kind: str, name: str) -> None:
        if (kind, name) == ("write", "parties.csv"):
            with path.open("a", encoding="utf-8") as file:
                file.write("600100000007,")

    with at_step(grow):
        return main(["load", "--project", "bank", "--to", "out", "--quiet"])
