"""The night's workbooks: one for each person who has work, one for what waits.

Knows what stands on each sheet and in which order lists are written. Refuses to know how a
workbook is made and who decided whose work it is.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Literal

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from collectctl.columns import arrow
from collectctl.durable import make_folder
from collectctl.queues import worker
from collectctl.queues.assign import places
from collectctl.queues.faults import WAITING_FILE
from collectctl.queues.plan import Colouring, Member, QueuePlan, Team
from collectctl.queues.press import Job, Page, Recipe, press
from collectctl.queues.show import shown
from collectctl.queues.words import ENTRIES, HINTS, TEXTS, WAITING, WORK, WRAPPED, said
from collectctl.sheets.book import ColourRule, Cover, SheetColumn

State = Literal["unchecked", "prepared", "released"]
"""Whether limits on contacts were held against the rows, and whether they were released."""
_ENOUGH_TO_SHARE = 16
"""Workbooks from which on starting processes is worth it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BooksWritten:
    """What was written."""

    counts: Mapping[tuple[str, str], int]
    """Accounts by team and person, in the order of the plan; who has no work is left out."""
    waiting: Mapping[str, int]
    """Accounts that nobody has room for, by team, in the order of the plan."""
    files: tuple[str, ...]
    """Names below the folder, sorted."""


@dataclass(frozen=True, slots=True)
class _List:
    """A person's rows, from the first to before the last."""

    team: Team
    member: Member
    first: int
    last: int


def write_books(  # noqa: PLR0913 - what is written, by what plan, where, and how it is said
    assigned: pd.DataFrame,
    plan: QueuePlan,
    out: Path,
    language: str,
    run_date: date,
    workers: int,
    *,
    state: State = "unchecked",
) -> BooksWritten:
    """One workbook for each person with work, and one of what waits for the supervisor.

    Args:
        assigned: The work as `assign` gives it back, in any order.
        plan: The plan that it was assigned by.
        out: A folder that is made here; workbooks of these names do not exist in it yet.
        language: `zh_CN` or `en`.
        run_date: The date on the covers.
        workers: Processes; the bytes written do not depend on it.
        state: What the covers say of contact limits.
    """
    table = _in_order(assigned, plan, language)
    lists = _lists(table, plan)
    recipe = _recipe(plan, out, language, run_date)
    make_folder(out)
    jobs = [_job(one, table, language, state) for one in lists]
    _write(jobs, recipe, workers)
    files = [job.file for job in jobs]
    left = table.filter(pc.is_null(table["_list"]))
    if left.num_rows:
        _write_waiting(left, recipe, language, plan)
        files.append(WAITING_FILE)
    return BooksWritten(
        counts={(one.team.id, one.member.id): one.last - one.first for one in lists},
        waiting=_counted(left["_team"], [t.id for t in plan.teams]),
        files=tuple(sorted(files)),
    )


def _in_order(assigned: pd.DataFrame, plan: QueuePlan, language: str) -> pa.Table:
    """The work in words, list after list as the plan names them, what waits at the end.

    `_team` keeps the id beside the word, and `_list` has the number of the list.
    """
    teams = arrow(assigned["team"])
    ids = pa.array([t.id for t in plan.teams], pa.string())
    names = [f"{t.id}\n{m.id}" for t in plan.teams for m in t.members]
    own = pc.binary_join_element_wise(teams, arrow(assigned["person"]), "\n")
    number = pc.if_else(
        pc.is_valid(own), pc.index_in(own, value_set=pa.array(names)), pa.scalar(None, pa.int32())
    )
    keys = {
        "list": number,
        "team": pc.index_in(teams, value_set=ids),
        "position": arrow(assigned["position"]),
        "urgency": pa.array(places(assigned, plan)),
    }
    order = pc.sort_indices(pa.table(keys), sort_keys=[(n, "ascending") for n in keys])
    table = shown(assigned, plan, language)
    return table.append_column("_team", teams).append_column("_list", number).take(order)


def _lists(table: pa.Table, plan: QueuePlan) -> tuple[_List, ...]:
    """Each list that has rows."""
    owners = [(t, m) for t in plan.teams for m in t.members]
    counts = table["_list"].drop_null().value_counts().to_pylist()
    found, first = [], 0
    for count in counts:
        team, member = owners[count["values"]]
        last = first + count["counts"]
        found.append(_List(team, member, first, last))
        first = last
    return tuple(found)


def _recipe(plan: QueuePlan, out: Path, language: str, run_date: date) -> Recipe:
    return Recipe(
        out=out,
        run_date=run_date,
        columns=tuple(_column(name, plan, language) for name in plan.columns),
        colours=tuple(_colour(c, plan, language) for c in plan.colours),
        freeze=plan.freeze,
        help=Cover(
            sheet=said(TEXTS["help"], language),
            title=said(TEXTS["help_title"], language),
            lines=tuple((a.get(language), b.get(language)) for a, b in plan.outcomes.values()),
            notes=tuple(text.get(language) for text in plan.help),
        ),
        words={name: said(both, language) for name, both in TEXTS.items()},
    )


def _column(name: str, plan: QueuePlan, language: str) -> SheetColumn:
    kind = {**WORK, **ENTRIES}.get(name, "text")
    return SheetColumn(
        name=name,
        heading=plan.labels[name].get(language),
        kind=kind,
        width=WRAPPED.get(name),
        wrap=name in WRAPPED,
        currency="currency" if kind == "money" and name in WORK else None,
        entry=name in ENTRIES,
        choices=tuple(label.get(language) for label, _ in plan.outcomes.values())
        if name == "outcome"
        else (),
        note=said(HINTS[name], language) if name in HINTS else None,
    )


def _colour(colouring: Colouring, plan: QueuePlan, language: str) -> ColourRule:
    value = colouring.value
    if isinstance(value, str):
        words = plan.values.get(colouring.column, {})
        if colouring.column == "outcome":
            words = {code: label for code, (label, _) in plan.outcomes.items()}
        value = words[value].get(language) if value in words else value
    return ColourRule(
        column=colouring.column,
        when="equals" if isinstance(value, str) else "at_least",
        value=value,
        colour=colouring.colour,
        whole_row=colouring.whole_row,
    )


def _job(one: _List, table: pa.Table, language: str, state: State) -> Job:
    def word(name: str) -> str:
        return said(TEXTS[name], language)

    team, member = one.team, one.member
    page = Page(
        title=word("cover_title"),
        lines=(
            (word("team"), team.label.get(language)),
            (word("person"), word("shared") if member.name is None else member.name),
        ),
        notes=(word(state), word("first"), word("personal")),
    )
    return Job(file=member.file, page=page, rows=_ipc(table.slice(one.first, one.last - one.first)))


def _ipc(rows: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema) as stream:
        stream.write_table(rows)
    data: bytes = sink.getvalue().to_pybytes()
    return data


def _write(jobs: Sequence[Job], recipe: Recipe, workers: int) -> None:
    if workers <= 1 or len(jobs) < _ENOUGH_TO_SHARE:
        for job in jobs:
            press(job, recipe)
        return
    pool = ProcessPoolExecutor(
        min(workers, len(jobs)), mp_context=get_context("spawn"),
        initializer=worker.start, initargs=(recipe,),
    )  # fmt: skip
    with pool:
        for _ in pool.map(worker.run, jobs, chunksize=8):
            pass


def _write_waiting(left: pa.Table, recipe: Recipe, language: str, plan: QueuePlan) -> None:
    """The supervisor's list of what nobody has room for."""
    page = Page(
        title=said(TEXTS["waiting_title"], language),
        lines=((said(TEXTS["person"], language), said(TEXTS["everybody"], language)),),
        notes=(said(TEXTS["waits"], language),),
    )
    own = replace(
        recipe,
        columns=tuple(_column(name, plan, language) for name in WAITING),
        colours=(),
        freeze=0,
        help=None,
        words={**recipe.words, "list": said(TEXTS["waiting_list"], language)},
    )
    press(Job(file=WAITING_FILE, page=page, rows=_ipc(left)), own)


def _counted(teams: pa.ChunkedArray, order: Sequence[str]) -> dict[str, int]:
    counts = {c["values"]: c["counts"] for c in teams.value_counts().to_pylist()}
    return {name: counts[name] for name in order if name in counts}
