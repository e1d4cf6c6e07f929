"""The newest night's folder is gone."""

import shutil
from pathlib import Path

from collectctl.cli import main


def prepare(bank: Path) -> None:
    """Brings it about."""
    main(["run", "--project", "bank", "--quiet"])
    shutil.rmtree(bank / "archive/2026-11-18")
