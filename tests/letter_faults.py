"""What a letter is set aside for: one letter of the small bank examined, or a finished text."""

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from collectctl.compliance.packs.reader import read_packs
from collectctl.compliance.wording.assembled import wording_of
from collectctl.documents.catalog import Documents, read_documents
from collectctl.documents.fitness import examine
from collectctl.documents.lint.forms import read_forms
from collectctl.documents.lint.letters import letter_lint
from collectctl.documents.lint.told import Told

DAY = date(2026, 11, 18)
_PACK = "packs/small.yaml"
_CONTACT = {
    "contact_no": 1, "customer_id": "C001", "document": "notice", "channel": "letter",
    "role": "principal", "language": "en", "name": "A", "address": "B",
}  # fmt: skip
_LINE = {
    "contact_no": 1, "account_id": "600100000001", "card_no": "1", "currency": "CNY",
    "balance": 100, "principal": 100, "interest": 0, "overdue_amount": 100,
    "daily_rate": 500, "annual_rate": 1825, "as_of": DAY,
}  # fmt: skip
_PRINTED = "{{ line.overdue_amount|amount }} {{ line.daily_rate|rate }} {{ line.annual_rate|rate }}"


def examined(bank: Path, *, name: str = "A", **line: Any) -> str:
    """Why a letter is not written whose text also prints what is overdue and the rates."""
    card = b"{{ line.card }}"
    files = {n: d.replace(card, card + _PRINTED.encode()) for n, d in _files(bank).items()}
    failed = examine(
        pd.DataFrame([_CONTACT | {"name": name}]), pd.DataFrame([_LINE | line]),
        _documents(files), run_date=DAY, rate_digits={"daily_rate": 6, "annual_rate": 4},
    ).failed  # fmt: skip
    return "\n".join(f"{row['code']}: {row['reason']}" for row in failed.to_pylist())


def linted(bank: Path, text: str, channel: str = "letter") -> str:
    """What the lint says of a finished English text."""
    files = _files(bank)
    documents = _documents(files)
    packs, problems = read_packs({_PACK: files[_PACK]})
    assert packs is not None, problems
    read, _ = read_forms(documents.written, documents.shared)
    one = next(r for r in read if (r.form.language, r.form.channel) == ("en", channel))
    told = Told(wording_of(packs, DAY))
    lint = letter_lint(one, documents.bank.en, documents.bank.sms_signature.en, told)
    return "\n".join(f"{f.code}: {f.reason}" for f in lint.examine_stored(text))


def _files(bank: Path) -> dict[str, bytes]:
    config = bank / "config"
    return {p.relative_to(config).as_posix(): p.read_bytes() for p in config.rglob("*.*")}


def _documents(files: dict[str, bytes]) -> Documents:
    documents, problems = read_documents(files, lint=True)
    assert documents is not None, problems
    return documents
