import sqlite3
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path, PurePosixPath

import pytest

from collectctl.ledger.connect import connect, open_file
from collectctl.ledger.migrate import Migration, check_version, migrate, packaged_migrations
from collectctl.ledger.network import network_share
from collectctl.ledger.runs import last_number
from collectctl.problems import LedgerError


def refusal(caught: pytest.ExceptionInfo[LedgerError]) -> str:
    assert len(caught.value.problems) == 1
    assert caught.value.problems[0].mend
    return caught.value.problems[0].code


def test_a_new_ledger_is_complete_and_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "ledger" / "ledger.sqlite"
    with closing(connect(path)) as ledger:
        assert last_number(ledger) == 0
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        for file in path.parent.iterdir():
            assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with closing(connect(path, create=False)) as ledger:
        assert check_version(ledger, path.name) == len(packaged_migrations())


def test_every_connection_is_durable_and_guarded(tmp_path: Path) -> None:
    with closing(connect(tmp_path / "l.sqlite")) as ledger:
        found = {
            name: ledger.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers")
        }
        strict = {
            name: bool(is_strict)
            for _, name, kind, _, _, is_strict in ledger.execute("PRAGMA table_list")
            if kind == "table" and not name.startswith("sqlite_")
        }
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "recursive_triggers": 1,
    }
    tables = (
        "run", "arrival", "brake", "approval", "version", "consent", "migration", "person", "debt",
        "point", "intake", "contact", "contact_debt", "wish", "wish_debt", "hold", "lift",
        "release", "issued", "issued_debt", "pull_back", "payment", "coverage", "tier_change",
        "excess", "permission",
    )  # fmt: skip
    assert strict == dict.fromkeys(tables, True)


def test_a_ledger_that_is_not_there_is_not_made_where_one_is_expected(tmp_path: Path) -> None:
    with pytest.raises(LedgerError) as caught:
        connect(tmp_path / "l.sqlite", create=False)
    assert refusal(caught) == "no-ledger"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["link", "folder"])
def test_a_link_or_a_folder_in_the_ledgers_place_is_refused(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "l.sqlite"
    if kind == "link":
        connect(tmp_path / "real.sqlite").close()
        path.symlink_to(tmp_path / "real.sqlite")
    else:
        path.mkdir()
    with pytest.raises(LedgerError) as caught:
        connect(path)
    assert refusal(caught) == "ledger-not-a-file"


def test_a_database_of_another_program_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "l.sqlite"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE theirs (x)")
    with pytest.raises(LedgerError) as caught:
        connect(path)
    assert refusal(caught) == "ledger-foreign"
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("SELECT name FROM sqlite_schema").fetchall() == [("theirs",)]


@pytest.mark.parametrize("size", [100, 100_000])
def test_a_file_of_rubbish_is_called_damaged(size: int, tmp_path: Path) -> None:
    (tmp_path / "l.sqlite").write_bytes(b"Zhang San 13800000000 " * size)
    with pytest.raises(LedgerError) as caught:
        connect(tmp_path / "l.sqlite")
    assert refusal(caught) == "ledger-damaged"
    assert "Zhang" not in str(caught.value)


def test_a_folder_that_may_not_be_written_is_named_as_refused(tmp_path: Path) -> None:
    (tmp_path / "in-the-way").write_bytes(b"")
    with pytest.raises(LedgerError) as caught:
        connect(tmp_path / "in-the-way" / "l.sqlite")
    assert refusal(caught) == "disk-error"


def step(number: int, sql: str) -> Migration:
    return Migration(number=number, name=f"{number:04}_test", sql=sql)


LATER = step(len(packaged_migrations()) + 1, "CREATE TABLE later (x TEXT) STRICT;\n")


def test_a_newer_ledger_is_refused_by_an_older_program(tmp_path: Path) -> None:
    path = tmp_path / "l.sqlite"
    with closing(open_file(path)) as ledger:
        assert migrate(ledger, path, (*packaged_migrations(), LATER)) == LATER.number
    with pytest.raises(LedgerError) as caught:
        connect(path)
    assert refusal(caught) == "ledger-newer"


def test_an_older_ledger_is_not_moved_by_connecting(tmp_path: Path) -> None:
    path = tmp_path / "l.sqlite"
    connect(path).close()
    with pytest.raises(LedgerError) as caught:
        connect(path, migrations=(*packaged_migrations(), LATER))
    assert refusal(caught) == "ledger-older"
    connect(path).close()


def test_a_ledger_made_by_other_steps_of_the_same_number_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "l.sqlite"
    connect(path, migrations=[step(1, "CREATE TABLE run (number INTEGER) STRICT;\n")]).close()
    with pytest.raises(LedgerError) as caught:
        connect(path)
    assert refusal(caught) == "ledger-foreign"


def test_a_ledger_that_holds_something_is_copied_before_it_moves(tmp_path: Path) -> None:
    path = tmp_path / "l.sqlite"
    known = packaged_migrations()
    connect(path).close()
    (tmp_path / f"l.sqlite.before-{LATER.number:04}").write_bytes(b"left by a dead attempt")
    with closing(open_file(path)) as ledger:
        assert migrate(ledger, path, (*known, LATER)) == 1
        assert migrate(ledger, path, (*known, LATER)) == 0
    copy = tmp_path / f"l.sqlite.before-{LATER.number:04}"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with closing(connect(copy)) as before:
        assert check_version(before, copy.name) == len(known)


def test_a_step_that_fails_leaves_the_ledger_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "l.sqlite"
    broken = step(LATER.number, "CREATE TABLE half (x TEXT) STRICT;\nCREATE TABLE run (x);\n")
    with closing(connect(path)) as ledger:
        with pytest.raises(sqlite3.OperationalError):
            migrate(ledger, path, (*packaged_migrations(), broken))
        assert not ledger.in_transaction
        assert check_version(ledger, path.name) == len(packaged_migrations())
        names = {name for (name,) in ledger.execute("SELECT name FROM sqlite_schema")}
    assert "half" not in names


def test_commands_that_start_at_the_same_moment_make_one_ledger(tmp_path: Path) -> None:
    together = threading.Barrier(6)

    def start(path: Path) -> int:
        together.wait()
        with closing(connect(path)) as ledger:
            return last_number(ledger)

    with ThreadPoolExecutor(6) as pool:
        for n in range(10):
            path = tmp_path / str(n) / "l.sqlite"
            assert list(pool.map(start, [path] * 6)) == [0] * 6


def test_a_full_disk_is_told_as_such_by_sqlite_itself(tmp_path: Path) -> None:
    path = tmp_path / "l.sqlite"
    with closing(open_file(path)) as ledger:
        ledger.execute("PRAGMA max_page_count = 3")
        with pytest.raises(LedgerError) as caught:
            migrate(ledger, path)
        assert refusal(caught) == "disk-full"
        assert check_version(ledger, path.name) == 0


def test_a_ledger_kept_locked_by_another_program_is_told_as_busy(tmp_path: Path) -> None:
    path = tmp_path / "l.sqlite"
    with closing(open_file(path)) as one, closing(open_file(path)) as two:
        two.execute("PRAGMA busy_timeout = 0")
        one.execute("BEGIN IMMEDIATE")
        with pytest.raises(LedgerError) as caught:
            migrate(two, path)
    assert refusal(caught) == "ledger-busy"


MOUNTS = """\
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
31 22 0:40 / /srv/share rw - nfs4 server:/export rw,vers=4.2
32 31 254:1 / /srv/share/local rw - xfs /dev/vdb rw
33 22 0:41 / /mnt/with\\040space rw - cifs //server/share rw
34 22 0:42 / /home/clerk/remote rw - fuse.sshfs clerk@host: rw
35 22 0:43 / /mnt/c rw - 9p C:\\134 rw,aname=drvfs;path=C:
36 22 0:44 / /guest rw - 9p none rw,trans=fd
37 22 0:45 / /stacked rw - nfs server:/a rw
38 22 254:2 / /stacked rw - ext4 /dev/vdc rw
39 22 0:46 / /fuse rw - fuse.ntfs-3g /dev/vdd rw
a line that is none
"""


@pytest.mark.parametrize(
    ("path", "share"),
    [
        ("/", None),
        ("/data/ledger", None),
        ("/srv/share", "nfs4"),
        ("/srv/share/bank/ledger", "nfs4"),
        ("/srv/share/local/ledger", None),
        ("/srv/shared", None),
        ("/mnt/with space/x", "cifs"),
        ("/home/clerk/remote/x", "fuse.sshfs"),
        ("/mnt/c/bank", "drvfs"),
        ("/guest/bank", None),
        ("/stacked/bank", None),
        ("/fuse/bank", None),
    ],
)
def test_the_deepest_and_last_mount_says_whether_a_folder_is_on_a_share(
    path: str, share: str | None
) -> None:
    assert network_share(MOUNTS, PurePosixPath(path)) == share


def test_a_ledger_on_a_network_share_is_refused_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(f"31 22 0:40 / {tmp_path.resolve()} rw - nfs4 server:/export rw\n")
    monkeypatch.setattr("collectctl.ledger.connect._MOUNTS", mounts)
    with pytest.raises(LedgerError) as caught:
        connect(tmp_path / "ledger" / "l.sqlite")
    assert refusal(caught) == "network-share"
    assert not (tmp_path / "ledger").exists()
    # A system without such a table is taken at its word.
    mounts.unlink()
    connect(tmp_path / "ledger" / "l.sqlite").close()


def test_a_folder_in_the_place_of_the_write_ahead_log_is_told_as_a_disk_fault(
    tmp_path: Path,
) -> None:
    (tmp_path / "l.sqlite-wal").mkdir()
    with pytest.raises(LedgerError) as caught:
        connect(tmp_path / "l.sqlite")
    assert refusal(caught) == "disk-error"


def test_a_new_file_that_others_keep_switching_is_tried_a_last_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("collectctl.ledger.connect._PATIENCE", 0)
    connect(tmp_path / "l.sqlite").close()
