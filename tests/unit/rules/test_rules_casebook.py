"""Cases of the analysts: how they are written, and what is said of one that fails."""

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from conftest import Call
from rulebooks import ROOT, MakeRulebook

from collectctl.columns import Dictionary
from collectctl.problems import Problem, render
from collectctl.rules.casebook.case import Case
from collectctl.rules.casebook.decided import decided, failures
from collectctl.rules.casebook.reader import read_cases
from collectctl.rules.rulebook import Rulebook

HEAD = "format: collectctl/1\nas_of: 2026-11-20\n"
ReadText = Callable[[str], tuple[tuple[Case, ...], tuple[Problem, ...]]]


@pytest.fixture
def book(rulebook: MakeRulebook) -> Rulebook:
    return rulebook(
        more="addons: {hit: collect, rules: [{id: more, when: days > 20, document: extra}]}"
    )


@pytest.fixture
def read_text(book: Rulebook) -> ReadText:
    return lambda text: read_cases({"tests.yaml": text.encode()}, book)


def said(problems: tuple[Problem, ...]) -> list[str]:
    assert all(p.span is not None for p in problems)
    return [f"{p.span} {p.code}" for p in problems]


def test_a_list_and_a_table_say_the_same(read_text: ReadText, book: Rulebook) -> None:
    listed, problems = read_text(
        HEAD + "cases:\n"
        "  - name: one\n"
        "    account: {days: 21, hardship: false, balance: 1234.56, due: 2026-01-31, rate: 0.25}\n"
        "    expect: {tier: B, rule: B, treatment: soft, addons: [extra], missing: []}\n"
    )
    assert problems == ()
    tabled, problems = read_text(
        HEAD + "tables:\n  - table: |\n"
        "      name | days | hardship | balance | score | due        | rate | -> tier | -> rule "
        "| -> treatment | -> addons | -> missing\n"
        "      one  | 21   | false    | 1234.56 | -     | 2026-01-31 | 0.25 | B       | B       "
        "| soft         | extra     | none\n"
    )
    assert problems == ()
    assert (listed[0].account, listed[0].expected) == (tabled[0].account, tabled[0].expected)
    assert listed[0].account == {
        "days": 21, "hardship": False, "balance": 123456, "due": date(2026, 1, 31), "rate": 2500,
    }  # fmt: skip
    assert failures(listed, decided(book, listed)) == ()


def test_a_column_that_is_not_given_is_missing(read_text: ReadText, book: Rulebook) -> None:
    cases, _ = read_text(HEAD + "cases: [{name: n, account: {score: 1}, expect: {tier: MANUAL}}]\n")
    (found,) = decided(book, cases)
    assert (found.tier, found.rule) == ("MANUAL", "MANUAL")
    assert found.missing == {"days"}


def test_a_failing_case_tells_what_was_found_and_what_was_expected(
    read_text: ReadText, book: Rulebook
) -> None:
    cases, _ = read_text(
        HEAD + "cases:\n"
        "  - name: late\n"
        "    account: {days: 31, hardship: false}\n"
        "    expect: {tier: B, rule: B, treatment: soft, addons: [], missing: [days], reason: no}\n"
    )
    (problem,) = failures(cases, decided(book, cases))
    assert render(problem).splitlines() == [
        "tests.yaml:4:11: error[case-failed]: case 'late': found tier C, rule otherwise, treatment "
        "hard, addons extra, missing none, reason without it",
        "4 |   - name: late",
        "  |           ^^^^",
        "expected: tier B, rule B, treatment soft, addons none, missing days, "
        "reason with 'no' in it",
        "mend: correct the rule or the case; the reason given is: C; hard",
    ]


def test_a_part_of_the_reason_may_be_expected_in_either_language(
    read_text: ReadText, book: Rulebook
) -> None:
    cases, _ = read_text(
        HEAD + "cases:\n"
        "  - {name: zh, account: {score: 9}, expect: {reason: 无法判定}}\n"
        "  - {name: en, account: {score: 9}, expect: {reason: cannot be decided}}\n"
    )
    assert len(cases) == 2
    (first, second) = decided(book, cases)
    assert first.because == second.because
    assert failures(cases, (first, second)) == ()


def test_every_fault_is_told_at_once_with_its_place(read_text: ReadText) -> None:
    cases, problems = read_text(
        HEAD + "cases:\n"
        "  - name: a\n"
        "    account: {dyas: 1, score: 1001, balance: '1,000.00', product: golden}\n"
        "    expect: {tier: D, rule: bee, treatment: sofd, addons: [extar], missing: [dais]}\n"
        "  - {name: b, account: {hardship: yes, rate: 0.12345, due: 2026-1-1, days: null}, "
        "expect: {}}\n"
    )
    assert cases == ()
    assert said(problems) == [
        "tests.yaml:5:15 unknown-column", "tests.yaml:5:31 bad-value", "tests.yaml:5:46 bad-value",
        "tests.yaml:5:67 unknown-value", "tests.yaml:6:20 unknown-tier",
        "tests.yaml:6:29 unknown-rule", "tests.yaml:6:45 unknown-treatment",
        "tests.yaml:6:60 unknown-document", "tests.yaml:6:78 unknown-column",
        "tests.yaml:7:12 bad-value", "tests.yaml:7:35 bad-value", "tests.yaml:7:46 bad-value",
        "tests.yaml:7:60 bad-value", "tests.yaml:7:76 bad-value",
    ]  # fmt: skip
    mends = [p.mend for p in problems]
    assert mends[0] == "did you mean 'days'?"
    assert mends[2] == "write 1000.00"
    assert mends[6] == "did you mean 'soft'?"
    assert mends[-1] == "leave the column out, or write - in a table: it is then missing"


def test_the_headings_of_a_table_are_checked(read_text: ReadText) -> None:
    _, problems = read_text(
        HEAD + "tables:\n"
        "  - table: |\n      days | -> teir\n      1    | A\n"
        "  - table: |\n      name | days\n      a    | 1\n"
        "  - table: |\n      name | dyas | -> tier\n      a    | 1 | A\n      b    | 2 | A\n"
    )
    assert said(problems) == [
        "tests.yaml:5:7 table-heading", "tests.yaml:5:14 table-heading",
        "tests.yaml:8:7 table-heading", "tests.yaml:11:14 unknown-column",
    ]  # fmt: skip


def test_a_case_without_a_day_is_refused_and_its_own_day_wins(read_text: ReadText) -> None:
    one = "{name: n, account: {days: 0}, expect: {tier: A}"
    _, problems = read_text(f"format: collectctl/1\ncases: [{one}}}]\n")
    assert said(problems) == ["tests.yaml:1:1 missing-key"]
    cases, _ = read_text(HEAD + f"cases: [{one}, as_of: 2025-01-01}}, {one}}}]\n")
    assert [c.as_of for c in cases] == [date(2025, 1, 1), date(2026, 11, 20)]


def test_an_amount_is_read_in_the_currency_of_its_account(read_text: ReadText) -> None:
    cases, _ = read_text(
        HEAD + "cases:\n"
        "  - {name: a, account: {currency: JPY, balance: 100}, expect: {tier: MANUAL}}\n"
        "  - {name: b, account: {currency: CNY, balance: 100}, expect: {tier: MANUAL}}\n"
    )
    assert [c.account["balance"] for c in cases] == [100, 10000]


def test_a_parameter_has_its_value_of_the_day_of_the_case(rulebook: MakeRulebook) -> None:
    book = rulebook(
        more="parameters:\n  low: {title: Low, type: int, unit: days, values: [{from: 2024-01-01, "
        "value: 10, source: s, verified: house}, {from: 2026-01-01, value: 20, source: s, "
        "verified: house}]}",
        tiers="  rules:\n    - {id: A, when: days < @low, tier: A}\n"
        "    - {id: B, when: days >= @low, tier: B}\n  otherwise: C",
    )
    one = "account: {days: 15}, expect: {tier: "
    cases, problems = read_cases(
        {
            "t.yaml": (
                f"{HEAD}cases: [{{name: then, as_of: 2025-06-01, {one}B}}}}, "
                f"{{name: now, {one}A}}}}]\n"
            ).encode()
        },
        book,
    )
    assert problems == ()
    assert failures(cases, decided(book, cases)) == ()


def test_the_arm_of_an_experiment_may_be_given_or_follows_from_the_customer(
    rulebook: MakeRulebook,
) -> None:
    book = rulebook(
        more="experiments:\n  trial:\n    title: Trial\n    unit: customer_id\n    salt: s\n"
        "    from: 2026-01-01\n    to: 2026-12-31\n    arms:\n"
        "      one: {share: 50%, then: {tone: soft}}\n      two: {share: 50%, then: {tone: hard}}",
        treatments="  rules:\n    - {id: help, when: hardship, then: {tone: soft}}\n"
        "    - {id: t, when: days > 0, experiment: trial}\n  otherwise: {tone: none}",
    )
    cases, problems = read_cases(
        {
            "t.yaml": (
                HEAD + "cases:\n"
                "  - {name: a, account: {days: 1, hardship: false, arm_trial: two}, "
                "expect: {treatment: t.two}}\n"
                "  - {name: b, account: {days: 1, hardship: false, customer_id: c1}, "
                "expect: {tier: B}}\n"
            ).encode()
        },
        book,
    )
    assert problems == ()
    found = decided(book, cases)
    assert found[0].treatment == "t.two"
    assert found[1].treatment in ("t.one", "t.two")


def test_the_starters_cases_pass(starter: tuple[Rulebook, Dictionary]) -> None:
    text = (ROOT / "config/rules/tests.yaml").read_bytes()
    cases, problems = read_cases({"rules/tests.yaml": text}, starter[0])
    assert problems == ()
    assert len(cases) > 30
    assert failures(cases, decided(starter[0], cases)) == ()


def test_the_command_says_how_many_pass_or_fails_with_the_place(project: Path, call: Call) -> None:
    done = call("rules", "test", "--project", project)
    assert (done.code, done.out) == (0, "")
    assert "of 36 cases pass" in done.err
    path = project / "config/rules/tests.yaml"
    path.write_text(path.read_text("utf-8").replace("| M0      | M0", "| M1-L    | M0"), "utf-8")
    done = call("rules", "test", "--project", project)
    assert done.code == 10
    assert done.err.startswith("rules/tests.yaml:11:7: error[case-failed]: case '逾期0天'")
    done = call("rules", "test", "--project", project, "--format", "json")
    assert [p["code"] for p in json.loads(done.out)] == ["case-failed"]
    done = call("rules", "test", "--project", project, "--format", "github")
    assert done.out.startswith("::error file=config/rules/tests.yaml,line=11,col=7,")


def test_a_project_without_cases_is_told_how_to_have_some(fresh: Path, tmp_path: Path) -> None:
    shutil.copytree(fresh / "config", tmp_path / "config")
    path = tmp_path / "config/project.yaml"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(s for s in lines if not s.startswith("tests:")), "utf-8")
    from conftest import program

    said = program("rules", "test", "--project", tmp_path)
    assert (said.code, "error[cases-none]" in said.err) == (10, True)
