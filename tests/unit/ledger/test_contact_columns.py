"""Contacts read in columns: what the window holds, what older ones still tell, and no more."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from sqlite3 import Connection

import pytest

from collectctl.compliance.gate import bar_points
from collectctl.ledger import contacts
from collectctl.ledger.connect import connect
from collectctl.ledger.contacts import contact_columns
from collectctl.ledger.heard import Contact, Intake
from collectctl.ledger.taking import take_contacts

PHONE = ("phone", "00000000001")
OTHER = ("phone", "00000000002")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Connection]:
    with closing(connect(tmp_path / "ledger.db")) as found:
        yield found


def made(reference: str, at: int, outcome: str = "conversation", **more: object) -> Contact:
    values: dict[str, object] = {
        "channel": "call", "incoming": False, "party_id": "P1", "point": PHONE,
        "accounts": ("A1",), "made_by": "S1", **more,
    }  # fmt: skip
    return Contact(reference=reference, at=at, outcome=outcome, **values)  # type: ignore[arg-type]  # as typed above


def take(ledger: Connection, *rows: Contact) -> None:
    intake = Intake(
        feed="dialler", digest=f"{len(rows):064}", rows_rejected=0, complete_to=None,
        stated_by="S1", reason="", recorded_at="2026-11-20T00:00:00Z",
    )  # fmt: skip
    assert take_contacts(ledger, intake, rows).refused == ()


def read(ledger: Connection, since: int, documents: Sequence[str] = ()) -> list[tuple[object, ...]]:
    found = contact_columns(ledger, since, documents)
    names = {
        part: [None if n < 0 else str(found[f"{part}s"][n]) for n in found[part]]
        for part in ("channel", "outcome", "document")
    }
    at = map(int, found["at"])
    return list(zip(at, names["channel"], names["outcome"], names["document"], strict=True))


def test_an_empty_ledger_gives_empty_columns(ledger: Connection) -> None:
    found = contact_columns(ledger, 0, ("a", "b"))
    assert {name for name, column in found.items() if len(column)} == set()
    assert read(ledger, 0) == []


def test_the_window_begins_with_its_first_moment(ledger: Connection) -> None:
    take(ledger, made("a", 99), made("b", 100), made("c", 101, "sent", channel="sms"))
    assert read(ledger, 100) == [
        (100, "call", "conversation", None), (101, "sms", "sent", None),
    ]  # fmt: skip


def test_corrected_and_void_contacts_are_left_out(ledger: Connection) -> None:
    take(
        ledger, made("a", 100), made("b", 101, "busy", corrects="a"), made("c", 102),
        made("d", 103, "void", corrects="c"),
    )  # fmt: skip
    assert read(ledger, 0) == [(101, "call", "busy", None)]


def test_old_notices_are_read_however_long_ago_and_other_letters_are_not(
    ledger: Connection,
) -> None:
    letter = {"channel": "letter", "point": ("address", "x")}
    take(
        ledger, made("a", 1, "handed_over", document="told", **letter),
        made("b", 2, "handed_over", document="other", **letter), made("c", 100),
    )  # fmt: skip
    assert read(ledger, 50, ("told",)) == [
        (1, "letter", "handed_over", "told"), (100, "call", "conversation", None),
    ]  # fmt: skip


def test_what_closed_a_number_is_read_until_somebody_was_reached_there(
    ledger: Connection,
) -> None:
    take(
        ledger,
        made("a", 1, "not_in_service"),
        made("b", 2, "not_in_service", point=OTHER),
        made("c", 3, "conversation", point=OTHER),
        made("d", 4, "failed", channel="sms", point=OTHER),
        made("e", 5, "conversation", point=OTHER),
    )  # fmt: skip
    assert [row[:3] for row in read(ledger, 50)] == [
        (1, "call", "not_in_service"), (4, "sms", "failed"),
    ]  # fmt: skip


def test_a_success_that_was_taken_back_does_not_count(ledger: Connection) -> None:
    take(
        ledger, made("a", 1, "not_in_service"), made("b", 2), made("c", 2, "void", corrects="b")
    )  # fmt: skip
    assert [row[0] for row in read(ledger, 50)] == [1]


def test_debts_stand_beside_the_rows_they_belong_to(ledger: Connection) -> None:
    take(
        ledger, made("a", 100, accounts=("A1", "A2")), made("b", 10, accounts=("A1",)),
        made("c", 101, accounts=()), made("d", 102, accounts=("A2",)),
    )  # fmt: skip
    found = contact_columns(ledger, 50, ())
    keys = dict(ledger.execute("SELECT key, account_id FROM debt").fetchall())
    about = [(int(r), str(keys[d])) for r, d in zip(found["debt_row"], found["debt"], strict=True)]
    assert about == [(0, "A1"), (0, "A2"), (2, "A2")]


def test_the_ledger_and_the_gate_mean_the_same_outcomes() -> None:
    query = contacts._UNREACHED
    for outcome in (*bar_points.DEAD, bar_points.FAILED, *bar_points.REACHED):
        assert f"'{outcome}'" in query
    words = [word for word in query.split("'")[1::2] if word != "failed"]
    assert set(words) == {*bar_points.DEAD, *bar_points.REACHED}
