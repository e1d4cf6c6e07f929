"""Which moves are possible between two rulebooks, for every account there could be."""

from datetime import date

import pytest
from rulebooks import COLUMNS, TIERS, TREATMENTS, MakeRulebook, MakeText

from collectctl.columns import read_dictionary
from collectctl.problems import ConfigError
from collectctl.rules.proof import possible_moves
from collectctl.rules.rulebook import Rulebook, read_rulebook

DAY = date(2026, 11, 20)


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
