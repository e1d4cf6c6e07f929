"""Texts that were looked at once and are to stay as they were."""

import os
from pathlib import Path

FOLDER = Path(__file__).parent / "golden"


def same_as_golden(name: str, found: str) -> None:
    """Compares with `tests/golden/<name>`, or rewrites it when GOLDEN_UPDATE=1."""
    file = FOLDER / name
    if os.environ.get("GOLDEN_UPDATE") == "1":
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(found, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == found
