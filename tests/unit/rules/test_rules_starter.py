"""The starter rulebook decides every account that has what its contract requires."""

from datetime import date
from itertools import product

import pandas as pd
import pyarrow as pa

from collectctl.columns import ARROW_TYPES, Dictionary, to_frame
from collectctl.rules.decide import decide
from collectctl.rules.rulebook import Rulebook

DAY = date(2026, 11, 20)
DAYS = [0, 1, 3, 4, 30, 31, 60, 61, 90, 91, 120, 121, 150, 151, 180, 181, 7300]


def _grid(dictionary: Dictionary, currency: str) -> pd.DataFrame:
    """Every combination of the values that could make a difference, missing ones included."""
    choices: dict[str, list[object]] = {
        "days_past_due": list(DAYS),
        "balance": [-100, 0, 999_999, 1_000_000],
        "credit_limit": [None, 0, 1_000_000],
        "credit_score": [None, 500, 700],
        "broken_promises_6m": [None, 0, 2],
        "hardship": [None, False, True],
        "contactable": [None, False, True],
        "minimum_due": [None, 0, 100],
    }
    rows = list(product(*choices.values()))
    columns = {
        name: pa.array([row[i] for row in rows], ARROW_TYPES[dictionary[name].type])
        for i, name in enumerate(choices)
    }
    names = pa.array([str(i) for i in range(len(rows))])
    currencies = pa.array([currency] * len(rows))
    return to_frame(
        pa.table({**columns, "account_id": names, "customer_id": names, "currency": currencies})
    )


def test_no_account_in_yuan_is_left_undecided(starter: tuple[Rulebook, Dictionary]) -> None:
    book, dictionary = starter
    rows = _grid(dictionary, "CNY")
    found = decide(book, rows, DAY)
    assert "MANUAL" not in set(found["tier"])
    assert "MANUAL" not in set(found["treatment"])
    assert set(found["tier"]) == set(book.tiers)
    assert set(found["treatment"]) == set(book.treatments)
    assert not found["because_zh_CN"].isna().any()


def test_a_currency_without_an_amount_goes_to_a_person_only_where_the_amount_decides(
    starter: tuple[Rulebook, Dictionary],
) -> None:
    book, dictionary = starter
    rows = _grid(dictionary, "EUR")
    found = decide(book, rows, DAY)
    undecided = found["treatment"] == "MANUAL"
    assert set(found["missing"][undecided]) == {"currency"}
    assert rows["days_past_due"][undecided].min() == 121


def test_hardship_is_never_met_with_a_hard_tone(starter: tuple[Rulebook, Dictionary]) -> None:
    book, dictionary = starter
    rows = _grid(dictionary, "CNY")
    found = decide(book, rows, DAY)
    tones = found["out_tone"][rows["hardship"].fillna(value=False)]
    assert set(tones) == {"none", "care", "remind"}
    assert not found["out_tone"][rows["hardship"].isna()].isin(["legal"]).any()


def test_within_the_days_of_grace_nobody_is_contacted(
    starter: tuple[Rulebook, Dictionary],
) -> None:
    book, dictionary = starter
    rows = _grid(dictionary, "CNY")
    found = decide(book, rows, DAY)
    within = rows["days_past_due"].between(1, 3)
    assert set(found["out_channels"][within]) == {""}


def test_every_parameter_says_how_sure_its_source_is(
    starter: tuple[Rulebook, Dictionary],
) -> None:
    values = [v for p in starter[0].parameters.values() for v in p.values]
    assert all(v.source for v in values)
    assert {v.verified for v in values} <= {"house", "recalled"}
