"""Compare: one night's accounts graded by two rulebooks, with what each of them asks people to do.

Joins the stages up to the queue, twice over the same intake. Everything but the rulebook and its
documents is the night's own, so that only what the rules say can differ.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

import pyarrow.compute as pc

from collectctl.columns import Column, arrow
from collectctl.problems import ConfigError, Level, Problem
from collectctl.project import Project
from collectctl.queues.assign import assign
from collectctl.rules.comparison import Comparison, Decided, compare, totals_of
from collectctl.rules.meaning import Book, Changes, changes
from collectctl.rules.reasons import Reason, reasons
from collectctl.rules.rulebook import Rulebook
from collectctl.stages.contacting import treat, without_details, written_about
from collectctl.stages.desk import Desk
from collectctl.stages.grading import Grading, tier
from collectctl.stages.intake import Intake
from collectctl.stages.queueing import obstacles, work_of

Pairs = Mapping[tuple[str, str], tuple[int, int]]
"""A count by the old rulebook and one by the new, for each pair of names; sorted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """A night's exports as they were read, and the desk that they lie on."""

    desk: Desk
    intake: Intake


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Two rulebooks on one night."""

    comparison: Comparison
    changes: Changes
    reasons: tuple[Reason, ...]
    gradings: tuple[Grading, Grading]
    contacts: Pairs
    """Documents that the night would propose, by document and channel."""
    work: Pairs
    """Accounts that a person would have, by team and whether there is room for them."""
    problems: tuple[Problem, ...]


def compare_on(laid: Laid, old: Project, new: Project) -> Compared:
    """The old and the new project's rulebook on the accounts of a night.

    Raises:
        ConfigError: `diff-column` (a rulebook reads a column in another way than the exports were
            read), or a rulebook is not in force on the day.
    """
    desk, intake = laid.desk, laid.intake
    problems = [p for side in (old, new) for p in _columns(desk.project, side)]
    errors = [p for p in problems if p.level is Level.ERROR]
    if errors:
        raise ConfigError(set(errors))
    sides = [_side(desk, intake, project) for project in (old, new)]
    (first, wrote, had), (second, writes, has) = sides
    comparison = compare(
        Decided(rulebook=old.rulebook, decisions=first.decisions),
        Decided(rulebook=new.rulebook, decisions=second.decisions),
        intake.accounts,
    )
    if comparison.total != totals_of(intake.accounts, new.rulebook):
        raise AssertionError("the matrix does not add up to the accounts")
    books = Book(old.rulebook, desk.day), Book(new.rulebook, desk.day)
    return Compared(
        comparison=comparison, changes=changes(*books),
        reasons=reasons(*books, intake.accounts, comparison.moved),
        gradings=(first, second), contacts=_beside(wrote, writes),
        work=_beside(had, has),
        problems=tuple(sorted(set(problems), key=Problem.sort_key)),
    )  # fmt: skip


Counts = Counter[tuple[str, str]]


def _side(desk: Desk, intake: Intake, project: Project) -> tuple[Grading, Counts, Counts]:
    """The grading by one rulebook, the documents it proposes and the work it makes."""
    own = replace(desk.project, rulebook=project.rulebook, documents=project.documents)
    here = replace(desk, project=own)
    grading = tier(here, intake)
    proposed = without_details(treat(here, grading, intake))
    pairs = (arrow(proposed.contacts[name]).to_pylist() for name in ("document", "channel"))
    hindered = obstacles(grading, intake, proposed, None)
    work = assign(work_of(grading, intake, hindered, written_about(proposed, None)), own.queues)
    room = pc.if_else(pc.is_valid(arrow(work["person"])), "given out", "no capacity").to_pylist()
    teams = arrow(work["team"]).to_pylist()
    return (
        grading,
        Counter(zip(*map(_texts, pairs), strict=True)),
        Counter(zip(_texts(teams), _texts(room), strict=True)),
    )


def _texts(values: list[object]) -> list[str]:
    return [str(v) for v in values]


def _beside(old: Counts, new: Counts) -> Pairs:
    return {pair: (old[pair], new[pair]) for pair in sorted(old.keys() | new.keys())}


def _columns(read_by: Project, side: Project) -> list[Problem]:
    """Where a rulebook's columns are not the ones that the exports were read by."""
    rulebook, found = side.rulebook, list[Problem]()
    for name in sorted(_used(rulebook)):
        mine = side.dictionary[name]
        if name not in read_by.dictionary:
            found.append(_column(rulebook, name, "the exports have no such column", Level.WARNING))
            continue
        theirs = read_by.dictionary[name]
        if (mine.type, mine.digits) != (theirs.type, theirs.digits):
            what = f"here it is {_kind(mine)}, the exports were read as {_kind(theirs)}"
            found.append(_column(rulebook, name, what, Level.ERROR))
        elif unknown := [v for v in theirs.values if v not in mine.values]:
            what = f"here it has no value '{unknown[0]}', which the exports may have"
            found.append(_column(rulebook, name, what, Level.WARNING))
    return found


def _kind(column: Column) -> str:
    return f"{column.type} of {column.decimals} decimals" if column.digits else column.type


def _used(rulebook: Rulebook) -> frozenset[str]:
    arms = {e.column for e in rulebook.experiments.values()}
    return rulebook.columns - arms


def _column(rulebook: Rulebook, name: str, what: str, level: Level) -> Problem:
    return Problem(
        code="diff-column", level=level,
        message=f"column '{name}' of version {rulebook.version} of the rulebook: {what}",
        expected="the columns that the exports were read by",
        mend="compare on a night read by this dictionary"
        if level is Level.ERROR
        else "such values count as missing for this version",
    )  # fmt: skip
