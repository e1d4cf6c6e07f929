"""A file was put into a recorded night."""

from pathlib import Path

from collectctl.cli import main


def prepare(bank: Path) -> None:
    """Brings it about."""
    main(["run", "--project", "bank", "--quiet"])
    (bank / "archive/.staging").mkdir(exist_ok=True)
    night = (bank / "archive/2026-11-18").rename(bank / "archive/.staging/2026-11-18")
    (night / "note.txt").write_text("a note", "utf-8")
