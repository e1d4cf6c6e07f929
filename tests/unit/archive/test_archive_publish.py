import os
import shutil
import stat
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from collectctl import durable
from collectctl.archive.faults import disk_faults
from collectctl.archive.manifest import MANIFEST, verify_folder
from collectctl.archive.publish import Settled, publish, recover
from collectctl.archive.staging import Staging, discard, open_staging, seal, share
from collectctl.problems import LedgerError, Level

DAY = date(2026, 11, 20)
NEXT = date(2026, 11, 21)
NAME = "2026-11-20"


def staged(archive: Path, day: date = DAY) -> tuple[Staging, str]:
    staging = open_staging(archive, day)
    staging.write("inputs/accounts.csv", b"account_id\n1\n")
    staging.write("report.html", (b"<p>", b"night", b"</p>"))
    return staging, seal(staging, {"accounts": 1})


def published_night(archive: Path, day: date = DAY) -> dict[str, str]:
    staging, digest = staged(archive, day)
    publish(staging, digest, lambda: None)
    return {day.isoformat(): digest}


def codes(caught: pytest.ExceptionInfo[LedgerError]) -> list[str]:
    return [problem.code for problem in caught.value.problems]


@pytest.fixture
def steps() -> Iterator[list[tuple[str, str]]]:
    seen: list[tuple[str, str]] = []
    before = durable.before_step
    durable.before_step = lambda kind, name: seen.append((kind, name))
    yield seen
    durable.before_step = before


@pytest.fixture
def failing() -> Iterator[list[OSError]]:
    """Each step fails with what is put in here."""
    errors: list[OSError] = []

    def step(_kind: str, _name: str) -> None:
        for error in errors:
            raise error

    before = durable.before_step
    durable.before_step = step
    yield errors
    durable.before_step = before


def test_a_published_night_is_whole_and_its_owners_alone(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    staging, digest = staged(archive)
    committed = []
    target = publish(staging, digest, lambda: committed.append(staging.folder.is_dir()))
    assert committed == [True]
    assert target == archive / "2026-11-20"
    assert verify_folder(target, digest) == ()
    assert not staging.folder.exists()
    for path in (archive, *archive.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)


def test_everything_is_on_the_disk_before_the_commit_and_renamed_after_it(
    tmp_path: Path, steps: list[tuple[str, str]]
) -> None:
    archive = tmp_path / "archive"
    staging, digest = staged(archive)
    publish(staging, digest, lambda: durable.step("commit", "ledger"))
    commit = steps.index(("commit", "ledger"))
    written = {name for kind, name in steps[:commit] if kind == "write"}
    assert written >= {"archive", ".staging", "2026-11-20", "inputs", "accounts.csv", MANIFEST}
    for name in written:
        last_write = max(n for n, step in enumerate(steps) if step == ("write", name))
        assert ("sync", name) in steps[last_write:commit], name
    # The folder that holds a new name is synced after what the name stands for.
    order = [name for kind, name in steps[:commit] if kind == "sync"]
    places = [order.index(name) for name in ("accounts.csv", "inputs", MANIFEST, "2026-11-20")]
    assert places == sorted(places)
    assert order[-2:] == [".staging", "archive"]
    assert steps[commit + 1 :] == [
        ("rename", "2026-11-20"),
        ("sync", "archive"),
        ("sync", ".staging"),
    ]


def test_a_commit_that_fails_leaves_the_night_in_staging_for_the_next_start(
    tmp_path: Path,
) -> None:
    staging, digest = staged(tmp_path)

    def commit() -> None:
        raise LedgerError([])

    with pytest.raises(LedgerError):
        publish(staging, digest, commit)
    assert staging.folder.is_dir()
    assert not staging.target.exists()
    # The ledger says later which way it went.
    assert recover(tmp_path, {}) == Settled(finished=(), discarded=(NAME,), problems=())
    assert not staging.folder.exists()


def test_a_recorded_night_without_its_folder_is_finished(tmp_path: Path) -> None:
    staging, digest = staged(tmp_path)
    assert recover(tmp_path, {NAME: digest}) == Settled(finished=(NAME,), discarded=(), problems=())
    assert verify_folder(staging.target, digest) == ()
    assert recover(tmp_path, {NAME: digest}) == Settled(finished=(), discarded=(), problems=())


def test_a_night_nobody_recorded_is_discarded_however_little_of_it_there_is(
    tmp_path: Path,
) -> None:
    known = published_night(tmp_path)
    (tmp_path / ".staging" / NEXT.isoformat() / "half").mkdir(parents=True)
    assert recover(tmp_path, known).discarded == (NEXT.isoformat(),)
    assert list((tmp_path / ".staging").iterdir()) == []


def test_a_blank_project_has_nothing_to_recover(tmp_path: Path) -> None:
    settled = Settled(finished=(), discarded=(), problems=())
    assert recover(tmp_path / "archive", {}) == settled
    assert not (tmp_path / "archive").exists()


@pytest.mark.parametrize("name", ["report.html", MANIFEST])
def test_a_recorded_night_whose_staging_was_changed_is_neither_moved_nor_deleted(
    name: str, tmp_path: Path
) -> None:
    staging, digest = staged(tmp_path)
    (staging.folder / name).write_bytes((staging.folder / name).read_bytes() + b" ")
    with pytest.raises(LedgerError) as caught:
        recover(tmp_path, {NAME: digest})
    assert "staging-changed" in codes(caught)
    assert staging.folder.is_dir()
    assert not staging.target.exists()


def test_a_manifest_that_is_not_the_sealed_one_is_not_published(tmp_path: Path) -> None:
    staging, _ = staged(tmp_path)
    with pytest.raises(LedgerError) as caught:
        publish(staging, "0" * 64, lambda: pytest.fail("committed"))
    assert codes(caught) == ["staging-changed"]


def test_a_ledger_that_does_not_know_the_archive_stops_everything(tmp_path: Path) -> None:
    published_night(tmp_path)
    staging, _ = staged(tmp_path, NEXT)
    with pytest.raises(LedgerError) as caught:
        recover(tmp_path, {})
    assert codes(caught) == ["archive-unrecorded"]
    assert staging.folder.is_dir()


def test_the_newest_night_must_be_there_and_older_ones_are_missed_aloud(tmp_path: Path) -> None:
    known = published_night(tmp_path) | published_night(tmp_path, NEXT)
    shutil.rmtree(tmp_path / DAY.isoformat())
    (problem,) = recover(tmp_path, known).problems
    assert (problem.code, problem.level) == ("night-absent", Level.WARNING)
    shutil.rmtree(tmp_path / NEXT.isoformat())
    with pytest.raises(LedgerError) as caught:
        recover(tmp_path, known)
    assert codes(caught) == ["night-lost"]


def test_a_night_in_two_places_is_left_for_a_person(tmp_path: Path) -> None:
    known = published_night(tmp_path)
    shutil.copytree(tmp_path / DAY.isoformat(), tmp_path / ".staging" / DAY.isoformat())
    with pytest.raises(LedgerError) as caught:
        recover(tmp_path, known)
    assert codes(caught) == ["night-twice"]
    assert (tmp_path / ".staging" / DAY.isoformat()).is_dir()


def test_an_addendum_is_published_beside_its_night_and_recovered_like_one(tmp_path: Path) -> None:
    known = published_night(tmp_path)
    addendum = open_staging(tmp_path, DAY, 1)
    addendum.write("print/index.csv", b"item\n")
    digest = seal(addendum, {})
    name = "2026-11-20.release-1"
    assert addendum.folder.name == addendum.target.name == name
    done = Settled(finished=(name,), discarded=(), problems=())
    assert recover(tmp_path, known, {name: digest}) == done
    assert verify_folder(tmp_path / name, digest) == ()
    open_staging(tmp_path, DAY, 2)
    left = recover(tmp_path, known, {name: digest})
    assert left.discarded == ("2026-11-20.release-2",)
    shutil.rmtree(tmp_path / name)
    with pytest.raises(LedgerError) as caught:
        recover(tmp_path, known, {name: digest})
    assert codes(caught) == ["night-lost"]


def test_an_addendum_that_the_ledger_does_not_know_stops_everything(tmp_path: Path) -> None:
    known = published_night(tmp_path)
    (tmp_path / "2026-11-20.release-1").mkdir()
    with pytest.raises(LedgerError) as caught:
        recover(tmp_path, known)
    assert codes(caught) == ["archive-unrecorded"]


def test_links_in_the_archives_places_are_refused_and_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "keep").write_text("me")
    for name in ("archive", "archive/.staging", "archive/2026-11-20", "archive/.staging/x"):
        shutil.rmtree(tmp_path / "archive", ignore_errors=True)
        link = tmp_path / name
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(outside)
        with pytest.raises(LedgerError) as caught:
            recover(tmp_path / "archive", {})
        assert codes(caught) == ["archive-foreign"], name
        link.unlink()
    assert (outside / "keep").read_text() == "me"


def test_discarding_deletes_a_link_but_not_what_it_points_to(tmp_path: Path) -> None:
    staging, _ = staged(tmp_path)
    (tmp_path / "keep").write_text("me")
    (staging.folder / "link").symlink_to(tmp_path / "keep")
    (staging.folder / "folder").symlink_to(tmp_path)
    discard(staging)
    discard(staging)
    assert not staging.folder.exists()
    assert (tmp_path / "keep").read_text() == "me"


def test_staging_is_opened_once_and_not_over_a_published_night(tmp_path: Path) -> None:
    staging, digest = staged(tmp_path)
    with pytest.raises(LedgerError) as caught:
        open_staging(tmp_path, DAY)
    assert codes(caught) == ["staging-left"]
    publish(staging, digest, lambda: None)
    with pytest.raises(LedgerError) as caught:
        open_staging(tmp_path, DAY)
    assert codes(caught) == ["night-archived"]


@pytest.mark.parametrize("name", ["", "/etc/passwd", "../x", "a/../../x"])
def test_a_name_that_leaves_the_night_is_a_defect(name: str, tmp_path: Path) -> None:
    staging = open_staging(tmp_path, DAY)
    with pytest.raises(ValueError, match="inside the night"):
        staging.write(name, b"")


def test_a_file_is_written_once(tmp_path: Path) -> None:
    staging, _ = staged(tmp_path)
    with pytest.raises(LedgerError) as caught:
        staging.write("report.html", b"again")
    assert codes(caught) == ["disk-error"]
    assert (staging.folder / "report.html").read_bytes() == b"<p>night</p>"


def test_the_delivery_group_reads_the_named_folders_alone(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    staging = open_staging(archive, DAY)
    for name in ("prepared/letters/1.html", "queues/team-1.xlsx", "inputs/accounts.csv"):
        staging.write(name, b"x")
    share(staging, ["prepared", "queues", "not-there"], os.getgid())
    publish(staging, seal(staging, {}), lambda: None)
    found = {
        path.relative_to(archive).as_posix(): stat.S_IMODE(path.stat().st_mode)
        for path in (archive, *archive.rglob("*"))
    }
    assert found == {
        ".": 0o710,
        ".staging": 0o700,
        "2026-11-20": 0o710,
        "2026-11-20/prepared": 0o750,
        "2026-11-20/prepared/letters": 0o750,
        "2026-11-20/prepared/letters/1.html": 0o640,
        "2026-11-20/queues": 0o750,
        "2026-11-20/queues/team-1.xlsx": 0o640,
        "2026-11-20/inputs": 0o700,
        "2026-11-20/inputs/accounts.csv": 0o600,
        "2026-11-20/manifest.json": 0o600,
    }


def test_a_group_the_system_refuses_is_named(tmp_path: Path, failing: list[OSError]) -> None:
    staging, _ = staged(tmp_path)
    failing.append(PermissionError(1, "Operation not permitted"))
    with pytest.raises(LedgerError) as caught:
        share(staging, ["inputs"], os.getgid())
    assert codes(caught) == ["delivery-group"]


def test_a_failing_disk_is_told_without_the_systems_own_words() -> None:
    with pytest.raises(LedgerError) as caught, disk_faults("writing"):
        raise PermissionError(13, "Permission denied", "/home/zhang-san/letter")
    assert codes(caught) == ["disk-refused"]
    assert "zhang" not in str(caught.value)
    assert caught.value.__suppress_context__
