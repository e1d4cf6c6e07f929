"""Cases that the program suggests: they are read again, pass, and leave nothing untested."""

from datetime import date
from pathlib import Path

from conftest import Call
from rulebooks import MakeRulebook

from collectctl.columns import Dictionary
from collectctl.rules.casebook.coverage import coverage
from collectctl.rules.casebook.decided import decided, failures
from collectctl.rules.casebook.reader import read_cases
from collectctl.rules.casebook.suggest import suggested, written
from collectctl.rules.proof.witness import Witnesses
from collectctl.rules.rulebook import Rulebook

DAY = date(2026, 11, 20)


def suggestion(book: Rulebook) -> tuple[str, int]:
    covered = coverage(book, [], DAY)
    found = suggested(covered, Witnesses(covered.program).account)
    return written(book, found.cases, DAY), len(found.left)


def test_with_the_suggested_cases_nothing_is_left_that_an_account_could_reach(
    starter: tuple[Rulebook, Dictionary],
) -> None:
    text, left = suggestion(starter[0])
    cases, problems = read_cases({"new.yaml": text.encode()}, starter[0])
    assert problems == ()
    assert failures(cases, decided(starter[0], cases)) == ()
    covered = coverage(starter[0], cases, DAY)
    prover = Witnesses(covered.program)
    assert [g for g in covered.left if prover.can_occur(g)] == []
    assert len(covered.left) == left == 3


def test_suggestions_are_always_the_same(rulebook: MakeRulebook) -> None:
    book = rulebook(
        tiers="  rules:\n    - {id: A, when: due < date '2026-02-01' and memo is not null, "
        "tier: A}\n    - {id: B, when: balance > 10.50 and product = '惠农卡', tier: B}\n"
        "  otherwise: C"
    )
    first, second = suggestion(book), suggestion(book)
    assert first == second
    cases, problems = read_cases({"new.yaml": first[0].encode()}, book)
    assert problems == ()
    assert failures(cases, decided(book, cases)) == ()
    assert "A: due = 2026-02-01" in first[0]
    assert {"| 10.50 ", "| 10.51 "} == {t for t in ("| 10.50 ", "| 10.51 ") if t in first[0]}


def test_the_command_writes_a_new_file_and_never_over_another(
    project: Path, tmp_path: Path, call: Call
) -> None:
    target = tmp_path / "new.yaml"
    said = call("rules", "test", "--project", project, "--suggest", "--to", target)
    assert (said.code, said.out) == (0, "")
    assert said.err.startswith("14 cases suggested\n")
    shown = call("rules", "test", "--project", project, "--suggest")
    assert shown.out == target.read_text("utf-8")
    again = call("rules", "test", "--project", project, "--suggest", "--to", target)
    assert again.code == 10
    assert "error[file-exists]" in again.err
    assert shown.out == target.read_text("utf-8")


def test_the_suggested_file_joins_the_cases_and_then_all_is_tested(
    project: Path, call: Call
) -> None:
    rules = project / "config/rules"
    assert (
        call("rules", "test", "--project", project, "--suggest", "--to", rules / "m.yaml").code == 0
    )
    settings = project / "config/project.yaml"
    text = settings.read_text("utf-8")
    settings.write_text(text.replace("[rules/tests.yaml]", "[rules/tests.yaml, rules/m.yaml]"))
    said = call("rules", "test", "--project", project, "--coverage")
    assert said.code == 0
    assert said.out.count("(100.0 %)") == 3
    assert "case-wanted" not in said.err


def test_options_that_do_not_go_together_are_refused(
    project: Path, tmp_path: Path, call: Call
) -> None:
    for options in (
        ["--coverage", "--suggest"], ["--to", tmp_path / "x"], ["--as-of", "tomorrow"],
        ["--suggest", "--to", tmp_path / "no" / "x"],
    ):  # fmt: skip
        assert call("rules", "test", "--project", project, *options).code == 2
