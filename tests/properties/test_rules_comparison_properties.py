"""Comparisons of random rulebooks on every account of a small space."""

from collections import Counter
from datetime import date

import pandas as pd
import pyarrow as pa
from hypothesis import assume, given, settings
from rulebooks import dictionary_in
from test_proof_findings import BOOKS, COLUMNS, SPACE

from collectctl.columns import to_frame, to_table
from collectctl.rules.comparison import Comparison, Decided, compare, totals_of
from collectctl.rules.decide import decide
from collectctl.rules.meaning import Book, changes
from collectctl.rules.proof import possible_moves
from collectctl.rules.reasons import reasons
from collectctl.rules.rulebook import Rulebook, read_rulebook

DAY = date(2026, 11, 20)
DICTIONARY = dictionary_in(
    COLUMNS + "  balance: {type: money}\n  currency: {type: enum, values: [CNY, JPY]}\n"
)
SETTINGS = settings(max_examples=40, deadline=None)


def _accounts() -> pd.DataFrame:
    table = to_table(SPACE)
    size = len(table)
    balances = [None if i % 11 == 0 else i * 7919 - 500_000 for i in range(size)]
    currencies = [("CNY", "JPY", None)[i % 3] for i in range(size)]
    table = table.append_column("balance", pa.array(balances, pa.int64()))
    return to_frame(table.append_column("currency", pa.array(currencies, pa.string())))


ACCOUNTS = _accounts()


def book(text: str) -> Rulebook:
    assert DICTIONARY is not None
    found, _ = read_rulebook({"book.yaml": text.encode()}, DICTIONARY)
    assume(found is not None)
    assert found is not None
    return found


def compared(old: Rulebook, new: Rulebook) -> Comparison:
    sides = [Decided(rulebook=b, decisions=decide(b, ACCOUNTS, DAY)) for b in (old, new)]
    return compare(sides[0], sides[1], ACCOUNTS)


@SETTINGS
@given(old=BOOKS, new=BOOKS)
def test_the_margins_of_the_matrix_are_what_each_book_decides_alone(old: str, new: str) -> None:
    first, second = book(old), book(new)
    found = compared(first, second)
    assert found.total == totals_of(ACCOUNTS, second)
    for side, one in enumerate((first, second)):
        decided = decide(one, ACCOUNTS, DAY)
        for name, matrix in (("tier", found.tiers), ("treatment", found.treatments)):
            margin = Counter[str]()
            for pair, amount in matrix.items():
                margin[pair[side]] += amount.accounts
            assert margin == Counter(decided[name].tolist())


@SETTINGS
@given(old=BOOKS, new=BOOKS)
def test_the_other_way_round_it_is_the_transpose(old: str, new: str) -> None:
    first, second = book(old), book(new)
    there, back = compared(first, second), compared(second, first)
    assert there.moved.tolist() == back.moved.tolist()
    for name in ("tiers", "treatments"):
        turned = {(b, a): amount for (a, b), amount in getattr(back, name).items()}
        assert getattr(there, name) == turned
    opposite = {"harsher": "gentler", "gentler": "harsher", "to a person": "from a person",
                "from a person": "to a person"}  # fmt: skip
    for a, b in there.tiers:
        way = there.tier_direction(a, b)
        assert back.tier_direction(b, a) == opposite.get(way, way)


@SETTINGS
@given(text=BOOKS)
def test_a_book_against_itself_moves_nobody_and_changes_nothing(text: str) -> None:
    one = book(text)
    found = compared(one, one)
    assert found.moves == 0
    assert reasons(Book(one, DAY), Book(one, DAY), ACCOUNTS, found.moved) == ()
    assert not any(vars_of(changes(Book(one, DAY), Book(one, DAY))))


def vars_of(value: object) -> list[object]:
    return [getattr(value, name) for name in ("parameters", "added", "removed", "changed")]


@SETTINGS
@given(old=BOOKS, new=BOOKS)
def test_every_move_has_a_reason_and_no_reason_counts_more_than_its_move(
    old: str, new: str
) -> None:
    first, second = book(old), book(new)
    found = compared(first, second)
    why = reasons(Book(first, DAY), Book(second, DAY), ACCOUNTS, found.moved)
    tiers = sum(a.accounts for (x, y), a in found.tiers.items() if x != y)
    assert sum(r.accounts for r in why if r.chain == "tiers") == tiers
    for reason in why:
        assert reason.why
        assert all(0 < n <= reason.accounts for _, n in (*reason.why, *reason.missing))
        assert sum(n for _, n in reason.why) >= reason.accounts


@settings(max_examples=25, deadline=None)
@given(old=BOOKS, new=BOOKS)
def test_the_moves_that_are_proved_possible_are_those_that_accounts_make(
    old: str, new: str
) -> None:
    first, second = book(old), book(new)
    moves = possible_moves(first, second, DAY)
    assert moves.open == ()
    found = compared(first, second)
    made = {
        ((c.old.tier, c.old.treatment), (c.new.tier, c.new.treatment))
        for c in found.cells
        if (c.old.tier, c.old.treatment) != (c.new.tier, c.new.treatment)
    }
    assert {(m.old, m.new) for m in moves.possible} == made
