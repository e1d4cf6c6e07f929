"""Where people are and how old debts are, from the exports through the night to its release."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from conftest import Call
from openpyxl import load_workbook
from proposals import edit, put_in_force
from small_nights import small_night, small_project

DAY, MORNING = "2026-11-20", "2026-11-21 08:30"


@pytest.fixture
def bank(fresh: Path, tmp_path: Path) -> Path:
    """Two dozen accounts: everybody may be in Tokyo or Shanghai, every debt ends with the night."""
    night = small_night(24, DAY)
    night.headings = {
        **night.headings, "parties": [*night.headings["parties"], "时区"],
        "accounts": [*night.headings["accounts"], "时效届满"],
    }  # fmt: skip
    for row in night.parties:
        row["时区"] = "Asia/Tokyo Asia/Shanghai"
    for number, row in enumerate(night.accounts):
        row["时效届满"] = ("2026-11-20", "2026-11-21", "")[number % 3]
    folder = small_project(fresh, tmp_path / "bank")
    edit(folder, "contracts/parties.yaml", "  语言:", "  时区: zones\n  语言:")
    edit(folder, "contracts/accounts.yaml", "columns:\n", "columns:\n  时效届满: limitation_ends\n")
    put_in_force(folder)
    night.write(folder)
    return folder


def test_only_hours_that_suit_all_zones_and_old_debts_are_told_of(bank: Path, call: Call) -> None:
    said = call("run", "--project", bank, "--workers", "1")
    assert said.code == 0, said.err
    accounts = pq.read_table(bank / "archive" / DAY / "facts" / "limitation.parquet").to_pylist()
    over = {row["account_id"] for row in accounts if f"{row['ends']}" == "2026-11-20"}
    assert len(over) == 8 and len(accounts) == 16
    gate = pq.read_table(bank / "archive" / DAY / "gate.parquet").to_pylist()
    assert gate
    for row in gate:
        spoke = "cn.limitation" in (row["limits"] or "").split(",")
        assert spoke == bool(over & set(row["accounts"].split()))
    said = call("release", "--project", bank, "--at", MORNING, "--by", "S2001")
    assert said.code == 0, said.err
    with closing(sqlite3.connect(bank / "ledger" / "ledger.sqlite")) as ledger:
        found = set(ledger.execute(
            "SELECT strftime('%H:%M', opens + 28800, 'unixepoch'),"
            " strftime('%H:%M', closes + 28800, 'unixepoch') FROM issued WHERE channel = 'sms'"
        ))  # fmt: skip
    # 08:30 to 20:30 of the house in Shanghai, which in Tokyo is an hour later
    assert found == {("08:30", "19:30")}


def test_the_gate_is_asked_for_where_the_person_is(bank: Path, call: Call) -> None:
    assert call("run", "--project", bank, "--workers", "1").code == 0
    account = small_night(24, DAY).accounts[0]["账号"]
    asked = ("gate", "explain", account, "--project", bank, "--at", "2026-11-21 19:30", "--lang",
             "en", "--channel", "sms")  # fmt: skip
    said = call(*asked)
    assert said.code == 0, said.err
    assert "house.hours_messages" in said.out and "cn.limitation" in said.out
    there = call(*asked, "--zone", "Asia/Shanghai")
    assert "house.hours_messages" not in there.out


def test_a_work_list_says_what_whoever_calls_has_to_do(bank: Path, call: Call) -> None:
    assert call("run", "--project", bank, "--workers", "1").code == 0
    found: dict[object, object] = {}
    for path in sorted((bank / "archive" / DAY / "queues").glob("*.xlsx")):
        for sheet in load_workbook(path).worksheets:
            rows = [tuple(row) for row in sheet.iter_rows(values_only=True)]
            head = next((row for row in rows if "须做到" in row and "任务" in row), None)
            if head is not None:
                at, task = head.index("须做到"), head.index("任务")
                found |= {row[task]: row[at] for row in rows[rows.index(head) + 1 :] if row[task]}
    assert found["电话"] == "录音并告知；表明机构身份；核实为债务人本人"
    assert not found.get("人工判断")
