"""The promises of a night, over small exports changed at random."""

import hashlib
import json
import random
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from conftest import program
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from proposals import edit, put_in_force
from small_nights import SmallNight, small_night, small_project, with_one_document

from collectctl.cli import main

DAY = "2026-11-18"
MANY = settings(
    max_examples=6, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
CELLS = st.sampled_from(
    ["", "0", "-1", "1.005", "1e5", "NULL", "王", "CNY", "USD", "2026-11-18", "18/11/2026", "是",
     "99999999999.99", "=1+1", "\x1b[31m", "B001", "主卡持卡人", "1234567890123456789"]
)  # fmt: skip


@st.composite
def changes(draw: st.DrawFn) -> list[tuple[str, str, int, int, str]]:
    """Cells to overwrite, rows to drop and rows to repeat."""
    return draw(
        st.lists(
            st.tuples(
                st.sampled_from(["accounts", "parties", "statuses", "statements"]),
                st.sampled_from(["cell", "cell", "cell", "drop", "repeat"]),
                st.integers(0, 10_000),
                st.integers(0, 10_000),
                CELLS,
            ),
            max_size=12,
        )
    )


def change(night: SmallNight, wanted: list[tuple[str, str, int, int, str]]) -> None:
    for export, what, at, column, cell in wanted:
        rows = night.rows[export]
        if not rows:
            continue
        row = rows[at % len(rows)]
        if what == "drop":
            rows.remove(row)
        elif what == "repeat":
            rows.append(dict(row))
        else:
            names = night.headings[export]
            row[names[column % len(names)]] = cell


@pytest.fixture(scope="module")
def template(fresh: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("properties") / "template"
    with_one_document(small_project(fresh, folder))
    return folder


def run_in(folder: Path, template: Path, night: SmallNight) -> tuple[int, Path]:
    project = small_project(template, folder, night)
    return main(["run", "--project", str(project), "--workers", "1", "--quiet"]), project


def digests(project: Path) -> dict[str, str]:
    folder = project / "archive" / DAY
    return {
        p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


def expect_conservation(project: Path, night: SmallNight) -> None:
    folder = project / "archive" / DAY
    facts: dict[str, Any] = json.loads((folder / "manifest.json").read_text("utf-8"))
    for export, came in facts["inputs"].items():
        assert came["rows_in"] == came["rows_used"] + came["rows_rejected"]
        assert came["rows_in"] == len(night.rows.get(export, ()))
    decisions = pq.read_table(folder / "decisions.parquet")
    assert len(decisions) == facts["inputs"]["accounts"]["rows_used"] == facts["accounts"]
    assert pc.count_distinct(decisions["account_id"]).as_py() == len(decisions)
    assert decisions["grade"].null_count == decisions["disposition"].null_count == 0
    assert sum(facts["dispositions"].values()) == facts["accounts"]
    for currency, minor in facts["money_minor"].items():
        placed = facts["money_minor_by_disposition"].values()
        assert sum(money.get(currency, 0) for money in placed) == minor
    documents = facts["documents_count"]
    assert documents["proposed"] == sum(n for kind, n in documents.items() if kind != "proposed")


@MANY
@given(wanted=changes())
def test_a_changed_export_ends_in_a_night_that_adds_up_twice_the_same_or_a_refusal(
    template: Path, wanted: list[tuple[str, str, int, int, str]]
) -> None:
    night = small_night(16)
    change(night, wanted)
    with tempfile.TemporaryDirectory() as temporary:
        code, project = run_in(Path(temporary) / "one", template, night)
        assert code in (0, 11, 14)
        if code == 11:
            assert not (project / "archive" / DAY).exists()
            return
        expect_conservation(project, night)
        again, other = run_in(Path(temporary) / "two", template, night)
        assert again == code
        assert digests(other) == digests(project)
        before = digests(project)
        assert main(["run", "--project", str(project), "--date", DAY, "--quiet"]) == code
        assert digests(project) == before


@MANY
@given(wanted=changes(), seed=st.integers(0, 99))
def test_the_order_of_rows_changes_only_the_inputs_and_positions_in_quarantine(
    template: Path, wanted: list[tuple[str, str, int, int, str]], seed: int
) -> None:
    night = small_night(16)
    change(night, wanted)
    with tempfile.TemporaryDirectory() as temporary:
        code, project = run_in(Path(temporary) / "one", template, night)
        for rows in night.rows.values():
            random.Random(seed).shuffle(rows)  # noqa: S311  # an order, not a secret
        again, other = run_in(Path(temporary) / "two", template, night)
        assert again == code
        if code == 11:
            return
        ours, theirs = digests(project), digests(other)
        changed = {n for n in ours | theirs if ours.get(n) != theirs.get(n)}
        allowed = ("inputs/", "quarantine", "manifest.json", "report.html")
        assert [name for name in sorted(changed) if not name.startswith(allowed)] == []


def test_a_night_without_packs_says_that_nothing_was_checked_and_releases_nothing(
    template: Path,
) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        project = Path(temporary) / "project"
        shutil.copytree(template, project)
        edit(project, "project.yaml", "packs: [packs/cn.yaml, packs/house.yaml]", "packs: []")
        put_in_force(project)
        small_night(16).write(project)
        said = program("run", "--project", project, "--workers", "1")
        assert said.code == 0, said.err
        assert "contact limits were not checked" in said.err
        folder = project / "archive" / DAY
        assert not (folder / "gate.parquet").exists()
        facts = json.loads((folder / "manifest.json").read_text("utf-8"))
        assert facts["gate"].startswith("not asked")
        refused = program("release", "--project", project, "--at", "2026-11-19 08:30")
        assert (refused.code, "packs-none" in refused.err) == (10, True)
