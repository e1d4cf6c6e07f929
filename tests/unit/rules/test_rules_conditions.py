"""What a condition may say, and what is answered to the usual slips."""

import pytest

from collectctl.problems import render
from collectctl.rules.parser import parse_condition
from collectctl.rules.syntax import Source, write
from collectctl.yaml_file import read_document


def _parse(text: str) -> tuple[str | None, str]:
    document, problems = read_document(
        b"format: collectctl/1\nwhen: |\n  " + text.replace("\n", "\n  ").encode(), "r.yaml"
    )
    assert document is not None, problems
    condition, problem = parse_condition(Source.scalar(document, ("when",)))
    return (
        None if condition is None else write(condition),
        "" if problem is None else render(problem),
    )


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("days = 0", "days = 0"),
        ("DAYS > 1 AND Not (a Or b)", "DAYS > 1 and not (a or b)"),
        ("a or b and c", "a or (b and c)"),
        ("(a or b) and c", "(a or b) and c"),
        ("(((a)))", "a"),
        ("x in (180..]", "x in (180..]"),
        ("x in [1..5) -- 提醒期\nand y", "x in [1..5) and y"),
        ("x not between 1 and 5", "x not in [1..5]"),
        ("p in ('a', 'it''s')", "p in ('a', 'it''s')"),
        ("x != 3", "x <> 3"),
        ("balance > 0.8 * (limit - 5)", "balance > 0.8 * (limit - 5)"),
        ("due < date '2026-01-31' and s is not null", "due < date '2026-01-31' and s is not null"),
        ("额度 >= @大额", "额度 >= @大额"),
        ("x in ((1 + 2)..@top]", "x in (1 + 2..@top]"),
        ("x < -5", "x < -5"),
    ],
)
def test_a_condition_is_read_and_written_again(text: str, normal: str) -> None:
    assert _parse(text) == (normal, "")
    assert _parse(normal) == (normal, "")


@pytest.mark.parametrize(
    ("text", "code", "mend"),
    [
        ("balance ＞ 5", "rule-character", "half-width and write >"),
        ("p in ‘a’", "rule-character", "half-width and write '"),
        ("days > ３０", "rule-character", "half-width and write 30"),
        ("p in ('a'、'b')", "rule-character", "half-width and write ,"),
        ("ｄａｙｓ > 30", "rule-character", "half-width and write days"),
        ("days > 30 ａｎｄ x", "rule-character", "half-width and write and"),
        ("rate > 15％", "rule-character", "half-width and write %"),
        ("balance >= 20,000", "rule-number", "write 20000"),
        ("days = 007", "rule-number", "20000, not 20,000"),
        ("balance >= 2万", "rule-number", "20000, not 2万"),
        ("days == 5", "rule-operator", "write ="),
        ("a && b", "rule-operator", "write and"),
        ("rate > 15%", "rule-operator", "write 0.15"),
        ("rate > 7.5 %", "rule-operator", "write 0.075"),
        ("rate > %", "rule-operator", "write 0.15 for 15%"),
        ("due > 2026-01-31", "rule-date", "write date '2026-01-31'"),
        ("due > 2026/1/31", "rule-date", "write date '2026-01-31'"),
        ("due > date '2026-02-30'", "rule-date", ""),
        ("score = null", "rule-null", "is null / is not null"),
        ("score in (1, null)", "rule-null", "is null / is not null"),
        ("1 < days < 5", "rule-chain", "x in [1..5]"),
        ('p = "gold"', "rule-quote", "'text'"),
        ("p = 'gold", "rule-quote", "close it"),
        ("p like 'a%'", "rule-word", "list the values"),
        ("abs(x) > 1", "rule-function", "derive:"),
        ("AND(x > 1, y)", "rule-syntax", "x > 1 and y"),
        ("x > 1 and OR(y, z)", "rule-syntax", "x > 1 or y"),
        ("score is missing", "rule-syntax", "is null / is not null"),
        ("x in [..]", "rule-range", ""),
        ("x in 5", "rule-syntax", ""),
        ("x in [1..5", "rule-syntax", ""),
        ("a and", "rule-syntax", ""),
        ("a b", "rule-syntax", ""),
        ("channels has 'sms'", "rule-word", ""),
        ("(" * 40 + "a" + ")" * 40, "rule-nesting", "segments:"),
        (" or ".join(["a"] * 300), "rule-too-long", "segments:"),
        (" ".join(["a"] * 5000), "rule-too-long", "segments:"),
        ("x > " + "9" * 5000, "rule-number", ""),
    ],
)
def test_a_slip_is_named_and_mended(text: str, code: str, mend: str) -> None:
    normal, told = _parse(text)
    assert normal is None
    assert f"error[{code}]" in told
    assert mend in told


def test_the_caret_stands_under_the_slip_in_a_line_of_chinese() -> None:
    assert _parse("惠农 and\n额度 ＞ 5")[1] == (
        "r.yaml:4:6: error[rule-character]: full-width or typographic character '＞' (U+FF1E)\n"
        "4 |   额度 ＞ 5\n"
        "  |        ^^\n"
        "mend: switch the input method to half-width and write >"
    )
