"""Rows of one key: said twice alike, or twice differently.

Knows that rows which contradict each other are all set apart, so that nothing depends on which
came first. Refuses to know which of them is right.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from collectctl.columns import Bool
from collectctl.exports.raw import Rows

_BETWEEN = "\x1f"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What became of each row of one or several files taken together."""

    duplicate: Bool
    """Good rows equal in every column to one that is used."""
    contradicting: Bool
    """Good rows whose key also stands in a row that differs or is broken."""
    order: Rows
    """Positions of all rows by key."""
    differing: Mapping[int, tuple[str, ...]]
    """Contradicting row to the columns in which the rows of its key differ."""


def key_of(columns: Mapping[str, pa.Array], key: Sequence[str]) -> pa.Array:
    """The key of each row as one text; null where a part of it is missing or wrong."""
    texts = [columns[name].cast(pa.string()) for name in key]
    if len(texts) == 1:
        return texts[0]
    return pc.binary_join_element_wise(*texts, _BETWEEN)


def settle(columns: Mapping[str, pa.Array], keys: pa.Array, bad: Bool, rows: Rows) -> Settled:
    """Compares the rows of each key.

    Args:
        columns: Typed columns of all rows.
        keys: From `key_of`; null where a row has none.
        bad: Rows that are broken already.
        rows: Physical rows; of equal rows the first is used.
    """
    size = len(keys)
    duplicate, contradicting = np.zeros(size, np.bool_), np.zeros(size, np.bool_)
    order = _order(keys)
    ordered = keys.take(pa.array(order))
    again = pc.equal(ordered[1:], ordered[:-1]).fill_null(False).to_numpy(zero_copy_only=False)
    if not again.any():
        return Settled(
            duplicate=duplicate, contradicting=contradicting, order=order, differing={}
        )  # fmt: skip
    involved = np.concatenate([[False], again]) | np.concatenate([again, [False]])
    places = order[involved]
    group = np.cumsum(~np.concatenate([[False], again])[involved]) - 1
    places = places[np.lexsort((rows[places], group))]
    different = _different(columns, places, group)
    groups = int(group[-1]) + 1
    is_mixed = np.zeros(groups, np.bool_)
    for where in different.values():
        is_mixed[group[1:][where]] = True
    is_mixed[group[bad[places]]] = True
    mixed = is_mixed[group] & ~bad[places]
    contradicting[places[mixed]] = True
    first = np.concatenate([[True], group[1:] != group[:-1]])
    duplicate[places[~is_mixed[group] & ~first]] = True
    differing = _named(different, places, group, mixed)
    return Settled(
        duplicate=duplicate, contradicting=contradicting, order=order, differing=differing
    )  # fmt: skip


def _order(keys: pa.Array) -> Rows:
    if len(keys) == 0:
        return np.empty(0, np.int64)
    if keys.null_count == 0 and pc.all(pc.less(keys[:-1], keys[1:])).as_py() is not False:
        return np.arange(len(keys), dtype=np.int64)
    found: Rows = pc.sort_indices(keys).to_numpy(zero_copy_only=False).astype(np.int64)
    return found


def _different(columns: Mapping[str, pa.Array], places: Rows, group: Rows) -> dict[str, Bool]:
    """For each column, which rows differ from the one before in the same group."""
    inside = group[1:] == group[:-1]
    found = {}
    for name, values in columns.items():
        taken = values.take(pa.array(places))
        one, other = taken[1:], taken[:-1]
        same = pc.equal(one, other).fill_null(False).to_numpy(zero_copy_only=False)
        nothing = pc.and_(one.is_null(), other.is_null()).to_numpy(zero_copy_only=False)
        found[name] = inside & ~(same | nothing)
    return found


def _named(
    different: Mapping[str, Bool], places: Rows, group: Rows, mixed: Bool
) -> dict[int, tuple[str, ...]]:
    names: dict[int, list[str]] = {}
    for name, where in different.items():
        for one in np.unique(group[1:][where]):
            names.setdefault(int(one), []).append(name)
    return {
        int(places[i]): tuple(names.get(int(group[i]), ())) for i in np.flatnonzero(mixed)
    }  # fmt: skip
