"""The statement for the counter: the newest night's debt, what was paid since, and who is asked."""

import re
import shutil
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from conftest import Call
from proposals import edit, put_in_force

from collectctl.ledger.heard import Payment
from collectctl.stages.account_letter import payments_since

ACCOUNT = "6060006200001111544"
DECEASED = "6060001200100275915"
REPRESENTED = "6060005200395901657"
HEADINGS = "流水号,账号,币种,金额,入账时间,起息日,还款人,冲正流水号,更正流水号\n"
DAY = ("--date", "2026-11-25")


@pytest.fixture
def bank(worked: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "bank"
    shutil.copytree(worked, folder)
    return folder


def statement(call: Call, bank: Path, account: str, *more: str, name: str = "s.html") -> str:
    """The words of a statement."""
    file = bank / name
    said = call("letters", "statement", account, "--project", bank, "--to", file, *more)
    assert said.code == 0, said.err
    assert oct(file.stat().st_mode & 0o777) == "0o600"
    text = file.read_text("utf-8")
    file.unlink()
    return re.sub(r"<[^>]*>", " ", text.split("<body>")[1])


def pay(call: Call, bank: Path, day: str, *rows: str) -> None:
    file = bank / f"payments_{day.replace('-', '')}.csv"
    lines = "".join(f"{row}\n" for row in rows)
    file.write_text(f"{HEADINGS}{lines}合计,{len(rows)}\n", "utf-8")
    said = call(
        "payments", "import", file, "--project", bank, "--feed", "payments", "--by", "S1",
        "--date", day,
    )  # fmt: skip
    assert said.code == 0, said.err
    file.unlink()


def money(minor: int) -> str:
    return f"{minor // 100:,}.{minor % 100:02d}"


def test_it_states_the_debt_of_the_newest_night_to_the_principal(bank: Path, call: Call) -> None:
    text = statement(call, bank, ACCOUNT, *DAY)
    night = bank / "archive" / "2026-11-20"
    rows = pq.read_table(night / "decisions.parquet").to_pylist()
    (row,) = [r for r in rows if r["account_id"] == ACCOUNT]
    assert money(row["balance"]) in text
    assert "2026年11月20日" in text
    assert "2026年11月25日" in text
    assert ACCOUNT not in text
    parties = next((night / "inputs").rglob("parties_*.csv")).read_text("utf-8-sig")
    people = [line.split(",") for line in parties.splitlines() if line.startswith(ACCOUNT)]
    (name,) = {person[3] for person in people if person[2] == "主卡持卡人"}
    assert name in text


def test_an_earlier_day_takes_the_night_that_was_the_newest_then(bank: Path, call: Call) -> None:
    assert "2026年11月18日" in statement(call, bank, ACCOUNT, "--date", "2026-11-18")
    said = call(
        "letters", "statement", ACCOUNT, "--project", bank, "--to", bank / "s.html", "--date",
        "2026-11-17",
    )  # fmt: skip
    assert said.code == 10
    assert "[no-such-night]" in said.err


def test_what_was_paid_since_stands_there_and_what_was_taken_back_does_not(
    bank: Path, call: Call
) -> None:
    pay(
        call, bank, "2026-11-20",
        f"P0,{ACCOUNT},CNY,11.11,2026-11-20 23:59:59,2026-11-20,本人,,",
    )  # fmt: skip
    pay(
        call, bank, "2026-11-21",
        f"P1,{ACCOUNT},CNY,500.00,2026-11-21 00:00:00,2026-11-21,本人,,",
        f"P2,{ACCOUNT},CNY,70.07,2026-11-21 11:00:00,2026-11-21,本人,,",
        f"P3,{ACCOUNT},CNY,70.07,2026-11-21 12:00:00,2026-11-21,本人,P2,",
        f"P4,{ACCOUNT},CNY,11.11,2026-11-21 13:00:00,2026-11-21,本人,P0,",
    )  # fmt: skip
    text = statement(call, bank, ACCOUNT, *DAY)
    assert "500.00元" in text
    assert "70.07" not in text
    # what takes back an earlier payment that the figures hold already is stated below zero
    assert re.findall(r"(-?)11\.11元", text) == ["-"]
    assert "500.00元" not in statement(call, bank, ACCOUNT, "--date", "2026-11-20")


def test_a_pdf_is_the_same_bytes_each_time_and_nothing_is_overwritten(
    bank: Path, call: Call
) -> None:
    for name in ("a.pdf", "b.pdf"):
        said = call("letters", "statement", ACCOUNT, "--project", bank, "--to", bank / name, *DAY)
        assert said.code == 0, said.err
    assert (bank / "a.pdf").read_bytes().startswith(b"%PDF")
    assert (bank / "a.pdf").read_bytes() == (bank / "b.pdf").read_bytes()
    before = (bank / "a.pdf").read_bytes()
    said = call("letters", "statement", ACCOUNT, "--project", bank, "--to", bank / "a.pdf", *DAY)
    assert said.code == 10
    assert "[file-exists]" in said.err
    assert (bank / "a.pdf").read_bytes() == before


def test_a_dry_run_writes_nothing_and_another_ending_is_no_statement(
    bank: Path, call: Call
) -> None:
    base = ("letters", "statement", ACCOUNT, "--project", bank, "--to")
    said = call(*base, bank / "s.pdf", "--dry-run")
    assert said.code == 0
    assert "would write" in said.err
    assert call(*base, bank / "s.txt").code == 2
    assert call(*base, bank / "nowhere" / "s.pdf").code == 2
    assert not list(bank.glob("s.*"))


def test_the_language_is_the_customers_unless_another_is_asked_for(bank: Path, call: Call) -> None:
    assert "信用卡账户欠款明细单" in statement(call, bank, ACCOUNT, *DAY)
    assert "Statement of your card account" in statement(
        call, bank, ACCOUNT, *DAY, "--language", "en"
    )


def test_staff_are_told_to_verify_who_asks_and_what_the_account_is(bank: Path, call: Call) -> None:
    def told(account: str) -> str:
        file = bank / f"{account}.html"
        said = call("letters", "statement", account, "--project", bank, "--to", file, *DAY)
        assert said.code == 0, said.err
        assert account not in said.err.replace(str(file), "")
        return said.err

    assert "verify who is asking" in told(ACCOUNT)
    assert "the account has the status deceased" in told(DECEASED)
    assert "somebody represents the customer" in told(REPRESENTED)


def test_how_far_payments_are_known_is_said(bank: Path, call: Call) -> None:
    said = call("letters", "statement", ACCOUNT, "--project", bank, "--to", bank / "s.html", *DAY)
    assert re.search(r"payments are known up to 2026-11-2\d 00:00:00", said.err)
    assert "the debt is that of the night of 2026-11-20" in said.err


def test_a_number_that_the_night_does_not_know_is_refused_and_not_repeated(
    bank: Path, call: Call
) -> None:
    said = call("letters", "statement", "6069999", "--project", bank, "--to", bank / "s.pdf")
    assert said.code == 11
    assert "[account-unknown]" in said.err
    assert "6069999" not in said.err


def test_the_text_is_the_one_in_force_and_not_the_one_that_is_edited(
    bank: Path, call: Call
) -> None:
    text = statement(call, bank, ACCOUNT, *DAY)
    edit(bank, "documents/zh_CN/account-statement.letter.j2", "应您的查询", "应您的请求")
    assert statement(call, bank, ACCOUNT, *DAY) == text
    put_in_force(bank)
    assert "应您的请求" in statement(call, bank, ACCOUNT, *DAY)


def test_a_configuration_without_the_document_is_told_so(bank: Path, call: Call) -> None:
    catalog = bank / "config" / "documents" / "documents.yaml"
    text = catalog.read_text("utf-8").replace("  account-statement:", "  other-statement:", 1)
    catalog.write_text(text, "utf-8")
    put_in_force(bank)
    said = call("letters", "statement", ACCOUNT, "--project", bank, "--to", bank / "s.pdf")
    assert said.code == 10
    assert "[unknown-document]" in said.err


def test_an_account_whose_parts_do_not_add_up_is_not_stated(project: Path, call: Call) -> None:
    file = project / "inbox" / "2026-11-18" / "accounts_20261118.csv"
    rows = file.read_bytes().splitlines(keepends=True)
    (at,) = [i for i, row in enumerate(rows) if row.startswith(ACCOUNT.encode())]
    assert b"22851.00" in rows[at]
    rows[at] = rows[at].replace(b"22851.00", b"22850.00")
    file.write_bytes(b"".join(rows))
    assert call("run", "--project", project, "--quiet").code in (0, 14)
    said = call("letters", "statement", ACCOUNT, "--project", project, "--to", project / "s.pdf")
    assert said.code == 11
    assert "[parts-do-not-add-up]" in said.err
    assert not (project / "s.pdf").exists()


def booked(reference: str, at: int, amount: int, reverses: str | None = None) -> Payment:
    return Payment(
        reference=reference, account_id="1", amount=amount, currency="CNY", booked=at,
        value_day=date(2026, 11, 20), payer="self", reverses=reverses,
    )  # fmt: skip


def test_two_feeds_may_call_payments_the_same_and_one_reversal_takes_back_one() -> None:
    found = [booked("R1", 10, 500), booked("R1", 11, 500), booked("R2", 12, 500, "R1")]
    left = payments_since(found, (0, 100), "Asia/Shanghai")
    assert [p.amount.minor for p in left] == [500]
    assert payments_since(found, (12, 100), "Asia/Shanghai")[0].amount.minor == -500
    assert payments_since(found, (0, 10), "Asia/Shanghai") == ()
