"""Feeding: the feeds' files in the inbox into the ledger, before a night recalls what it knows.

Joins the inbox with the ledger. A file that cannot be used stops no night: its feed is known no
further, and what needs it is not allowed. Refuses to know what a row says.
"""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal

import pyarrow as pa

from collectctl import durable
from collectctl.archive.faults import disk_faults
from collectctl.archive.nights import list_nights, read_columns
from collectctl.columns import arrow
from collectctl.exports.load import load_export
from collectctl.exports.snapshot import take_snapshot
from collectctl.ledger.connect import Ledger
from collectctl.ledger.contacts import complete_to
from collectctl.problems import InputRefusedError, Problem
from collectctl.project import Project
from collectctl.stages.desk import Desk
from collectctl.stages.importing import Brought, Imported, feed_key, take_in
from collectctl.stages.intake import Intake

COPIES = ".feeds"
"""The folder, beside the ledger, in which copies of the files lie while they are read."""
BY = "night"
"""Who has brought the files of the inbox."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedArrival:
    """What a night found of one feed in the inbox, and how far the feed is known by that."""

    feed: str
    """Its name in the project."""
    state: Literal["arrived", "absent", "empty"]
    """`empty`: a file without a byte. A whole file that says zero rows has `arrived`."""
    rows: int
    new: int
    known: int
    """Rows that the ledger had, or that stand in the file twice."""
    set_apart: int
    complete_to: int | None
    """Up to where the feed is known now; None: nobody ever said."""
    problems: tuple[Problem, ...]
    """Warnings for rows; an error where the file as a whole was refused and nothing of it taken."""


def take_feeds(
    project: Project, ledger: Ledger, day: date, recorded_at: str, now: int,
    accounts: pa.Array | None = None,
) -> tuple[FeedArrival, ...]:  # fmt: skip
    """Takes in every feed's file of a business date that lies in the inbox, by the feed's name.

    However often it is called, each row is there once. `accounts` are those of the night's own
    exports, as text; accounts of the newest published night and of the ledger are known anyway.
    The caller holds the lock. What a contract refuses is among the problems and stops nothing.

    Raises:
        LedgerError: as `ledger_faults` and `disk_faults` name.
    """
    ours = published_accounts(project)
    every = ours if accounts is None else pa.concat_arrays([ours, accounts.cast(pa.string())])
    night = _Night(
        project=project, ledger=ledger, day=day, accounts=every,
        brought=Brought(
            day=day, is_of_day=True, complete_to=None, by=BY, now=now, recorded_at=recorded_at,
        ),
        # Beside the ledger, since what lies there is for the owner alone.
        copies=(project.root / project.settings.ledger).parent / COPIES,
    )  # fmt: skip
    with disk_faults("reading the feeds in the inbox"):
        if night.copies.exists():  # left by a run that was killed, for the lock is ours
            durable.remove_tree(night.copies)
        try:
            found = {name: _one(night, name) for name in project.feeds}
        finally:
            if night.copies.exists():
                durable.remove_tree(night.copies)
    known = complete_to(ledger)
    return tuple(
        _arrival(name, state, said, known.get(feed_key(project.feeds[name].kind, name)))
        for name, (state, said) in found.items()
    )


def take_feeds_of(
    desk: Desk, ledger: Ledger, intake: Intake, recorded_at: str
) -> tuple[FeedArrival, ...]:
    """`take_feeds` for the night on a desk: `recorded_at` is when the command began (ISO, UTC)."""
    return take_feeds(
        desk.project, ledger, desk.day, recorded_at,
        int(datetime.fromisoformat(recorded_at).timestamp()), arrow(intake.accounts["account_id"]),
    )  # fmt: skip


def published_accounts(project: Project) -> pa.Array:
    """The accounts of the newest published night; none if there is no night."""
    nights = list_nights(project.root / project.settings.archive)
    if not nights:
        return pa.array([], pa.string())
    return arrow(read_columns(nights[-1], ("account_id",))["account_id"]).cast(pa.string())


_State = Literal["arrived", "absent", "empty"]
_Said = Imported | tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Night:
    """What is the same for all feeds of a night."""

    project: Project
    ledger: Ledger
    day: date
    accounts: pa.Array
    brought: Brought
    copies: Path


def _one(night: _Night, name: str) -> tuple[_State, _Said]:
    """What came for one feed, and what became of it."""
    project, contract = night.project, night.project.feeds[name].contract
    folder = night.copies / name
    durable.make_folder(folder)
    state: _State = "arrived"
    try:
        snapshot = take_snapshot(
            project.root / project.settings.inbox, (contract,), night.day, folder
        )  # fmt: skip
        main = snapshot.files.get(contract.expected(night.day).main)
        if main is None:
            state = "absent"
            return state, load_export(
                contract, snapshot, night.day, project.dictionary, None
            ).problems  # fmt: skip
        state = "arrived" if main.size else "empty"
        return state, take_in(project, night.ledger, name, snapshot, night.brought, night.accounts)
    except InputRefusedError as error:
        return state, error.problems


def _arrival(name: str, state: _State, said: _Said, known_to: int | None) -> FeedArrival:
    if isinstance(said, Imported):
        return FeedArrival(
            feed=name, state=state, rows=said.rows, new=said.taken.new, known=said.taken.known,
            set_apart=said.set_apart, complete_to=known_to, problems=said.problems,
        )  # fmt: skip
    return FeedArrival(
        feed=name, state=state, rows=0, new=0, known=0, set_apart=0, complete_to=known_to,
        problems=said,
    )  # fmt: skip
