"""Every account that came in leaves through exactly one door, and the money with it.

Knows the sums that must tie out, inside a night and from one night to the next. Refuses to know
how any of it came about.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from collectctl.columns import arrow, to_frame, to_table
from collectctl.reports.measures import Counts, count_by, sum_by

DISPOSITIONS = ("worked", "waiting", "held", "blocked", "no_action", "manual", "excluded")
"""Where an account can end, in the order of the report."""


class ConservationError(AssertionError):
    """The numbers of a night do not tie out: a defect of the program, never of the data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowCount:
    """What became of the rows of one export."""

    rows_in: int
    used: int
    rejected: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentCount:
    """What became of the documents a night proposed."""

    proposed: int
    prepared: int
    deferred: int
    blocked: int
    failed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Where the accounts of a night ended."""

    accounts: int
    by_grade: Mapping[str, Counts]
    """Grade to disposition to accounts."""
    by_disposition: Counts
    money: Counts
    """Minor units by currency."""
    money_by_disposition: Mapping[str, Counts]
    """Disposition to currency to minor units."""


def place(decisions: pa.Table) -> Placed:
    """Where the accounts ended; columns account_id, currency, balance, grade, disposition.

    Raises:
        ConservationError: an account is there twice, or without grade or disposition.
    """
    total = decisions.num_rows
    decisions = decisions.select(["account_id", "currency", "balance", "grade", "disposition"])
    _same(
        "accounts", total, "distinct accounts", pc.count_distinct(decisions["account_id"]).as_py()
    )
    for name in ("grade", "disposition"):
        _same("accounts", total, f"with a {name}", total - decisions[name].null_count)
    ended = count_by(decisions, "disposition")
    if not set(ended) <= set(DISPOSITIONS):
        raise ConservationError("an account has a disposition that is none")
    counted = decisions.drop_columns("account_id")
    groups = {d: counted.filter(pc.equal(counted["disposition"], d)) for d in ended}
    grades = sorted(count_by(decisions, "grade"))
    counts = {d: count_by(part, "grade") for d, part in groups.items()}
    return Placed(
        accounts=total,
        by_grade={g: {d: c.get(g, 0) for d, c in counts.items()} for g in grades},
        by_disposition={d: ended.get(d, 0) for d in DISPOSITIONS},
        money=sum_by(decisions, "currency"),
        money_by_disposition={d: sum_by(part, "currency") for d, part in groups.items()},
    )


def inside(
    placed: Placed,
    *,
    rows: Mapping[str, RowCount],
    sources: Counts,
    money_in: Counts,
    documents: DocumentCount,
) -> None:
    """Returns if a night ties out.

    Args:
        placed: where the accounts ended.
        rows: for each export what became of its rows.
        sources: how many accounts each export gave (rows that two exports have count once).
        money_in: minor units by currency as they were loaded, before anything was decided.
        documents: what became of the documents proposed.

    Raises:
        ConservationError: naming both sides of the first sum that is wrong.
    """
    for export, count in rows.items():
        _same(f"rows of {export}", count.rows_in, "used + rejected", count.used + count.rejected)
    _same("accounts from the exports", sum(sources.values()), "accounts", placed.accounts)
    graded = sum(n for ended in placed.by_grade.values() for n in ended.values())
    _same("accounts", placed.accounts, "sum over the grades", graded)
    ended = sum(placed.by_disposition.values())
    _same("accounts", placed.accounts, "sum over the dispositions", ended)
    for currency in sorted({*money_in, *placed.money}):
        parts = sum(money.get(currency, 0) for money in placed.money_by_disposition.values())
        _same(f"{currency} loaded", money_in.get(currency, 0), "sum over the dispositions", parts)
    d = documents
    known = d.prepared + d.deferred + d.blocked + d.failed
    _same("documents proposed", d.proposed, "prepared + deferred + blocked + failed", known)


def _same(left_name: str, left: int, right_name: str, right: int) -> None:
    if left != right:
        raise ConservationError(f"{left_name} {left:,} is not {right_name} {right:,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """What became of the accounts of the night before."""

    yesterday: int
    carried: int
    """There again tonight."""
    quarantined: int
    """Not there, but a row of theirs is in quarantine tonight."""
    closed: int
    """Gone, with a status that says so, or with a payment of what was overdue."""
    missing: pd.DataFrame
    """Gone without explanation, by account_id; the columns of `yesterday`."""
    new: int
    """There tonight and not the night before."""


def between(
    yesterday: pd.DataFrame,
    today: pd.DataFrame,
    closing: pd.DataFrame,
    quarantined: pa.Array | None = None,
    paid: pa.Array | None = None,
) -> Between:
    """Yesterday's accounts = carried on + in quarantine + closed with evidence + missing.

    Absence alone never counts as paid: without a status that closes or a payment, an account that
    is not there is missing. `yesterday` has at least account_id; `quarantined` are ids of rows in
    quarantine, `paid` those of accounts on which what was overdue came in since.
    """
    ids = arrow(yesterday["account_id"])
    now = arrow(today["account_id"])
    unused = pa.array([], pa.string()) if quarantined is None else quarantined.drop_null()
    there = pc.is_in(ids, value_set=now)
    apart = pc.and_not(pc.is_in(ids, value_set=unused), there)
    left = pc.is_in(ids, value_set=arrow(closing["account_id"]))
    if paid is not None:
        left = pc.or_(left, pc.is_in(ids, value_set=paid))
    closed = pc.and_not(pc.and_not(left, there), apart)
    gone = pc.invert(pc.or_(pc.or_(there, apart), closed))
    missing = to_table(yesterday).filter(gone).sort_by("account_id")
    found = Between(
        yesterday=len(ids),
        carried=_count(there),
        quarantined=_count(apart),
        closed=_count(closed),
        missing=to_frame(missing),
        new=len(now) - _count(pc.is_in(now, value_set=ids)),
    )
    explained = found.carried + found.quarantined + found.closed + len(found.missing)
    _same("yesterday's accounts", found.yesterday, "carried + closed + missing", explained)
    return found


def _count(where: pa.Array) -> int:
    return int(pc.sum(where).as_py() or 0)
