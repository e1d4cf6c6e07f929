"""A card file that was not made for this program, with a contract and a rulebook written for it."""

import json
import os
import shutil
from pathlib import Path

import pytest
from conftest import Call
from proposals import put_in_force

SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "uci"
REAL = os.environ.get("UCI_CARD_FILE")
"""The real file of 30,000 accounts, where somebody has it."""


def project_in(folder: Path) -> Path:
    shutil.copytree(SAMPLE, folder / "uci")
    put_in_force(folder / "uci")
    return folder / "uci"


def facts(project: Path) -> dict[str, int]:
    found = json.loads((project / "archive" / "2005-09-30" / "manifest.json").read_text())
    return {"accounts": found["accounts"], **found["dispositions"]}


def test_the_generated_file_of_that_layout_is_graded_and_queued(tmp_path: Path, call: Call) -> None:
    project = project_in(tmp_path)
    assert call("run", "--project", project).code == 0
    found = facts(project)
    assert found.pop("accounts") == 200 == sum(found.values())
    assert list((project / "archive" / "2005-09-30" / "queues").iterdir())


def test_its_odd_layouts_are_refused_with_what_to_change(tmp_path: Path, call: Call) -> None:
    project = project_in(tmp_path)
    path = project / "inbox" / "2005-09-30" / "cards.csv"
    head, *rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
    titles = "," + ",".join(f"X{i}" for i in range(1, head.count(","))) + ",Y\n"
    path.write_text("\ufeff" + titles + head + "".join(rows), encoding="utf-8")
    said = call("run", "--project", project)
    assert said.code == 11
    assert "header: {find: true}" in said.err


@pytest.mark.skipif(REAL is None, reason="the real file is not part of the project")
def test_all_thirty_thousand_real_accounts_are_accounted_for(tmp_path: Path, call: Call) -> None:
    project = project_in(tmp_path)
    shutil.copy(str(REAL), project / "inbox" / "2005-09-30" / "cards.csv")
    assert call("run", "--project", project).code == 0
    found = facts(project)
    assert found.pop("accounts") == 30_000 == sum(found.values())
