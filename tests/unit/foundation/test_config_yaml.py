"""YAML as text with positions: what is refused, and that every problem points at its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectctl.config import BasisPoints, Count, Day, Flag, Shape, shape
from collectctl.problems import render
from collectctl.yaml_file import MAX_BYTES, read_document


class Inner(Shape):
    amount: Count
    on: Day
    really: Flag = False
    share: BasisPoints = 0


class Outer(Shape):
    things: list[Inner]


HEAD = "format: collectctl/1\n"


def codes(text: str) -> list[str]:
    return [p.code for p in read_document(text.encode(), "f.yaml")[1]]


def shaped(text: str) -> tuple[Outer | None, list[str]]:
    document, problems = read_document((HEAD + text).encode(), "f.yaml")
    assert document is not None, problems
    value, found = shape(Outer, document)
    return value, [render(p) for p in found]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "yaml-empty"),
        (HEAD + "a: &x 1\nb: *x\n", "yaml-anchor"),
        (HEAD + "a: !!python/name:os.system\n", "yaml-tag"),
        (HEAD + "---\nb: 1\n", "yaml-documents"),
        (HEAD + "a: " + "[" * 40 + "]" * 40 + "\n", "yaml-depth"),
        (HEAD + "a: 1\na: 2\n", "duplicate-key"),
        (HEAD + "a: @x\n", "yaml-syntax"),
        ("a: 1\n", "config-format"),
        ("- a\n", "config-shape"),
        (HEAD + "<<: {a: 1}\n", "yaml-key"),
        (HEAD + "a: \x07\n", "yaml-syntax"),
    ],
)
def test_what_yaml_may_not_hold_is_refused_by_name(text: str, code: str) -> None:
    assert codes(text) == [code]


def test_a_giant_file_is_refused_before_it_is_parsed() -> None:
    _, problems = read_document(b"a" * (MAX_BYTES + 1), "f.yaml")
    assert [p.code for p in problems] == ["config-size"]


def test_bytes_that_are_not_utf8_are_named_by_position() -> None:
    _, problems = read_document(HEAD.encode() + "名: 清".encode("gb18030"), "f.yaml")
    assert problems[0].message == "byte 22 is not UTF-8"


def test_scalars_stay_text_whatever_yaml_1_1_would_make_of_them() -> None:
    text = HEAD + "a: no\nb: 22:00\nc: 00123\nd: 2026-01-31\ne: 1_000\non: off\n"
    document, _ = read_document(text.encode(), "f.yaml")
    assert document is not None
    assert list(document.plain.values())[1:] == [
        "no",
        "22:00",
        "00123",
        "2026-01-31",
        "1_000",
        "off",
    ]


def test_a_byte_order_mark_and_crlf_shift_no_position() -> None:
    data = b"\xef\xbb\xbf" + (HEAD + "a: 1\na: 2\n").replace("\n", "\r\n").encode()
    (problem,) = read_document(data, "f.yaml")[1]
    assert str(problem.span) == "f.yaml:3:1"


def test_all_problems_of_a_shape_come_at_once_with_their_places() -> None:
    value, found = shaped("things:\n  - {amount: 1_0, on: 2026-02-30, realy: true}\n")
    assert value is None
    assert [f.splitlines()[0] for f in found] == [
        "f.yaml:3:14: error[bad-value]: things.0.amount: found '1_0', "
        "expected a whole number such as 30",
        "f.yaml:3:23: error[bad-value]: things.0.on: found '2026-02-30', "
        "expected a date such as 2026-01-31",
        "f.yaml:3:35: error[unknown-key]: unknown key 'realy'",
    ]
    assert "mend: did you mean 'really'?" in found[2]


def test_a_missing_key_points_at_the_mapping_that_lacks_it() -> None:
    _, found = shaped("things:\n  - {amount: 1}\n")
    assert found[0].startswith("f.yaml:3:5: error[missing-key]: key 'on' is missing in things.0\n")


def test_percentages_are_exact_hundredths_of_a_percent() -> None:
    value, _ = shaped("things:\n  - {amount: 1, on: 2026-02-01, share: 12.5%}\n")
    assert value is not None
    assert value.things[0].share == 1250


def test_places_inside_scalars_are_exact_for_every_style() -> None:
    text = HEAD + "a: x > 1\nb: 'it''s > 2'\nc: |\n  y\n  > 3\n"
    document, _ = read_document(text.encode(), "f.yaml")
    assert document is not None
    for key, line, column in (("a", 2, 6), ("b", 3, 11), ("c", 6, 3)):
        offset = document.scalar((key,)).index(">")
        assert (document.inside((key,), offset).line, document.inside((key,), offset).column) == (
            line,
            column,
        )


def test_carets_stand_under_chinese_text() -> None:
    document, problems = read_document((HEAD + "天数: 1\n天数: 2\n").encode(), "f.yaml")
    assert document is None
    assert render(problems[0]).splitlines()[1:3] == ["3 | 天数: 2", "  | ^^^^"]


@given(st.binary(max_size=200))
def test_any_bytes_give_a_document_or_problems(data: bytes) -> None:
    document, problems = read_document(data, "f.yaml")
    assert (document is None) == bool(problems)


@given(st.text(max_size=200))
def test_any_text_gives_a_document_or_problems(text: str) -> None:
    document, problems = read_document((HEAD + text).encode("utf-8", "surrogatepass"), "f.yaml")
    assert (document is None) == bool(problems)
    for problem in problems:
        render(problem)
