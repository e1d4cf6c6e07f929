"""A dialler's log taken into the ledger, and what is read back of contacts and payments.

The floor is bare `executemany` of the very rows that ours leaves, into the same tables with their
triggers: it reads no file, knows no contract and asks for nothing that is there already.
"""

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

import pyarrow as pa
from measuring import in_turn
from stages import Row, at_most

from collectctl.ledger.connect import connect
from collectctl.ledger.contacts import contact_rows
from collectctl.ledger.heard import Intake, Payment
from collectctl.ledger.payments import net_payments
from collectctl.ledger.points import point_states
from collectctl.ledger.taking import take_contacts, take_payments
from collectctl.project import read_project
from collectctl.stages.importing import Brought, import_file

INSERTS = 1.3
FILE = 4.0
"""Reading, checking and taking in: so many times the inserts alone."""
DAY = date(2026, 11, 18)
NOW = 1_796_000_000
_HEAD = "通话编号,拨打时间,呼叫结果,呼叫方向,客户编号,被叫号码,关联账号,坐席,更正编号\n"
_WORDS = ("通话", "接通", "无人接听", "占线", "空号")
_TABLES = ("person", "debt", "point", "intake", "contact", "contact_debt")


def write_log(path: Path, rows: int) -> pa.Array:
    """A log of a day's calls to half as many people; the accounts that it names."""
    random = Random(1)
    start = datetime(2026, 11, 18, 8)  # noqa: DTZ001 - as clocks of the bank show it
    accounts = [f"6060{n:015d}" for n in range(rows // 2 + 1)]
    with path.open("w", encoding="utf-8") as file:
        file.write(_HEAD)
        for n in range(rows):
            who = random.randrange(len(accounts))
            at = start + timedelta(seconds=n * 40_000 // rows)
            word = random.choice(_WORDS)
            file.write(
                f"K{n:09d},{at},{word},呼出,P{who:09d},1{who:010d},{accounts[who]},S1,\n"
            )  # fmt: skip
        file.write(f"合计,{rows}\n")
    return pa.array(accounts)


@contextmanager
def _new(folder: Path) -> Iterator[sqlite3.Connection]:
    place = Path(tempfile.mkdtemp(dir=folder))
    with closing(connect(place / "ledger.sqlite")) as ledger:
        yield ledger


def feeds(root: Path, folder: Path, rows: int, repeat: int) -> list[Row]:
    """The log by our import, by our inserts, and by bare inserts; then what is asked of them."""
    project, _ = read_project(root)
    path = folder / f"dialler_{DAY:%Y%m%d}.csv"
    accounts = write_log(path, rows)
    brought = Brought(
        day=DAY, is_of_day=True, complete_to=None, by="S1", now=NOW, recorded_at="t"
    )  # fmt: skip
    intake = Intake(
        feed="contacts/dialler", digest="a" * 64, rows_rejected=0, complete_to=None,
        stated_by="S1", reason="", recorded_at="t",
    )  # fmt: skip
    with _new(folder) as first:
        import_file(project, first, "dialler", path, brought, accounts)
        told = contact_rows(first, "TRUE", ())
        bare = {name: first.execute(f"SELECT * FROM {name}").fetchall() for name in _TABLES}  # noqa: S608 - names of ours

        def again() -> None:
            if take_contacts(first, replace(intake, digest="b" * 64), told).known != rows:
                raise SystemExit("rows of before are not known again")

        def file() -> None:
            with _new(folder) as ledger:
                import_file(project, ledger, "dialler", path, brought, accounts)

        def inserts() -> None:
            with _new(folder) as ledger:
                take_contacts(ledger, intake, told)

        def floor() -> None:
            with _new(folder) as ledger:
                ledger.execute("BEGIN IMMEDIATE")
                for name, values in bare.items():
                    marks = ", ".join("?" * len(values[0]))
                    ledger.executemany(f"INSERT INTO {name} VALUES ({marks})", values)  # noqa: S608 - names of ours
                ledger.commit()

        took = in_turn(repeat, {"file": file, "inserts": inserts, "floor": floor})
        took |= in_turn(repeat, {"states": lambda: point_states(first, None, 0)})
        took |= in_turn(1, {"again": again})
    held = {"floor": "bare executemany of the same rows", "theirs": took["floor"]}
    return [
        at_most(
            Row(stage=f"log of {rows:,} calls, inserts", ours=took["inserts"], **held), INSERTS
        ),
        at_most(Row(stage=f"log of {rows:,} calls, from file", ours=took["file"], **held), FILE),
        Row(stage=f"the same {rows:,} calls again", ours=took["again"], **held),
        Row(stage=f"states of numbers, {rows:,} calls", ours=took["states"], **held),
        _payments(folder, rows, repeat, intake),
    ]


def _payments(folder: Path, rows: int, repeat: int, intake: Intake) -> Row:
    random = Random(2)
    paid = [
        Payment(
            reference=f"Z{n:09d}", account_id=f"6060{random.randrange(rows // 2 + 1):015d}",
            amount=random.randrange(1, 1_000_000), currency="CNY", booked=n,
            value_day=DAY, payer="self",
        )
        for n in range(rows)
    ]  # fmt: skip
    with _new(folder) as ledger:
        take_payments(ledger, replace(intake, feed="payments/payments"), paid)

        def floor() -> None:
            ledger.execute(
                "SELECT debt, currency, sum(amount) FROM payment GROUP BY debt, currency"
            ).fetchall()

        took = in_turn(repeat, {"ours": lambda: net_payments(ledger), "floor": floor})
    return Row(
        stage=f"net of {rows:,} payments", ours=took["ours"],
        floor="one bare GROUP BY, no corrections, no names", theirs=took["floor"],
    )  # fmt: skip
