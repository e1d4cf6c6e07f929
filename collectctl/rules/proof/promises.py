"""What a rulebook promises of itself, proved: `never`, `monotone` and `forbidden`.

The last two speak of two accounts at once, and so does what is promised of a customer.
"""

from collections.abc import Iterator, Sequence

import z3

from collectctl.problems import Level, Problem, Span
from collectctl.rules.decide import decide
from collectctl.rules.policies import Forbidden, Monotone, Never
from collectctl.rules.proof.customers import CustomerPromises
from collectctl.rules.proof.encode import Pair
from collectctl.rules.proof.example import Examples
from collectctl.rules.proof.model import Model, Unproved, frame_of
from collectctl.rules.proof.space import Account, Bool, both, either, opposite
from collectctl.rules.proof.twice import Twice


class Promises:
    """The promises of a rulebook under one program."""

    def __init__(self, model: Model, tests: Sequence[int], milliseconds: int) -> None:
        """Takes the model and the steps of its `never` tests, in the order of the file."""
        self._model = model
        self._rulebook = model.program.rulebook
        self._examples = Examples(model)
        self._milliseconds = milliseconds
        self._tests = tests
        self._pairs = [model.further()[step] for step in tests]

    def broken(self) -> Iterator[Problem]:
        """Every promise that some account breaks, or that could not be proved."""
        promised = self._rulebook.policies
        for never, pair in zip(promised.never, self._pairs, strict=True):
            if not never.of_customer:
                yield from self._never(never, pair)
        yield from self._of_customers()
        for monotone in promised.monotone:
            yield from self._monotone(monotone)
        for forbidden in promised.forbidden:
            yield from self._forbidden(forbidden)

    # never

    def _never(self, policy: Never, pair: Pair) -> Iterator[Problem]:
        true, possible = pair
        try:
            example = self._examples.find(true)
            if example is not None:
                treatment = self._treatment(example.account)
                yield Problem(
                    code="policy-broken", span=policy.span,
                    message=f"'{policy.id}' ({policy.say.en}) is broken by treatment "
                    f"'{treatment}' for an account with {example.region}; for example "
                    f"({example.shown})",
                    expected="no account for which the condition is true",
                    mend=f"narrow the rule of '{treatment}', or put a rule for these before it",
                )  # fmt: skip
            elif true is not possible:
                example = self._examples.find(both([possible, opposite(true)]))
                if example is not None:
                    yield Problem(
                        code="policy-unknown", level=Level.WARNING, span=policy.span,
                        message=f"'{policy.id}' ({policy.say.en}) is neither broken nor kept where "
                        f"a value is missing; for example ({example.shown})",
                        expected="a condition that says what holds when the value is missing",
                        mend="write (x or x is null) to be strict, x is not null and x if a "
                        "missing value is no case of it",
                    )  # fmt: skip
        except Unproved:
            yield _unproved(policy.id, policy.span)

    # two accounts

    def _of_customers(self) -> Iterator[Problem]:
        promised = zip(self._rulebook.policies.never, self._tests, strict=True)
        asked = [(never, step) for never, step in promised if never.of_customer]
        if not asked:
            return
        chosen = [*self._chosen(), self._model.unclear]
        customers = CustomerPromises(self._model, chosen, self._milliseconds)
        for never, step in asked:
            try:
                yield from customers.broken(never, step)
            except Unproved:
                yield _unproved(never.id, never.span)

    def _monotone(self, policy: Monotone) -> Iterator[Problem]:
        model = self._model
        if policy.column not in model.space.axes:
            return  # no rule looks at it
        order = self._rulebook.outputs[policy.output].values
        treatments = self._rulebook.treatments
        said = [self._rulebook.then(t).get(policy.output) for t in treatments]
        level = [None if text is None else order.index(text) for text in said]
        chosen = self._chosen()
        bound = [t not in policy.exceptions for t in treatments]
        twice = Twice(model, [policy.column], self._milliseconds)
        axis = model.space.axes[policy.column]
        known = [] if axis.missing is None else [opposite(axis.missing)]
        more = z3.And(
            *known, *(twice.other(k) for k in known), axis.value < twice.other(axis.value)
        )
        gentler = either(
            both([
                either(c for c, at in zip(chosen, level, strict=True)
                       if at is not None and at >= k),
                twice.other(either(
                    c for c, at, counts in zip(chosen, level, bound, strict=True)
                    if at is not None and at < k and counts
                )),
            ])
            for k in range(1, len(order))
        )  # fmt: skip
        try:
            found = twice.find(both([more, gentler]), lambda a, b: self._is_gentler(policy, a, b))
        except Unproved:
            yield _unproved(policy.id, policy.span)
            return
        if found is not None:
            less, moved = found
            first, second = self._treatment(less), self._treatment(moved)
            words = self._examples.words
            yield Problem(
                code="policy-broken", span=policy.span,
                message=f"'{policy.id}' ({policy.say.en}) is broken: treatment '{first}' with "
                f"{words(policy.column, less)} becomes '{second}' with "
                f"{words(policy.column, moved)}, for example for "
                f"({self._shown(less, policy.column)})",
                expected=f"never less of '{policy.output}' with more of '{policy.column}'",
                mend=f"make '{second}' as strict, or list it under except: if it is meant so",
            )  # fmt: skip

    def _forbidden(self, policy: Forbidden) -> Iterator[Problem]:
        model = self._model
        if policy.column not in model.space.axes:
            return  # no rule looks at it
        twice = Twice(model, [policy.column], self._milliseconds)
        answers = [*model.grades, *self._chosen(), *(t for t, _ in model.addons)]
        differs = either(z3.Xor(a, twice.other(a)) for a in answers)
        try:
            found = twice.find(differs, self._is_other)
        except Unproved:
            yield _unproved(policy.column, policy.span)
            return
        if found is not None:
            words = self._examples.words
            one, other = found
            yield Problem(
                code="policy-broken", span=policy.span,
                message=f"'{policy.column}' is forbidden, but matters: "
                f"{words(policy.column, one)} gives {self._answer(one)}, "
                f"{words(policy.column, other)} gives {self._answer(other)}, for example for "
                f"({self._shown(one, policy.column)})",
                expected="the same tier, treatment and add-ons whatever it is",
                mend="take it out of the conditions, segments and derived columns",
            )  # fmt: skip

    def _chosen(self) -> list[Bool]:
        """A formula for each treatment, `otherwise` last."""
        *rules, last = self._model.treatments.named
        return [*rules, both([last, opposite(self._model.unclear)])]

    # the evaluator

    def _decided(self, account: Account) -> dict[str, object]:
        program = self._model.program
        found = decide(program.rulebook, frame_of(program, account), program.as_of).iloc[0]
        return {str(k): found[k] for k in ("tier", "treatment", "addons")}

    def _treatment(self, account: Account) -> str:
        return str(self._decided(account)["treatment"])

    def _answer(self, account: Account) -> str:
        said = self._decided(account)
        return f"tier '{said['tier']}' and treatment '{said['treatment']}'"

    def _is_other(self, one: Account, other: Account) -> bool:
        return self._answer(one) != self._answer(other) or (
            str(self._decided(one)["addons"]) != str(self._decided(other)["addons"])
        )

    def _is_gentler(self, policy: Monotone, less: Account, more: Account) -> bool:
        first, second = self._treatment(less), self._treatment(more)
        order = self._rulebook.outputs[policy.output].values
        said = [self._rulebook.then(t).get(policy.output) for t in (first, second)]
        if said[0] is None or said[1] is None or second in policy.exceptions:
            return False
        return order.index(said[1]) < order.index(said[0])

    def _shown(self, account: Account, but: str) -> str:
        names = [n for n in self._model.space.order if n != but]
        return ", ".join(self._examples.words(n, account) for n in names) or "any account"


def _unproved(name: str, span: Span) -> Problem:
    return Problem(
        code="rule-unproved", level=Level.WARNING, span=span,
        message=f"whether '{name}' holds could not be proved within the time limit",
        expected="conditions on columns, without long sums and derived columns in sums",
        mend="write it as plain ranges where that is possible; nothing is known either way",
    )  # fmt: skip
