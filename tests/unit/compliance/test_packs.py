"""Packs: what comes along is whole, and nothing in it is called surer than it is."""

import re
from pathlib import Path

import pytest
from gates import packs

from collectctl.compliance.packs.shapes import KINDS

REGULATION = (
    "quiet_hours", "connected_calls", "unanswered_calls", "sms_a_day", "minimum_gap",
    "allowed_parties", "unrelated_third_party", "third_person", "duties_call", "duties_identify",
    "duties_verify", "duties_visit", "quiet_days", "prohibited_acts", "letter_fields",
    "letter_itemise", "letter_labels", "letter_hotlines", "plan_months", "plan_fields",
    "plan_eligibility", "plan_suspends", "plan_recording", "plan_interest", "plan_all_in_cost",
    "daily_rate", "penalty_share", "annual_total", "charges_to_principal", "interest_on_fees",
    "allocation", "class_card", "class_general", "buckets", "grace", "limitation",
    "limitation_longest", "limitation_interrupts", "limitation_warns", "criminal_wording",
    "bureau_notice", "bureau_notice_lead", "bureau_record_years", "bureau_objection_days",
    "agency_notice", "agency_list", "agency_evaluation", "complaint_days", "complaint_review",
    "complaint_ack", "complaint_group", "complaint_handler", "complaint_pause", "complaint_file",
    "staff_exam", "staff_bar", "staff_confidentiality", "staff_pay", "qa_sampling", "privacy_mask",
    "privacy_whitelist", "entrust_log", "retention_recording", "retention_default", "sms_length",
    "sms_signature", "sms_characters",
)  # fmt: skip
"""One entry for each parameter of the compilation that the pack was made from."""


def test_the_mainland_pack_has_every_parameter_that_was_compiled() -> None:
    (cn,) = packs("cn").packs
    assert [name for name in REGULATION if name not in cn.limits] == []


REGULATION_F = (
    "calls", "after_conversation", "calls_unit", "calls_excluded", "calls_consent_ends",
    "calls_connected", "ringless_voicemail", "calls_allocation", "calls_within_cap", "calls_rebut",
    "texts_volume", "hours", "zone_conflict", "electronic_time", "time_designations",
    "consumer_initiated", "places", "employer", "represented", "direct_consent", "cease",
    "cease_received", "cease_exceptions", "parties", "third_person", "location_text",
    "email_procedure", "email_optout_days", "email_domain", "sms_procedure_days", "optout_notice",
    "stop_medium", "opt_out", "medium_exceptions", "social_media", "duties_call",
    "limited_content_more", "limited_content", "time_barred_suits", "furnishing", "placement_ban",
    "validation_when", "validation_period", "validation_end", "validation_itemization",
    "validation_fields", "validation_rights", "validation_form", "validation_sample", "holds",
    "dispute_writing", "dispute_again", "delivery", "retention_years",
)  # fmt: skip


def test_regulation_f_has_every_parameter_that_was_compiled() -> None:
    (pack,) = packs("us-reg-f").packs
    assert [name for name in REGULATION_F if name not in pack.limits] == []


def test_the_house_is_no_looser_than_any_pack_that_comes_along() -> None:
    assert len(packs("cn", "us-reg-f", "house").packs) == 3


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
