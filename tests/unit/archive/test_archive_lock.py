import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from collectctl.archive.lock import hold_lock
from collectctl.problems import LedgerError, LockedError

HOLDER = """
import sys
from pathlib import Path
from collectctl.archive.lock import hold_lock
with hold_lock(Path(sys.argv[1]), "pid 4711 on host-a: collectctl run"):
    print("held", flush=True)
    sys.stdin.read()
"""


def holder(path: Path) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_of_two_processes_the_second_is_told_who_holds_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "run.lock"
    with holder(path) as process:
        with pytest.raises(LockedError) as caught, hold_lock(path, "pid 2"):
            pass
        (problem,) = caught.value.problems
        assert problem.code == "locked"
        assert "pid 4711 on host-a: collectctl run" in problem.message
        assert caught.value.exit_code == 13
        process.communicate("")
    with hold_lock(path, "pid 2"):
        assert path.read_text() == "pid 2"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text() == ""


def test_the_lock_of_a_killed_process_is_free_and_its_text_locks_nobody_out(
    tmp_path: Path,
) -> None:
    path = tmp_path / "run.lock"
    with holder(path) as process:
        process.kill()
        process.wait()
    assert "4711" in path.read_text()
    with hold_lock(path, "pid 2"):
        assert path.read_text() == "pid 2"


def test_the_lock_is_free_again_when_the_work_fails(tmp_path: Path) -> None:
    path = tmp_path / "made" / "run.lock"
    with pytest.raises(ZeroDivisionError), hold_lock(path, "one"):
        raise ZeroDivisionError
    with hold_lock(path, "two"), pytest.raises(LockedError), hold_lock(path, "three"):
        pass


def test_a_link_a_pipe_or_a_folder_in_the_locks_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "victim").write_text("keep me")
    (tmp_path / "link.lock").symlink_to(tmp_path / "victim")
    (tmp_path / "folder.lock").mkdir()
    os.mkfifo(tmp_path / "pipe.lock")
    for name, code in (
        ("link.lock", "archive-foreign"),
        ("pipe.lock", "archive-foreign"),
        ("folder.lock", "disk-error"),
    ):
        with pytest.raises(LedgerError) as caught, hold_lock(tmp_path / name, "pid 1"):
            pass
        assert caught.value.problems[0].code == code
    assert (tmp_path / "victim").read_text() == "keep me"
