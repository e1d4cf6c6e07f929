"""Work and plans to try the queues on."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from collectctl.columns import Dictionary, read_dictionary, to_frame
from collectctl.problems import Problem
from collectctl.queues.plan import QueuePlan, read_queue_plan

CONFIG = Path(__file__).parents[3] / "config"
_NUMBERS = ("balance", "overdue_amount", "minimum_due", "days_past_due", "priority")
_ROW: dict[str, Any] = {
    "account_id": "A1", "customer_id": "C1", "party_id": "P1", "name": "王小明",
    "phone": "19900000001", "card_no": "6228480100000000123", "branch_code": "B001",
    "product": "gold", "currency": "CNY", "balance": 100000, "overdue_amount": 40000,
    "minimum_due": 10000, "days_past_due": 45, "grade": "M2-H", "customer_grade": "M2-H",
    "treatment": "overdue", "tone": "firm", "task": "call", "because_zh_CN": "逾期45天",
    "because_en": "45 days past due", "missing": "", "documents": "overdue-notice",
    "queue_hint": None, "priority": 4,
}  # fmt: skip

PLAN = """format: collectctl/1
teams:
  special: {label: {zh_CN: 专项, en: Special}, capacity: 5}
  phone:
    label: {zh_CN: 电话, en: Phone}
    members:
      - {id: P01, name: 一号, capacity: 2}
      - {id: P02, name: 二号, capacity: 1}
work:
  - {queue: [special], team: special}
otherwise: phone
order: [{by: priority, first: lowest}, {by: days_past_due, first: highest}]
columns: [position, name, card_no, because, currency, balance, outcome, next_on, account_id]
outcomes:
  paid: {label: {zh_CN: 已还款, en: Paid}, means: {zh_CN: 已还, en: it is paid}}
  other: {label: {zh_CN: 其他, en: Other}, means: {zh_CN: 其他, en: anything else}}
"""


def dictionary() -> Dictionary:
    """The starter dictionary."""
    found, problems = read_dictionary((CONFIG / "columns.yaml").read_bytes(), "columns.yaml")
    assert found is not None, problems
    return found


def read(text: str, **known: frozenset[str]) -> tuple[QueuePlan | None, tuple[Problem, ...]]:
    """The plan in the text, with its problems."""
    return read_queue_plan(text.encode(), "queues.yaml", dictionary(), known=known)


def plan(text: str = PLAN) -> QueuePlan:
    """The plan in the text, which has no problems."""
    found, problems = read(text)
    assert found is not None and problems == (), problems
    return found


def work(rows: Iterable[dict[str, Any]]) -> pd.DataFrame:
    """Work with one row for each, ordinary where nothing is said."""
    full = [_ROW | row for row in rows]
    return to_frame(
        pa.table(
            {
                name: pa.array(
                    [row[name] for row in full], pa.int64() if name in _NUMBERS else pa.string()
                )
                for name in _ROW
            }
        )
    )
