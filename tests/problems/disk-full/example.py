"""There is no room for the night's last file."""

import errno
from pathlib import Path

from problem_example import at_step

from collectctl.cli import main


def provoke(bank: Path) -> int:
    """Lets one write of the night fail."""

    def fail(kind: str, name: str) -> None:
        if (kind, name) == ("write", "manifest.json"):
            raise OSError(errno.ENOSPC, "")

    with at_step(fail):
        return main(["run", "--project", "bank", "--quiet"])
