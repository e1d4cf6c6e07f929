"""What the inbox's files of feeds become, and how far each feed is known by them."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from collectctl.ledger.connect import Ledger, connect
from collectctl.ledger.contacts import complete_to
from collectctl.ledger.heard import Intake
from collectctl.ledger.payments import net_payments, payments_of
from collectctl.ledger.taking import open_feed
from collectctl.project import Project, read_project
from collectctl.stages.feeding import COPIES, FeedArrival, take_feeds
from collectctl.stages.recalling import known_to

BANK = Path(__file__).parents[2] / "problems" / "_bank"
DAY = date(2026, 11, 18)
CALLS = "reference,at,channel,outcome,direction,party_id,number_used,about_accounts,made_by\n"
PAID = "reference,account_id,currency,amount,booked_at,value_date,payer,reverses,corrects\n"
ACCOUNTS = pa.array(["600100000001", "600100000002"])


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai")).timestamp())


NOW = at("2026-11-21 06:00")


def call_row(reference: str, outcome: str = "busy", account: str = "600100000001") -> str:
    return f"{reference},2026-11-18 10:00,call,{outcome},out,P001,10053900891,{account},d\n"


def counted(rows: str) -> str:
    return f"{rows}TOTAL,{rows.count(chr(10)) - 1}\n"


@dataclass(frozen=True, slots=True)
class Bank:
    root: Path
    project: Project
    ledger: Ledger

    def put(self, name: str, text: str, day: date = DAY) -> None:
        path = self.root / "inbox" / str(day) / f"{name}_{day:%Y%m%d}.csv"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")

    def take(self, day: date = DAY, now: int = NOW, accounts: pa.Array = ACCOUNTS) -> FeedArrival:
        return self.all(day, now, accounts)["dialler"]

    def all(
        self, day: date = DAY, now: int = NOW, accounts: pa.Array = ACCOUNTS
    ) -> dict[str, FeedArrival]:
        found = take_feeds(self.project, self.ledger, day, "2026-11-21T00:00:00Z", now, accounts)
        assert not (self.root / "ledger" / COPIES).exists()
        return {one.feed: one for one in found}


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[Bank]:
    root = tmp_path / "bank"
    shutil.copytree(BANK, root)
    (root / "ledger").mkdir()
    contract = root / "config" / "contracts" / "contacts.yaml"
    text = contract.read_text("utf-8").replace(
        "  document_sent: document_sent\n  corrects: corrects\n", ""
    )
    whole = next(line for line in text.splitlines() if line.startswith("whole:"))
    counts = 'whole: {trailer: [TOTAL, "{rows}"]}\ncomplete: day_end'
    mended = 'mended: "{date}/mended/contacts_*.csv"\nreader:'
    contract.write_text(text.replace(whole, counts).replace("reader:", mended), "utf-8")
    project, _ = read_project(root)
    with closing(connect(root / "ledger" / "ledger.sqlite")) as ledger:
        for feed in ("contacts/dialler", "payments/bookings"):
            open_feed(
                ledger,
                Intake(
                    feed=feed, digest=None, rows_rejected=0, complete_to=at("2026-11-18 00:00"),
                    stated_by="S1", reason="r", recorded_at="2026-11-18T00:00:00Z",
                ),
            )  # fmt: skip
        yield Bank(root, project, ledger)


def said(one: FeedArrival) -> tuple[str, int, int, int, int, int | None, list[str]]:
    return (
        one.state, one.rows, one.new, one.known, one.set_apart, one.complete_to,
        [p.code for p in one.problems],
    )  # fmt: skip


OPENED, DAY_END = at("2026-11-18 00:00"), at("2026-11-19 00:00")


def test_no_file_no_byte_and_no_row_are_three_things(bank: Bank) -> None:
    assert said(bank.take()) == ("absent", 0, 0, 0, 0, OPENED, [])
    bank.put("contacts", "")
    assert said(bank.take()) == ("empty", 0, 0, 0, 0, OPENED, ["zero-bytes"])
    bank.put("contacts", counted(CALLS))
    assert said(bank.take()) == ("arrived", 0, 0, 0, 0, DAY_END, [])


def test_a_whole_file_moves_its_feed_and_again_changes_nothing(bank: Bank) -> None:
    bank.put("contacts", counted(CALLS + call_row("K1") + call_row("K2")))
    assert said(bank.take()) == ("arrived", 2, 2, 0, 0, DAY_END, [])
    assert said(bank.take()) == ("arrived", 2, 0, 2, 0, DAY_END, [])


def test_half_a_file_is_refused_and_moves_nothing(bank: Bank) -> None:
    bank.put("contacts", CALLS + call_row("K1"))
    assert said(bank.take()) == ("arrived", 0, 0, 0, 0, OPENED, ["truncated"])


def test_a_row_set_apart_holds_the_feed_until_a_mended_one_is_there(bank: Bank) -> None:
    bank.put("contacts", counted(CALLS + call_row("K1") + call_row("K2", "met")))
    assert said(bank.take()) == ("arrived", 2, 1, 0, 1, OPENED, ["contact-outcome"])
    folder = bank.root / "inbox" / str(DAY) / "mended"
    folder.mkdir()
    (folder / "contacts_1.csv").write_text(CALLS + call_row("K9", "loud"), "utf-8")
    assert bank.take().complete_to == OPENED
    bank.put("contacts", counted(CALLS + call_row("K1") + call_row("K2", "loud")))
    (folder / "contacts_1.csv").write_text(CALLS + call_row("K2"), "utf-8")
    assert said(bank.take()) == ("arrived", 3, 1, 2, 0, DAY_END, [])


def test_a_row_about_an_unknown_account_is_taken_once_the_account_is_known(bank: Bank) -> None:
    bank.put("contacts", counted(CALLS + call_row("K1", account="600100000003")))
    assert said(bank.take())[1:] == (1, 0, 0, 1, OPENED, ["contact-account"])
    assert said(bank.take())[1:] == (1, 0, 0, 1, OPENED, ["contact-account"])
    more = pa.array(["600100000003"])
    assert said(bank.take(accounts=more))[1:] == (1, 1, 0, 0, DAY_END, [])


def test_an_account_that_the_ledger_has_is_known_after_it_left_the_exports(bank: Bank) -> None:
    bank.put("contacts", counted(CALLS + call_row("K1")))
    bank.take()
    bank.put("contacts", counted(CALLS + call_row("K2")))
    assert bank.take(accounts=pa.array([], pa.string())).new == 1


def test_a_day_that_is_not_over_is_not_known(bank: Bank) -> None:
    bank.put("contacts", counted(CALLS + call_row("K1")))
    assert bank.take(now=at("2026-11-18 23:59")).complete_to == OPENED


def test_a_feed_does_not_pass_over_a_day_of_which_no_file_came(bank: Bank) -> None:
    later = date(2026, 11, 19)
    bank.put("contacts", counted(CALLS), later)
    assert bank.take(later).complete_to == OPENED
    bank.put("contacts", counted(CALLS))
    assert bank.take().complete_to == at("2026-11-20 00:00")


def test_a_link_in_a_files_place_is_refused_and_stops_nothing(bank: Bank) -> None:
    secret = bank.root / "secret.csv"
    secret.write_text(counted(CALLS + call_row("K1")), "utf-8")
    (bank.root / "inbox" / str(DAY) / "contacts_20261118.csv").symlink_to(secret)
    bank.put("payments", PAID)
    found = bank.all()
    assert said(found["dialler"])[2:] == (0, 0, 0, OPENED, ["not-a-plain-file"])
    assert found["bookings"].state == "arrived"


def test_payments_and_their_reversal_come_in_by_the_inbox(bank: Bank) -> None:
    rows = (
        "P1,600100000001,CNY,50.00,2026-11-18 10:00,2026-11-16,third,,\n"
        "A1,600100000001,CNY,50.00,2026-11-18 11:00,2026-11-18,self,P1,\n"
        "P2,600100000002,CNY,0.00,2026-11-18 10:00,2026-11-18,self,,\n"
        "P3,600100000002,XXX,9.00,2026-11-18 10:00,2026-11-18,self,,\n"
        "P4,600199999999,CNY,9.00,2026-11-18 10:00,2026-11-18,self,,\n"
        "P5,600100000002,CNY,9.00,2026-11-22 10:00,2026-11-18,self,,\n"
        "P6,600100000002,CNY,9.00,2026-11-18 10:00,2026-11-28,self,,\n"
        "P7,600100000002,CNY,9.00,2026-11-18 10:00,2026-11-29,self,,\n"
    )
    bank.put("payments", PAID + rows)
    found = bank.all()["bookings"]
    assert [(p.span.line, p.code) for p in found.problems if p.span is not None] == [
        (4, "payment-amount"), (5, "unknown-value"), (6, "contact-account"), (7, "contact-future"),
        (9, "payment-value-date"),
    ]  # fmt: skip
    assert (found.new, found.set_apart, found.complete_to) == (3, 5, OPENED)
    net = net_payments(bank.ledger)
    assert net.account_id == ("600100000001", "600100000002")
    assert (net.net, net.moved) == ((0, 900), (True, True))
    first = payments_of(bank.ledger, ["600100000001"])[0]
    assert (first.payer, first.value_day) == ("third", date(2026, 11, 16))


def test_a_feed_that_nobody_opened_is_not_known_and_neither_is_its_kind(bank: Bank) -> None:
    found = known_to(bank.project, complete_to(bank.ledger))
    assert found["contacts"] == OPENED
    assert found["wishes"] < 0
    assert bank.all()["desk"].complete_to is None


def test_the_samples_feeds_are_taken_in_whole(worked: Path, tmp_path: Path) -> None:
    root = tmp_path / "bank"
    shutil.copytree(worked, root)
    project, _ = read_project(root)
    with closing(connect(root / "ledger" / "ledger.sqlite")) as ledger:
        for day, feeds in ((19, {"payments": 10}), (20, {"dialler": 8, "sms_gateway": 6})):
            found = take_feeds(project, ledger, date(2026, 11, day), "t", NOW)
            came = {f.feed: f.rows for f in found if f.state == "arrived"}
            assert came == feeds | {"payments": 10}
            assert [(f.feed, p.code) for f in found for p in f.problems] == []
            assert {f.complete_to for f in found} == {at("2026-11-21 00:00")}
        assert 0 in net_payments(ledger).net
