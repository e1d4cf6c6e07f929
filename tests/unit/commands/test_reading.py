"""Commands that only read, beside a run that holds the lock, and a run beside them."""

import shutil
import threading
from contextlib import ExitStack
from pathlib import Path

import pytest
from conftest import Call

from collectctl.archive.lock import hold_lock
from collectctl.commands.session import session

ACCOUNT = "6060006200001111544"
READING = (
    ("letters", "list"),
    ("letters", "check"),
    ("letters", "diff"),
    ("letters", "statement", ACCOUNT, "--date", "2026-11-25", "--to", "{}/s.html"),
    ("gate", "explain", ACCOUNT),
    ("gate", "permissions"),
    ("holds", "list"),
    ("rules", "apply"),
    ("rules", "book", "--to", "{}/book"),
)


@pytest.fixture
def bank(worked: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "bank"
    shutil.copytree(worked, folder)
    return folder


@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_who_only_reads_waits_for_no_run(
    bank: Path, call: Call, tmp_path: Path, words: tuple[str, ...]
) -> None:
    written = [word.format(tmp_path) for word in words]
    alone = call(*written, "--project", bank)
    (tmp_path / "s.html").unlink(missing_ok=True)
    shutil.rmtree(tmp_path / "book", ignore_errors=True)
    with hold_lock(bank / "ledger" / "lock", "pid 1: collectctl run"):
        beside = call(*written, "--project", bank)
    assert (beside.code, beside.out) == (alone.code, alone.out)
    assert alone.code in {0, 15}, alone.err


def test_who_only_reads_keeps_no_run_waiting(bank: Path) -> None:
    lock = bank / "ledger" / "lock"
    with (
        session(bank, "letters list", reads=True) as here,
        hold_lock(lock, "pid 1: collectctl run"),
    ):
        assert here.last_night() is not None


def test_what_writes_still_waits(bank: Path, call: Call) -> None:
    with hold_lock(bank / "ledger" / "lock", "pid 1: collectctl run"):
        said = call(
            "holds", "lift", "1", "--from", "2026-11-21", "--by", "S1", "--reason", "x",
            "--project", bank,
        )  # fmt: skip
    assert said.code == 13
    assert "locked" in said.err


def test_what_writes_outlasts_who_settles(bank: Path) -> None:
    reader = ExitStack()
    reader.enter_context(hold_lock(bank / "ledger" / "lock", "pid 1: collectctl letters list"))
    freed = threading.Timer(0.3, reader.close)
    freed.start()
    with session(bank, "run") as here:
        assert here.last_night() is not None
    freed.join()
