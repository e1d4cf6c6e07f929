"""What a file of cases looks like before its names and values are understood."""

from pydantic import Field

from collectctl.config import Day, Shape


class ExpectShape(Shape):
    """What a case expects."""

    tier: str | None = None
    rule: str | None = None
    treatment: str | None = None
    addons: list[str] | None = None
    missing: list[str] | None = None
    reason: str | None = None


class CaseShape(Shape):
    """One case."""

    name: str
    as_of: Day | None = None
    account: dict[str, str]
    expect: ExpectShape


class TableShape(Shape):
    """Cases as a table, a line each."""

    as_of: Day | None = None
    table: str


class CasesShape(Shape):
    """A file of cases."""

    as_of: Day | None = None
    cases: list[CaseShape] = Field(default_factory=list)
    tables: list[TableShape] = Field(default_factory=list)
