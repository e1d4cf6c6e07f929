"""The declared limits on what may be strange about a night before a person has looked.

Knows how `brakes.yaml` is read. Refuses to know a night; see `judge`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from collectctl.config import BasisPoints, Bilingual, Count, Shape, shape
from collectctl.money import MINOR_DIGITS, parse_minor
from collectctl.problems import Problem, did_you_mean
from collectctl.yaml_file import Document, digest, read_document

_AtLeast = Annotated[Count, Field(ge=0)]


class _ChangeShape(Shape):
    change: BasisPoints
    at_least: _AtLeast = 0
    because: Bilingual


class _ShiftShape(Shape):
    points: BasisPoints
    at_least: _AtLeast = 0
    because: Bilingual


class _ManualShape(Shape):
    share: BasisPoints
    rise: BasisPoints
    at_least: _AtLeast = 0
    because: Bilingual


class _RejectedShape(Shape):
    share: BasisPoints
    count: _AtLeast
    at_least: _AtLeast = 0
    because: Bilingual


class _DocumentsShape(Shape):
    change: BasisPoints
    at_least: _AtLeast = 0
    none_after: Annotated[Count, Field(ge=1)]
    because: Bilingual


class _AverageShape(Shape):
    at_most: dict[str, str]
    because: Bilingual


class _RowsShape(Shape):
    exports: tuple[str, ...]
    change: BasisPoints
    at_least: _AtLeast = 0
    because: Bilingual


class _BrakesShape(Shape):
    accounts: _ChangeShape
    money: _ChangeShape
    average: _AverageShape
    grades: _ShiftShape
    manual: _ManualShape
    documents: _DocumentsShape
    rejected: _RejectedShape
    branches: _ChangeShape
    rows: _RowsShape


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One limit; shares and changes in hundredths of a percent.

    A night is not braked for a difference of fewer than `at_least` accounts, documents or rows: a
    branch with three accounts that has four tomorrow is no news.
    """

    limit: int
    at_least: int
    because: Bilingual


@dataclass(frozen=True, slots=True, kw_only=True)
class Brakes:
    """All limits of a project."""

    accounts: Limit
    money: Limit
    """By currency; `at_least` counts its accounts."""
    average: Mapping[str, int]
    """Largest believable average balance in minor units, by currency; acts on a first night too."""
    average_because: Bilingual
    grades: Limit
    """Percentage points of all accounts."""
    manual: Limit
    """Share of all accounts; acts on a first night too."""
    manual_rise: Limit
    """Percentage points."""
    documents: Limit
    """By document and channel."""
    none_after: int
    """No document at all of a kind, after a night with at least so many."""
    rejected: Limit
    """Share of an export's rows; acts on a first night too."""
    rejected_count: int
    """Rows of an export; acts on a first night too."""
    branches: Limit
    rows: Limit
    rows_of: tuple[str, ...]
    """Exports whose number of rows is watched."""
    digest: str


def read_brakes(data: bytes, file: str) -> tuple[Brakes | None, tuple[Problem, ...]]:
    """The limits in the bytes of `brakes.yaml`, or all its problems."""
    document, problems = read_document(data, file)
    if document is None:
        return None, problems
    shaped, problems = shape(_BrakesShape, document)
    if shaped is None:
        return None, problems
    found = tuple(_check_average(shaped.average, document))
    if found:
        return None, found
    return _brakes(shaped, digest(data)), ()


def _brakes(s: _BrakesShape, digest_: str) -> Brakes:
    return Brakes(
        accounts=_limit(s.accounts),
        money=_limit(s.money),
        average={c: parse_minor(a, c) or 0 for c, a in sorted(s.average.at_most.items())},
        average_because=s.average.because,
        grades=Limit(limit=s.grades.points, at_least=s.grades.at_least, because=s.grades.because),
        manual=Limit(limit=s.manual.share, at_least=s.manual.at_least, because=s.manual.because),
        manual_rise=Limit(
            limit=s.manual.rise, at_least=s.manual.at_least, because=s.manual.because
        ),
        documents=_limit(s.documents),
        none_after=s.documents.none_after,
        rejected=Limit(
            limit=s.rejected.share, at_least=s.rejected.at_least, because=s.rejected.because
        ),
        rejected_count=s.rejected.count,
        branches=_limit(s.branches),
        rows=_limit(s.rows),
        rows_of=s.rows.exports,
        digest=digest_,
    )


def _limit(s: _ChangeShape | _DocumentsShape | _RowsShape) -> Limit:
    return Limit(limit=s.change, at_least=s.at_least, because=s.because)


def _check_average(average: _AverageShape, document: Document) -> Iterator[Problem]:
    for currency, text in average.at_most.items():
        at = ("average", "at_most", currency)
        if currency not in MINOR_DIGITS:
            yield Problem(
                code="unknown-currency",
                message=f"'{currency}' is not a known currency",
                span=document.span(at, of_key=True),
                expected="one of " + ", ".join(MINOR_DIGITS),
                mend=did_you_mean(currency, MINOR_DIGITS),
            )
        elif (parse_minor(text, currency) or 0) <= 0:
            yield Problem(
                code="brake-amount",
                message=f"'{text}' is not an amount above zero in {currency}",
                span=document.span(at),
                expected="an amount such as 200000.00, without separators",
            )
