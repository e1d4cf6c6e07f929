"""The pack page: every limit, what enforces it, and nothing that is not true."""

import importlib
import re
from operator import attrgetter
from pathlib import Path

import pytest
from boundaries import CASES
from conftest import Call
from gates import PACKS, packs
from goldens import same_as_golden

from collectctl.compliance.gate.bars import BARS
from collectctl.compliance.gate.enforced import (
    DUTIES_SHOWN_BY,
    LINTS,
    TESTED,
    TEXTS_TESTED,
    boundary_test,
    code_of,
)
from collectctl.compliance.packs.shapes import AnyLimit, DutyLimit, FactLimit
from collectctl.reports.pack_words import value_text
from collectctl.sheets.book import dump_cells

DAY = ("--date", "2026-11-20")
ALL: dict[str, AnyLimit] = {
    f"{pack.id}.{name}": limit
    for path in sorted(PACKS.glob("*.yaml"))
    for pack in packs(path.stem).packs
    for name, limit in pack.limits.items()
}
ROOT = Path(__file__).parents[3]


def book(call: Call, project: Path, *more: str) -> tuple[str, str]:
    """The page and the cells of the workbook."""
    folder = project / "packs-book"
    said = call("gate", "book", "--project", project, "--to", folder, *DAY, *more)
    assert said.code == 0, said.err
    page = (folder / "packs.html").read_text("utf-8")
    cells = dump_cells(folder / "packs.xlsx")
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()
    return page, cells


def with_all_packs(project: Path) -> None:
    file = project / "config" / "project.yaml"
    text = file.read_text("utf-8")
    changed = text.replace("packs/cn.yaml,", "packs/cn.yaml, packs/us-reg-f.yaml,")
    assert changed != text
    file.write_text(changed, "utf-8")


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_starter_reads_as_it_was_last_looked_at(
    project: Path, call: Call, language: str
) -> None:
    page, cells = book(call, project, "--lang", language)
    # what is shown changes with every file of the configuration
    page, cells = (re.sub(r"[0-9a-f]{64}", "0" * 64, text) for text in (page, cells))
    same_as_golden(f"packbook/{language}.html", page)
    same_as_golden(f"packbook/{language}.txt", cells)


def test_every_limit_stands_in_both_with_its_values_source_and_what_enforces_it(
    project: Path, call: Call
) -> None:
    with_all_packs(project)
    page, cells = book(call, project, "--lang", "en")
    for name, limit in ALL.items():
        assert f"<code>{name}</code>" in page
        assert name in cells
        code, test = code_of(limit), boundary_test(name)
        for told in filter(None, (code, test)):
            assert told in page and told in cells
        for value in limit.values:
            assert str(value.from_) in cells
            assert value.source in cells
    facts = [limit for limit in ALL.values() if isinstance(limit, FactLimit)]
    assert page.count(">not enforced by the gate<") == len(facts)
    duties = [limit for limit in ALL.values() if isinstance(limit, DutyLimit)]
    assert page.count(">shown, not enforced: ") == len(duties)


def test_a_limit_of_the_banks_own_says_that_it_has_no_test(project: Path, call: Call) -> None:
    file = project / "config" / "packs" / "house.yaml"
    text = file.read_text("utf-8")
    more = text[text.index("  hours:") : text.index("  hours_messages:")]
    file.write_text(text + more.replace("  hours:", "  hours_own:", 1), "utf-8")
    page, _ = book(call, project, "--lang", "en")
    assert page.count("no test of its own") == 1


def test_an_ended_and_a_coming_limit_are_named(project: Path, call: Call) -> None:
    file = project / "config" / "packs" / "house.yaml"
    text = file.read_text("utf-8")
    text = text.replace("{from: 2024-01-01, opens: '09:00'", "{from: 2027-01-01, opens: '09:00'")
    text = text.replace("{from: 2024-01-01, most: 2", "{from: 2024-01-01, to: 2026-11-19, most: 2")
    file.write_text(text, "utf-8")
    page, _ = book(call, project, "--lang", "en")
    assert "house.hours begins on 2027-01-01" in page
    assert "house.connected_calls ended on 2026-11-19" in page


def test_nothing_is_written_on_a_dry_run_or_into_a_used_folder(project: Path, call: Call) -> None:
    folder = project / "packs-book"
    said = call("gate", "book", "--project", project, "--to", folder, *DAY, "--dry-run")
    assert (said.code, folder.exists()) == (0, False)
    folder.mkdir()
    (folder / "packs.html").write_text("mine", "utf-8")
    assert call("gate", "book", "--project", project, "--to", folder, *DAY).code != 0
    assert (folder / "packs.html").read_text("utf-8") == "mine"


def test_what_text_a_pack_holds_is_never_markup(project: Path, call: Call) -> None:
    file = project / "config" / "packs" / "house.yaml"
    text = file.read_text("utf-8").replace("source: '本行", "source: '<script>x</script>\u202e本行")
    file.write_text(text, "utf-8")
    page, _ = book(call, project, "--lang", "en")
    assert "<script>" not in page and "&lt;script&gt;" in page
    assert "\u202e" not in page


# the registry


@pytest.mark.parametrize("name", sorted(ALL))
def test_the_code_beside_a_limit_is_there_and_says_what_it_does(name: str) -> None:
    limit = ALL[name]
    told = code_of(limit)
    assert (told is None) == isinstance(limit, FactLimit | DutyLimit)
    if told is not None:
        module, _, function = told.partition(":")
        found = attrgetter(function)(importlib.import_module(module))
        assert found.__doc__
        assert {**BARS, **LINTS}.get(type(limit), found) is found
    for language in ("zh_CN", "en"):
        for value in limit.values:
            assert value_text(limit, value, language)


def test_the_tests_beside_limits_are_there_and_no_limit_is_left_without() -> None:
    enforced = {name for name, limit in ALL.items() if code_of(limit) is not None}
    assert enforced == TESTED | TEXTS_TESTED
    assert {case.limit for case in CASES} == TESTED - {"cn.envelope"}
    for name in TESTED:
        told = boundary_test(name)
        assert told is not None
        path, _, test = told.partition("::")
        assert f"def {test.partition('[')[0]}(" in (ROOT / path).read_text("utf-8")


def test_what_shows_duties_is_there() -> None:
    module, _, function = DUTIES_SHOWN_BY.partition(":")
    assert callable(getattr(importlib.import_module(module), function))
