"""From a rulebook and a business date to its program; equal steps are shared.

Every parameter gets its value here. Knows conditions and parameters, nothing of accounts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from collectctl.problems import ConfigError, Problem
from collectctl.rules.chains import MANUAL, Chain, Rule, Test
from collectctl.rules.conditions import ConditionBuilder
from collectctl.rules.linear import Unavailable
from collectctl.rules.rulebook import Rulebook
from collectctl.rules.steps import (
    EDGE,
    AtLeast,
    CompiledChain,
    CompiledRule,
    Exactly,
    Joined,
    Member,
    Missing,
    Opposite,
    Program,
    Quotient,
    Score,
)
from collectctl.rules.syntax import (
    All,
    AnyOf,
    Compare,
    Condition,
    InList,
    Not,
    RuleFault,
    Text,
)


def build(rulebook: Rulebook, as_of: date) -> Program:
    """The rulebook's program for a business date.

    Raises: ConfigError (`ruleset-not-in-force`, `parameter-not-in-force`, `rule-magnitude`).
    """
    return build_with(rulebook, as_of, ())[0]


def build_with(
    rulebook: Rulebook, as_of: date, tests: Sequence[Test]
) -> tuple[Program, tuple[int, ...]]:
    """The program with these tests (parts of its rules) as further steps, and which they are.

    Raises: ConfigError as `build` does.
    """
    builder, program = _built(rulebook, as_of)
    if builder.problems:
        raise ConfigError(builder.problems)
    steps = tuple(builder.test(t) for t in tests)
    return replace(program, steps=tuple(builder.steps)), steps


def trial_problems(rulebook: Rulebook) -> Iterator[Problem]:
    """What a build on each day that a parameter changes would trip over, dates aside."""
    days = rulebook.starts | {date.max}
    seen: set[Problem] = set()
    for day in sorted(days):
        for problem in _built(rulebook, day)[0].problems:
            if not problem.code.endswith("-not-in-force") and problem not in seen:
                seen.add(problem)
                yield problem


def _built(rulebook: Rulebook, as_of: date) -> tuple["_Builder", Program]:
    """The rules as a program, with the builder that knows what is wrong with them on the day."""
    builder = _Builder(rulebook, as_of)
    if rulebook.effective_from is not None and as_of < rulebook.effective_from:
        builder.problems.append(
            Problem(
                code="ruleset-not-in-force",
                message=f"ruleset '{rulebook.id}' is not in force on {as_of}",
                expected=f"a business date from {rulebook.effective_from} on",
                mend="run that night with the rulebook of its time, or correct 'effective'",
            )
        )
    quotients, scores = builder.quotients(), builder.scores()
    tiers, treatments, addons = (builder.chain(c) for c in rulebook.chains)
    program = Program(
        rulebook=rulebook, as_of=as_of, steps=tuple(builder.steps),
        chains=(tiers, treatments, addons), sums=builder.sums, quotients=quotients,
        scores=scores,
    )  # fmt: skip
    return builder, program


class _Builder(ConditionBuilder):
    """Turns derived columns and chains into steps."""

    def chain(self, chain: Chain) -> CompiledChain:
        """The chain with each rule as a step."""
        rules = tuple(self._rule(r) for r in chain.rules)
        return CompiledChain(chain=chain, rules=rules, stop=len(self.steps))

    def _rule(self, rule: Rule) -> CompiledRule:
        parts = tuple(dict.fromkeys(self.test(t) for t in rule.tests))
        step = parts[0] if len(parts) == 1 else self._step(Joined(True, parts))
        columns, covers = self._reach(step)
        return CompiledRule(
            rule=rule, step=step, columns=columns, covers=covers,
            names_manual=any(_names_manual(t.condition) for t in rule.tests),
        )  # fmt: skip

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
                    covers |= self._scored_in(column)
                    if isinstance(bound, tuple):
                        covers.add(frozenset(c for c, _ in bound))
                case Exactly(column=column, numbers=numbers):
                    columns |= self._bases(column)
                    covers |= self._scored_in(column)
                    covers.add(frozenset(c for c, _ in numbers))
                case Member(column=column):
                    columns |= self._bases(column)
                    covers |= self._scored_in(column)
                case Missing():
                    pass  # never unknown, so a column that is only asked this is never to blame
        return frozenset(columns), frozenset(covers)

    def _scored_in(self, column: str) -> set[frozenset[str]]:
        """The currency whose amounts a score in the column compares with, if it does."""
        scores = [self._scores[n] for n in self._bases(column) & self._scores.keys()]
        own = any(s.own_currency for score in scores for s in score.stairs)
        return {frozenset({self._rulebook.currency})} if own else set()

    def _bases(self, column: str) -> set[str]:
        """The column with all whose absence makes it missing; a sum has no name of its own."""
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
            score = self._scores.get(name)
            if score is not None:
                pending += [s.column for s in score.stairs if s.missing is None]
        return found

    # scorecards and derived columns

    def scores(self) -> dict[str, Score]:
        """The scorecards that have an edition on the day."""
        for name, scorecard in self._rulebook.scorecards.items():
            edition = scorecard.in_force(self._linear.as_of)
            if edition is not None:
                self._scores[name] = Score(base=edition.base, stairs=edition.stairs)
        return self._scores

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
