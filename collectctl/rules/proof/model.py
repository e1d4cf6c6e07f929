"""A program as one set of formulas, and the search for accounts among them.

Every account the prover gives is put to the real evaluator; where they differ over settling the
prover is told, where they differ over anything else there is a defect in here.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pandas as pd
import pyarrow as pa
import z3

from collectctl.columns import ARROW_TYPES, Column, to_frame
from collectctl.rules.chains import MANUAL
from collectctl.rules.decide import decider
from collectctl.rules.decisions import Tally
from collectctl.rules.evaluate import Chunk
from collectctl.rules.proof.encode import Encoder, Pair
from collectctl.rules.proof.example import real_account
from collectctl.rules.proof.outcome import Outcome, outcome, taking_part
from collectctl.rules.proof.settling import both_fillings
from collectctl.rules.proof.space import (
    NO,
    Account,
    Bool,
    Number,
    Space,
    both,
    either,
    is_yes,
    opposite,
)
from collectctl.rules.steps import Joined, Opposite, Program
from collectctl.rules.verdict import UNDECIDED

MAX_LESSONS = 200
"""How often the prover is told about settling before the question is left open."""


class Unproved(Exception):  # noqa: N818 - control flow inside this room
    """The prover gave up within its limit."""


class Disagreement(Exception):  # noqa: N818 - a defect of this program, no fault of a file
    """Prover and evaluator judge one account differently."""


class Model:
    """All accounts under a program."""

    def __init__(
        self, program: Program, milliseconds: int, *, beside: "Model | None" = None
    ) -> None:
        """Takes the program, and how long the prover may think about one question.

        `beside` another model it speaks of the same accounts, to the same solver.
        """
        self.program = program
        self.space = Space(program.rulebook)
        self.solver: z3.Solver = z3.Solver() if beside is None else beside.solver
        self.solver.set("timeout", milliseconds)
        self.solver.set("random_seed", 0)
        self._mark = "" if beside is None else "new "
        self._encoder = Encoder(program, self.space, self._mark)
        self.learnt: list[Bool] = [] if beside is None else beside.learnt
        treatments = program.chains[1]
        self.tiers = self._outcome(0, NO)
        self.grades = self._grades()
        self._encoder.put("tier", self.grades)
        self.treatments = self._outcome(1, self.grades[-1])
        last = len(treatments.rules)
        open_ = self.treatments.named
        unclear = either([self.treatments.undecided, both([self.grades[-1], open_[last]])])
        self.unclear = self._name("no treatment", unclear)
        self._encoder.put("treatment", [*open_[:last], both([open_[last], opposite(unclear)]),
                                        self.unclear])  # fmt: skip
        self.addons = self._rules(2, self.unclear)
        self._claims = [_bits(c.named) for c in (self.tiers, self.treatments)]
        self.pairs = self._encoder.pairs
        asked = self.pairs[: program.chains[1].stop]
        self._stands = _bits(formula for pair in asked for formula in pair)
        self._decided: tuple[Account, tuple[Tally, Chunk]] | None = None
        self.solver.add(*self.space.domain, *self._encoder.domain)
        for compiled, chain in zip(program.chains, (self.tiers, self.treatments), strict=False):
            before = NO  # one of the rules before it is named
            for split, (_, possible) in zip(chain.split, chain.rules, strict=False):
                self.solver.add(z3.Implies(split, both([chain.unsettled, possible])))
                self.solver.add(opposite(both([split, before])))
                before = either([before, split])
            self.solver.add(*both_fillings(self.program, compiled, chain, self.pairs))
            self.solver.add(z3.Implies(chain.split[-1], chain.unsettled))
            self.solver.add(opposite(both([chain.split[-1], before])))

    def rules(self, chain: int) -> tuple[Pair, ...]:
        """The rules of a chain as they take part."""
        return (self.tiers.rules, self.treatments.rules, self.addons)[chain]

    def further(self) -> list[Pair]:
        """The pairs of all steps, those after the last chain's as well."""
        stated = len(self._encoder.domain)
        found = self._encoder.advance(len(self.program.steps), lambda _, pair: pair)
        self.solver.add(*self._encoder.domain[stated:])
        return found

    def _name(self, text: str, formula: Bool) -> Bool:
        if z3.is_const(formula) or (z3.is_not(formula) and z3.is_const(formula.arg(0))):
            return formula
        name = z3.Bool(f"{self._mark}{text}")
        self.solver.add(name == formula)
        return name

    def _rules(self, chain: int, manual: Bool) -> tuple[Pair, ...]:
        compiled = self.program.chains[chain]
        pairs = self._encoder.advance(compiled.stop, lambda _, pair: pair)
        found: list[Pair] = []
        for i, rule in enumerate(compiled.rules):
            true, possible = taking_part(rule, pairs[rule.step], manual)
            label = f"{compiled.chain.name} {i}"
            named = self._name(f"{label} true", true)
            found.append(
                (named, named)
                if true is possible
                else (named, self._name(f"{label} possible", possible))
            )
        return tuple(found)

    def _outcome(self, chain: int, manual: Bool) -> Outcome:
        return outcome(
            self.program.chains[chain], self._rules(chain, manual), self._name, self._mark
        )

    def _grades(self) -> list[Bool]:
        rulebook, chain = self.program.rulebook, self.program.chains[0]
        said = [r.rule.then["tier"] for r in chain.rules]
        said.append(str((chain.chain.otherwise or {}).get("tier", MANUAL)))
        found = []
        for tier in (*rulebook.tiers, MANUAL):
            rules = [n for n, t in zip(self.tiers.named, said, strict=True) if t == tier]
            more = [self.tiers.undecided] if tier == MANUAL else []
            found.append(self._name(f"tier is {tier}", either([*rules, *more])))
        return found

    def plain(self, name: str) -> list[Bool]:
        """That nothing but this column is in the way: amounts are given and nothing divides by 0.

        For want of an amount in a foreign currency accounts go to a person by design.
        """
        found = self._encoder.divisible(name)
        if name != "currency":
            found.append(self.space.in_currency([self.program.rulebook.currency]))
        return found

    # search

    def check(self, *wanted: Bool) -> bool:
        """Whether some account is as wanted, settling apart; raises Unproved."""
        found = self.solver.check(*wanted)
        if found == z3.unknown:
            raise Unproved
        return bool(found == z3.sat)

    def find(self, *wanted: Bool, doubtful: bool = False) -> Account | None:
        """An account that is as wanted, or None if there is none; raises Unproved.

        It is put to the evaluator where settling plays a part; accounts without doubts go first,
        unless only `doubtful` ones are wanted.
        """
        return real_account(self, wanted, None if doubtful else self.settled())

    def settled(self) -> list[Bool]:
        """That nothing about an account is left to settle."""
        said = [opposite(c.unsettled) for c in (self.tiers, self.treatments)]
        return [p for p in said if not is_yes(p)]

    def one(self, *wanted: Bool) -> Account:
        """An account of which is known that there is one; put to the evaluator by the caller."""
        if not self.check(*wanted):
            raise Disagreement
        return self.space.account(self.solver.model())

    @contextmanager
    def scope(self) -> Iterator[z3.Solver]:
        """The solver for further formulas that hold inside; what is learnt inside stays."""
        before = len(self.learnt)
        self.solver.push()
        try:
            yield self.solver
        finally:
            self.solver.pop()
            self.solver.add(*self.learnt[before:])

    def fixed(self, account: Account) -> dict[str, Bool]:
        """For each column the formula that it is as in the account."""
        return self.space.fixed(account)

    # the evaluator

    def is_real(self, account: Account, model: z3.ModelRef, *, wholly: bool = False) -> bool:
        """Whether the evaluator agrees; if it does not over settling, the prover is told.

        Raises: Disagreement; with `wholly` over any single test. Unproved after many lessons.
        """
        if len(self.learnt) > MAX_LESSONS:
            raise Unproved
        tally, chunk = self.decided(account)
        if wholly:
            seen = [m[0] for truth in chunk.truths[: self.program.chains[1].stop] for m in truth]
            if _number(model, self._stands) != sum(1 << i for i, m in enumerate(seen) if m):
                raise Disagreement(account)
        for chain, said in ((0, self.tiers), (1, self.treatments)):
            stop = self.program.chains[chain].stop
            rule = int(tally.arrays[("tier_rule", "treatment")[chain]][0])
            if chain == 1 and rule == UNDECIDED and _holds(model, self.unclear):
                continue
            claimed = _number(model, self._claims[chain])
            if claimed == (0 if rule == UNDECIDED else 1 << rule):
                continue
            if not _holds(model, said.unsettled):
                raise Disagreement(account, rule, claimed)
            self._learn(said, model, stop, rule)
            return False
        return True

    def decided(self, account: Account) -> tuple[Tally, Chunk]:
        """What the evaluator makes of the account; the last one is remembered."""
        if self._decided is None or self._decided[0] != account:
            found = decider(self.program, frame_of(self.program, account))
            self._decided = account, found
        return self._decided[1]

    def _learn(self, said: Outcome, model: z3.ModelRef, stop: int, rule: int) -> None:
        """Tells the prover how tests that stand like these are settled."""
        alike: list[Bool] = []
        for i, step in enumerate(self.program.steps[:stop]):
            if not isinstance(step, Joined | Opposite):
                alike += [p if _holds(model, p) else opposite(p) for p in self.pairs[i]]
        alike += [p if _holds(model, p) else opposite(p) for _, p in said.rules]
        result = opposite(either(said.split)) if rule == UNDECIDED else said.split[rule]
        self.learnt.append(z3.Implies(both([*alike, said.unsettled]), result))
        self.solver.add(self.learnt[-1])


def _bits(named: Iterable[Bool]) -> Number:
    """One number for all of the formulas, bit by bit: a model is asked once, not for each."""
    return z3.Sum([z3.If(n, z3.IntVal(1 << i), z3.IntVal(0)) for i, n in enumerate(named)])


def _number(model: z3.ModelRef, formula: Number) -> int:
    return int(model.eval(formula, model_completion=True).as_long())


def _holds(model: z3.ModelRef, formula: Bool) -> bool:
    return bool(z3.is_true(model.eval(formula, model_completion=True)))


def frame_of(program: Program, account: Account) -> pd.DataFrame:
    """The account as a frame of one row."""
    dictionary = program.rulebook.dictionary
    columns: dict[str, pa.Array] = {}
    for name in sorted(program.rulebook.columns & dictionary.keys()):
        column = dictionary[name]
        kind = ARROW_TYPES[column.type]
        columns[name] = _values(column, [account[name]] if name in account else [0]).cast(kind)
    return to_frame(pa.table(columns))


def _values(column: Column, numbers: Iterable[int | None]) -> pa.Array:
    if column.type == "enum":
        return pa.array([None if n is None else column.values[n] for n in numbers], pa.string())
    if column.type == "text":
        return pa.array([None if n is None else "present" for n in numbers], pa.string())
    if column.type == "bool":
        return pa.array([None if n is None else bool(n) for n in numbers], pa.bool_())
    return pa.array(numbers, pa.int32() if column.type == "date" else pa.int64())
