"""A night that is too strange is published and held until somebody answers for it."""

import json
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest
from conftest import NIGHTS, Call
from small_nights import SAMPLES, SmallNight, read_night

from collectctl.cli import main

FIRST, SECOND, _ = NIGHTS
MONEY = (
    "欠款总额", "其中逾期金额", "最低还款额", "透支本金", "分期未到期本金", "透支利息", "复利",
    "违约金", "费用", "分期利息", "已还款冲抵", "授信额度", "最近还款额",
)  # fmt: skip


@pytest.fixture(scope="module")
def second_waits(fresh: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose first night was run and whose second is the last in the inbox."""
    folder = tmp_path_factory.mktemp("brakes") / "project"
    shutil.copytree(fresh, folder)
    for night in NIGHTS[1:]:
        shutil.rmtree(folder / "inbox" / night)
    assert main(["run", "--project", str(folder), "--workers", "1", "--quiet"]) == 0
    shutil.copytree(fresh / "inbox" / SECOND, folder / "inbox" / SECOND)
    return folder


def half(night: SmallNight) -> None:
    night.rows["accounts"] = night.accounts[: len(night.accounts) // 2]


def in_fen(night: SmallNight) -> None:
    for row in night.accounts:
        for name in MONEY:
            if re.fullmatch(r"-?\d+\.\d\d", row[name]):
                row[name] = f"{Decimal(row[name]) * 100:.2f}"


def without_a_branch(night: SmallNight) -> None:
    night.rows["accounts"] = [row for row in night.accounts if row["支行"] != "B004"]


def altered(template: Path, folder: Path, change: Callable[[SmallNight], None]) -> Path:
    """The project with a changed export of accounts, whose trailer fits it."""
    shutil.copytree(template, folder)
    night = read_night(SAMPLES / "inbox", SECOND)
    change(night)
    night.write_accounts(folder)
    return folder


def braked_by(project: Path) -> set[str]:
    found = json.loads((project / "archive" / SECOND / "manifest.json").read_text())
    return {code for code, _name in found["braked"]}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (half, "accounts-changed"),
        (in_fen, "average-too-high"),
        (in_fen, "money-changed"),
        (without_a_branch, "branch-changed"),
    ],
)
def test_a_strange_night_is_published_but_braked_and_says_why(
    change: Callable[[SmallNight], None],
    code: str,
    second_waits: Path,
    tmp_path: Path,
    call: Call,
) -> None:
    project = altered(second_waits, tmp_path / "project", change)
    said = call("run", "--project", project, "--workers", "1")
    assert said.code == 14, said.err
    assert "braked: nothing may leave" in said.err
    assert code in braked_by(project)
    page = (project / "archive" / SECOND / "report.html").read_text(encoding="utf-8")
    with closing(sqlite3.connect(project / "ledger" / "ledger.sqlite")) as ledger:
        assert ledger.execute("SELECT braked FROM run ORDER BY number").fetchall() == [(0,), (1,)]
        kept = ledger.execute("SELECT message_zh_CN FROM brake WHERE code = ?", (code,)).fetchall()
    assert kept and all(message in page for (message,) in kept)
    again = call("run", "--project", project, "--date", SECOND)
    assert (again.code, "published already (braked)" in again.err) == (14, True)


def test_a_braked_night_is_approved_once_with_a_reason(
    second_waits: Path, tmp_path: Path, call: Call
) -> None:
    project = altered(second_waits, tmp_path / "project", half)
    assert call("run", "--project", project, "--workers", "1").code == 14
    who = ("--by", "S0007", "--project", project)
    assert call("approve", SECOND, *who).code == 2
    assert call("approve", SECOND, "--reason", "  ", *who).code == 12
    assert call("approve", SECOND, "--reason", "sold half the book", *who, "--dry-run").code == 0
    assert call("approve", SECOND, "--reason", "sold half the book", *who).code == 0
    again = call("approve", SECOND, "--reason", "sold half the book", *who)
    assert again.code == 12
    assert "approved already" in again.err
    assert call("run", "--project", project, "--date", SECOND).code == 0
    with closing(sqlite3.connect(project / "ledger" / "ledger.sqlite")) as ledger:
        kept = ledger.execute("SELECT run, approved_by, reason FROM approval").fetchall()
    assert kept == [(2, "S0007", "sold half the book")]


def test_an_ordinary_night_is_not_braked_and_needs_no_approval(
    second_waits: Path, tmp_path: Path, call: Call
) -> None:
    project = altered(second_waits, tmp_path / "project", lambda _night: None)
    assert call("run", "--project", project, "--workers", "1").code == 0
    assert braked_by(project) == set()
    said = call("approve", SECOND, "--reason", "why not", "--by", "S1", "--project", project)
    assert said.code == 12
    assert "was not braked" in said.err
