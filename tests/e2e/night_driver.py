"""Runs a night, or a release, in child processes and disturbs it at calls that change the disk.

`python night_driver.py COMMAND TEMPLATE WORK MODE STEP…`: for each STEP, counted from 1, COMMAND is
run on a copy of the project TEMPLATE below WORK, disturbed there as MODE says, and run again in
peace. Prints one line of JSON a step. MODE is `kill`, `ENOSPC` (that call and every later one that
takes space fails), `EIO` (that call alone) or `none`; without a STEP the steps are listed instead.
"""

import errno
import hashlib
import json
import os
import shutil
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import collectctl.nightly  # noqa: F401  # so that no child has to import it
from collectctl import durable
from collectctl.cli import main

KILLED = 9
COMMANDS = {
    "run": ["run", "--workers", "1", "--quiet"],
    "release": ["release", "--at", "2026-11-19 08:30", "--by", "S2001", "--quiet"],
}
Before = Callable[[str, str], None]


def disturbance(mode: str, at: int) -> Before:
    """What happens before each step."""
    seen = 0

    def before(kind: str, _name: str) -> None:
        nonlocal seen
        seen += 1
        if mode == "kill" and seen == at:
            os._exit(KILLED)
        if mode == "EIO" and seen == at:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        if mode == "ENOSPC" and seen >= at and kind != "delete":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    return before


def run(command: str, project: Path, said: Path, before: Before | None = None) -> int:
    """The exit code of a command in a child of this process; what it said is in `said`."""
    child = os.fork()
    if child == 0:
        output = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(output, 1)
        os.dup2(output, 2)
        if before is not None:
            durable.before_step = before
        code = main([*COMMANDS[command], "--project", str(project)])
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def state(project: Path) -> dict[str, object]:
    """Digests of all that lies in the archive, and every row of the ledger but its clock."""
    archive = project / "archive"
    files = {
        path.relative_to(archive).as_posix(): (
            hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder"
        )
        for path in sorted(archive.rglob("*"))
    }
    rows: dict[str, object] = {}
    with closing(sqlite3.connect(project / "ledger" / "ledger.sqlite")) as ledger:
        ledger.row_factory = sqlite3.Row
        for table in ("run", "arrival", "brake", "approval", "release", "issued", "issued_debt"):
            found = ledger.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608  # a literal
            rows[table] = [{k: r[k] for k in r.keys() if k != "recorded_at"} for r in found]  # noqa: SIM118  # a row iterates over its values
    return {"files": files, "rows": rows}


def try_step(command: str, template: Path, work: Path, mode: str, at: int) -> dict[str, object]:
    """What a disturbed run and the run after it came to."""
    project = work / f"{mode}-{at}"
    shutil.copytree(template, project)
    said = work / f"{mode}-{at}.txt"
    code = run(command, project, said, disturbance(mode, at))
    first = said.read_text(encoding="utf-8")
    again = run(command, project, said)
    found: dict[str, object] = {
        "at": at,
        "code": code,
        "said": first,
        "again": again,
        "said_again": said.read_text(encoding="utf-8"),
        "state": state(project),
    }
    shutil.rmtree(project)
    return found


def list_steps(command: str, template: Path, work: Path) -> dict[str, object]:
    """An undisturbed run: its steps in order, and what it leaves."""
    project = work / "undisturbed"
    shutil.copytree(template, project)
    listing = work / "steps.jsonl"

    def before(kind: str, name: str) -> None:
        with listing.open("a", encoding="utf-8") as file:
            file.write(json.dumps([kind, name]) + "\n")

    code = run(command, project, work / "undisturbed.txt", before)
    steps = [json.loads(line) for line in listing.read_text(encoding="utf-8").splitlines()]
    return {"code": code, "steps": steps, "state": state(project)}


def drive(arguments: list[str]) -> None:
    """Prints a line for each step asked for."""
    command, template, work, mode, *steps = arguments
    Path(work).mkdir(parents=True, exist_ok=True)
    if not steps:
        print(json.dumps(list_steps(command, Path(template), Path(work))))  # noqa: T201  # its answer
    for at in steps:
        found = try_step(command, Path(template), Path(work), mode, int(at))
        print(json.dumps(found), flush=True)  # noqa: T201  # its answer


if __name__ == "__main__":
    drive(sys.argv[1:])
