"""Conditions as steps; a step that is already there is used again.

Knows how each test becomes `at least` or `one of`, by currency where an amount depends on it.
Refuses to know rules, chains and accounts.
"""

from collections.abc import Mapping
from datetime import date

from collectctl.problems import Problem
from collectctl.rules.chains import MANUAL, Test
from collectctl.rules.linear import Amount, Form, Linear, Terms, Unavailable
from collectctl.rules.rulebook import Rulebook
from collectctl.rules.scope import LARGEST, Kind, enum_kind
from collectctl.rules.steps import (
    EDGE,
    AtLeast,
    Exactly,
    Joined,
    Member,
    Missing,
    Opposite,
    Quotient,
    Score,
    Step,
)
from collectctl.rules.syntax import (
    All,
    AnyOf,
    Boolean,
    Compare,
    Condition,
    Holds,
    InList,
    InRange,
    IsNull,
    Name,
    Not,
    Place,
    Source,
    Text,
    Value,
)


class ConditionBuilder:
    """Turns conditions into steps on one day and gathers what is wrong in `problems`."""

    def __init__(self, rulebook: Rulebook, as_of: date) -> None:
        """Takes the rulebook and the business date."""
        self._rulebook = rulebook
        self._linear = Linear(rulebook, as_of)
        self._numbers: dict[Step, int] = {}
        self._segments: dict[str, int] = {}
        self._source: Source | None = None
        self._quotients: dict[str, Quotient] = {}
        self._scores: dict[str, Score] = {}
        self._enums: dict[str, Kind] = {
            "tier": enum_kind((*rulebook.tiers, MANUAL)),
            "treatment": enum_kind((*rulebook.treatments, MANUAL)),
        }
        currency = rulebook.dictionary.get("currency")
        self._currencies = (
            (rulebook.currency, *(c for c in currency.values if c != rulebook.currency))
            if currency is not None
            else (rulebook.currency,)
        )
        self.steps: list[Step] = []
        self.sums: dict[str, Terms] = {}
        self.problems: list[Problem] = []

    def test(self, test: Test) -> int:
        """The step of one test."""
        previous, self._source = self._source, test.source
        step = self._condition(test.condition)
        self._source = previous
        return step

    def _step(self, step: Step) -> int:
        if step not in self._numbers:
            self._numbers[step] = len(self.steps)
            self.steps.append(step)
        return self._numbers[step]

    # conditions

    def _condition(self, condition: Condition) -> int:
        match condition:
            case All() | AnyOf():
                parts = tuple(dict.fromkeys(self._condition(p) for p in condition.parts))
                every = isinstance(condition, All)
                return parts[0] if len(parts) == 1 else self._step(Joined(every, parts))
            case Not():
                return self._not(self._condition(condition.part))
            case Holds():
                assert isinstance(condition.value, Name)  # noqa: S101 - checked when it was read
                return self._name(condition.value.name)
            case IsNull():
                assert isinstance(condition.value, Name)  # noqa: S101 - checked when it was read
                self._note_scores(((condition.value.name, 1),), condition.at)
                missing = self._step(Missing(condition.value.name))
                return self._not(missing) if condition.negated else missing
            case Compare():
                return self._compare(
                    condition.operator, condition.left, condition.right, condition.at
                )
            case InList():
                return self._list(condition)
            case InRange():
                return self._range(condition)

    def _not(self, step: int) -> int:
        inner = self.steps[step]
        return inner.step if isinstance(inner, Opposite) else self._step(Opposite(step))

    def _name(self, name: str) -> int:
        if name not in self._rulebook.segments:
            return self._step(Member(name, (1,)))
        if name not in self._segments:
            self._segments[name] = self.test(self._rulebook.segments[name])
        return self._segments[name]

    def _list(self, test: InList) -> int:
        kind = self._enum(test.value)
        if kind is not None and isinstance(test.value, Name):
            codes = {kind.values.index(m.value) for m in test.members if isinstance(m, Text)}
            step = self._step(Member(test.value.name, tuple(sorted(codes))))
        else:
            parts = tuple(
                dict.fromkeys(self._compare("=", test.value, m, m.at) for m in test.members)
            )
            step = parts[0] if len(parts) == 1 else self._step(Joined(False, parts))
        return self._not(step) if test.negated else step

    def _range(self, test: InRange) -> int:
        parts: list[int] = []
        if test.low is not None:
            operator = ">=" if test.low_included else ">"
            parts.append(self._compare(operator, test.value, test.low, test.at))
        if test.high is not None:
            operator = "<=" if test.high_included else "<"
            parts.append(self._compare(operator, test.value, test.high, test.at))
        both = tuple(dict.fromkeys(parts))
        step = both[0] if len(both) == 1 else self._step(Joined(True, both))
        return self._not(step) if test.negated else step

    def _enum(self, value: Value) -> Kind | None:
        if not isinstance(value, Name):
            return None
        if value.name in self._enums:
            return self._enums[value.name]
        column = self._rulebook.dictionary.get(value.name)
        if column is None or column.type != "enum":
            return None
        return enum_kind(column.values)

    def _compare(self, operator: str, left: Value, right: Value, at: Place) -> int:
        for value, other in ((left, right), (right, left)):
            kind = self._enum(value)
            if kind is not None and isinstance(value, Name) and isinstance(other, Text):
                step = self._step(Member(value.name, (kind.values.index(other.value),)))
                return self._not(step) if operator == "<>" else step
            if isinstance(other, Boolean) and isinstance(value, Name):
                step = self._name(value.name)
                return step if other.value == (operator == "=") else self._not(step)
        return self._numeric(operator, left, right, at)

    # numbers

    def _numeric(self, operator: str, left: Value, right: Value, at: Place) -> int:
        forms: dict[str, Form] = {}
        amounts = False
        for currency in self._currencies:
            try:
                form = self._linear.comparison(left, right, currency)
            except Unavailable as gap:
                amounts = True
                self._note(gap, at, currency)
                continue
            amounts |= form.amount is Amount.OF_CURRENCY
            forms[currency] = form
            if not amounts:
                break
        return self._tested(operator, forms, at, by_currency=amounts)

    def _note_scores(self, terms: Terms, at: Place) -> None:
        """A scorecard without an edition on the day is a fault where a test uses it."""
        as_of = self._linear.as_of
        for name, _ in terms:
            scorecard = self._rulebook.scorecards.get(name)
            if scorecard is not None and scorecard.in_force(as_of) is None:
                first = scorecard.editions[0].starts
                self.problems.append(
                    self._place().fault(
                        "scorecard-not-in-force", at,
                        f"scorecard '{name}' has no edition on {as_of}",
                        f"an edition from {as_of} or earlier; the first begins on {first}",
                    )
                )  # fmt: skip

    def _note(self, gap: Unavailable, at: Place, currency: str) -> None:
        """A missing parameter is a fault of the rulebook only in the rulebook's own currency."""
        if gap.parameter is None or currency != self._rulebook.currency:
            return
        parameter = self._rulebook.parameters[gap.parameter]
        first = min((v.starts for v in parameter.values), default=None)
        source = self._place()
        withdrawn = first is not None and first <= self._linear.as_of
        self.problems.append(
            source.fault(
                "parameter-not-in-force", at,
                f"parameter '@{gap.parameter}' has no value on {self._linear.as_of}"
                + (", it was withdrawn" if withdrawn else ""),
                f"a value from {self._linear.as_of} or earlier"
                + ("" if withdrawn else f"; the first begins on {first}"),
            )
        )  # fmt: skip

    def _tested(
        self, operator: str, forms: Mapping[str, Form], at: Place, *, by_currency: bool
    ) -> int:
        if not forms:
            return self._step(Member(self._rulebook.customer.key, ()))  # reported: never evaluated
        first = next(iter(forms.values()))
        if not first.terms:
            self.problems.append(
                self._place().fault("rule-constant", at, "the columns of this test cancel out")
            )
            return self._step(Member(self._rulebook.customer.key, ()))
        self._note_scores(first.terms, at)
        column = self._column(first.terms, at)
        usable = {c: f for c, f in forms.items() if f.terms == first.terms}
        return self._bounded(first.operator(operator), column, usable, by_currency=by_currency)

    def _bounded(
        self, operator: str, column: str, forms: Mapping[str, Form], *, by_currency: bool
    ) -> int:
        first = next(iter(forms.values()))
        negated = operator in ("<", "<=", "<>")
        step: Step
        if operator in ("=", "<>"):
            if by_currency:
                step = Exactly(column, tuple((c, f.exact()) for c, f in forms.items()))
            else:
                exact = first.exact()
                step = Member(column, () if exact is None else (exact,))
        else:
            above = operator in (">", "<=")
            if by_currency:
                step = AtLeast(column, tuple((c, f.least(above=above)) for c, f in forms.items()))
            else:
                step = AtLeast(column, first.least(above=above))
        number = self._step(step)
        return self._not(number) if negated else number

    def _column(self, terms: Terms, at: Place) -> str:
        """The name the steps use for a sum of columns."""
        if len(terms) == 1 and terms[0][1] == 1:
            return terms[0][0]
        if sum(abs(a) * self._largest(c) for c, a in terms) >= EDGE:
            self._too_large(at)
        name = " + ".join(f"{a}*{c}" for c, a in terms)
        self.sums[name] = terms
        return name

    def _too_large(self, at: Place) -> None:
        self.problems.append(
            self._place().fault(
                "rule-magnitude", at, "these numbers can grow beyond what is exact",
                "smaller factors with fewer decimals",
                "declare min and max of the columns in columns.yaml",
            )
        )  # fmt: skip

    def _largest(self, name: str) -> int:
        return self._linear.kinds[name].largest if name in self._linear.kinds else LARGEST

    def _place(self) -> Source:
        assert self._source is not None  # noqa: S101 - set by whoever reads a test
        return self._source
