"""Another program keeps the ledger to itself."""

import sqlite3
from pathlib import Path

from collectctl.cli import main
from collectctl.ledger import connect


def provoke(bank: Path) -> int:
    """Runs while the ledger is locked, and does not wait half a minute."""
    path = bank / "ledger/ledger.sqlite"
    connect.connect(path).close()
    patience, connect.BUSY_SECONDS = connect.BUSY_SECONDS, 0
    other = sqlite3.connect(path)
    other.execute("BEGIN EXCLUSIVE")
    try:
        return main(["run", "--project", "bank", "--quiet"])
    finally:
        other.close()
        connect.BUSY_SECONDS = patience
