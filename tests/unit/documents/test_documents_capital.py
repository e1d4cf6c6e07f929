"""Capital amounts: the examples of the bank rule, and every amount read back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectctl.documents.capital import capital


@pytest.mark.parametrize(
    ("minor", "expected"),
    [
        (140_950, "人民币壹仟肆佰零玖元伍角整"),
        (600_714, "人民币陆仟零柒元壹角肆分"),
        (168_032, "人民币壹仟陆佰捌拾元零叁角贰分"),
        (10_700_053, "人民币壹拾万零柒仟元零伍角叁分"),
        (1_640_902, "人民币壹万陆仟肆佰零玖元零贰分"),
        (32_504, "人民币叁佰贰拾伍元零肆分"),
        (0, "人民币零元整"),
        (5, "人民币伍分"),
        (-100, "人民币负壹元整"),
        (10_000_000_100, "人民币壹亿零壹元整"),
    ],
)
def test_an_amount_is_written_as_the_rule_writes_it(minor: int, expected: str) -> None:
    assert capital(minor, "CNY", "人民币") == expected


def test_a_currency_without_cents_has_none() -> None:
    assert capital(1200, "JPY", "日元") == "日元壹仟贰佰元整"


@given(st.integers(min_value=0, max_value=10**15))
def test_every_amount_can_be_read_back(minor: int) -> None:
    assert _read(capital(minor, "CNY", "")) == minor


def _read(text: str) -> int:
    """The amount in minor units, read by the numerals alone."""
    whole, _, rest = text.removesuffix("整").partition("元") if "元" in text else ("", "", text)
    total = group = section = digit = 0
    for sign in whole:
        if sign in "零壹贰叁肆伍陆柒捌玖":
            digit = "零壹贰叁肆伍陆柒捌玖".index(sign)
        elif sign in "拾佰仟":
            section += digit * 10 ** ("拾佰仟".index(sign) + 1)
            digit = 0
        else:
            section, digit = section + digit, 0
            if sign == "万":
                group, section = group + section * 10_000, 0
            else:
                total, group, section = (total + group + section) * 10**8, 0, 0
    minor = (total + group + section + digit) * 100
    for unit, worth in (("角", 10), ("分", 1)):
        if unit in rest:
            minor += "零壹贰叁肆伍陆柒捌玖".index(rest[rest.index(unit) - 1]) * worth
    return minor
