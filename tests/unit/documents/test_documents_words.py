"""How amounts, dates, rates, names and message lengths are written."""

from datetime import date

import pytest

from collectctl.documents.environment import amount, rate, sandbox
from collectctl.documents.press import surname, totals
from collectctl.documents.records import Amount, CurrencyCode, Line, Rate
from collectctl.documents.sms import parts

BLANK = Line("1234", CurrencyCode("CNY"), *[None] * 18)


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [(0, "CNY", "0.00"), (5, "CNY", "0.05"), (123_456_789, "CNY", "1,234,567.89"),
     (-150, "CNY", "-1.50"), (1_234_567, "JPY", "1,234,567")],
)  # fmt: skip
def test_an_amount_is_written_exactly(minor: int, currency: str, text: str) -> None:
    assert amount(Amount(minor, currency)) == text


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [(500, 6, "0.05%"), (1825, 4, "18.25%"), (355, 6, "0.0355%"), (0, 4, "0.00%"),
     (15, 2, "15.00%"), (182_512, 6, "18.2512%")],
)  # fmt: skip
def test_a_rate_is_a_percentage_with_at_least_two_decimals(
    value: int, digits: int, text: str
) -> None:
    assert rate(Rate(value, digits)) == text


@pytest.mark.parametrize(
    ("language", "money", "day", "currency"),
    [("zh_CN", "1,234.50元", "2026年11月2日", "人民币"),
     ("en", "CNY 1,234.50", "2 November 2026", "Chinese yuan")],
)  # fmt: skip
def test_each_language_writes_money_and_dates_its_own_way(
    language: str, money: str, day: str, currency: str
) -> None:
    filters = sandbox(language, markup=False).filters
    assert filters["money"](Amount(123_450, "CNY")) == money
    assert filters["date"](date(2026, 11, 2)) == day
    assert filters["currency"]("CNY") == currency


@pytest.mark.parametrize(
    ("name", "family"),
    [("王建国", "王"), ("欧阳文华", "欧阳"), ("欧阳", "欧"), ("𠮷田", "𠮷"), ("王", "王"),
     ("Wang Jianguo", "Wang Jianguo"), ("阿依古丽·买买提", "阿")],
)  # fmt: skip
def test_a_person_is_addressed_by_the_family_name(name: str, family: str) -> None:
    assert surname(name) == family


@pytest.mark.parametrize(
    ("text", "count"),
    [("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3), ("€" * 80, 1), ("€" * 81, 2),
     ("中" * 70, 1), ("中" * 71, 2), ("中" * 134, 2), ("中" * 135, 3), ("中" * 68 + "😀", 1),
     ("中" * 69 + "😀", 2), ("", 1)],
)  # fmt: skip
def test_a_short_message_is_counted_as_the_network_sends_it(text: str, count: int) -> None:
    assert parts(text) == count


def test_sums_are_by_currency_and_unknown_when_a_part_is() -> None:
    yuan = BLANK._replace(balance=Amount(100, "CNY"), minimum_due=Amount(10, "CNY"))
    other = BLANK._replace(balance=Amount(23, "CNY"))
    dollar = BLANK._replace(currency=CurrencyCode("USD"), balance=Amount(7, "USD"))
    first, second = totals((yuan, dollar, other))
    assert (first.currency, first.balance, first.minimum_due) == ("CNY", Amount(123, "CNY"), None)
    assert (second.currency, second.balance) == ("USD", Amount(7, "USD"))
