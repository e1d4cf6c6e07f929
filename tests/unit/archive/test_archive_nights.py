from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from collectctl.archive.nights import Night, list_nights, previous_night, read_bytes, read_columns
from collectctl.archive.publish import publish
from collectctl.archive.staging import open_staging, seal
from collectctl.problems import LedgerError

DAYS = (date(2026, 11, 18), date(2026, 11, 19), date(2026, 11, 20))
TABLE = pa.table(
    {
        "account_id": ["007", "6222021234567890123"],
        "balance": pa.array([9007199254740993, None], pa.int64()),
        "grade": ["M1", "MANUAL"],
    }
)


def archive_night(archive: Path, day: date) -> None:
    staging = open_staging(archive, day)
    pq.write_table(TABLE, staging.path("decisions.parquet"))
    staging.write("measures.json", b"{}")
    staging.write("broken.parquet", b"Zhang San" * 100)
    publish(staging, seal(staging, {}), lambda: None)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    for day in DAYS:
        archive_night(tmp_path / "archive", day)
    return tmp_path / "archive"


def code(caught: pytest.ExceptionInfo[LedgerError]) -> str:
    (problem,) = caught.value.problems
    return problem.code


def test_nights_are_listed_by_date_and_nothing_else_is_one(archive: Path) -> None:
    (archive / "2026-11-21").mkdir()
    (archive / "notes.txt").write_text("x")
    (archive / "2026-11-20.bak").mkdir()
    open_staging(archive, date(2026, 11, 22))
    assert [night.business_date for night in list_nights(archive)] == list(DAYS)
    assert list_nights(archive / "nowhere") == ()


def test_the_previous_night_is_the_last_before_the_date(archive: Path) -> None:
    assert previous_night(archive, DAYS[0]) is None
    assert previous_night(archive, DAYS[2]) == Night(
        business_date=DAYS[1], folder=archive / "2026-11-19"
    )
    assert previous_night(archive, date(2027, 1, 1)) == list_nights(archive)[-1]


def test_columns_of_a_past_night_come_back_exactly_and_in_the_order_asked_for(
    archive: Path,
) -> None:
    frame = read_columns(list_nights(archive)[0], ["grade", "account_id", "balance"])
    assert list(frame.columns) == ["grade", "account_id", "balance"]
    assert frame["account_id"].tolist() == ["007", "6222021234567890123"]
    assert frame["balance"].iloc[0] == 9007199254740993
    assert str(frame["balance"].dtype) == "int64[pyarrow]"
    assert read_bytes(list_nights(archive)[0], "measures.json") == b"{}"


def test_a_past_night_that_was_changed_is_not_read(archive: Path) -> None:
    one, two, three = list_nights(archive)
    path = one.folder / "decisions.parquet"
    path.write_bytes(path.read_bytes() + b"\0")
    (two.folder / "decisions.parquet").unlink()
    (three.folder / "decisions.parquet").rename(archive / "elsewhere.parquet")
    (three.folder / "decisions.parquet").symlink_to(archive / "elsewhere.parquet")
    for night, expected in (
        (one, "archive-changed"),
        (two, "archive-missing"),
        (three, "archive-foreign"),
    ):
        with pytest.raises(LedgerError) as caught:
            read_columns(night, ["grade"])
        assert code(caught) == expected


def test_a_column_or_a_table_that_is_not_there_is_said_without_its_content(archive: Path) -> None:
    night = list_nights(archive)[0]
    with pytest.raises(LedgerError) as caught:
        read_columns(night, ["grade", "mood"])
    assert code(caught) == "archive-unreadable"
    assert "'mood'" in caught.value.problems[0].message
    with pytest.raises(LedgerError) as caught:
        read_columns(night, ["grade"], "broken.parquet")
    assert code(caught) == "archive-unreadable"
    assert "Zhang" not in str(caught.value)


def test_a_linked_night_is_refused(archive: Path) -> None:
    (archive / "2026-11-21").symlink_to(archive / "2026-11-20")
    with pytest.raises(LedgerError) as caught:
        list_nights(archive)
    assert code(caught) == "archive-foreign"
