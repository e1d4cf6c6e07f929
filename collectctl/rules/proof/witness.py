"""An account for each goal of the cases, or the proof that there is none.

Mirrors `collectctl.rules.casebook.coverage` for all accounts at once.
"""

from collectctl.rules.casebook.goals import Goal, Sort, forced
from collectctl.rules.proof.encode import Pair, inner
from collectctl.rules.proof.example import Examples
from collectctl.rules.proof.model import Model, Unproved
from collectctl.rules.proof.outcome import taking_part
from collectctl.rules.proof.space import NO, YES, Account, Bool, both, either, opposite
from collectctl.rules.steps import Program


class Witnesses:
    """Looks for accounts that reach goals of a program."""

    def __init__(self, program: Program, milliseconds: int = 5000) -> None:
        """Takes the program with its points, and how long the prover may think about a goal."""
        self._program = program
        self._model = Model(program, milliseconds)
        self._examples = Examples(self._model)
        self._pairs = self._model.further()
        self._asked = [self._asked_in(c) for c in range(len(program.chains))]

    def can_occur(self, goal: Goal) -> bool | None:
        """Whether some account reaches the goal; None if the prover gave up."""
        try:
            return self._model.find(self._formula(goal)) is not None
        except Unproved:
            return None

    def account(self, goal: Goal) -> Account | None:
        """The plainest account that reaches the goal; None if there is none or it is not known."""
        formula = self._formula(goal)
        try:
            return self._examples.account(formula)
        except Unproved:
            return None

    def _asked_in(self, chain: int) -> list[Bool]:
        compiled = self._program.chains[chain]
        shut = (NO, self._model.grades[-1], self._model.unclear)[chain]
        found: list[Bool] = []
        before = YES
        for rule, (_, possible) in zip(compiled.rules, self._model.rules(chain), strict=True):
            found.append(before if rule.names_manual else both([before, opposite(shut)]))
            if compiled.chain.hit == "first":
                before = both([before, opposite(possible)])
        return found

    def _formula(self, goal: Goal) -> Bool:
        if goal.sort is Sort.RULE:
            return self._chosen(goal)
        rule = self._program.chains[goal.chain].rules[goal.rule]
        true, possible = self._pairs[goal.test]
        with_true, with_false = (
            taking_part(rule, self._forced(rule.step, goal.test, value), NO) for value in (YES, NO)
        )
        differs = either(
            both([a[0], opposite(b[1])])
            for a, b in ((with_true, with_false), (with_false, with_true))
        )
        stands = [true if goal.value else opposite(possible), differs]
        if goal.point >= 0:
            stands.append(self._pairs[goal.point][0])
        return both([*stands, self._asked[goal.chain][goal.rule]])

    def _chosen(self, goal: Goal) -> Bool:
        if goal.chain < 2:  # noqa: PLR2004 - the add-ons are all that are true
            return (self._model.tiers, self._model.treatments)[goal.chain].named[goal.rule]
        return self._model.rules(goal.chain)[goal.rule][0]

    def _forced(self, root: int, test: int, given: Bool) -> Pair:
        return forced(self._program.steps, root, test, (given, given), self._pairs, inner)
