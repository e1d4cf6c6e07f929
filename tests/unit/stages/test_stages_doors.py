"""Where accounts end when their exports disagree or their documents cannot be made."""

import json
import shutil
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from conftest import Call
from openpyxl import load_workbook
from small_nights import (
    SAMPLES,
    SmallNight,
    keep,
    read_night,
    small_night,
    small_project,
    sound_ids,
)

DAY = "2026-11-18"
FALLING_DUE = SAMPLES / "inbox" / DAY / "falling_due_20261118.xlsx"


def decided(project: Path, call: Call) -> pa.Table:
    said = call("run", "--project", project, "--workers", "1", "--quiet")
    assert said.code in (0, 14), said.err
    return pq.read_table(project / "archive" / DAY / "decisions.parquet")


def inputs(project: Path) -> dict[str, dict[str, int]]:
    found = json.loads((project / "archive" / DAY / "manifest.json").read_text("utf-8"))["inputs"]
    assert isinstance(found, dict)
    return found


def rejected(project: Path, account: str) -> list[tuple[str, str]]:
    rows = pq.read_table(project / "archive" / DAY / "quarantine.parquet")
    mine = rows.filter(pc.equal(rows["account_id"], account))
    return list(zip(mine["export"].to_pylist(), mine["code"].to_pylist(), strict=True))


def test_a_document_nobody_can_get_blocks_every_account_it_speaks_of(
    fresh: Path, tmp_path: Path, call: Call
) -> None:
    night = read_night(SAMPLES / "inbox", DAY)
    sound = set(sound_ids(night, SAMPLES / "faults.tsv", len(night.accounts)))
    owners = Counter(row["客户号"] for row in night.accounts if row["账号"] in sound)
    several = [o for o, n in sorted(owners.items()) if n > 1][:40]
    small = keep(night, (r["账号"] for r in night.accounts if r["客户号"] in several))
    small = keep(small, sound)
    for row in small.parties:
        row |= {"姓名": "", "手机": "", "地址": ""}
    table = decided(small_project(fresh, tmp_path / "project", small), call)
    asked = table.filter(
        pc.and_(
            pc.and_(pc.greater(table["days_past_due"], 0), pc.is_valid(table["lead_channels"])),
            pc.match_substring_regex(table["lead_channels"], "letter|sms|email|wechat"),
        )
    )
    assert len(asked) > len(several)
    assert asked["blocked_by"].null_count == 0
    assert "no_action" not in asked["disposition"].to_pylist()


def with_falling_due(project: Path) -> list[str]:
    """Adds the sample night's accounts falling due, and gives their ids."""
    shutil.copy(FALLING_DUE, project / "inbox" / DAY)
    rows = list(load_workbook(FALLING_DUE).worksheets[0].values)
    head = next(i for i, row in enumerate(rows) if "账号" in row)
    at = rows[head].index("账号")
    return [str(row[at]) for row in rows[head + 1 :] if row[at]]


def test_an_account_falling_due_with_an_unlisted_status_is_quarantined(
    fresh: Path, tmp_path: Path, call: Call
) -> None:
    night = small_night(20, DAY)
    project = small_project(fresh, tmp_path / "project", night)
    plain = with_falling_due(project)
    overdue = {row["账号"] for row in read_night(SAMPLES / "inbox", DAY).accounts}
    account = next(i for i in plain if i not in overdue)
    add_status(night, account, "nobody_thought_of_it")
    night.write(project)
    with_falling_due(project)
    table = decided(project, call)
    assert account not in table["account_id"].to_pylist()
    assert rejected(project, account) == [
        ("falling_due", "unlisted-status"), ("statuses", "unlisted-status"),
    ]  # fmt: skip
    assert inputs(project)["falling_due"]["rows_rejected"] >= 1


def add_status(night: SmallNight, account: str, status: str, since: str = "2026-01-01") -> None:
    row = dict.fromkeys(night.headings["statuses"], "")
    row |= {"账号": account, "账户状态": status, "起始日": since}
    night.rows["statuses"].append(row)


def test_an_account_whose_status_row_is_broken_is_quarantined_not_treated_as_ordinary(
    fresh: Path, tmp_path: Path, call: Call
) -> None:
    night = small_night(20, DAY)
    account = night.accounts[3]["账号"]
    add_status(night, account, "deceased", since="2026-13-45")
    project = small_project(fresh, tmp_path / "project", night)
    table = decided(project, call)
    assert account not in table["account_id"].to_pylist()
    assert len(table) == len(night.accounts) - 1
    assert ("accounts", "quarantined-elsewhere") in rejected(project, account)


def test_a_status_row_of_an_account_that_is_not_there_quarantines_nothing_else(
    fresh: Path, tmp_path: Path, call: Call
) -> None:
    night = small_night(20, DAY)
    add_status(night, "6060009999999999999", "deceased", since="2026-13-45")
    project = small_project(fresh, tmp_path / "project", night)
    assert len(decided(project, call)) == len(night.accounts)


def test_a_represented_customer_is_neither_written_to_nor_called(
    fresh: Path, tmp_path: Path, call: Call
) -> None:
    night = small_night(60, DAY)
    for row in [r for r in night.parties if r["关系"] == "主卡持卡人"]:
        night.parties.append(row | {"关系人编号": f"R{row['账号']}", "关系": "代理人"})
    table = decided(small_project(fresh, tmp_path / "project", night), call)
    assert not {"call", "visit"} & set(table["task"].to_pylist())
    assert not {"worked", "waiting"} & set(table["disposition"].to_pylist())
    assert "manual" in table["disposition"].to_pylist()


def test_a_broken_row_of_a_person_does_not_hide_that_an_account_is_missing(
    fresh: Path, tmp_path: Path, call: Call
) -> None:
    first, second = (read_night(SAMPLES / "inbox", day) for day in (DAY, "2026-11-19"))
    sound = [set(sound_ids(n, SAMPLES / "faults.tsv", len(n.accounts))) for n in (first, second)]
    both = sorted(sound[0] & sound[1])[:40]
    first, second = keep(first, both), keep(second, both)
    gone = both[0]
    second.accounts[:] = [r for r in second.accounts if r["账号"] != gone]
    for row in second.parties:
        if row["账号"] == gone:
            row["关系"] = "邻居"
    second.rows["statuses"] = [r for r in second.rows["statuses"] if r["账号"] != gone]
    project = small_project(fresh, tmp_path / "project", first, second)
    decided(project, call)
    said = call("run", "--project", project, "--workers", "1", "--format", "tsv")
    lines = [line.split("\t") for line in said.out.splitlines()]
    (missing,) = (line for line in lines if line[1].endswith("missing without explanation"))
    assert missing[2] == "1"


def test_a_broken_row_of_people_keeps_its_account_from_being_contacted(
    fresh: Path, tmp_path: Path, call: Call
) -> None:
    night = read_night(SAMPLES / "inbox", DAY)
    ids = sound_ids(night, SAMPLES / "faults.tsv", 12)
    small = keep(night, ids)
    project = small_project(fresh, tmp_path / "before", small)
    before = decided(project, call)
    written = pc.equal(before["disposition"], "worked")
    account = before.filter(written)["account_id"][0].as_py()
    broken = {**next(r for r in small.parties if r["账号"] == account), "关系": "某种代理"}
    small.parties.append({**broken, "关系人编号": "P999999"})
    after = decided(small_project(fresh, tmp_path / "after", small), call)
    (mine,) = after.filter(pc.equal(after["account_id"], account)).to_pylist()
    assert (mine["disposition"], mine["task"]) == ("manual", "manual")


def test_a_status_that_cannot_be_used_holds_all_accounts_of_its_customer(
    fresh: Path, tmp_path: Path, call: Call
) -> None:
    night = read_night(SAMPLES / "inbox", DAY)
    sound = set(sound_ids(night, SAMPLES / "faults.tsv", len(night.accounts)))
    marked = {row["账号"] for row in night.rows["statuses"]}
    owners = Counter(row["客户号"] for row in night.accounts if row["账号"] in sound - marked)
    owner = next(o for o, n in sorted(owners.items()) if n > 1)
    mine = [r["账号"] for r in night.accounts if r["客户号"] == owner and r["账号"] in sound]
    small = keep(night, mine)
    add_status(small, mine[0], "deceased_perhaps")
    table = decided(small_project(fresh, tmp_path / "project", small), call)
    assert mine[0] not in table["account_id"].to_pylist()
    assert set(table["disposition"].to_pylist()) <= {"manual", "no_action", "excluded"}
    assert "manual" in table["disposition"].to_pylist()


def test_a_phone_that_the_exports_give_in_two_ways_stands_in_no_queue(
    fresh: Path, tmp_path: Path, call: Call
) -> None:
    night = read_night(SAMPLES / "inbox", DAY)
    sound = set(sound_ids(night, SAMPLES / "faults.tsv", len(night.accounts)))
    small = keep(night, sorted(sound)[:400])
    phones: dict[str, list[dict[str, str]]] = {}
    for row in small.parties:
        if row["关系"] == "主卡持卡人" and row["手机"]:
            phones.setdefault(row["关系人编号"], []).append(row)
    several = [rows for rows in phones.values() if len(rows) > 1]
    for rows in several:
        rows[0]["手机"] = "10099999999"
    unclear = {row["手机"] for rows in several for row in rows}
    project = small_project(fresh, tmp_path / "project", small)
    decided(project, call)
    seen = {
        str(cell.value)
        for book in (project / "archive" / DAY / "queues").rglob("*.xlsx")
        for sheet in load_workbook(book)
        for line in sheet.iter_rows()
        for cell in line
    }
    assert len(several) > 5
    assert seen & {row["手机"] for rows in phones.values() for row in rows} - unclear
    assert seen & unclear == set()
