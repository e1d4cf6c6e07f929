"""A proof was left undecided and the approval passes over it."""

from pathlib import Path

from proposals import approved, edit, proposed

from collectctl.cli import main
from collectctl.problems import Level, Problem


def provoke(bank: Path) -> None:
    """Brings it about."""
    main(["rules", "apply", "--sample", "--project", str(bank)])
    edit(bank, "columns.yaml", "format", "# later\nformat")
    left = Problem(code="rule-unproved", message="gap not decided", level=Level.WARNING)
    version = proposed(bank, by="S0001", findings=[left])
    approved(bank, version, by="S0002", account="committee")
