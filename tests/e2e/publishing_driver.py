"""Publishes small nights the way a run does, and dies or fails where it is told to.

`python publishing_driver.py PROJECT DAYS MODE STEP`: DAYS nights in turn; MODE is one of the modes
below and STEP counts the calls that change the disk, from 1. Prints the number of calls made.
"""

import errno
import os
import sys
from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Self

from collectctl import durable
from collectctl.archive.lock import hold_lock
from collectctl.archive.publish import publish, recover
from collectctl.archive.staging import open_staging, seal
from collectctl.ledger.connect import connect
from collectctl.ledger.record import record_run
from collectctl.ledger.runs import last_number, published
from collectctl.ledger.values import Arrival, BrakeFinding, Run
from collectctl.problems import CollectctlError, render

FIRST = date(2026, 11, 18)


def files_of(day: date) -> dict[str, bytes]:
    """What the night of a day consists of; the same every time it is run."""
    return {
        "inputs/accounts.csv": f"account_id,balance\n{day:%Y%m%d},100\n".encode() * 50,
        "decisions.parquet": day.isoformat().encode() * 9000,
        "prepared/letters/000001.html": b"<p>dear reader</p>",
    }


def run_night(project: Path, day: date) -> bool:
    """Settles what was left, then publishes the night unless it stands already."""
    with (
        hold_lock(project / "ledger" / "run.lock", f"pid {os.getpid()}"),
        closing(connect(project / "ledger" / "ledger.sqlite")) as ledger,
    ):
        known = published(ledger)
        recover(project / "archive", {d.isoformat(): m for d, m in known.items()})
        if day in known:
            return False
        last = last_number(ledger)
        staging = open_staging(project / "archive", day)
        for name, data in files_of(day).items():
            staging.write(name, (data[:100], data[100:]))
        digest = seal(staging, {"business_date": day.isoformat(), "accounts": 1})
        run = Run(
            number=last + 1,
            business_date=day,
            manifest_digest=digest,
            braked=True,
            sample=False,
            overtaken=False,
            accounts=1,
            program="0.1.0",
            recorded_at="2026-11-20T01:00:00Z",
        )
        came = Arrival(
            export="accounts",
            state="arrived",
            file="accounts.csv",
            digest="0" * 64,
            size=10,
            rows_in=1,
            rows_used=1,
            rows_rejected=0,
        )
        brake = BrakeFinding(
            code="accounts",
            name="accounts",
            today="1",
            before=None,
            limit="0",
            message_zh_CN="账户数变动过大",
            message_en="too many accounts changed",
        )
        publish(
            staging,
            digest,
            lambda: record_run(ledger, run, [came], [brake], expected_last=last),
        )
    return True


def count_steps(act: Callable[[int, str, str], None]) -> Callable[[], int]:
    """Calls `act` with number, kind and name before each step; gives a way to ask how many."""
    seen = [0]

    def before(kind: str, name: str) -> None:
        seen[0] += 1
        act(seen[0], kind, name)

    durable.before_step = before
    return lambda: seen[0]


def _act(mode: str, at: int) -> Callable[[int, str, str], None]:
    def act(number: int, kind: str, _name: str) -> None:
        if number != at:
            return
        if mode == "kill":
            os._exit(9)
        if mode == "torn" and kind == "write":
            _tear_the_next_write()
        if mode in ("ENOSPC", "EIO"):
            code = errno.ENOSPC if mode == "ENOSPC" else errno.EIO
            raise OSError(code, os.strerror(code))

    return act


class _Torn:
    """A file whose process dies when half of the first part is written."""

    def __init__(self, descriptor: int, _mode: str) -> None:
        self.descriptor = descriptor

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def write(self, part: bytes) -> int:
        os.write(self.descriptor, part[: len(part) // 2])
        os._exit(9)


def _tear_the_next_write() -> None:
    os.fdopen = _Torn  # type: ignore[assignment]  # the process ends in there


def run_nights(project: Path, days: int, mode: str = "none", at: int = 0) -> int:
    """Runs the first `days` nights, disturbed at step `at`, and gives the number of steps."""
    steps = count_steps(_act(mode, at))
    try:
        for n in range(days):
            run_night(project, FIRST + timedelta(n))
    finally:
        durable.before_step = _undisturbed
    return steps()


_undisturbed = durable.before_step


def main(arguments: Iterable[str]) -> int:
    """Runs the nights and prints how many steps they took."""
    project, days, mode, at = arguments
    try:
        steps = run_nights(Path(project), int(days), mode, int(at))
    except CollectctlError as error:
        sys.stderr.write("\n".join(render(problem) for problem in error.problems))
        return error.exit_code
    sys.stdout.write(f"{steps}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
