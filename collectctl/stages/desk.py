"""Where a night is worked: its folder, its inputs, and what it recalls of the nights before.

Joins the inbox with the archive's staging folder. Everything after reads only what lies on the
desk, so that what changes outside meanwhile changes no byte.
"""

import grp
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from collectctl import durable
from collectctl.archive.nights import previous_night, read_bytes, read_columns
from collectctl.archive.staging import Staging, discard, open_staging
from collectctl.columns import to_frame, to_table
from collectctl.exports.snapshot import Snapshot, take_snapshot
from collectctl.ledger.connect import Ledger
from collectctl.ledger.runs import previous_arrivals
from collectctl.problems import ConfigError, LedgerError, Problem
from collectctl.project import Project

MEASURES = "measures.json"
RECALLED = ("account_id", "customer_id", "currency", "balance", "grade")
OVERDUE = "overdue_amount"
SCRATCH = ".scratch"
_ROW_GROUP = 65_536


@dataclass(slots=True, kw_only=True)
class Desk:
    """One night's place of work."""

    project: Project
    day: date
    folder: Path
    """Where everything of the night is written."""
    workers: int
    overtaken: bool
    staging: Staging | None = None
    """None for a part of a night, which is never published."""
    handed_over: bool = False
    """Whether publishing has begun: from then on only recovery may touch the folder."""

    @property
    def scratch(self) -> Path:
        """A folder for what workers hand each other; gone before the night is sealed."""
        return self.folder / SCRATCH

    def write(self, name: str, data: bytes | Iterable[bytes]) -> None:
        """Writes a file of the night, below its folder."""
        path = self.folder / name
        durable.make_folder(path.parent)
        durable.write_file(path, data)


@contextmanager
def closed_desk(
    project: Project, day: date, *, overtaken: bool, workers: int, addendum: int = 0
) -> Iterator[Desk]:
    """A desk in the archive's staging folder; cleared at the end unless the night was handed over.

    With the number of an `addendum` it is one for that, and not for the night itself. The caller
    holds the lock.
    """
    _give_memory_back()
    staging = open_staging(project.root / project.settings.archive, day, addendum)
    desk = Desk(
        project=project,
        day=day,
        folder=staging.folder,
        workers=workers,
        overtaken=overtaken,
        staging=staging,
    )
    try:
        yield desk
    finally:
        if not desk.handed_over:
            # What cannot be deleted now the next run deletes; why this one stopped matters more.
            with suppress(LedgerError):
                discard(staging)


def desk_in(folder: Path, project: Project, day: date, workers: int) -> Desk:
    """A desk in a folder of the user's own, for a part of a night."""
    _give_memory_back()
    durable.make_folder(folder)
    return Desk(project=project, day=day, folder=folder, workers=workers, overtaken=False)


def _give_memory_back() -> None:
    """Lets Arrow take its memory where what is free goes back to the system, if it can.

    The allocator it takes by itself keeps 400 MB of a million accounts that nobody uses any more.
    """
    with suppress(NotImplementedError):
        pa.set_memory_pool(pa.jemalloc_memory_pool())


def take_inputs(desk: Desk) -> Snapshot:
    """The night's exports copied to the desk, and the configuration as it was read beside them."""
    project = desk.project
    inbox = project.root / project.settings.inbox
    snapshot = take_snapshot(
        inbox, tuple(project.contracts.values()), desk.day, desk.folder / "inputs"
    )
    for name, data in project.configuration.files.items():
        desk.write(f"config/{name}", data)
    return snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that a night knows of earlier ones, kept as `facts.parquet` to replay it."""

    previous: date | None
    """The last published night before this one; None for the first."""
    accounts: pd.DataFrame
    """Its accounts; columns as `RECALLED`, and overdue_amount where that night had it."""
    measures: bytes | None
    """Its `measures.json`."""
    earlier: Mapping[str, str]
    """Export to the digest of the file that came last."""


def recall(desk: Desk, ledger: Ledger | None) -> Facts:
    """What earlier nights left, written to `facts.parquet`; nothing for a part of a night."""
    facts = _NOTHING if ledger is None else _recalled(desk, ledger)
    table = to_table(facts.accounts).replace_schema_metadata(
        {
            "previous": "" if facts.previous is None else facts.previous.isoformat(),
            "measures": facts.measures or b"",
            "earlier": json.dumps(dict(sorted(facts.earlier.items()))),
            "overtaken": json.dumps(desk.overtaken),
        }
    )
    write_parquet(desk, "facts.parquet", table)
    return facts


def _recalled(desk: Desk, ledger: Ledger) -> Facts:
    night = previous_night(desk.project.root / desk.project.settings.archive, desk.day)
    arrivals = previous_arrivals(ledger, desk.day)
    return Facts(
        previous=None if night is None else night.business_date,
        accounts=_NOTHING.accounts
        if night is None
        else read_columns(night, RECALLED, optional=(OVERDUE,)),
        measures=None if night is None else read_bytes(night, MEASURES),
        earlier={name: a.digest for name, a in arrivals.items() if a.digest is not None},
    )


def _no_accounts() -> pd.DataFrame:
    kinds = {name: pa.int64() if name == "balance" else pa.string() for name in RECALLED}
    return to_frame(pa.table({name: pa.array([], kind) for name, kind in kinds.items()}))


_NOTHING = Facts(previous=None, accounts=_no_accounts(), measures=None, earlier={})


def write_parquet(desk: Desk, name: str, table: pa.Table) -> None:
    """Writes a table as a file of the night; the same table gives the same bytes."""
    sink = pa.BufferOutputStream()
    # What is held once in memory is plain text in the file.
    schema = pa.schema(
        [f.with_type(pa.string()) if pa.types.is_dictionary(f.type) else f for f in table.schema],
        table.schema.metadata,
    )
    with pq.ParquetWriter(sink, schema, compression="zstd") as writer:
        for start in range(0, max(1, len(table)), _ROW_GROUP):
            writer.write_table(table.slice(start, _ROW_GROUP).cast(schema), _ROW_GROUP)
    desk.write(name, sink.getvalue().to_pybytes())


def delivery_group(project: Project) -> int | None:
    """The system's number of the declared delivery group; None if none is declared.

    Raises:
        ConfigError: the system has no such group.
    """
    delivery = project.settings.delivery
    if delivery is None:
        return None
    try:
        return grp.getgrnam(delivery.group).gr_gid
    except KeyError:
        raise ConfigError(
            Problem(
                code="no-such-group",
                message=f"the system has no group '{delivery.group}'",
                expected="a group of this machine",
                mend="make the group, or correct 'delivery' in config/project.yaml",
            )
        ) from None
