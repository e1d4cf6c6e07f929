"""What a rulebook promises of itself, proved: `never`, `monotone` and `forbidden`.

The last two speak of two accounts at once: the formulas of one account are said twice, the second
time with other names for what may differ.
"""

from collections.abc import Callable, Iterator, Sequence

import z3

from collectctl.problems import Level, Problem, Span
from collectctl.rules.decide import decide
from collectctl.rules.policies import Forbidden, Monotone, Never
from collectctl.rules.proof.encode import Pair
from collectctl.rules.proof.example import Examples
from collectctl.rules.proof.model import MAX_LESSONS, Model, Unproved, frame_of
from collectctl.rules.proof.space import NO, Account, Axis, Bool, Number, both, either, opposite

Judge = Callable[[Account, Account], bool]
"""Whether the evaluator sees two accounts as the prover does."""


class Promises:
    """The promises of a rulebook under one program."""

    def __init__(self, model: Model, tests: Sequence[int], milliseconds: int) -> None:
        """Takes the model and the steps of its `never` tests, in the order of the file."""
        self._model = model
        self._rulebook = model.program.rulebook
        self._examples = Examples(model)
        self._milliseconds = milliseconds
        self._pairs = [model.further()[step] for step in tests]

    def broken(self) -> Iterator[Problem]:
        """Every promise that some account breaks, or that could not be proved."""
        promised = self._rulebook.policies
        for never, pair in zip(promised.never, self._pairs, strict=True):
            yield from self._never(never, pair)
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
        twice = _Twice(model, [policy.column], self._milliseconds)
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
        twice = _Twice(model, [policy.column], self._milliseconds)
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


class _Twice:
    """Two accounts that differ in some columns alone."""

    def __init__(self, model: Model, columns: Sequence[str], milliseconds: int) -> None:
        self._model = model
        self._solver = z3.Solver()
        self._solver.set("timeout", milliseconds)
        self._solver.set("random_seed", 0)
        self._said = 0
        self._columns = frozenset(columns)
        self._names: dict[str, tuple[z3.ExprRef, z3.ExprRef]] = {}
        shared: set[str] = set()
        for name, axis in model.space.axes.items():
            if name not in self._columns:
                shared.add(axis.value.decl().name())
                if axis.missing is not None:
                    shared.add(axis.missing.decl().name())
        self._shared = shared
        self._tell()

    def _tell(self) -> None:
        """Says whatever the model has learned since, of both accounts."""
        said = self._model.solver.assertions()
        new = list(said)[self._said :]
        if new:
            self._solver.add(*new, self.other(z3.And(new)))  # said again all at once: they share
        self._said = len(said)

    def other(self, formula: z3.ExprRef) -> z3.ExprRef:
        """The formula as it is of the second account."""
        renamed: list[tuple[z3.ExprRef, z3.ExprRef]] = []
        for constant in _constants(formula):
            name = constant.decl().name()
            if name not in self._shared:
                if name not in self._names:
                    self._names[name] = (constant, z3.Const(f"{name}'", constant.sort()))
                renamed.append(self._names[name])
        return z3.substitute(formula, *renamed) if renamed else formula

    def find(self, wanted: Bool, real: Judge) -> tuple[Account, Account] | None:
        """Two accounts as wanted, put to the evaluator; None if there are none; raises Unproved.

        They are the plainest, column by column: whatever else the prover was asked before, it
        gives the same two. Only where that takes too long they are any.
        """
        found = self._search(wanted, real, plainest=False)
        if found is None:
            return None
        try:
            return self._search(wanted, real, plainest=True) or found
        except Unproved:
            return found

    def _search(
        self, wanted: Bool, real: Judge, *, plainest: bool
    ) -> tuple[Account, Account] | None:
        for _ in range(MAX_LESSONS):
            model = self._plainest(wanted) if plainest else self._any(wanted)
            if model is None:
                return None
            one, two = self._account(model, second=False), self._account(model, second=True)
            if real(one, two):
                return one, two
            # Only settling can be judged otherwise; the model learns it from each of the two.
            before = self._said
            for account, second in ((one, False), (two, True)):
                claims = self._claims(model, second=second)
                self._model.find(*self._model.fixed(account).values(), *claims)
            self._tell()
            if self._said == before:
                raise Unproved
        raise Unproved

    def _may(self, *wanted: Bool) -> bool:
        found = self._solver.check(*wanted)
        if found == z3.unknown:
            raise Unproved
        return bool(found == z3.sat)

    def _any(self, wanted: Bool) -> z3.ModelRef | None:
        return self._solver.model() if self._may(wanted) else None

    def _plainest(self, wanted: Bool) -> z3.ModelRef | None:
        """With each column of both as plain as it can be: present, and near zero."""
        self._solver.push()
        try:
            self._solver.add(wanted)
            for name in self._model.space.order:
                axis = self._model.space.axes[name]
                for second in (False, True) if name in self._columns else (False,):
                    value, missing = axis.value, NO if axis.missing is None else axis.missing
                    if second:
                        value, missing = self.other(value), self.other(missing)
                    if self._may(opposite(missing)):
                        self._solver.add(opposite(missing))
                        self._solver.add(value == self._nearest(axis, value))
                    else:
                        self._solver.add(missing)
            return self._solver.model() if self._may() else None
        finally:
            self._solver.pop()

    def _nearest(self, axis: Axis, value: Number) -> int:
        """The value nearest to zero that will do."""
        plain = max(axis.low, min(axis.high, 0))
        if self._may(value == plain):
            return plain
        low, high = 0, max(abs(axis.low), abs(axis.high))
        while low < high:
            middle = (low + high) // 2
            inside = z3.And(value >= -middle, value <= middle)
            low, high = (low, middle) if self._may(inside) else (middle + 1, high)
        return low if self._may(value == low) else -low

    def _claims(self, model: z3.ModelRef, *, second: bool) -> Iterator[Bool]:
        """What the prover took to be decided for one of the two."""
        for formula in (*self._model.tiers.named, *self._model.treatments.named):
            said = self.other(formula) if second else formula
            holds = z3.is_true(model.eval(said, model_completion=True))
            yield formula if holds else opposite(formula)

    def _account(self, model: z3.ModelRef, *, second: bool) -> Account:
        found: Account = {}
        for name in self._model.space.order:
            axis = self._model.space.axes[name]
            value, missing = axis.value, NO if axis.missing is None else axis.missing
            if second:
                value, missing = self.other(value), self.other(missing)
            gone = z3.is_true(model.eval(missing, model_completion=True))
            found[name] = None if gone else model.eval(value, model_completion=True).as_long()
        return found


def _constants(formula: z3.ExprRef) -> Iterator[z3.ExprRef]:
    """The variables of a formula, each once."""
    pending, seen = [formula], set[int]()
    while pending:
        part = pending.pop()
        if part.get_id() in seen:
            continue
        seen.add(part.get_id())
        if z3.is_const(part) and part.decl().kind() == z3.Z3_OP_UNINTERPRETED:
            yield part
        pending += part.children()


def _unproved(name: str, span: Span) -> Problem:
    return Problem(
        code="rule-unproved", level=Level.WARNING, span=span,
        message=f"whether '{name}' holds could not be proved within the time limit",
        expected="conditions on columns, without long sums and derived columns in sums",
        mend="write it as plain ranges where that is possible; nothing is known either way",
    )  # fmt: skip
