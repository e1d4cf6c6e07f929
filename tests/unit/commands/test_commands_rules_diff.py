"""`collectctl rules diff`: what it says, what it leaves out, and with which code it ends."""

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from conftest import Call, program
from small_nights import SmallNight, small_night, small_project

DAY = "2026-11-18"


@pytest.fixture(scope="module")
def night() -> SmallNight:
    return small_night(60)


@pytest.fixture(scope="module")
def bank(fresh: Path, night: SmallNight, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_project(fresh, tmp_path_factory.mktemp("diff") / "bank", night)


def changed(bank: Path, folder: Path, **edits: str) -> Path:
    """The bank's configuration with other words in its rulebook."""
    shutil.copytree(bank / "config", folder)
    for file in (folder / "rules").iterdir():
        text = file.read_text("utf-8")
        for old, new in edits.items():
            text = text.replace(_WORDS[old], new)
        file.write_text(text, "utf-8")
    return folder


_WORDS = {"m2": "[31..60]", "m3": "[61..90]", "firm": "tone: firm, document: firm-notice"}


def test_a_rulebook_against_itself_moves_nobody_and_ends_with_0(bank: Path, call: Call) -> None:
    said = call("rules", "diff", bank, bank / "config", "--project", bank)
    assert said.code == 0
    assert "none of" in said.err


def test_moves_are_counted_and_the_code_is_15(bank: Path, call: Call, tmp_path: Path) -> None:
    new = changed(bank, tmp_path / "new", m2="[31..75]", m3="[76..90]")
    said = call("rules", "diff", bank, new, "--project", bank, "--format", "json")
    assert said.code == 15
    found = json.loads(said.out)
    assert found["date"] == DAY
    moves = [t for t in found["tiers"] if t["old"] != t["new"]]
    assert {(t["old"][:2], t["new"][:2], t["direction"]) for t in moves} == {
        ("M3", "M2", "gentler")
    }
    assert sum(t["accounts"] for t in moves) == found["moved"]
    assert sum(t["accounts"] for t in found["tiers"]) == found["accounts"]
    for currency, minor in found["money"].items():
        assert sum(t["money"].get(currency, 0) for t in found["tiers"]) == minor
    assert {d["channel"] for d in found["documents"]} >= {"letter", "sms"}
    assert found["work"]


def test_the_other_way_round_it_is_the_transpose(bank: Path, call: Call, tmp_path: Path) -> None:
    new = changed(bank, tmp_path / "new", m2="[31..75]", m3="[76..90]")
    there, back = (
        json.loads(call("rules", "diff", *pair, "--project", bank, "--format", "json").out)
        for pair in ((bank, new), (new, bank))
    )
    for key in ("tiers", "treatments"):
        assert {(t["old"], t["new"]): t["accounts"] for t in there[key]} == {
            (t["new"], t["old"]): t["accounts"] for t in back[key]
        }
    assert [(d["old"], d["new"]) for d in there["documents"]] == [
        (d["new"], d["old"]) for d in back["documents"]
    ]


def test_a_treatment_that_says_something_else_is_named(
    bank: Path, call: Call, tmp_path: Path
) -> None:
    harder = changed(bank, tmp_path / "harder", firm="tone: legal, document: firm-notice")
    said = call("rules", "diff", harder, bank, "--project", bank, "--format", "json")
    assert said.code == 15
    found = json.loads(said.out)
    assert {s["treatment"] for s in found["says"]} <= {"firm", "visit"}
    assert all(t["old"] == t["new"] for t in found["tiers"])
    assert "gentler" in {t["direction"] for t in found["treatments"]}


def test_no_single_account_is_named_but_in_the_file_that_was_asked_for(
    bank: Path, night: SmallNight, call: Call, tmp_path: Path
) -> None:
    new = changed(bank, tmp_path / "new", m2="[31..75]", m3="[76..90]")
    book, flat = tmp_path / "moved.xlsx", tmp_path / "moved.csv"
    said = call("rules", "diff", bank, new, "--project", bank)
    for path in (book, flat):
        said = call("rules", "diff", bank, new, "--project", bank, "--list", path)
        assert said.code == 15
        assert not any(row["账号"] in said.out + said.err for row in night.accounts)
        assert path.stat().st_mode & 0o777 == 0o600
    ids = {row["账号"] for row in night.accounts}
    sheet = openpyxl.load_workbook(book)["moved"]
    listed = [str(row[0].value) for row in sheet.iter_rows(min_row=2)]
    moved = re.search(r"(\d+) of \d+ accounts move", said.err)
    assert moved is not None
    assert len(listed) == int(moved[1]) > 0
    assert set(listed) <= ids
    lines = flat.read_text("utf-8-sig").splitlines()
    assert [line.split(",")[0].lstrip("'") for line in lines[1:]] == listed


def test_a_list_that_would_overwrite_a_file_is_refused(
    bank: Path, call: Call, tmp_path: Path
) -> None:
    path = tmp_path / "moved.csv"
    path.write_text("mine")
    said = call("rules", "diff", bank, bank, "--project", bank, "--list", path)
    assert said.code == 10
    assert path.read_text() == "mine"


def test_exports_may_lie_in_any_folder(
    bank: Path, night: SmallNight, call: Call, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "inbox").mkdir(parents=True)
    night.write(elsewhere)
    for on in (elsewhere / "inbox", elsewhere / "inbox" / DAY):
        said = call("rules", "diff", bank, bank, "--on", on, "--project", bank)
        assert said.code == 0
        assert f"night of {DAY}" in said.err


def test_a_folder_without_exports_is_told(bank: Path, call: Call, tmp_path: Path) -> None:
    said = call("rules", "diff", bank, bank, "--on", tmp_path, "--project", bank)
    assert said.code == 10
    assert "nothing-waiting" in said.err


def test_a_broken_rulebook_is_told_with_its_place(bank: Path, call: Call, tmp_path: Path) -> None:
    new = changed(bank, tmp_path / "new", m2="[31..")
    said = call("rules", "diff", bank, new, "--project", bank)
    assert said.code == 10
    assert "rules/overdue.yaml:" in said.err


def test_nothing_is_left_behind(
    bank: Path, call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    before = sorted(p for p in bank.rglob("*"))
    assert call("rules", "diff", bank, bank, "--project", bank).code == 0
    assert list(tmp_path.iterdir()) == []
    assert sorted(p for p in bank.rglob("*")) == before


def test_a_pipe_gets_one_table_of_plain_lines(bank: Path, tmp_path: Path) -> None:
    new = changed(bank, tmp_path / "new", m2="[31..75]", m3="[76..90]")
    command = ("rules", "diff", bank, new, "--project", bank, "--format", "tsv")
    said = program(*command)
    assert said.code == 15
    assert said.out.startswith("what\told\tnew\tdirection\taccounts\tmoney\n")


# past nights and git


@pytest.fixture(scope="module")
def kept(bank: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a published night, whose rules were changed since, in git."""
    project = tmp_path_factory.mktemp("kept") / "bank"
    shutil.copytree(bank, project)
    for command in (("init", "-q"), ("add", "config"), ("commit", "-qm", "first")):
        git(project, *command)
    assert program("run", "--project", project, "--quiet").code in (0, 14)
    rules = project / "config/rules/overdue.yaml"
    text = rules.read_text("utf-8")
    rules.write_text(text.replace("[31..60]", "[31..75]").replace("[61..90]", "[76..90]"), "utf-8")
    git(project, "commit", "-qam", "second")
    return project


def git(project: Path, *arguments: str) -> None:
    who = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", str(project), *who, *arguments], check=True)


def told(call: Call, project: Path, *arguments: str) -> dict[str, Any]:
    said = call("rules", "diff", *arguments, "--project", project, "--format", "json")
    assert said.code == 15, said.err
    found: dict[str, Any] = json.loads(said.out)
    return {k: v for k, v in found.items() if k in ("date", "tiers", "reasons", "moved")}


def test_a_rulebook_may_come_from_git_or_from_a_published_night(kept: Path, call: Call) -> None:
    by_git = told(call, kept, "git:HEAD~1", "git:HEAD")
    assert by_git["moved"] > 0
    assert told(call, kept, "git:HEAD~1", str(kept)) == by_git
    assert told(call, kept, f"night:{DAY}", str(kept)) == by_git
    assert told(call, kept, str(kept / "archive" / DAY), "git:HEAD") == by_git


def test_the_accounts_may_be_those_of_a_published_night(kept: Path, call: Call) -> None:
    by_inbox = told(call, kept, "git:HEAD~1", "git:HEAD")
    for on in (f"night:{DAY}", str(kept / "archive" / DAY)):
        assert told(call, kept, "git:HEAD~1", "git:HEAD", "--on", on) == by_inbox
    later = told(call, kept, "git:HEAD~1", "git:HEAD", "--on", on, "--date", "2026-12-24")
    assert later["date"] == "2026-12-24"


def test_a_published_night_that_was_changed_is_refused(
    kept: Path, call: Call, tmp_path: Path
) -> None:
    night = tmp_path / DAY
    shutil.copytree(kept / "archive" / DAY, night)
    rules = night / "config/rules/overdue.yaml"
    rules.chmod(0o600)
    rules.write_text(rules.read_text("utf-8") + "\n", "utf-8")
    said = call("rules", "diff", night, kept, "--project", kept)
    assert said.code == 12
    assert "archive-changed" in said.err


@pytest.mark.parametrize("revision", ["nowhere", "-h", "HEAD:config", ""])
def test_a_revision_that_is_none_is_told(kept: Path, call: Call, revision: str) -> None:
    said = call("rules", "diff", f"git:{revision}", kept, "--project", kept)
    assert said.code == 10
    assert "no-revision" in said.err


def test_a_night_that_was_not_published_is_told(kept: Path, call: Call) -> None:
    for named in ("night:2026-11-17", "night:x"):
        said = call("rules", "diff", named, kept, "--project", kept)
        assert said.code == 10
        assert "no-such-night" in said.err


# without accounts


def test_what_is_possible_at_all_is_said_with_an_example(
    bank: Path, call: Call, tmp_path: Path
) -> None:
    new = changed(bank, tmp_path / "new", m2="[31..75]", m3="[76..90]")
    command = ("rules", "diff", bank, new, "--prove", "--project", bank)
    said = call(*command, "--format", "json")
    assert said.code == 15
    found = json.loads(said.out)
    assert found["undecided"] == []
    assert {(m["old"]["tier"][:2], m["new"]["tier"][:2]) for m in found["possible"]} == {
        ("M3", "M2")
    }
    assert all("days_past_due = 61" in m["example"] for m in found["possible"])
    assert {m["from"] for m in found["possible"]} == {found["dates"][0]}
    assert call(*command).out.startswith("old tier\t")


def test_nothing_is_possible_between_a_rulebook_and_itself(bank: Path, call: Call) -> None:
    said = call("rules", "diff", bank, bank, "--prove", "--project", bank)
    assert said.code == 0
    assert "every day from 2024-01-01 on: 0 moves are possible, 0 pairs" in said.err
    said = call("rules", "diff", bank, bank, "--prove", "--project", bank, "--date", "2026-11-20")
    assert "business date 2026-11-20: 0 moves are possible" in said.err


def test_a_proof_lists_no_accounts(bank: Path, call: Call, tmp_path: Path) -> None:
    path = tmp_path / "moved.csv"
    said = call("rules", "diff", bank, bank, "--prove", "--list", path, "--project", bank)
    assert said.code == 2


# at a terminal


def at_terminal(columns: int, *command: str | Path) -> str:
    """What a terminal of this width shows, without its colours."""
    main, other = os.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "collectctl", *map(str, command)], stdout=other,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "COLUMNS": str(columns), "TERM": "xterm"},
    ):  # fmt: skip
        os.close(other)
        shown = b""
        with contextlib.suppress(OSError):  # the other end is closed
            while more := os.read(main, 65_536):
                shown += more
    os.close(main)
    return re.sub(r"\x1b\[[0-9;]*m", "", shown.decode()).replace("\r\n", "\n")


def test_a_narrow_terminal_shows_every_figure_whole(bank: Path, call: Call, tmp_path: Path) -> None:
    new = changed(bank, tmp_path / "new", m2="[31..75]", m3="[76..90]")
    command = ("rules", "diff", bank, new, "--project", bank)
    shown = at_terminal(80, *command)
    for title in ("accounts by tier", "CNY by tier", "tier: gentler", "why", "documents proposed"):
        assert title in shown
    assert "tier: harsher" not in shown
    assert "they fail it" in " ".join(shown.split())
    assert max(len(line) for line in shown.split("\n")) <= 80
    money = [row for row in call(*command).out.split("\n") if row.startswith("tier\t")]
    matrix = shown[shown.index("accounts by tier") : shown.index("tier: gentler")]
    assert "…" not in matrix
    for row in money:
        for amount in re.findall(r"[A-Z]{3} (-?[\d,.]+)", row):
            assert amount in matrix
