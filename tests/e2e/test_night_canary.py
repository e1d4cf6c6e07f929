"""What stands in the bank's files about a person is nowhere but where it is needed.

Every personal field of one account holds a value that occurs nowhere else; after each kind of night
everything that was said, written or left behind is searched for it.
"""

import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest
from conftest import Call, Said
from small_nights import SmallNight, small_night, small_project

DAY = "2026-11-18"
MARKS = {
    "姓名": "甄金丝雀",
    "证件号码": "990101199003077334",
    "手机": "10199887766",
    "电子邮箱": "zqcanary@example.com",
    "微信": "zq_canary_77",
    "地址": "云岫省金丝雀路七十七号",
}
CARD = "9999997733445566"
AMOUNT = "7391846.27"
ALL_MARKS = (*MARKS.values(), CARD)
NEEDED = ("inputs", "prepared", "queues", "quarantine")
"""The folders of a night in which people may be named."""

FREE = ("账号", "客户号", "欠款总额")
"""Columns of any text, and the one that the trailer adds up."""


@pytest.fixture
def marked(fresh: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, SmallNight]:
    """A small project whose second account carries the marks, not written yet."""
    night = small_night(16)
    account = night.accounts[1]
    account["卡号"] = CARD
    for row in night.parties:
        if row["账号"] == account["账号"] and row["关系"] == "主卡持卡人":
            row.update(MARKS)
    assert sum(row["姓名"] == MARKS["姓名"] for row in night.parties) == 1
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return small_project(fresh, tmp_path / "project", night), night


def run(project: Path, *code: str) -> Said:
    """A run in a process of its own."""
    done = subprocess.run(
        [sys.executable, *(code or ("-m", "collectctl")), "run", "--project", str(project)],
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    return Said(done.returncode, done.stdout, done.stderr)


def texts(path: Path) -> Iterator[str]:
    """All that a file says, unpacked."""
    data = path.read_bytes()
    if path.suffix == ".parquet":
        table = pq.read_table(path)
        yield str(table.to_pydict()) + str(table.schema.metadata)
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as book:
            for name in book.namelist():
                yield name + book.read(name).decode("utf-8", "replace")
    for encoding in ("utf-8", "gb18030", "utf-16-le"):
        yield data.decode(encoding, "replace")


def leaks(project: Path, marks: tuple[str, ...]) -> set[str]:
    """Where a mark is, of all that lies in the project folder and beside it."""
    found = set()
    for path in project.parent.rglob("*"):
        name = path.relative_to(project.parent).as_posix()
        if any(mark in name for mark in marks):
            found.add(name)
        if name.startswith("project/inbox/") or not path.is_file():
            continue
        if name.startswith(tuple(f"project/archive/{DAY}/{folder}/" for folder in NEEDED)):
            continue
        if any(mark in text for text in texts(path) for mark in marks):
            found.add(name)
    return found


def expect_silence(project: Path, said: Said, marks: tuple[str, ...] = ALL_MARKS) -> None:
    for mark in marks:
        assert mark not in said.out + said.err
        assert mark.encode("unicode_escape").decode() not in said.out + said.err
    assert leaks(project, marks) == set()
    assert list((project.parent / "tmp").iterdir()) == []
    staging = project / "archive" / ".staging"
    assert not staging.exists() or list(staging.iterdir()) == []


def test_a_good_night_names_people_only_where_they_are_needed(
    marked: tuple[Path, SmallNight],
) -> None:
    project, _night = marked
    said = run(project)
    assert said.code == 0, said.err
    expect_silence(project, said)
    night = project / "archive" / DAY
    assert pq.read_table(night / "quarantine.parquet").num_rows == 0
    placed = [
        mark for mark in ALL_MARKS
        if any(mark in t for p in (night / "queues").iterdir() for t in texts(p))
    ]  # fmt: skip
    assert MARKS["姓名"] in placed


def truncated(project: Path, night: SmallNight) -> None:
    path = night.path(project, "accounts")
    path.write_bytes(path.read_bytes()[:-40])


def wrong_total(project: Path, night: SmallNight) -> None:
    night.write(project, trailer=f"总计,{len(night.accounts)},{AMOUNT},0.00\n")


def wrong_count(project: Path, night: SmallNight) -> None:
    night.write(project, trailer=night.trailer().replace(f",{len(night.accounts)},", ",99,"))


def stale(project: Path, night: SmallNight) -> None:
    for row in night.accounts:
        row["数据日期"] = "2026-11-17"
    night.write(project)


def a_byte_of_no_encoding(project: Path, night: SmallNight) -> None:
    path = night.path(project, "parties")
    data = path.read_bytes()
    at = data.index(MARKS["姓名"].encode())
    path.write_bytes(data[: at + 3] + b"\xff" + data[at + 3 :])


def another_encoding(project: Path, night: SmallNight) -> None:
    night.encodings["parties"] = "gb18030"
    night.write(project)


def utf_16(project: Path, night: SmallNight) -> None:
    night.encodings["accounts"] = "utf-16"
    night.write(project)


def no_headings(project: Path, night: SmallNight) -> None:
    path = night.path(project, "parties")
    _headings, *rows = path.read_bytes().splitlines(keepends=True)
    rows.sort(key=lambda row: MARKS["姓名"].encode() not in row)
    path.write_bytes(b"".join(rows))


def a_changed_file(project: Path, night: SmallNight) -> None:
    path = night.path(project, "statuses")
    path.write_bytes(path.read_bytes() + f"1,{MARKS['姓名']},2026-01-01,\n".encode())


def a_broken_control_file(project: Path, night: SmallNight) -> None:
    night.path(project, "statuses").with_suffix(".ctl").write_text(f"rows={MARKS['姓名']}\n")


def a_broken_trailer(project: Path, night: SmallNight) -> None:
    night.write(project, trailer=f"总计,{MARKS['姓名']},{CARD},0.00\n")


def a_workbook_of_garbage(project: Path, night: SmallNight) -> None:
    path = night.path(project, "falling_due").with_suffix(".xlsx")
    path.write_bytes(b"PK\x03\x04" + "".join(ALL_MARKS).encode() * 20)


def a_workbook_without_headings(project: Path, night: SmallNight) -> None:
    book = openpyxl.Workbook()
    for mark in ALL_MARKS:
        book.worksheets[0].append([mark])
    book.save(night.path(project, "falling_due").with_suffix(".xlsx"))


def a_link(project: Path, night: SmallNight) -> None:
    path = night.path(project, "parties")
    target = path.with_name("secret.csv")
    path.rename(target)
    path.symlink_to(target)


@pytest.mark.parametrize(
    "spoil",
    [
        truncated, wrong_total, wrong_count, stale, a_byte_of_no_encoding, another_encoding,
        no_headings, a_changed_file, a_broken_control_file, a_broken_trailer,
        a_workbook_of_garbage, a_workbook_without_headings,
        a_link, utf_16,
    ],
)  # fmt: skip
def test_a_refused_night_says_nothing_about_people(
    spoil: Callable[[Path, SmallNight], None], marked: tuple[Path, SmallNight], call: Call
) -> None:
    project, night = marked
    spoil(project, night)
    said = call("run", "--project", project, "--workers", "1")
    assert said.code in (10, 11), (said.code, said.err)
    assert "mend: " in said.err or "expected: " in said.err
    expect_silence(project, said)


CELLS = {
    "姓名": MARKS["姓名"] + "\x1b[2J",
    "证件号码": MARKS["证件号码"] + "?",
    "手机": MARKS["手机"] + "x",
    "电子邮箱": MARKS["电子邮箱"].replace("@", "#"),
    "微信": MARKS["微信"] + " 微信",
    "地址": MARKS["地址"] + "\x00",
    "卡号": CARD + "q",
}
"""The marks, so that no cell can be used."""


def test_broken_cells_are_masked_in_the_quarantine(marked: tuple[Path, SmallNight]) -> None:
    project, night = marked
    account = night.accounts[1]
    account["卡号"] = CELLS["卡号"]
    for row in night.parties:
        if row["姓名"] == MARKS["姓名"]:
            row.update({k: v for k, v in CELLS.items() if k in row})
    night.write(project)
    said = run(project)
    assert said.code in (0, 11, 14), said.err
    expect_silence(project, said, (*ALL_MARKS, "zqcanary"))


@pytest.mark.parametrize("mark", [MARKS["姓名"], MARKS["手机"], CARD])
def test_people_in_the_wrong_columns_are_not_told_of_either(
    mark: str, marked: tuple[Path, SmallNight], call: Call
) -> None:
    project, night = marked
    names = [n for n in night.headings["accounts"] if n not in FREE]
    trailer = night.trailer()
    for n, name in enumerate(names):
        night.accounts[2 + n % 14][name] = mark
    for row, name in zip(night.parties[-2:], ("关系", "语言"), strict=True):
        row[name] = mark
    night.write(project, trailer=trailer)
    said = call("run", "--project", project, "--workers", "1")
    assert said.code in (0, 11, 14), said.err
    # A name in a column of codes cannot be told from a code; the quarantine shows what it found.
    shown = {f"project/archive/{DAY}/quarantine.{kind}" for kind in ("xlsx", "parquet")}
    assert mark not in said.out + said.err
    assert leaks(project, ALL_MARKS) <= (shown if mark == MARKS["姓名"] else set())


def test_a_quote_left_open_lets_nothing_out(marked: tuple[Path, SmallNight]) -> None:
    project, night = marked
    path, name = night.path(project, "parties"), MARKS["姓名"].encode()
    path.write_bytes(path.read_bytes().replace(name, b'"' + name))
    said = run(project)
    assert said.code == 0
    expect_silence(project, said)


CRASH = """
import sys
import tempfile
import collectctl.nightly as nightly
from collectctl.cli import main

def bug(*values, **_named):
    texts = [str(v) for v in values]
    try:
        raise KeyError(*texts)
    except KeyError as inner:
        raise ValueError("MARK", *texts) from inner

setattr(nightly, sys.argv.pop(1), bug)
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize("stage", ["load", "tier", "treat", "render", "queue", "publish"])
def test_a_crash_says_where_and_nothing_about_people(
    stage: str, marked: tuple[Path, SmallNight]
) -> None:
    project, _night = marked
    said = run(project, "-c", CRASH.replace("MARK", " ".join(ALL_MARKS)), stage)
    assert said.code == 1, said.err
    assert "ValueError (its text is withheld" in said.err
    expect_silence(project, said)
    (log,) = (project / "logs").iterdir()
    assert "defect: ValueError" in log.read_text(encoding="utf-8")


def test_a_killed_night_leaves_nobodys_data_once_the_next_has_begun(
    marked: tuple[Path, SmallNight],
) -> None:
    project, night = marked
    killed = run(project, "-c", CRASH.replace("try:", "import os; os._exit(9)\n    try:"), "queue")
    assert killed.code == 9
    assert list((project / "archive" / ".staging").iterdir())
    truncated(project, night)
    said = run(project)
    assert said.code == 11
    expect_silence(project, said)
