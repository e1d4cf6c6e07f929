"""One customer, one grade, one leading treatment."""

from collections.abc import Callable
from datetime import date

import pandas as pd

from collectctl.rules.decide import decide
from collectctl.rules.marks import pooled
from collectctl.rules.rollup import roll_up, severity
from collectctl.rules.rulebook import Rulebook

MakeRulebook = Callable[..., Rulebook]
MakeFrame = Callable[..., pd.DataFrame]
DAY = date(2026, 11, 20)


def _rolled(book: Rulebook, rows: pd.DataFrame) -> list[tuple[str, str, str]]:
    rolled = roll_up(book, rows, decide(book, rows, DAY))
    return list(zip(rolled["customer_grade"], rolled["lead"], rolled["lead_account"], strict=True))


def test_the_hardest_account_leads_the_others(rulebook: MakeRulebook, frame: MakeFrame) -> None:
    rows = frame(
        {"customer_id": "x", "days": 3}, {"customer_id": "y", "days": 3},
        {"customer_id": "x", "days": 99},
    )  # fmt: skip
    assert _rolled(rulebook(), rows) == [
        ("C", "hard", "a2"), ("B", "soft", "a1"), ("C", "hard", "a2"),
    ]  # fmt: skip


def test_a_gentle_treatment_of_one_account_wins_over_all(
    rulebook: MakeRulebook, frame: MakeFrame
) -> None:
    rows = frame(
        {"customer_id": "x", "days": 99}, {"customer_id": "x", "days": 3, "hardship": True}
    )
    assert _rolled(rulebook(), rows) == [("C", "help", "a1")] * 2


def test_one_undecided_account_holds_the_customer_unless_told_otherwise(
    rulebook: MakeRulebook, frame: MakeFrame
) -> None:
    rows = frame(
        {"customer_id": "x", "days": None}, {"customer_id": "x", "days": 3, "hardship": True},
        {"customer_id": "x", "days": 99},
    )  # fmt: skip
    assert _rolled(rulebook(), rows) == [("MANUAL", "MANUAL", "a0")] * 3
    apart = _rolled(rulebook(manual="apart"), rows)
    assert apart == [("MANUAL", "MANUAL", "a0"), ("C", "help", "a1"), ("C", "help", "a1")]


def test_of_equal_accounts_the_smallest_number_leads_in_any_order(
    rulebook: MakeRulebook, frame: MakeFrame
) -> None:
    rows = frame(*({"customer_id": "x", "days": 3, "account_id": a} for a in ("30", "1", "007")))
    assert {lead for _, _, lead in _rolled(rulebook(), rows)} == {"007"}
    assert {lead for _, _, lead in _rolled(rulebook(), rows.iloc[::-1])} == {"007"}


def test_an_account_without_a_customer_stands_for_itself(
    rulebook: MakeRulebook, frame: MakeFrame
) -> None:
    rows = frame({"customer_id": None, "days": 3}, {"customer_id": None, "days": 99})
    assert [lead for _, _, lead in _rolled(rulebook(), rows)] == ["a0", "a1"]


def test_treatments_go_from_gentle_to_hard_by_tone_then_file(rulebook: MakeRulebook) -> None:
    assert severity(rulebook()) == ("otherwise", "soft", "help", "hard")


def test_the_lead_brings_what_it_says(rulebook: MakeRulebook, frame: MakeFrame) -> None:
    rows = frame({"customer_id": "x", "days": 3}, {"customer_id": "x", "days": 99})
    book = rulebook()
    rolled = roll_up(book, rows, decide(book, rows, DAY))
    assert list(rolled["lead_tone"]) == ["hard", "hard"]
    assert list(rolled["lead_document"]) == ["final", "final"]
    assert len(roll_up(book, rows.iloc[:0], decide(book, rows.iloc[:0], DAY))) == 0


def test_a_mark_of_one_account_counts_on_all_before_one_of_them_leads(
    rulebook: MakeRulebook, frame: MakeFrame
) -> None:
    book = rulebook(manual="hold, marks: {hardship: any}")
    rows = frame(
        {"customer_id": "x", "days": 99},
        {"customer_id": "x", "days": 0, "hardship": True},
        {"customer_id": "y", "days": 99},
    )
    seen = pooled(book, rows)
    assert decide(book, seen, DAY)["treatment"].tolist() == ["help", "help", "hard"]
    assert rows["hardship"].tolist() == [False, True, False]
    assert rulebook().digest != book.digest
