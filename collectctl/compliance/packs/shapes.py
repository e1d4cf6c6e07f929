"""The keys of a pack: one shape for each kind of limit.

Knows which kinds there are and what each one's value consists of. Refuses to know which limit is
strict enough for whom.
"""

import re
from typing import Annotated, Literal, get_args

from pydantic import BeforeValidator, Field, model_validator

from collectctl.columns import Label
from collectctl.compliance.packs.texts import (
    ClauseShape,
    Purpose,
    SignatureShape,
    TermShape,
    Tone,
    UnlessShape,
    WordsShape,
    no_two,
    spelt_out,
)
from collectctl.config import Code, Count, Day, Flag, Shape

Mode = Literal["block", "warn", "info"]
Binding = Literal["law", "rule", "standard", "self-regulation", "practice", "house"]
Verified = Literal["text", "second-hand", "recalled", "house"]
Channel = Literal["call", "sms", "letter", "email", "wechat", "visit"]
CHANNELS: tuple[Channel, ...] = get_args(Channel)
Outcome = Literal[
    "conversation", "connected", "voicemail", "unanswered", "busy", "not_in_service",
    "sent", "delivered", "failed", "handed_over", "returned", "met", "not_met", "void",
]  # fmt: skip
"""What became of a contact. `conversation`: a person spoke; `connected`: answered and no more;
`void`: a correction that takes the contact away."""
Wished = Literal[
    "consent",
    "refusal",
    "opt_out",
    "stop_medium",
    "cease",
    "inconvenient",
    "represented",
    "convenient",
]
"""What a person may say. `refusal` ends consent for a channel, `opt_out` is about one number or
address, `stop_medium` about one channel, `cease` about everything; `inconvenient` names hours,
`convenient` the only ones."""
Role = Literal[
    "principal", "joint_debtor", "guarantor", "supplementary", "contact", "representative"
]
Step = Literal["bureau", "agency", "legal"]
"""Steps that a notice must come before."""
STEPS: tuple[Step, ...] = get_args(Step)

_CLOCK = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])")
_TIME = "found '{}', expected a time such as 08:00"


def _clock(value: object) -> object:
    """`HH:MM` as seconds of a day; 24:00 is its end."""
    if not isinstance(value, str):
        return value
    found = _CLOCK.fullmatch(value)
    if found is None or (found[1] == "24" and found[2] != "00"):
        raise ValueError(_TIME.format(value))
    return int(found[1]) * 3600 + int(found[2]) * 60


Clock = Annotated[int, BeforeValidator(_clock)]
Channels = Annotated[list[Channel], Field(min_length=1)]
Places = Annotated[list[Channel | Literal["subject"]], Field(min_length=1)]
"""Where words stand: in the texts of a channel, or in the subject line of an e-mail."""


class ValueShape(Shape):
    """What every dated value says of itself."""

    from_: Day = Field(alias="from")
    to: Day | None = None
    """The last day, inclusive."""
    source: str
    article: str | None = None
    verified: Verified
    reviewed: Day | None = None
    """When the bank's legal desk last looked at it."""


class HoursValue(ValueShape):
    """Allowed from `opens` until `closes`, in the time of where the person is."""

    opens: Clock
    closes: Clock
    opens_included: Flag = True
    closes_included: Flag = False


class DaysValue(ValueShape):
    """Days on which nobody is contacted."""

    days: list[Day]


class CapValue(ValueShape):
    """At most so many contacts within so many days that follow each other, today included."""

    most: Annotated[Count, Field(ge=0)]
    days: Annotated[Count, Field(ge=1)]


class SwitchValue(ValueShape):
    """A limit that only is or is not."""


class RolesValue(ValueShape):
    """Who may be contacted about a debt."""

    roles: Annotated[list[Role], Field(min_length=1)]
    approved: list[Role] = Field(default_factory=list)
    """Who else may be, by a single task that a supervisor approved; see `third_person`."""


class ThirdPersonValue(ValueShape):
    """How a person who owes nothing may be asked."""

    value: str
    """When that is, and what may be said; whoever approves it answers for it."""
    channels: Annotated[list[Literal["call", "visit"]], Field(min_length=1)]
    """Never in writing: what is written is read by others."""
    most: Annotated[Count, Field(ge=1)] | None = None
    """So many conversations with one person and no more, ever; none: no number is set."""
    failed_attempts: Annotated[Count, Field(ge=1)] | None = None
    """So many attempts in a row that reached nobody are loss of contact; none: no number is."""


class YearsValue(ValueShape):
    """After so many years a debt is barred."""

    years: Annotated[Count, Field(ge=1)]


class LeadValue(ValueShape):
    """A notice must be handed over so many days before a step; 0: before it."""

    days: Annotated[Count, Field(ge=0)]


class EnvelopeValue(ValueShape):
    """At most so many letters to one addressee in one night."""

    most: Annotated[Count, Field(ge=1)]


class DutiesValue(ValueShape):
    """What whoever makes the contact has to do."""

    duties: dict[Code, Label]


class WordingValue(ValueShape):
    """Words that may not stand in a text."""

    terms: Annotated[list[TermShape], Field(min_length=1), no_two("term")]
    unless: UnlessShape = Field(default_factory=UnlessShape)
    """Contexts in which each of them is harmless."""
    words: WordsShape = Field(default_factory=WordsShape)
    """What `<name>` stands for in phrases and contexts of this list."""

    @model_validator(mode="before")
    @classmethod
    def _with_words(cls, value: object) -> object:
        return spelt_out(value)


class ClausesValue(ValueShape):
    """What a text must hold."""

    clauses: Annotated[list[ClauseShape], Field(min_length=1), no_two("clause")]


class MessageValue(ValueShape):
    """How a message may look; what is not given is not limited by it."""

    single: Annotated[Count, Field(ge=1)] | None = None
    """So many characters go in one part."""
    part: Annotated[Count, Field(ge=1)] | None = None
    """So many in each of several."""
    total: Annotated[Count, Field(ge=1)] | None = None
    signature: SignatureShape | None = None
    characters: list[Annotated[str, Field(min_length=1, max_length=1)]] = Field(
        default_factory=list
    )
    """Characters that it may not have."""
    links: Flag | None = None
    """`false`: it may hold none."""

    @model_validator(mode="after")
    def _says_something(self) -> "MessageValue":
        said = (self.single, self.part, self.total, self.signature, self.links)
        if not self.characters and all(value is None for value in said):
            raise ValueError("expected single, part, total, signature, characters or links")
        return self


class FactValue(ValueShape):
    """A value that neither the gate nor the lint of texts uses: for plans, complaints, staff."""

    value: str


class _LimitShape(Shape):
    title: Label
    mode: Mode
    binding: Binding
    loosens: str | None = None
    """Of the house's own pack: why it is less strict than another pack."""


class HoursLimit(_LimitShape):
    """Hours of the day."""

    kind: Literal["hours"]
    channels: Channels
    consent_lifts: Flag = False
    named_hours: Literal["override"] | None = None
    """Hours that the person named as convenient stand in place of these."""
    values: Annotated[list[HoursValue], Field(min_length=1)]


class QuietDaysLimit(_LimitShape):
    """Days on which nobody is contacted."""

    kind: Literal["quiet_days"]
    channels: Channels
    values: Annotated[list[DaysValue], Field(min_length=1)]


class CapLimit(_LimitShape):
    """How often within how many days; for each person, debt of a person, or number."""

    kind: Literal["cap"]
    per: Literal["person", "debt", "point"]
    channels: Channels
    """Which contacts it limits."""
    counts: Annotated[list[Outcome], Field(min_length=1)]
    """Which earlier contacts count."""
    counted: Channels | None = None
    """On which channels they count; else those that it limits."""
    incoming: Flag = False
    """Whether contacts that the person began count as well."""
    values: Annotated[list[CapValue], Field(min_length=1)]


class ConsentLimit(_LimitShape):
    """Channels that need the person's consent."""

    kind: Literal["consent"]
    channels: Channels
    values: Annotated[list[SwitchValue], Field(min_length=1)]


class WishLimit(_LimitShape):
    """What a person said, honoured from the moment it was received."""

    kind: Literal["wish"]
    honours: Wished
    channels: Channels
    values: Annotated[list[SwitchValue], Field(min_length=1)]


class PartiesLimit(_LimitShape):
    """Who may be contacted about a debt."""

    kind: Literal["parties"]
    values: Annotated[list[RolesValue], Field(min_length=1)]


class ThirdPersonLimit(_LimitShape):
    """Somebody who owes nothing: only as a single approved task, until they refuse for good."""

    kind: Literal["third_person"]
    values: Annotated[list[ThirdPersonValue], Field(min_length=1)]


class UnusableLimit(_LimitShape):
    """Numbers and addresses at which nobody was reached last; shared by everybody who has them."""

    kind: Literal["unusable"]
    channels: Channels
    values: Annotated[list[SwitchValue], Field(min_length=1)]


class HoldLimit(_LimitShape):
    """Holds stop what they say they stop."""

    kind: Literal["hold"]
    passes: list[Code] = Field(default_factory=list)
    """Documents that go out all the same, since law demands them."""
    values: Annotated[list[SwitchValue], Field(min_length=1)]


class TimeBarLimit(_LimitShape):
    """Debts that are barred by time."""

    kind: Literal["time_bar"]
    values: Annotated[list[YearsValue], Field(min_length=1)]


class NoticeLimit(_LimitShape):
    """A notice that must have been handed over before a step."""

    kind: Literal["notice"]
    step: Step
    documents: Annotated[list[Code], Field(min_length=1)]
    values: Annotated[list[LeadValue], Field(min_length=1)]


class DecisionLimit(_LimitShape):
    """Documents that announce a step: only once the bank has decided to take it."""

    kind: Literal["decision"]
    step: Step
    documents: Annotated[list[Code], Field(min_length=1)]
    values: Annotated[list[SwitchValue], Field(min_length=1)]


class EnvelopeLimit(_LimitShape):
    """One envelope for an addressee a night."""

    kind: Literal["envelope"]
    channels: Channels
    values: Annotated[list[EnvelopeValue], Field(min_length=1)]


class DutyLimit(_LimitShape):
    """What has to be done with a contact."""

    kind: Literal["duty"]
    channels: Channels
    values: Annotated[list[DutiesValue], Field(min_length=1)]


class WordingLimit(_LimitShape):
    """Words that may not stand in texts."""

    kind: Literal["wording"]
    channels: Places
    """A script is a call; `subject` is what an e-mail is headed with."""
    tones: Annotated[list[Tone], Field(min_length=1)] | None = None
    """Only in texts of these tones; else in all."""
    purposes: Annotated[list[Purpose], Field(min_length=1)] | None = None
    """Only in texts of these purposes; else in all."""
    lifted_by: Literal["legal"] | None = None
    """Whose approval for an account lets these words stand in its text."""
    values: Annotated[list[WordingValue], Field(min_length=1)]


class ClausesLimit(_LimitShape):
    """What texts of a purpose must hold."""

    kind: Literal["clauses"]
    channels: Channels
    purposes: Annotated[list[Purpose], Field(min_length=1)]
    values: Annotated[list[ClausesValue], Field(min_length=1)]


class MessageLimit(_LimitShape):
    """How a message may look."""

    kind: Literal["message"]
    channels: Channels
    values: Annotated[list[MessageValue], Field(min_length=1)]


class FactLimit(_LimitShape):
    """A value for other parts of the work."""

    kind: Literal["fact"]
    group: Literal[
        "letter", "plan", "charges", "classification", "bureau", "agency", "complaint", "staff",
        "privacy", "retention", "message", "wording",
    ]  # fmt: skip
    values: Annotated[list[FactValue], Field(min_length=1)]


AnyLimit = Annotated[
    HoursLimit | QuietDaysLimit | CapLimit | ConsentLimit | WishLimit | PartiesLimit
    | ThirdPersonLimit | UnusableLimit | HoldLimit | TimeBarLimit | NoticeLimit | EnvelopeLimit
    | DutyLimit | DecisionLimit | WordingLimit | ClausesLimit | MessageLimit | FactLimit,
    Field(discriminator="kind"),
]  # fmt: skip
Kind = Literal[
    "hours", "quiet_days", "cap", "consent", "wish", "parties", "third_person", "unusable", "hold",
    "time_bar", "notice", "envelope", "duty", "wording", "clauses", "message",
]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)
"""The kinds about which no pack may be silent. Who decides is the bank's own order, which no
jurisdiction forgets by saying nothing of it: `decision` is none of them."""
TextLimit = WordingLimit | ClausesLimit | MessageLimit
"""Limits on texts: the lint of letters and drafts asks for them, the gate does not."""


class PackShape(Shape):
    """One jurisdiction."""

    pack: Code
    title: Label
    tightens_only: Flag = False
    """The house's own pack: it may only tighten the others, or says why not."""
    not_applicable: dict[Kind, str] = Field(default_factory=dict)
    """Kinds that it does not limit, each with the reason."""
    limits: dict[Code, AnyLimit]
