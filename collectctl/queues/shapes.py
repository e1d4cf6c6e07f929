"""How `queues.yaml` is written: its keys and the types of their values.

Refuses to know what makes a plan whole; see `faults`.
"""

from typing import Annotated, Literal

from pydantic import Field

from collectctl.config import Bilingual, Code, Count, Flag, Shape

OrderBy = Literal["priority", "days_past_due", "balance", "overdue_amount", "minimum_due"]
Colour = Literal["red", "amber", "green", "blue", "grey"]
Capacity = Annotated[Count, Field(ge=1, le=10_000)]
Codes = Annotated[tuple[str, ...], Field(min_length=1)]


class MemberShape(Shape):
    """One person of a team."""

    id: Code
    name: str
    capacity: Capacity


class TeamShape(Shape):
    """A team: members with a list each, or one list that all of them work from."""

    label: Bilingual
    members: tuple[MemberShape, ...] = ()
    capacity: Capacity | None = None


class RuleShape(Shape):
    """Which work goes to a team: every condition written must hold."""

    team: Code
    queue: Codes | None = None
    task: Codes | None = None
    tone: Codes | None = None
    grade: Codes | None = None
    treatment: Codes | None = None
    branch_code: Codes | None = None
    product: Codes | None = None
    currency: Codes | None = None


class OrderShape(Shape):
    """What comes first in a list."""

    by: OrderBy
    first: Literal["highest", "lowest"]


class OutcomeShape(Shape):
    """What staff can answer about an account."""

    label: Bilingual
    means: Bilingual


class ColourShape(Shape):
    """When a cell, or its row, is coloured."""

    column: str
    colour: Colour
    equals: str | None = None
    at_least: Count | None = None
    whole_row: Flag = False


class PlanShape(Shape):
    """`queues.yaml`."""

    teams: dict[Code, TeamShape] = Field(min_length=1)
    work: tuple[RuleShape, ...] = ()
    otherwise: Code
    order: tuple[OrderShape, ...] = Field(min_length=1)
    columns: tuple[str, ...] = Field(min_length=1)
    freeze: Annotated[Count, Field(ge=0, le=10)] = 0
    outcomes: dict[Code, OutcomeShape] = Field(min_length=1)
    colours: tuple[ColourShape, ...] = ()
    words: dict[str, dict[str, Bilingual]] = Field(default_factory=dict)
    help: tuple[Bilingual, ...] = ()
