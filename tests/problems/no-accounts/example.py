"""A contact about no account at all."""

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
    "balance": [100], "principal": [100], "interest": [0],
}  # fmt: skip


def provoke(bank: Path) -> str:
    """Asks for one document."""
    files = {
        path.relative_to(bank / "config").as_posix(): path.read_bytes()
        for path in (bank / "config/documents").rglob("*.*")
    }
    documents, _ = read_documents(files)
    assert documents is not None
    contact, line = pd.DataFrame({**CONTACT}), pd.DataFrame({**LINE})
    failed = examine(contact, line[:0], documents).failed
    return "\n".join(f"{row['code']}: {row['reason']}" for row in failed.to_pylist())
