"""A run that dies or fails at any call that changes the disk is finished or discarded by the next.

The last state is always the one of a run that nobody disturbed.
"""

import random
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from publishing_driver import run_nights

from collectctl.problems import LedgerError

DRIVER = Path(__file__).with_name("publishing_driver.py")
Outcome = tuple[dict[str, bytes], list[list[tuple[object, ...]]]]


def in_its_own_process(project: Path, mode: str, at: int, days: int = 2) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(DRIVER), str(project), str(days), mode, str(at)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def outcome(project: Path) -> Outcome:
    """Every file of the archive, and every row of the ledger."""
    archive = project / "archive"
    files = {
        path.relative_to(archive).as_posix(): path.read_bytes()
        for path in sorted(archive.rglob("*"))
        if path.is_file()
    }
    with closing(sqlite3.connect(project / "ledger" / "ledger.sqlite")) as ledger:
        rows = [
            ledger.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608  # a literal
            for table in ("run", "arrival", "brake", "approval", "migration")
        ]
    return files, rows


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Outcome, int]:
    project = tmp_path_factory.mktemp("undisturbed")
    steps = run_nights(project, 2)
    assert steps > 50
    return outcome(project), steps


def expect_the_same(project: Path, undisturbed: Outcome) -> None:
    run_nights(project, 2)
    assert outcome(project) == undisturbed
    assert list((project / "archive" / ".staging").iterdir()) == []
    for path in project.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


@pytest.mark.parametrize("mode", ["kill", "torn"])
def test_a_run_killed_at_any_step_ends_in_the_bytes_of_an_undisturbed_one(
    mode: str, tmp_path: Path, undisturbed: tuple[Outcome, int]
) -> None:
    expected, steps = undisturbed
    killed = 0
    for at in range(1, steps + 1):
        project = tmp_path / str(at)
        with in_its_own_process(project, mode, at) as process:
            _, said = process.communicate(timeout=60)
        # A file can be torn only where one is written.
        killed += process.returncode == 9
        assert process.returncode == 9 or (mode == "torn" and process.returncode == 0), (at, said)
        assert said == ""
        expect_the_same(project, expected)
    assert killed == steps if mode == "kill" else killed >= 8


@pytest.mark.parametrize(("mode", "code"), [("ENOSPC", "disk-full"), ("EIO", "disk-error")])
def test_a_run_failed_by_the_disk_at_any_step_says_so_and_the_next_ends_in_the_same_bytes(
    mode: str, code: str, tmp_path: Path, undisturbed: tuple[Outcome, int]
) -> None:
    expected, steps = undisturbed
    for at in range(1, steps + 1):
        project = tmp_path / str(at)
        with pytest.raises(LedgerError) as caught:
            run_nights(project, 2, mode, at)
        assert [problem.code for problem in caught.value.problems] == [code], at
        expect_the_same(project, expected)


def test_twenty_random_kills_of_the_real_process_never_change_the_outcome(tmp_path: Path) -> None:
    choice = random.Random(20261120)  # noqa: S311  # chooses moments, not secrets
    days = 40
    run_nights(tmp_path / "undisturbed", days)
    project = tmp_path / "killed"
    for _ in range(20):
        with in_its_own_process(project, "none", 0, days) as process:
            try:
                process.wait(choice.uniform(0.08, 0.25))
            except subprocess.TimeoutExpired:
                process.kill()
            process.wait()
    run_nights(project, days)
    assert outcome(project) == outcome(tmp_path / "undisturbed")


def test_a_night_run_again_changes_nothing(
    tmp_path: Path, undisturbed: tuple[Outcome, int]
) -> None:
    run_nights(tmp_path, 2)
    run_nights(tmp_path, 2)
    assert outcome(tmp_path) == undisturbed[0]
