"""Rules in the order of their file: what each tests, what it gives, and why.

Knows how `rules:` and `table:` become the same thing. Refuses to know accounts and dates.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from collectctl.columns import LADDERS_ONLY, ladders_only
from collectctl.config import Bilingual
from collectctl.problems import Problem, Span, did_you_mean
from collectctl.rules.agree import Checker
from collectctl.rules.parser import parse_cell, parse_condition
from collectctl.rules.scope import Scope
from collectctl.rules.shapes import OnUnknown, RuleShape
from collectctl.rules.syntax import Condition, Name, Source
from collectctl.rules.tables import Table, read_table
from collectctl.yaml_file import Document, Path_

MANUAL = "MANUAL"
"""The tier and the treatment of what a person has to decide."""
OTHERWISE = "otherwise"
"""The id that stands for the `otherwise:` of a chain."""
MAX_RULES = 1_000

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+-]*")
_BECAUSE = ("because", "because_zh_CN", "because_en")


@dataclass(frozen=True, slots=True)
class Test:
    """One condition and the text it was read from, for places."""

    source: Source
    condition: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """All tests true: the rule gives `then`."""

    id: str
    tests: tuple[Test, ...]
    then: Mapping[str, str]
    """What it gives, by key; the members of a list are joined by commas."""
    on_unknown: OnUnknown | None
    because: Bilingual | None
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """The rules of one decision, in file order."""

    name: str
    """`tiers`, `treatments` or `addons`."""
    hit: str
    """`unique`, `first` or `collect`."""
    rules: tuple[Rule, ...]
    otherwise: Mapping[str, str] | None
    """What no rule gives; None only for `collect`."""


class ChainReader:
    """Reads the rules of one chain and gathers what is wrong with them in `problems`."""

    def __init__(self, document: Document, name: str, scope: Scope, keys: Iterable[str]) -> None:
        """Takes the file, the chain's key in it, the names tests may use and what rules give."""
        self._document = document
        self._name = name
        self._scope = scope
        self._keys = tuple(keys)
        self.problems: list[Problem] = []

    def read(
        self, shapes: Sequence[tuple[RuleShape, Mapping[str, str]]] | None, *, has_table: bool
    ) -> tuple[Rule, ...]:
        """The rules, from the list of shapes or from the table."""
        at: Path_ = (self._name,)
        if (shapes is None) == (not has_table):
            what = "neither rules nor a table" if shapes is None else "both rules and a table"
            self._say(
                "chain-form", self._document.span(at, of_key=True), f"{self._name} has {what}",
                "rules: or table:, one of them",
            )  # fmt: skip
            return ()
        rules = self._listed(shapes) if shapes is not None else self._tabled()
        found = tuple(rules)
        if len(found) > MAX_RULES:
            self._say(
                "too-many-rules", found[MAX_RULES].span, f"{len(found):,} rules in {self._name}",
                f"at most {MAX_RULES:,}",
            )  # fmt: skip
        self._check_ids(found)
        return found

    def _listed(self, shapes: Sequence[tuple[RuleShape, Mapping[str, str]]]) -> Iterator[Rule]:
        for i, (shape, then) in enumerate(shapes):
            at: Path_ = (self._name, "rules", i)
            source = Source.scalar(self._document, (*at, "when"))
            span = self._document.span((*at, "id"))
            tests: tuple[Test, ...] = ()
            if not source.text.strip():
                self._without_condition(shape.id, self._document.span((*at, "when")))
            else:
                condition, problem = parse_condition(source)
                tests = self._checked(source, condition, problem)
            self._check_because(shape.id, shape.on_unknown, shape.because, span)
            yield Rule(
                id=shape.id, tests=tests, then=then, on_unknown=shape.on_unknown,
                because=shape.because, span=span,
            )  # fmt: skip

    def _checked(
        self, source: Source, condition: Condition | None, problem: Problem | None
    ) -> tuple[Test, ...]:
        if condition is None:
            self.problems += [problem] if problem is not None else []
            return ()
        checker = Checker(source, self._scope)
        checker.condition(condition)
        self.problems += checker.problems
        return (Test(source, condition),)

    # tables

    def _tabled(self) -> Iterator[Rule]:
        table, problems = read_table(self._document, (self._name, "table"))
        self.problems += problems
        if table is None or not self._check_headings(table):
            return
        for row in table.rows:
            yield self._row(table, row)

    def _check_headings(self, table: Table) -> bool:
        names = [h.text for h in table.headings]
        first = table.headings[0]
        missing = [k for k in ("id", *self._keys[:1]) if k not in names]
        for key in missing:
            self._say("table-heading", first.span((0, 1)), f"no column '{key}' in the table", key)
        known = ("id", "on_unknown", *_BECAUSE, *self._keys)
        for heading in table.headings:
            if heading.text in known or self._scope.kind(heading.text) is not None:
                continue
            missing.append(heading.text)
            if heading.text in LADDERS_ONLY:
                place = heading.span((0, len(heading.text)))
                self.problems.append(ladders_only(heading.text, place))
                continue
            self._say(
                "unknown-column", heading.span((0, len(heading.text))),
                f"unknown column '{heading.text}' in the table's heading",
                mend=did_you_mean(heading.text, [*known, *self._scope.names()]),
            )  # fmt: skip
        return not missing

    def _row(self, table: Table, row: tuple[Source, ...]) -> Rule:
        cells = {h.text: c for h, c in zip(table.headings, row, strict=True)}
        identity = cells["id"]
        span = identity.span((0, len(identity.text)))
        given = ("id", "on_unknown", *_BECAUSE, *self._keys)
        tests: list[Test] = []
        asked = False
        for heading, cell in cells.items():
            if heading in given:
                continue
            asked |= cell.text != "-"
            condition, problem = parse_cell(cell, Name(heading, (0, max(1, len(cell.text)))))
            tests += self._checked(cell, condition, problem)
        if not asked:
            self._without_condition(identity.text, span)
        because = _because(cells)
        on_unknown = self._on_unknown(cells.get("on_unknown"))
        self._check_because(identity.text, on_unknown, because, span)
        then = {k: _joined(cells[k].text) for k in self._keys if k in cells}
        return Rule(
            id=identity.text, tests=tuple(tests), then={k: v for k, v in then.items() if v != "-"},
            on_unknown=on_unknown, because=because, span=span,
        )  # fmt: skip

    def _on_unknown(self, cell: Source | None) -> OnUnknown | None:
        if cell is None or cell.text in ("", "-"):
            return None
        if cell.text == "no_match":
            return "no_match"
        if cell.text != "match":
            span = cell.span((0, len(cell.text)))
            self._say("bad-value", span, f"'{cell.text}' in on_unknown", "no_match, match or -")
        return "match"

    # what holds for both

    def _check_because(
        self, rule: str, on_unknown: OnUnknown | None, because: Bilingual | None, span: Span
    ) -> None:
        if on_unknown is not None and because is None:
            self._say(
                "because-missing", span,
                f"rule '{rule}' says on_unknown: {on_unknown} without saying why", "because:",
                "write who decided it and when; it is shown with every account it concerns",
            )  # fmt: skip

    def _without_condition(self, rule: str, span: Span) -> None:
        self._say(
            "rule-without-condition", span, f"rule '{rule}' has no condition", "at least one test",
            "a rule for all the rest is written as otherwise:",
        )  # fmt: skip

    def _check_ids(self, rules: tuple[Rule, ...]) -> None:
        seen: dict[str, Span] = {}
        for rule in rules:
            if rule.id in (MANUAL, OTHERWISE) or not _ID.fullmatch(rule.id):
                self._say(
                    "reserved-name", rule.span, f"a rule cannot be called '{rule.id}'",
                    "letters, digits, _ . + -; not MANUAL, not otherwise",
                )  # fmt: skip
            if rule.id in seen:
                self._say(
                    "duplicate-rule", rule.span,
                    f"rule '{rule.id}' is written twice (first on line {seen[rule.id].line})",
                    "each id once in a chain",
                )  # fmt: skip
            seen.setdefault(rule.id, rule.span)

    def _say(
        self, code: str, span: Span, message: str, expected: str | None = None,
        mend: str | None = None,
    ) -> None:  # fmt: skip
        self.problems.append(
            Problem(code=code, message=message, span=span, expected=expected, mend=mend)
        )


def _because(cells: Mapping[str, Source]) -> Bilingual | None:
    """The reason in a row: `because` serves both languages unless one has its own column."""
    both, chinese, english = (
        cells[k].text if k in cells and cells[k].text != "-" else "" for k in _BECAUSE
    )
    chinese, english = chinese or both or english, english or both or chinese
    return Bilingual(zh_CN=chinese, en=english) if chinese else None


def _joined(text: str) -> str:
    return ",".join(part.strip() for part in text.split(","))
