"""The accounts that move, as a file: the only place where a comparison names single accounts."""

import csv
import io
from pathlib import Path

import pyarrow as pa

from collectctl import durable
from collectctl.archive.faults import disk_faults
from collectctl.columns import arrow
from collectctl.exports.mended import guarded
from collectctl.money import MINOR_DIGITS, unscaled
from collectctl.problems import ConfigError, Problem
from collectctl.sheets.book import SheetColumn, Table, write_book
from collectctl.stages.comparing import Compared, Laid

_COLUMNS = (
    SheetColumn(name="account_id", heading="account"),
    SheetColumn(name="customer_id", heading="customer"),
    SheetColumn(name="currency", heading="currency"),
    SheetColumn(name="balance", heading="balance", kind="money", currency="currency"),
    *(
        SheetColumn(name=f"{side}_{name}", heading=f"{side} {name.replace('_', ' ')}")
        for name in ("tier", "tier_rule", "treatment", "addons", "missing")
        for side in ("old", "new")
    ),
)
_KEPT = ("account_id", "customer_id", "currency", "balance")


def refuse_unusable(path: Path | None) -> None:
    """Ends the command before it has worked for nothing.

    Raises:
        ConfigError: `list-file`.
    """
    if path is None:
        return
    wrong = path.suffix not in (".xlsx", ".csv")
    if wrong or path.is_symlink() or path.exists() or not path.parent.is_dir():
        raise ConfigError(
            Problem(
                code="list-file",
                message="the list of accounts cannot be written there",
                expected="the name of a new file that ends in .xlsx or .csv, in a folder",
                mend="name another file with --list",
            )
        )


def write_list(path: Path, laid: Laid, compared: Compared) -> None:
    """Writes the accounts that move, readable by their owner alone."""
    where = pa.array(compared.comparison.moved)
    accounts = laid.intake.accounts
    columns = {name: arrow(accounts[name]).filter(where) for name in _KEPT if name in accounts}
    for side, grading in zip(("old", "new"), compared.gradings, strict=True):
        for name in ("tier", "tier_rule", "treatment", "addons", "missing"):
            values = arrow(grading.decisions[name]).filter(where)
            columns[f"{side}_{name}"] = values.cast(pa.string())
    table = pa.table(columns)
    with disk_faults("writing the list of accounts"):
        if path.suffix == ".csv":
            durable.write_file(path, _csv(table).encode("utf-8-sig"))
        else:
            sheet = Table(title="moved", columns=_COLUMNS, data=table, freeze=1)
            write_book(path, tables=[sheet], created=laid.desk.day)


def _csv(table: pa.Table) -> str:
    sink = io.StringIO(newline="")
    writer = csv.writer(sink, lineterminator="\r\n")
    writer.writerow([c.heading for c in _COLUMNS])
    for row in table.to_pylist():
        writer.writerow([_cell(row, c.name) for c in _COLUMNS])
    return sink.getvalue()


def _cell(row: dict[str, object], name: str) -> str:
    """The value as text that a spreadsheet takes neither for a formula nor for a number."""
    value = row.get(name)
    if value is None:
        return ""
    if isinstance(value, int):
        return unscaled(value, MINOR_DIGITS.get(str(row.get("currency")), 2))
    return guarded(str(value))
