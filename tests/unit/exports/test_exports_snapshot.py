import hashlib
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from nightbox import MAIN, NIGHT, contract, csv, put, snapped

from collectctl import durable
from collectctl.exports.snapshot import take_snapshot, waiting_nights
from collectctl.problems import InputRefusedError

PARTIES = {
    "export": "parties",
    "file": "{date}/parties_{yyyymmdd}.csv",
    "mended": None,
    "business_date": "file_name",
    "key": ["account_id", "party_id", "role"],
    "totals": [],
    "constants": {},
    "columns": {"账号": "account_id", "编号": "party_id", "关系": "role"},
}


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


@pytest.fixture
def before_step() -> Iterator[None]:
    usual = durable.before_step
    yield
    durable.before_step = usual


def codes(inbox: Path) -> list[str]:
    with pytest.raises(InputRefusedError) as caught:
        snapped(inbox, contract())
    return [p.code for p in caught.value.problems]


def test_a_snapshot_holds_each_file_of_the_night_by_digest(inbox: Path) -> None:
    put(inbox, csv())
    put(inbox, b"", "2026-11-18/accounts.ok")
    put(inbox, b"mended", "2026-11-18/mended/accounts_2.csv")
    put(inbox, b"other", "2026-11-18/mended/parties_2.csv")
    put(inbox, b"other", "2026-11-18/notes.txt")
    put(inbox, b"other", "2026-11-19/accounts_20261119.csv")
    found = snapped(inbox, contract(whole={"marker": "{date}/accounts.ok"}))
    assert list(found.files) == [
        "2026-11-18/accounts.ok", MAIN, "2026-11-18/mended/accounts_2.csv",
    ]  # fmt: skip
    one = found.files[MAIN]
    assert one.path.read_bytes() == csv()
    assert one.digest == hashlib.sha256(csv()).hexdigest()
    assert one.path.stat().st_mode & 0o777 == 0o600
    assert found.matching("2026-11-18/mended/accounts_*.csv") == (list(found.files)[2],)


def test_what_is_not_there_is_left_out(inbox: Path) -> None:
    assert snapped(inbox, contract()).files == {}


def test_a_symbolic_link_is_not_followed(inbox: Path) -> None:
    outside = inbox.parent / "outside.csv"
    outside.write_bytes(csv())
    (inbox / "2026-11-18").mkdir()
    (inbox / MAIN).symlink_to(outside)
    assert codes(inbox) == ["not-a-plain-file"]


def test_a_linked_folder_is_not_followed(inbox: Path) -> None:
    put(inbox.parent / "elsewhere", csv())
    (inbox / "2026-11-18").symlink_to(inbox.parent / "elsewhere" / "2026-11-18")
    assert codes(inbox) == ["not-a-plain-file"]


def test_a_pipe_or_a_folder_is_refused_without_waiting(inbox: Path) -> None:
    (inbox / "2026-11-18").mkdir()
    os.mkfifo(inbox / MAIN)
    (inbox / "2026-11-18/mended/accounts_1.csv").mkdir(parents=True)
    assert codes(inbox) == ["not-a-plain-file"] * 2


def test_a_file_beyond_its_declared_size_is_refused(inbox: Path) -> None:
    put(inbox, b"x" * 1_000_001)
    assert codes(inbox) == ["too-large"]


@pytest.mark.usefixtures("before_step")
def test_a_file_that_grows_while_it_is_copied_is_refused(inbox: Path) -> None:
    put(inbox, csv())

    def grow(kind: str, name: str) -> None:
        if kind == "write" and name == Path(MAIN).name:
            with (inbox / MAIN).open("ab") as file:
                file.write(b"more")

    durable.before_step = grow
    assert codes(inbox) == ["still-growing"]


def test_the_name_of_a_mended_file_must_be_plain(inbox: Path) -> None:
    put(inbox, csv(), "2026-11-18/mended/accounts_张三.csv")
    with pytest.raises(InputRefusedError) as caught:
        snapped(inbox, contract())
    assert [p.code for p in caught.value.problems] == ["mended-name"]
    assert "张三" not in str(caught.value)


def test_a_night_waits_once_all_that_is_required_is_there(inbox: Path) -> None:
    needed = contract(whole={"marker": "{date}/accounts.ok"})
    parties = contract(**PARTIES)
    optional = contract(**PARTIES | {"absent": "allow"})
    for day in ("18", "19", "20"):
        put(inbox, csv(), f"2026-11-{day}/accounts_202611{day}.csv")
        put(inbox, b"", f"2026-11-{day}/accounts.ok")
    put(inbox, b"", "2026-11-20/parties_20261120.csv")
    put(inbox, csv(), "2026-11-21/accounts_20261121.csv")
    put(inbox, csv(), "2026-11-22/accounts_20261123.csv")
    put(inbox, csv(), "2026-02-30/accounts_20260230.csv")
    put(inbox, csv(), "accounts_20261118.csv")
    assert waiting_nights(inbox, [needed, parties]) == (date(2026, 11, 20),)
    assert waiting_nights(inbox, [needed, optional]) == tuple(
        date(2026, 11, d) for d in (18, 19, 20)
    )
    assert waiting_nights(inbox / "nowhere", [needed]) == ()


def test_a_copy_is_never_written_over(inbox: Path) -> None:
    put(inbox, csv())
    into = inbox.parent / "into"
    into.mkdir()
    take_snapshot(inbox, [contract()], NIGHT, into)
    with pytest.raises(FileExistsError):
        take_snapshot(inbox, [contract()], NIGHT, into)
