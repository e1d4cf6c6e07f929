"""A file of the night before was changed."""

from pathlib import Path

from problem_example import next_night

from collectctl.cli import main


def prepare(bank: Path) -> None:
    """Brings it about."""
    next_night(bank)
    main(["run", "--project", "bank", "--quiet"])
    night = bank / "archive/2026-11-18"
    (night / "measures.json").write_text("{}", "utf-8")
