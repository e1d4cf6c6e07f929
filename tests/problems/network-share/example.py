"""The project lies on a file server."""

from pathlib import Path

from collectctl.cli import main
from collectctl.ledger import connect


def provoke(bank: Path) -> int:
    """Runs with a table of mounts that says so."""
    mounts, here = connect._MOUNTS, Path("mounts")
    here.write_text("1 0 0:1 / / rw - nfs4 server:/share rw\n", "utf-8")
    connect._MOUNTS = here
    try:
        return main(["run", "--project", "bank", "--quiet"])
    finally:
        connect._MOUNTS = mounts
