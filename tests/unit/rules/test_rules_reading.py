"""A rulebook is read whole or refused with everything that is wrong with it."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from collectctl.columns import Dictionary
from collectctl.problems import Level, Problem, render
from collectctl.rules.rulebook import Rulebook, read_rulebook

Read = Callable[..., tuple[Rulebook | None, tuple[Problem, ...]]]
MakeText = Callable[..., bytes]

PARAMETERS = """format: collectctl/1
parameters:
  big:
    title: 大额
    type: money
    values:
      - {from: 2026-07-01, value: 30000, source: S2, verified: house}
      - {from: 2024-01-01, value: 20000.50, source: S1, verified: house}
"""


def test_every_fault_of_every_file_is_told_at_once_with_its_place(read: Read) -> None:
    found, problems = read(
        {
            "parameters.yaml": PARAMETERS.replace("20000.50", "20_000"),
            "segments.yaml": "format: collectctl/1\nsegments:\n  risky: score < 600 or scoer > 1\n",
        },
        tiers="  rules:\n    - {id: A, when: 'days ＞ 1', tier: A}\n  otherwise: Q",
    )
    assert found is None
    told = [f"{p.span} {p.code}" for p in problems if p.level is Level.ERROR]
    assert told == [
        "parameters.yaml:8:35 parameter-value",
        "rules.yaml:14:27 rule-character",
        "rules.yaml:15:14 unknown-tier",
        "segments.yaml:3:25 unknown-column",
    ]


def test_a_fault_in_a_table_cell_points_into_the_cell(read: Read) -> None:
    _, problems = read(
        {"parameters.yaml": PARAMETERS},
        tiers="""  table: |
    id | days    | balance | tier
    A  | 0       | -       | A
    B  | [1..30] | >= @bigg| B
    B2 | [90..31] | -      | B
    C  | -       | -       | C
  otherwise: C""",
    )
    assert "\n".join(render(p) for p in problems) == (
        "rules.yaml:16:23: error[unknown-parameter]: unknown parameter '@bigg'\n"
        "16 |     B  | [1..30] | >= @bigg| B\n"
        "   |                       ^^^^^\n"
        "mend: did you mean 'big'?\n"
        "rules.yaml:17:11: error[rule-range]: empty range: nothing lies between 90 and 31\n"
        "17 |     B2 | [90..31] | -      | B\n"
        "   |           ^^\n"
        "expected: low..high, the smaller first\n"
        "rules.yaml:18:5: error[rule-without-condition]: rule 'C' has no condition\n"
        "18 |     C  | -       | -       | C\n"
        "   |     ^\n"
        "expected: at least one test\n"
        "mend: a rule for all the rest is written as otherwise:"
    )


def test_a_wrong_key_does_not_hide_a_slip_in_a_condition(read: Read) -> None:
    _, problems = read(
        {"p.yaml": PARAMETERS.replace("title", "titel")},
        tiers="  rules:\n    - {id: A, when: 'days == 1', tier: A}\n  otherwise: C",
    )
    assert [p.code for p in problems] == ["missing-key", "unknown-key", "rule-operator"]


def _when(text: str) -> str:
    return f'  rules:\n    - {{id: A, when: "{text}", tier: A}}\n  otherwise: C'


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("scor > 1", "unknown-column", "did you mean 'score'?"),
        ("big > 1", "unknown-column", "write @big"),
        ("product = 'golf'", "unknown-value", "did you mean 'gold'?"),
        ("product = gold", "unknown-column", "single quotes"),
        ("product > 'gold'", "rule-type", "has no order"),
        ("days > balance", "rule-type", "the same type and unit"),
        ("days > score * 1 and balance > score", "rule-type", "money"),
        ("score > 600.5", "rule-decimals", "at most 0"),
        ("balance > 1.005", "rule-decimals", "at most 2"),
        ("rate > 0.00001", "rule-decimals", "at most 4"),
        ("memo = 'x'", "rule-type", "declare it as enum"),
        ("days = '5'", "rule-type", "without quotes"),
        ("due > 5", "rule-type", "date '2026-01-31'"),
        ("score", "rule-type", "no test by itself"),
        ("1 = 1", "rule-constant", "a column on one side"),
        ("true", "rule-constant", "same for every account"),
        ("hardship = 'x'", "rule-type", "= true"),
        ("balance * limit > 5", "rule-product", "a constant on one side"),
        ("balance / limit > 0.5", "rule-division", "derive:"),
        ("balance / 0 > 5", "rule-division", "division by zero"),
        ("score - score > 5", "rule-constant", "cancel out"),
        ("-product = 'gold'", "rule-type", "a minus"),
        ("(balance + 1) is null", "rule-null", "asks about a column"),
        ("balance * 123456789.123456789 > limit", "rule-magnitude", "beyond what is exact"),
        ("days in [5..1]", "rule-range", "smaller first"),
        ("", "rule-without-condition", "otherwise:"),
    ],
)
def test_a_condition_that_makes_no_sense_is_refused(
    read: Read, text: str, code: str, said: str
) -> None:
    found, problems = read({"p.yaml": PARAMETERS}, tiers=_when(text))
    assert found is None
    told = [render(p) for p in problems if p.level is Level.ERROR]
    assert len(told) == 1
    assert f"error[{code}]" in told[0]
    assert said in told[0]


TREATMENTS = """  rules:
    - {id: help, when: hardship, then: {tone: soft}}
  otherwise: {tone: none}"""


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"tiers": "  rules:\n    - {id: A, when: days = 0, tier: A}"}, "missing-otherwise"),
        ({"tiers": "  otherwise: C"}, "chain-form"),
        ({"tiers": "  table: ''\n  otherwise: C"}, "table-empty"),
        ({"tiers": "  table: |\n    id | tier\n    A | A | B\n  otherwise: C"}, "table-width"),
        ({"tiers": "  table: |\n    id | dayz | tier\n  otherwise: C"}, "unknown-column"),
        ({"tiers": "  table: |\n    id | days\n    A | 0\n  otherwise: C"}, "table-heading"),
        (
            {"tiers": "  rules:\n    - {id: A, when: days = 0, tier: A, on_unknown: match}\n"
             "  otherwise: C"},
            "because-missing",
        ),
        (
            {"tiers": "  rules:\n    - {id: A, when: days = 0, tier: A}\n"
             "    - {id: A, when: days = 1, tier: B}\n  otherwise: C"},
            "duplicate-rule",
        ),
        ({"tiers": "  rules:\n    - {id: MANUAL, when: days = 0, tier: A}\n  otherwise: C"},
         "reserved-name"),
        ({"tiers": "  rules:\n    - {id: A, whn: days = 0, tier: A}\n  otherwise: C"},
         "unknown-key"),
        ({"treatments": TREATMENTS.replace("soft", "sotf")}, "unknown-value"),
        ({"treatments": TREATMENTS.replace("tone: soft", "tune: soft")}, "unknown-output"),
        ({"treatments": TREATMENTS.replace("tone: soft", "document: x")}, "missing-output"),
        ({"treatments": TREATMENTS.replace("help", "aid")}, "unknown-treatment"),
        ({"manual": "hold, marks: {days: any}"}, "mark-column"),
        ({"manual": "hold, marks: {hardshp: any}"}, "unknown-column"),
        ({"manual": "hold, marks: {hardship: some}"}, "bad-value"),
        ({"more": "segments: {score: days > 1}"}, "name-taken"),
        ({"more": "segments: {a: b, b: a}"}, "segment-loop"),
        ({"more": "derive: {u: {type: ratio, round: half_up, value: balance * 1}}"}, "rule-type"),
        ({"more": "derive: {u: {type: ratio, round: half_up, value: nope / limit}}"},
         "unknown-column"),
        ({"more": "derive: {u: {type: money, round: half_up, value: balance + 5}}"},
         "rule-amount"),
        ({"more": "parameters: {p: {title: P, type: int, values: []}}"}, "parameter-values"),
        (
            {"more": "parameters: {p: {title: P, type: int, values: [{from: 2024-01-01, value: 1,"
             " currency: USD, source: s, verified: house}]}}"},
            "parameter-currency",
        ),
        (
            {"more": "parameters: {p: {title: P, type: int, values: [{from: 2024-01-01, value: 1,"
             " source: s, verified: house}, {from: 2024-01-01, value: 2, source: s,"
             " verified: house}]}}"},
            "parameter-date",
        ),
    ],
)  # fmt: skip
def test_a_rulebook_that_could_mislead_is_refused(
    read: Read, parts: dict[str, str], code: str
) -> None:
    found, problems = read(**parts)
    assert found is None
    assert code in {p.code for p in problems if p.level is Level.ERROR}
    assert all(p.span is None or p.span.line for p in problems)


def test_a_parameter_without_a_source_is_refused(read: Read) -> None:
    found, problems = read({"p.yaml": PARAMETERS.replace("source: S1, ", "")})
    assert found is None
    assert [p.code for p in problems] == ["missing-key"]


def test_a_tier_that_no_rule_gives_is_a_warning(read: Read) -> None:
    found, problems = read(tiers="  rules:\n    - {id: A, when: days = 0, tier: A}\n  otherwise: C")
    assert found is not None
    assert [(p.code, p.level) for p in problems] == [("unused-tier", Level.WARNING)]


def test_only_one_file_has_the_rules(dictionary: Dictionary, ruleset: MakeText) -> None:
    both, problems = read_rulebook({"a.yaml": ruleset(), "b.yaml": ruleset()}, dictionary)
    assert both is None
    assert [p.code for p in problems] == ["ruleset-count"]
    none, problems = read_rulebook({}, dictionary)
    assert none is None
    assert [p.code for p in problems] == ["ruleset-count"]


def test_comments_spacing_and_file_names_do_not_change_the_digest(
    dictionary: Dictionary, ruleset: MakeText
) -> None:
    def digest(files: dict[str, bytes]) -> str:
        found, problems = read_rulebook(files, dictionary)
        assert found is not None, problems
        return found.digest

    text = ruleset(more="segments: {late: days > 30}")
    plain = digest({"rules.yaml": text})
    assert digest({"x.yaml": text.replace(b"days > 30", b"days   >  30")}) == plain
    assert digest({"x.yaml": b"format: collectctl/1\n# hello\n" + text.split(b"\n", 1)[1]}) == plain
    assert digest({"rules.yaml": text.replace(b"days > 30", b"days > 31")}) != plain


def test_a_rulebook_says_what_it_needs_and_names(read: Read) -> None:
    found, _ = read(
        {"p.yaml": PARAMETERS},
        more="derive: {use: {type: ratio, round: half_up, value: balance / limit}}\n"
        "segments: {risky: use > 0.9 or score < 10}",
        tiers="  table: |\n    id | days | risky | tier\n    A | 0 | true | A\n  otherwise: C",
    )
    assert found is not None
    assert found.columns == {
        "account_id", "customer_id", "currency", "days", "balance", "limit", "score", "hardship",
    }  # fmt: skip
    assert found.tiers == ("A", "B", "C")
    assert found.treatments == ("help", "hard", "soft", "otherwise")
    assert found.documents == {"final", "note"}
    assert found.outputs["tone"].values == ("none", "soft", "hard")


def test_every_code_of_this_room_is_explained_in_the_guide(request: Any) -> None:
    root = request.config.rootpath
    code = re.compile(r'"((?:rule|ruleset|parameter|segment|table|tier|unknown|unused|missing|'
                      r'output|chain|because|duplicate|reserved|name|too)-[a-z-]+)"')  # fmt: skip
    used = {
        c
        for f in (root / "collectctl/rules").glob("*.py")
        for c in code.findall(f.read_text("utf-8"))
    }
    guide = (root / "docs/rules.md").read_text("utf-8")
    assert {c for c in used if f"`{c}`" not in guide} == set()


@pytest.mark.parametrize(
    ("written", "mend"),
    [("20,000", "20000"), ("20,000.00", "20000.00"), ("1,234,567.89", "1234567.89")],
)
def test_a_comma_in_an_amount_between_braces_is_told_as_what_it_is(
    read: Read, written: str, mend: str
) -> None:
    values = f"values: [{{from: 2024-01-01, value: {written}, source: s, verified: house}}]"
    found, problems = read(more=f"parameters:\n  big: {{title: Big, type: money, {values}}}")
    assert found is None
    assert {p.mend for p in problems} == {f"a number has no thousands separator here: write {mend}"}
