"""Which code enforces a limit and which test holds it to its edges, for the pack page.

What stands here is kept true by tests. Refuses to know how a page looks.
"""

from collections.abc import Callable, Mapping

from collectctl.compliance.gate.bars import BARS
from collectctl.compliance.gate.envelopes import too_many_letters
from collectctl.compliance.packs.shapes import (
    AnyLimit,
    ClausesLimit,
    DutyLimit,
    EnvelopeLimit,
    FactLimit,
    MessageLimit,
    TextLimit,
    WordingLimit,
)
from collectctl.compliance.wording.engine import Wording

DUTIES_SHOWN_BY = "collectctl.commands.gate_answer:_duties"
"""Shows the duties of a contact with every answer that allows it."""
LINTS: Mapping[type, Callable[..., object]] = {
    WordingLimit: Wording.find, ClausesLimit: Wording.missing, MessageLimit: Wording.message,
}  # fmt: skip
"""What holds texts to each kind of limit on them."""
_TEXTS = "tests/unit/compliance/test_wording_lists.py::test_the_edges_of_a_limit_on_texts"
_EDGES = "tests/unit/compliance/test_boundaries.py"
_ENVELOPE = "cn.envelope"
TESTED = frozenset({
    "cn.agency_notice", "cn.allowed_parties", "cn.bureau_notice", "cn.bureau_notice_lead",
    "cn.agency_decision", "cn.bureau_decision", "cn.cease", "cn.convenient", "cn.connected_calls",
    "cn.envelope", "cn.final_decision",
    "cn.final_notice", "cn.holds",
    "cn.inconvenient", "cn.limitation", "cn.opt_out", "cn.quiet_days", "cn.quiet_hours",
    "cn.refusal", "cn.represented", "cn.sms_a_day", "cn.stop_medium", "cn.third_person",
    "cn.unanswered_calls", "cn.unusable", "house.connected_calls", "house.hours",
    "house.hours_messages", "us-reg-f.after_conversation", "us-reg-f.calls", "us-reg-f.cease",
    "us-reg-f.convenient", "us-reg-f.final_decision",
    "us-reg-f.furnishing", "us-reg-f.holds", "us-reg-f.hours", "us-reg-f.inconvenient",
    "us-reg-f.opt_out", "us-reg-f.parties", "us-reg-f.refusal", "us-reg-f.represented",
    "us-reg-f.stop_medium", "us-reg-f.third_person",
})  # fmt: skip
"""Limits, as they come along, each with its boundary cases."""
TEXTS_TESTED = frozenset({
    "cn.agency_notice_text", "cn.blacklist", "cn.bureau_notice_text", "cn.bureau_repair",
    "cn.complaint_remedies", "cn.court_bluff", "cn.criminal_wording", "cn.exposure",
    "cn.help_offered", "cn.impersonation", "cn.instalment_label", "cn.letter_fields",
    "cn.letter_hotlines", "cn.letter_itemise", "cn.letter_labels", "cn.limitation_after",
    "cn.new_borrowing", "cn.no_marketing", "cn.plan_fields", "cn.plan_interest",
    "cn.sms_characters", "cn.sms_length", "cn.sms_links", "cn.sms_signature", "cn.threats",
    "house.gentle_tone", "house.promises", "house.subject_words",
    "house.ultimatum", "us-reg-f.mini_miranda",
    "us-reg-f.mini_miranda_initial", "us-reg-f.optout_notice", "us-reg-f.time_barred_suits",
    "us-reg-f.validation_fields", "us-reg-f.validation_form", "us-reg-f.validation_rights",
})  # fmt: skip
"""Limits on texts, as they come along, each with what it finds and what it leaves alone."""


def code_of(limit: AnyLimit) -> str | None:
    """The function that enforces limits of its kind, as `module:function`; None: none does.

    A duty is for whoever makes the contact, a fact for other parts of the work.
    """
    if isinstance(limit, FactLimit | DutyLimit):
        return None
    if isinstance(limit, TextLimit):
        lint = LINTS[type(limit)]
        return f"{lint.__module__}:{lint.__qualname__}"
    function = too_many_letters if isinstance(limit, EnvelopeLimit) else BARS[type(limit)]
    return f"{function.__module__}:{function.__name__}"


def boundary_test(limit: str) -> str | None:
    """The test of a limit's edges, as pytest names it; None: it has none of its own."""
    if limit in TEXTS_TESTED:
        return f"{_TEXTS}[{limit}]"
    if limit not in TESTED:
        return None
    if limit == _ENVELOPE:
        return f"{_EDGES}::test_one_envelope_for_an_addressee_a_night"
    return f"{_EDGES}::test_the_edges_of_a_limit[{limit}]"
