"""The same night by bare libraries: `python benchmarks/floor_night.py PROJECT OUT`.

What one would write by hand for one bank and one night: pyarrow reads, pandas decides, Jinja2
writes letters and messages, XlsxWriter the workbooks, in two processes; inputs are copied and
hashed, everything written is hashed and synced, and SQLite gets the rows of the night. There is no
contract, quarantine, trace, reason, conservation, brake or report, and nothing survives a kill.
Prints the seconds of each step as JSON.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from pathlib import Path

import floor_books
import floor_texts

PROCESSES = 2
NIGHT = date(2026, 11, 18)
PEOPLE_A_MILLION = 500
LEDGER = """
CREATE TABLE run (number INTEGER PRIMARY KEY, day TEXT, digest TEXT, accounts INTEGER) STRICT;
CREATE TABLE arrival (run INTEGER, export TEXT, digest TEXT, rows INTEGER) STRICT;
"""


class Clock:
    """Seconds by step."""

    def __init__(self) -> None:
        self.steps: dict[str, float] = {}
        self.last = time.perf_counter()

    def done(self, step: str) -> None:
        now = time.perf_counter()
        self.steps[step] = round(now - self.last, 3)
        self.last = now


def take_inputs(source: Path, out: Path) -> dict[str, str]:
    """Copies the exports and gives their digests."""
    digests = {}
    for path in sorted(source.iterdir()):
        digest = hashlib.sha256()
        with path.open("rb") as old, (out / path.name).open("wb") as new:
            while piece := old.read(1 << 20):
                digest.update(piece)
                new.write(piece)
        digests[path.name] = digest.hexdigest()
    return digests


def run(project: Path, out: Path) -> dict[str, object]:
    """The night, from the project's inbox to `out`."""
    clock = Clock()
    import floor_tables as tables

    clock.done("start")
    staging = out / "staging"
    for name in ("inputs", "letters", "queues", "hand-over"):
        (staging / name).mkdir(parents=True)
    digests = take_inputs(project / "inbox" / NIGHT.isoformat(), staging / "inputs")
    clock.done("inputs")
    exports = tables.read(staging / "inputs")
    clock.done("read")
    decided = tables.decide(exports)
    tables.write(decided, staging / "decisions.parquet")
    clock.done("rules")
    people = max(2, decided.num_rows * PEOPLE_A_MILLION // 1_000_000)
    accounts = decided.num_rows
    found = tables.contacts_of(decided, exports)
    del decided, exports
    groups = tables.hand_over(found, staging / "hand-over")
    tables.hand_over_work(found, staging / "hand-over", people)
    del found
    clock.done("contacts")
    texts = _texts(project / "config" / "documents", staging, groups)
    clock.done("texts")
    rows = _books(staging, people)
    clock.done("books")
    shutil.rmtree(staging / "hand-over")
    publish(out, staging, digests, accounts)
    clock.done("publish")
    return {"accounts": accounts, **texts, "books": people, "rows": rows, "seconds": clock.steps}


def _texts(documents: Path, staging: Path, groups: int) -> dict[str, int]:
    parts: dict[str, list[bytes]] = {"letter": [], "sms": []}
    counts = dict.fromkeys(parts, 0)
    start = (documents, staging / "hand-over", staging, NIGHT)
    with _pool(floor_texts.start, start) as pool:
        for channel, count, part in pool.map(floor_texts.run, range(groups)):
            parts[channel].append(part)
            counts[channel] += count
    (staging / "letters" / "index.csv").write_bytes(b"".join(parts["letter"]))
    (staging / "sms.csv").write_bytes(b"".join(parts["sms"]))
    return {"letters": counts["letter"], "messages": counts["sms"]}


def _books(staging: Path, people: int) -> int:
    start = (staging / "hand-over" / "work.parquet", staging / "queues")
    with _pool(floor_books.start, start) as pool:
        return sum(pool.map(floor_books.run, range(people), chunksize=8))


def _pool(start: object, arguments: Sequence[object]) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(
        PROCESSES, mp_context=get_context("spawn"), initializer=start, initargs=tuple(arguments)
    )


def publish(out: Path, staging: Path, digests: dict[str, str], accounts: int) -> None:
    """Hashes and syncs every file, writes the ledger's rows, moves the folder into place."""
    files = sorted(p for p in staging.rglob("*") if p.is_file())
    manifest = {}
    for path in files:
        with path.open("rb") as file:
            manifest[path.name] = hashlib.file_digest(file, "sha256").hexdigest()
    (staging / "manifest.json").write_text(json.dumps({"files": manifest}))
    for path in (*files, staging / "manifest.json", *(p.parent for p in files)):
        descriptor = os.open(path, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)
    ledger = sqlite3.connect(out / "ledger.sqlite")
    ledger.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;" + LEDGER)
    ledger.execute("INSERT INTO run VALUES (1, ?, ?, ?)", (NIGHT.isoformat(), "", accounts))
    rows = [(1, name, digest, accounts) for name, digest in digests.items()]
    ledger.executemany("INSERT INTO arrival VALUES (?, ?, ?, ?)", rows)
    ledger.commit()
    ledger.close()
    staging.rename(out / NIGHT.isoformat())


if __name__ == "__main__":
    print(json.dumps(run(Path(sys.argv[1]), Path(sys.argv[2]))))
