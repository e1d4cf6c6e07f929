"""What could not be used: which row, which column, what was found, what was expected.

Knows how much of a value may be shown; the rows themselves are only in the file for mending.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from collectctl.columns import Bool, Personal, mask, to_frame
from collectctl.exports.cast import Fault
from collectctl.exports.contract import Contract
from collectctl.exports.mended import as_csv
from collectctl.exports.parts import Part

COLUMNS = pa.schema(
    [
        ("export", pa.string()), ("file", pa.string()), ("row", pa.int64()),
        ("column", pa.string()), ("code", pa.string()), ("found", pa.string()),
        ("expected", pa.string()), ("account_id", pa.string()),
    ]
)  # fmt: skip
REPLACED = "replaced-by-mended"
ROW_CODES = frozenset({"duplicate-row", "contradicting-rows", REPLACED})
"""Faults of whole rows."""
NOTHING_TO_MEND = frozenset({"duplicate-row", REPLACED})
_SHOWN = 24
_LONG_NUMBER = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """One file's rows that are not used."""

    part: Part
    faults: tuple[Fault, ...]
    """All faults of its rows, those found by comparing rows included."""
    found: Mapping[int, str]
    """What to show for rows whose fault is not in one cell."""


def shown(text: str | None, personal: Personal | None) -> str:
    """The cell as the quarantine shows it: masked if personal or a long number, and shortened."""
    if text is None:
        return ""
    if personal is not None:
        return mask(personal, text)
    if sum(c.isdigit() for c in text) > _LONG_NUMBER and "." not in text:
        return mask("account", text)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def rejects(contract: Contract, rejected: Iterable[Rejected]) -> pd.DataFrame:
    """One row per fault, by file, row and column; columns as `COLUMNS`."""
    tables = [_table(contract, one) for one in rejected]
    table = pa.concat_tables([COLUMNS.empty_table(), *tables])
    order = [(name, "ascending") for name in ("file", "row", "column", "code")]
    return to_frame(table.sort_by(order))


def _table(contract: Contract, one: Rejected) -> pa.Table:
    part, raw = one.part, one.part.raw
    personal = {h.name: h.column.personal for h in contract.headings}
    accounts = part.columns.get("account_id")
    tables = [_broken(contract, part)]
    for fault in one.faults:
        at = pa.array(fault.positions)
        size = len(fault.positions)
        if fault.heading in raw.headings and fault.code not in ROW_CODES:
            cells = raw.cells[raw.headings.index(fault.heading)].take(at).to_pylist()
            found = [shown(c, personal.get(fault.heading)) for c in cells]
        else:
            found = [one.found.get(int(p), "") for p in fault.positions]
        columns = {
            "export": [contract.export] * size,
            "file": [part.file] * size,
            "row": raw.rows[fault.positions],
            "column": [fault.heading] * size,
            "code": [fault.code] * size,
            "found": found,
            "expected": [fault.expected] * size,
            "account_id": pa.nulls(size, pa.string()) if accounts is None else accounts.take(at),
        }
        tables.append(pa.table(columns, schema=COLUMNS))
    return pa.concat_tables(tables)


def _broken(contract: Contract, part: Part) -> pa.Table:
    rows = part.raw.broken
    columns = {
        "export": [contract.export] * len(rows),
        "file": [part.file] * len(rows),
        "row": [b.row for b in rows],
        "column": [b.column or "" for b in rows],
        "code": [b.code for b in rows],
        "found": [b.found for b in rows],
        "expected": [b.expected for b in rows],
        "account_id": pa.nulls(len(rows), pa.string()),
    }
    return pa.table(columns, schema=COLUMNS)


def mend(rejected: Sequence[Rejected]) -> bytes | None:
    """The rejected rows with their reasons, to be put right; None when there are none."""
    rows: list[tuple[Sequence[str], str]] = []
    for one in rejected:
        part, raw = one.part, one.part.raw
        here = [(b.row, b.fields, f"{b.code}: expected {b.expected}") for b in raw.broken]
        reasons = _reasons(one)
        at = pa.array(sorted(reasons), pa.int64())
        cells = [[c or "" for c in column.take(at).to_pylist()] for column in raw.cells]
        lines = zip(*cells, strict=True)
        places = at.to_pylist()
        here += [(int(raw.rows[p]), c, reasons[p]) for p, c in zip(places, lines, strict=True)]
        order = _order_of(part, rejected[0].part)
        rows += [(_ordered(cells, order), why) for _, cells, why in sorted(here, key=_row)]
    return as_csv(rejected[0].part.raw.headings, rows) if rows else None


def _row(line: tuple[int, Sequence[str], str]) -> int:
    return line[0]


def _order_of(part: Part, main: Part) -> list[int] | None:
    """Where the main file's headings stand in this one; None if they stand alike."""
    here, there = part.raw.headings, main.raw.headings
    return None if here == there else [here.index(h) if h in here else -1 for h in there]


def _ordered(cells: Sequence[str], order: list[int] | None) -> Sequence[str]:
    if order is None or len(cells) <= max(order):
        return cells
    return [cells[i] if i >= 0 else "" for i in order]


def _reasons(one: Rejected) -> dict[int, str]:
    """Position to reasons, of rows that somebody can mend."""
    found: dict[int, list[str]] = {}
    for fault in one.faults:
        if fault.code in NOTHING_TO_MEND:
            continue
        text = f"{fault.heading}: {fault.code}, expected {fault.expected}"
        for p in fault.positions:
            found.setdefault(int(p), []).append(text)
    return {p: "; ".join(texts) for p, texts in found.items()}


def row_fault(where: Bool, contract: Contract, code: str, expected: str) -> tuple[Fault, ...]:
    """A fault of whole rows, named by the columns of the key."""
    if not where.any():
        return ()
    names = {h.column.name: h.name for h in contract.headings}
    heading = " + ".join(names.get(k, k) for k in contract.key)
    return (
        Fault(positions=np.flatnonzero(where), heading=heading, code=code, expected=expected),
    )  # fmt: skip
