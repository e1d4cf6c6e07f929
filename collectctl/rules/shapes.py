"""The keys of rulebook files, as shapes.

Knows which key may stand where; refuses to know what a condition says.
"""

import re
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from collectctl.columns import Label
from collectctl.config import Code, Count, Day, Flag, Name, Shape

Verified = Literal["text", "second-hand", "recalled", "house"]
"""How sure a source is: the article was read, only reported, only remembered, or our own choice."""
OnUnknown = Literal["no_match", "match"]
OutputType = Literal["enum", "list", "document", "code"]
Missed = Literal["skip", "step_through", "most_severe"]
"""What becomes of steps of a ladder that fell due while no night issued them."""
Escalate = Literal["by_state", "by_sequence"]
"""Whether a step follows from the days alone, or only after the one before it was issued."""
Pool = Literal["any", "all"]
"""Whether a mark is the customer's if one account has it, or only if all of them do."""
Measure = Literal["bureau", "agency", "legal"]
"""What a notice may have to be handed over before."""


class DatedShape(Shape):
    """A value from a day on."""

    from_: Day = Field(alias="from")
    value: str
    """As typed; `null` withdraws the parameter from that day."""
    source: str
    verified: Verified
    currency: str | None = None
    link: str | None = None
    checked: Day | None = None


class ParameterShape(Shape):
    """A named value that changes on dates."""

    title: Label
    type: Literal["int", "money", "ratio", "date"]
    unit: str | None = None
    decimals: Count = 4
    values: list[DatedShape]


class DeriveShape(Shape):
    """A column computed from others of the same account."""

    type: Literal["int", "money", "ratio"]
    value: str
    round: Literal["half_up"]
    decimals: Count = 4
    unit: str | None = None
    label: Label | None = None


class OutputShape(Shape):
    """A key that a treatment's `then` may have."""

    type: OutputType
    values: list[Code] = Field(default_factory=list)
    order: Flag = False


class RuleShape(Shape):
    """What every rule has."""

    id: Code
    when: str
    on_unknown: OnUnknown | None = None
    because: Label | None = None


class TierRuleShape(RuleShape):
    """A rule that gives a tier."""

    tier: str


class TreatmentRuleShape(RuleShape):
    """A rule that gives a treatment."""

    then: dict[str, str | list[str]] | None = None
    experiment: Name | None = None
    """In place of `then`: each arm says its own."""


class AddonRuleShape(RuleShape):
    """A rule that adds a document."""

    document: Code


class TiersShape(Shape):
    """How an account gets its tier."""

    order: list[Code]
    hit: Literal["unique", "first"]
    table: str | None = None
    rules: list[TierRuleShape] | None = None
    otherwise: str | None = None


class TreatmentsShape(Shape):
    """How an account gets its treatment."""

    hit: Literal["unique", "first"]
    table: str | None = None
    rules: list[TreatmentRuleShape] | None = None
    otherwise: dict[str, str | list[str]] | None = None


class AddonsShape(Shape):
    """Which documents go out beside the treatment's own."""

    hit: Literal["collect"]
    table: str | None = None
    rules: list[AddonRuleShape] | None = None


class CustomerShape(Shape):
    """How a customer's accounts come together."""

    key: Name
    grade: Literal["hardest"]
    lead: Literal["hardest"]
    gentle: list[Code] = Field(default_factory=list)
    marks: dict[Name, Pool] = Field(default_factory=dict)
    """Columns that are of the person, not of the account."""
    manual: Literal["hold", "apart"]


class EffectiveShape(Shape):
    """From which business date a ruleset may be used."""

    from_: Day = Field(alias="from")


class EditionShape(Shape):
    """The points of a scorecard from a day on."""

    from_: Day = Field(alias="from")
    base: Count = 0
    source: str
    verified: Verified
    table: str
    link: str | None = None
    checked: Day | None = None


class ScorecardShape(Shape):
    """Points by the range a value lies in, summed."""

    title: Label
    editions: list[EditionShape]


class LibraryShape(Shape):
    """A file of parameters, derived columns, scorecards and segments that a ruleset uses."""

    parameters: dict[Name, ParameterShape] = Field(default_factory=dict)
    derive: dict[Name, DeriveShape] = Field(default_factory=dict)
    scorecards: dict[Name, ScorecardShape] = Field(default_factory=dict)
    segments: dict[Name, str] = Field(default_factory=dict)


def _share(value: object) -> object:
    """`12.5%` as 1,250 of 10,000."""
    found = (
        re.fullmatch(r"(100|[1-9]?[0-9])(?:\.([0-9]{1,2}))?%", value)
        if isinstance(value, str)
        else None
    )
    if found is None:
        raise ValueError(f"found '{value}', expected a share such as 15% or 12.5%")
    return int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))


class ArmShape(Shape):
    """What one part of the customers gets."""

    share: Annotated[int, BeforeValidator(_share)]
    then: dict[str, str | list[str]]


class ExperimentShape(Shape):
    """Champion and challengers for some time."""

    title: Label
    unit: Name
    salt: Code
    from_: Day = Field(alias="from")
    to: Day
    arms: dict[Code, ArmShape]


class NeverShape(Shape):
    """What must be true of no account, whatever its data."""

    id: Code
    say: Label
    of: Literal["account", "customer"] = "account"
    if_: str = Field(alias="if")


class MonotoneShape(Shape):
    """A column of which more is never answered with less of an ordered output."""

    id: Code
    say: Label
    column: Name
    output: Name
    except_: list[Code] = Field(default_factory=list, alias="except")
    """Treatments that may be gentler all the same."""


class LadderStepShape(Shape):
    """A document from a net day on."""

    after_days: Count
    document: Code
    channels: Annotated[list[Code], Field(min_length=1)] | None = None
    """Of the treatment's; without them all of those."""
    min_stay_days: Count | None = None
    never_skip: Flag = False
    step: Measure | None = None
    """The measure that it gives notice of."""


class LadderShape(Shape):
    """The documents of one treatment over time."""

    missed: Missed
    escalate: Escalate
    steps: list[LadderStepShape]


class RulesetShape(LibraryShape):
    """The file that has the rules."""

    ruleset: Code
    title: Label
    version: Code
    currency: str
    customer: CustomerShape
    outputs: dict[Name, OutputShape]
    tiers: TiersShape
    treatments: TreatmentsShape
    owner: str | None = None
    effective: EffectiveShape | None = None
    addons: AddonsShape | None = None
    experiments: dict[Name, ExperimentShape] = Field(default_factory=dict)
    ladder: dict[Code, LadderShape] = Field(default_factory=dict)
    """By treatment."""
    never: list[NeverShape] = Field(default_factory=list)
    monotone: list[MonotoneShape] = Field(default_factory=list)
    forbidden: list[Name] = Field(default_factory=list)
    """Columns that must not matter to any decision."""
