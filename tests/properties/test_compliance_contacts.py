"""Whoever the parties are: only liable people are addressed, and no account is left out."""

import pandas as pd
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from collectctl.columns import to_frame
from collectctl.compliance.contacts import Proposed, propose

TEXT = pa.string()
ADDRESSEES = {
    "notice": frozenset({"principal", "joint_debtor"}),
    "surety": frozenset({"guarantor"}),
}
FORMS = {"notice": frozenset({"letter", "sms"}), "surety": frozenset({"letter"})}
CHANNEL = {"letter": "letter", "sms": "sms"}
Row = dict[str, object]
MAYBE = st.sampled_from([None, "", "x", "y"])
ACCOUNTS = st.dictionaries(
    st.sampled_from([f"A{i}" for i in range(6)]),
    st.fixed_dictionaries(
        {
            "customer_id": st.sampled_from(["C1", "C2"]),
            "lead": st.sampled_from(["t", "t", "MANUAL"]),
            "lead_document": st.sampled_from(["notice", "notice", None]),
            "lead_channels": st.sampled_from(["letter", "letter,sms", "visit", ""]),
            "addons": st.sampled_from([None, "surety"]),
            "excluded": st.booleans(),
            "channels": st.sampled_from(["all", "all", "sms", ""]),
            "documents": st.sampled_from(["all", "notice"]),
        }
    ),
)
PARTIES = st.lists(
    st.fixed_dictionaries(
        {
            "account_id": st.sampled_from([f"A{i}" for i in range(6)]),
            "party_id": st.sampled_from(["P1", "P2", "P3"]),
            "role": st.sampled_from(
                ["principal", "joint_debtor", "guarantor", "supplementary", "contact",
                 "representative"]
            ),
            "name": st.sampled_from([None, "n"]),
            "phone": MAYBE,
            "address": MAYBE,
        }
    ),
    max_size=14,
)  # fmt: skip


def frame(rows: list[Row], names: tuple[str, ...]) -> pd.DataFrame:
    kinds = {n: pa.bool_() if n == "excluded" else TEXT for n in names}
    columns = {n: pa.array([r.get(n, "") for r in rows], kinds[n]) for n in names}
    return to_frame(pa.table(columns))


def run(accounts: dict[str, Row], parties: list[Row]) -> Proposed:
    rows = [{"account_id": a, **facts} for a, facts in accounts.items()]
    effect = ("excluded", "channels", "documents", "because_zh_CN", "because_en")
    lead = ("customer_grade", "lead", "lead_document", "lead_channels", "lead_tone")
    addons = pd.Series([r["addons"] for r in rows], dtype=pd.ArrowDtype(TEXT))
    return propose(
        frame(rows, ("account_id", "customer_id")),
        frame(rows, lead),
        frame(rows, effect),
        frame(parties, ("account_id", "party_id", "role", "name", "phone", "address")),
        addressees=ADDRESSEES,
        forms=FORMS,
        addons=addons,
    )


@settings(max_examples=200, deadline=None)
@given(ACCOUNTS, PARTIES)
def test_only_who_is_liable_is_addressed_about_what_a_status_allows(
    accounts: dict[str, Row], parties: list[Row]
) -> None:
    found = run(accounts, parties)
    contacts = {c["contact_no"]: c for c in found.contacts.to_dict("records")}
    represented = {p["account_id"] for p in parties if p["role"] == "representative"}
    assert set(found.lines["contact_no"]) == set(contacts)
    for line in found.lines.to_dict("records"):
        contact = contacts[line["contact_no"]]
        account = accounts[line["account_id"]]
        roles = {
            p["role"]
            for p in parties
            if (p["account_id"], p["party_id"]) == (line["account_id"], contact["party_id"])
        }
        assert roles & ADDRESSEES[contact["document"]]
        assert contact["role"] in ADDRESSEES[contact["document"]]
        assert account["customer_id"] == contact["customer_id"]
        assert not account["excluded"]
        assert account["lead"] != "MANUAL"
        assert account["channels"] == "all" or contact["channel"] in str(account["channels"])
        assert account["documents"] in ("all", contact["document"])
        assert line["account_id"] not in represented
        assert contact["name"] == "n"
        assert contact["address" if contact["channel"] == "letter" else "phone"] in ("x", "y")


@settings(max_examples=200, deadline=None)
@given(ACCOUNTS, PARTIES)
def test_every_proposed_document_is_made_or_blocked_once_and_no_account_is_left_out(
    accounts: dict[str, Row], parties: list[Row]
) -> None:
    found = run(accounts, parties)
    names = ["customer_id", "party_id", "channel", "document"]
    keys = [
        tuple(None if pd.isna(v) else v for v in row)
        for part in (found.contacts, found.blocked)
        for row in part[names].itertuples(index=False)
    ]
    assert len(keys) == len(set(keys))
    channel = dict(zip(found.contacts["contact_no"], found.contacts["channel"], strict=True))
    document = dict(zip(found.contacts["contact_no"], found.contacts["document"], strict=True))
    covered = {
        (a, channel[n], document[n])
        for n, a in zip(found.lines["contact_no"], found.lines["account_id"], strict=True)
    }
    apart = set(
        found.apart[["account_id", "channel", "document"]].itertuples(index=False, name=None)
    )
    assert not covered & apart
    for account, facts in accounts.items():
        if facts["excluded"] or facts["lead"] == "MANUAL" or facts["lead_document"] is None:
            continue
        for word in str(facts["lead_channels"]).split(","):
            if word in CHANNEL:
                assert (account, word, "notice") in covered | apart
    assert set(found.apart["code"]).isdisjoint({""})


@settings(deadline=None)
@given(ACCOUNTS, PARTIES, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(
    accounts: dict[str, Row], parties: list[Row], random: object
) -> None:
    mixed, people = list(accounts.items()), list(parties)
    random.shuffle(mixed)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    random.shuffle(people)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    first, second = run(accounts, parties), run(dict(mixed), people)
    for name in ("contacts", "lines", "blocked", "apart"):
        pd.testing.assert_frame_equal(getattr(first, name), getattr(second, name))
