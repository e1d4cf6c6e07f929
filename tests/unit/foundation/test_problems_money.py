"""Problems as a person reads them, exact money, and what may reach a terminal."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectctl.calendar import day_number, from_day_number, parse_day
from collectctl.money import (
    MINOR_DIGITS,
    grouped,
    parse_minor,
    scaled,
    unscaled,
)
from collectctl.problems import (
    ConfigError,
    InputRefusedError,
    LedgerError,
    Level,
    LockedError,
    Problem,
    Span,
    as_json,
    display_width,
    has_errors,
    render,
    visible,
)


def test_every_kind_of_failure_has_its_own_exit_code() -> None:
    kinds = (ConfigError, InputRefusedError, LedgerError, LockedError)
    assert [k.exit_code for k in kinds] == [10, 11, 12, 13]


def test_an_error_shows_its_problems_in_the_order_of_their_places() -> None:
    second = Problem(code="b", message="two", span=Span(file="f", line=9, column=1))
    first = Problem(code="a", message="one", span=Span(file="f", line=2, column=1))
    assert ConfigError([second, first]).problems == (first, second)


def test_a_place_in_a_workbook_is_written_as_excel_writes_it() -> None:
    assert str(Span(file="a.xlsx", sheet="表1", cell="C7")) == "a.xlsx[表1]!C7"
    assert str(Span(file="a.csv")) == "a.csv"


def test_a_problem_says_what_was_expected_and_how_to_mend_it() -> None:
    span = Span(file="r.yaml", line=2, column=3, length=2, excerpt="a ＞ 5")
    problem = Problem(code="x", message="found '＞'", span=span, expected=">", mend="write >")
    assert render(problem) == (
        "r.yaml:2:3: error[x]: found '＞'\n2 | a ＞ 5\n  |   ^^^\nexpected: >\nmend: write >"
    )
    assert json.loads(as_json([problem]))[0]["place"] == "r.yaml:2:3"


def test_warnings_are_not_errors() -> None:
    note = Problem(code="x", message="m", level=Level.WARNING)
    assert not has_errors([note])
    assert has_errors([note, Problem(code="x", message="m")])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", "\\u{1b}[31mred"),
        ("\u202eevil", "\\u{202e}evil"),
        ("王小明", "王小明"),
        ("a\tb\nc", "a\\u{9}b\\u{a}c"),
        ("\ufeffx", "\\u{feff}x"),
        ("𠮷", "𠮷"),
        ("\U00031350", "\U00031350"),  # younger than the oldest Python this runs on
        ("\ufffe", "\\u{fffe}"),
        ("[red]", "[red]"),
    ],
)
def test_what_could_move_a_cursor_is_made_visible(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text())
def test_visible_text_is_printable_on_one_line(text: str) -> None:
    hidden = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    assert not {unicodedata.category(c) for c in visible(text)} & hidden
    assert len(visible(text).splitlines()) <= 1


def test_chinese_characters_are_two_cells_wide() -> None:
    assert display_width("逾期ab") == 6


@given(st.integers(-(10**14), 10**14), st.sampled_from(sorted(MINOR_DIGITS)))
def test_money_text_and_minor_units_are_inverse(minor: int, currency: str) -> None:
    assert parse_minor(unscaled(minor, MINOR_DIGITS[currency]), currency) == minor


@pytest.mark.parametrize(
    "text", ["", "1,000", "1e3", "6.005", "１", " 1", "1.", ".5", "+1", "--1", "nan", "9" * 30]
)
def test_what_is_not_a_plain_exact_amount_is_none(text: str) -> None:
    assert scaled(text, 2) is None


def test_amounts_are_grouped_by_their_currency() -> None:
    assert grouped(-123456789, "CNY") == "-1,234,567.89"
    assert grouped(1234567, "JPY") == "1,234,567"


@given(st.dates())
def test_day_numbers_are_exact(day: object) -> None:
    parsed = parse_day(str(day))
    assert parsed == day
    assert parsed is not None
    assert from_day_number(day_number(parsed)) == parsed


@pytest.mark.parametrize(
    "text", ["2026-02-30", "2026-1-1", "20260101", "2026-01-01T00:00", "２026-01-01"]
)
def test_other_spellings_of_a_day_are_refused(text: str) -> None:
    assert parse_day(text) is None
