"""What several test folders share: finished projects to copy, and the program as users call it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

from collectctl.cli import main

pytest_plugins = ["rulebooks"]
# The same examples every time, so that a test that fails fails for everybody; searching anew is
# for a person with time: HYPOTHESIS_PROFILE=search pytest tests/properties
settings.register_profile("steady", derandomize=True)
settings.register_profile("search", print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))

NIGHTS = ("2026-11-18", "2026-11-19", "2026-11-20")


@dataclass(frozen=True, slots=True)
class Said:
    """What a command left behind at the terminal."""

    code: int
    out: str
    err: str


Call = Callable[..., Said]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    """Runs a command in this process, as the console script would."""

    def run(*arguments: str | Path) -> Said:
        capsys.readouterr()
        code = main([str(a) for a in arguments])
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return run


def program(*arguments: str | Path, cwd: Path | None = None) -> Said:
    """Runs a command in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "collectctl", *map(str, arguments)],
        capture_output=True, text=True, encoding="utf-8", cwd=cwd, check=False,
    )  # fmt: skip
    return Said(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="session")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project straight from `init`; copy it, never change it."""
    folder = tmp_path_factory.mktemp("fresh") / "project"
    assert main(["init", str(folder)]) == 0
    return folder


@pytest.fixture(scope="session")
def worked(fresh: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose three sample nights were run; read it, never change it."""
    folder = tmp_path_factory.mktemp("worked") / "project"
    shutil.copytree(fresh, folder)
    for _ in NIGHTS:
        assert main(["run", "--project", str(folder), "--workers", "1"]) == 0
    return folder


@pytest.fixture
def project(fresh: Path, tmp_path: Path) -> Path:
    """A fresh project of the test's own."""
    folder = tmp_path / "project"
    shutil.copytree(fresh, folder)
    return folder
