"""Publish: the night summed up, held against its brakes, and put into the archive whole.

Joins every stage's result with measures, brakes, conservation, archive and ledger. Refuses to know
how a result came about.
"""

import platform
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date
from importlib import metadata

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from collectctl import __version__, durable
from collectctl.archive import publish as archive
from collectctl.archive.manifest import Json
from collectctl.archive.staging import seal
from collectctl.columns import to_table
from collectctl.compliance.contacts import Proposed
from collectctl.compliance.effects import closed_accounts
from collectctl.documents.prepare import Prepared
from collectctl.exports.load import Arrival as Came
from collectctl.ledger.conduct import Excess
from collectctl.ledger.connect import Ledger
from collectctl.ledger.holds import Hold
from collectctl.ledger.record import Found, record_run
from collectctl.ledger.values import Arrival, BrakeFinding, Run
from collectctl.problems import Problem
from collectctl.reports.conservation import (
    Between,
    DocumentCount,
    Placed,
    RowCount,
    between,
    inside,
    place,
)
from collectctl.reports.judge import Braked, judge
from collectctl.reports.measures import (
    Measures,
    measure,
    read_measures,
    sum_by,
    write_measures,
)
from collectctl.stages.checking import Checked
from collectctl.stages.contacting import contact_table, written_about
from collectctl.stages.desk import MEASURES, Desk, Facts, write_parquet
from collectctl.stages.feeding import FeedArrival
from collectctl.stages.gated import Gated
from collectctl.stages.gating_night import ADDRESSEES, REACH, gate_table, stopped_by, stopped_tasks
from collectctl.stages.grading import Grading
from collectctl.stages.intake import Intake
from collectctl.stages.outcome import decision_table, dispositions
from collectctl.stages.quarantine import write_quarantine
from collectctl.stages.queueing import Queued
from collectctl.yaml_file import digest

LIBRARIES = ("jinja2", "numpy", "openpyxl", "pandas", "pyarrow", "python-calamine", "pyyaml")
"""Whose versions may change a byte of a night."""
_SOME = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a night came to, as far as it went."""

    day: date
    overtaken: bool
    sample: bool
    intake: Intake
    decisions: pa.Table | None = None
    """None when only exports were loaded."""
    placed: Placed | None = None
    """Where the accounts ended; None unless every stage was run."""
    documents: DocumentCount | None = None
    prepared: Prepared | None = None
    queued: Queued | None = None
    between: Between | None = None
    """What became of the night before's accounts; None for the first night."""
    previous: date | None = None
    measures: Measures | None = None
    braked: tuple[Braked, ...] = ()
    gated: Gated | None = None
    """What the gate said; None where it was not asked."""
    feeds: tuple[FeedArrival, ...] = ()
    """What came between nights, and how far each feed is known."""
    excesses: tuple[Excess, ...] = ()
    """Calls on the business date beyond what was let out for it."""
    due: tuple[Hold, ...] = ()
    """Holds that were to be looked at again by now."""

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Warnings about the exports and feeds."""
        return (*self.intake.problems, *(p for feed in self.feeds for p in feed.problems))

    @property
    def state(self) -> str:
        """In one word what may become of the night."""
        if self.overtaken:
            return "overtaken"
        return "braked" if self.braked else "published"


def summarise(  # noqa: PLR0913 - the result of every stage
    desk: Desk,
    facts: Facts,
    intake: Intake,
    *,
    grading: Grading | None,
    proposed: Proposed | None,
    prepared: Prepared | None,
    queued: Queued | None,
    gated: Gated | None = None,
    feeds: tuple[FeedArrival, ...] = (),
    checked: Checked | None = None,
) -> Outcome:
    """The outcome of the stages that were run, with the files that keep it written to the desk.

    Raises:
        ConservationError: rows, accounts, money or documents do not tie out: a defect.
    """
    part = Outcome(
        day=desk.day,
        overtaken=desk.overtaken,
        sample=desk.project.settings.sample,
        intake=intake,
    )
    if grading is None:
        _write_loaded(desk, intake)
        write_quarantine(desk, intake)
        return part
    work = None if queued is None else queued.work
    ended = None
    if work is not None and proposed is not None:
        written = written_about(proposed, prepared)
        ended = dispositions(grading, proposed, written, work, stopped_by(gated))
    decisions = decision_table(grading, ended, work, proposed, stopped_tasks(gated))
    write_parquet(desk, "decisions.parquet", decisions)
    if proposed is not None:
        write_parquet(desk, "contacts.parquet", contact_table(proposed, prepared))
    if gated is not None:
        write_parquet(desk, "gate.parquet", gate_table(gated))
        write_parquet(desk, REACH, gated.table.select(list(ADDRESSEES)))
    since = _between(desk, facts, intake, None if checked is None else checked.paid)
    write_quarantine(desk, intake, proposed, prepared, since)
    if queued is None or proposed is None:
        return replace(part, decisions=decisions, prepared=prepared)
    placed = place(decisions)
    documents = _documents(proposed, prepared)
    inside(
        placed,
        rows={a.export: _rows(a) for a in intake.arrivals},
        sources=intake.sources,
        money_in=sum_by(to_table(intake.accounts[["currency", "balance"]]), "currency"),
        documents=documents,
    )
    measures = measure(
        decisions,
        documents=_by_kind(prepared),
        rows={a.export: a.rows_in for a in intake.arrivals},
        rejected={a.export: a.rows_rejected for a in intake.arrivals},
    )
    desk.write(MEASURES, write_measures(measures))
    earlier = None if facts.measures is None else read_measures(facts.measures, MEASURES)
    return replace(
        part,
        decisions=decisions,
        placed=placed,
        documents=documents,
        prepared=prepared,
        queued=queued,
        between=since,
        previous=facts.previous,
        measures=measures,
        braked=judge(measures, earlier, desk.project.brakes),
        gated=gated,
        feeds=feeds,
        excesses=() if checked is None else checked.excesses,
        due=() if checked is None else checked.due,
    )


def publish(
    desk: Desk, outcome: Outcome, page: bytes, ledger: Ledger, *, last: int, recorded_at: str
) -> None:
    """The night put into the archive, whole, with its manifest and its row in the ledger.

    `last` is the newest run number when the night began: if another was recorded meanwhile,
    nothing is published. From here on only recovery may touch the folder.

    Raises:
        LedgerError: nothing, or everything, is published; the next run finds out which.
    """
    if desk.staging is None or outcome.placed is None:
        raise AssertionError("only a whole night is published")
    staging = desk.staging
    desk.write("report.html", page)
    durable.remove_tree(desk.scratch)
    manifest = seal(staging, _manifest_facts(desk, outcome))
    run = Run(
        number=last + 1,
        business_date=desk.day,
        manifest_digest=manifest,
        braked=bool(outcome.braked),
        sample=outcome.sample,
        overtaken=outcome.overtaken,
        accounts=outcome.placed.accounts,
        program=__version__,
        recorded_at=recorded_at,
    )
    came = [_ledger_arrival(a) for a in outcome.intake.arrivals]
    found = [_finding(b) for b in outcome.braked]
    desk.handed_over = True
    archive.publish(
        staging, manifest,
        lambda: record_run(
            ledger, run, came, found, expected_last=last, found=_found(outcome)
        ),
    )  # fmt: skip


def _found(outcome: Outcome) -> Found:
    """What the ledger keeps: the tiers of accounts that have one, and calls beyond their shares."""
    decisions = outcome.decisions
    if decisions is None:
        raise AssertionError("only a whole night is published")
    graded = decisions.select(["account_id", "grade", "treatment"]).filter(
        pc.and_(pc.is_valid(decisions["grade"]), pc.is_valid(decisions["treatment"]))
    )
    return Found(graded=_rows_of(graded), excesses=outcome.excesses)


def _rows_of(table: pa.Table) -> Iterator[tuple[str, str, str]]:
    """The rows, some at a time: a million as Python values would be 200 MB."""
    for batch in table.to_batches(max_chunksize=_SOME):
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _write_loaded(desk: Desk, intake: Intake) -> None:
    """The typed columns of what was loaded, for whoever looks at them with a tool of their own."""
    frames = {"accounts": intake.accounts, "parties": intake.parties, "statuses": intake.statuses}
    for name, frame in frames.items():
        write_parquet(desk, f"{name}.parquet", to_table(frame))


def _documents(proposed: Proposed, prepared: Prepared | None) -> DocumentCount:
    failed = 0 if prepared is None else len(prepared.failed)
    made = 0 if prepared is None else sum(prepared.counts.values())
    return DocumentCount(
        proposed=len(proposed.contacts) + len(proposed.blocked) + len(proposed.deferred),
        prepared=made,
        deferred=len(proposed.deferred),
        blocked=len(proposed.blocked),
        failed=failed,
    )


def _by_kind(prepared: Prepared | None) -> dict[str, int]:
    counts = {} if prepared is None else prepared.counts
    return {f"{document}/{channel}": n for (document, channel), n in counts.items()}


def _rows(arrival: Came) -> RowCount:
    return RowCount(rows_in=arrival.rows_in, used=arrival.rows_used, rejected=arrival.rows_rejected)


def _between(desk: Desk, facts: Facts, intake: Intake, paid: pa.Array | None) -> Between | None:
    if facts.previous is None:
        return None
    # A broken row of a person or a status is no sign that the account itself came.
    rejects = to_table(intake.rejects)
    came = pc.is_in(rejects["export"], value_set=pa.array(["accounts", "falling_due"]))
    closing: pd.DataFrame = closed_accounts(intake.statuses, desk.project.statuses, desk.day)
    return between(
        facts.accounts,
        intake.accounts[["account_id"]],
        closing,
        rejects["account_id"].filter(came).combine_chunks(),
        paid,
    )


def _ledger_arrival(arrival: Came) -> Arrival:
    return Arrival(
        export=arrival.export,
        state=arrival.state,
        file=arrival.file,
        digest=arrival.digest,
        size=arrival.size,
        rows_in=arrival.rows_in,
        rows_used=arrival.rows_used,
        rows_rejected=arrival.rows_rejected,
    )


def _finding(braked: Braked) -> BrakeFinding:
    return BrakeFinding(
        code=braked.code,
        name=braked.name,
        today=str(braked.today),
        before=None if braked.before is None else str(braked.before),
        limit=str(braked.limit),
        message_zh_CN=braked.message.zh_CN,
        message_en=braked.message.en,
    )


def _manifest_facts(desk: Desk, outcome: Outcome) -> dict[str, Json]:
    """What the manifest says beside the files: versions, counts and money; no clock, no path."""
    project, placed = desk.project, outcome.placed
    if placed is None or outcome.documents is None:
        raise AssertionError("only a whole night has a manifest")
    documents = project.documents
    return {
        "business_date": desk.day.isoformat(),
        "overtaken": outcome.overtaken,
        "sample": outcome.sample,
        "gate": "not asked: the project has no packs" if outcome.gated is None else "asked",
        "packs": {pack.id: digest(pack.document.text.encode()) for pack in project.packs.packs},
        "versions": {
            "collectctl": __version__,
            "python": platform.python_version(),
            "zlib": zlib.ZLIB_RUNTIME_VERSION,
            **{name: metadata.version(name) for name in LIBRARIES},
        },
        "configuration": project.configuration.digest,
        "rulebook": project.rulebook.digest,
        "statuses": project.statuses.digest,
        "queues": project.queues.digest,
        "brakes": project.brakes.digest,
        "documents": None if documents is None else documents.digest,
        "facts": digest((desk.folder / "facts.parquet").read_bytes()),
        "inputs": {
            a.export: {
                "state": a.state,
                "file": a.file,
                "sha256": a.digest,
                "rows_in": a.rows_in,
                "rows_used": a.rows_used,
                "rows_rejected": a.rows_rejected,
            }
            for a in outcome.intake.arrivals
        },
        "accounts": placed.accounts,
        "grades": {g: dict(ended) for g, ended in placed.by_grade.items()},
        "dispositions": dict(placed.by_disposition),
        "money_minor": dict(placed.money),
        "money_minor_by_disposition": {d: dict(m) for d, m in placed.money_by_disposition.items()},
        "documents_count": asdict(outcome.documents),
        "queues_count": _queue_facts(outcome),
        "braked": [[b.code, b.name] for b in outcome.braked],
    }


def _queue_facts(outcome: Outcome) -> dict[str, Json]:
    if outcome.queued is None:
        return {}
    books = outcome.queued.books
    return {
        "worked": [[team, person, n] for (team, person), n in books.counts.items()],
        "waiting": dict(books.waiting),
    }
