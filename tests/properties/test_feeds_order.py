"""Whatever the order in which files of feeds come, the same is read back from the ledger."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from collectctl.ledger.connect import connect
from collectctl.ledger.contacts import complete_to, contacts_of
from collectctl.ledger.heard import Contact, Intake, Payment
from collectctl.ledger.payments import net_payments, payments_of
from collectctl.ledger.points import point_states
from collectctl.ledger.taking import open_feed, take_contacts, take_payments

POINTS = (("phone", "10000000001"), ("phone", "10000000002"), ("email", "a@example.com"))
PEOPLE = ("P1", "P2")
ACCOUNTS = ("A1", "A2", "A3")
OUTCOMES = ("conversation", "busy", "unanswered", "not_in_service", "failed", "delivered", "void")
DAY = 86_400


@dataclass(frozen=True, slots=True)
class File:
    number: int
    rows: tuple[int, ...]
    """Positions among all rows; a row may stand in several files."""
    day: int


@st.composite
def contacts(draw: st.DrawFn) -> list[Contact]:
    """Contacts, each corrected by one later one at most."""
    size = draw(st.integers(1, 10))
    found: list[Contact] = []
    for n in range(size):
        free = [c.reference for c in found if c.reference not in {x.corrects for x in found}]
        found.append(
            Contact(
                reference=f"K{draw(st.integers(0, 9))}{n}", at=draw(st.integers(0, 5)),
                channel="call", outcome=draw(st.sampled_from(OUTCOMES)),
                incoming=draw(st.booleans()), party_id=draw(st.sampled_from(PEOPLE)),
                point=draw(st.sampled_from((None, *POINTS))),
                accounts=tuple(sorted(draw(st.sets(st.sampled_from(ACCOUNTS))))), made_by="d",
                corrects=draw(st.sampled_from((None, None, *free))),
            )
        )  # fmt: skip
    return found


@st.composite
def payments(draw: st.DrawFn) -> list[Payment]:
    """Payments, of which some are taken back by one reversal, and some corrected, never both."""
    size = draw(st.integers(1, 10))
    found: list[Payment] = []
    used: set[str] = set()
    for n in range(size):
        free = [p for p in found if p.reference not in used and p.reverses is None]
        target = draw(st.sampled_from((None, None, *free)))
        back = target is not None and draw(st.booleans())
        made = Payment(
            reference=f"Z{draw(st.integers(0, 9))}{n}", account_id=draw(st.sampled_from(ACCOUNTS)),
            amount=draw(st.integers(1, 9)), currency=draw(st.sampled_from(("CNY", "USD"))),
            booked=n, value_day=date(2026, 11, 1), payer="self",
            corrects=None if target is None or back else target.reference,
        )  # fmt: skip
        if target is not None:
            used.add(target.reference)
        if target is not None and back:
            made = Payment(
                reference=made.reference, account_id=target.account_id, amount=target.amount,
                currency=target.currency, booked=n, value_day=made.value_day, payer="self",
                reverses=target.reference,
            )  # fmt: skip
        found.append(made)
    return found


@st.composite
def files(draw: st.DrawFn, rows: int) -> tuple[list[File], list[File]]:
    """The rows dealt out to files, and the files in another order."""
    count = draw(st.integers(1, 4))
    homes = [draw(st.sets(st.integers(0, count - 1), min_size=1)) for _ in range(rows)]
    made = [
        File(n, tuple(draw(st.permutations([r for r in range(rows) if n in homes[r]]))), n)
        for n in range(count)
    ]
    return made, draw(st.permutations(made))


def intake(file: File, feed: str) -> Intake:
    return Intake(
        feed=feed, digest=f"{file.number:064}", rows_rejected=0, complete_to=None, stated_by="S1",
        reason="", recorded_at="t", covers=(file.day * DAY, (file.day + 1) * DAY),
    )  # fmt: skip


def read(ledger: sqlite3.Connection) -> tuple[object, ...]:
    states = point_states(ledger, None, 0)
    by_point = {
        point: (state, at, failures)
        for point, state, at, failures in zip(
            states.point, states.state.tolist(), states.at.tolist(), states.failures.tolist(),
            strict=True,
        )
    }  # fmt: skip
    return (
        contacts_of(ledger, PEOPLE, (), 0), payments_of(ledger, ACCOUNTS), net_payments(ledger, 3),
        net_payments(ledger), by_point, complete_to(ledger),
    )  # fmt: skip


def imported(
    order: Sequence[File], calls: Sequence[Contact], paid: Sequence[Payment], rounds: int
) -> tuple[object, ...]:
    with TemporaryDirectory() as folder, closing(connect(Path(folder) / "l.sqlite")) as ledger:
        for feed in ("contacts/d", "payments/b"):
            open_feed(
                ledger,
                Intake(
                    feed=feed, digest=None, rows_rejected=0, complete_to=0, stated_by="S1",
                    reason="", recorded_at="t",
                ),
            )  # fmt: skip
        for _ in range(rounds):
            for file in order:
                mine = [calls[r] for r in file.rows if r < len(calls)]
                take_contacts(ledger, intake(file, "contacts/d"), mine)
                own = [paid[r - len(calls)] for r in file.rows if r >= len(calls)]
                take_payments(ledger, intake(file, "payments/b"), own)
        before = read(ledger)
        for file in order:
            mine = [calls[r] for r in file.rows if r < len(calls)]
            assert take_contacts(ledger, intake(file, "contacts/d"), mine).new == 0
        assert read(ledger) == before
        return before


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_order_of_files_changes_nothing_once_all_of_them_are_in(data: st.DataObject) -> None:
    calls, paid = data.draw(contacts()), data.draw(payments())
    one, other = data.draw(files(len(calls) + len(paid)))
    rounds = len(one)
    assert imported(one, calls, paid, rounds) == imported(other, calls, paid, rounds)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_where_no_file_leans_on_another_each_comes_once(data: st.DataObject) -> None:
    calls = [c for c in data.draw(contacts()) if c.corrects is None]
    one, other = data.draw(files(len(calls)))
    assert imported(one, calls, (), 1) == imported(other, calls, (), 1)
