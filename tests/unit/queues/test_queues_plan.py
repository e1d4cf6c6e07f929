"""What a queue plan may say, and how a wrong one is told."""

import pytest
from queue_work import CONFIG, PLAN, dictionary, plan, read

from collectctl.compliance.statuses import read_statuses
from collectctl.problems import Level
from collectctl.queues.plan import read_queue_plan


def test_the_starter_plan_has_no_problems_and_serves_every_queue_that_statuses_name() -> None:
    found, problems = read_queue_plan(
        (CONFIG / "queues.yaml").read_bytes(), "queues.yaml", dictionary()
    )
    assert found is not None and problems == ()
    table, problems = read_statuses(
        (CONFIG / "statuses.yaml").read_bytes(), "statuses.yaml", queues=found.queues
    )
    assert table is not None and problems == ()


def test_a_team_with_members_has_a_workbook_each_and_one_without_has_one_for_all() -> None:
    files = {t.id: [m.file for m in t.members] for t in plan().teams}
    assert files == {"special": ["special.xlsx"], "phone": ["phone-P01.xlsx", "phone-P02.xlsx"]}


def test_the_digest_is_that_of_the_file() -> None:
    assert plan().digest == plan().digest != plan(PLAN + "freeze: 1\n").digest


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("otherwise: phone", "otherwise: phones", "unknown-team"),
        ("otherwise: phone\n", "", "missing-key"),
        ("team: special}", "team: specials}", "unknown-team"),
        ("capacity: 5}", "capacity: 0}", "bad-value"),
        ("capacity: 5}", "members: []}", "queue-team"),
        ("id: P02", "id: p01", "queue-file-clash"),
        ("id: P02", "id: ../x", "bad-value"),
        ("special: {label", "waiting: {label", "queue-file-clash"),
        ("{queue: [special], team: special}", "{team: special}", "queue-rule-empty"),
        ("{queue: [special], team: special}", "{queue: [], team: special}", "bad-value"),
        ("queue: [special], team", "queue: [special], task: [call], team", "queue-gap"),
        ("work:\n", "work:\n  - {task: [call], team: phone}\n", "queue-order"),
        ("work:\n", "work:\n  - {queue: [special], task: [cal], team: phone}\n", "unknown-value"),
        ("work:\n", "work:\n  - {queue: [special], branch_code: [B9], team: phone}\n",
         "unknown-value"),
        ("balance, outcome", "balence, outcome", "unknown-column"),
        ("balance, outcome", "name, outcome", "queue-column-twice"),
        ("balance, outcome, ", "balance, ", "queue-column-needed"),
        ("columns: [position", "freeze: 9\ncolumns: [position", "queue-freeze"),
        ("en: Other}", "en: Paid}", "queue-outcome"),
        ("outcomes:", "colours: [{column: name, at_least: 3, colour: red}]\noutcomes:",
         "queue-colour"),
        ("outcomes:", "colours: [{column: outcome, equals: payd, colour: red}]\noutcomes:",
         "unknown-outcome"),
        ("outcomes:", "words: {phone: {a: {zh_CN: a, en: a}}}\noutcomes:", "unknown-column"),
    ],
)  # fmt: skip
def test_a_wrong_plan_is_refused_at_its_place(old: str, new: str, code: str) -> None:
    text = PLAN.replace(old, new, 1)
    assert text != PLAN
    found, problems = read(text)
    assert found is None
    assert code in {p.code for p in problems}
    assert all(p.span is not None and p.span.line > 0 for p in problems)


def test_a_team_that_gets_no_work_is_only_a_warning() -> None:
    found, problems = read(
        PLAN.replace("queue: [special], team: special", "queue: [special], team: phone")
    )
    assert found is not None
    assert [(p.code, p.level) for p in problems] == [("queue-team-idle", Level.WARNING)]


def test_conditions_on_words_of_the_rulebook_are_checked_when_it_is_given() -> None:
    text = PLAN.replace("otherwise", "  - {tone: [legall], team: phone}\notherwise", 1)
    assert read(text)[0] is not None
    found, problems = read(text, tone=frozenset({"legal", "care"}))
    assert found is None and [p.code for p in problems] == ["unknown-value"]
    assert problems[0].mend == "did you mean 'legal'?"
