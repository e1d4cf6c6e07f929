"""A recorded night has lost its manifest."""

from pathlib import Path

from collectctl.cli import main


def prepare(bank: Path) -> None:
    """Brings it about."""
    main(["run", "--project", "bank", "--quiet"])
    (bank / "archive/.staging").mkdir(exist_ok=True)
    night = (bank / "archive/2026-11-18").rename(bank / "archive/.staging/2026-11-18")
    (night / "manifest.json").unlink()
