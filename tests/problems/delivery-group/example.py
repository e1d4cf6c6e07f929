"""The account that runs the night is not in the delivery group."""

import errno
from datetime import date
from pathlib import Path

from problem_example import at_step

from collectctl.archive.staging import open_staging, share


def provoke(bank: Path) -> None:
    """Brings it about."""
    staging = open_staging(bank / "archive", date(2026, 11, 18))

    def refuse(kind: str, name: str) -> None:
        raise PermissionError(errno.EPERM, "")

    with at_step(refuse):
        share(staging, ["queues"], 4242)
