"""A validation notice of a night: made of the account's history, or not at all."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from letterbox import DOCUMENTS, DOLLARS, PERSON, RUN_DATE, WORDING, failures, table, texts

from collectctl.columns import to_frame
from collectctl.documents.prepare import Prepared, prepare

MODEL = {
    "itemization_date": date(2026, 10, 2), "creditor_then": "Qinghe Rural Commercial Bank",
    "itemization_balance": 223_456, "interest_since": 7_500, "fees_since": 2_500,
    "payments_since": 5_000, "credits_since": 0,
}  # fmt: skip
"""The figures of model form B-1: 2,234.56 + 75.00 + 25.00 - 50.00 = 2,284.56."""
TYPES = {
    name: pa.date32() if isinstance(v, date) else pa.int64() if isinstance(v, int) else pa.string()
    for name, v in MODEL.items()
}
DEBT = DOLLARS | {
    "balance": 228_456, "principal": 228_456, "overdue_amount": 228_456, "minimum_due": 228_456,
}  # fmt: skip


def written(folder: Path, *histories: Mapping[str, Any]) -> tuple[Prepared, Path]:
    """What came of a notice to one person about one account for each history."""
    person = PERSON | {"document": "validation-notice", "language": "en", "name": "Wenhua Ouyang"}
    debts = [DEBT | {"account_id": f"A{n}"} for n, _ in enumerate(histories)]
    lines = table(debts, DEBT)
    for name, kind in TYPES.items():
        lines = lines.append_column(name, pa.array([h[name] for h in histories], kind))
    out = folder / "prepared"
    done = prepare(
        to_frame(table([person], PERSON)), to_frame(lines), DOCUMENTS, RUN_DATE, out, 1,
        scratch=folder / "scratch", wording=WORDING,
    )  # fmt: skip
    return done, out


def test_the_notice_says_the_history_and_until_when_it_can_be_disputed(tmp_path: Path) -> None:
    done, out = written(tmp_path, MODEL)
    assert failures(done) == []
    letter = texts(out, "letter")[1]
    for words in (
        "2 October 2026", "USD 2,234.56", "USD 75.00", "USD 25.00", "USD 50.00", "USD 2,284.56",
        # provided on 21 November; without Thanksgiving the fifth working day is the 30th
        "30 December 2026",
    ):  # fmt: skip
        assert words in letter


@pytest.mark.parametrize("name", sorted(MODEL))
def test_a_history_with_a_gap_validates_nothing(tmp_path: Path, name: str) -> None:
    done, _ = written(tmp_path, MODEL | {name: None})
    assert failures(done) == [
        (1, "field-missing", "the document needs what is not known: validation")
    ]


def test_a_history_that_leads_to_another_amount_validates_nothing(tmp_path: Path) -> None:
    done, _ = written(tmp_path, MODEL | {"fees_since": 2_501})
    assert [code for _, code, _ in failures(done)] == ["field-missing"]


def test_one_notice_validates_one_debt(tmp_path: Path) -> None:
    done, _ = written(tmp_path, MODEL, MODEL)
    assert [code for _, code, _ in failures(done)] == ["field-missing"]
