"""Figures of a day after the letter."""

from datetime import date
from pathlib import Path

import pandas as pd

from collectctl.documents.catalog import read_documents
from collectctl.documents.fitness import examine

CONTACT = {
    "contact_no": [1], "customer_id": ["C001"], "document": ["notice"], "channel": ["letter"],
    "role": ["principal"], "language": ["en"], "name": ["A"], "address": ["B"],
}  # fmt: skip
LINE = {
    "contact_no": [1], "account_id": ["600100000001"], "card_no": ["1"], "currency": ["CNY"],
    "balance": [100], "principal": [100], "interest": [0], "overdue_amount": [100],
    "daily_rate": [500], "annual_rate": [1825], "as_of": [date(2026, 11, 19)],
}  # fmt: skip
PRINTED = "{{ line.overdue_amount|amount }} {{ line.daily_rate|rate }} {{ line.annual_rate|rate }}"


def provoke(bank: Path) -> str:
    """Asks for one letter."""
    files = {
        path.relative_to(bank / "config").as_posix(): path.read_bytes().replace(
            b"{{ line.card }}", f"{{{{ line.card }}}} {PRINTED}".encode()
        )
        for path in (bank / "config/documents").rglob("*.*")
    }
    documents, problems = read_documents(files)
    assert documents is not None, problems
    contact, line = pd.DataFrame({**CONTACT}), pd.DataFrame({**LINE})
    digits = {"daily_rate": 6, "annual_rate": 4}
    failed = examine(
        contact, line, documents, run_date=date(2026, 11, 18), rate_digits=digits
    ).failed
    return "\n".join(f"{row['code']}: {row['reason']}" for row in failed.to_pylist())
