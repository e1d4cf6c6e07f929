"""Writes three nights of exports of a fictional bank: `python samples/generate.py DIR`.

The same seed gives the same bytes; see README.md for what is in them.
"""

import shutil
import sys
from datetime import date
from pathlib import Path
from random import Random

from qinghe import faults, feeds, files
from qinghe.decisions import registers
from qinghe.rows import (
    Row,
    account_row,
    falling_due_row,
    party_rows,
    statement_rows,
    status_row,
    yuan,
)
from qinghe.story import Bank, Night, tell

SEED = 20261118


def generate(root: Path) -> None:
    """Writes `inbox/` and `faults.tsv` below `root`; an inbox that is there is replaced."""
    bank = Bank(random=Random(SEED))
    nights = tell(bank)
    if (root / "inbox").exists():
        shutil.rmtree(root / "inbox")
    told: list[faults.Fault] = []
    statements = statement_rows(nights[0])
    for night, decisions in zip(nights, registers(nights), strict=True):
        folder = root / "inbox" / str(night.on)
        folder.mkdir(parents=True)
        told += _write_night(
            folder, bank, night, {"statements": statements, "decisions": decisions}
        )
    _write_feeds(root / "inbox", bank, nights)
    lines = ["night\tfile\tline\taccount_id\tkind"]
    lines += [f"{f.night}\t{f.file}\t{f.line}\t{f.account_id}\t{f.kind}" for f in told]
    (root / "faults.tsv").write_bytes(("\n".join(lines) + "\n").encode())


def _write_night(
    folder: Path, bank: Bank, night: Night, standing: dict[str, list[Row]]
) -> list[faults.Fault]:
    told: list[faults.Fault] = []
    spared = frozenset(s.account_id for s in night.statuses)

    def planted(export: str, rows: list[Row], keep: frozenset[str]) -> list[Row]:
        plan = faults.PLAN[str(night.on)].get(export, ())
        bad, found = faults.damage(rows, plan, keep)
        name = f"{export}_{night.on:%Y%m%d}.csv"
        told.extend(
            faults.Fault(night=str(night.on), file=name, line=line, account_id=account, kind=kind)
            for line, account, kind in found
        )
        return bad

    accounts = planted("accounts", [account_row(a, night.on) for a in night.accounts], spared)
    files.write_accounts(folder, night.on, accounts, _sums(accounts))
    parties = party_rows(bank, (*night.accounts, *night.falling_due))
    name = _dated("parties", night.on)
    files.write_marked(folder, name, planted("parties", parties, spared), "utf-8-sig")
    statuses = planted("statuses", [status_row(s) for s in night.statuses], frozenset())
    files.write_controlled(folder, _dated("statuses", night.on), statuses)
    due = [falling_due_row(a, night.on) for a in night.falling_due]
    files.write_falling_due(folder, night.on, due)
    files.write_marked(folder, _dated("statements", night.on), standing["statements"], "utf-8")
    decisions = planted("decisions", standing["decisions"], frozenset())
    files.write_marked(folder, _dated("decisions", night.on), decisions, "utf-8")
    return told


def _write_feeds(inbox: Path, bank: Bank, nights: tuple[Night, ...]) -> None:
    """What came in between: payments of the last two days, calls and messages of the last."""
    first, second, third = nights
    for before, night, after in ((first, second, third), (second, third, None)):
        rows = feeds.payment_rows(before, night, after)
        files.write_counted(inbox / str(night.on), _dated("payments", night.on), rows)
    folder = inbox / str(third.on)
    files.write_counted(folder, _dated("dialler", third.on), feeds.call_rows(bank, third))
    files.write_controlled(
        folder, _dated("sms_gateway", third.on), feeds.message_rows(bank, third)
    )  # fmt: skip


def _dated(name: str, night: date) -> str:
    return f"{name}_{night:%Y%m%d}"


def _sums(rows: list[Row]) -> dict[str, str]:
    """The balance of each currency over the rows as they stand in the file."""
    sums = {"CNY": 0, "USD": 0}
    for row in rows:
        sums[row["币种"]] += int(row["欠款总额"].replace(".", ""))
    return {currency: yuan(minor) for currency, minor in sums.items()}


if __name__ == "__main__":
    generate(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
