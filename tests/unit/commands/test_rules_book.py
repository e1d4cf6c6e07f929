"""The rulebook as a document: complete, the same bytes, changes marked, nothing executed."""

import re
from pathlib import Path

import pytest
import yaml
from conftest import Call
from goldens import same_as_golden
from proposals import edit, put_in_force

from collectctl.sheets.book import dump_cells

CARD = """
scorecards:
  standing:
    title: {zh_CN: 信用评分, en: Standing}
    editions:
      - from: 2026-01-01
        base: 500
        source: minutes of the model committee
        verified: recalled
        table: |
          column        | value   | points
          days_past_due | [..30]  | 20
          days_past_due | (30..]  | -40
"""
DAY = ("--date", "2026-11-20")


def book(call: Call, project: Path, *more: str) -> tuple[str, str]:
    """The page and the cells of the workbook."""
    folder = project / "book"
    said = call("rules", "book", "--project", project, "--to", folder, *DAY, *more)
    assert said.code == 0, said.err
    page = (folder / "rulebook.html").read_text("utf-8")
    cells = dump_cells(folder / "rulebook.xlsx")
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()
    return page, cells


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_starter_reads_as_it_was_last_looked_at(
    project: Path, call: Call, language: str
) -> None:
    page, cells = book(call, project, "--lang", language, "--no-since")
    # what is signed changes with every file of the configuration
    page, cells = (re.sub(r"[0-9a-f]{64}", "0" * 64, text) for text in (page, cells))
    same_as_golden(f"rulebook/{language}.html", page)
    same_as_golden(f"rulebook/{language}.txt", cells)


def test_everything_that_the_rule_files_say_stands_in_both(project: Path, call: Call) -> None:
    rules = project / "config" / "rules"
    text = (rules / "parameters.yaml").read_text("utf-8") + CARD
    (rules / "parameters.yaml").write_text(text, "utf-8")
    edit(project, "rules/overdue.yaml", "credit_score < @low_score", "standing < @low_score")
    page, cells = book(call, project, "--lang", "en", "--no-since")
    page = (
        re.sub(r"<[^>]*>", "", page).replace("&#39;", "'").replace("&gt;", ">").replace("&lt;", "<")
    )
    found = [
        yaml.load(path.read_text("utf-8"), yaml.BaseLoader)  # noqa: S506, TID251 - plain texts
        for path in (rules / "parameters.yaml", rules / "overdue.yaml")
    ]
    wanted: set[str] = set()
    for parameter, one in found[0]["parameters"].items():
        wanted |= {f"@{parameter}", one["title"]["en"]}
        wanted |= {v["source"] for v in one["values"]} | {v["value"] for v in one["values"]}
    main = found[1]
    for chain in ("treatments", "addons"):
        wanted |= {r["id"] for r in main[chain]["rules"]}
        wanted |= {r["because"]["en"] for r in main[chain]["rules"]}
    wanted |= set(main["tiers"]["order"]) | set(main["outputs"]) | set(main["derive"])
    wanted |= {p["say"]["en"] for p in (*main["never"], *main["monotone"])}
    wanted |= {main["ruleset"], main["version"], main["title"]["en"], main["currency"]}
    wanted |= {"minutes of the model committee", "Standing", "+20", "-40", "RECALLED, not checked"}
    assert [text for text in sorted(wanted) if text not in page] == []
    assert [text for text in sorted(wanted) if text not in cells] == []


def test_what_differs_from_what_is_in_force_is_marked_where_it_stands(
    project: Path, call: Call
) -> None:
    edit(project, "rules/overdue.yaml", "(180..]", "(200..]")
    edit(project, "rules/overdue.yaml", "[151..180]", "[151..200]")
    edit(project, "rules/parameters.yaml", "value: 580,", "value: 600,")
    text = (project / "config/rules/overdue.yaml").read_text("utf-8")
    start, end = text.index("    - id: friendly\n"), text.index("    - id: due-reminder\n")
    first, second = text.index("  friendly:\n"), text.index("  remind:\n")
    text = text[:start] + text[end:first] + text[second:]
    (project / "config/rules/overdue.yaml").write_text(text, "utf-8")
    page, cells = book(call, project, "--lang", "en")
    lines = re.findall(
        r'<tr class="(\w+)"><td><b>\w+</b></td><td>([^<]+)</td><td><code>([^<]+)', page
    )
    assert lines == [
        ("changed", "Rules that give the tier", "M6"),
        ("changed", "Rules that give the tier", "M6+"),
        ("changed", "Treatments", "due-reminder"),
        ("removed", "Treatments", "friendly"),
        ("removed", "Ladders", "friendly friendly-reminder"),
        ("changed", "Parameters", "@low_score 2024-01-01"),
    ]
    assert "<del>before 580</del>" in page.replace("\n", "")
    assert "before" in cells and "Value: 580" in cells
    again, _ = book(call, project, "--lang", "en", "--in-force")
    assert "friendly" in again and "<del>" not in again


def test_nothing_that_differs_is_said_as_well(project: Path, call: Call) -> None:
    page, _ = book(call, project, "--lang", "en")
    assert "Nothing differs from it." in page


def test_the_same_configuration_gives_the_same_bytes(project: Path, call: Call) -> None:
    for name in ("one", "two"):
        assert call("rules", "book", "--project", project, "--to", project / name, *DAY).code == 0
    for file in ("rulebook.html", "rulebook.xlsx"):
        assert (project / "one" / file).read_bytes() == (project / "two" / file).read_bytes()


def test_markup_and_formulas_in_a_rule_stay_text(project: Path, call: Call) -> None:
    edit(
        project, "rules/parameters.yaml", "en: Low score",
        "en: '=1+1<script>alert(1)</script>{{ 7*7 }}'",
    )  # fmt: skip
    put_in_force(project)
    page, cells = book(call, project, "--lang", "en", "--no-since")
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7*7 }}" in page
    assert "=1+1<script>" in cells


def test_a_rulebook_with_faults_is_refused_and_a_used_folder_too(project: Path, call: Call) -> None:
    used = call("rules", "book", "--project", project, "--to", project / "config")
    assert (used.code, "folder-used" in used.err) == (10, True)
    edit(project, "rules/overdue.yaml", "@low_score", "@low_scor")
    said = call("rules", "book", "--project", project, "--to", project / "book")
    assert (said.code, "unknown-parameter" in said.err) == (10, True)
    assert not (project / "book").exists()
