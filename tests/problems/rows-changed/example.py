"""Half of the parties is missing on the second night."""

from pathlib import Path

from problem_example import next_night


def prepare(bank: Path) -> None:
    """Cuts the parties off."""
    path = next_night(bank) / "parties.csv"
    path.write_text("".join(path.read_text("utf-8").splitlines(keepends=True)[:4]), "utf-8")
