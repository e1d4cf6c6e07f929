"""The manifest of a recorded night was written anew."""

from pathlib import Path

from collectctl.cli import main


def prepare(bank: Path) -> None:
    """Brings it about."""
    main(["run", "--project", "bank", "--quiet"])
    (bank / "archive/.staging").mkdir(exist_ok=True)
    night = (bank / "archive/2026-11-18").rename(bank / "archive/.staging/2026-11-18")
    manifest = night / "manifest.json"
    manifest.write_text(manifest.read_text("utf-8").replace("EARLY", "LATE"), "utf-8")
