"""Rules mean what a database says: every form of condition, missing values, exact decimals."""

import numpy as np
import pandas as pd
import pytest
from random_conditions import DAY, Draw, accounts, book_of
from sql_oracle import Sql, database_of

from collectctl.rules.decide import decide

AT_ONCE = 50


def _told(frame: pd.DataFrame, count: int, seed: int) -> int:
    """Compares so many conditions over all accounts; how often a test was unknown."""
    draw, database, unknown = Draw(seed), database_of(frame), 0
    for _ in range(0, count, AT_ONCE):
        conditions = [draw.condition() for _ in range(AT_ONCE)]
        book = book_of(conditions)
        rules = book.tier_chain.rules
        shown = ", ".join(f"{Sql(book).rule(r)} as c{i}" for i, r in enumerate(rules))
        theirs = database.sql(f"select {shown} from t order by i").to_arrow_table()  # noqa: S608
        ours = decide(book, frame, DAY)
        true, doubt = ours["tier_true_0"].to_numpy(), ours["tier_unknown_0"].to_numpy()
        for i, column in enumerate(theirs.columns):
            is_true = column.fill_null(False).to_numpy()
            is_null = column.is_null().to_numpy()
            wrong = ((true >> i & 1) != is_true) | ((doubt >> i & 1) != is_null)
            assert not wrong.any(), (conditions[i], frame[wrong].iloc[0].to_dict())
            unknown += int(is_null.sum())
    return unknown


def _first_hit(frame: pd.DataFrame, books: int, seed: int, unknown: str) -> None:
    """Compares whole books; a rule in doubt counts as `unknown` says."""
    draw, database = Draw(seed), database_of(frame)
    for _ in range(books):
        book = book_of([draw.condition() for _ in range(12)], unknown)
        sql = Sql(book)
        doubt = "true" if unknown == "match" else "false"
        whens = " ".join(
            f"when coalesce({sql.rule(r)}, {doubt}) then '{r.then['tier']}'"
            for r in book.tier_chain.rules
        )
        query = f"select case {whens} else 'C' end as tier from t order by i"  # noqa: S608
        theirs = database.sql(query).to_arrow_table()["tier"].to_numpy()
        ours = decide(book, frame, DAY)["tier"].to_numpy(object)
        assert np.array_equal(ours, theirs)


def _undecided(frame: pd.DataFrame, books: int, seed: int) -> int:
    """Compares whole books that decide only what is certain; how many accounts are in doubt.

    An account in doubt is MANUAL or gets what some rule that may still apply gives.
    """
    draw, database, manual = Draw(seed), database_of(frame), 0
    for _ in range(books):
        book = book_of([draw.condition(2) for _ in range(6)], "")
        sql, rules = Sql(book), book.tier_chain.rules
        whens = " ".join(
            f"when {sql.rule(r)} then '{r.then['tier']}' when {sql.rule(r)} is null then '?'"
            for r in rules
        )
        open_ = {
            tier: " or ".join(
                f"coalesce({sql.rule(r)}, true)" for r in rules if r.then["tier"] == tier
            )
            for tier in "AB"
        }
        query = (
            f"select case {whens} else 'C' end as tier, {open_['A']} as a, {open_['B']} as b "  # noqa: S608
            "from t order by i"
        )
        theirs = database.sql(query).to_arrow_table()
        ours = decide(book, frame, DAY)["tier"].to_numpy(object)
        tier = theirs["tier"].to_numpy()
        doubt = tier == "?"
        assert np.array_equal(ours[~doubt], tier[~doubt])
        for name in "ab":
            settled = doubt & (ours == name.upper())
            assert theirs[name].to_numpy()[settled].all()
        manual += int((ours == "MANUAL").sum())
    return manual


def test_every_condition_is_true_false_or_unknown_as_in_a_database() -> None:
    frame = accounts(10_000, seed=1)
    assert _told(frame, 100, seed=2) > 100_000


@pytest.mark.parametrize("unknown", ["match", "no_match"])
def test_a_whole_book_gives_each_account_the_tier_a_database_gives(unknown: str) -> None:
    _first_hit(accounts(10_000, seed=3), 5, 4, unknown)


def test_a_book_that_is_in_doubt_decides_only_what_a_database_leaves_open() -> None:
    assert _undecided(accounts(10_000, seed=5), 5, 6) > 1_000


@pytest.mark.slow
def test_a_million_accounts_are_judged_as_in_a_database() -> None:
    frame = accounts(1_000_000, seed=7)
    assert _told(frame, 250, seed=8) > 10_000_000
    _first_hit(frame, 5, 9, "match")
    _first_hit(frame, 5, 10, "no_match")
    assert _undecided(frame, 5, 11) > 100_000
