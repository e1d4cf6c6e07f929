"""`collectctl rules format` puts tables in line and changes nothing else."""

from pathlib import Path

import pytest
from conftest import Call

from collectctl.rules.layout import in_line, lay_out

HEAD = b"format: collectctl/1\n# a comment   \ntitle:   'kept  as typed'   \n\n"
TABLE = """tiers:
  table: |
    id|days|because
    -- a comment~~
    ---|---|:---:

    A  | 0 | 未逾期~~
    Bcd|[1..30]|逾期1至30天
  otherwise: C   # kept
""".replace("~", " ")
EXPECTED = """tiers:
  table: |
    id  | days    | because
    -- a comment
    --- | ------- | :---------:

    A   | 0       | 未逾期
    Bcd | [1..30] | 逾期1至30天
  otherwise: C   # kept
"""


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_only_the_lines_of_a_table_change_and_line_ends_and_byte_order_mark_stay(
    end: str, mark: bytes
) -> None:
    def typed(table: str) -> bytes:
        return mark + (HEAD + table.encode()).replace(b"\n", end.encode())

    assert lay_out(typed(TABLE), "r.yaml") == typed(EXPECTED)
    assert lay_out(typed(EXPECTED), "r.yaml") == typed(EXPECTED)


def test_a_file_that_ends_without_a_line_end_goes_on_doing_so() -> None:
    data = b"format: collectctl/1\ntiers:\n  table: |\n    a|b\n    cc|d"
    assert lay_out(data, "r.yaml").endswith(b"\n    a  | b\n    cc | d")


def test_pipes_at_the_ends_are_kept_where_a_row_has_them_and_given_to_the_others() -> None:
    assert in_line(["  |a|b|", "  cc|d"]) == ["  | a  | b |", "  | cc | d |"]


def test_a_row_that_would_become_a_comment_gets_a_pipe_before_it() -> None:
    assert in_line(["id|a", "--|b"]) == ["| id | a", "| -- | b"]


def test_a_segment_called_table_is_not_a_table() -> None:
    data = b"format: collectctl/1\nsegments:\n  table: |\n    a  =  1   \n"
    assert lay_out(data, "r.yaml") == data


def test_the_starter_is_in_line_already(project: Path, call: Call) -> None:
    said = call("rules", "format", "--check", "--project", project)
    assert (said.code, said.out, said.err) == (0, "", "")


def _crooked(project: Path) -> Path:
    path = project / "config/rules/overdue.yaml"
    path.write_text(path.read_text("utf-8").replace("M0   | 0  ", "M0 |0"), "utf-8")
    return path


def test_check_names_the_file_writes_nothing_and_gives_15(project: Path, call: Call) -> None:
    path = _crooked(project)
    before = path.read_bytes()
    said = call("rules", "format", "--check", "--project", project)
    assert (said.code, said.out) == (15, "rules/overdue.yaml\n")
    assert path.read_bytes() == before


def test_the_file_is_written_in_its_place_with_its_mode(project: Path, call: Call) -> None:
    original = (project / "config/rules/overdue.yaml").read_bytes()
    path = _crooked(project)
    path.chmod(0o640)
    said = call("rules", "format", "--project", project, path)
    assert (said.code, said.out) == (0, "rules/overdue.yaml\n")
    assert path.read_bytes() == original
    assert path.stat().st_mode & 0o777 == 0o640
    assert [p.name for p in path.parent.iterdir() if p.suffix != ".yaml"] == []


def test_only_the_files_that_are_named_are_looked_at(project: Path, call: Call) -> None:
    _crooked(project)
    said = call("rules", "format", "--check", "--project", project, "rules/parameters.yaml")
    assert (said.code, said.out) == (0, "")


def test_a_file_that_is_no_rule_file_is_refused(project: Path, call: Call) -> None:
    assert call("rules", "format", "--project", project, "columns.yaml").code == 2


def test_a_rulebook_with_errors_is_left_as_it_is(project: Path, call: Call) -> None:
    path = _crooked(project)
    broken = path.read_text("utf-8").replace("(180..]", "(180..", 1)
    path.write_text(broken, "utf-8")
    said = call("rules", "format", "--project", project)
    assert said.code == 10
    assert "overdue.yaml:" in said.err
    assert path.read_text("utf-8") == broken
