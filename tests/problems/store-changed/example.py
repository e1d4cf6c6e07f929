"""Somebody edits a configuration after it was approved."""

from pathlib import Path

from collectctl.cli import main


def prepare(bank: Path) -> None:
    """Brings it about."""
    main(["rules", "apply", "--sample", "--project", str(bank)])
    stored = next((bank / "store").glob("*/config/brakes.yaml"))
    stored.write_text(stored.read_text("utf-8") + "# later\n", "utf-8")
