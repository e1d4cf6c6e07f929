"""Each stage of a night beside the bare libraries that do the same, in one process, in turn.

Every comparison makes both sides do their work on the same night and gives the rows of a table.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path

import floor_books
import floor_night
import floor_rules
import floor_tables
import floor_texts
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from make_project import NIGHT
from measuring import in_turn

from collectctl.archive import publish as archive
from collectctl.archive.staging import open_staging, seal
from collectctl.compliance.contacts import Proposed
from collectctl.compliance.wording.assembled import wording_of
from collectctl.compliance.wording.engine import Wording
from collectctl.documents.prepare import Prepared, prepare
from collectctl.exports.load import load_export
from collectctl.exports.snapshot import Snapshot
from collectctl.ledger.connect import connect
from collectctl.ledger.record import record_run
from collectctl.ledger.values import Run
from collectctl.project import Project, read_project
from collectctl.queues.assign import assign
from collectctl.queues.books import write_books
from collectctl.rules.decide import decide
from collectctl.stages.contacting import treat
from collectctl.stages.desk import Desk, desk_in, recall, take_inputs, write_parquet
from collectctl.stages.grading import Grading, tier
from collectctl.stages.intake import Intake, load
from collectctl.stages.outcome import decision_table
from collectctl.stages.queueing import Queued, queue

APPLIED = 5_000
"""Rows that `df.apply` is timed on; it takes as long for each."""

ALIKE = 0.9999


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table."""

    stage: str
    ours: float
    """Seconds."""
    floor: str
    """What it is held against."""
    theirs: float
    bar: str = ""
    met: bool | None = None
    """None where there is no target."""

    @property
    def ratio(self) -> float:
        """Ours in theirs."""
        return self.ours / self.theirs


def at_most(row: Row, times: float) -> Row:
    """The row with its target: not slower than so many times the floor."""
    return replace(row, bar=f"at most {times:g}x", met=row.ratio <= times)


@dataclass
class Night:
    """One project's night, each stage worked once and kept for those after it."""

    root: Path
    repeat: int
    folders: int = field(default=0)

    @cached_property
    def project(self) -> Project:
        return read_project(self.root)[0]

    @cached_property
    def desk(self) -> Desk:
        return desk_in(self.root / "desk", self.project, NIGHT, 1)

    @cached_property
    def snapshot(self) -> Snapshot:
        return take_inputs(self.desk)

    @cached_property
    def intake(self) -> Intake:
        snapshot = self.snapshot
        return load(self.desk, snapshot, recall(self.desk, None))

    @cached_property
    def grading(self) -> Grading:
        return tier(self.desk, self.intake)

    @cached_property
    def proposed(self) -> Proposed:
        return treat(self.desk, self.grading, self.intake)

    @cached_property
    def prepared(self) -> Prepared:
        return self.prepare(self.proposed.contacts, self.desk.folder / "prepared")

    @cached_property
    def queued(self) -> Queued:
        return queue(self.desk, self.grading, self.intake, self.proposed, self.prepared)

    @cached_property
    def exports(self) -> floor_tables.Exports:
        return floor_tables.read(self.root / "inbox" / NIGHT.isoformat())

    @cached_property
    def found(self) -> floor_tables.Contacts:
        return floor_tables.contacts_of(floor_tables.decide(self.exports), self.exports)

    def prepare(self, contacts: pd.DataFrame, out: Path) -> Prepared:
        """The documents of some contacts, by one process."""
        documents, lines = self.project.documents, self.proposed.lines
        if documents is None:
            raise AssertionError("the project of the benchmark writes letters")
        return prepare(
            contacts, lines, documents, NIGHT, out, 1, scratch=self.fresh(), wording=self.wording
        )

    @cached_property
    def wording(self) -> Wording:
        """What the packs say of texts: made once a night, whatever the number of accounts."""
        return wording_of(self.project.packs, NIGHT)

    def fresh(self) -> Path:
        """A folder name that nobody has used."""
        self.folders += 1
        return self.root / f"scratch-{self.folders}"

    def measure(self, **work: Callable[[], object]) -> dict[str, float]:
        """Median seconds of each."""
        return in_turn(self.repeat, work)


def read(night: Night) -> list[Row]:
    """Accounts, parties and statuses: read, checked, cast, the broken set apart."""
    project, snapshot = night.project, night.snapshot
    folder = night.root / "inbox" / NIGHT.isoformat()

    def ours() -> None:
        for name in ("accounts", "parties", "statuses"):
            load_export(project.contracts[name], snapshot, NIGHT, project.dictionary, None)

    def as_text() -> None:
        for name, encoding in (("accounts", "gb18030"), ("parties", "utf-8-sig")):
            path = next(folder.glob(f"{name}_*.csv"))
            pd.read_csv(path, dtype=str, encoding=encoding, skipfooter=0, on_bad_lines="skip")

    took = night.measure(ours=ours, typed=lambda: floor_tables.read(folder), text=as_text)
    stage = "read, cast, quarantine"
    return [
        Row(stage=stage, ours=took["ours"], floor="pyarrow.csv, typed, two checks",
            theirs=took["typed"]),
        Row(stage=stage, ours=took["ours"], floor="pandas.read_csv, all text",
            theirs=took["text"]),
    ]  # fmt: skip


def rules(night: Night) -> list[Row]:
    """All rules with the full trace, reasons and outputs; columns encoded on both sides."""
    frame, rulebook = night.intake.accounts, night.project.rulebook
    some = frame.head(APPLIED)
    _must_agree(frame, decide(rulebook, frame, NIGHT))
    took = night.measure(
        ours=lambda: decide(rulebook, frame, NIGHT),
        match=lambda: floor_rules.first_match(frame),
        apply=lambda: some.apply(floor_rules.by_row, axis=1),
    )
    by_row = took["apply"] * len(frame) / len(some)
    stage = "rules with full trace"
    slow = Row(stage=stage, ours=took["ours"], floor="df.apply, by row", theirs=by_row)
    fast = Row(stage=stage, ours=took["ours"], floor="pandas nullable, first match",
               theirs=took["match"])  # fmt: skip
    return [at_most(fast, 2.5), replace(slow, bar="at most 1/30", met=slow.ratio <= 1 / 30)]


def _must_agree(frame: pd.DataFrame, decided: pd.DataFrame) -> None:
    """Ends the run unless the floor decides nearly every account alike: else it proves nothing.

    By hand a utilisation is a float; the rules have it exact.
    """
    for name, theirs in zip(("tier", "treatment"), floor_rules.first_match(frame), strict=True):
        alike = (decided[name].to_numpy(object) == theirs.to_numpy(object)).mean()
        if alike < ALIKE:
            raise SystemExit(f"the floor's {name} is that of the rules for {alike:.2%} only")


def contacts(night: Night) -> list[Row]:
    """Who is written to about what, by treatment, status, role and language."""
    decided = floor_tables.decide(night.exports)
    desk, grading, intake = night.desk, night.grading, night.intake
    took = night.measure(
        ours=lambda: treat(desk, grading, intake),
        bare=lambda: floor_tables.contacts_of(decided, night.exports),
    )
    return [Row(stage="contacts", ours=took["ours"], floor="pyarrow and numpy, principals only",
                theirs=took["bare"])]  # fmt: skip


def _texts(night: Night, channel: str, stage: str) -> Row:
    ours = night.proposed.contacts[night.proposed.contacts["channel"] == channel]
    texts = floor_texts.Texts(night.root / "config" / "documents")
    found = night.found
    chosen = pc.equal(found.contacts["channel"], channel)
    lines = pa.array(chosen.to_numpy().repeat(found.contacts["lines"].to_numpy()))
    theirs = found.contacts.filter(chosen)
    given = list(floor_texts.contexts(theirs, found.lines.filter(lines), texts, NIGHT))
    renders = [
        texts.render(document, channel, language)
        for document, language in zip(
            theirs["document"].to_pylist(), theirs["language"].to_pylist(), strict=True
        )
    ]

    def render() -> None:
        for one, context in zip(renders, given, strict=True):
            one(letter=context)

    took = night.measure(ours=lambda: night.prepare(ours, night.fresh()), bare=render)
    return Row(
        stage=stage, ours=took["ours"], floor="sandboxed Jinja2, contexts ready, nothing written",
        theirs=took["bare"] * len(ours) / len(given),
    )  # fmt: skip


def letters(night: Night) -> list[Row]:
    """Letters checked, rendered and written with their index, by one process."""
    return [_texts(night, "letter", "letters, one process")]


def sms(night: Night) -> list[Row]:
    """Short messages checked, rendered, signed, counted and written, by one process."""
    return [_texts(night, "sms", "short messages, one process")]


def books(night: Night) -> list[Row]:
    """Workbooks with cover, list, drop-downs, colours and help, by one process."""
    work = night.queued.work.drop(columns=["team", "person", "position", "waiting"])
    plan, people = night.project.queues, len(night.queued.books.counts)
    hand_over = night.fresh()
    hand_over.mkdir()
    floor_tables.hand_over_work(night.found, hand_over, people)
    table = hand_over / "work.parquet"
    rows = pq.read_metadata(table).num_rows

    def ours() -> None:
        write_books(assign(work, plan), plan, night.fresh(), "zh_CN", NIGHT, workers=1)

    def bare() -> None:
        out = night.fresh()
        out.mkdir()
        floor_books.start(table, out)
        for person in range(people):
            floor_books.run(person)

    took = night.measure(ours=ours, bare=bare)
    theirs = took["bare"] * len(work) / rows
    return [Row(stage="workbooks, one process", ours=took["ours"],
                floor="XlsxWriter, constant memory", theirs=theirs)]  # fmt: skip


def decisions(night: Night) -> list[Row]:
    """The decisions of all accounts as Parquet."""
    table = decision_table(night.grading, None, night.queued.work, night.proposed)
    folder = night.fresh()
    folder.mkdir()

    def ours() -> None:
        write_parquet(night.desk, f"{night.fresh().name}.parquet", table)

    def bare() -> None:
        pq.write_table(table, folder / "decisions.parquet", compression="zstd")

    took = night.measure(ours=ours, bare=bare)
    return [Row(stage="decisions as Parquet", ours=took["ours"], floor="pq.write_table, zstd",
                theirs=took["bare"])]  # fmt: skip


class _Publishing:
    """A copy of the night's folder for each time it is published."""

    def __init__(self, night: Night) -> None:
        self.source = night.desk.folder
        self.accounts = len(night.intake.accounts)
        self.place = night.fresh()
        self.place.mkdir()
        self.ledger = connect(self.place / "ledger.sqlite")
        self.tries = self.recorded = 0

    def copy_again(self) -> None:
        self.tries += 1
        day = date.fromordinal(NIGHT.toordinal() + self.tries)
        self.staging = open_staging(self.place / "archive", day)
        shutil.copytree(self.source, self.staging.folder, dirs_exist_ok=True)

    def ours(self) -> None:
        digest = seal(self.staging, {})
        last = self.recorded
        run = Run(
            number=last + 1, business_date=self.staging.business_date, manifest_digest=digest,
            braked=False, sample=True, overtaken=False, accounts=self.accounts, program="",
            recorded_at="",
        )  # fmt: skip
        archive.publish(
            self.staging,
            digest,
            lambda: record_run(self.ledger, run, [], [], expected_last=last),
        )
        self.recorded += 1

    def bare(self) -> None:
        out = self.place / f"bare-{self.tries}"
        out.mkdir()
        floor_night.publish(out, self.staging.folder, {}, self.accounts)


def publish(night: Night) -> list[Row]:
    """Everything hashed, synced, recorded and moved into the archive."""
    _ = night.queued
    one = _Publishing(night)
    took = in_turn(night.repeat, {"ours": one.ours, "bare": one.bare}, one.copy_again)
    one.ledger.close()
    return [Row(stage="hash, sync, record, publish", ours=took["ours"],
                floor="hashlib, fsync, sqlite3", theirs=took["bare"])]  # fmt: skip


STAGES: dict[str, Callable[[Night], list[Row]]] = {
    "read": read, "rules": rules, "contacts": contacts, "letters": letters, "sms": sms,
    "books": books, "decisions": decisions, "publish": publish,
}  # fmt: skip
