"""What counts as issued: what was let out, was not pulled back and did not come back."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from test_ledger_records import night

from collectctl.ledger.connect import connect
from collectctl.ledger.heard import Contact, Intake
from collectctl.ledger.issues import ISSUED, issued_steps
from collectctl.ledger.record import record_run
from collectctl.ledger.taking import key_of, take_contacts

Row = tuple[str, str, int]
_WHOLE = Intake(
    feed="contacts/mail", digest="d" * 64, rows_rejected=0, complete_to=None, stated_by="S1",
    reason="", recorded_at="2026-11-19T01:00:00Z",
)  # fmt: skip
_BACK = Contact(
    reference="r1", at=2_000, channel="letter", outcome="returned", incoming=False, party_id="P1",
    point=None, accounts=("A1",), made_by="mail room", document="notice",
)  # fmt: skip


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(connect(tmp_path / "ledger.sqlite")) as connection:
        record_run(connection, night(1), (), (), expected_last=0)
        connection.execute(
            "INSERT INTO release VALUES (1, 1, 1, ?, 900, 'S1', '0.1.0', '2026')", ("a" * 64,)
        )
        yield connection


def issue(
    ledger: sqlite3.Connection, item: int, document: str | None, *accounts: str,
    opens: int = 1_000, person: str = "P1", kind: str = "document",
) -> None:  # fmt: skip
    ledger.execute(
        "INSERT INTO issued VALUES (?, 1, 1, ?, ?, 'letter', ?, ?, NULL, NULL, ?, ?, NULL, NULL)",
        (item, kind, item, document, key_of(ledger, "person", person), opens, opens + 3600),
    )
    ledger.executemany(
        "INSERT INTO issued_debt VALUES (?, ?)",
        [(item, key_of(ledger, "debt", account)) for account in accounts],
    )


def issued(ledger: sqlite3.Connection, since: int = 0) -> list[Row]:
    table = issued_steps(ledger, since)
    assert table.schema == ISSUED
    return [(r["account_id"], r["document"], r["moment"]) for r in table.to_pylist()]


def test_each_debt_has_the_last_moment_of_each_document(ledger: sqlite3.Connection) -> None:
    assert issued(ledger) == []
    issue(ledger, 1, "notice", "A2", "A1")
    issue(ledger, 2, "notice", "A1", opens=1_500)
    issue(ledger, 3, "warning", "A1", opens=1_800)
    issue(ledger, 4, None, "A1", kind="task")
    assert issued(ledger) == [
        ("A1", "notice", 1_500), ("A1", "warning", 1_800), ("A2", "notice", 1_000)
    ]  # fmt: skip
    assert issued(ledger, 1_600) == [("A1", "warning", 1_800)]


def test_what_is_released_late_is_issued_when_it_is_released(ledger: sqlite3.Connection) -> None:
    issue(ledger, 1, "notice", "A1", opens=100)
    assert issued(ledger) == [("A1", "notice", 900)]


def test_what_was_pulled_back_was_not_issued(ledger: sqlite3.Connection) -> None:
    issue(ledger, 1, "notice", "A1")
    issue(ledger, 2, "warning", "A1")
    ledger.execute("INSERT INTO pull_back VALUES (1, 1, 'paid')")
    assert issued(ledger) == [("A1", "warning", 1_000)]


@pytest.mark.parametrize(
    ("back", "left"),
    [
        (_BACK, ["A2"]),
        (replace(_BACK, accounts=()), []),
        (replace(_BACK, accounts=("A3",)), ["A1", "A2"]),
        (replace(_BACK, at=999), ["A1", "A2"]),
        (replace(_BACK, document="warning"), ["A1", "A2"]),
        (replace(_BACK, party_id="P2"), ["A1", "A2"]),
        (replace(_BACK, outcome="handed_over"), ["A1", "A2"]),
    ],
)
def test_a_notice_that_came_back_is_not_issued(
    ledger: sqlite3.Connection, back: Contact, left: list[str]
) -> None:
    issue(ledger, 1, "notice", "A1", "A2")
    assert take_contacts(ledger, _WHOLE, [back]).new == 1
    assert [account for account, _, _ in issued(ledger)] == left


def test_after_a_return_the_same_notice_counts_again_and_a_corrected_return_is_none(
    ledger: sqlite3.Connection,
) -> None:
    issue(ledger, 1, "notice", "A1")
    take_contacts(ledger, _WHOLE, [_BACK])
    assert issued(ledger) == []
    issue(ledger, 2, "notice", "A1", opens=2_001)
    assert issued(ledger) == [("A1", "notice", 2_001)]
    void = replace(_BACK, reference="r2", outcome="void", corrects="r1", at=2_500)
    take_contacts(ledger, replace(_WHOLE, digest="e" * 64), [void])
    assert issued(ledger, 0) == [("A1", "notice", 2_001)]
    assert issued(ledger, 2_002) == []


def test_another_persons_copy_stands_when_one_came_back(ledger: sqlite3.Connection) -> None:
    issue(ledger, 1, "notice", "A1")
    issue(ledger, 2, "notice", "A1", person="P2", opens=1_200)
    take_contacts(ledger, _WHOLE, [_BACK])
    assert issued(ledger) == [("A1", "notice", 1_200)]
