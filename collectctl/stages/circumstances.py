"""What the exports say that limits ask for: where people are, what is too old, what is decided.

Kept with the night below `facts/`, so that the release needs the night alone. Refuses to know what
follows from it.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from collectctl.archive.nights import Night, read_columns
from collectctl.columns import Ints, to_table
from collectctl.compliance.decisions import DECISIONS, decided_by
from collectctl.compliance.gate.facts import NOBODY
from collectctl.compliance.packs.shapes import STEPS
from collectctl.stages.desk import Desk, write_parquet
from collectctl.stages.intake import Intake

_ZONES = pa.schema({"party_id": pa.string(), "zones": pa.string()})
_LIMITATION = pa.schema({"account_id": pa.string(), "ends": pa.date32()})
_ZONES_FILE, _LIMITATION_FILE = "facts/zones.parquet", "facts/limitation.parquet"
_DECISIONS_FILE = "facts/decisions.parquet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """People and debts of which the exports say something; the others are not among them."""

    zones: pa.Table
    """party_id, zones: all in which the person may be, divided by blanks."""
    limitation: pa.Table
    """account_id, ends: the last day on which the debt can still be sued for."""
    decisions: pa.Table
    """What the bank had decided by the night, as `DECISIONS`."""

    def zones_of(
        self, people: pa.Array, usual: tuple[str, ...]
    ) -> tuple[Ints, tuple[tuple[str, ...], ...]]:
        """For each person the position of their zones; the usual ones where nothing is said."""
        texts = self.zones["zones"].combine_chunks().dictionary_encode()
        at = pc.index_in(people, value_set=self.zones["party_id"], skip_nulls=True)
        codes = texts.indices.take(at).fill_null(-1).to_numpy(zero_copy_only=False)
        named = (tuple(text.split()) for text in texts.dictionary.to_pylist())
        return codes.astype(np.int64) + 1, (usual, *named)

    def barred(self) -> tuple[pa.Array, Ints]:
        """Accounts, and of each the first day (its number) on which it is barred by time."""
        ends = self.limitation["ends"].combine_chunks().cast(pa.int32()).to_numpy()
        return self.limitation["account_id"].combine_chunks(), ends.astype(np.int64) + 1

    def decided(self) -> tuple[pa.Array, Ints, Ints]:
        """Accounts, and of each a step (its place in `STEPS`, -1: in none) and the day of it."""
        steps = self.decisions["step"].combine_chunks()
        days = self.decisions["decided_on"].combine_chunks().cast(pa.int32()).to_numpy()
        place = pc.index_in(steps, value_set=pa.array(STEPS, pa.string()))
        return (
            self.decisions["account_id"].combine_chunks(),
            place.fill_null(NOBODY).to_numpy(zero_copy_only=False).astype(np.int64),
            days.astype(np.int64),
        )


NOTHING = Circumstances(
    zones=_ZONES.empty_table(), limitation=_LIMITATION.empty_table(),
    decisions=DECISIONS.empty_table(),
)  # fmt: skip
"""The exports say nothing of anybody."""


def circumstances_of(intake: Intake) -> Circumstances:
    """What the exports say; of several rows about a person all zones count.

    A decision that is dated after the night is none yet.
    """
    parties, accounts = to_table(intake.parties), to_table(intake.accounts)
    zones: dict[str, set[str]] = {}
    if "zones" in parties.column_names:
        said = parties.filter(pc.is_valid(parties["zones"])).select(["party_id", "zones"])
        for row in said.to_pylist():
            zones.setdefault(row["party_id"], set()).update(row["zones"].split())
    limitation = _LIMITATION.empty_table()
    if "limitation_ends" in accounts.column_names:
        known = accounts.filter(pc.is_valid(accounts["limitation_ends"]))
        limitation = pa.table([known["account_id"], known["limitation_ends"]], schema=_LIMITATION)
    return Circumstances(
        zones=pa.table(
            [sorted(zones), [" ".join(sorted(zones[party])) for party in sorted(zones)]],
            schema=_ZONES,
        ),
        limitation=limitation,
        decisions=decided_by(intake.decisions, intake.day),
    )


def keep_circumstances(desk: Desk, intake: Intake) -> Circumstances:
    """What the exports say, written below `facts/`."""
    found = circumstances_of(intake)
    write_parquet(desk, _ZONES_FILE, found.zones)
    write_parquet(desk, _LIMITATION_FILE, found.limitation)
    write_parquet(desk, _DECISIONS_FILE, found.decisions)
    return found


def read_circumstances(night: Night) -> Circumstances:
    """What the night kept; of one from before it was kept, nothing: no decision either.

    Raises:
        LedgerError: a file of the night is not as it was published.
    """
    if not (night.folder / _ZONES_FILE).exists():
        return NOTHING
    return Circumstances(
        zones=to_table(read_columns(night, _ZONES.names, _ZONES_FILE)),
        limitation=to_table(read_columns(night, _LIMITATION.names, _LIMITATION_FILE)),
        decisions=DECISIONS.empty_table()
        if not (night.folder / _DECISIONS_FILE).exists()
        else to_table(read_columns(night, DECISIONS.names, _DECISIONS_FILE)).cast(DECISIONS),
    )
