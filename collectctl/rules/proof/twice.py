"""Two accounts at once: the formulas of one are said twice.

The second time they have other names for what may differ. Knows a model of accounts. Refuses to
know what is asked of the two.
"""

from collections.abc import Callable, Iterable, Iterator

import z3

from collectctl.rules.proof.model import MAX_LESSONS, Model, Unproved
from collectctl.rules.proof.space import NO, Account, Axis, Bool, Number, opposite

Judge = Callable[[Account, Account], bool]
"""Whether the evaluator sees two accounts as the prover does."""


class Twice:
    """Two accounts that differ in some columns alone."""

    def __init__(self, model: Model, columns: Iterable[str], milliseconds: int) -> None:
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

    def matters(self, wanted: Bool, one: Account, two: Account) -> tuple[list[str], list[str]]:
        """Of both accounts the columns without which what is wanted would not follow."""
        mine, theirs = self._model.fixed(one), self._model.fixed(two)
        pins = {(name, False): formula for name, formula in mine.items()}
        pins |= {(n, True): self.other(f) for n, f in theirs.items() if n in self._columns}
        left = list(pins)
        if self._follows(wanted, pins.values()):
            for pin in reversed(pins):
                fewer = [p for p in left if p != pin]
                if self._follows(wanted, (pins[p] for p in fewer)):
                    left = fewer
        return [n for n, second in left if not second], [n for n, second in left if second]

    def _follows(self, wanted: Bool, known: Iterable[Bool]) -> bool:
        self._solver.push()
        self._solver.add(*known, opposite(wanted))
        found = self._solver.check()
        self._solver.pop()
        return bool(found == z3.unsat)

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
