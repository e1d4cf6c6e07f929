"""Load: the night's exports as frames, everything that cannot be used in quarantine.

Joins accounts with accounts falling due and with what the statements say. Knows how exports belong
together; refuses to know how one is read.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Protocol

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from collectctl.basis import Basis
from collectctl.columns import arrow, to_frame, to_table
from collectctl.compliance.decisions import decided_by, with_decided
from collectctl.compliance.effects import unlisted
from collectctl.compliance.statuses import StatusTable
from collectctl.exports.contract import Contract
from collectctl.exports.load import Arrival, Loaded, load_export
from collectctl.exports.quarantine import COLUMNS, NOTHING_TO_MEND, shown
from collectctl.exports.snapshot import Snapshot
from collectctl.exports.spending import spending
from collectctl.problems import InputRefusedError, Problem


class Night(Protocol):
    """A night as far as its accounts are read and graded; a desk is one."""

    @property
    def project(self) -> Basis:
        """What they are read and graded by."""

    @property
    def day(self) -> date:
        """The business date."""


class Recalled(Protocol):
    """What earlier nights left, as far as reading asks for it; a night's facts are."""

    @property
    def earlier(self) -> Mapping[str, str]:
        """Export to the digest of the file that came last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BareNight:
    """A night of which only the accounts are asked, with nothing recalled of earlier ones."""

    project: Basis
    day: date
    earlier: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """All that came in, and what became of each row."""

    accounts: pd.DataFrame
    """Accounts by customer and account: overdue ones and those falling due."""
    parties: pd.DataFrame
    statuses: pd.DataFrame
    decisions: pd.DataFrame
    """What the bank has decided, of any date; account_id and step are its key."""
    day: date
    """The business date."""
    rejects: pd.DataFrame
    """One row per fault; columns as `exports.quarantine.COLUMNS`."""
    arrivals: tuple[Arrival, ...]
    mends: Mapping[str, bytes]
    """Export to the CSV of its rejected rows, for a person to mend."""
    sources: Mapping[str, int]
    """How many accounts each export gave; one that both have counts as overdue alone."""
    doubtful: pa.Array
    """Customers with an account whose status could not be used."""
    problems: tuple[Problem, ...]

    @property
    def unclear(self) -> pa.Array:
        """Ids of accounts about whose people something in quarantine may say no.

        A row of people may have named somebody who represents the customer; a status that cannot
        be used on one account may hold for all of the customer's. Nobody is contacted about them
        before a person has looked.
        """
        table = to_table(self.rejects)
        people = pc.equal(table["export"], "parties")
        harmless = pc.is_in(table["code"], value_set=pa.array(_HARMLESS, pa.string()))
        rows = table.filter(pc.and_not(people, harmless))
        accounts = to_table(self.accounts[["account_id", "customer_id"]])
        theirs = accounts.filter(pc.is_in(accounts["customer_id"], value_set=self.doubtful))
        found = (rows["account_id"].drop_null(), theirs["account_id"])
        whole = (column.cast(pa.string()).combine_chunks() for column in found)
        return pa.concat_arrays(list(whole))


_HARMLESS = ("duplicate-row", "replaced-by-mended")
"""Faults of rows whose content is used all the same, from another row."""


def load(night: Night, snapshot: Snapshot, facts: Recalled) -> Intake:
    """The night's exports, read by their contracts and joined.

    Raises:
        InputRefusedError: an export cannot be used as a whole; all refusals of all exports.
    """
    project, day = night.project, night.day
    loaded, refused = _load_each(project, snapshot, day, facts.earlier)
    if refused:
        raise InputRefusedError(refused)
    sorting = _Sorting(
        frames={name: one.frame for name, one in loaded.items()},
        rejects=[one.rejects for one in loaded.values()],
        arrivals={name: one.arrival for name, one in loaded.items()},
    )
    _set_doubtful_apart(sorting, project.statuses, day)
    _set_strangers_apart(sorting)
    frames = sorting.frames
    accounts = frames["accounts"]
    sources = {"accounts": len(accounts)}
    if "falling_due" in frames:
        accounts = _with_falling_due(accounts, frames["falling_due"])
        sources["falling_due"] = len(accounts) - sources["accounts"]
    if "statements" in frames:
        accounts = _with_spending(accounts, frames["statements"], day)
    if "decisions" in frames:
        accounts = with_decided(accounts, decided_by(frames["decisions"], day))
    table = to_table(accounts).sort_by([("customer_id", "ascending"), ("account_id", "ascending")])
    return Intake(
        accounts=to_frame(table),
        parties=frames.get("parties", _none_of("account_id", "party_id", "role")),
        statuses=frames.get("statuses", _none_of("account_id", "status")),
        decisions=frames.get("decisions", _none_of("account_id", "step")),
        day=day,
        rejects=_joined(sorting.rejects),
        arrivals=tuple(sorting.arrivals.values()),
        mends={n: one.mend for n, one in loaded.items() if one.mend},
        sources=sources,
        doubtful=pa.concat_arrays([pa.array([], pa.string()), *sorting.doubtful]),
        problems=tuple(p for one in loaded.values() for p in one.problems),
    )


def _load_each(
    project: Basis, snapshot: Snapshot, day: date, earlier: Mapping[str, str]
) -> tuple[dict[str, Loaded], list[Problem]]:
    def one(contract: Contract) -> Loaded | InputRefusedError:
        name = contract.export
        try:
            return load_export(contract, snapshot, day, project.dictionary, earlier.get(name))
        except InputRefusedError as error:
            return error

    loaded: dict[str, Loaded] = {}
    refused: list[Problem] = []
    with ThreadPoolExecutor(1) as pool:  # it waits for the children that open these files
        apart = {n: pool.submit(one, c) for n, c in project.contracts.items() if _in_child(c)}
        here = {n: one(c) for n, c in project.contracts.items() if n not in apart}
    for name in project.contracts:
        found = here[name] if name in here else apart[name].result()
        if isinstance(found, InputRefusedError):
            refused += found.problems
        else:
            loaded[name] = found
    return loaded, refused


def _in_child(contract: Contract) -> bool:
    return contract.reader in ("xlsx", "xls", "parquet")


def _none_of(*names: str) -> pd.DataFrame:
    """An empty frame of these text columns, for an export that the project does not have."""
    return to_frame(pa.table({name: pa.array([], pa.string()) for name in names}))


@dataclass(slots=True, kw_only=True)
class _Sorting:
    """The exports by name, while rows that could be read are still moved to quarantine."""

    frames: dict[str, pd.DataFrame]
    rejects: list[pd.DataFrame]
    arrivals: dict[str, Arrival]
    doubtful: list[pa.Array] = field(default_factory=list)
    """Customers one of whose accounts has a status that cannot be used."""

    def doubt_customers_of(self, ids: pa.Array) -> None:
        """Notes whose accounts these are: what cannot be read may be that somebody has died."""
        for export in ("accounts", "falling_due"):
            if export in self.frames:
                table = to_table(self.frames[export][["account_id", "customer_id"]])
                theirs = table.filter(pc.is_in(table["account_id"], value_set=ids))
                self.doubtful.append(theirs["customer_id"].combine_chunks())

    def set_apart(self, export: str, ids: pa.Array, fault: Mapping[str, str]) -> None:
        """Moves the rows of these accounts to quarantine; nothing if there is no such export."""
        if export not in self.frames or len(ids) == 0:
            return
        frame, arrival = self.frames[export], self.arrivals[export]
        where = pc.is_in(arrow(frame["account_id"]), value_set=ids).to_numpy(zero_copy_only=False)
        rows = frame[where]
        self.frames[export] = frame[~where]
        self.rejects.append(_rejects(export, arrival.file, rows, fault))
        self.arrivals[export] = replace(
            arrival,
            rows_used=arrival.rows_used - len(rows),
            rows_rejected=arrival.rows_rejected + len(rows),
        )

    def broken(self, export: str) -> pa.Array:
        """The accounts with rows of this export in quarantine that somebody has to mend."""
        table = to_table(_joined(self.rejects))
        idle = pc.is_in(table["code"], value_set=pa.array(sorted(NOTHING_TO_MEND)))
        mine = pc.and_not(pc.equal(table["export"], export), idle)
        return table["account_id"].filter(mine).drop_null().combine_chunks()


_UNLISTED = {
    "column": "status",
    "code": "unlisted-status",
    "expected": "a status that the table of statuses lists on this date",
}
_BROKEN_STATUS = {
    "column": "account_id",
    "code": "quarantined-elsewhere",
    "expected": "an account whose row in the statuses export could be used",
}
_BROKEN_ACCOUNT = {
    "column": "account_id",
    "code": "quarantined-elsewhere",
    "expected": "an account whose row in the accounts export could be used",
}


def _set_doubtful_apart(sorting: _Sorting, table: StatusTable, night: date) -> None:
    """Moves accounts to quarantine about which another row, there already, might say no.

    A status that nobody has thought about, or that cannot be read, is never ordinary; an account
    whose overdue row is broken must not be reminded as if nothing were overdue.
    """
    if "statuses" in sorting.frames:
        strange = arrow(unlisted(sorting.frames["statuses"], table, night)["account_id"])
        broken = sorting.broken("statuses")
        for ids in (strange, broken):
            sorting.doubt_customers_of(ids)
        for export in ("statuses", "accounts", "falling_due"):
            sorting.set_apart(export, strange, _UNLISTED)
        for export in ("accounts", "falling_due"):
            sorting.set_apart(export, broken, _BROKEN_STATUS)
    sorting.set_apart("falling_due", sorting.broken("accounts"), _BROKEN_ACCOUNT)


_NOBODYS = {
    "column": "account_id",
    "code": "decision-of-nobody",
    "expected": "an account that an export of this night names",
}


def _set_strangers_apart(sorting: _Sorting) -> None:
    """Moves decisions to quarantine whose account no export of the night names.

    The account that was meant has no decision then, and somebody should know.
    """
    if "decisions" not in sorting.frames:
        return
    others = [f for name, f in sorting.frames.items() if name not in ("decisions", "statements")]
    named = [to_table(frame)["account_id"] for frame in others]
    rejects = to_table(_joined(sorting.rejects))
    named.append(rejects["account_id"].filter(pc.not_equal(rejects["export"], "decisions")))
    known = pa.chunked_array(
        [c.cast(pa.string()) for part in named for c in part.chunks], pa.string()
    )
    ids = arrow(sorting.frames["decisions"]["account_id"])
    strangers = ids.filter(pc.invert(pc.is_in(ids, value_set=known.unique())))
    sorting.set_apart("decisions", strangers, _NOBODYS)


def _with_falling_due(accounts: pd.DataFrame, due: pd.DataFrame) -> pd.DataFrame:
    """The accounts with those falling due behind; one that is in both is overdue."""
    both = pc.is_in(arrow(due["account_id"]), value_set=arrow(accounts["account_id"]))
    table = to_table(due).filter(pc.invert(both))
    table = table.append_column("days_past_due", pa.array(np.zeros(len(table), np.int64)))
    return to_frame(pa.concat_tables([to_table(accounts), table], promote_options="default"))


def _with_spending(accounts: pd.DataFrame, statements: pd.DataFrame, night: date) -> pd.DataFrame:
    """The accounts with the facts of their statements; unknown where there are none."""
    facts = to_table(spending(statements, night))
    at = pc.index_in(arrow(accounts["account_id"]), value_set=facts["account_id"].combine_chunks())
    table = to_table(accounts)
    for name in facts.column_names[1:]:
        table = table.append_column(name, facts[name].take(at))
    return to_frame(table)


def _rejects(export: str, file: str, rows: pd.DataFrame, fault: Mapping[str, str]) -> pd.DataFrame:
    """Quarantine rows that all have the same fault."""
    size = len(rows)
    found = arrow(rows["status"]).to_pylist() if "status" in rows else [None] * size
    columns = {
        "export": [export] * size,
        "file": [file] * size,
        "row": arrow(rows["_row"]),
        "column": [fault["column"]] * size,
        "code": [fault["code"]] * size,
        "found": [shown(text, None) for text in found],
        "expected": [fault["expected"]] * size,
        "account_id": arrow(rows["account_id"]),
    }
    return to_frame(pa.table(columns, schema=COLUMNS))


def _joined(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """The parts as one frame, by export, row and column."""
    table = pa.concat_tables([to_table(part).cast(COLUMNS) for part in parts])
    order = [(name, "ascending") for name in ("export", "file", "row", "column", "code")]
    return to_frame(table.sort_by(order))
