"""The folder of an older night is gone."""

import shutil
from pathlib import Path

from problem_example import next_night

from collectctl.cli import main


def prepare(bank: Path) -> None:
    """Brings it about."""
    next_night(bank)
    main(["run", "--project", "bank", "--quiet"])
    main(["run", "--project", "bank", "--quiet"])
    shutil.rmtree(bank / "archive/2026-11-18")
