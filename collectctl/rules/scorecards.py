"""Scorecards: points by the range a value lies in, summed to a score that rules use as a column.

A table says for each column which value gives how many points. Knows that every value a column may
have gives points exactly once. Refuses to know accounts and which day it is.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from collectctl.columns import LADDERS_ONLY, Column, ladders_only
from collectctl.config import Bilingual
from collectctl.money import MINOR_DIGITS, scaled
from collectctl.problems import Problem, Span, did_you_mean
from collectctl.rules.agree import Checker
from collectctl.rules.parser import parse_cell
from collectctl.rules.scope import LARGEST, Kind, Scope
from collectctl.rules.shapes import EditionShape, ScorecardShape, Verified
from collectctl.rules.stairs import Holding, Scored, Stairs, Unscored, climbed, holding, spelled
from collectctl.rules.syntax import Name, Source
from collectctl.rules.tables import Table, read_table
from collectctl.yaml_file import Document, Path_

_HEADINGS = ("column", "value", "points")
_MOST_POINTS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A scorecard's points from a day on."""

    starts: date
    base: int
    """What every account begins with."""
    source: str
    verified: Verified
    link: str | None
    checked: date | None
    rows: tuple[tuple[str, str, int], ...]
    """Column, value as typed, points: in the order of the file."""
    stairs: tuple[Stairs, ...]
    """The same by column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorecard:
    """A named score, whole points."""

    name: str
    label: Bilingual
    kind: Kind
    span: Span
    editions: tuple[Edition, ...]
    """By date."""

    def in_force(self, day: date) -> Edition | None:
        """The edition that holds on the day; None before the first."""
        found = [e for e in self.editions if e.starts <= day]
        return found[-1] if found else None

    @property
    def columns(self) -> frozenset[str]:
        """Every column that some edition looks at."""
        return frozenset(s.column for e in self.editions for s in e.stairs)


class ScorecardReader:
    """Reads scorecards and gathers what is wrong with them in `problems`."""

    def __init__(self, scope: Scope, columns: Mapping[str, Column]) -> None:
        """Takes the names that a table may use, and the bounds of the columns among them."""
        self._scope = scope
        self._columns = columns
        self.problems: list[Problem] = []

    def read(self, name: str, shape: ScorecardShape, document: Document) -> Scorecard:
        """The scorecard of a shape; with `problems`, not fit for use."""
        at: Path_ = ("scorecards", name)
        span = document.span(at, of_key=True)
        seen: set[date] = set()
        for i, edition in enumerate(shape.editions):
            if edition.from_ in seen:
                self._say(
                    "scorecard-dates", document.span((*at, "editions", i, "from")),
                    f"two editions from {edition.from_}", "one edition a day",
                )  # fmt: skip
            seen.add(edition.from_)
        if not seen:
            self._say(
                "scorecard-dates", span, f"scorecard '{name}' has no edition",
                "editions: with from, base, source, verified and table",
            )  # fmt: skip
        editions = [
            self._edition(e, document, (*at, "editions", i)) for i, e in enumerate(shape.editions)
        ]
        largest = max((_largest(e) for e in editions), default=0)
        return Scorecard(
            name=name, label=shape.title, span=span,
            kind=Kind(type="int", unit="points", largest=largest),
            editions=tuple(sorted(editions, key=lambda e: e.starts)),
        )  # fmt: skip

    def _edition(self, shape: EditionShape, document: Document, at: Path_) -> Edition:
        before = len(self.problems)
        table, problems = read_table(document, (*at, "table"))
        self.problems += problems
        rows = [] if table is None else list(self._rows(table))
        whole = len(self.problems) == before  # else what is missing may be what cannot be read
        return Edition(
            starts=shape.from_, base=shape.base, source=shape.source, verified=shape.verified,
            link=shape.link, checked=shape.checked,
            rows=tuple((r.column, r.source.text, r.points) for r in rows),
            stairs=tuple(self._stairs(rows)) if whole else (),
        )  # fmt: skip

    def _rows(self, table: Table) -> Iterator[Scored]:
        names = tuple(h.text for h in table.headings)
        if set(names) != set(_HEADINGS):
            first = table.headings[0]
            self._say(
                "table-heading", first.span((0, max(1, len(first.text)))),
                f"headings {', '.join(names)}", " | ".join(_HEADINGS),
            )  # fmt: skip
            return
        for row in table.rows:
            cells = dict(zip(names, row, strict=True))
            column, points = self._column(cells["column"]), self._points(cells["points"])
            if column is None or points is None:
                continue
            found = self._tested(cells["value"], column)
            if found is not None:
                yield Scored(column, cells["value"], points, found)

    def _column(self, cell: Source) -> str | None:
        kind = self._scope.kind(cell.text)
        if kind is not None and kind.type != "text":
            return cell.text
        if cell.text in LADDERS_ONLY:
            self.problems.append(ladders_only(cell.text, cell.span((0, len(cell.text)))))
            return None
        self._say(
            "scorecard-column", cell.span((0, max(1, len(cell.text)))),
            f"'{cell.text}' cannot be scored",
            "a column or derived column that is not a text",
            did_you_mean(cell.text, self._scope.names()),
        )  # fmt: skip
        return None

    def _points(self, cell: Source) -> int | None:
        points = scaled(cell.text, 0)
        if points is None or abs(points) > _MOST_POINTS:
            self._say(
                "scorecard-points", cell.span((0, max(1, len(cell.text)))),
                f"'{cell.text}' is no number of points", "a whole number such as 20 or -15",
            )  # fmt: skip
            return None
        return points

    def _tested(self, cell: Source, column: str) -> Holding | None:
        """Where the test of a cell holds."""
        whole = (0, max(1, len(cell.text)))
        condition, problem = parse_cell(cell, Name(column, whole))
        if condition is None:
            self.problems.append(
                problem
                if problem is not None
                else cell.fault(
                    "rule-without-condition", whole, f"a row of '{column}' without a value",
                    "a value, a range, or is null for a missing one",
                )
            )  # fmt: skip
            return None
        checker = Checker(cell, self._scope)
        checker.condition(condition)
        self.problems += checker.problems
        kind = self._scope.kind(column)
        if checker.problems or kind is None:
            return None
        digits = MINOR_DIGITS[self._scope.currency] if kind.type == "money" else kind.decimals
        try:
            return holding(condition, kind.values, digits if kind.type != "int" else 0)
        except Unscored as fault:
            self.problems.append(
                cell.fault(
                    "scorecard-value", fault.at, "only numbers, dates and values can be scored",
                    "a value, a range, or is null for a missing one",
                    "a value that changes on a date is a new edition",
                )
            )  # fmt: skip
            return None

    # every value once

    def _stairs(self, rows: Iterable[Scored]) -> Iterator[Stairs]:
        by_column: dict[str, list[Scored]] = {}
        for row in rows:
            by_column.setdefault(row.column, []).append(row)
        for column, own in by_column.items():
            low, high = self._bounds(column)
            kind = self._scope.kind(column)
            is_money = kind is not None and kind.type == "money"
            stairs, gap, overlap = climbed(column, own, low, high, money=is_money)
            last = own[-1].source
            for row, other, value in overlap:
                where = "a missing value" if value is None else self._spelled(column, value)
                self._say(
                    "scorecard-overlap", row.source.span((0, max(1, len(row.source.text)))),
                    f"{where} of '{column}' gives points twice, first by '{other.source.text}'",
                    "each value once",
                )  # fmt: skip
            for first, end in gap:
                reach = self._reach(column, first, None if end is None else end - 1)
                self._say(
                    "scorecard-gap", last.span((0, max(1, len(last.text)))),
                    f"'{column}' gives no points for {reach}",
                    "points for every value that columns.yaml allows, if only 0",
                )  # fmt: skip
            yield stairs

    def _bounds(self, column: str) -> tuple[int | None, int | None]:
        """The smallest and largest value, as held; None where nothing bounds it."""
        known = self._columns.get(column)
        if known is None:
            return None, None  # a derived column
        if known.type == "bool":
            return 0, 1
        if known.type == "enum":
            return 0, len(known.values) - 1
        declared = [] if known.if_missing is None else [known.if_missing.value]
        own = self._scope.currency
        values = [known.number(text, own) for text in declared]
        low, high = (
            None if text is None else known.number(text, own)
            for text in (known.minimum, known.maximum)
        )
        # what is taken in place of a missing value may lie outside of the bounds
        return (
            None if low is None else min([low, *(v for v in values if v is not None)]),
            None if high is None else max([high, *(v for v in values if v is not None)]),
        )

    def _reach(self, column: str, first: int | None, last: int | None) -> str:
        if first is not None and first == last:
            return self._spelled(column, first)
        low = "" if first is None else self._spelled(column, first)
        high = "" if last is None else self._spelled(column, last)
        return f"[{low}..{high}]"

    def _spelled(self, column: str, value: int) -> str:
        kind = self._scope.kind(column) or Kind(type="int")
        return spelled(kind, value, self._scope.currency)

    def _say(
        self, code: str, span: Span, message: str, expected: str, mend: str | None = None
    ) -> None:
        self.problems.append(
            Problem(code=code, message=message, span=span, expected=expected, mend=mend)
        )


def _largest(edition: Edition) -> int:
    """The largest score that an edition can give, whatever its sign."""
    most = sum(max(abs(p) for p in (*s.points, s.missing or 0)) for s in edition.stairs if s.points)
    return min(LARGEST, abs(edition.base) + most)
