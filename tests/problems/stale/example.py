"""Yesterday's file lies in tonight's folder."""

import shutil
from pathlib import Path


def prepare(bank: Path) -> None:
    """Copies the first night as it is."""
    shutil.copytree(bank / "inbox/2026-11-18", bank / "inbox/2026-11-19")
