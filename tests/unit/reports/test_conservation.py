"""The sums that must tie out, inside a night and between two."""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd
import pyarrow as pa
import pytest

from collectctl.columns import to_frame
from collectctl.reports.conservation import (
    ConservationError,
    DocumentCount,
    RowCount,
    between,
    inside,
    place,
)

DECISIONS = pa.table(
    {
        "account_id": ["A1", "A2", "A3"],
        "currency": ["CNY", "CNY", "USD"],
        "balance": [100, 250, -30],
        "grade": ["M1", "M2", "MANUAL"],
        "disposition": ["worked", "held", "manual"],
    }
)
DOCUMENTS = DocumentCount(proposed=9, prepared=4, deferred=2, blocked=2, failed=1)


def check(
    decisions: pa.Table = DECISIONS,
    *,
    rows: RowCount = RowCount(rows_in=5, used=3, rejected=2),  # noqa: B008 - frozen
    sources: Mapping[str, int] | None = None,
    money_in: Mapping[str, int] | None = None,
    documents: DocumentCount = DOCUMENTS,
) -> None:
    inside(
        place(decisions),
        rows={"accounts": rows},
        sources=sources or {"accounts": 2, "falling_due": 1},
        money_in=money_in or {"CNY": 350, "USD": -30},
        documents=documents,
    )


def test_a_night_that_ties_out_passes() -> None:
    check()


def test_a_row_that_is_neither_used_nor_in_quarantine_stops_the_night() -> None:
    with pytest.raises(ConservationError, match=r"accounts 6 is not used \+ rejected 5"):
        check(rows=RowCount(rows_in=6, used=3, rejected=2))


def test_an_account_lost_on_the_way_stops_the_night() -> None:
    with pytest.raises(ConservationError, match="accounts from the exports 4 is not accounts 3"):
        check(sources={"accounts": 4})


def test_one_fen_too_few_stops_the_night() -> None:
    with pytest.raises(ConservationError, match="CNY loaded 351 is not"):
        check(money_in={"CNY": 351, "USD": -30})


def test_a_currency_that_vanished_stops_the_night() -> None:
    with pytest.raises(ConservationError, match="JPY loaded 5"):
        check(money_in={"CNY": 350, "USD": -30, "JPY": 5})


def test_a_document_that_nobody_knows_of_stops_the_night() -> None:
    with pytest.raises(ConservationError, match="documents proposed 10"):
        check(documents=replace(DOCUMENTS, proposed=10))


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("account_id", ["A1", "A1", "A3"]),
        ("grade", ["M1", None, "M2"]),
        ("disposition", ["worked", None, "held"]),
        ("disposition", ["worked", "forgotten", "held"]),
    ],
)
def test_each_account_has_one_grade_and_one_disposition(
    column: str, values: list[str | None]
) -> None:
    at = DECISIONS.column_names.index(column)
    with pytest.raises(ConservationError):
        place(DECISIONS.set_column(at, column, pa.array(values, pa.string())))


def test_what_stands_where_is_counted_by_grade_and_disposition() -> None:
    placed = place(DECISIONS)
    assert placed.by_grade["M1"] == {"held": 0, "manual": 0, "worked": 1}
    assert placed.by_disposition["excluded"] == 0
    assert placed.money_by_disposition == {
        "held": {"CNY": 250}, "manual": {"USD": -30}, "worked": {"CNY": 100},
    }  # fmt: skip


def ids(*found: str) -> pd.DataFrame:
    return to_frame(pa.table({"account_id": pa.array(found, pa.string())}))


def test_an_account_that_is_not_there_is_missing_unless_a_status_says_it_left() -> None:
    found = between(ids("A", "B", "C"), ids("A", "N"), ids("B"))
    assert (found.yesterday, found.carried, found.closed, found.new) == (3, 1, 1, 1)
    assert list(found.missing["account_id"]) == ["C"]


def test_an_account_that_is_there_again_is_carried_on_whatever_its_status() -> None:
    found = between(ids("A"), ids("A"), ids("A"))
    assert (found.carried, found.closed) == (1, 0)


def test_an_account_whose_row_is_in_quarantine_is_not_missing() -> None:
    quarantined = pa.array(["B", None], pa.string())
    found = between(ids("A", "B"), ids("A"), ids(), quarantined)
    assert found.quarantined == 1
    assert found.missing.empty
    assert list(between(ids("A", "B"), ids("A"), ids()).missing["account_id"]) == ["B"]


def test_an_account_that_was_paid_is_not_missing_though_no_status_says_so() -> None:
    paid = pa.array(["A2", "A9"])
    found = between(ids("A1", "A2", "A3"), ids("A1"), ids(), None, paid)
    assert (found.carried, found.closed) == (1, 1)
    assert found.missing["account_id"].tolist() == ["A3"]
