import codecs
from pathlib import Path
from typing import Any

import pytest

from collectctl.exports.raw import Layout, Limits, Raw
from collectctl.exports.text import read_text
from collectctl.problems import InputRefusedError

ROOMY = Limits(bytes=10**9, rows=10**6, cells=10**7, memory_bytes=10**9, seconds=60)


def layout(**changes: Any) -> Layout:
    usual: dict[str, Any] = {
        "required_headings": ("账号", "姓名"), "header_row": 1, "search_rows": 10,
        "delimiter": ",", "quote": '"', "encoding": None, "sheet": None, "trailer": None,
        "no_value": ("NULL",),
    }  # fmt: skip
    return Layout(**(usual | changes))


def reading(tmp_path: Path, data: bytes | str, **changes: Any) -> Raw:
    path = tmp_path / "export.csv"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return read_text(path, layout(**changes), ROOMY, "export.csv")


def rows(raw: Raw) -> list[tuple[str | None, ...]]:
    return list(zip(*(c.to_pylist() for c in raw.cells), strict=True))


def refusal(tmp_path: Path, data: bytes | str, **changes: Any) -> tuple[str, str]:
    with pytest.raises(InputRefusedError) as caught:
        reading(tmp_path, data, **changes)
    problem = caught.value.problems[0]
    return problem.code, str(problem.span)


@pytest.mark.parametrize(
    ("encode", "found"),
    [
        (lambda t: t.encode(), "utf-8"),
        (lambda t: codecs.BOM_UTF8 + t.encode(), "utf-8"),
        (lambda t: t.encode("gb18030"), "gb18030"),
        (lambda t: t.encode("utf-16"), "utf-16"),
        (lambda t: codecs.BOM_UTF16_BE + t.encode("utf-16-be"), "utf-16"),
    ],
)
def test_the_encoding_is_found_without_being_told(tmp_path: Path, encode: Any, found: str) -> None:
    raw = reading(tmp_path, encode("账号,姓名\n007,𠮷野\n"))
    assert raw.encoding == found
    assert rows(raw) == [("007", "𠮷野")]


def test_a_declared_encoding_is_held_to(tmp_path: Path) -> None:
    data = "账号,姓名\n1,张\n2,李\n".encode("gb18030")
    assert refusal(tmp_path, data, encoding="utf-8") == ("undecodable", "export.csv:1:1")
    assert (
        reading(tmp_path, "账号,姓名\n1,张\n".encode("utf-16-le"), encoding="utf-16").rows[0] == 2
    )


def test_a_byte_that_does_not_fit_is_named_by_its_line(tmp_path: Path) -> None:
    data = "账号,姓名\n1,张\n2,李".encode("gb18030") + b"\xff\n"
    assert refusal(tmp_path, data) == ("undecodable", "export.csv:3:1")


def test_a_nul_character_is_refused_with_its_line(tmp_path: Path) -> None:
    assert refusal(tmp_path, "账号,姓名\n1,a\n2,\0b\n") == ("nul-byte", "export.csv:3:1")


def test_a_row_is_where_its_first_line_is(tmp_path: Path) -> None:
    raw = reading(tmp_path, '账号,姓名\n1,"a\nb"\n\n\r\n2,c\n3,"d, ""e"""')
    assert rows(raw) == [("1", "a\nb"), ("2", "c"), ("3", 'd, "e"')]
    assert raw.rows.tolist() == [2, 6, 7]


def test_lines_may_end_in_any_way(tmp_path: Path) -> None:
    raw = reading(tmp_path, "账号,姓名\r1,a\r\n2,b\n3,c\r")
    assert rows(raw) == [("1", "a"), ("2", "b"), ("3", "c")]
    assert raw.rows.tolist() == [2, 3, 4]


def test_a_row_with_other_cells_than_headings_is_broken(tmp_path: Path) -> None:
    raw = reading(tmp_path, "账号,姓名\n1,a\n2\n3,b,后门\n4,c\n")
    assert [(b.row, b.code, b.found, b.expected) for b in raw.broken] == [
        (3, "too-few-cells", "1 cells", "2 cells"),
        (4, "too-many-cells", "3 cells", "2 cells"),
    ]
    assert raw.broken[1].fields == ("3", "b", "后门")
    assert raw.rows.tolist() == [2, 5]


def test_a_quote_that_nobody_closes_costs_one_line(tmp_path: Path) -> None:
    raw = reading(tmp_path, '账号,姓名\n1,a\n2,"b\n3,c\n')
    assert [(b.row, b.code) for b in raw.broken] == [(3, "open-quote")]
    assert rows(raw) == [("1", "a"), ("3", "c")]


def test_a_quote_inside_a_cell_is_a_character(tmp_path: Path) -> None:
    assert rows(reading(tmp_path, '账号,姓名\n="007",5" 屏\n')) == [('="007"', '5" 屏')]
    assert rows(reading(tmp_path, '账号,姓名\n1,"a"\n', quote=None)) == [("1", '"a"')]


def test_no_value_is_told_from_text(tmp_path: Path) -> None:
    raw = reading(tmp_path, '账号,姓名\n,NULL\n"",null\nNA,None\n')
    assert rows(raw) == [(None, None), (None, "null"), ("NA", "None")]


def test_the_header_is_found_below_titles(tmp_path: Path) -> None:
    data = '清河农商行 5" 报表\n打印日期:2026\n\n 账号 ,姓名\n1,a\n'
    raw = reading(tmp_path, data, header_row=None)
    assert raw.headings == ("账号", "姓名")
    assert raw.rows.tolist() == [5]
    assert reading(tmp_path, data, header_row=4).rows.tolist() == [5]


@pytest.mark.parametrize("data", ["", "\n\n", "a,b\n1,2\n"])
def test_a_file_without_headings_is_refused(tmp_path: Path, data: str) -> None:
    assert refusal(tmp_path, data, header_row=None)[0] == "no-header"


def test_a_heading_may_have_a_line_break(tmp_path: Path) -> None:
    raw = reading(tmp_path, '账号,"姓\n名"\n1,a\n')
    assert raw.headings == ("账号", "姓\n名")
    assert raw.rows.tolist() == [3]


@pytest.mark.parametrize("tail", ["总计,2,,\n", "总计,2", "总计,2\r\n\r\n  \n"])
def test_the_trailer_is_no_row(tmp_path: Path, tail: str) -> None:
    raw = reading(tmp_path, "账号,姓名\n1,a\n2,b\n" + tail, trailer="总计")
    assert raw.trailer == ("总计", "2")
    assert rows(raw) == [("1", "a"), ("2", "b")]
    assert raw.broken == ()


def test_a_word_in_a_name_is_no_trailer(tmp_path: Path) -> None:
    raw = reading(tmp_path, "账号,姓名\n1,总计\n", trailer="总计")
    assert raw.trailer is None
    assert rows(raw) == [("1", "总计")]


def test_tabs_separate_cells_where_declared(tmp_path: Path) -> None:
    assert rows(reading(tmp_path, "账号\t姓名\n1\ta,b\n", delimiter="\t")) == [("1", "a,b")]


def test_more_rows_or_cells_than_declared_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text("账号,姓名\n1,a\n2,b\n")
    for limits, code in (
        (Limits(bytes=9, rows=1, cells=9, memory_bytes=9, seconds=9), "too-many-rows"),
        (Limits(bytes=9, rows=9, cells=3, memory_bytes=9, seconds=9), "too-large"),
    ):
        with pytest.raises(InputRefusedError) as caught:
            read_text(path, layout(), limits, "export.csv")
        assert caught.value.problems[0].code == code


def test_a_row_longer_than_a_block_is_read(tmp_path: Path) -> None:
    name = "长" * 2_000_000
    raw = reading(tmp_path, f"账号,姓名\n1,{name}\n2,b\n")
    assert rows(raw) == [("1", name), ("2", "b")]
    assert raw.rows.tolist() == [2, 3]


def test_many_rows_with_stray_quotes_are_all_read(tmp_path: Path) -> None:
    lines = [f'{i},"a\nb" c' if i % 2 else f'{i},5" 屏' for i in range(30_000)]
    raw = reading(tmp_path, "账号,姓名\n" + "\n".join(lines))
    assert len(raw.rows) == 30_000
    assert raw.rows[:3].tolist() == [2, 3, 5]
    assert rows(raw)[29_999] == ("29999", "a\nb c")


def test_lines_are_right_without_any_quoting(tmp_path: Path) -> None:
    raw = reading(tmp_path, '账号,姓名\n\n1,"a\n2,b"\n', quote=None)
    assert rows(raw) == [("1", '"a'), ("2", 'b"')]
    assert raw.rows.tolist() == [3, 4]
