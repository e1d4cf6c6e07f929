"""Who gets what tonight: work to teams by rule, customers to people by capacity.

Knows fair shares. Refuses to know how a list looks. The result depends neither on the order of the
rows nor on who asks.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from collectctl.columns import Bool, arrow, to_frame, to_table
from collectctl.money import MINOR_DIGITS
from collectctl.problems import ConfigError, Problem
from collectctl.queues.plan import QueuePlan, Rule, Team
from collectctl.queues.words import NO_CAPACITY

Ints = npt.NDArray[np.int64]
_MONEY = ("balance", "overdue_amount", "minimum_due")
_MOST_DIGITS = max(MINOR_DIGITS.values())


def assign(work: pd.DataFrame, plan: QueuePlan) -> pd.DataFrame:
    """The work with whose it is: `team`, `person`, `position` and `waiting`, in the same order.

    A customer goes whole to one person: to the team of the first rule that any account of theirs
    meets, there to people in proportion to their capacities, the most urgent customers first.
    Who is over all capacities has neither person nor position, and the reason in `waiting`.

    Raises:
        ConfigError: a status or treatment names a queue that the plan does not have.
    """
    customers = arrow(work["customer_id"]).dictionary_encode()
    customer = customers.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    count = len(customers.dictionary)
    team = _teams(work, plan, customer, count)
    place = places(work, plan)
    first = np.full(count, len(work), np.int64)
    np.minimum.at(first, customer, place)
    person = np.full(count, -1, np.int64)
    for number, one in enumerate(plan.teams):
        mine = np.flatnonzero(team == number)
        mine = mine[np.argsort(first[mine], kind="stable")]
        slots = shares(one, len(mine))
        person[mine[: len(slots)]] = slots
    return _with(work, plan, team[customer], person[customer], _positions(
        team[customer], person[customer], first[customer], place
    ))  # fmt: skip


def shares(team: Team, customers: int) -> Ints:
    """For each customer, most urgent first, which member takes them; shorter when all are full.

    Webster's method: each next customer goes to whoever is furthest behind their share.
    """
    capacity = np.array([m.capacity for m in team.members], np.int64)
    member = np.repeat(np.arange(len(capacity)), capacity)
    turn = np.arange(len(member)) - np.repeat(np.cumsum(capacity) - capacity, capacity)
    # Exact: different fractions of numbers this small are different doubles, equal ones equal.
    behind = (2 * turn + 1) / (2 * capacity[member])
    return member[np.lexsort((member, behind))][:customers].astype(np.int64)


def _teams(work: pd.DataFrame, plan: QueuePlan, customer: Ints, count: int) -> Ints:
    """For each customer the number of their team: that of the first rule any account meets."""
    _refuse_unknown(work, plan)
    hinted = _mask(pc.is_valid(arrow(work["queue_hint"])))
    rule = np.full(len(work), len(plan.rules), np.int64)
    for number in reversed(range(len(plan.rules))):
        rule[_meets(work, plan.rules[number], hinted)] = number
    earliest = np.full(count, len(plan.rules), np.int64)
    np.minimum.at(earliest, customer, rule)
    names = [t.id for t in plan.teams]
    by_rule = [names.index(t) for t in (*(r.team for r in plan.rules), plan.otherwise)]
    return np.array(by_rule, np.int64)[earliest]


def _refuse_unknown(work: pd.DataFrame, plan: QueuePlan) -> None:
    found = set(arrow(work["queue_hint"]).unique().drop_null().to_pylist()) - plan.queues
    if found:
        raise ConfigError(
            Problem(
                code="unknown-queue",
                message=f"queue '{name}' is named for tonight's work, and no rule takes it",
                expected="one of " + ", ".join(sorted(plan.queues)),
                mend="add a rule with this queue to queues.yaml, or correct the name",
            )
            for name in sorted(found)
        )


def _meets(work: pd.DataFrame, rule: Rule, hinted: Bool) -> Bool:
    """Where the rule holds; what a status sends to a queue is taken by a rule for it alone."""
    met = np.ones(len(work), np.bool_) if "queue_hint" in rule.conditions else ~hinted
    for name, codes in rule.conditions.items():
        met &= _mask(pc.is_in(arrow(work[name]), value_set=pa.array(codes, pa.string())))
    return met


def _mask(values: pa.Array) -> Bool:
    found: Bool = values.to_numpy(zero_copy_only=False)
    return found


def places(work: pd.DataFrame, plan: QueuePlan) -> Ints:
    """The place of each account, most urgent 0; accounts alike in everything by their number."""
    keys = {"account_id": arrow(work["account_id"])}
    order = []
    for one in plan.order:
        values = arrow(work[one.by])
        keys[one.by] = _comparable(values, work) if one.by in _MONEY else values
        order.append((one.by, "descending" if one.highest_first else "ascending"))
    order.append(("account_id", "ascending"))
    indices = pc.sort_indices(pa.table(keys), sort_keys=order).to_numpy()
    place = np.empty(len(work), np.int64)
    place[indices] = np.arange(len(work))
    return place


def _comparable(minor: pa.Array, work: pd.DataFrame) -> pa.Array:
    """Amounts with the same number of decimals whatever the currency: 100 yen as 100.00."""
    currencies = arrow(work["currency"])
    factors = pa.array([10 ** (_MOST_DIGITS - d) for d in MINOR_DIGITS.values()], pa.int64())
    at = pc.index_in(currencies, value_set=pa.array(list(MINOR_DIGITS), pa.string()))
    return pc.multiply(minor, factors.take(at))


def _positions(team: Ints, person: Ints, customer_place: Ints, place: Ints) -> Ints:
    """The row of each account in its list, from 1; a customer's accounts stand together."""
    order = np.lexsort((place, customer_place, person, team))
    lists = team[order] * (person.max(initial=0) + 2) + person[order] + 1
    starts = np.flatnonzero(np.diff(lists, prepend=-1))
    sizes = np.diff(starts, append=len(lists))
    position = np.empty(len(team), np.int64)
    position[order] = np.arange(len(lists)) - np.repeat(starts, sizes) + 1
    return position


def _with(
    work: pd.DataFrame, plan: QueuePlan, team: Ints, person: Ints, position: Ints
) -> pd.DataFrame:
    waits = person < 0
    width = max(len(t.members) for t in plan.teams)
    ids = [[m.id for m in t.members] + [""] * (width - len(t.members)) for t in plan.teams]
    people = pa.array([name for row in ids for name in row], pa.string())
    missing = pa.scalar(None, pa.string())
    found = {
        "team": pa.array([t.id for t in plan.teams], pa.string()).take(pa.array(team)),
        "person": pc.if_else(
            pa.array(waits), missing, people.take(pa.array(team * width + np.maximum(person, 0)))
        ),
        "position": pa.array(position, mask=waits),
        "waiting": pc.if_else(pa.array(waits), NO_CAPACITY, missing),
    }
    table = to_table(work)
    for name, values in found.items():
        table = table.append_column(name, values)
    return to_frame(table)
