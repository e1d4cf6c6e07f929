"""Two runs at once."""

from pathlib import Path

from collectctl.archive.lock import hold_lock
from collectctl.cli import main


def provoke(bank: Path) -> int:
    """Holds the lock while another run begins."""
    text = "pid 4242 on bank-server: collectctl run, since 2026-11-18T20:00:00Z"
    with hold_lock(bank / "ledger/lock", text):
        return main(["run", "--project", "bank", "--quiet"])
