from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from nightbox import (
    ANOTHER,
    HEADINGS,
    ROW,
    column,
    contract,
    csv,
    declared,
    faults,
    loaded,
    mapped,
    put,
    refused,
)  # fmt: skip

ACCOUNT, CUSTOMER, CURRENCY, AS_OF, DAYS, BALANCE = range(6)


def put_row(inbox: Path, place: int, text: str) -> None:
    """The usual row with one cell changed, and a row that is fine."""
    row = list(ROW)
    row[place] = text
    put(inbox, csv(row, ANOTHER))


def balance_of(inbox: Path, text: str, **settings: str) -> Any:
    """The balance that one cell gives, or the codes of its faults."""
    put_row(inbox, BALANCE, text)
    columns = mapped(欠款总额={"to": "balance", "unit": "yuan"} | settings)
    found = loaded(inbox, contract(columns=columns))
    return [f[2] for f in faults(found)] or column(found, "balance")[0]


@pytest.mark.parametrize(
    ("text", "minor"),
    [("0", 0), ("-0.01", -1), ("1234.5", 123450), (".5", 50), ("5.", 500), ("7.500", 750),
     ("0007.10", 710), ("50000000", 5_000_000_000), ("-.50", -50), ("1.00000000000000000000", 100)],
)  # fmt: skip
def test_yuan_become_fen_exactly(tmp_path: Path, text: str, minor: int) -> None:
    assert balance_of(tmp_path / "inbox", text) == minor


@pytest.mark.parametrize(
    "text",
    ["6.005", "1,234.50", " 5", "5 ", "+5", "1e3", "0x10", "--5", "5-", "-", ".", "１２", "12O",
     "1_000", "NaN", "inf", "¥5", "99999999999999999999", "5.0.0"],
)  # fmt: skip
def test_what_is_not_plainly_an_amount_is_not_guessed(tmp_path: Path, text: str) -> None:
    put_row(tmp_path / "inbox", BALANCE, f'"{text}"')
    assert faults(loaded(tmp_path / "inbox")) == [(2, "欠款总额", "not-a-number")]


def test_thousands_separators_are_read_only_where_declared(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    assert balance_of(inbox, '"1,234.50"', thousands="true") == 123450
    assert balance_of(inbox, '"-1,234,567"', thousands="true") == -123456700
    assert balance_of(inbox, '"1,23.50"', thousands="true") == ["not-a-number"]


def test_fen_stay_fen(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    assert balance_of(inbox, "123450", unit="fen") == 123450
    assert balance_of(inbox, "1234.5", unit="fen") == ["not-a-number"]


def test_a_currency_without_cents_has_none(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    yen = ["6060003", "C3", "JPY", "2026-11-18", "1", "1500"]
    odd = ["6060004", "C4", "JPY", "2026-11-18", "1", "1500.5"]
    put(inbox, csv(ROW, yen, odd))
    found = loaded(inbox)
    assert column(found, "balance") == [123450, 1500]
    assert faults(found) == [(4, "欠款总额", "not-a-number")]
    assert found.arrival.totals == {"balance": {"CNY": 123450, "JPY": 1500}}


@pytest.mark.parametrize(
    ("text", "code"), [("7301", "out-of-bounds"), ("-1", "out-of-bounds"), ("30.5", "not-a-number")]
)
def test_a_number_out_of_bounds_is_set_apart(tmp_path: Path, text: str, code: str) -> None:
    put_row(tmp_path / "inbox", DAYS, text)
    assert faults(loaded(tmp_path / "inbox")) == [(2, "逾期天数", code)]


@pytest.mark.parametrize(("text", "days"), [("30.0", 30), ("007", 7), ("-0", 0)])
def test_a_whole_number_may_be_written_with_zeros(tmp_path: Path, text: str, days: int) -> None:
    put_row(tmp_path / "inbox", DAYS, text)
    assert column(loaded(tmp_path / "inbox"), "days_past_due")[0] == days


def test_a_bound_is_inclusive_in_every_currency(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    rows = [
        (f"606000{i}", "C1", currency, "2026-11-18", "1", amount)
        for i, (currency, amount) in enumerate(
            [("CNY", "50000000"), ("CNY", "50000000.01"), ("JPY", "50000000"), ("JPY", "50000001")]
        )
    ]
    put(inbox, csv(*rows))
    assert [f[0] for f in faults(loaded(inbox))] == [3, 5]


def one_column(inbox: Path, to: dict[str, Any], *texts: str) -> tuple[list[Any], list[str]]:
    """Values and fault codes of one more column."""
    rows = [(f"606{i:04}", *ROW[1:], text) for i, text in enumerate(texts)]
    put(inbox, csv(*rows, ("7", *ROW[1:], ""), headings=(*HEADINGS, "更多")))
    found = loaded(inbox, contract(columns=mapped(更多=to)))
    return column(found, to["to"])[:-1], [f[2] for f in faults(found)]


def test_a_percentage_becomes_a_ratio(tmp_path: Path) -> None:
    to = {"to": "annual_rate", "unit": "percent"}
    values, codes = one_column(tmp_path / "inbox", to, "18.25", "18.25%", "0.125", "400")
    assert values == [1825, 1825]
    assert codes == ["not-a-number", "out-of-bounds"]
    values, _ = one_column(tmp_path / "a", {"to": "daily_rate", "unit": "ten_thousandth"}, "5")
    assert values == [500]
    values, _ = one_column(tmp_path / "b", {"to": "daily_rate", "unit": "fraction"}, "0.0005")
    assert values == [500]


def test_dates_are_read_in_the_declared_spellings_alone(tmp_path: Path) -> None:
    to = {"to": "due_date", "dates": ["YYYYMMDD", "YYYY年M月D日", "D/M/YYYY", "M/D/YYYY"]}
    values, codes = one_column(
        tmp_path / "inbox", to,
        "20260131", "2026年2月1日", "13/1/2026", "3/3/2026", "3/4/2026", "20260230", "2026-01-31",
    )  # fmt: skip
    assert values == [date(2026, 1, 31), date(2026, 2, 1), date(2026, 1, 13), date(2026, 3, 3)]
    assert codes == ["not-a-date"] * 3


@pytest.mark.parametrize("text", ["0000-01-01", "1899-12-31", "2026-1-1", "2026-11-31", "0"])
def test_a_day_that_is_not_is_set_apart(tmp_path: Path, text: str) -> None:
    values, codes = one_column(tmp_path / "inbox", {"to": "due_date"}, text, "2026-01-01")
    assert (values, codes) == ([date(2026, 1, 1)], ["not-a-date"])


def test_the_banks_words_are_translated(tmp_path: Path) -> None:
    yes_no = {"to": "hardship", "values": {"是": "true", "否": "false"}}
    assert one_column(tmp_path / "a", yes_no, "是", "否", "Y") == ([True, False], ["unknown-value"])
    language = {"to": "language", "values": {"中文": "zh_CN"}}
    assert one_column(tmp_path / "b", language, "中文", "zh_CN") == (["zh_CN"], ["unknown-value"])
    late = {"to": "credit_score", "values": {"甲": "900", "乙": "600"}}
    assert one_column(tmp_path / "c", late, "乙", "甲", "600") == ([600, 900], ["unknown-value"])


def test_a_code_is_taken_only_as_the_dictionary_spells_it(tmp_path: Path) -> None:
    assert one_column(tmp_path / "inbox", {"to": "language"}, "en", "EN") == (
        ["en"],
        ["unknown-value"],
    )


def test_text_stays_as_it_is_unless_declared(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    texts = (' 张 "三" ', '="007"', "Ａ１", "a\x07b")
    quoted = ['"{}"'.format(t.replace('"', '""')) for t in texts]
    assert one_column(inbox, {"to": "name"}, *quoted)[0] == list(texts)
    cleaned = {"to": "name", "trim": "true", "excel_text": "true", "full_width": "true"}
    assert one_column(inbox, cleaned, *quoted)[0] == ['张 "三"', "007", "A1", "a\x07b"]


def test_a_blank_cell_is_no_value_once_trimmed(tmp_path: Path) -> None:
    assert one_column(tmp_path / "a", {"to": "name"}, '"  "')[0] == ["  "]
    trimmed = one_column(tmp_path / "b", {"to": "name", "trim": "true"}, '"  "')[0]
    assert trimmed[0] is pd.NA


def test_a_column_may_have_its_own_spelling_of_nothing(tmp_path: Path) -> None:
    to = {"to": "due_date", "no_value": ["0000-00-00"]}
    put(tmp_path / "inbox", csv((*ROW, "0000-00-00"), headings=(*HEADINGS, "更多")))
    found = loaded(tmp_path / "inbox", contract(columns=mapped(更多=to)))
    assert found.frame["due_date"].isna().all()


@pytest.mark.parametrize(
    "text", ["6222021234567890000", "6.22202E+18", "6E18", "62220212345678900000"]
)
def test_a_number_that_excel_rounded_is_recognised(tmp_path: Path, text: str) -> None:
    put_row(tmp_path / "inbox", ACCOUNT, text)
    found = loaded(tmp_path / "inbox")
    assert faults(found) == [(2, "账号", "rounded-by-excel")]
    assert found.rejects["account_id"].isna().all()
    assert text not in found.rejects["found"].tolist()


@pytest.mark.parametrize("text", ["6222021234567890123", "6222021234567000", "007", "E12", "1E"])
def test_an_identifier_that_is_whole_stays_text(tmp_path: Path, text: str) -> None:
    put_row(tmp_path / "inbox", ACCOUNT, text)
    assert text in column(loaded(tmp_path / "inbox"), "account_id")


def test_a_rounded_identity_number_fails_its_check_digit(tmp_path: Path) -> None:
    good, rounded = "11010519491231002X", "110105194912310000"
    values, codes = one_column(tmp_path / "inbox", {"to": "id_no"}, good, rounded)
    assert (values, codes) == ([good], ["rounded-by-excel"])


def test_accounts_that_really_end_in_zeros_can_be_declared(tmp_path: Path) -> None:
    put_row(tmp_path / "inbox", ACCOUNT, "6222021234567890000")
    columns = mapped(账号={"to": "account_id", "ends_in_zeros": "true"})
    assert faults(loaded(tmp_path / "inbox", contract(columns=columns))) == []


def test_a_cell_of_giant_text_is_set_apart(tmp_path: Path) -> None:
    assert one_column(tmp_path / "inbox", {"to": "name"}, "长" * 4001)[1] == ["too-long"]


def test_required_can_be_declared_for_one_export(tmp_path: Path) -> None:
    to = {"to": "name", "required": "true"}
    put(tmp_path / "inbox", csv((*ROW, "NULL"), (*ANOTHER, "李"), headings=(*HEADINGS, "更多")))
    assert faults(loaded(tmp_path / "inbox", contract(columns=mapped(更多=to)))) == [
        (2, "更多", "missing-value")
    ]


def test_constants_stand_in_for_what_the_file_lacks(tmp_path: Path) -> None:
    columns = mapped()
    del columns["客户号"], columns["数据日期"]
    constants = declared()["constants"] | {
        "customer_id": "{account_id}", "as_of": "{business_date}", "credit_score": "650",
        "contactable": "true", "due_date": "2026-11-01",
    }  # fmt: skip
    one = contract(
        columns=columns, constants=constants, business_date="file_name", other_headings="ignore"
    )
    put(tmp_path / "inbox", csv(ROW))
    row = loaded(tmp_path / "inbox", one).frame.iloc[0].to_dict()
    assert row["customer_id"] == ROW[0]
    assert row["as_of"] == date(2026, 11, 18)
    assert (row["credit_score"], row["contactable"]) == (650, True)
    assert row["due_date"] == date(2026, 11, 1)


def test_an_optional_heading_may_be_missing(tmp_path: Path) -> None:
    put(tmp_path / "inbox", csv(ROW))
    to = {"to": "credit_score", "optional": "true"}
    one = contract(columns=mapped(评分=to))
    assert loaded(tmp_path / "inbox", one).frame["credit_score"].isna().all()
    assert refused(tmp_path / "inbox", contract(columns=mapped(评分="credit_score"))) == [
        "missing-heading"
    ]
