"""Which moves between two rulebooks are possible at all, whatever the accounts.

Both books are formulas over one account. Every move that is listed comes with the plainest account
that makes it, put to both evaluators; what is neither found nor ruled out in time is said to be
open, never to be impossible.
"""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date
from itertools import product

import z3

from collectctl.problems import ConfigError, Problem
from collectctl.rules.chains import MANUAL
from collectctl.rules.program import build
from collectctl.rules.proof.epochs import epochs
from collectctl.rules.proof.example import Examples, real_account
from collectctl.rules.proof.model import Disagreement, Model, Unproved
from collectctl.rules.proof.space import Account, Bool, Space, both, opposite
from collectctl.rules.rulebook import Rulebook
from collectctl.rules.steps import Program, Score
from collectctl.rules.verdict import UNDECIDED

Place = tuple[str, str]
"""A tier and a treatment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Possible:
    """A move that some account makes."""

    old: Place
    new: Place
    example: str
    """The columns that matter of the plainest such account."""
    since: date
    """The first day on which it is possible."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """All moves there can be, and what stays open."""

    possible: tuple[Possible, ...]
    open: tuple[tuple[str, str, date], ...]
    """Pairs of tiers for which the prover gave up, and the first day on which it did: more moves
    than are listed may be possible."""
    days: tuple[date, ...]
    """The days that were looked at; each stands for those up to the next."""


def possible_moves(
    old: Rulebook, new: Rulebook, as_of: date | None = None, *, milliseconds: int = 5000
) -> Moves:
    """Every move of tier or treatment that an account can make from the old book to the new one.

    Covers the declared bounds and values of the columns; one business date, or without it every
    day on which both books can be used. `milliseconds` is the longest the prover thinks about one
    question.

    Raises:
        ConfigError: `diff-column`, the books do not declare their columns alike; or there is no
            day on which both are in force.
    """
    found: dict[tuple[Place, Place], Possible] = {}
    left_open: dict[tuple[str, str], date] = {}
    days: list[date] = []
    for first, second in _programs(old, new, as_of):
        joint = _Joint(first, second, milliseconds)
        differing = tuple(_differing(joint))
        if differing:
            raise ConfigError(differing)
        days.append(first.as_of)
        for (before, is_before), (after, is_after) in product(joint.old.tiers(), joint.new.tiers()):
            known = [(o[1], n[1]) for o, n in found if (o[0], n[0]) == (before, after)]
            try:
                more = joint.moves(before, after, both([is_before, is_after]), known)
            except _GaveUp as gave_up:
                more = gave_up.found
                left_open.setdefault((before, after), first.as_of)
            found |= {(m.old, m.new): m for m in more}
    return Moves(
        possible=tuple(sorted(found.values(), key=lambda m: m.since)),
        open=tuple((*tiers, day) for tiers, day in left_open.items()),
        days=tuple(days),
    )


def _programs(
    old: Rulebook, new: Rulebook, as_of: date | None
) -> Iterator[tuple[Program, Program]]:
    """Both books on the day, or on every day on which one of them is another."""
    if as_of is not None:
        yield build(old, as_of), build(new, as_of)
        return
    usable = False
    failed: ConfigError | None = None
    for _, built in epochs(old, new):
        if isinstance(built, ConfigError):
            failed = built
            continue
        usable = True
        (first, _), (second, _) = built
        yield first, second
    if failed is not None and not usable:
        raise failed


class _GaveUp(Exception):  # noqa: N818 - control flow inside this module
    """The prover gave up on a pair of tiers; carries what it had found."""

    def __init__(self, found: list[Possible]) -> None:
        super().__init__()
        self.found = found


class _Side:
    """One of the books as formulas, and as the evaluator that decides at night."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._rulebook = model.program.rulebook

    def tiers(self) -> list[tuple[str, Bool]]:
        """Each tier, MANUAL last, and that the account has it."""
        return list(zip((*self._rulebook.tiers, MANUAL), self.model.grades, strict=True))

    def treatments(self) -> dict[str, Bool]:
        """That the account has a treatment, by its name; MANUAL last."""
        *rules, last = self.model.treatments.named
        chosen = [*rules, both([last, opposite(self.model.unclear)]), self.model.unclear]
        return dict(zip((*self._rulebook.treatments, MANUAL), chosen, strict=True))

    def place(self, account: Account) -> Place:
        """What the evaluator makes of the account."""
        tally, _ = self.model.decided(account)
        tier, treatment = (int(tally.arrays[name][0]) for name in ("tier", "treatment"))
        rulebook = self._rulebook
        named = MANUAL if treatment == UNDECIDED else rulebook.treatments[treatment]
        return (*rulebook.tiers, MANUAL)[tier], named


def _both_scores(first: Program, second: Program) -> dict[str, Score]:
    """The scores of either; of one that both have, every point at which one of them changes."""
    found = dict(first.scores)
    for name, score in second.scores.items():
        other = found.get(name)
        stairs = score.stairs if other is None else (*other.stairs, *score.stairs)
        found[name] = Score(base=score.base, stairs=stairs)
    return found


class _Joint:
    """Both books over one account; a model in which examples can be looked for."""

    def __init__(self, old: Program, new: Program, milliseconds: int) -> None:
        first = Model(old, milliseconds)
        second = Model(new, milliseconds, beside=first)
        self.old, self.new = _Side(first), _Side(second)
        self.solver = first.solver
        self.space: Space = first.space.joined(second.space)
        self.program = replace(
            first.program,
            steps=(*first.program.steps, *second.program.steps),
            sums={**first.program.sums, **second.program.sums},
            quotients={**first.program.quotients, **second.program.quotients},
            scores=_both_scores(first.program, second.program),
        )
        self._examples = Examples(self)

    # what examples are looked for in

    def check(self, *wanted: Bool) -> bool:
        """Whether some account is as wanted, settling apart; raises Unproved."""
        return self.old.model.check(*wanted)

    def find(self, *wanted: Bool) -> Account | None:
        """An account that is as wanted, put to both evaluators; raises Unproved."""
        settled = [*self.old.model.settled(), *self.new.model.settled()]
        return real_account(self, wanted, settled)

    def one(self, *wanted: Bool) -> Account:
        """An account of which is known that there is one."""
        if not self.check(*wanted):
            raise Disagreement
        return self.space.account(self.solver.model())

    def scope(self) -> AbstractContextManager[z3.Solver]:
        """The solver for formulas that hold inside alone; what is learnt inside stays."""
        return self.old.model.scope()

    def is_real(self, account: Account, model: z3.ModelRef, *, wholly: bool = False) -> bool:
        """Whether both evaluators agree; each that does not over settling has its model told."""
        sides = [s.model.is_real(account, model, wholly=wholly) for s in (self.old, self.new)]
        return all(sides)

    # moves

    def moves(
        self, before: str, after: str, tiers: Bool, known: Iterable[tuple[str, str]]
    ) -> list[Possible]:
        """Every move between two tiers, by treatments, but those that are known; raises _GaveUp."""
        old, new = self.old.treatments(), self.new.treatments()
        found: list[Possible] = []
        ruled_out = [opposite(both([old[a], new[b]])) for a, b in known]
        if before == after:
            ruled_out += [opposite(both([old[t], new[t]])) for t in old if t in new]
        try:
            while (account := self.find(both([tiers, *ruled_out]))) is not None:
                (was, first), (is_, second) = places = self._places(account)
                if (was, is_) != (before, after):
                    raise Disagreement(account)
                move = both([old[first], new[second]])
                shown = self._shown(both([tiers, move]), account, places)
                since = self.old.model.program.as_of
                found.append(Possible(old=places[0], new=places[1], example=shown, since=since))
                ruled_out.append(opposite(move))
        except Unproved:
            raise _GaveUp(found) from None
        return sorted(found, key=lambda m: ([*old].index(m.old[1]), [*new].index(m.new[1])))

    def _shown(self, move: Bool, found: Account, places: tuple[Place, Place]) -> str:
        """The plainest account of a move; the one that was found where that takes too long."""
        try:
            account, words = self._examples.plainest(move)
        except Unproved:
            return ", ".join(self._examples.words(n, found) for n in self.space.order)
        if self._places(account) != places:
            raise Disagreement(account)
        return ", ".join(words.values()) or "any account"

    def _places(self, account: Account) -> tuple[Place, Place]:
        return self.old.place(account), self.new.place(account)


# columns


def _differing(joint: _Joint) -> Iterator[Problem]:
    """The columns that the books do not declare alike: no account would be one of both."""
    old, new = (s.model.program.rulebook for s in (joint.old, joint.new))
    arms = {e.column for b in (old, new) for e in b.experiments.values()}
    if old.currency != new.currency:
        what = f"is {old.currency} in one, {new.currency} in the other"
        yield _problem("the currency of amounts", what)
    for name in joint.space.order:
        said = [_declared(book, name) for book in (old, new)]
        if None in said and name in arms:
            continue
        first, second = (s or {} for s in said)
        if None in said:
            yield _problem(f"column '{name}'", "is declared in one, not in the other")
        elif first != second:
            key = next(k for k in first if first[k] != second[k])
            what = f"has {key} {first[key]} in one, {second[key]} in the other"
            yield _problem(f"column '{name}'", what)


def _declared(book: Rulebook, name: str) -> dict[str, str] | None:
    """All that the space of accounts depends on; None for a column that the book lacks."""
    column = book.dictionary.get(name)
    if column is None:
        return None
    missing = None if column.if_missing is None else column.if_missing.value
    return {
        "type": column.type, "values": ", ".join(column.values) or "none",
        "min": str(column.minimum), "max": str(column.maximum), "decimals": str(column.digits),
        "required": str(column.required).lower(), "if_missing": str(missing),
        "mark": book.customer.marks.get(name, "none"),
    }  # fmt: skip


def _problem(subject: str, what: str) -> Problem:
    return Problem(
        code="diff-column",
        message=f"{subject} {what} of the two rulebooks",
        expected="one declaration in both, for what they look at",
        mend="prove the moves with one columns.yaml for both; compare on accounts without --prove",
    )
