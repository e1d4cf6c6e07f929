"""The morning's page: the outcome of a night with the words that people read for its codes."""

from collections import Counter
from dataclasses import replace
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from collectctl.columns import to_table
from collectctl.compliance.contacts import Proposed
from collectctl.compliance.reasons import REASONS
from collectctl.config import Bilingual
from collectctl.documents.prepare import Prepared
from collectctl.problems import Problem, render
from collectctl.project import Project
from collectctl.reports.measures import Counts, count_by, read_measures
from collectctl.reports.night import (
    Came,
    FeedLine,
    HoldLine,
    Kind,
    Named,
    NightReport,
    Share,
    counted,
)
from collectctl.reports.packbook import warnings as pack_warnings
from collectctl.reports.page import night_page as page
from collectctl.rules.chains import MANUAL
from collectctl.stages.clock import moment_texts
from collectctl.stages.desk import MEASURES, Desk, Facts
from collectctl.stages.gating_night import stopped_tasks
from collectctl.stages.publishing import Outcome
from collectctl.stages.sharing import NO_SHARE, NO_SHARE_WORDS
from collectctl.stages.words import CHANNELS, EXCESS, FAILURES


def night_page(desk: Desk, facts: Facts, outcome: Outcome, proposed: Proposed) -> bytes:
    """`report.html` of a whole night, Chinese with English beside."""
    project = desk.project
    if outcome.placed is None or outcome.documents is None or outcome.measures is None:
        raise AssertionError("only a whole night has a page")
    decisions = outcome.decisions
    if decisions is None:
        raise AssertionError("only a whole night has a page")
    earlier = None if facts.measures is None else read_measures(facts.measures, MEASURES)
    return page(
        NightReport(
            bank=project.settings.title,
            business_date=outcome.day,
            previous=outcome.previous,
            sample=outcome.sample,
            overtaken=outcome.overtaken,
            gated=outcome.gated is not None,
            feeds=_feeds(project, outcome),
            tasks_stopped=_tasks_stopped(project, outcome),
            holds_due=tuple(
                HoldLine(number=h.number, reason=h.reason, review=h.review, set_by=h.set_by)
                for h in outcome.due
            ),
            excesses=counted(Counter(e.counted for e in outcome.excesses), EXCESS),
            braked=outcome.braked,
            came=tuple(
                Came(
                    export=a.export,
                    state=a.state,
                    file=a.file,
                    encoding=a.encoding,
                    digest=a.digest,
                    rows_in=a.rows_in,
                    used=a.rows_used,
                    rejected=a.rows_rejected,
                )
                for a in outcome.intake.arrivals
            ),
            placed=outcome.placed,
            grades=(*project.rulebook.tiers, MANUAL),
            documents=outcome.documents,
            kinds=_kinds(project, outcome.prepared, proposed),
            queues=_shares(project, outcome),
            between=outcome.between,
            measures=outcome.measures,
            earlier=earlier,
            quarantine=_faults(to_table(outcome.intake.rejects)),
            undecided=_undecided(project, decisions),
            objections=_objections(project, outcome.prepared, proposed),
            statuses=_statuses(project, decisions),
            warnings=(*map(_line, outcome.problems), *_of_packs(project, outcome.day)),
        )
    )


def _line(problem: Problem) -> str:
    """The problem in one line: place, what, what was expected, how to mend it."""
    span = problem.span
    bare = None if span is None else replace(span, excerpt=None)
    return "; ".join(render(replace(problem, span=bare)).splitlines())


def _of_packs(project: Project, day: date) -> tuple[str, ...]:
    """What is to be looked at in the packs, Chinese with English beside."""
    return tuple(
        f"{chinese} {english}"
        for chinese, english in zip(
            pack_warnings(project.packs, day, "zh_CN"),
            pack_warnings(project.packs, day, "en"),
            strict=True,
        )
    )


def _kinds(project: Project, prepared: Prepared | None, proposed: Proposed) -> tuple[Kind, ...]:
    """What became of each document on each channel."""
    made = {} if prepared is None else dict(prepared.counts)
    failed = Counter() if prepared is None else _pairs(to_table(prepared.failed))
    blocked = _pairs(to_table(proposed.blocked))
    deferred = _pairs(to_table(proposed.deferred))
    documents = project.documents
    if documents is None:
        return ()
    return tuple(
        Kind(
            document=Bilingual(
                zh_CN=documents.title(document, "zh_CN"), en=documents.title(document, "en")
            ),
            channel=CHANNELS[channel],
            prepared=made.get((document, channel), 0),
            failed=failed[document, channel],
            blocked=blocked[document, channel],
            deferred=deferred[document, channel],
        )
        for document, channel in sorted({*made, *failed, *blocked, *deferred})
    )


def _pairs(table: pa.Table) -> Counter[tuple[str, str]]:
    pairs = table.group_by(["document", "channel"], use_threads=False).aggregate(
        [([], "count_all")]
    )
    return Counter(
        {(row["document"], row["channel"]): row["count_all"] for row in pairs.to_pylist()}
    )


def _shares(project: Project, outcome: Outcome) -> tuple[Share, ...]:
    if outcome.queued is None:
        return ()
    work = to_table(outcome.queued.work[["team", "person"]])
    accounts = count_by(work, "team")
    waiting = count_by(work.filter(pc.is_null(work["person"])), "team")
    people = work.group_by("team", use_threads=False).aggregate([("person", "count_distinct")])
    busy = {row["team"]: row["person_count_distinct"] for row in people.to_pylist()}
    return tuple(
        Share(
            team=team.label,
            people=busy.get(team.id, 0),
            accounts=accounts.get(team.id, 0) - waiting.get(team.id, 0),
            waiting=waiting.get(team.id, 0),
        )
        for team in project.queues.teams
    )


def _faults(rejects: pa.Table) -> tuple[Named, ...]:
    """Broken rows by export and what is wrong with them."""
    both = pc.binary_join_element_wise(rejects["export"], rejects["code"], ": ")
    return counted(count_by(pa.table({"fault": both}), "fault"), {})


def _undecided(project: Project, decisions: pa.Table) -> tuple[Named, ...]:
    """Accounts that the rules could not decide, by the column that is missing."""
    open_ = decisions.filter(
        pc.or_(pc.equal(decisions["grade"], MANUAL), pc.equal(decisions["treatment"], MANUAL))
    )
    names = pc.list_flatten(pc.split_pattern(open_["missing"], ","))
    counts: Counts = count_by(pa.table({"column": names}), "column")
    labels = {name: column.label for name, column in project.dictionary.columns.items()}
    return counted({k: n for k, n in counts.items() if k}, labels)


def _objections(
    project: Project, prepared: Prepared | None, proposed: Proposed
) -> tuple[Named, ...]:
    counts = Counter(count_by(to_table(proposed.blocked), "code"))
    counts += Counter(count_by(to_table(proposed.deferred), "code"))
    if prepared is not None:
        counts += Counter(count_by(to_table(prepared.failed), "code"))
    return counted(counts, {**REASONS, **FAILURES, **_limits(project)})


def _limits(project: Project) -> dict[str, Bilingual]:
    """The titles of the limits by their ids, and of what the rows of one night make together."""
    return {NO_SHARE: NO_SHARE_WORDS, **{d.id: d.limit.title for d in project.packs.dated}}


def _tasks_stopped(project: Project, outcome: Outcome) -> tuple[Named, ...]:
    counts = count_by(stopped_tasks(outcome.gated), "code")
    return counted({k: n for k, n in counts.items() if k}, _limits(project))


def _feeds(project: Project, outcome: Outcome) -> tuple[FeedLine, ...]:
    zone = project.settings.zone
    known = pa.chunked_array([pa.array([f.complete_to for f in outcome.feeds], pa.int64())])
    return tuple(
        FeedLine(feed=f.feed, state=f.state, new=f.new, apart=f.set_apart, known_to=text or "")
        for f, text in zip(outcome.feeds, moment_texts(known, zone).to_pylist(), strict=True)
    )


def _statuses(project: Project, decisions: pa.Table) -> tuple[Named, ...]:
    codes = pc.list_flatten(pc.split_pattern(decisions["status"], ","))
    counts = count_by(pa.table({"status": codes}), "status")
    labels = {s.code: s.label for s in project.statuses.statuses}
    return counted({k: n for k, n in counts.items() if k}, labels)
