"""Payments, numbers and the reach of feeds, as the ledger gives them back."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from collectctl.ledger.connect import connect
from collectctl.ledger.contacts import complete_to
from collectctl.ledger.heard import Contact, Intake, Payment, Reach
from collectctl.ledger.payments import net_payments, payments_of
from collectctl.ledger.points import UNTOLD, UNUSABLE, USABLE, point_states
from collectctl.ledger.taking import open_feed, take_contacts, take_payments

PHONE: Reach = ("phone", "10000000001")
HOME: Reach = ("address", "1 Long Street")
DAY = 86_400


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(connect(tmp_path / "ledger.sqlite")) as connection:
        yield connection


def intake(n: int, feed: str = "payments/bank", **more: object) -> Intake:
    first = Intake(
        feed=feed, digest=f"{n:064}", rows_rejected=0, complete_to=None, stated_by="S1", reason="",
        recorded_at="2026-11-21T00:00:00Z",
    )  # fmt: skip
    return replace(first, **more)  # type: ignore[arg-type]  # fields of the test's own


def paid(reference: str, at: int = 100, **more: object) -> Payment:
    first = Payment(
        reference=reference, account_id="A1", amount=5000, currency="CNY", booked=at,
        value_day=date(2026, 11, 18), payer="self",
    )  # fmt: skip
    return replace(first, **more)  # type: ignore[arg-type]  # fields of the test's own


def called(reference: str, at: int, outcome: str, **more: object) -> Contact:
    first = Contact(
        reference=reference, at=at, channel="call", outcome=outcome, incoming=False, party_id="P1",
        point=PHONE, accounts=("A1",), made_by="d",
    )  # fmt: skip
    return replace(first, **more)  # type: ignore[arg-type]  # fields of the test's own


def net(ledger: sqlite3.Connection, since: int | None = None) -> list[tuple[str, str, int, bool]]:
    found = net_payments(ledger, since)
    return list(zip(found.account_id, found.currency, found.net, found.moved, strict=True))


def test_a_reversal_reopens_what_its_payment_closed(ledger: sqlite3.Connection) -> None:
    rows = [paid("B"), paid("A", 200, reverses="B"), paid("C", 150, account_id="A2", amount=7)]
    assert take_payments(ledger, intake(1), rows).new == 3
    assert net(ledger) == [("A1", "CNY", 0, True), ("A2", "CNY", 7, True)]
    assert net(ledger, 99) == net(ledger)
    assert net(ledger, 100) == [("A1", "CNY", -5000, True), ("A2", "CNY", 7, True)]
    assert net(ledger, 200) == []


def test_each_currency_is_added_up_apart_and_a_correction_stands_in_its_rows_place(
    ledger: sqlite3.Connection,
) -> None:
    take_payments(ledger, intake(1), [paid("A"), paid("B", currency="USD", amount=3)])
    take_payments(ledger, intake(2), [paid("C", amount=4000, corrects="A")])
    assert net(ledger) == [("A1", "CNY", 4000, True), ("A1", "USD", 3, True)]
    assert [p.reference for p in payments_of(ledger, ["A1"])] == ["B", "C"]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (paid("R", 200, reverses="nothing"), "reverses-nothing"),
        (paid("R", 200, reverses="P", amount=4999), "reversal-differs"),
        (paid("R", 200, reverses="P", currency="USD"), "reversal-differs"),
        (paid("R", 200, reverses="P", account_id="A2"), "reversal-differs"),
        (paid("R", 99, reverses="P"), "reversal-differs"),
        (paid("R", 300, reverses="Q"), "reverses-nothing"),
        (paid("R", 300, reverses="S"), "reverses-nothing"),
        (paid("R", 300, reverses="T"), "reverses-nothing"),
        (paid("R", 300, corrects="Q"), "corrects-nothing"),
        (paid("P", 101), "contact-contradicts"),
    ],
)
@pytest.mark.parametrize("files", [1, 2])
def test_what_cannot_be_taken_back_is_refused(
    ledger: sqlite3.Connection, row: Payment, code: str, files: int
) -> None:
    there = [
        paid("P"), paid("Q"), paid("S", 200, reverses="Q"), paid("T"), paid("U", corrects="T"),
    ]  # fmt: skip
    if files == 1:
        found = take_payments(ledger, intake(1), [*there, row])
    else:
        take_payments(ledger, intake(1), there)
        found = take_payments(ledger, intake(2), [row])
    assert [c for _, c in found.refused] == [code]


def test_a_mistaken_reversal_is_corrected_and_its_payment_stands_again(
    ledger: sqlite3.Connection,
) -> None:
    take_payments(ledger, intake(1), [paid("P"), paid("Q"), paid("R", 200, reverses="P")])
    right = paid("S", 200, corrects="R", reverses="Q")
    assert take_payments(ledger, intake(2), [right]).new == 1
    assert net(ledger, 150) == [("A1", "CNY", -5000, True)]
    assert take_payments(ledger, intake(3), [paid("T", 300, reverses="P")]).new == 1
    assert net(ledger) == [("A1", "CNY", 0 - 0, True)]


def test_the_ledger_itself_refuses_a_second_reversal(ledger: sqlite3.Connection) -> None:
    take_payments(ledger, intake(1), [paid("P"), paid("R", 200, reverses="P")])
    with pytest.raises(sqlite3.IntegrityError, match="a payment that stands"):
        ledger.execute(
            "INSERT INTO payment SELECT 3, intake, feed, 'X', debt, amount, currency, booked,"
            " value_day, payer, reverses, NULL FROM payment WHERE number = 2"
        )
    for table in ("payment", "coverage"):
        if table == "coverage":
            ledger.execute("INSERT INTO coverage VALUES (1, 0, 1)")
        for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET rowid = rowid"):  # noqa: S608 - of ours
            with pytest.raises(sqlite3.IntegrityError, match="history is only added to"):
                ledger.execute(statement)


def test_a_file_with_rows_set_apart_may_come_again_and_adds_what_can_be_taken_by_then(
    ledger: sqlite3.Connection,
) -> None:
    late = [called("B", 20, "busy", corrects="A")]
    assert take_contacts(ledger, intake(1, "contacts/d"), late).refused == (
        (0, "corrects-nothing"),
    )
    again = take_contacts(ledger, intake(1, "contacts/d"), late)
    assert (again.new, again.seen) == (0, True)
    take_contacts(ledger, intake(2, "contacts/d"), [called("A", 10, "busy")])
    assert take_contacts(ledger, intake(1, "contacts/d"), late).new == 1
    assert take_contacts(ledger, intake(1, "contacts/d"), late).seen


# how far a feed is known


def known(ledger: sqlite3.Connection) -> dict[str, int | None]:
    return complete_to(ledger)


def test_days_covered_move_a_feed_only_where_they_follow_what_is_known(
    ledger: sqlite3.Connection,
) -> None:
    take_payments(ledger, intake(1, covers=(2 * DAY, 3 * DAY)), [])
    assert known(ledger) == {"payments/bank": None}
    open_feed(ledger, intake(0, digest=None, complete_to=DAY))
    assert known(ledger) == {"payments/bank": DAY}
    take_payments(ledger, intake(2, covers=(DAY, 2 * DAY)), [])
    assert known(ledger) == {"payments/bank": 3 * DAY}


def test_a_file_with_rows_set_apart_covers_nothing(ledger: sqlite3.Connection) -> None:
    open_feed(ledger, intake(0, digest=None, complete_to=DAY))
    take_payments(ledger, intake(1, covers=(DAY, 2 * DAY), rows_rejected=1), [])
    take_payments(ledger, intake(2, covers=(DAY, 2 * DAY)), [paid("R", reverses="no")])
    assert known(ledger) == {"payments/bank": DAY}
    take_payments(ledger, intake(3, covers=(DAY, 2 * DAY)), [paid("P")])
    assert known(ledger) == {"payments/bank": 2 * DAY}


# numbers and addresses


def states(
    ledger: sqlite3.Connection, *rows: Contact, since: int = 0
) -> list[tuple[int, int, int]]:
    take_contacts(ledger, intake(1, "contacts/d"), rows)
    found = point_states(ledger, None, since)
    return list(zip(found.state.tolist(), found.at.tolist(), found.failures.tolist(), strict=True))


@pytest.mark.parametrize("good", ["conversation", "connected", "voicemail", "unanswered", "busy"])
def test_a_number_not_in_service_is_unusable_until_something_is_heard_of_it(
    ledger: sqlite3.Connection, good: str
) -> None:
    dead = called("A", 10, "not_in_service")
    assert states(ledger, dead) == [(UNUSABLE, 10, 1)]
    take_contacts(ledger, intake(2, "contacts/d"), [called("B", 20, good)])
    found = point_states(ledger, [PHONE], 0)
    assert (found.state.tolist(), found.at.tolist()) == ([USABLE], [20])
    assert found.point == (PHONE,)
    assert found.failures.tolist() == [2 if good in ("unanswered", "busy") else 0]


def test_handing_a_letter_over_does_not_prove_the_address(ledger: sqlite3.Connection) -> None:
    back = called("A", 10, "returned", channel="letter", point=HOME)
    sent = called("B", 20, "handed_over", channel="letter", point=HOME)
    assert states(ledger, back, sent) == [(UNUSABLE, 10, 1)]


def test_a_letter_handed_over_and_nothing_more_tells_nothing(ledger: sqlite3.Connection) -> None:
    assert states(ledger, called("B", 20, "handed_over", channel="letter", point=HOME)) == [
        (UNTOLD, 0, 0)
    ]


def test_failed_attempts_are_counted_since_somebody_was_last_reached(
    ledger: sqlite3.Connection,
) -> None:
    rows = [
        called("A", 10, "busy"), called("B", 20, "connected"), called("C", 30, "unanswered"),
        called("D", 40, "busy"), called("E", 50, "unanswered", party_id="P2"),
        called("F", 60, "unanswered"), called("G", 60, "void", corrects="F"),
    ]  # fmt: skip
    assert states(ledger, *rows) == [(USABLE, 50, 3)]


def test_a_call_from_the_number_says_that_it_works(ledger: sqlite3.Connection) -> None:
    rows = [called("A", 10, "not_in_service"), called("B", 20, "unanswered", incoming=True)]
    assert states(ledger, *rows) == [(USABLE, 20, 0)]


def test_of_one_moment_the_bad_news_counts_whatever_came_first(ledger: sqlite3.Connection) -> None:
    rows = [called("A", 10, "not_in_service"), called("B", 10, "connected")]
    assert states(ledger, *rows) == [(UNUSABLE, 10, 0)]
    assert states(ledger, since=11) == []


def test_points_nobody_asked_for_are_left_out(ledger: sqlite3.Connection) -> None:
    states(ledger, called("A", 10, "busy"), called("B", 10, "returned", point=HOME))
    assert point_states(ledger, [HOME, ("email", "x")], 0).point == (HOME,)
    assert point_states(ledger, [], 0).point == ()


def test_a_broken_transaction_leaves_nothing(ledger: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        take_payments(ledger, intake(1), [paid("P", payer="nobody")])
    assert net(ledger) == [] and known(ledger) == {}
