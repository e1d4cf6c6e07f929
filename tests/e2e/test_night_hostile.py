"""Whatever stands in the exports is shown as it was written, and nothing of it is ever run."""

import csv
import grp
import html
import json
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from conftest import Call
from openpyxl import load_workbook
from proposals import put_in_force
from small_nights import SmallNight, small_night, small_project

DAY = "2026-11-18"
HOSTILE = (
    "=1+1", "+1", "-1+cmd|' /C calc'!A0", "@SUM(A1)", "<script>alert(1)</script>", "[red]王[/b]",
    "{{7*7}}{% raw %}", "../../../etc/passwd", "😀👩\u200d👩\u200d👧", "𠮷野𪚥", "王" * 60,
    "a\x1b[2Jb\x07", "x\u202egnp.exe", "e\u0301\u0323" * 10, "'; DROP TABLE run; --", "&amp;&#65;",
    "_x0041_", "]]>", "%s%n{0}",
)  # fmt: skip


@pytest.fixture
def small(fresh: Path, tmp_path: Path) -> tuple[Path, SmallNight]:
    night = small_night(40)
    return small_project(fresh, tmp_path / "project", night), night


def tie_out(project: Path) -> int:
    """The accounts of the night: those decided are those that the manifest places."""
    manifest = json.loads((project / "archive" / DAY / "manifest.json").read_text("utf-8"))
    decided = int(pq.read_table(project / "archive" / DAY / "decisions.parquet").num_rows)
    assert sum(manifest["dispositions"].values()) == manifest["accounts"] == decided
    return decided


def raw_control(text: str) -> bool:
    return any(ord(c) < 32 and c not in "\n\t" for c in text) or "\u202e" in text


def test_hostile_names_are_written_as_they_are_and_never_run(
    small: tuple[Path, SmallNight], call: Call
) -> None:
    project, night = small
    principals = [row for row in night.parties if row["关系"] == "主卡持卡人"]
    for n, row in enumerate(principals):
        row["姓名"] = row["地址"] = HOSTILE[n % len(HOSTILE)]
    night.write(project)
    said = call("run", "--project", project, "--workers", "1")
    assert said.code in (0, 14), said.err
    assert not raw_control(said.out + said.err)
    assert tie_out(project) == 40
    folder = project / "archive" / DAY
    letters = "".join(p.read_text("utf-8") for p in (folder / "prepared").rglob("*.html"))
    assert "<script" not in letters
    assert "{{7*7}}" in letters or "{{7*7}}" in html.unescape(letters)
    assert "\x1b" not in letters
    cells = set()
    for path in (*(folder / "queues").glob("*.xlsx"), folder / "quarantine.xlsx"):
        for sheet in load_workbook(path).worksheets:
            for line in sheet.iter_rows():
                for cell in line:
                    assert cell.data_type != "f", (path.name, cell.coordinate)
                    cells.add(cell.value)
    assert cells & {"=1+1", "+1", "@SUM(A1)"}
    assert len(cells & set(HOSTILE)) > 4
    assert all(p.name.isascii() for p in folder.rglob("*"))
    assert all("\x1b" not in p.read_text("utf-8") for p in (project / "logs").iterdir())


def test_hostile_cells_in_every_column_end_in_quarantine_or_in_use(
    small: tuple[Path, SmallNight], call: Call
) -> None:
    project, night = small
    trailer = night.trailer()
    names = [n for n in night.headings["accounts"] if n != "欠款总额"]
    for n, row in enumerate(night.accounts[:38]):
        row[names[n % len(names)]] = HOSTILE[n % len(HOSTILE)]
    night.write(project, trailer=trailer)
    said = call("run", "--project", project, "--workers", "1")
    assert said.code in (0, 11, 14), said.err
    assert not raw_control(said.out + said.err)
    assert "defect" not in said.err


def swapped(project: Path, night: SmallNight) -> None:
    names = night.headings["accounts"]
    a, b = names.index("欠款总额"), names.index("授信额度")
    names[a], names[b] = names[b], names[a]
    night.write(project)


def rewritten(encoding: str) -> Callable[[Path, SmallNight], None]:
    def change(project: Path, night: SmallNight) -> None:
        path = night.path(project, "parties")
        path.write_bytes(night.text("parties").encode(encoding))

    change.__name__ = encoding
    return change


def header_only(project: Path, night: SmallNight) -> None:
    night.rows["parties"] = []
    night.write(project)


def accounts_header_only(project: Path, night: SmallNight) -> None:
    night.rows["accounts"] = []
    night.write(project)


def no_bytes(project: Path, night: SmallNight) -> None:
    night.path(project, "parties").write_bytes(b"")


def zeros(project: Path, night: SmallNight) -> None:
    night.path(project, "parties").write_bytes(b"\0" * 100_000)


def windows_line_ends(project: Path, night: SmallNight) -> None:
    night.line_end = "\r\n"
    night.write(project)


def twice_the_same_heading(project: Path, night: SmallNight) -> None:
    night.headings["parties"][-2:] = ["语言", "语言"]
    night.write(project)


def columns_moved(project: Path, night: SmallNight) -> None:
    for names in night.headings.values():
        names.reverse()
    # The trailer is a line of its own and stays as it is.
    night.write(project)


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        (rewritten("utf-16"), {11}),
        (rewritten("utf-16-le"), {11}),
        (rewritten("gb18030"), {11}),
        (rewritten("utf-8"), {0}),
        (swapped, {0}),
        (columns_moved, {0}),
        (header_only, {11}),
        (accounts_header_only, {11}),
        (no_bytes, {11}),
        (zeros, {11}),
        (windows_line_ends, {0}),
        (twice_the_same_heading, {11}),
    ],
)
def test_an_odd_file_is_read_rightly_or_refused_with_a_mend(
    change: Callable[[Path, SmallNight], None],
    codes: set[int],
    small: tuple[Path, SmallNight],
    call: Call,
) -> None:
    project, night = small
    change(project, night)
    said = call("run", "--project", project, "--workers", "1")
    assert said.code in codes, said.err
    assert not raw_control(said.out + said.err)
    if said.code == 0:
        assert tie_out(project) == 40
    else:
        assert "mend: " in said.err
        assert not (project / "archive" / DAY).exists()


def test_line_ends_change_no_decision(
    small: tuple[Path, SmallNight], fresh: Path, tmp_path: Path, call: Call
) -> None:
    project, night = small
    assert call("run", "--project", project, "--workers", "1").code == 0
    night.line_end = "\r\n"
    other = small_project(fresh, tmp_path / "other", night)
    assert call("run", "--project", other, "--workers", "1").code == 0
    name = f"archive/{DAY}/decisions.parquet"
    assert (project / name).read_bytes() == (other / name).read_bytes()


def test_declared_folders_are_readable_by_their_group_and_all_else_by_its_owner(
    small: tuple[Path, SmallNight], call: Call
) -> None:
    project, _night = small
    group = grp.getgrgid(os.getgid())
    settings = project / "config" / "project.yaml"
    text = settings.read_text("utf-8")
    delivery = f"delivery: {{group: {group.gr_name}, folders: [print, send]}}\n"
    settings.write_text(text + "\n" + delivery, "utf-8")
    put_in_force(project)
    assert call("run", "--project", project, "--workers", "1").code == 0
    night = project / "archive" / DAY
    assert all(stat.S_IMODE(path.stat().st_mode) & 0o077 == 0 for path in night.rglob("*"))
    released = ("release", "--project", project, "--at", "2026-11-19 08:30", "--by", "S1")
    assert call(*released).code == 0
    addendum = night.with_name(f"{DAY}.release-1")
    for path in addendum.rglob("*"):
        mode = stat.S_IMODE(path.stat().st_mode)
        if path.relative_to(addendum).parts[0] in ("print", "send"):
            assert (mode, path.stat().st_gid) == (0o750 if path.is_dir() else 0o640, group.gr_gid)
        else:
            assert mode & 0o077 == 0, path
    for passage in (addendum, project / "archive"):
        assert stat.S_IMODE(passage.stat().st_mode) == 0o710
    with (addendum / "send" / "sms.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.reader(file))) > 1


def test_a_delivery_group_that_does_not_exist_lets_nothing_out(
    small: tuple[Path, SmallNight], call: Call
) -> None:
    project, _night = small
    settings = project / "config" / "project.yaml"
    text = settings.read_text("utf-8")
    settings.write_text(
        f"{text}\ndelivery: {{group: no-such-group-9, folders: [queues]}}\n", "utf-8"
    )
    put_in_force(project)
    assert call("run", "--project", project, "--workers", "1").code == 0
    said = call("release", "--project", project, "--at", "2026-11-19 08:30")
    assert said.code == 10
    assert "no-such-group-9" in said.err
    assert not (project / "archive" / f"{DAY}.release-1").exists()
