"""The night as its user sees it: the three sample nights from `init` to the archive."""

import hashlib
import json
import shutil
import stat
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from conftest import NIGHTS, Call, program

from collectctl.archive.manifest import verify_folder
from collectctl.sheets.book import dump_cells


def bytes_below(folder: Path) -> dict[str, str]:
    return {
        p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


def manifest(project: Path, night: str) -> dict[str, object]:
    found = json.loads((project / "archive" / night / "manifest.json").read_text())
    assert isinstance(found, dict)
    return found


def test_three_runs_work_through_what_init_made(worked: Path, call: Call) -> None:
    assert [p.name for p in sorted((worked / "archive").iterdir()) if p.name[0] != "."] == [*NIGHTS]
    said = call("run", "--project", worked)
    assert said.code == 0
    assert "nothing is waiting" in said.err


@pytest.mark.parametrize("night", NIGHTS)
def test_a_night_leaves_everything_the_bank_needs_in_the_morning(worked: Path, night: str) -> None:
    folder = worked / "archive" / night
    assert verify_folder(folder) == ()
    names = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    for name in (
        "report.html", "manifest.json", "facts.parquet", "decisions.parquet", "contacts.parquet",
        "quarantine.xlsx", "quarantine/accounts.csv", "measures.json", "gate.parquet",
        "prepared/letters/index.csv", "prepared/messages/sms.jsonl", "config/project.yaml",
        f"inputs/{night}/accounts_{night.replace('-', '')}.csv",
    ):  # fmt: skip
        assert name in names
    assert any(n.startswith("queues/") and n.endswith(".xlsx") for n in names)
    assert not any(n.startswith(".") for n in names)
    assert "\\u{" not in (folder / "report.html").read_text("utf-8")


@pytest.mark.parametrize("night", NIGHTS)
def test_every_account_ends_in_exactly_one_place_and_the_money_ties_out(
    worked: Path, night: str
) -> None:
    facts = manifest(worked, night)
    decisions = pq.read_table(worked / "archive" / night / "decisions.parquet")
    assert decisions["account_id"].null_count == 0
    assert pc.count_distinct(decisions["account_id"]).as_py() == len(decisions)
    assert decisions["grade"].null_count == decisions["disposition"].null_count == 0
    ended = facts["dispositions"]
    assert isinstance(ended, dict)
    assert sum(ended.values()) == facts["accounts"] == len(decisions)
    by_place = facts["money_minor_by_disposition"]
    whole = facts["money_minor"]
    assert isinstance(by_place, dict)
    assert isinstance(whole, dict)
    for currency, minor in whole.items():
        assert sum(m.get(currency, 0) for m in by_place.values()) == minor
        mine = decisions.filter(pc.equal(decisions["currency"], currency))
        assert pc.sum(mine["balance"]).as_py() == minor
    inputs = facts["inputs"]
    assert isinstance(inputs, dict)
    for export in inputs.values():
        assert export["rows_in"] == export["rows_used"] + export["rows_rejected"]
    documents = facts["documents_count"]
    assert isinstance(documents, dict)
    assert documents["proposed"] == sum(v for k, v in documents.items() if k != "proposed")


def test_yesterdays_accounts_that_are_missing_are_listed(worked: Path) -> None:
    cells = dump_cells(worked / "archive" / NIGHTS[1] / "quarantine.xlsx")
    for account in ("6060002200613830464", "6060003200046991747", "6060005200631596173"):
        assert account in cells


def test_the_same_night_twice_is_the_same_to_the_byte(worked: Path, project: Path) -> None:
    for _ in NIGHTS:
        assert program("run", "--project", project, "--workers", "2", "--quiet").code == 0
    for night in NIGHTS:
        ours, theirs = (bytes_below(p / "archive" / night) for p in (project, worked))
        assert ours == theirs


def test_a_published_night_is_left_as_it_is(worked: Path, call: Call) -> None:
    before = bytes_below(worked / "archive")
    said = call("run", "--project", worked, "--date", NIGHTS[0])
    assert said.code == 0
    assert "published already" in said.err
    assert bytes_below(worked / "archive") == before


def test_a_dry_run_leaves_nothing_behind(project: Path, call: Call) -> None:
    said = call("run", "--project", project, "--dry-run", "--workers", "1")
    assert said.code == 0
    assert "rows in\taccounts\t2,002" in said.out
    assert not [p for p in (project / "archive").rglob("*") if p.is_file()]
    assert "running the night of 2026-11-18" in said.err


def test_a_night_that_a_later_export_has_overtaken_is_for_the_record_only(
    worked: Path,
) -> None:
    assert manifest(worked, NIGHTS[0])["overtaken"] is True
    assert manifest(worked, NIGHTS[2])["overtaken"] is False
    page = (worked / "archive" / NIGHTS[0] / "report.html").read_text(encoding="utf-8")
    assert "nothing of this night may leave" in page


def test_everything_is_readable_by_its_owner_alone(worked: Path) -> None:
    for path in (worked / "archive", *(worked / "archive").rglob("*"), worked / "logs"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0


def test_file_names_are_built_from_numbers_and_declared_codes(worked: Path) -> None:
    for path in (worked / "archive").rglob("*"):
        assert path.name.isascii()


def test_row_order_changes_only_the_inputs_digest_and_positions_in_quarantine(
    worked: Path, project: Path
) -> None:
    for name in ("parties_20261118.csv", "statements_20261118.csv"):
        path = project / "inbox" / NIGHTS[0] / name
        head, *rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text(head + "".join(reversed(rows)), encoding="utf-8")
    path = project / "inbox" / NIGHTS[0] / "accounts_20261118.csv"
    first, *middle, trailer = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(first + b"".join(reversed(middle)) + trailer)
    assert program("run", "--project", project, "--workers", "1", "--quiet").code == 0
    ours, theirs = (bytes_below(p / "archive" / NIGHTS[0]) for p in (project, worked))
    changed = {n for n in ours if ours[n] != theirs.get(n)} | (ours.keys() ^ theirs.keys())
    allowed = ("inputs/", "quarantine", "manifest.json", "report.html")
    assert [n for n in changed if not n.startswith(allowed)] == []


def test_a_link_in_the_inbox_is_refused_by_name(project: Path, call: Call) -> None:
    path = project / "inbox" / NIGHTS[0] / "accounts_20261118.csv"
    path.rename(path.with_name("elsewhere.csv"))
    path.symlink_to("elsewhere.csv")
    said = call("run", "--project", project, "--date", NIGHTS[0])
    assert said.code == 11
    assert "accounts_20261118.csv" in said.err


def test_a_failed_run_still_writes_what_happened(project: Path, call: Call) -> None:
    path = project / "inbox" / NIGHTS[0] / "accounts_20261118.csv"
    path.write_bytes(path.read_bytes()[:-500])
    assert call("run", "--project", project).code == 11
    (log,) = (project / "logs").iterdir()
    assert "failed with exit code 11" in log.read_text(encoding="utf-8")


@pytest.mark.parametrize("stage", ["load", "tier", "render", "queue"])
def test_a_stage_does_its_part_alone_and_publishes_nothing(
    fresh: Path, tmp_path: Path, call: Call, stage: str
) -> None:
    said = call(stage, "--project", fresh, "--to", tmp_path / "out")
    assert said.code == 0, said.err
    made = {p.name for p in (tmp_path / "out").iterdir()}
    assert "quarantine.xlsx" in made
    assert ("decisions.parquet" in made) == (stage != "load")
    assert ("prepared" in made) == (stage in ("render", "queue"))
    assert ("queues" in made) == (stage == "queue")
    assert not list((fresh / "archive").iterdir())


def test_two_runs_at_once_are_one_run(project: Path, call: Call) -> None:
    from collectctl.archive.lock import hold_lock

    with hold_lock(project / "ledger" / "lock", "pid 1 on test: collectctl run"):
        said = call("run", "--project", project)
    assert said.code == 13
    assert "pid 1 on test" in said.err


def test_config_that_changes_during_the_night_changes_no_byte(worked: Path, project: Path) -> None:
    shutil.copytree(project / "config", project / "kept")
    assert program("run", "--project", project, "--workers", "1", "--quiet").code == 0
    archived = project / "archive" / NIGHTS[0] / "config"
    for path in archived.rglob("*.yaml"):
        assert path.read_bytes() == (project / "kept" / path.relative_to(archived)).read_bytes()
    assert bytes_below(project / "archive" / NIGHTS[0]) == bytes_below(
        worked / "archive" / NIGHTS[0]
    )


def test_a_night_that_arrived_in_part_is_named_with_what_it_lacks(
    project: Path, call: Call
) -> None:
    shutil.rmtree(project / "inbox" / NIGHTS[1])
    shutil.rmtree(project / "inbox" / NIGHTS[2])
    (project / "inbox" / NIGHTS[0] / "parties_20261118.csv.ok").unlink()
    said = call("run", "--project", project, "--quiet")
    assert said.code == 0
    assert "2026-11-18 is not whole yet: 2026-11-18/parties_20261118.csv.ok lacking" in said.err


def test_a_night_without_any_status_is_refused(project: Path, call: Call) -> None:
    folder = project / "inbox" / NIGHTS[0]
    path = folder / "statuses_20261118.csv"
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    (folder / "statuses_20261118.ctl").write_text(f"rows=0\nsha256={digest}\n", encoding="utf-8")
    said = call("run", "--project", project, "--date", NIGHTS[0])
    assert said.code == 11
    assert "error[empty]" in said.err
