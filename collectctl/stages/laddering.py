"""Ladders: in place of a treatment's document the step of its ladder that tonight takes, if any.

Joins the rollup with holds and with what was issued. A customer is on one ladder, that of the
leading account, so that one envelope speaks of all that they owe. Refuses to know what a step is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from collectctl.calendar import day_number
from collectctl.columns import Bool, Ints, arrow, encode, to_frame, to_table
from collectctl.compliance.gate.moments import FOREVER, local_days
from collectctl.compliance.netdays import STOPS_LADDER, UNKNOWN, Spans, held_days, net_days
from collectctl.ledger.connect import Ledger
from collectctl.ledger.holds import Hold, holds
from collectctl.ledger.issues import ISSUED, issued_steps
from collectctl.project import TASKS, Project
from collectctl.rules.ladders import Ladder, grace_on
from collectctl.rules.rungs import NEVER, NONE, Days, Rungs, rung
from collectctl.stages.desk import Desk, write_parquet
from collectctl.stages.grading import Grading
from collectctl.stages.intake import Intake
from collectctl.stages.recalling import FACTS

OWE = ("principal", "joint_debtor")
"""Whose hold stops the ladder of an account; a guarantor's stops what is sent to the guarantor."""
_PAST_DUE = "days_past_due"
HELD = pa.schema([("account_id", pa.string()), ("starts", pa.int64()), ("ends", pa.int64())])
"""A stretch of days on which an account's ladder stands still: the first, the first after it."""


def ladder_holds(found: Sequence[Hold], parties: pd.DataFrame) -> pa.Table:
    """The holds that stop ladders, a row for each account that they are about; as `HELD`.

    A hold about a person is about every account that this person owes.
    """
    stopping = [h for h in found if set(h.stops) & set(STOPS_LADDER)]
    people = to_table(parties[["account_id", "party_id", "role"]])
    people = people.filter(pc.is_in(people["role"], value_set=pa.array(OWE, pa.string())))
    named = pa.array([h.party_id for h in stopping if h.party_id is not None], pa.string())
    people = people.filter(pc.is_in(people["party_id"], value_set=named))
    owed: dict[str, set[str]] = {}
    for account, person in zip(
        *(people[c].to_pylist() for c in ("account_id", "party_id")), strict=True
    ):
        owed.setdefault(person, set()).add(account)
    rows = [
        (account, day_number(h.starts), FOREVER if h.ends is None else day_number(h.ends))
        for h in stopping
        for account in ([h.account_id] if h.party_id is None else sorted(owed.get(h.party_id, ())))
    ]
    columns = list(zip(*rows, strict=True)) or [(), (), ()]
    return pa.table([pa.array(c, f.type) for c, f in zip(columns, HELD, strict=True)], HELD)


def climb(desk: Desk, ledger: Ledger, grading: Grading, intake: Intake) -> Grading:
    """The grading with what the ladders make of tonight in its rollup.

    What the ladders look at is written below `facts/`: `ladder_history.parquet` and
    `ladder_holds.parquet`.
    """
    project, day = desk.project, desk.day
    history = issued_steps(ledger, 0) if project.rulebook.ladders else ISSUED.empty_table()
    held = ladder_holds(holds(ledger), intake.parties)
    write_parquet(desk, f"{FACTS}/ladder_history.parquet", history)
    write_parquet(desk, f"{FACTS}/ladder_holds.parquet", held)
    return replace(grading, rollup=apply_ladders(project, grading, history, held, day))


def contact_day(day: date) -> int:
    """The number of the day on which what a business date's night prepares would be sent."""
    return day_number(day) + 1


def apply_ladders(
    project: Project, grading: Grading, history: pa.Table, holds: pa.Table, day: date
) -> pd.DataFrame:
    """The rollup with what the ladders make of tonight; one row an account, in its order.

    `history` is what was issued, as `ledger.issues.ISSUED`; `holds` as `HELD`; `day` the business
    date. `lead_document` and `lead_channels` are replaced where the leading treatment has a ladder:
    by the step's, or without a step by no document and the treatment's work for people alone. More
    columns: days_grace, days_held and days_net, of the account itself and missing where days past
    due are, or where the rulebook has no ladder; ladder_step (position in the ladder, -1: none
    tonight) and ladder_reason (of `rules.rungs.REASONS`), missing where the treatment has no
    ladder.

    Raises:
        ConfigError: `parameter-not-in-force`.
    """
    rollup = to_table(grading.rollup)
    days = encode(grading.accounts, project.dictionary.columns, [_PAST_DUE])[_PAST_DUE]
    ladders = project.rulebook.ladders
    known = days.known if ladders else np.zeros(len(days.known), np.bool_)
    grace = grace_on(project.rulebook.parameters, day) if ladders else 0
    ids = arrow(grading.accounts["account_id"])
    spans = _spans(holds, ids)
    held = held_days(days.values.astype(np.int64), spans, day_number(day))
    net = np.where(known, net_days(days.values, grace, held), UNKNOWN)
    night = _Night(
        net=net,
        stopped=spans.on(contact_day(day), len(net)),
        issued=_Issued(history, ids, day_number(day) - days.values, project.settings.zone),
        contact=contact_day(day),
    )
    found = _taken(night, ladders, rollup, ids)
    unknown = ~known
    found |= {
        "days_grace": pa.array(np.full(len(net), grace), pa.int64(), mask=unknown),
        "days_held": pa.array(held, pa.int64(), mask=unknown),
        "days_net": pa.array(net, pa.int64(), mask=unknown),
    }
    kept = {name: rollup[name] for name in rollup.column_names}
    return to_frame(pa.table(kept | found)).set_index(grading.rollup.index)


def _spans(holds: pa.Table, ids: pa.Array) -> Spans:
    row = _positions(holds["account_id"], ids)
    there = row >= 0
    starts, ends = (holds[name].to_numpy().astype(np.int64) for name in ("starts", "ends"))
    return Spans(row=row[there], starts=starts[there], ends=ends[there])


def _positions(values: pa.ChunkedArray, ids: pa.Array) -> Ints:
    """Where each value stands among the ids; -1 where it does not."""
    found = pc.index_in(values, value_set=ids)
    whole = found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found
    at: Ints = whole.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    return at


class _Issued:
    """On which day each document was last issued about each account, within this episode."""

    def __init__(self, history: pa.Table, ids: pa.Array, last_paid_up: Ints, zone: str) -> None:
        """Takes what was issued, and the day on which each account was last not past due."""
        row = _positions(history["account_id"], ids)
        day = local_days(history["moment"].to_numpy().astype(np.int64), zone)
        counts = row >= 0
        counts[counts] = day[counts] > last_paid_up[row[counts]]
        self._row, self._day = row[counts], day[counts]
        self._documents = history["document"].filter(pa.array(counts))
        self._size = len(ids)

    def days(self, documents: Sequence[str], rows: Ints) -> Days:
        """A row for each document, with its day for each of the accounts."""
        return np.vstack([self._of(document)[rows] for document in documents])

    def _of(self, document: str) -> Ints:
        found = np.full(self._size, NEVER)
        mine = pc.equal(self._documents, document).to_numpy()
        np.maximum.at(found, self._row[mine], self._day[mine])
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Night:
    """What a ladder looks at; one element an account."""

    net: Ints
    stopped: Bool
    issued: _Issued
    contact: int


def _taken(
    night: _Night, ladders: Mapping[str, Ladder], rollup: pa.Table, ids: pa.Array
) -> dict[str, pa.Array]:
    """The columns about the step that each account takes with its customer."""
    leader = _positions(rollup["lead_account"], ids)
    place = np.full(len(ids), NONE)
    parts, size = [_NOTHING], 0
    for ladder in ladders.values():
        rows = np.flatnonzero(
            pc.equal(rollup["lead"], ladder.treatment).fill_null(False).to_numpy()
        )
        leaders, mine = np.unique(leader[rows], return_inverse=True)
        issued = night.issued.days([s.document for s in ladder.steps], leaders)
        led = rung(ladder, night.net[leaders], issued, night.stopped[leaders], night.contact)
        parts.append(_part(led.shared(mine, night.stopped[rows])))
        place[rows] = np.arange(size, size + len(rows))
        size += len(rows)
    on_ladder = place != NONE
    taken = pa.concat_tables(parts).take(pa.array(place, mask=~on_ladder))
    found = {name: taken[name] for name in ("ladder_step", "ladder_reason")}
    for name in ("lead_document", "lead_channels") if ladders else ():
        found[name] = pc.if_else(pa.array(on_ladder), taken[name], rollup[name])
    return found


_NOTHING = pa.schema(
    [("lead_document", pa.string()), ("lead_channels", pa.string()), ("ladder_step", pa.int64()),
     ("ladder_reason", pa.string())]
).empty_table()  # fmt: skip


def _part(taken: Rungs) -> pa.Table:
    """What the accounts on one ladder take; where no document goes out, people work on."""
    work = ",".join(c for c in taken.ladder.channels if c in TASKS)
    columns = [
        taken.document, taken.channels.fill_null(work), pa.array(taken.step, pa.int64()),
        taken.reason,
    ]  # fmt: skip
    return pa.table(columns, schema=_NOTHING.schema)
