"""The night, from front door to back, and the morning's release: the program's table of contents.

Knows the order of the stages and what stops a night. Refuses to know how a stage works.
"""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from collectctl.archive.faults import disk_faults
from collectctl.archive.nights import Night
from collectctl.ledger.connect import Ledger, copied
from collectctl.ledger.runs import last_number
from collectctl.project import Project
from collectctl.stages.addendum import Word, Written, publish_addendum, write_addendum
from collectctl.stages.checking import check_night
from collectctl.stages.circumstances import keep_circumstances
from collectctl.stages.contacting import render, treat, without_details
from collectctl.stages.desk import Desk, closed_desk, delivery_group, desk_in, recall, take_inputs
from collectctl.stages.feeding import take_feeds_of
from collectctl.stages.gated import work_day
from collectctl.stages.gating_night import gate_night, passed
from collectctl.stages.grading import tier
from collectctl.stages.intake import load
from collectctl.stages.laddering import climb
from collectctl.stages.publishing import Outcome, publish, summarise
from collectctl.stages.queueing import queue, tasks_of
from collectctl.stages.recalling import recall_contacts
from collectctl.stages.releasing import judge_release
from collectctl.stages.reporting import night_page

Stage = Literal["load", "tier", "render", "queue"]
Tell = Callable[[str], None]
"""Called with the name of each stage as it begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which night, of which project, and how."""

    project: Project
    day: date
    overtaken: bool
    """A later night is waiting or was run: for the record only."""
    workers: int
    recorded_at: str
    """The moment the command began, for the ledger alone."""
    dry_run: bool
    """Everything is done and nothing is published."""


def run_night(wanted: Wanted, ledger: Ledger, tell: Tell) -> Outcome:
    """One night, published whole; or, for a dry run, only its outcome.

    The caller holds the lock and has recovered what a dead run left.

    Raises:
        InputRefusedError: an export cannot be used.
        LedgerError: the ledger or the disk fails; the next run finishes or discards the night.
    """
    with (
        disk_faults(f"working on the night of {wanted.day}"),
        closed_desk(
            wanted.project, wanted.day, overtaken=wanted.overtaken, workers=wanted.workers
        ) as desk,
        # a dry run takes the night's feeds in as well, into a copy
        copied(ledger, desk.scratch) if wanted.dry_run else nullcontext(ledger) as book,
    ):
        tell("load")
        last = last_number(book)
        inputs = take_inputs(desk)
        facts = recall(desk, book)
        intake = load(desk, inputs, facts)
        tell("feeds")
        feeds = take_feeds_of(desk, book, intake, wanted.recorded_at)
        tell("tier")
        grading = tier(desk, intake)
        checked = check_night(desk, book, facts)
        tell("recall")
        known = recall_contacts(desk, book, work_day(wanted.project, wanted.day)[0])
        around = keep_circumstances(desk, intake)
        grading = climb(desk, book, grading, intake)
        tell("treat")
        proposed = treat(desk, grading, intake)
        tell("gate")
        gated = gate_night(desk, known, around, proposed, tasks_of(grading, intake))
        proposed = passed(proposed, gated)
        tell("render")
        prepared = render(desk, proposed)
        proposed = without_details(proposed)
        tell("queue")
        queued = queue(desk, grading, intake, proposed, prepared, gated)
        tell("publish")
        outcome = summarise(
            desk,
            facts,
            intake,
            grading=grading,
            proposed=proposed,
            prepared=prepared,
            queued=queued,
            gated=gated,
            feeds=feeds,
            checked=checked,
        )
        if not wanted.dry_run:
            page = night_page(desk, facts, outcome, proposed)
            publish(desk, outcome, page, book, last=last, recorded_at=wanted.recorded_at)
        return outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Releasing:
    """Which night is let out, by whose word, and how."""

    project: Project
    """As it is in force on the day of the release."""
    night: Night
    position: int
    """Of the addendum, from 1."""
    word: Word
    workers: int
    dry_run: bool
    """Everything is done and nothing is let out."""


def run_release(wanted: Releasing, ledger: Ledger, tell: Tell) -> Written | None:
    """What still stands of a night, let out as an addendum; None if there is nothing to do.

    The caller holds the lock, has recovered what a dead run left, and knows that the night may be
    released at all.

    Raises:
        ConfigError, InputRefusedError: as `judge_release`.
        LedgerError: the ledger or the disk fails; the next command finishes or discards it.
    """
    night = wanted.night
    with (
        disk_faults(f"releasing the night of {night.business_date}"),
        closed_desk(
            wanted.project, night.business_date, overtaken=False, workers=wanted.workers,
            addendum=wanted.position,
        ) as desk,
    ):  # fmt: skip
        delivery_group(wanted.project)
        tell("gate")
        judged = judge_release(wanted.project, night, ledger, desk, wanted.word.now)
        if not (judged.standing.num_rows or judged.desk.num_rows or judged.pulled_back.num_rows):
            return None
        tell("write")
        written = write_addendum(desk, night, judged)
        if not wanted.dry_run:
            tell("publish")
            publish_addendum(desk, ledger, judged, written, wanted.word)
        return written


def run_until(wanted: Wanted, last: Stage, folder: Path, tell: Tell) -> Outcome:
    """The stages of a night up to one, written to a folder; no gate, nothing published, no ledger.

    Raises:
        InputRefusedError: an export cannot be used.
    """
    with disk_faults(f"writing to {folder.name}"):
        desk = desk_in(folder, wanted.project, wanted.day, wanted.workers)
        return _run_until(last, desk, tell)


def _run_until(last: Stage, desk: Desk, tell: Tell) -> Outcome:
    tell("load")
    inputs = take_inputs(desk)
    facts = recall(desk, None)
    intake = load(desk, inputs, facts)
    grading = proposed = prepared = queued = None
    if last != "load":
        tell("tier")
        grading = tier(desk, intake)
    if grading is not None and last in ("render", "queue"):
        tell("render")
        proposed = treat(desk, grading, intake)
        prepared = render(desk, proposed)
        proposed = without_details(proposed)
    if grading is not None and proposed is not None and last == "queue":
        tell("queue")
        queued = queue(desk, grading, intake, proposed, prepared)
    return summarise(
        desk,
        facts,
        intake,
        grading=grading,
        proposed=proposed,
        prepared=prepared,
        queued=queued,
    )
