"""What `check` proves of a rulebook, and how it says it."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from collectctl.cli import main
from collectctl.problems import Level, Problem
from collectctl.rules.proof import prove
from collectctl.rules.rulebook import Rulebook

MakeRulebook = Callable[..., Rulebook]


def _said(problems: tuple[Problem, ...], code: str) -> list[str]:
    return [p.message for p in problems if p.code == code]


def test_the_starter_rulebook_is_proved_without_a_word(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["init", str(tmp_path / "bank")]) == 0
    capsys.readouterr()
    assert main(["check", "--project", str(tmp_path / "bank")]) == 0
    assert capsys.readouterr().err == "no errors, 0 warnings\n"


def test_an_overlap_is_shown_by_the_smallest_account_and_its_region(
    rulebook: MakeRulebook,
) -> None:
    book = rulebook(
        tiers="""  rules:
    - {id: A, when: 'days in [0..30]', tier: A}
    - {id: B, when: 'days in [25..]', tier: B}
  otherwise: C"""
    )
    found = [p for p in prove(book) if p.code == "rule-overlap"]
    assert [p.message for p in found] == [
        "rules 'A' (tier A) and 'B' (tier B) both match an account with days in [25..30]; "
        "for example (days = 25)"
    ]
    assert found[0].level is Level.ERROR
    assert found[0].span is not None


def test_a_shadowed_rule_names_only_those_that_take_its_accounts(rulebook: MakeRulebook) -> None:
    book = rulebook(
        treatments="""  rules:
    - {id: help, when: days > 90, then: {tone: hard}}
    - {id: low, when: days < 10, then: {tone: soft}}
    - {id: high, when: days >= 5, then: {tone: soft}}
    - {id: never, when: 'days in [3..40]', then: {tone: hard}}
  otherwise: {tone: none}"""
    )
    assert _said(prove(book), "rule-unreachable") == [
        "rule 'never' is never reached: every account it describes is decided before it, "
        "by 'low', 'high'"
    ]


def test_amounts_are_read_in_the_currency_of_the_account(rulebook: MakeRulebook) -> None:
    book = rulebook(
        tiers="""  rules:
    - {id: A, when: 'balance < 20000', tier: A}
    - {id: B, when: 'balance > 20000', tier: B}
  otherwise: MANUAL"""
    )
    said = _said(prove(book), "rule-gap")
    assert len(said) == 1
    assert "balance = 20000.00" in said[0]


def test_annotations_name_file_line_and_column(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["init", str(tmp_path / "bank")])
    rules = tmp_path / "bank/config/rules/overdue.yaml"
    text = rules.read_text("utf-8").replace("(180..]", "(170..]")
    rules.write_text(text, "utf-8")
    capsys.readouterr()
    assert main(["check", "--project", str(tmp_path / "bank"), "--format", "github"]) == 10
    line = next(i for i, row in enumerate(text.splitlines(), 1) if row.strip().startswith("M6+ "))
    said = capsys.readouterr()
    assert said.out.startswith(
        f"::error file=config/rules/overdue.yaml,line={line},col=5,title=rule-overlap::"
        "rules 'M6' (tier M6) and 'M6+' (tier M6+) both match an account with "
        "days_past_due in [171..180]; for example (days_past_due = 171)%0Aexpected: "
    )
    assert len(said.out.splitlines()) == 1


def test_neither_help_nor_a_night_loads_the_prover() -> None:
    code = (
        "import sys, collectctl.nightly, collectctl.cli, collectctl.commands.check; "
        "sys.exit('z3' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("first", "then", "level", "said"),
    [
        ("3", "null", Level.WARNING, "from 2027-01-01 on no night can be run: "),
        ("null", "3", Level.WARNING, "from 2024-01-01 on no night can be run: "),
        ("null", "null", Level.ERROR, "from 2024-01-01 on no night can be run: "),
    ],
)
def test_days_on_which_a_parameter_has_no_value_are_told(
    rulebook: MakeRulebook, first: str, then: str, level: Level, said: str
) -> None:
    grace = f"""parameters:
  grace:
    title: Grace
    type: int
    values:
      - {{from: 2024-01-01, value: {first}, source: s, verified: house}}
      - {{from: 2027-01-01, value: {then}, source: s, verified: house}}
"""
    book = rulebook(
        more=grace,
        tiers="  rules:\n    - {id: A, when: 'days <= @grace', tier: A}\n  otherwise: C",
    )
    found = [p for p in prove(book) if p.code == "parameter-not-in-force"]
    assert found[0].level is level
    assert found[0].message.startswith(said)
    assert "'@grace'" in found[0].message
