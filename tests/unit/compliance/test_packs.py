"""Packs: what comes along is whole, and nothing in it is called surer than it is."""

import re
from pathlib import Path

import pytest
from gates import packs

from collectctl.compliance.packs.shapes import KINDS

REGULATION = (
    "quiet_hours", "connected_calls", "unanswered_calls", "sms_a_day", "minimum_gap",
    "allowed_parties", "third_person", "duties_call", "duties_visit", "quiet_days",
    "prohibited_acts", "letter_fields", "letter_itemise", "letter_labels", "letter_hotlines",
    "plan_months", "plan_fields", "plan_eligibility", "plan_suspends", "plan_recording",
    "plan_interest", "plan_all_in_cost", "daily_rate", "penalty_share", "annual_total",
    "charges_to_principal", "interest_on_fees", "allocation", "class_card", "class_general",
    "buckets", "grace", "limitation", "limitation_interrupts", "limitation_warns",
    "criminal_wording", "bureau_notice", "bureau_record_years", "bureau_objection_days",
    "agency_notice", "agency_list", "complaint_days", "complaint_review", "complaint_ack",
    "complaint_group", "complaint_handler", "complaint_pause", "complaint_file", "staff_exam",
    "staff_bar", "staff_confidentiality", "staff_pay", "qa_sampling", "privacy_mask",
    "privacy_whitelist", "retention_recording", "retention_default", "sms_length",
    "sms_signature", "sms_characters",
)  # fmt: skip
"""One entry for each parameter of the compilation that the pack was made from."""


def test_the_mainland_pack_has_every_parameter_that_was_compiled() -> None:
    (cn,) = packs("cn").packs
    assert [name for name in REGULATION if name not in cn.limits] == []


@pytest.mark.parametrize("name", ["cn", "us-reg-f"])
def test_no_kind_is_passed_over(name: str) -> None:
    (pack,) = packs(name).packs
    said = {limit.kind for limit in pack.limits.values()} | pack.not_applicable.keys()
    assert set(KINDS) <= said


@pytest.mark.parametrize("name", ["cn", "us-reg-f", "house"])
def test_what_is_our_own_is_never_called_law_and_every_value_has_a_source(name: str) -> None:
    (pack,) = packs(name).packs
    for key, limit in pack.limits.items():
        for value in limit.values:
            assert value.source.strip(), key
            if value.verified == "house" and limit.binding not in ("house", "practice"):
                assert re.search("本行|自定|house", value.source), key


def test_no_value_claims_to_have_been_reviewed_before_the_bank_did() -> None:
    for path in (Path(__file__).parents[3] / "config" / "packs").glob("*.yaml"):
        assert "reviewed:" not in path.read_text("utf-8")
