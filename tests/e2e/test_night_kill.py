"""A whole night that dies or fails anywhere ends, run again, in the bytes of an undisturbed one."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from conftest import program
from night_driver import KILLED, state
from small_nights import small_night, small_project, with_one_document

DRIVER = Path(__file__).with_name("night_driver.py")
Found = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """A project that is ready to run, and what an undisturbed run of it does."""

    template: Path
    steps: list[tuple[str, str]]
    state: Found


def drive(
    template: Path, work: Path, mode: str, steps: list[int], command: str = "run"
) -> list[Found]:
    """The steps tried, shared by as many processes as there are processors."""
    shares = [steps[n :: os.cpu_count() or 1] for n in range(os.cpu_count() or 1)] or [[]]
    running = [
        subprocess.Popen(
            [
                sys.executable, str(DRIVER), command, str(template), str(work / str(n)), mode,
                *map(str, s),
            ],
            stdout=subprocess.PIPE, text=True, encoding="utf-8",
        )
        for n, s in enumerate(shares)
        if s or (not steps and n == 0)
    ]  # fmt: skip
    said = [process.communicate(timeout=1800)[0] for process in running]
    assert [process.returncode for process in running] == [0] * len(running)
    return [json.loads(line) for text in said for line in text.splitlines()]


@pytest.fixture(scope="module")
def undisturbed(fresh: Path, tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    folder = tmp_path_factory.mktemp("undisturbed")
    template = small_project(fresh, folder / "template", small_night(12))
    with_one_document(template)
    (found,) = drive(template, folder, "none", [])
    assert found["code"] == 0
    assert [len(rows) for rows in found["state"]["rows"].values()] == [1, 6, 0, 0, 0, 0, 0]
    return Undisturbed(template, [tuple(s) for s in found["steps"]], found["state"])


def sampled(steps: list[tuple[str, str]], offset: int) -> list[int]:
    """Every thirty-sixth, and all around the moment that decides; `-m slow` takes every one."""
    commit = next(n for n, (kind, _) in enumerate(steps, 1) if kind == "commit")
    near = {n for n in range(1, len(steps) + 1) if abs(n - commit) <= 2}
    return sorted(near | set(range(1 + offset, len(steps) + 1, 36)))


def expect_the_undisturbed(found: list[Found], undisturbed: Undisturbed) -> None:
    for one in found:
        where = (one["at"], undisturbed.steps[one["at"] - 1])
        assert one["again"] == 0, (where, one["said_again"])
        assert one["said_again"].count("\n") <= 3, where
        assert one["state"] == undisturbed.state, where


def kill_at(steps: list[int], tmp_path: Path, undisturbed: Undisturbed) -> None:
    found = drive(undisturbed.template, tmp_path, "kill", steps)
    assert [one["code"] for one in found] == [KILLED] * len(steps)
    assert {one["said"] for one in found} == {""}
    expect_the_undisturbed(found, undisturbed)


def fail_at(mode: str, steps: list[int], tmp_path: Path, undisturbed: Undisturbed) -> None:
    found = drive(undisturbed.template, tmp_path, mode, steps)
    assert len(found) == len(steps)
    word = "disk is full" if mode == "ENOSPC" else "disk failed"
    for one in found:
        kind, name = undisturbed.steps[one["at"] - 1]
        where = (one["at"], kind, name, one["said"])
        assert "Traceback" not in one["said"] and "defect" not in one["said"], where
        if name.endswith("-run.jsonl"):
            assert one["code"] == 0 and "log of this run" in one["said"], where
        else:
            assert one["code"] == 12, where
            assert word in one["said"], where
    expect_the_undisturbed(found, undisturbed)


def test_a_night_killed_at_a_step_is_finished_or_discarded_by_the_next(
    tmp_path: Path, undisturbed: Undisturbed
) -> None:
    assert {kind for kind, _ in undisturbed.steps} == {
        "write", "sync", "commit", "rename", "delete",
    }  # fmt: skip
    kill_at(sampled(undisturbed.steps, 0), tmp_path, undisturbed)


@pytest.mark.parametrize(("mode", "offset"), [("ENOSPC", 4), ("EIO", 8)])
def test_a_night_failed_by_the_disk_at_a_step_says_so_and_leaves_the_next_the_same_bytes(
    mode: str, offset: int, tmp_path: Path, undisturbed: Undisturbed
) -> None:
    fail_at(mode, sampled(undisturbed.steps, offset), tmp_path, undisturbed)


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["kill", "ENOSPC", "EIO"])
def test_every_single_step_of_a_night_may_be_the_last(
    mode: str, tmp_path: Path, undisturbed: Undisturbed
) -> None:
    steps = list(range(1, len(undisturbed.steps) + 1))
    if mode == "kill":
        kill_at(steps, tmp_path, undisturbed)
    else:
        fail_at(mode, steps, tmp_path, undisturbed)


@pytest.mark.parametrize("kills", [20, pytest.param(200, marks=pytest.mark.slow)])
def test_random_kills_of_the_real_process_never_change_the_outcome(
    kills: int, tmp_path: Path, undisturbed: Undisturbed
) -> None:
    choice = random.Random(20261118)  # noqa: S311  # chooses moments, not secrets
    took = 1.5
    done = nights = 0
    while done < kills:
        project = tmp_path / str(nights)
        shutil.copytree(undisturbed.template, project)
        nights += 1
        finished = False
        while done < kills and not finished:
            with subprocess.Popen(
                [sys.executable, "-m", "collectctl", "run", "--project", str(project), "--quiet"],
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            ) as process:  # fmt: skip
                began = time.monotonic()
                try:
                    process.wait(choice.uniform(0.3 * took, 1.1 * took))
                    took = time.monotonic() - began
                except subprocess.TimeoutExpired:
                    process.kill()
                    took *= 1.02  # the machine may be slower than it was
                    done += 1
            finished = process.returncode == 0
            assert process.returncode in (0, -signal.SIGKILL)
        assert program("run", "--project", project, "--workers", "1", "--quiet").code == 0
        assert state(project) == undisturbed.state
