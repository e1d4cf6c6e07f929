"""What a person reads of a coverage: how much of it is reached, and what is left of which rule."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from collectctl.problems import Level, Problem
from collectctl.rules.casebook.coverage import Coverage, fraction
from collectctl.rules.casebook.goals import Goal, Sort, rule_of, words
from collectctl.rules.chains import Rule

CanOccur = Callable[[Goal], bool | None]
"""Whether some account reaches a goal; None if that is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A coverage, and what of the rest can be reached at all."""

    coverage: Coverage
    left: tuple[Goal, ...]
    """What a case could still reach, or might: where it is not known, it counts as left."""
    never: tuple[Goal, ...]
    """What no account reaches; it is not counted."""

    @classmethod
    def of(cls, coverage: Coverage, can_occur: CanOccur) -> "Report":
        """The report of a coverage, with a judgement of what no case reaches."""
        known = {g: can_occur(g) for g in coverage.left}
        return cls(
            coverage=coverage,
            left=tuple(g for g, can in known.items() if can is not False),
            never=tuple(g for g, can in known.items() if can is False),
        )

    def counts(self) -> Iterator[str]:
        """A line for each sort of goals."""
        for sort in Sort:
            met = sum(g.sort is sort for g in self.coverage.met)
            left = sum(g.sort is sort for g in self.left)
            never = sum(g.sort is sort for g in self.never)
            more = f"; {never} that no account reaches" if never else ""
            yield f"{sort}: {fraction(met, met + left)}{more}"

    def wanted(self) -> tuple[Problem, ...]:
        """A note for each rule that the cases do not wholly test."""
        return tuple(
            Problem(
                code="case-wanted",
                message=f"rule '{rule.id}' is not wholly tested: {_listed(texts)}",
                span=rule.span,
                level=Level.NOTE,
                expected="a case for each",
                mend="'collectctl rules test --suggest' writes them",
            )
            for rule, texts in self._by_rule(self.left)
        )

    def impossible(self) -> Iterator[str]:
        """A line for each rule with what no account reaches of it."""
        for rule, texts in self._by_rule(self.never):
            yield f"no account reaches, rule '{rule.id}', line {rule.span.line}: {_listed(texts)}"

    def _by_rule(self, goals: Iterable[Goal]) -> Iterator[tuple[Rule, list[str]]]:
        program = self.coverage.program
        found: dict[tuple[int, int], list[str]] = {}
        for goal in goals:
            found.setdefault((goal.chain, goal.rule), []).append(words(program, goal))
        for (chain, rule), texts in found.items():
            yield rule_of(program, Goal(chain, rule)), texts


def _listed(texts: Sequence[str]) -> str:
    return "; ".join(dict.fromkeys(texts))
