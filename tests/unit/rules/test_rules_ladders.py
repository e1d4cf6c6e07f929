"""Ladders: how they are written, what is refused, and which step a night takes."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pytest
from rulebooks import COLUMNS, RULESET, MakeRulebook, Read, dictionary_in

from collectctl.columns import LADDERS_ONLY, read_dictionary
from collectctl.rules.ladders import Ladder
from collectctl.rules.meaning import Book, changes
from collectctl.rules.rulebook import Rulebook, read_rulebook
from collectctl.rules.rungs import NEVER, NONE, rung
from collectctl.rules.syntax import write

TREATMENTS = """  rules:
    - {id: help, when: hardship, on_unknown: no_match, because: told, then: {tone: soft}}
    - {id: hard, when: "tier = 'C'", then: {tone: hard, document: c, channels: [letter, sms, call]}}
    - {id: soft, when: "tier = 'B'", then: {tone: soft, document: note, channels: [sms]}}
  otherwise: {tone: none}"""
CHANNELS = "  channels: {type: list, values: [letter, sms, call]}"
THREE = "{after_days: 1, document: a}, {after_days: 8, document: b}, {after_days: 15, document: c}"


def text_of(ladder: str, more: str = "") -> bytes:
    base = RULESET.format(
        more=more,
        tiers="""  rules:
    - {id: A, when: 'days = 0', tier: A}
    - {id: B, when: 'days in [1..30]', tier: B}
  otherwise: C""",
        treatments=TREATMENTS,
        manual="hold",
    )
    base = base.replace("  document: {type: document}", "  document: {type: document}\n" + CHANNELS)
    return (base + ladder).encode()


def codes(ladder: str, more: str = "") -> list[str]:
    found, problems = read_rulebook({"rules.yaml": text_of(ladder, more)}, dictionary_in(COLUMNS))
    assert all(p.span is not None and p.span.line > 1 for p in problems)
    assert (found is None) == bool(problems)
    return [p.code for p in problems]


def book(ladder: str, more: str = "") -> Rulebook:
    found, problems = read_rulebook({"rules.yaml": text_of(ladder, more)}, dictionary_in(COLUMNS))
    assert found is not None, problems
    return found


def ladder(missed: str, escalate: str, steps: str = THREE) -> Ladder:
    text = f"ladder:\n  hard: {{missed: {missed}, escalate: {escalate}, steps: [{steps}]}}\n"
    return book(text).ladders["hard"]


def taken(one: Ladder, net: int, issued: Sequence[int | None], day: int = 100) -> tuple[int, str]:
    """Step and reason of one account; `issued` is the day of each step's notice."""
    days = np.array([[NEVER if d is None else d] for d in issued])
    found = rung(one, np.array([net]), days, np.array([False]), day)
    return int(found.step[0]), found.reason[0].as_py()


# how a ladder is written


def test_a_ladder_keeps_its_steps_and_falls_back_to_the_treatments_channels() -> None:
    one = ladder(
        "skip", "by_sequence",
        "{after_days: 1, document: a, channels: [sms], min_stay_days: 5, never_skip: true},"
        " {after_days: 9, document: c, step: bureau}",
    )  # fmt: skip
    assert [(s.after_days, s.document, one.channels_of(s)) for s in one.steps] == [
        (1, "a", ("sms",)), (9, "c", ("letter", "sms", "call")),
    ]  # fmt: skip
    assert [(s.min_stay_days, s.never_skip, s.measure) for s in one.steps] == [
        (5, True, None), (0, False, "bureau"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("treatment", "said", "code"),
    [
        ("hart", f"missed: skip, escalate: by_state, steps: [{THREE}]", "unknown-treatment"),
        ("hard", "missed: skip, escalate: by_state, steps: []", "ladder-empty"),
        ("hard", f"missed: never, escalate: by_state, steps: [{THREE}]", "bad-value"),
        ("hard", f"missed: skip, steps: [{THREE}]", "missing-key"),
        ("hard", "missed: skip, escalate: by_state, steps: [{after_days: 0, document: c}]",
         "ladder-order"),
        ("hard", "missed: skip, escalate: by_state,"
         " steps: [{after_days: 5, document: c}, {after_days: 5, document: b}]", "ladder-order"),
        ("hard", "missed: skip, escalate: by_state,"
         " steps: [{after_days: 5, document: c}, {after_days: 9, document: c}]", "ladder-document"),
        ("hard", "missed: skip, escalate: by_state, steps: [{after_days: 5, document: b}]",
         "ladder-document"),
        ("hard", "missed: skip, escalate: by_state,"
         " steps: [{after_days: 5, document: c, min_stay_days: 5}, {after_days: 9, document: b}]",
         "ladder-stay"),
        ("hard", "missed: skip, escalate: by_sequence,"
         " steps: [{after_days: 5, document: c, min_stay_days: 0}, {after_days: 9, document: b}]",
         "ladder-stay"),
        ("hard", "missed: skip, escalate: by_sequence,"
         " steps: [{after_days: 5, document: c, min_stay_days: 2}]", "ladder-stay"),
        ("hard", "missed: skip, escalate: by_state,"
         " steps: [{after_days: 5, document: c, channels: [fax]}]", "unknown-value"),
        ("hard", "missed: skip, escalate: by_state,"
         " steps: [{after_days: 5, document: c, channels: []}]", "bad-value"),
        ("soft", "missed: skip, escalate: by_state,"
         " steps: [{after_days: 5, document: note, channels: [letter]}]", "ladder-channels"),
        ("help", "missed: skip, escalate: by_state, steps: [{after_days: 5, document: c}]",
         "ladder-channels"),
        ("hard", "missed: skip, escalate: by_state,"
         " steps: [{after_days: 5, document: c, step: court}]", "bad-value"),
    ],
)  # fmt: skip
def test_a_ladder_that_cannot_be_followed_is_refused(treatment: str, said: str, code: str) -> None:
    assert codes(f"ladder:\n  {treatment}: {{{said}}}\n") == [code]


@pytest.mark.parametrize(
    "parameter",
    [
        "ratio, values: [{from: 2024-01-01, value: '3', source: s, verified: house}]}",
        "int, values: [{from: 2024-01-01, value: '-3', source: s, verified: house}]}",
        "int, values: [{from: 2024-01-01, value: null, source: s, verified: house}]}",
    ],
)  # fmt: skip
def test_grace_that_is_no_number_of_days_is_refused(parameter: str) -> None:
    said = f"ladder:\n  hard: {{missed: skip, escalate: by_state, steps: [{THREE}]}}\n"
    more = f"parameters:\n  grace_days: {{title: g, type: {parameter}"
    assert codes(said, more) == ["ladder-grace"]
    assert codes("", more) == []


def test_a_ladder_needs_the_outputs_that_it_sets(read: Read) -> None:
    found, problems = read(
        more="ladder:\n  soft: {missed: skip, escalate: by_state,"
        " steps: [{after_days: 1, document: note}]}"
    )
    assert found is None
    assert [p.code for p in problems] == ["unknown-output", "ladder-channels"]


def test_ladders_are_part_of_what_a_rulebook_says_and_name_its_documents() -> None:
    said = "ladder:\n  hard: {{missed: {}, escalate: by_state, steps: [{}]}}\n"
    books = [book(""), *(book(said.format(m, THREE)) for m in ("skip", "most_severe"))]
    books.append(book(said.format("skip", THREE.replace("8", "9"))))
    assert len({b.digest for b in books}) == 4
    assert books[0].documents == {"c", "note"}
    assert books[1].documents == {"a", "b", "c", "note"}


def test_ladders_that_differ_are_named_when_two_rulebooks_are_compared() -> None:
    said = "ladder:\n  {}: {{missed: {}, escalate: by_state, steps: [{}]}}\n"
    two = {
        name: Book(book(text), date(2026, 11, 20))
        for name, text in (
            ("none", ""),
            ("skip", said.format("hard", "skip", THREE)),
            ("later", said.format("hard", "skip", THREE.replace("8", "9"))),
        )
    }
    assert changes(two["none"], two["skip"]).added == (("ladder", "hard"),)
    assert changes(two["skip"], two["none"]).removed == (("ladder", "hard"),)
    assert changes(two["skip"], two["later"]).changed == (("ladder", "hard"),)
    assert changes(two["skip"], two["skip"]).changed == ()


# net days serve ladders alone


@pytest.mark.parametrize("name", LADDERS_ONLY)
@pytest.mark.parametrize(
    "more",
    [
        "segments:\n  late: {} > 3",
        "derive:\n  more: {{type: int, round: half_up, value: '{} + days'}}",
        "derive:\n  {}: {{type: int, round: half_up, value: 'days + 1'}}",
        "segments:\n  {}: days > 3",
        "never:\n  - {{id: P, say: x, if: '{} > 3'}}",
        "monotone:\n  - {{id: T, say: x, column: {}, output: tone}}",
        "forbidden: [{}]",
        "scorecards:\n  card:\n    title: x\n    editions:\n      - from: 2024-01-01\n"
        "        source: s\n        verified: house\n        table: |\n"
        "          column | value | points\n          {} | >= 0 | 1",
    ],
)
def test_no_rule_may_ask_for_net_days(read: Read, more: str, name: str) -> None:
    found, problems = read(more=more.format(name))
    assert found is None
    assert "net-days" in {p.code for p in problems}
    assert problems[0].span is not None


def test_neither_tiers_nor_treatments_nor_a_column_may_be_net_days(read: Read) -> None:
    tiers = "  table: |\n    id | net_days | tier\n    a | 3 | A\n  otherwise: C"
    rules = "  rules:\n    - {id: a, when: 'net_days > 3', then: {tone: soft}}\n  otherwise: {tone: none}"  # noqa: E501
    for found, problems in (read(tiers=tiers), read(treatments=rules)):
        assert found is None
        assert "net-days" in {p.code for p in problems}
    columns = COLUMNS + "  net_days: {type: int}\n"
    found_dictionary, problems = read_dictionary(columns.encode(), "columns.yaml")
    assert found_dictionary is None
    assert [p.code for p in problems] == ["net-days"]


# promises see every document of a ladder


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("document = 'a'", "treatment in ('hard')"),
        ("document = 'note'", "treatment in ('soft')"),
        ("not (document = 'note')", "not treatment in ('soft')"),
        ("document not in ('a', 'b', 'c', 'note')", "treatment not in ('hard', 'soft')"),
        ("not (document in ('a', 'b', 'c'))", "not treatment in ('hard')"),
        ("channels has 'sms'", "treatment in ('hard', 'soft')"),
        ("not (channels has 'sms')", "not treatment in ('soft')"),
    ],
)
def test_a_promise_speaks_of_everything_that_a_ladder_may_send(written: str, meant: str) -> None:
    steps = THREE.replace("document: a", "document: a, channels: [letter]")
    said = f"ladder:\n  hard: {{missed: skip, escalate: by_state, steps: [{steps}]}}\n"
    more = f'never:\n  - {{id: P, say: told, if: "{written}"}}'
    (policy,) = book(said, more).policies.never
    assert write(policy.test.condition) == meant


# which step is taken


@pytest.mark.parametrize("missed", ["skip", "most_severe"])
@pytest.mark.parametrize(
    ("net", "issued", "expected"),
    [
        (-1, (None, None, None), (NONE, "unknown")),
        (0, (None, None, None), (NONE, "early")),
        (1, (None, None, None), (0, "step")),
        (7, (None, None, None), (0, "step")),
        (7, (90, None, None), (NONE, "issued")),
        (8, (90, None, None), (1, "step")),
        (14, (None, None, None), (1, "step")),
        (15, (None, None, None), (2, "step")),
        (400, (None, None, None), (2, "step")),
        (400, (None, None, 90), (NONE, "issued")),
        (9, (None, None, 90), (1, "step")),
    ],
)
def test_by_state_the_step_is_that_of_the_net_day(
    missed: str, net: int, issued: tuple[int | None, ...], expected: tuple[int, str]
) -> None:
    assert taken(ladder(missed, "by_state"), net, issued) == expected


@pytest.mark.parametrize(
    ("issued", "expected"),
    [
        ((None, None, None), (0, "step")),
        ((95, None, None), (1, "step")),
        ((100, None, None), (NONE, "stay")),
        ((95, 97, None), (2, "step")),
        ((95, 97, 99), (NONE, "issued")),
        ((None, 97, None), (0, "step")),
    ],
)
def test_stepping_through_takes_what_is_due_one_a_night(
    issued: tuple[int | None, ...], expected: tuple[int, str]
) -> None:
    assert taken(ladder("step_through", "by_state"), 20, issued) == expected


@pytest.mark.parametrize("missed", ["step_through", "most_severe"])
@pytest.mark.parametrize(
    ("issued", "expected"),
    [
        ((None, None, None), (0, "step")),
        ((95, None, None), (1, "step")),
        ((None, 97, None), (2, "step")),
        ((None, None, 97), (NONE, "issued")),
    ],
)
def test_by_sequence_a_step_follows_the_one_that_was_issued(
    missed: str, issued: tuple[int | None, ...], expected: tuple[int, str]
) -> None:
    assert taken(ladder(missed, "by_sequence"), 20, issued) == expected


def test_by_sequence_and_skip_gives_up_a_step_whose_days_are_over() -> None:
    one = ladder("skip", "by_sequence")
    assert taken(one, 20, (None, None, None)) == (2, "step")
    assert taken(one, 9, (None, None, None)) == (1, "step")
    assert taken(one, 9, (None, None, 90)) == (NONE, "issued")


@pytest.mark.parametrize(("day", "expected"), [(104, (NONE, "stay")), (105, (1, "step"))])
def test_a_notice_stays_its_days_the_day_of_its_issue_not_counted(
    day: int, expected: tuple[int, str]
) -> None:
    steps = THREE.replace("document: a", "document: a, min_stay_days: 5")
    one = ladder("step_through", "by_sequence", steps)
    assert taken(one, 20, (100, None, None), day) == expected


@pytest.mark.parametrize("missed", ["skip", "step_through", "most_severe"])
@pytest.mark.parametrize("escalate", ["by_state", "by_sequence"])
def test_no_policy_skips_a_step_that_may_not_be_skipped(missed: str, escalate: str) -> None:
    one = ladder(missed, escalate, THREE.replace("document: b", "document: b, never_skip: true"))
    assert taken(one, 20, (90, None, None)) == (1, "step")
    assert taken(one, 20, (90, None, 95)) == (1, "step")
    assert taken(one, 20, (90, 97, None)) == (2, "step")


def test_a_held_account_takes_no_step() -> None:
    one = ladder("skip", "by_state")
    none = np.full((3, 2), NEVER)
    found = rung(one, np.array([8, 8]), none, np.array([True, False]), 100)
    assert found.step.tolist() == [NONE, 1]
    assert found.reason.to_pylist() == ["held", "step"]
    assert found.document.to_pylist() == [None, "b"]
    assert found.channels.to_pylist() == [None, "letter,sms,call"]


def test_a_rulebook_without_ladders_has_none(rulebook: MakeRulebook) -> None:
    assert rulebook().ladders == {}
