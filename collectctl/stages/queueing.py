"""Queue: the accounts that need a person, as one list, shared out and written as workbooks.

Joins decisions, statuses, people and documents into rows of work; refuses to know who may take
what and how a workbook looks.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from collectctl.columns import Bool, arrow, to_frame, to_table
from collectctl.compliance.contacts import Proposed
from collectctl.compliance.effects import ALL
from collectctl.compliance.packs.duties import duties_on
from collectctl.compliance.reasons import REASONS
from collectctl.documents.prepare import Prepared
from collectctl.project import TASKS, Project
from collectctl.queues.assign import assign
from collectctl.queues.books import BooksWritten, write_books
from collectctl.stages.clock import window_texts
from collectctl.stages.contacting import people_to_call, written_about
from collectctl.stages.desk import Desk, write_parquet
from collectctl.stages.gated import CHANNEL_OF, Gated
from collectctl.stages.gating_night import stopped_tasks
from collectctl.stages.grading import Grading
from collectctl.stages.intake import Intake
from collectctl.stages.words import FAILURES, PARTY_UNCLEAR

REPRESENTED = "represented"
UNCLEAR = "party-unclear"
OBSTACLES = {REPRESENTED: REASONS[REPRESENTED], UNCLEAR: PARTY_UNCLEAR, **FAILURES}
"""What a person reads about an account that cannot be worked as planned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """The night's work for people."""

    work: pd.DataFrame
    """As `work_of`, with team, person (missing where nobody has room) and position."""
    books: BooksWritten


def queue(
    desk: Desk,
    grading: Grading,
    intake: Intake,
    proposed: Proposed,
    prepared: Prepared | None,
    gated: Gated | None = None,
) -> Queued:
    """The work shared out and written below `queues/`, a workbook a person."""
    hindered = obstacles(grading, intake, proposed, prepared)
    written = written_about(proposed, prepared)
    work = work_of(grading, intake, hindered, written, stopped_tasks(gated))
    assigned = with_items(assign(work, desk.project.queues), gated)
    write_parquet(desk, WORK, to_table(assigned))
    books = write_books(
        for_staff(assigned, desk.project, desk.day),
        desk.project.queues,
        desk.folder / "queues",
        desk.project.settings.language,
        desk.day,
        workers=desk.workers,
        state="unchecked" if gated is None else "prepared",
    )
    return Queued(work=assigned, books=books)


WORK = "queues/work.parquet"
"""The night's work with whose it is: what the release hands out again."""


def with_items(work: pd.DataFrame, gated: Gated | None) -> pd.DataFrame:
    """The work with `kind` and `item`, by which it is known, and what the gate says of it.

    A contact or step is a `task` and has opens, closes, calls and attempts as the gate gives them;
    what a person only has to look at is `desk` work, numbered as it stands.
    """
    table = to_table(work)
    rows = _NO_ITEMS if gated is None else _task_items(gated)
    key = pc.binary_join_element_wise(table["account_id"], table["task"], "\n")
    at = pc.index_in(key, value_set=rows["key"].combine_chunks())
    own = pc.is_valid(at)
    number = pa.array(np.cumsum(~own.to_numpy()))
    table = table.append_column("kind", pc.if_else(own, "task", "desk"))
    table = table.append_column("item", pc.coalesce(rows["item"].take(at), number))
    for name in ("opens", "closes", "calls", "attempts"):
        table = table.append_column(name, rows[name].take(at))
    return to_frame(table)


def for_staff(work: pd.DataFrame, project: Project, business_date: date) -> pd.DataFrame:
    """The work with `window`, the hours in which it may be done, and `duties`, as texts.

    Duties are those of the packs for the day after the business date; work at a desk has none.
    """
    table = to_table(work)
    language, day = str(project.settings.language), business_date + timedelta(1)
    mark = _MARKS[language]
    limits = project.packs.dated
    words = {
        task: mark.join(text for _, text in duties_on(limits, channel, day, language))
        for task, channel in CHANNEL_OF.items()
    }
    known = {task: text for task, text in words.items() if text}
    at = pc.index_in(table["task"].cast(pa.string()), value_set=pa.array(list(known), pa.string()))
    duties = pa.array(list(known.values()), pa.string()).take(at.combine_chunks())
    desk_work = pc.equal(table["kind"], "desk").combine_chunks()
    window = window_texts(table["opens"], table["closes"], project.settings.zone)
    table = table.append_column("window", window)
    return to_frame(table.append_column("duties", pc.if_else(desk_work, _MISSING, duties)))


_MARKS = {"zh_CN": "；", "en": "; "}


def _task_items(gated: Gated) -> pa.Table:
    """The tasks by account and task."""
    task = pc.equal(gated.table["kind"], "task")
    at = np.searchsorted(gated.debt_row, np.flatnonzero(task.to_numpy()))
    rows = gated.table.filter(task)
    key = pc.binary_join_element_wise(gated.accounts.take(pa.array(at)), rows["form"], "\n")
    names = _NO_ITEMS.column_names[1:]
    return pa.table({"key": key, **{name: rows[name] for name in names}})


_NO_ITEMS = pa.schema({
    "key": pa.string(), "item": pa.int64(), "opens": pa.int64(), "closes": pa.int64(),
    "calls": pa.int64(), "attempts": pa.int64(),
}).empty_table()  # fmt: skip


def obstacles(
    grading: Grading, intake: Intake, proposed: Proposed, prepared: Prepared | None
) -> pa.Array:
    """For each account the code of what keeps it from being worked as planned; missing for none.

    A document about it could not be made; or somebody represents the customer, or may do so,
    who must then be neither written to nor called.
    """
    ids = arrow(grading.accounts["account_id"])
    parties = to_table(intake.parties)
    represented = parties["account_id"].filter(pc.equal(parties["role"], "representative"))
    concerned = pc.or_(
        pc.is_valid(_asked(grading)), pc.is_in(ids, value_set=arrow(proposed.apart["account_id"]))
    )
    mine = ids.filter(pc.and_(concerned, pc.is_in(ids, value_set=represented.combine_chunks())))
    meant = pc.or_(
        pc.is_valid(_asked(grading)), pc.is_valid(arrow(grading.rollup["lead_document"]))
    )
    unclear = ids.filter(pc.and_(meant, pc.is_in(ids, value_set=intake.unclear)))
    pairs = [
        pa.table({"account_id": some, "code": pa.array([code] * len(some), pa.string())})
        for some, code in ((mine, REPRESENTED), (unclear, UNCLEAR))
    ]
    if prepared is not None:
        failed = to_table(prepared.failed)
        lines = to_table(proposed.lines).select(["contact_no", "account_id"])
        at = pc.index_in(lines["contact_no"], value_set=failed["contact_no"].combine_chunks())
        codes = failed["code"].take(at.combine_chunks())
        lines = lines.select(["account_id"]).append_column("code", codes)
        pairs.append(lines.filter(pc.is_valid(codes)))
    groups = pa.concat_tables(pairs).group_by("account_id", use_threads=False)
    first = groups.aggregate([("code", "min")])
    at = pc.index_in(ids, value_set=first["account_id"].combine_chunks())
    return first["code_min"].combine_chunks().take(at)


def tasks_of(grading: Grading, intake: Intake) -> pa.Table:
    """The contacts and steps that treatments ask people for, the lightest task first.

    Of one task the longest overdue first, so that of a customer's accounts those get the calls.

    Columns: account_id, task (`call`, `visit`, `legal`), party_id, name, phone, address of the
    principal, missing where nobody is known or the exports contradict each other.
    """
    treated = pa.array(~grading.excluded & ~grading.manual)
    ids = arrow(grading.accounts["account_id"])
    days = arrow(grading.accounts["days_past_due"]).fill_null(0).to_numpy()
    at, words = [np.zeros(0, np.int64)], list[str]()
    for task in TASKS:
        mask = pc.and_(_asks(grading, task), treated).fill_null(False)
        rows = np.flatnonzero(mask.to_numpy(zero_copy_only=False))
        at.append(rows[np.argsort(-days[rows], kind="stable")])
        words += [task] * len(rows)
    found = pa.table({
        "account_id": ids.take(pa.array(np.concatenate(at))), "task": pa.array(words, pa.string()),
    })  # fmt: skip
    people = people_to_call(intake, found["account_id"])
    at = pc.index_in(found["account_id"], value_set=people["account_id"].combine_chunks())
    for name in ("party_id", "name", "phone", "address"):
        found = found.append_column(name, people[name].take(at))
    return found


def work_of(
    grading: Grading, intake: Intake, obstacle: pa.Array, written: pa.Table,
    stopped: pa.Table | None = None,
) -> pd.DataFrame:  # fmt: skip
    """One row per account that needs a person tonight, in the order of the accounts.

    `obstacle` as `obstacles` gives it: such an account needs a decision, not a call. `written` has
    account_id and document of what was prepared, `stopped` account_id and form of tasks that nobody
    may do. An account whose status names a queue is there for that queue.
    """
    tasks = _tasks(grading, pc.is_valid(obstacle).to_numpy(zero_copy_only=False), stopped)
    needed = pc.is_valid(tasks)
    rows = _whole(to_table(grading.accounts)).filter(needed)
    people = people_to_call(intake, rows["account_id"])
    at = pc.index_in(rows["account_id"], value_set=people["account_id"].combine_chunks())
    columns = {name: rows[name] for name in rows.column_names}
    columns |= {name: people[name].take(at) for name in ("party_id", "name", "phone")}
    columns |= _decided(grading, obstacle, needed)
    columns["task"] = tasks.filter(needed)
    columns["obstacle"] = obstacle.filter(needed)
    columns["documents"] = _documents(rows["account_id"], written)
    columns["priority"] = _priority(columns["task"])
    return to_frame(pa.table(columns))


def _tasks(grading: Grading, hindered: Bool, stopped: pa.Table | None) -> pa.Array:
    """What a person has to do about each account; missing for nothing."""
    undecided = pa.array((grading.manual | hindered) & ~grading.excluded)
    tasks = pc.if_else(undecided, "manual", _asked(grading, stopped))
    hinted = pc.is_valid(arrow(grading.effects["queue_hint"]))
    apart = pc.and_(hinted, pa.array(grading.excluded))
    return pc.if_else(apart, "manual", pc.if_else(pa.array(grading.excluded), _MISSING, tasks))


def _asked(grading: Grading, stopped: pa.Table | None = None) -> pa.Array:
    """The gravest task that the leading treatment asks for and status and gate allow."""
    ids = arrow(grading.accounts["account_id"])
    tasks = pa.nulls(len(ids), pa.string())
    for task in TASKS:
        here = _asks(grading, task)
        if stopped is not None:
            barred = stopped["account_id"].filter(pc.equal(stopped["form"], task))
            here = pc.and_not(here, pc.is_in(ids, value_set=barred.combine_chunks()))
        tasks = pc.if_else(here, task, tasks)
    return tasks


def _asks(grading: Grading, task: str) -> pa.Array:
    """Where the leading treatment asks for the task and the status allows it."""
    channels = arrow(grading.rollup["lead_channels"]).fill_null("")
    allowed = arrow(grading.effects["channels"])
    overdue = pc.greater(arrow(grading.accounts["days_past_due"]), 0)
    word = rf"(^|,){task}(,|$)"
    permitted = pc.or_(pc.equal(allowed, ALL), pc.match_substring_regex(allowed, word))
    return pc.and_(pc.and_(pc.match_substring_regex(channels, word), permitted), overdue)


_MISSING = pa.scalar(None, pa.string())


def _decided(grading: Grading, obstacle: pa.Array, needed: pa.Array) -> dict[str, pa.Array]:
    """What the rules said, behind what hinders it and what the status says; the needed rows."""
    decisions, effects, rollup = grading.decisions, grading.effects, grading.rollup

    def of(frame: pd.DataFrame, name: str) -> pa.Array:
        return arrow(frame[name]).filter(needed)

    codes = pa.array(OBSTACLES, pa.string())
    both = {}
    for language, mark in _MARKS.items():
        words = pa.array([w.get(language) for w in OBSTACLES.values()], pa.string())
        texts = (
            words.take(pc.index_in(obstacle.filter(needed), value_set=codes)),
            _unless_empty(of(effects, f"because_{language}")),
            _unless_empty(of(decisions, f"because_{language}").cast(pa.string())),
        )
        both[language] = pc.binary_join_element_wise(*texts, mark, null_handling="skip")
    return {
        "grade": of(decisions, "tier"),
        "customer_grade": of(rollup, "customer_grade"),
        "treatment": of(rollup, "lead"),
        "tone": of(rollup, "lead_tone"),
        "because_zh_CN": both["zh_CN"],
        "because_en": both["en"],
        "missing": of(decisions, "missing"),
        "queue_hint": of(effects, "queue_hint"),
    }


def _unless_empty(texts: pa.Array) -> pa.Array:
    return pc.if_else(pc.equal(texts, ""), _MISSING, texts)


def _documents(ids: pa.ChunkedArray, written: pa.Table) -> pa.ChunkedArray:
    """The documents prepared tonight about each account, joined by commas; empty for none."""
    distinct = written.group_by(["account_id", "document"], use_threads=False).aggregate([])
    distinct = distinct.sort_by([("account_id", "ascending"), ("document", "ascending")])
    lists = distinct.group_by("account_id", use_threads=False).aggregate([("document", "list")])
    texts = pc.binary_join(lists["document_list"].combine_chunks(), ",")
    at = pc.index_in(ids, value_set=lists["account_id"].combine_chunks())
    return texts.take(at.combine_chunks()).fill_null("")


def _priority(tasks: pa.Array) -> pa.Array:
    """1 for what is gravest, so that a list sorted by it begins there."""
    order = pa.array(["manual", *reversed(TASKS)], pa.string())
    return pc.add(pc.index_in(tasks, value_set=order).cast(pa.int64()), 1)


def _whole(accounts: pa.Table) -> pa.Table:
    """The columns a queue shows; one that the bank's exports do not have is empty."""
    for name, kind in _ACCOUNT_COLUMNS.items():
        if name not in accounts.column_names:
            accounts = accounts.append_column(name, pa.nulls(len(accounts), kind))
    return accounts.select(list(_ACCOUNT_COLUMNS))


_ACCOUNT_COLUMNS = {
    "account_id": pa.string(), "customer_id": pa.string(), "card_no": pa.string(),
    "branch_code": pa.string(), "product": pa.string(), "currency": pa.string(),
    "balance": pa.int64(), "overdue_amount": pa.int64(), "minimum_due": pa.int64(),
    "days_past_due": pa.int64(),
}  # fmt: skip
