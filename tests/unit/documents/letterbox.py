"""One customer with two accounts, as the documents room is handed them, and the starter texts."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from collectctl.columns import to_frame
from collectctl.compliance.packs.reader import Packs, read_packs
from collectctl.compliance.wording.assembled import wording_of
from collectctl.compliance.wording.engine import Wording
from collectctl.documents.catalog import Documents, read_documents
from collectctl.documents.plain import plain
from collectctl.documents.prepare import Prepared, prepare

CONFIG = Path(__file__).parents[3] / "config"
FILES: dict[str, bytes] = {
    path.relative_to(CONFIG).as_posix(): path.read_bytes()
    for path in sorted((CONFIG / "documents").rglob("*"))
    if path.is_file()
}
"""The starter's documents, as the snapshot of a night holds them."""
RUN_DATE = date(2026, 11, 20)
_PACKS, _ = read_packs(
    {n: (CONFIG / n).read_bytes() for n in ("packs/cn.yaml", "packs/house.yaml")}
)
assert _PACKS is not None
PACKS: Packs = _PACKS
WORDING = wording_of(PACKS, RUN_DATE)
"""What the starter's packs say of texts on that day."""
Row = dict[str, Any]

PERSON: Row = {
    "contact_no": 1, "customer_id": "C001", "party_id": "P001", "role": "principal",
    "channel": "letter", "document": "overdue-notice", "language": "zh_CN", "name": "欧阳文华",
    "phone": "10012345678", "email": "wh@example.invalid", "wechat_id": "wh_001",
    "address": "清河市城关区和兴路18号2单元302室", "postal_code": "000112", "grade": "M2",
    "tone": "firm", "treatment": "remind",
    "decision_reference": "FW-2026-0118", "decision_on": date(2026, 11, 18),
    "decision_act_from": date(2026, 12, 15), "decision_criminal": False,
    "agency_name": "清河安信咨询服务有限公司", "agency_phone": "0000-96100",
}  # fmt: skip
ACCOUNT: Row = {
    "contact_no": 1, "account_id": "A0001", "card_no": "6200000000001234", "currency": "CNY",
    "as_of": date(2026, 11, 20), "due_date": date(2026, 11, 25), "days_past_due": 35,
    "balance": 1_234_567, "overdue_amount": 500_000, "minimum_due": 123_456,
    "principal": 1_000_000, "instalment_not_due": 200_000, "interest": 40_000,
    "compound_interest": 1_067, "penalty": 3_000, "fees": 1_500, "instalment_interest": 9_000,
    "payments_set_off": 20_000, "daily_rate": 500, "annual_rate": 1825, "credit_limit": 2_000_000,
    "last_payment_on": date(2026, 10, 2), "last_payment": 20_000,
}  # fmt: skip
DOLLARS: Row = ACCOUNT | {
    "account_id": "A0002", "card_no": "6200000000009876", "currency": "USD", "balance": 5_000,
    "overdue_amount": 5_000, "minimum_due": 500, "principal": 5_000, "instalment_not_due": 0,
    "interest": 0, "compound_interest": 0, "penalty": 0, "fees": 0, "instalment_interest": 0,
    "payments_set_off": 0, "daily_rate": None, "annual_rate": None,
}  # fmt: skip
_KINDS = {date: pa.date32(), bool: pa.bool_(), int: pa.int64(), str: pa.string()}
OF_A_CASE = {
    "plan-offer": ("plan_offered",), "plan-agreement": ("plan_agreed",),
    "plan-confirmation": ("plan_agreed",), "plan-breach": ("plan_missed",),
    "plan-completion": ("plan_completed",),
    "complaint-acknowledgement": ("complaint_received",),
    "complaint-decision": ("complaint_decided", "complaint_in_part", "complaint_refused"),
    "settlement-confirmation": ("settled",), "account-statement": ("counter", "counter_quiet"),
    "validation-notice": ("validation",),
}  # fmt: skip
"""What no night writes, with the cases that it is read in."""
ROLES = {"guarantor-notice": "guarantor", "joint-debtor-notice": "joint_debtor"}
"""Whom a document is addressed to that is not for principals."""
_TYPES = {name: _KINDS[type(value)] for name, value in (PERSON | ACCOUNT).items()}


def table(rows: Sequence[Row], example: Row) -> pa.Table:
    """The rows as a table with the columns of the example."""
    return pa.table({n: pa.array([r[n] for r in rows], _TYPES[n]) for n in example})


def catalogue(files: Mapping[str, bytes] = FILES) -> Documents:
    """The documents of these files, without a look at what their texts say."""
    documents, problems = read_documents(files)
    assert documents is not None, problems
    return documents


DOCUMENTS = catalogue()


def post(
    folder: Path,
    people: Sequence[Row],
    accounts: Sequence[Row] | None = None,
    files: Mapping[str, bytes] = FILES,
    workers: int = 1,
    wording: Wording = WORDING,
) -> tuple[Prepared, Path]:
    """What came of the contacts (each with one account unless told), and where it lies."""
    if accounts is None:
        accounts = [ACCOUNT | {"contact_no": p["contact_no"]} for p in people]
    out = folder / "prepared"
    done = prepare(
        to_frame(table(people, PERSON)),
        to_frame(table(accounts, ACCOUNT)),
        DOCUMENTS if files is FILES else catalogue(files),
        RUN_DATE,
        out,
        workers,
        scratch=folder / "scratch",
        wording=wording,
    )
    return done, out


def failures(done: Prepared) -> list[tuple[int, str, str]]:
    """Contact number, code and reason of each that failed."""
    found = done.failed
    return list(zip(found["contact_no"], found["code"], found["reason"], strict=True))


def texts(out: Path, channel: str) -> dict[int, str]:
    """What each contact is sent on a channel, as the receiver reads it."""
    if channel in ("sms", "email", "wechat"):
        lines = (out / "messages" / f"{channel}.jsonl").read_text("utf-8").splitlines()
        rows = [json.loads(line) for line in lines]
        if channel == "email":
            return {r["contact_no"]: f"Subject: {r['subject']}\n\n{plain(r['body'])}" for r in rows}
        return {r["contact_no"]: r["text"] for r in rows}
    pages = "".join(p.read_text("utf-8") for p in sorted((out / f"{channel}s").glob("*.html")))
    found = re.findall(r'<section id="c(\d+)">\n(.*?)</section>', pages, re.DOTALL)
    return {int(number): text for number, text in found}
