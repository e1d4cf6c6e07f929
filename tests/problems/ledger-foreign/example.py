"""The ledger's name leads to a database of another program."""

import sqlite3
from pathlib import Path


def prepare(bank: Path) -> None:
    """Brings it about."""
    (bank / "ledger").mkdir()
    other = sqlite3.connect(bank / "ledger/ledger.sqlite")
    other.execute("CREATE TABLE book (title TEXT)")
    other.commit()
    other.close()
