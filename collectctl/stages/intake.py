"""Load: the night's exports as frames, everything that cannot be used in quarantine.

Joins accounts with accounts falling due and with what the statements say. Knows how exports belong
together; refuses to know how one is read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from collectctl.columns import ARROW_TYPES, Dictionary, arrow, to_frame, to_table
from collectctl.compliance.effects import unlisted
from collectctl.compliance.statuses import StatusTable
from collectctl.exports.load import Arrival, Loaded, load_export
from collectctl.exports.snapshot import Snapshot
from collectctl.exports.spending import spending
from collectctl.problems import InputRefusedError, Problem
from collectctl.project import Project
from collectctl.stages.desk import Desk, Facts

REJECT_COLUMNS = (
    "export", "file", "row", "column", "code", "found", "expected", "account_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """All that came in, and what became of each row."""

    accounts: pd.DataFrame
    """Accounts by customer and account: overdue ones and those falling due."""
    parties: pd.DataFrame
    statuses: pd.DataFrame
    rejects: pd.DataFrame
    """One row per fault; columns as `REJECT_COLUMNS`."""
    arrivals: tuple[Arrival, ...]
    mends: Mapping[str, bytes]
    """Export to the CSV of its rejected rows, for a person to mend."""
    sources: Mapping[str, int]
    """How many accounts each export gave; one that both have counts as overdue alone."""
    problems: tuple[Problem, ...]


def load(desk: Desk, snapshot: Snapshot, facts: Facts) -> Intake:
    """The night's exports, read by their contracts and joined.

    Raises:
        InputRefusedError: an export cannot be used as a whole; all refusals of all exports.
    """
    project, night = desk.project, desk.day
    loaded, refused = _load_each(project, snapshot, night, facts.earlier)
    if refused:
        raise InputRefusedError(refused)
    frames = {name: one.frame for name, one in loaded.items()}
    rejects = [one.rejects for one in loaded.values()]
    arrivals = {name: one.arrival for name, one in loaded.items()}
    statuses = frames.get("statuses", _none_of(project.dictionary, ("account_id", "status")))
    accounts, strange = _quarantine_unlisted(
        frames["accounts"], statuses, project.statuses, arrivals, night
    )
    rejects.append(strange)
    due = frames.get("falling_due")
    sources = {"accounts": len(accounts)}
    if due is not None:
        overdue = arrow(frames["accounts"]["account_id"])
        accounts, apart = _add_falling_due(accounts, due, overdue, arrivals, rejects)
        rejects.append(apart)
        sources["falling_due"] = len(accounts) - sources["accounts"]
    if "statements" in frames:
        accounts = _with_spending(accounts, frames["statements"], night)
    table = to_table(accounts).sort_by([("customer_id", "ascending"), ("account_id", "ascending")])
    return Intake(
        accounts=to_frame(table),
        parties=frames.get(
            "parties", _none_of(project.dictionary, ("account_id", "party_id", "role"))
        ),
        statuses=statuses,
        rejects=_joined(rejects),
        arrivals=tuple(arrivals.values()),
        mends={n: one.mend for n, one in loaded.items() if one.mend},
        sources=sources,
        problems=tuple(p for one in loaded.values() for p in one.problems),
    )


def _load_each(
    project: Project, snapshot: Snapshot, night: date, earlier: Mapping[str, str]
) -> tuple[dict[str, Loaded], list[Problem]]:
    loaded: dict[str, Loaded] = {}
    refused: list[Problem] = []
    for name, contract in project.contracts.items():
        try:
            loaded[name] = load_export(
                contract, snapshot, night, project.dictionary, earlier.get(name)
            )
        except InputRefusedError as error:
            refused += error.problems
    return loaded, refused


def _none_of(dictionary: Dictionary, names: tuple[str, ...]) -> pd.DataFrame:
    """An empty frame of these columns, for an export that the project does not have."""
    columns = {n: pa.array([], ARROW_TYPES[dictionary[n].type]) for n in names if n in dictionary}
    return to_frame(pa.table(columns or {n: pa.array([], pa.string()) for n in names}))


def _quarantine_unlisted(
    accounts: pd.DataFrame,
    statuses: pd.DataFrame,
    table: StatusTable,
    arrivals: dict[str, Arrival],
    night: date,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The accounts without those that have a status nobody has thought about, and these rows."""
    strange = unlisted(statuses, table, night)
    if strange.empty:
        return accounts, _rejects("statuses", "", strange, {})
    ids = arrow(strange["account_id"])
    hit = pc.is_in(arrow(accounts["account_id"]), value_set=ids).to_numpy(zero_copy_only=False)
    fault = {
        "column": "status",
        "code": "unlisted-status",
        "expected": "a status that the table of statuses lists on this date",
    }
    parts = []
    for name, rows in (("statuses", strange), ("accounts", accounts[hit])):
        parts.append(_rejects(name, arrivals[name].file, rows, fault))
        arrivals[name] = _moved(arrivals[name], len(rows))
    return accounts[~hit], _joined(parts)


def _moved(arrival: Arrival, rows: int) -> Arrival:
    """The arrival with so many rows moved from used to rejected."""
    return replace(
        arrival,
        rows_used=arrival.rows_used - rows,
        rows_rejected=arrival.rows_rejected + rows,
    )


def _add_falling_due(
    accounts: pd.DataFrame,
    due: pd.DataFrame,
    overdue: pa.Array,
    arrivals: dict[str, Arrival],
    rejects: list[pd.DataFrame],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Accounts with those falling due behind, and the rows of those set apart.

    An account whose overdue row is in quarantine must not be reminded as if nothing were overdue:
    its falling-due row is set apart too.
    """
    ids = arrow(due["account_id"])
    both = pc.is_in(ids, value_set=overdue).to_numpy(zero_copy_only=False)
    broken = [r for r in rejects if not r.empty]
    elsewhere = np.zeros(len(due), np.bool_)
    if broken:
        bad = _joined(broken)
        bad_ids = arrow(bad.loc[bad["export"] == "accounts", "account_id"])
        elsewhere = pc.is_in(ids, value_set=bad_ids.drop_null()).to_numpy(zero_copy_only=False)
    apart = due[elsewhere]
    arrivals["falling_due"] = _moved(arrivals["falling_due"], len(apart))
    table = to_table(due[~both & ~elsewhere])
    table = table.append_column("days_past_due", pa.array(np.zeros(len(table), np.int64)))
    whole = pa.concat_tables([to_table(accounts), table], promote_options="default")
    fault = {
        "column": "account_id",
        "code": "quarantined-elsewhere",
        "expected": "an account whose row in the accounts export could be used",
    }
    file = arrivals["falling_due"].file or ""
    return to_frame(whole), _rejects("falling_due", file, apart, fault)


def _with_spending(accounts: pd.DataFrame, statements: pd.DataFrame, night: date) -> pd.DataFrame:
    """The accounts with the facts of their statements; unknown where there are none."""
    facts = to_table(spending(statements, night))
    at = pc.index_in(arrow(accounts["account_id"]), value_set=facts["account_id"].combine_chunks())
    table = to_table(accounts)
    for name in facts.column_names[1:]:
        table = table.append_column(name, facts[name].take(at))
    return to_frame(table)


def _rejects(export: str, file: str, rows: pd.DataFrame, fault: Mapping[str, str]) -> pd.DataFrame:
    """Quarantine rows that all have the same fault, whose found value needs no masking."""
    size = len(rows)
    column = fault.get("column", "")
    texts = {"export": export, "file": file, "column": column, "code": fault.get("code", ""),
             "expected": fault.get("expected", "")}  # fmt: skip
    found = arrow(rows["status"]) if "status" in rows else pa.nulls(size, pa.string())
    columns = {name: pa.array([text] * size, pa.string()) for name, text in texts.items()}
    columns["row"] = arrow(rows["_row"]) if size else pa.array([], pa.int64())
    columns["found"] = found
    columns["account_id"] = arrow(rows["account_id"]) if size else pa.array([], pa.string())
    return to_frame(pa.table({name: columns[name] for name in REJECT_COLUMNS}))


def _joined(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """The parts as one frame, by export, row and column."""
    tables = [to_table(p).select(REJECT_COLUMNS) for p in parts]
    table = pa.concat_tables(tables, promote_options="permissive")
    order = [(name, "ascending") for name in ("export", "file", "row", "column", "code")]
    return to_frame(table.sort_by(order))
