"""The ledger of an earlier program meets a later one."""

from pathlib import Path

from collectctl.ledger.connect import connect
from collectctl.ledger.migrate import Migration, packaged_migrations


def provoke(bank: Path) -> None:
    """Brings it about."""
    path, known = bank / "ledger/ledger.sqlite", packaged_migrations()
    connect(path).close()
    later = Migration(number=len(known) + 1, name="later", sql="CREATE TABLE later (a);")
    connect(path, migrations=[*known, later])
