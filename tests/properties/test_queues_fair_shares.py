"""Promises of sharing work out, on random work and teams."""

from typing import Any

import pandas as pd
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from collectctl.columns import Dictionary, read_dictionary, to_frame
from collectctl.queues.assign import assign
from collectctl.queues.plan import QueuePlan, read_queue_plan

ROW = st.fixed_dictionaries(
    {
        "customer_id": st.integers(0, 12).map(str),
        "task": st.sampled_from(["call", "visit", "legal", "manual"]),
        "tone": st.sampled_from([None, "care", "firm"]),
        "queue_hint": st.sampled_from([None, None, None, "special"]),
        "days_past_due": st.integers(0, 3),
    }
)
CAPACITIES = st.lists(st.integers(1, 4), min_size=1, max_size=3)
TEXTS = ("account_id", "customer_id", "task", "tone", "queue_hint")
COLUMNS = """format: collectctl/1
columns:
  account_id: {type: text}
"""


def dictionary() -> Dictionary:
    found, problems = read_dictionary(COLUMNS.encode(), "columns.yaml")
    assert found is not None, problems
    return found


def plan(special: list[int], phone: list[int]) -> QueuePlan:
    def team(name: str, capacities: list[int]) -> str:
        members = ", ".join(
            f"{{id: M{i}, name: m, capacity: {c}}}" for i, c in enumerate(capacities)
        )
        return f"  {name}: {{label: {{zh_CN: a, en: a}}, members: [{members}]}}\n"

    text = (
        "format: collectctl/1\nteams:\n" + team("special", special) + team("phone", phone)
        + "work:\n  - {queue: [special], team: special}\n"
        "  - {task: [legal, manual], tone: [firm], team: special}\n"
        "otherwise: phone\norder: [{by: days_past_due, first: highest}]\n"
        "columns: [account_id, currency, outcome]\n"
        "outcomes: {a: {label: {zh_CN: a, en: a}, means: {zh_CN: a, en: a}}}\n"
    )  # fmt: skip
    found, problems = read_queue_plan(text.encode(), "queues.yaml", dictionary())
    assert found is not None, problems
    return found


def frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    return to_frame(
        pa.table(
            {n: pa.array([r[n] for r in rows], pa.string()) for n in TEXTS}
            | {"days_past_due": pa.array([r["days_past_due"] for r in rows], pa.int64())}
        )
    )


def by_account(found: pd.DataFrame) -> dict[str, tuple[Any, ...]]:
    names = ["account_id", "customer_id", "team", "person", "position", "waiting"]
    table = pa.Table.from_pandas(found[names], preserve_index=False).to_pydict()
    return {row[0]: row[1:] for row in zip(*table.values(), strict=True)}


@settings(max_examples=150, deadline=None)
@given(st.lists(ROW, max_size=25), CAPACITIES, CAPACITIES, st.randoms(use_true_random=False))
def test_every_account_has_one_place_whatever_the_order_of_the_rows(
    rows: list[dict[str, Any]], special: list[int], phone: list[int], random: Any
) -> None:
    rows = [r | {"account_id": f"A{i:02d}"} for i, r in enumerate(rows)]
    found = by_account(assign(frame(rows), plan(special, phone)))
    shuffled = random.sample(rows, len(rows))
    assert by_account(assign(frame(shuffled), plan(special, phone))) == found
    assert sorted(found) == [r["account_id"] for r in rows]
    for customer in {r[0] for r in found.values()}:
        assert len({r[1:3] for r in found.values() if r[0] == customer}) == 1
    lists: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for customer, team, person, position, waiting in found.values():
        assert (person is None) == (position is None) == (waiting == "no-capacity")
        if person is not None:
            lists.setdefault((team, person), []).append((position, customer))
    capacities = {"special": special, "phone": phone}
    for (team, person), places in lists.items():
        places.sort()
        assert [p for p, _ in places] == list(range(1, len(places) + 1))
        runs = [c for i, (_, c) in enumerate(places) if i == 0 or places[i - 1][1] != c]
        assert len(runs) == len(set(runs)) <= capacities[team][int(person[1:])]


@settings(max_examples=100, deadline=None)
@given(st.lists(ROW, max_size=25), CAPACITIES, CAPACITIES)
def test_nobody_waits_while_anybody_of_the_team_has_room(
    rows: list[dict[str, Any]], special: list[int], phone: list[int]
) -> None:
    rows = [r | {"account_id": f"A{i:02d}"} for i, r in enumerate(rows)]
    found = by_account(assign(frame(rows), plan(special, phone))).values()
    for team, capacity in (("special", sum(special)), ("phone", sum(phone))):
        customers = {(r[0], r[2]) for r in found if r[1] == team}
        waiting = [c for c in customers if c[1] is None]
        assert len(waiting) == max(0, len(customers) - capacity)
