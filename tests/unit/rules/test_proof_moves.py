"""Which moves are possible between two rulebooks, for every account there could be."""

from datetime import date

import pytest
from rulebooks import COLUMNS, TIERS, TREATMENTS, MakeRulebook, MakeText

from collectctl.columns import read_dictionary
from collectctl.problems import ConfigError
from collectctl.rules.proof import possible_moves
from collectctl.rules.rulebook import Rulebook, read_rulebook

DAY = date(2026, 11, 20)


GRACE = """parameters:
  grace:
    title: Grace
    type: int
    values:
      - {{from: 2024-01-01, value: {early}, source: s, verified: house}}
      - {{from: 2026-07-01, value: {late}, source: s, verified: house}}
"""


def told(old: Rulebook, new: Rulebook) -> dict[tuple[tuple[str, str], tuple[str, str]], str]:
    moves = possible_moves(old, new, DAY)
    assert moves.open == ()
    return {(m.old, m.new): m.example for m in moves.possible}


def test_a_moved_bound_gives_the_move_with_the_plainest_account(rulebook: MakeRulebook) -> None:
    new = rulebook(tiers=TIERS.replace("[1..30]", "[1..29]"))
    found = told(rulebook(), new)
    assert set(found) == {
        (("B", "help"), ("C", "help")),
        (("B", "soft"), ("C", "hard")),
    }
    assert found[("B", "soft"), ("C", "hard")] == "days = 30, hardship = false"


def test_a_missing_value_may_be_the_only_way_to_move(rulebook: MakeRulebook) -> None:
    new = rulebook(treatments=TREATMENTS.replace("on_unknown: no_match, because: told, ", ""))
    found = told(rulebook(), new)
    assert found
    assert all("hardship is null" in example for example in found.values())
    assert {new for _, new in found} == {("B", "MANUAL"), ("C", "MANUAL"), ("A", "MANUAL")}


def test_a_mark_of_one_book_alone_is_refused_since_no_account_is_one_of_both(
    rulebook: MakeRulebook,
) -> None:
    marked = rulebook(manual="hold, marks: {hardship: any}")
    with pytest.raises(ConfigError) as refused:
        possible_moves(rulebook(), marked, DAY)
    (problem,) = refused.value.problems
    assert problem.code == "diff-column"
    assert problem.message.startswith("column 'hardship' has mark none in one, any in the other")
    assert told(marked, marked) == {}


def test_a_move_that_a_later_value_makes_possible_is_listed_with_its_first_day(
    rulebook: MakeRulebook,
) -> None:
    tiers = TIERS.replace("days = 0", "days <= @grace").replace("[1..30]", "(@grace..30]")
    old = rulebook(tiers=tiers, more=GRACE.format(early=3, late=3))
    new = rulebook(tiers=tiers, more=GRACE.format(early=3, late=5))
    moves = possible_moves(old, new)
    assert [day.isoformat() for day in moves.days] == ["2024-01-01", "2026-07-01"]
    assert moves.possible
    assert {m.since.isoformat() for m in moves.possible} == {"2026-07-01"}
    assert all("days = 4" in m.example for m in moves.possible)
    assert possible_moves(old, new, date(2026, 6, 30)).possible == ()
    assert len(possible_moves(old, new, DAY).possible) == len(moves.possible)


def test_days_on_which_only_one_of_the_books_can_be_used_are_left_out(
    rulebook: MakeRulebook,
) -> None:
    tiers = TIERS.replace("days = 0", "days <= @grace")
    old = rulebook(tiers=tiers, more=GRACE.format(early=0, late="null"))
    new = rulebook(tiers=tiers, more=GRACE.format(early=0, late=0))
    assert [day.isoformat() for day in possible_moves(old, new).days] == ["2024-01-01"]
    never = rulebook(tiers=tiers, more=GRACE.format(early="null", late=0))
    with pytest.raises(ConfigError) as refused:
        possible_moves(old, never)
    assert refused.value.problems[0].code == "parameter-not-in-force"


def test_a_rulebook_and_itself_have_no_move(rulebook: MakeRulebook) -> None:
    assert told(rulebook(), rulebook()) == {}


def test_what_is_not_decided_in_time_is_never_called_impossible(rulebook: MakeRulebook) -> None:
    product = "derive:\n  q: {type: ratio, decimals: 4, round: half_up, value: balance / limit}"
    hard = TIERS.replace("'days = 0'", "'3 * q + rate > 7 * q - 2 * rate'")
    moves = possible_moves(
        rulebook(more=product, tiers=hard),
        rulebook(more=product, tiers=hard.replace("7 * q", "11 * q")),
        DAY,
        milliseconds=1,
    )
    assert moves.open


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("days: {type: int, unit: days, min: 0", "days: {type: int, unit: days, min: 1",
         "column 'days' has min 0 in one, 1 in the other of the two rulebooks"),
        ("values: [gold, silver,", "values: [gold, bronze, silver,",
         "column 'product' has values gold, silver, 惠农卡 in one"),
    ],
)  # fmt: skip
def test_books_of_other_columns_are_refused_by_name(
    ruleset: MakeText, before: str, after: str, said: str
) -> None:
    tiers = TIERS.replace("'days = 0'", "\"days = 0 and product = 'gold'\"")
    books = []
    for text in (COLUMNS, COLUMNS.replace(before, after)):
        dictionary, _ = read_dictionary(text.encode(), "columns.yaml")
        assert dictionary is not None
        book, problems = read_rulebook({"rules.yaml": ruleset(tiers=tiers)}, dictionary)
        assert book is not None, problems
        books.append(book)
    with pytest.raises(ConfigError) as refused:
        possible_moves(books[0], books[1], DAY)
    (problem,) = refused.value.problems
    assert problem.code == "diff-column"
    assert said in problem.message
