"""What a status allows: the table as a file, and its effect on accounts."""

from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from collectctl.columns import to_frame
from collectctl.compliance.effects import apply_statuses, closed_accounts, unlisted
from collectctl.compliance.statuses import StatusTable, read_statuses
from collectctl.problems import render

STARTER = Path(__file__).parents[3] / "config" / "statuses.yaml"
TABLE = """format: collectctl/1
tolerance:
  - {from: 2024-01-01, amounts: {CNY: '10.00', JPY: '200'}, source: s, verified: recalled}
statuses:
  dead:
    label: {zh_CN: 已故, en: Dead}
    because: {zh_CN: 已故, en: has died}
    acts_on: customer
    entries:
      - {from: 2024-01-01, tier: true, channels: none, documents: none, queue: special, source: s, verified: house}
  watch:
    label: {zh_CN: 观察, en: Watch}
    because: {zh_CN: 观察期, en: under watch}
    entries:
      - {from: 2024-01-01, tier: true, channels: [letter, sms], documents: [a, b], source: s, verified: house}
      - {from: 2026-01-01, tier: true, channels: [sms], documents: [a], queue: watch, source: s, verified: house}
  court:
    label: {zh_CN: 诉讼, en: Court}
    because: {zh_CN: 诉讼中, en: in court}
    entries:
      - {from: 2025-01-01, tier: true, channels: [letter], documents: all, queue: legal, source: s, verified: house}
  paid:
    label: {zh_CN: 结清, en: Settled}
    because: {zh_CN: 已结清, en: settled}
    closes: true
    entries:
      - {from: 2024-01-01, tier: false, channels: none, documents: none, source: s, verified: house}
  credit:
    label: {zh_CN: 溢缴, en: Credit}
    because: {zh_CN: 无欠款, en: nothing owed}
    derived: credit_balance
    entries:
      - {from: 2024-01-01, tier: false, channels: none, documents: none, source: s, verified: house}
  small:
    label: {zh_CN: 小额, en: Small}
    because: {zh_CN: 容差内, en: within tolerance}
    derived: below_tolerance
    entries:
      - {from: 2024-01-01, tier: false, channels: none, documents: none, source: s, verified: recalled}
"""  # noqa: E501 - an entry a line, as in the file
TODAY = date(2026, 11, 20)
TEXT = pa.string()


def table(text: str = TABLE) -> StatusTable:
    found, problems = read_statuses(text.encode(), "statuses.yaml")
    assert found is not None, [render(p) for p in problems]
    return found


def accounts(*rows: tuple[str, str, str, int]) -> pd.DataFrame:
    names = ("account_id", "customer_id", "currency", "balance")
    types = (TEXT, TEXT, TEXT, pa.int64())
    return to_frame(
        pa.table({n: pa.array([r[i] for r in rows], types[i]) for i, n in enumerate(names)})
    )


def given(*rows: tuple[str, str, date | None]) -> pd.DataFrame:
    return to_frame(
        pa.table(
            {
                "account_id": pa.array([r[0] for r in rows], TEXT),
                "status": pa.array([r[1] for r in rows], TEXT),
                "since": pa.array([r[2] for r in rows], pa.date32()),
            }
        )
    )


ONE = accounts(("A1", "C1", "CNY", 5000))


def test_an_account_without_status_may_have_anything() -> None:
    found = apply_statuses(ONE, given(), table(), TODAY)
    assert found.to_dict("records") == [
        {
            "status": "", "excluded": False, "channels": "all", "documents": "all",
            "queue_hint": None, "because_zh_CN": "", "because_en": "",
        }
    ]  # fmt: skip


def test_several_statuses_allow_what_all_of_them_allow() -> None:
    found = apply_statuses(ONE, given(("A1", "watch", None), ("A1", "court", None)), table(), TODAY)
    one = found.iloc[0]
    assert one["status"] == "court,watch"
    assert one["channels"] == ""
    assert one["documents"] == "a"
    assert one["queue_hint"] == "watch"
    assert one["because_zh_CN"] == "观察期；诉讼中"
    assert one["because_en"] == "under watch; in court"


def test_an_entry_holds_from_its_day_until_the_next() -> None:
    before = apply_statuses(ONE, given(("A1", "watch", None)), table(), date(2025, 12, 31))
    after = apply_statuses(ONE, given(("A1", "watch", None)), table(), date(2026, 1, 1))
    assert list(before["channels"]) == ["letter,sms"]
    assert list(after["channels"]) == ["sms"]


def test_a_status_that_begins_tomorrow_does_not_act_yet() -> None:
    tomorrow = given(("A1", "court", date(2026, 11, 21)))
    assert list(apply_statuses(ONE, tomorrow, table(), TODAY)["status"]) == [""]
    assert list(apply_statuses(ONE, tomorrow, table(), date(2026, 11, 21))["status"]) == ["court"]


def test_somebody_dead_is_dead_for_all_accounts_of_the_customer() -> None:
    both = accounts(("A1", "C1", "CNY", 5000), ("A2", "C1", "CNY", 5000), ("B", "C2", "CNY", 5000))
    found = apply_statuses(both, given(("A2", "dead", None)), table(), TODAY)
    assert list(found["status"]) == ["dead", "dead", ""]


def test_a_court_case_is_about_one_account() -> None:
    both = accounts(("A1", "C1", "CNY", 5000), ("A2", "C1", "CNY", 5000))
    found = apply_statuses(both, given(("A2", "court", None)), table(), TODAY)
    assert list(found["status"]) == ["", "court"]


@pytest.mark.parametrize(
    ("currency", "balance", "status"),
    [
        ("CNY", -1, "credit"),
        ("CNY", 0, "credit"),
        ("CNY", 1, "small"),
        ("CNY", 1000, "small"),
        ("CNY", 1001, ""),
        ("JPY", 200, "small"),
        ("JPY", 201, ""),
        ("USD", 1, ""),
    ],
)
def test_a_balance_gives_a_status_by_the_tolerance_of_its_own_currency(
    currency: str, balance: int, status: str
) -> None:
    found = apply_statuses(accounts(("A1", "C1", currency, balance)), given(), table(), TODAY)
    assert list(found["status"]) == [status]
    assert list(found["excluded"]) == [status != ""]


def test_a_status_the_table_does_not_know_is_named_by_its_row() -> None:
    rows = given(("A1", "dead", None), ("A2", "mystery", None), ("A3", "court", None))
    assert list(unlisted(rows, table(), TODAY)["account_id"]) == ["A2"]
    assert list(unlisted(rows, table(), date(2024, 6, 1))["account_id"]) == ["A2", "A3"]


def test_only_a_status_that_closes_is_evidence_that_an_account_has_left() -> None:
    rows = given(
        ("A1", "paid", date(2026, 11, 19)), ("A2", "court", None), ("A3", "paid", date(2026, 12, 1))
    )
    assert list(closed_accounts(rows, table(), TODAY)["account_id"]) == ["A1"]


def test_accounts_keep_their_order_and_index() -> None:
    rows = accounts(("B", "C2", "CNY", 0), ("A", "C1", "CNY", 5000))
    rows.index = pd.Index([7, 3])
    found = apply_statuses(rows, given(("A", "court", None)), table(), TODAY)
    assert list(found.index) == [7, 3]
    assert list(found["status"]) == ["credit", "court"]


def test_the_starter_table_is_good_and_covers_what_the_readme_names() -> None:
    found, problems = read_statuses(
        STARTER.read_bytes(), "statuses.yaml", queues=frozenset({"legal", "special"})
    )
    assert problems == ()
    assert found is not None
    assert {s.code for s in found.statuses} == {
        "written_off_owed", "sold", "fraud_inquiry", "deceased", "minor", "incapacity", "insolvent",
        "court_filed", "court_judgment", "court_enforcement", "court_ended", "restructured_watch",
        "credit_balance", "below_tolerance", "staff_related", "settled", "closed",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "code", "words"),
    [
        ("channels: [sms]", "channels: [smss]", "unknown-channel", "'smss' is not declared"),
        ("channels: [sms]", "channels: some", "bad-value", "expected all, none or a list"),
        ("queue: legal", "queue: lega", "unknown-queue", "'lega' is not declared"),
        ("documents: [a]", "documents: [z]", "unknown-document", "'z' is not declared"),
        ("from: 2026-01-01", "from: 2023-01-01", "dates-not-ascending", "does not come after"),
        ("tier: false", "tier: maybe", "bad-value", "expected true or false"),
        ("CNY: '10.00'", "CNY: '10,0'", "tolerance-amount", "'10,0' is not an amount"),
        ("CNY: '10.00'", "CNY: '0'", "tolerance-amount", "'0' is not an amount above zero"),
        ("CNY: '10.00'", "CNX: '10.00'", "unknown-currency", "'CNX' is not a known currency"),
        ("derived: below_tolerance", "derived: credit_balance", "status-derived", "derived twice"),
        (
            "closes: true",
            "channels: all",
            "unknown-key",
            "unknown key 'channels'",
        ),
        (
            "{from: 2024-01-01, tier: false, channels: none",
            "{from: 2024-01-01, tier: false, channels: all",
            "status-contradicts",
            "not graded and still allows",
        ),
    ],
)
def test_a_wrong_table_is_refused_with_the_place(old: str, new: str, code: str, words: str) -> None:
    text = TABLE.replace(old, new, 1)
    assert text != TABLE
    found, problems = read_statuses(
        text.encode(),
        "statuses.yaml",
        documents=frozenset({"a", "b"}),
        queues=frozenset({"legal", "watch", "special"}),
    )
    assert found is None
    assert code in [p.code for p in problems]
    assert words in "\n".join(render(p) for p in problems)
    assert all(p.span is not None and p.span.line > 0 for p in problems)
