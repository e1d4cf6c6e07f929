"""A night whose summary nobody can read is published, and says nothing else."""

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs the device that is always full")
def test_a_summary_that_cannot_be_written_is_no_failure_of_the_night(project: Path) -> None:
    command = [sys.executable, "-m", "collectctl", "run", "--project", str(project)]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (project / "archive/2026-11-18/manifest.json").exists()
    assert done.returncode == 0, done.stderr
    assert "defect" not in done.stderr
