"""The configuration that was changed counts a rate in other decimals than the exports' own."""

import shutil
from pathlib import Path


def prepare(bank: Path) -> None:
    """Brings it about."""
    changed = bank / "changed"
    shutil.copytree(bank / "config", changed)
    columns = changed / "columns.yaml"
    text = columns.read_text("utf-8")
    columns.write_text(
        text.replace("type: ratio, decimals: 4", "type: ratio, decimals: 2"), "utf-8"
    )
    rules = next((changed / "rules").glob("o*.yaml"))
    text = rules.read_text("utf-8")
    rules.write_text(text.replace("risky: ", "risky: annual_rate > 0.5 or "), "utf-8")
