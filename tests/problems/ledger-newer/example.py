"""A later program has been at the ledger."""

from pathlib import Path

from collectctl.ledger.connect import connect
from collectctl.ledger.migrate import Migration, packaged_migrations


def prepare(bank: Path) -> None:
    """Brings it about."""
    known = packaged_migrations()
    later = Migration(number=len(known) + 1, name="later", sql="CREATE TABLE later (a);")
    connect(bank / "ledger/ledger.sqlite", migrations=[*known, later]).close()
