"""Files of feeds brought by hand: what is taken, and what is said of how far a feed is known."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Call, Said

DIALLER = "通话编号,拨打时间,呼叫结果,呼叫方向,客户编号,被叫号码,关联账号,坐席,更正编号\n"
SMS = "消息编号,回执时间,状态,客户编号,手机号,账号,模板\n"
PAYMENTS = "流水号,账号,币种,金额,入账时间,起息日,还款人,冲正流水号,更正流水号\n"
ACCOUNT = "6060006200000744037"
ENDS = "'dialler' is known up to 2026-11-22 00:00:00"

Take = Callable[..., Said]


@pytest.fixture
def take(worked: Path, tmp_path: Path, call: Call) -> Take:
    bank = tmp_path / "bank"
    shutil.copytree(worked, bank)

    def run(group: str, feed: str, name: str, text: str | None, *more: str) -> Said:
        file = tmp_path / name
        if text is not None:
            file.write_text(text, "utf-8")
        return call(group, "import", file, "--project", bank, "--feed", feed, "--by", "S1", *more)

    return run


def called(*references: str) -> str:
    rows = "".join(
        f"{r},2026-11-21 10:00,占线,呼出,P000002,10012345678,{ACCOUNT},S1,\n" for r in references
    )
    return f"{DIALLER}{rows}合计,{len(references)}\n"


def counts(said: Said) -> list[int]:
    assert said.code == 0, said.err
    return [int(line.split("\t")[1]) for line in said.out.splitlines()[1:]]


def test_a_whole_file_of_a_day_says_that_its_feed_is_known_to_the_end_of_it(take: Take) -> None:
    said = take("contacts", "dialler", "dialler_20261121.csv", called("K1"))
    assert counts(said) == [1, 1, 0, 0]
    assert ENDS in said.err


def test_the_day_may_be_said_where_the_name_does_not_say_it(take: Take) -> None:
    said = take("contacts", "dialler", "calls.csv", called("K1"))
    assert "is known up to" not in said.err
    half = take("contacts", "dialler", "calls.csv", DIALLER, "--date", "2026-11-21")
    assert (half.code, "calls.csv: error[truncated]" in half.err) == (11, True)
    said = take("contacts", "dialler", "calls.csv", called(), "--date", "2026-11-21")
    assert counts(said) == [0, 0, 0, 0]
    assert ENDS in said.err


def test_a_file_without_a_byte_is_refused_and_one_without_rows_is_not(take: Take) -> None:
    said = take("contacts", "dialler", "dialler_20261121.csv", "")
    assert (said.code, "error[zero-bytes]" in said.err) == (11, True)
    assert ENDS in take("contacts", "dialler", "dialler_20261121.csv", called()).err
    missing = take("contacts", "dialler", "dialler_20261122.csv", None)
    assert (missing.code, "error[missing-file]" in missing.err) == (10, True)


def test_what_says_that_a_file_is_whole_is_looked_for_beside_it(take: Take, tmp_path: Path) -> None:
    name = "sms_gateway_20261121"
    said = take("contacts", "sms_gateway", f"{name}.csv", SMS)
    assert (said.code, "error[no-control-file]" in said.err) == (11, True)
    control = tmp_path / f"{name}.ctl"
    control.write_text(f"rows=1\nsha256={'0' * 64}\n", "utf-8")
    assert "error[row-count]" in take("contacts", "sms_gateway", f"{name}.csv", SMS).err


def test_payments_come_in_and_a_later_file_takes_one_back(take: Take) -> None:
    row = f"Z1,{ACCOUNT},CNY,100.00,2026-11-21 09:00,2026-11-20,他人,,\n"
    first = take("payments", "payments", "payments_20261121.csv", f"{PAYMENTS}{row}合计,1\n")
    assert counts(first) == [1, 1, 0, 0]
    back = f"Z2,{ACCOUNT},CNY,100.00,2026-11-22 09:00,2026-11-22,本人,Z1,\n"
    later = f"{PAYMENTS}{row}{back}合计,2\n"
    second = take("payments", "payments", "payments_20261122.csv", later)
    assert counts(second) == [2, 1, 1, 0]
    assert "'payments' is known up to 2026-11-23 00:00:00" in second.err
    third = take("payments", "payments", "again.csv", later)
    assert counts(third) == [2, 0, 2, 0]


def test_a_row_set_apart_is_told_of_and_the_feed_stays(take: Take) -> None:
    text = called("K1").replace("占线", "忙音")
    said = take("contacts", "dialler", "dialler_20261121.csv", text + "")
    assert said.code == 11  # each row is broken
    mixed = called("K1", "K2").replace("占线", "忙音", 1)
    said = take("contacts", "dialler", "dialler_20261121.csv", mixed)
    assert counts(said) == [2, 1, 0, 1]
    assert "warning[unknown-value]" in said.err
    assert "not known any further" in said.err
    mended = take("contacts", "dialler", "dialler_20261121.csv", called("K1", "K2"))
    assert counts(mended) == [2, 1, 1, 0]
    assert ENDS in mended.err


@pytest.mark.parametrize("feed", ["payments", "dailer"])
def test_a_feed_of_another_kind_or_of_no_name_is_refused(take: Take, feed: str) -> None:
    said = take("contacts", feed, "x.csv", called())
    assert said.code == 10
    assert ("[feed-kind]" in said.err) == (feed == "payments")


def test_nobody_can_say_what_is_known_of_tomorrow(take: Take) -> None:
    said = take("contacts", "agency", "x.csv", "", "--complete-to", "2999-01-01 00:00")
    assert (said.code, "lies ahead" in said.err) == (2, True)
