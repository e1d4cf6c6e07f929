"""Who gets which document: proposed contacts, and what stands against the others."""

from collections.abc import Mapping, Sequence

import pandas as pd
import pyarrow as pa
import pytest

from collectctl.columns import to_frame
from collectctl.compliance.contacts import Proposed, propose

FORMS = {
    "notice": frozenset({"letter", "sms", "script"}),
    "guarantor-notice": frozenset({"letter"}),
}
ADDRESSEES = {
    "notice": frozenset({"principal", "joint_debtor"}),
    "guarantor-notice": frozenset({"guarantor"}),
}
PARTY: dict[str, object] = {
    "role": "principal",
    "name": "张三",
    "phone": "00000000001",
    "email": None,
    "wechat_id": None,
    "address": "城关路1号",
    "postal_code": "000001",
    "language": None,
}


def party(account: str, person: str, **facts: object) -> dict[str, object]:
    return {"account_id": account, "party_id": person, **PARTY, **facts}


def frame(rows: Sequence[Mapping[str, object]], schema: Mapping[str, pa.DataType]) -> pd.DataFrame:
    return to_frame(pa.Table.from_pylist([dict(r) for r in rows], schema=pa.schema(dict(schema))))


TEXT = pa.string()


def night(
    owners: Mapping[str, str],
    parties: Sequence[Mapping[str, object]],
    *,
    channels: str = "letter",
    effects: Mapping[str, Mapping[str, object]] | None = None,
    leads: Mapping[str, Mapping[str, object]] | None = None,
    addons: Mapping[str, str] | None = None,
) -> Proposed:
    accounts = frame(
        [
            {"account_id": a, "customer_id": c, "currency": "CNY", "balance": 100}
            for a, c in owners.items()
        ],
        {"account_id": TEXT, "customer_id": TEXT, "currency": TEXT, "balance": pa.int64()},
    )
    lead: dict[str, object] = {
        "customer_grade": "M2", "lead": "overdue", "lead_document": "notice",
        "lead_channels": channels, "lead_tone": "firm",
    }  # fmt: skip
    rollup = frame(
        [{**lead, **(leads or {}).get(a, {})} for a in owners], dict.fromkeys(lead, TEXT)
    )
    effect: dict[str, object] = {
        "excluded": False, "channels": "all", "documents": "all",
        "because_zh_CN": "", "because_en": "",
    }  # fmt: skip
    status = frame(
        [{**effect, **(effects or {}).get(a, {})} for a in owners],
        {k: pa.bool_() if k == "excluded" else TEXT for k in effect},
    )
    people = frame(parties, {"account_id": TEXT, "party_id": TEXT, **dict.fromkeys(PARTY, TEXT)})
    extra = pd.Series([(addons or {}).get(a) for a in owners], dtype=pd.ArrowDtype(pa.string()))
    return propose(
        accounts, rollup, status, people,
        addressees=ADDRESSEES, forms=FORMS, addons=None if addons is None else extra,
    )  # fmt: skip


def codes(proposed: Proposed) -> list[str]:
    return list(proposed.blocked["code"])


def test_one_letter_covers_all_accounts_of_the_customer() -> None:
    found = night({"A1": "C1", "A2": "C1"}, [party("A1", "P1"), party("A2", "P1")])
    assert list(found.contacts["document"]) == ["notice"]
    assert list(found.lines["account_id"]) == ["A1", "A2"]
    assert list(found.lines["contact_no"]) == [1, 1]
    assert found.blocked.empty
    assert found.apart.empty


def test_principal_and_joint_debtor_each_get_their_own() -> None:
    found = night(
        {"A1": "C1", "A2": "C1"},
        [party("A1", "P1"), party("A2", "P1"), party("A2", "P2", role="joint_debtor", name="李四")],
    )
    assert list(found.contacts["party_id"]) == ["P1", "P2"]
    assert list(found.contacts["role"]) == ["principal", "joint_debtor"]
    assert list(zip(found.lines["contact_no"], found.lines["account_id"], strict=True)) == [
        (1, "A1"), (1, "A2"), (2, "A2"),
    ]  # fmt: skip


def test_somebody_with_two_roles_for_an_account_gets_one_letter_with_one_line() -> None:
    found = night({"A1": "C1"}, [party("A1", "P1", role="joint_debtor"), party("A1", "P1")])
    assert list(found.contacts["role"]) == ["principal"]
    assert list(found.lines["account_id"]) == ["A1"]


@pytest.mark.parametrize("role", ["contact", "supplementary"])
def test_nobody_who_is_not_liable_is_ever_addressed(role: str) -> None:
    found = night({"A1": "C1"}, [party("A1", "P1", role=role)])
    assert found.contacts.empty
    assert codes(found) == ["no-liable-party"]


def test_a_guarantor_is_addressed_only_by_a_document_that_says_so() -> None:
    parties = [party("A1", "P1"), party("A1", "P9", role="guarantor", name="王五")]
    assert list(night({"A1": "C1"}, parties).contacts["party_id"]) == ["P1"]
    found = night({"A1": "C1"}, parties, addons={"A1": "guarantor-notice"})
    assert list(zip(found.contacts["party_id"], found.contacts["document"], strict=True)) == [
        ("P1", "notice"), ("P9", "guarantor-notice"),
    ]  # fmt: skip


def test_an_account_with_a_representative_is_left_to_a_person() -> None:
    found = night(
        {"A1": "C1", "A2": "C1"},
        [party("A1", "P1"), party("A1", "R1", role="representative"), party("A2", "P1")],
    )
    assert list(found.lines["account_id"]) == ["A2"]
    assert found.blocked.empty
    assert list(zip(found.apart["account_id"], found.apart["code"], strict=True)) == [
        ("A1", "represented")
    ]


def test_what_a_status_forbids_is_blocked_with_its_reason() -> None:
    effects = {"A1": {"channels": "sms", "because_zh_CN": "重组", "because_en": "restructured"}}
    found = night({"A1": "C1"}, [party("A1", "P1")], channels="letter,sms,call", effects=effects)
    assert list(found.contacts["channel"]) == ["sms"]
    assert list(found.blocked["channel"]) == ["letter", "script"]
    assert set(found.blocked["reason_en"]) == {"restructured"}
    assert set(found.blocked["code"]) == {"status"}


def test_an_excluded_account_is_in_nobodys_letter() -> None:
    found = night(
        {"A1": "C1", "A2": "C1"},
        [party("A1", "P1"), party("A2", "P1")],
        effects={"A1": {"excluded": True}},
    )
    assert list(found.lines["account_id"]) == ["A2"]
    assert found.apart.empty


def test_an_undecided_customer_gets_nothing() -> None:
    found = night({"A1": "C1"}, [party("A1", "P1")], leads={"A1": {"lead": "MANUAL"}})
    assert found.contacts.empty
    assert found.blocked.empty


@pytest.mark.parametrize(
    ("facts", "channels", "code"),
    [
        ({"phone": None}, "sms", "no-phone"),
        ({"phone": ""}, "call", "no-phone"),
        ({"address": None}, "letter", "no-address"),
        ({"name": None, "phone": None}, "sms", "no-name"),
        ({}, "wechat", "no-form"),
    ],
)
def test_a_person_who_cannot_be_reached_blocks_the_document(
    facts: dict[str, object], channels: str, code: str
) -> None:
    found = night({"A1": "C1"}, [party("A1", "P1", **facts)], channels=channels)
    assert found.contacts.empty
    assert codes(found) == [code]
    assert list(found.apart["account_id"]) == ["A1"]


def test_two_different_numbers_for_one_person_block_it_since_one_is_a_strangers() -> None:
    found = night(
        {"A1": "C1", "A2": "C1"},
        [party("A1", "P1"), party("A2", "P1", phone="00000000002")],
        channels="letter,sms",
    )
    assert list(found.contacts["channel"]) == ["letter"]
    assert codes(found) == ["contradicting-phone"]


def test_visits_and_legal_work_propose_no_document() -> None:
    found = night({"A1": "C1"}, [party("A1", "P1")], channels="visit,legal")
    assert found.contacts.empty
    assert found.blocked.empty


def test_a_person_reads_chinese_unless_the_bank_says_otherwise() -> None:
    found = night({"A1": "C1", "A2": "C2"}, [party("A1", "P1"), party("A2", "P2", language="en")])
    assert list(found.contacts["language"]) == ["zh_CN", "en"]


def test_the_order_of_rows_changes_nothing() -> None:
    owners = {f"A{i}": f"C{i % 3}" for i in range(9)}
    parties = [party(a, f"P{c}", name=f"名{c}") for a, c in owners.items()]
    parties.append(party("A4", "R", role="representative"))
    forward = night(owners, parties, channels="letter,sms")
    back = night(dict(reversed(owners.items())), list(reversed(parties)), channels="letter,sms")
    for name in ("contacts", "lines", "blocked", "apart"):
        pd.testing.assert_frame_equal(getattr(forward, name), getattr(back, name))


def test_a_night_without_accounts_proposes_nothing() -> None:
    found = night({}, [])
    assert found.contacts.empty
    assert found.lines.empty
    assert found.blocked.empty
    assert found.apart.empty
