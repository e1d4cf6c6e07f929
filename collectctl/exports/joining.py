"""The export's own file and its files of mended rows as one table.

A mended row replaces broken ones of its key; where two good rows of one key differ, neither is
used. Which file or row came first decides nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from collectctl.columns import Bool
from collectctl.exports.cast import Fault
from collectctl.exports.contract import Contract
from collectctl.exports.keys import key_of, settle
from collectctl.exports.parts import Part
from collectctl.exports.quarantine import REPLACED, Rejected, row_fault
from collectctl.exports.raw import Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """All files of an export together."""

    table: pa.Table
    """The rows used, by key; the contract's columns and `_row`."""
    rejected: tuple[Rejected, ...]
    """By file, the export's own first."""


@dataclass(slots=True, kw_only=True)
class _Rows:
    """All rows of some files, and what has become of them so far."""

    columns: dict[str, pa.Array]
    lines: Rows
    bad: Bool
    faults: list[Fault]
    found: dict[int, str]


def join(parts: Sequence[Part], contract: Contract) -> Joined:
    """The rows of the export's own file (the first part) and of its mended ones, settled by key."""
    main, mended = _stacked(parts[:1], contract), _stacked(parts[1:], contract)
    order = _settle(main, key_of(main.columns, contract.key), contract)
    if len(mended.lines):
        _settle(mended, key_of(mended.columns, contract.key), contract)
        _replace(main, mended, contract)
        both = _both(main, mended, contract)
        # Rows set apart above have been judged; only good ones of both can disagree now.
        keys = key_of(both.columns, contract.key)
        keys = pc.if_else(pa.array(both.bad), pa.scalar(None, keys.type), keys)
        order = _settle(both, keys, contract)
    else:
        both = main
    order = order[~both.bad[order]]
    at = pa.array(order)
    columns = {name: values.take(at) for name, values in both.columns.items()}
    if len(order) == len(both.lines) and np.array_equal(order, np.arange(len(order))):
        columns = dict(both.columns)
    columns["_row"] = pa.array(both.lines[order], pa.int64())
    return Joined(table=pa.table(columns), rejected=_split(parts, both))


def _stacked(parts: Sequence[Part], contract: Contract) -> _Rows:
    if not parts:
        return _Rows(columns={}, lines=np.empty(0, np.int64), bad=np.empty(0, np.bool_),
                     faults=[], found={})  # fmt: skip
    starts = np.cumsum([0, *(p.rows for p in parts)])
    columns = dict(parts[0].columns)
    if len(parts) > 1:
        columns = {n: pa.concat_arrays([p.columns[n] for p in parts]) for n in contract.columns}
    return _Rows(
        columns=columns,
        lines=np.concatenate([p.raw.rows for p in parts]),
        bad=np.concatenate([p.bad for p in parts]),
        faults=[_moved(f, int(s)) for p, s in zip(parts, starts, strict=False) for f in p.faults],
        found={},
    )


def _moved(fault: Fault, by: int) -> Fault:
    return Fault(
        positions=fault.positions + by, heading=fault.heading, code=fault.code,
        expected=fault.expected,
    )  # fmt: skip


def _settle(rows: _Rows, keys: pa.Array, contract: Contract) -> Rows:
    """Sets duplicates and contradicting rows apart; gives all positions by key."""
    settled = settle(rows.columns, keys, rows.bad, rows.lines)
    names = {h.column.name: h.name for h in contract.headings}
    rows.faults += row_fault(settled.duplicate, contract, "duplicate-row", "each row once")
    rows.faults += row_fault(
        settled.contradicting, contract, "contradicting-rows",
        "one row, or rows that are all alike and whole",
    )  # fmt: skip
    for position, columns in settled.differing.items():
        rows.found[position] = "differs in " + ", ".join(names.get(c, c) for c in columns)
    rows.bad = rows.bad | settled.duplicate | settled.contradicting
    return settled.order


def _replace(main: _Rows, mended: _Rows, contract: Contract) -> None:
    """Broken rows whose key stands good among the mended ones have no other fault than that."""
    good = key_of(mended.columns, contract.key).filter(pa.array(~mended.bad))
    keys = key_of(main.columns, contract.key)
    found = pc.is_in(keys, value_set=good.drop_null()).to_numpy(zero_copy_only=False)
    replaced = main.bad & found & keys.is_valid().to_numpy(zero_copy_only=False)
    kept = []
    for fault in main.faults:
        left = fault.positions[~replaced[fault.positions]]
        if len(left):
            kept.append(
                Fault(positions=left, heading=fault.heading, code=fault.code,
                      expected=fault.expected)
            )  # fmt: skip
    main.faults = [*kept, *row_fault(replaced, contract, REPLACED, "nothing more")]


def _both(main: _Rows, mended: _Rows, contract: Contract) -> _Rows:
    start = len(main.lines)
    pairs = {n: [main.columns[n], mended.columns[n]] for n in contract.columns}
    return _Rows(
        columns={n: pa.concat_arrays(pair) for n, pair in pairs.items()},
        lines=np.concatenate([main.lines, mended.lines]),
        bad=np.concatenate([main.bad, mended.bad]),
        faults=[*main.faults, *(_moved(f, start) for f in mended.faults)],
        found=main.found | {p + start: text for p, text in mended.found.items()},
    )


def _split(parts: Sequence[Part], rows: _Rows) -> tuple[Rejected, ...]:
    """The faults of each file again."""
    found, start = [], 0
    for part in parts:
        end = start + part.rows
        faults = []
        for fault in rows.faults:
            inside = (fault.positions >= start) & (fault.positions < end)
            if inside.any():
                faults.append(_moved(Fault(
                    positions=fault.positions[inside], heading=fault.heading, code=fault.code,
                    expected=fault.expected,
                ), -start))  # fmt: skip
        texts = {p - start: t for p, t in rows.found.items() if start <= p < end}
        found.append(Rejected(part=part, faults=tuple(faults), found=texts))
        start = end
    return tuple(found)
