"""What can be said of a rulebook on one day: each finding with an account that shows it.

Knows what is worth saying and in which words. The prover says whether it is so.
"""

from collections.abc import Callable, Iterator
from itertools import combinations

import z3

from collectctl.problems import Level, Problem
from collectctl.rules.chains import MANUAL, Rule
from collectctl.rules.proof.boxes import boxes, disjoint
from collectctl.rules.proof.example import Examples
from collectctl.rules.proof.model import Model, Unproved
from collectctl.rules.proof.outcome import Outcome, results_of
from collectctl.rules.proof.space import YES, Bool, both, either, is_no, opposite

MAX_GAPS = 3
MAX_PAIRS = 5
MAX_NAMED = 8


class Findings:
    """The findings of one program."""

    def __init__(self, model: Model) -> None:
        """Takes the model of the program."""
        self._model = model
        self._program = model.program
        self._examples = Examples(model)
        self._never: set[tuple[int, int]] = set()
        self._boxes = [boxes(self._program, c.rules) for c in self._program.chains]

    def all(self) -> Iterator[Problem]:
        """All findings, in no particular order."""
        for chain in range(3):
            for i in range(len(self._rules(chain))):
                yield from self._asked(self._contradiction, chain, i)
        for chain in (0, 1):
            for i in range(len(self._rules(chain))):
                yield from self._asked(self._unreachable, chain, i)
            yield from self._overlaps(chain)
        yield from self._asked(self._gaps, 0, 0)
        for name in self._model.space.order:
            yield from self._asked(self._missing, name)

    def _rules(self, chain: int) -> list[Rule]:
        return [r.rule for r in self._program.chains[chain].rules]

    def _asked(
        self, question: Callable[..., Iterator[Problem]], *of: int | str
    ) -> Iterator[Problem]:
        try:
            yield from question(*of)
        except Unproved:
            what, rule = _QUESTIONS[question.__name__], None
            if isinstance(of[0], int):
                rules = self._rules(of[0])
                rule = rules[int(of[1])] if rules else None
                self._never.add((of[0], int(of[1])))  # further questions on it stay open as well
            yield self._unproved(what.format(of[0] if rule is None else rule.id), rule)

    def _unproved(self, what: str, rule: Rule | None) -> Problem:
        first = self._rules(0)[0] if rule is None else rule
        return Problem(
            code="rule-unproved", level=Level.WARNING, span=first.span,
            message=f"{what} could not be proved within the time limit",
            expected="conditions on columns, without long sums and derived columns in sums",
            mend="write it as plain ranges where that is possible; nothing is known either way",
        )  # fmt: skip

    # contradictory and unreachable rules

    def _contradiction(self, chain: int, i: int) -> Iterator[Problem]:
        true, _ = self._model.rules(chain)[i]
        if self._model.find(true) is not None:
            return
        self._never.add((chain, i))
        rule = self._rules(chain)[i]
        yield Problem(
            code="rule-contradiction", span=rule.span,
            message=f"rule '{rule.id}' can never be true for any account",
            expected="tests that one account can pass together, within the columns' bounds",
            mend="compare its tests with each other, and with min, max and values in columns.yaml",
        )  # fmt: skip

    def _unreachable(self, chain: int, i: int) -> Iterator[Problem]:
        if (chain, i) in self._never:
            return
        pairs, results = self._model.rules(chain), results_of(self._program.chains[chain])
        first = self._program.chains[chain].chain.hit == "first"
        mine, passed = self._boxes[chain][i], dict[int, Bool]()
        for j in range(i):
            alike = results[j] == results[i]
            if (first or alike) and not (alike and disjoint(mine, self._boxes[chain][j])):
                passed[j] = opposite(pairs[j][0 if alike else 1])
        if not passed or self._model.find(pairs[i][0], *passed.values()) is not None:
            return
        if first and self._settled(chain, i):
            return
        rule = self._rules(chain)[i]
        names = [self._rules(chain)[j].id for j in self._shadows(pairs[i][0], passed)]
        listed = ", ".join(f"'{n}'" for n in names)
        yield Problem(
            code="rule-unreachable", span=rule.span,
            message=f"rule '{rule.id}' is never reached: every account it describes is decided "
            f"before it, by {listed}",
            expected="at least one account that the rules before leave to it",
            mend="move it before them, narrow them, or take it out",
        )  # fmt: skip

    def _settled(self, chain: int, i: int) -> bool:
        """Whether trying all combinations of uncertain tests can still come to the rule."""
        said = (self._model.tiers, self._model.treatments)[chain]
        if is_no(said.unsettled):
            return False
        results = results_of(self._program.chains[chain])
        options = [s for s, r in zip(said.split, results, strict=True) if r == results[i]]
        true = self._model.rules(chain)[i][0]
        return self._model.find(true, said.unsettled, z3.Or(options)) is not None

    def _shadows(self, true: Bool, passed: dict[int, Bool]) -> list[int]:
        """The fewest earlier rules that leave nothing, as far as taking away one by one tells."""
        self._model.check(true, *passed.values())
        core = {c.get_id() for c in self._model.solver.unsat_core()}
        left = [j for j, formula in passed.items() if formula.get_id() in core] or list(passed)
        for j in reversed(list(left)):
            fewer = [k for k in left if k != j]
            if not self._model.check(true, *(passed[k] for k in fewer)):
                left = fewer
        return left

    # gaps

    def _gaps(self, chain: int, _: int) -> Iterator[Problem]:
        compiled = self._program.chains[chain]
        if (compiled.chain.otherwise or {}).get("tier") != MANUAL or not compiled.rules:
            return
        gap = both(opposite(p) for _, p in self._model.rules(chain))
        with self._model.scope() as solver:
            for _count in range(MAX_GAPS):
                example = self._examples.find(gap)
                if example is None:
                    return
                yield Problem(
                    code="rule-gap", level=Level.WARNING, span=compiled.rules[-1].rule.span,
                    message=f"no rule of {compiled.chain.name} matches an account with "
                    f"{example.region}; for example ({example.shown})",
                    expected="a rule for every account; the others are MANUAL by 'otherwise'",
                    mend="widen a rule or add one, or name a tier in 'otherwise'",
                )  # fmt: skip
                solver.add(opposite(example.within))

    # overlaps

    def _overlaps(self, chain: int) -> Iterator[Problem]:
        compiled = self._program.chains[chain]
        if compiled.chain.hit != "unique":
            return
        found = list(self._pairs(chain))
        for i, j in found[:MAX_PAIRS]:
            yield from self._asked(self._overlap, chain, j, i)
        if len(found) > MAX_PAIRS:
            rule = self._rules(chain)[found[MAX_PAIRS][1]]
            yield Problem(
                code="rule-overlap", span=rule.span,
                message=f"{len(found) - MAX_PAIRS} more pairs of rules of {compiled.chain.name} "
                "apply to the same accounts with different results",
                expected="at most one result for an account where hit is unique",
                mend="did you mean 'hit: first'?",
            )  # fmt: skip

    def _pairs(self, chain: int) -> Iterator[tuple[int, int]]:
        """The pairs of rules with different results that one account can pass."""
        pairs, results = self._model.rules(chain), results_of(self._program.chains[chain])
        together: set[tuple[int, int]] = set()
        for i, j in combinations(range(len(pairs)), 2):
            if results[i] == results[j] or {(chain, i), (chain, j)} & self._never:
                continue
            if disjoint(self._boxes[chain][i], self._boxes[chain][j]):
                continue
            if (i, j) in together:
                yield i, j
                continue
            try:
                if self._model.find(pairs[i][0], pairs[j][0]) is None:
                    continue
            except Unproved:
                yield i, j  # asked again, and told, where the example is looked for
                continue
            model = self._model.solver.model()
            true = [k for k, (t, _) in enumerate(pairs) if z3.is_true(model.eval(t))]
            together |= set(combinations(true, 2))
            yield i, j

    def _overlap(self, chain: int, j: int, i: int) -> Iterator[Problem]:
        pairs, rules = self._model.rules(chain), self._rules(chain)
        example = self._examples.find(both([pairs[i][0], pairs[j][0]]))
        if example is None:
            return
        results = [", ".join(f"{k} {v}" for k, v in rules[k_].then.items()) for k_ in (i, j)]
        yield Problem(
            code="rule-overlap", span=rules[j].span,
            message=f"rules '{rules[i].id}' ({results[0]}) and '{rules[j].id}' ({results[1]}) "
            f"both match an account with {example.region}; for example ({example.shown})",
            expected="at most one result for an account where hit is unique",
            mend=f"narrow one of the two (the other is on line {rules[i].span.line}); "
            "did you mean 'hit: first'?",
        )  # fmt: skip

    # missing columns

    def _missing(self, name: str) -> Iterator[Problem]:
        model = self._model
        axis = model.space.axes[name]
        if axis.missing is None:
            return
        others = [
            opposite(a.missing)
            for n, a in model.space.axes.items()
            if n != name and a.missing is not None
        ]
        named: list[Rule] = []
        shown = ""
        with model.scope() as solver:
            solver.add(axis.missing, *others, *model.plain(name))
            for chain, said in ((0, model.tiers), (1, model.treatments)):
                doubt = both([said.unsettled, said.undecided])
                found = list(self._doubtful(chain, said, name))
                if found and not shown:
                    example = self._examples.find(doubt, name)
                    shown = "" if example is None else example.shown
                named += found
        if named:
            listed = ", ".join(f"'{r.id}'" for r in named[:MAX_NAMED])
            if len(named) > MAX_NAMED:
                listed += f" and {len(named) - MAX_NAMED} more"
            yield Problem(
                code="rule-missing", level=Level.WARNING, span=named[0].span,
                message=f"an account with only '{name}' missing can become MANUAL at {listed}; "
                f"for example ({shown})",
                expected="that a person decides these, or a rule that says what holds then",
                mend=f"if_missing for '{name}' in columns.yaml, or on_unknown with a because",
            )  # fmt: skip

    def _doubtful(self, chain: int, said: Outcome, name: str) -> Iterator[Rule]:
        """The rules that are in doubt for want of the column."""
        doubt = both([said.unsettled, said.undecided])
        rules, pairs = self._program.chains[chain].rules, self._model.rules(chain)
        first = self._program.chains[chain].chain.hit == "first"
        open_ = {
            i: both([possible, opposite(true), said.untrue[i] if first else YES])
            for i, (true, possible) in enumerate(pairs)
            if true is not possible and name in rules[i].columns and (chain, i) not in self._never
        }
        left = dict(open_)
        while left and self._model.find(doubt, either(left.values()), doubtful=True) is not None:
            model = self._model.solver.model()
            left = {i: f for i, f in left.items() if not z3.is_true(model.eval(f))}
        yield from (rules[i].rule for i in open_ if i not in left)


_QUESTIONS = {
    "_contradiction": "whether rule '{}' can be true",
    "_unreachable": "whether rule '{}' can be reached",
    "_overlap": "whether rule '{}' overlaps another",
    "_gaps": "whether every account has a rule",
    "_missing": "whether an account becomes MANUAL for want of '{}'",
}
