"""The generated exports: the same bytes every time, and nobody in them who could exist."""

import csv
import io
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

SAMPLES = Path(__file__).parents[3] / "samples"
NIGHTS = ("2026-11-18", "2026-11-19", "2026-11-20")
PARTS = ("透支本金", "分期未到期本金", "透支利息", "复利", "违约金", "费用", "分期利息")

Rows = list[dict[str, str]]


def rows_of(night: str, export: str, encoding: str = "utf-8-sig") -> Rows:
    name = f"{export}_{night.replace('-', '')}.csv"
    text = (SAMPLES / "inbox" / night / name).read_text(encoding=encoding)
    return [r for r in csv.DictReader(io.StringIO(text)) if r["账号"] != "总计"]


def accounts_of(night: str) -> Rows:
    return rows_of(night, "accounts", "gb18030")


def faults_of(night: str) -> Rows:
    text = (SAMPLES / "faults.tsv").read_text(encoding="utf-8")
    return [r for r in csv.DictReader(io.StringIO(text), delimiter="\t") if r["night"] == night]


def files_below(root: Path) -> dict[str, bytes]:
    found = sorted(p for p in root.rglob("*") if p.is_file())
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in found}


def test_generating_again_gives_the_bytes_in_the_repository(tmp_path: Path) -> None:
    subprocess.run([sys.executable, SAMPLES / "generate.py", tmp_path], check=True)
    assert files_below(tmp_path / "inbox") == files_below(SAMPLES / "inbox")
    assert (tmp_path / "faults.tsv").read_bytes() == (SAMPLES / "faults.tsv").read_bytes()


def test_the_first_night_has_two_thousand_accounts_of_fewer_customers() -> None:
    rows = accounts_of(NIGHTS[0])
    assert len({r["账号"] for r in rows}) == 2000
    assert 1200 < len({r["客户号"] for r in rows}) < 1400
    assert {r["币种"] for r in rows} == {"CNY", "USD"}


@pytest.mark.parametrize("night", NIGHTS)
def test_the_trailer_counts_rows_and_money(night: str) -> None:
    name = f"accounts_{night.replace('-', '')}.csv"
    last = (SAMPLES / "inbox" / night / name).read_text("gb18030").splitlines()[-1]
    rows = accounts_of(night)
    sums = {c: sum(Decimal(r["欠款总额"]) for r in rows if r["币种"] == c) for c in ("CNY", "USD")}
    assert last == f"总计,{len(rows)},{sums['CNY']},{sums['USD']}"


@pytest.mark.parametrize("night", NIGHTS)
def test_the_parts_of_every_balance_add_up_where_no_fault_is_planted(night: str) -> None:
    kinds = {f["account_id"]: f["kind"] for f in faults_of(night)}
    wrong = []
    for row in accounts_of(night):
        if kinds.get(row["账号"]) == "letter-in-amount":
            continue
        total = sum(Decimal(row[p]) for p in PARTS) - Decimal(row["已还款冲抵"])
        if total != Decimal(row["欠款总额"]):
            wrong.append(kinds.get(row["账号"]))
    assert wrong == [k for k in kinds.values() if k == "parts-do-not-add-up"]


@pytest.mark.parametrize("night", NIGHTS)
def test_every_planted_fault_stands_on_the_line_told(night: str) -> None:
    for fault in faults_of(night):
        encoding = "gb18030" if fault["file"].startswith("accounts") else "utf-8-sig"
        lines = (SAMPLES / "inbox" / night / fault["file"]).read_text(encoding).splitlines()
        line = lines[int(fault["line"]) - 1]
        assert fault["account_id"][:1] == line[:1]
        if "account" not in fault["kind"]:
            assert line.startswith(fault["account_id"])


def test_phones_cards_and_identity_numbers_cannot_exist() -> None:
    for row in rows_of(NIGHTS[0], "parties"):
        assert not row["手机"] or (row["手机"][:3] in ("100", "101") and len(row["手机"]) == 11)
        assert not row["证件号码"] or (row["证件号码"][:2] == "99" and wrong_id(row["证件号码"]))
    assert all(wrong_luhn(r["卡号"]) for r in accounts_of(NIGHTS[0]))


def wrong_id(text: str) -> bool:
    factors = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    right = sum(int(c) * f for c, f in zip(text[:17], factors, strict=True)) % 11
    return text[17] != "10X98765432"[right]


def wrong_luhn(text: str) -> bool:
    doubled = [int(c) * (2 - i % 2) for i, c in enumerate(text)]
    return sum(d // 10 + d % 10 for d in doubled) % 10 != 0


def test_names_are_of_many_kinds() -> None:
    names = {r["姓名"] for r in rows_of(NIGHTS[0], "parties")}
    assert any("·" in n for n in names)
    assert any(ord(c) > 0xFFFF for n in names for c in n)
    assert any(n.isascii() for n in names)
    assert Counter(n[0] for n in names).most_common(1)[0][0] in "王李张"


@pytest.mark.parametrize(("before", "after"), [NIGHTS[:2], NIGHTS[1:]])
def test_accounts_come_and_go_but_only_a_few_without_a_word(before: str, after: str) -> None:
    left = {r["账号"] for r in accounts_of(before)} - {r["账号"] for r in accounts_of(after)}
    left -= {f["account_id"] for f in (*faults_of(before), *faults_of(after))}
    left -= {a for a in left if a.endswith("0000") or "E" in a}
    settled = {r["账号"] for r in rows_of(after, "statuses") if r["账户状态"] == "settled"}
    assert 1 <= len(left - settled) <= 3
    assert len(left & settled) > 30


def test_a_payment_that_bounced_brings_its_account_back() -> None:
    back = [r for r in accounts_of(NIGHTS[2]) if r["最近还款额"].startswith("-")]
    assert len(back) == 1
    account = back[0]["账号"]
    assert account in {r["账号"] for r in accounts_of(NIGHTS[0])}
    assert account not in {r["账号"] for r in accounts_of(NIGHTS[1])}
    assert account in {r["账号"] for r in rows_of(NIGHTS[1], "statuses")}
    assert account not in {r["账号"] for r in rows_of(NIGHTS[2], "statuses")}


@pytest.mark.parametrize("night", NIGHTS)
def test_every_account_has_a_principal_cardholder(night: str) -> None:
    held = {r["账号"] for r in rows_of(night, "parties") if r["关系"] == "主卡持卡人"}
    faulty = {r["账号"] for r in accounts_of(night)} - held
    assert all(a.endswith("0000") or "E" in a for a in faulty)


def test_the_readme_names_the_account_that_came_back_and_those_missing() -> None:
    readme = (SAMPLES / "README.md").read_text(encoding="utf-8")
    back = [r["账号"] for r in accounts_of(NIGHTS[2]) if r["最近还款额"].startswith("-")]
    for before, after in (NIGHTS[:2], NIGHTS[1:]):
        line = next(x for x in readme.splitlines() if x.startswith(f"- on {after}"))
        named = set(line.partition(": ")[2].split(", "))
        assert named <= {r["账号"] for r in accounts_of(before)}
        assert not named & {r["账号"] for r in (*accounts_of(after), *rows_of(after, "statuses"))}
    assert back[0] in readme
