"""What a document may say of the bank's decision, and which decisions there are on a night."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pyarrow as pa
from gates import packs

from collectctl.columns import to_frame, to_table
from collectctl.compliance.contacts import Proposed
from collectctl.compliance.decisions import (
    COLUMNS,
    DECISIONS,
    decided_by,
    needs,
    with_decided,
    with_decisions,
)
from collectctl.compliance.packs.shapes import Step

NIGHT = date(2026, 11, 20)
WANTED: dict[str, Step] = {"final-warning": "legal", "agency-notice": "agency"}
EMPTY = to_frame(pa.table({"code": pa.array([], pa.string())}))


def decision(account: str, on: int, step: str = "legal", **more: Any) -> dict[str, Any]:
    return {
        "account_id": account, "step": step, "decided_on": date(2026, 11, on), "decided_by": "desk",
        "reference": f"{account}-{on}", **more,
    }  # fmt: skip


def decisions(*rows: dict[str, Any]) -> pa.Table:
    return decided_by(to_frame(pa.Table.from_pylist(list(rows), schema=DECISIONS)), NIGHT)


def said(known: pa.Table, *documents: tuple[str, Sequence[str]]) -> list[tuple[object, ...]]:
    """The columns of decisions of contacts with these documents about these accounts."""
    contacts = pa.table({
        "contact_no": pa.array(range(1, len(documents) + 1), pa.int64()),
        "document": pa.array([name for name, _ in documents], pa.string()),
    })  # fmt: skip
    about = [(n, a) for n, (_, ids) in enumerate(documents, 1) for a in ids]
    lines = pa.table({
        "contact_no": pa.array([n for n, _ in about], pa.int64()),
        "account_id": pa.array([a for _, a in about], pa.string()),
    })  # fmt: skip
    proposed = Proposed(
        contacts=to_frame(contacts), lines=to_frame(lines), blocked=EMPTY, deferred=EMPTY,
        apart=EMPTY,
    )  # fmt: skip
    table = pa.Table.from_pandas(with_decisions(proposed, known, WANTED).contacts)
    return [tuple(row[name] for name in COLUMNS) for row in table.to_pylist()]


NOTHING = (None,) * len(COLUMNS)


def test_a_document_quotes_the_decision_on_its_own_step_and_others_quote_none() -> None:
    known = decisions(
        decision("a", 10, act_from=date(2026, 12, 1), criminal_approved=True),
        decision("a", 9, "agency", agency_name="Agency", agency_phone="10055500188"),
        decision("b", 8, "bureau"),
    )
    found = said(
        known, ("final-warning", ["a"]), ("agency-notice", ["a"]), ("firm-notice", ["a"]),
        ("final-warning", ["b"]),
    )  # fmt: skip
    assert found == [
        ("a-10", date(2026, 11, 10), date(2026, 12, 1), True, None, None),
        ("a-9", date(2026, 11, 9), None, False, "Agency", "10055500188"),
        NOTHING,
        NOTHING,
    ]


def test_of_several_accounts_the_earliest_decision_is_quoted_and_nothing_is_said_too_soon() -> None:
    known = decisions(
        decision("a", 12, act_from=date(2026, 12, 1), criminal_approved=True),
        decision("b", 10, act_from=date(2026, 12, 20), criminal_approved=True),
        decision("c", 11, criminal_approved=None),
        decision("d", 10),
    )
    found = said(
        known, ("final-warning", ["a", "b"]), ("final-warning", ["a", "c"]),
        ("final-warning", ["d", "b"]), ("final-warning", ["a", "x"]), ("final-warning", []),
    )  # fmt: skip
    assert found == [
        ("b-10", date(2026, 11, 10), date(2026, 12, 20), True, None, None),
        ("c-11", date(2026, 11, 11), date(2026, 12, 1), False, None, None),
        ("b-10", date(2026, 11, 10), date(2026, 12, 20), False, None, None),
        NOTHING,
        NOTHING,
    ]


def test_criminal_law_is_approved_only_where_it_is_for_all() -> None:
    known = decisions(
        decision("a", 10, criminal_approved=True), decision("b", 10, criminal_approved=False),
        decision("c", 10),
    )  # fmt: skip
    found = said(known, *(("final-warning", ids) for ids in (["a"], ["b"], ["c"], ["a", "b"])))
    assert [row[3] for row in found] == [True, False, False, False]


def test_what_is_dated_after_the_night_is_no_decision_yet() -> None:
    known = decisions(decision("b", 20), decision("a", 21), decision("a", 19, "bureau"))
    assert [(r["account_id"], r["step"]) for r in known.to_pylist()] == [
        ("a", "bureau"), ("b", "legal"),
    ]  # fmt: skip
    assert said(known, ("final-warning", ["a"])) == [NOTHING]
    nothing = decided_by(to_frame(pa.table({"account_id": pa.array([], pa.string())})), NIGHT)
    assert nothing.schema == DECISIONS and len(nothing) == 0
    assert said(nothing, ("final-warning", ["a"])) == [NOTHING]


def test_a_limit_names_the_documents_and_their_step() -> None:
    assert needs(packs("cn").dated) == {
        "final-warning": "legal",
        "bureau-notice": "bureau",
        "agency-notice": "agency",
    }
    assert needs(packs("house").dated) == {}


def test_rules_may_ask_which_steps_are_decided() -> None:
    known = decisions(decision("a", 20), decision("a", 21, "bureau"), decision("b", 1, "agency"))
    accounts = with_decided(to_frame(pa.table({"account_id": ["a", "b", "c"]})), known)
    assert to_table(accounts).drop_columns("account_id").to_pydict() == {
        "legal_decided": [True, False, False],
        "bureau_decided": [False, False, False],
        "agency_decided": [False, True, False],
    }
