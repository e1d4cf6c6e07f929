"""A rulebook on one day as a flat list of steps, equal steps shared.

Every parameter has its value here and every comparison is `sum of columns >= integer` or `=`, in
exact integers: money in minor units, ratios scaled, dates as day numbers. Knows values of
parameters and nothing of accounts; the same steps could be handed to a prover.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from collectctl.problems import ConfigError, Problem
from collectctl.rules.chains import MANUAL, Chain, Rule, Test
from collectctl.rules.linear import Amount, Form, Linear, Terms, Unavailable
from collectctl.rules.rulebook import Rulebook
from collectctl.rules.scope import LARGEST, Kind, enum_kind
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
    RuleFault,
    Source,
    Text,
    Value,
)

EDGE = 2**62
"""No sum of columns may reach this, so that int64 never overflows."""


@dataclass(frozen=True, slots=True)
class AtLeast:
    """The column is this integer or more; by currency code if the amount depends on it."""

    column: str
    bound: int | tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Member:
    """The column is one of the integers; by currency code if the amount depends on it."""

    column: str
    numbers: tuple[int, ...] | tuple[tuple[str, int | None], ...]
    by_currency: bool = False


@dataclass(frozen=True, slots=True)
class Missing:
    """The column has no value."""

    column: str


@dataclass(frozen=True, slots=True)
class Opposite:
    """The opposite of an earlier step."""

    step: int


@dataclass(frozen=True, slots=True)
class Joined:
    """All, or any, of earlier steps."""

    every: bool
    steps: tuple[int, ...]


Step = AtLeast | Member | Missing | Opposite | Joined


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotient:
    """A derived column: one sum of columns over another, rounded half away from zero."""

    above: Terms
    above_constant: int
    below: Terms
    below_constant: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledRule:
    """A rule's last step, and what could be missing for it."""

    rule: Rule
    step: int
    columns: frozenset[str]
    """Dictionary and derived columns it looks at."""
    covers: frozenset[frozenset[str]]
    """Sets of currencies it has amounts for; a row in no one of a set is unknown."""
    names_manual: bool
    """Whether it speaks of MANUAL and so applies to undecided accounts as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledChain:
    """A chain whose rules are steps; `stop` steps decide it."""

    chain: Chain
    rules: tuple[CompiledRule, ...]
    stop: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """Everything needed to decide accounts on one day."""

    rulebook: Rulebook
    as_of: date
    steps: tuple[Step, ...]
    chains: tuple[CompiledChain, CompiledChain, CompiledChain]
    sums: Mapping[str, Terms]
    """Columns that are sums of others, by the name the steps use."""
    quotients: Mapping[str, Quotient]


def build(rulebook: Rulebook, as_of: date) -> Program:
    """The rulebook's program for a business date.

    Raises: ConfigError (`ruleset-not-in-force`, `parameter-not-in-force`, `rule-magnitude`).
    """
    program, problems = _build(rulebook, as_of)
    if problems:
        raise ConfigError(problems)
    return program


def trial_problems(rulebook: Rulebook) -> Iterator[Problem]:
    """What a build on each day that a parameter changes would trip over, dates aside."""
    used = [rulebook.parameters[n] for n in sorted(rulebook.parameters_used)]
    days = {v.starts for p in used for v in p.values} | {date.max}
    seen: set[Problem] = set()
    for day in sorted(days):
        for problem in _build(rulebook, day)[1]:
            if problem.code in ("rule-magnitude", "rule-constant") and problem not in seen:
                seen.add(problem)
                yield problem


def _build(rulebook: Rulebook, as_of: date) -> tuple[Program, list[Problem]]:
    builder = _Builder(rulebook, as_of)
    if rulebook.effective_from is not None and as_of < rulebook.effective_from:
        builder.problems.append(
            Problem(
                code="ruleset-not-in-force",
                message=f"ruleset '{rulebook.id}' is used on {as_of}",
                expected=f"a business date from {rulebook.effective_from} on",
            )
        )
    quotients = builder.quotients()
    tiers, treatments, addons = (builder.chain(c) for c in rulebook.chains)
    program = Program(
        rulebook=rulebook, as_of=as_of, steps=tuple(builder.steps),
        chains=(tiers, treatments, addons), sums=builder.sums, quotients=quotients,
    )  # fmt: skip
    return program, builder.problems


class _Builder:
    """Turns conditions into steps; a step that is already there is used again."""

    def __init__(self, rulebook: Rulebook, as_of: date) -> None:
        self._rulebook = rulebook
        self._linear = Linear(rulebook, as_of)
        self._numbers: dict[Step, int] = {}
        self._segments: dict[str, int] = {}
        self._source: Source | None = None
        self._quotients: dict[str, Quotient] = {}
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

    def chain(self, chain: Chain) -> CompiledChain:
        """The chain with each rule as a step."""
        rules = tuple(self._rule(r) for r in chain.rules)
        return CompiledChain(chain=chain, rules=rules, stop=len(self.steps))

    def _rule(self, rule: Rule) -> CompiledRule:
        parts = tuple(dict.fromkeys(self._test(t) for t in rule.tests))
        step = parts[0] if len(parts) == 1 else self._step(Joined(True, parts))  # noqa: FBT003 - a named field
        columns, covers = self._reach(step)
        return CompiledRule(
            rule=rule, step=step, columns=columns, covers=covers,
            names_manual=any(_names_manual(t.condition) for t in rule.tests),
        )  # fmt: skip

    def _test(self, test: Test) -> int:
        previous, self._source = self._source, test.source
        step = self._condition(test.condition)
        self._source = previous
        return step

    def _step(self, step: Step) -> int:
        if step not in self._numbers:
            self._numbers[step] = len(self.steps)
            self.steps.append(step)
        return self._numbers[step]

    def _reach(self, root: int) -> tuple[frozenset[str], frozenset[frozenset[str]]]:
        """The columns and the sets of covered currencies that a step depends on."""
        columns: set[str] = set()
        covers: set[frozenset[str]] = set()
        pending, seen = [root], set[int]()
        while pending:
            number = pending.pop()
            if number in seen:
                continue
            seen.add(number)
            match self.steps[number]:
                case Joined(steps=steps):
                    pending += steps
                case Opposite(step=step):
                    pending.append(step)
                case AtLeast(column=column, bound=bound):
                    columns |= self._bases(column)
                    if isinstance(bound, tuple):
                        covers.add(frozenset(c for c, _ in bound))
                case Member(column=column, numbers=numbers, by_currency=by_currency):
                    columns |= self._bases(column)
                    if by_currency:
                        covers.add(frozenset(str(c) for c, _ in numbers))  # type: ignore[misc]  # pairs, as by_currency says
        return frozenset(columns), frozenset(covers)

    def _bases(self, column: str) -> set[str]:
        """The column with all it is computed from; a sum itself has no name of its own."""
        found: set[str] = set()
        pending = [column]
        while pending:
            name = pending.pop()
            if name in self.sums:
                pending += [c for c, _ in self.sums[name]]
                continue
            if name in self._enums:
                continue
            found.add(name)
            quotient = self._quotients.get(name)
            if quotient is not None:
                pending += [c for c, _ in (*quotient.above, *quotient.below)]
        return found

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
            self._segments[name] = self._test(self._rulebook.segments[name])
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
            step = parts[0] if len(parts) == 1 else self._step(Joined(False, parts))  # noqa: FBT003 - a named field
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
        step = both[0] if len(both) == 1 else self._step(Joined(True, both))  # noqa: FBT003 - a named field
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
                step = Member(column, tuple((c, f.exact()) for c, f in forms.items()), True)  # noqa: FBT003 - by currency
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

    # derived columns

    def quotients(self) -> dict[str, Quotient]:
        """The derived columns, in the order in which each can be computed."""
        found: dict[str, Quotient] = {}
        for name, derived in self._rulebook.derived.items():
            self._source = derived.source
            try:
                above, below = self._linear.quotient(derived)
            except RuleFault as fault:
                self.problems.append(fault.problem)
                continue
            except Unavailable as gap:
                self._note(gap, derived.value.at, self._rulebook.currency)
                continue
            sizes = [
                sum(abs(a) * self._largest(c) for c, a in terms) + abs(constant)
                for terms, constant in (above, below)
            ]
            if 2 * max(sizes) >= EDGE:
                self._too_large(derived.value.at)
            self._linear.kinds[name] = replace(derived.kind, largest=sizes[0])
            found[name] = Quotient(
                above=above[0], above_constant=above[1], below=below[0], below_constant=below[1]
            )
            self._quotients[name] = found[name]
        return found


def _names_manual(condition: Condition) -> bool:
    match condition:
        case All() | AnyOf():
            return any(_names_manual(p) for p in condition.parts)
        case Not():
            return _names_manual(condition.part)
        case Compare():
            return any(
                isinstance(v, Text) and v.value == MANUAL for v in (condition.left, condition.right)
            )
        case InList():
            return any(isinstance(m, Text) and m.value == MANUAL for m in condition.members)
        case _:
            return False
