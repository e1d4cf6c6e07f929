"""Somebody copied a published night back into staging."""

import shutil
from pathlib import Path

from collectctl.cli import main


def prepare(bank: Path) -> None:
    """Brings it about."""
    main(["run", "--project", "bank", "--quiet"])
    shutil.copytree(bank / "archive/2026-11-18", bank / "archive/.staging/2026-11-18")
