"""Why accounts move between two rulebooks: which test of which rule, and how many it concerns.

Knows both programs and the accounts that move. A reason is counted on the accounts themselves by
the evaluator that decides at night, never guessed from the text of the rules.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa

from collectctl.columns import Bool, Ints, to_frame, to_table
from collectctl.rules.chains import MANUAL, OTHERWISE, Rule
from collectctl.rules.decide import CHUNK, decider
from collectctl.rules.decisions import Tally, missing_names
from collectctl.rules.evaluate import Truth
from collectctl.rules.marks import pooled
from collectctl.rules.meaning import Book, asked
from collectctl.rules.verdict import UNDECIDED, effective

Move = tuple[str, str, str]
"""A chain, and the rules that decide in it by the old and by the new rulebook."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """The accounts that one rule of the old rulebook had and one of the new has, and why."""

    chain: str
    """`tiers`; or `treatments`, for accounts whose tier stays."""
    old: str
    """A rule, `otherwise` or MANUAL."""
    new: str
    accounts: int
    why: tuple[tuple[str, int], ...]
    """A sentence and how many it holds for; one account may have several."""
    missing: tuple[tuple[str, int], ...]
    """Where a person decides, before or now: the columns in the way, and how often."""


def reasons(old: Book, new: Book, accounts: pd.DataFrame, moved: Bool) -> tuple[Reason, ...]:
    """Why the accounts marked in `moved` move, the most frequent first."""
    names = sorted((old.rulebook.columns | new.rulebook.columns) & set(accounts.columns))
    arms = [e.column for b in (old, new) for e in b.rulebook.experiments.values()]
    names += [n for n in dict.fromkeys(arms) if n in accounts and n not in names]
    tables = [
        to_table(pooled(b.rulebook, accounts[names])).filter(pa.array(moved)) for b in (old, new)
    ]
    found = _Found()
    for start in range(0, len(tables[0]), CHUNK):
        frames = [to_frame(table.slice(start, CHUNK)) for table in tables]
        sides = _Seen(old, frames[0]), _Seen(new, frames[1])
        for chain in (0, 1):
            _Chain(chain, *sides, found).tell()
    return found.sorted()


@dataclass(slots=True)
class _Found:
    """Counts as they come in, a block of accounts after the other."""

    accounts: Counter[Move] = field(default_factory=Counter)
    why: dict[Move, Counter[str]] = field(default_factory=dict)
    missing: dict[Move, Counter[str]] = field(default_factory=dict)

    def sorted(self) -> tuple[Reason, ...]:
        """The reasons, the most frequent first."""
        return tuple(
            Reason(
                chain=move[0], old=move[1], new=move[2], accounts=count,
                why=_often(self.why[move]), missing=_often(self.missing[move]),
            )
            for move, count in sorted(self.accounts.items(), key=lambda m: (-m[1], m[0]))
        )  # fmt: skip


def _often(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counts.items(), key=lambda one: (-one[1], one[0])))


class _Seen:
    """What one rulebook makes of a block of accounts."""

    def __init__(self, book: Book, frame: pd.DataFrame) -> None:
        self.book = book
        self.tally, chunk = decider(book.program, frame)
        self.truths: Sequence[Truth] = chunk.advance(len(book.program.steps))
        tier = self.tally.arrays["tier"]
        names = np.array([*book.rulebook.tiers, MANUAL], object)
        self.tier = names[tier]
        self._manual: Bool = tier == len(book.rulebook.tiers)

    def verdict(self, chain: int) -> Ints:
        """The position of the rule that decides, as in `Verdict`."""
        return self.tally.arrays[("tier_rule", "treatment")[chain]]

    def state(self, chain: int, position: int) -> Truth:
        """A rule as it takes part."""
        compiled = self.book.program.chains[chain].rules[position]
        true, possible = effective(compiled, self.truths[compiled.step])
        if chain == 0 or compiled.names_manual:
            return true, possible
        return true & ~self._manual, possible & ~self._manual

    def position(self, chain: int, name: str) -> int | None:
        """Where a rule stands in its chain."""
        ids = [r.id for r in self.book.rulebook.chains[chain].rules]
        return ids.index(name) if name in ids else None

    def name(self, chain: int, position: int) -> str:
        """The id of the rule at a position."""
        rules = self.book.rulebook.chains[chain].rules
        if position == UNDECIDED:
            return MANUAL
        return rules[position].id if position < len(rules) else OTHERWISE

    def missing(self, rows: Ints) -> Counter[str]:
        """The columns behind the doubts about some accounts."""
        names = missing_names(self.book.rulebook)
        return Counter(dict(_bits(self.tally, names, rows)))


def _bits(tally: Tally, names: Sequence[str], rows: Ints) -> Iterator[tuple[str, int]]:
    words = tally.word("missing")
    for place, name in enumerate(names):
        word = words[place // 63][rows]
        count = int((word >> (place % 63) & 1).sum())
        if count:
            yield name, count


class _Chain:
    """One chain of both rulebooks on a block of accounts."""

    def __init__(self, chain: int, old: _Seen, new: _Seen, found: _Found) -> None:
        self._chain = chain
        self._name = old.book.rulebook.chains[chain].name
        self._old, self._new = old, new
        self._found = found
        self._whys: Counter[str] = Counter()

    def tell(self) -> None:
        """Adds the moves of this block and why they are made."""
        old, new = self._old, self._new
        if self._chain == 0:
            where = old.tier != new.tier
        else:
            where = (old.tier == new.tier) & self._otherwise_treated()
        rows = np.flatnonzero(where)
        pairs = np.stack([s.verdict(self._chain)[rows].astype(np.int64) for s in (old, new)])
        distinct, back = np.unique(pairs, axis=1, return_inverse=True)
        for i, (a, b) in enumerate(distinct.T):
            here = rows[back.reshape(-1) == i]
            before, after = old.name(self._chain, int(a)), new.name(self._chain, int(b))
            move = (self._name, before, after)
            self._whys = self._found.why.setdefault(move, Counter())
            self._found.accounts[move] += len(here)
            missing = self._found.missing.setdefault(move, Counter())
            for side, name in ((old, before), (new, after)):
                if name == MANUAL:
                    missing.update(side.missing(here))
            self._explain(before, after, here)

    def _otherwise_treated(self) -> Bool:
        """Where the treatment is another one; a name that is kept is `Comparison.reworded`."""
        names = [
            np.array([*s.book.rulebook.treatments, MANUAL], object)[s.verdict(1)]
            for s in (self._old, self._new)
        ]
        differs: Bool = names[0] != names[1]
        return differs

    def _explain(self, before: str, after: str, rows: Ints) -> None:
        """Counts why these accounts went from one rule to the other; each finds a reason."""
        rows = self._left(before, after, rows)
        if len(rows) and after not in (OTHERWISE, MANUAL):
            rows = self._taken(before, after, rows)
        if len(rows) and not before == after == OTHERWISE:
            rows = self._others(before, after, rows)
        if len(rows):
            self._whys[self._rest(before, after)] += len(rows)

    # the rule that had them

    def _left(self, before: str, after: str, rows: Ints) -> Ints:
        """Counts those that the old rule lets go; gives the others."""
        if before in (OTHERWISE, MANUAL):
            return rows
        position = self._new.position(self._chain, before)
        if position is None:
            self._whys[f"'{before}' is no longer there"] += len(rows)
            return rows[:0]
        if before == after:
            self._whys[self._gives(before)] += len(rows)
            return rows[:0]
        going = self._goes(before, rows, self._standing(self._new, before, rows)[0])
        self._lost(before, rows[going])
        return rows[~going]

    def _goes(self, name: str, rows: Ints, true: Bool) -> Bool:
        """Where a rule is not true on one side, and stands otherwise on the other."""
        (was, might), (is_, may) = (self._standing(s, name, rows) for s in self._sides())
        goes: Bool = ~true & ((was != is_) | (might != may))
        return goes

    def _gives(self, name: str) -> str:
        rules = [s.book.rule(self._chain, name) for s in (self._old, self._new)]
        said = [_said(r) for r in rules]
        return f"'{name}' now gives {said[1]} instead of {said[0]}"

    def _lost(self, name: str, rows: Ints) -> None:
        """Counts which new test of a rule these accounts do not pass."""
        if not len(rows):
            return
        known = self._old.book.meanings(self._name, name)
        explained = np.zeros(len(rows), np.bool_)
        for part in self._new.book.parts[self._name, name]:
            if part.meaning in known:
                continue
            true, possible = (t[rows] for t in self._new.truths[part.step])
            text = f"'{name}' now asks {asked(self._new.book, part.test, self._old.book)}"
            self._add(f"{text}: they fail it", ~possible)
            self._add(f"{text}: a value for it is missing", possible & ~true)
            explained |= ~true
        self._add(f"'{name}' treats a missing value in another way", ~explained)

    # the rule that takes them

    def _taken(self, before: str, after: str, rows: Ints) -> Ints:
        """Counts those that the new rule would not have had before; gives the others."""
        position = self._old.position(self._chain, after)
        if position is None:
            self._whys[f"'{after}' is new"] += len(rows)
            return rows[:0]
        coming = self._goes(after, rows, self._standing(self._old, after, rows)[0])
        self._gained(after, rows[coming])
        rows = rows[~coming]
        was = self._old.position(self._chain, before)
        now = self._new.position(self._chain, before)
        at = self._new.position(self._chain, after)
        if was is None or now is None or at is None or not (was < position and at < now):
            return rows
        self._whys[f"'{after}' now comes before '{before}'"] += len(rows)
        return rows[:0]

    def _gained(self, name: str, rows: Ints) -> None:
        """Counts which former test of a rule these accounts did not pass."""
        if not len(rows):
            return
        known = self._new.book.meanings(self._name, name)
        explained = np.zeros(len(rows), np.bool_)
        for part in self._old.book.parts[self._name, name]:
            if part.meaning in known:
                continue
            true, possible = (t[rows] for t in self._old.truths[part.step])
            text = f"'{name}' no longer asks {asked(self._old.book, part.test, self._new.book)}"
            self._add(f"{text}: they failed it", ~possible)
            self._add(f"{text}: a value for it is missing", possible & ~true)
            explained |= ~true
        self._add(f"'{name}' treats a missing value in another way", ~explained)

    # any other rule

    def _others(self, before: str, after: str, rows: Ints) -> Ints:
        """Counts the rules that stand otherwise than before; gives those without one."""
        explained = np.zeros(len(rows), np.bool_)
        for name in dict.fromkeys(
            [*self._asked_by(self._old, before), *self._asked_by(self._new, after)]
        ):
            (was, might), (is_, may) = (self._standing(s, name, rows) for s in self._sides())
            differs = (was != is_) | (might != may)
            if not differs.any():
                continue
            explained |= differs
            now, then = may & ~is_, might & ~was
            for text, where in (
                ("takes them now", is_ & ~was),
                ("took them before", was & ~is_),
                ("is in doubt now", now & ~might),
                ("was in doubt before", then & ~may),
            ):
                self._add(f"{self._changed(name)} {text}", where)
        return rows[~explained]

    def _asked_by(self, side: _Seen, decides: str) -> Iterator[str]:
        """The rules that are asked before one decides; all of them in `unique`."""
        chain = side.book.rulebook.chains[self._chain]
        for rule in chain.rules:
            yield rule.id
            if rule.id == decides and chain.hit == "first":
                return

    def _sides(self) -> tuple[_Seen, _Seen]:
        return self._old, self._new

    def _standing(self, side: _Seen, name: str, rows: Ints) -> Truth:
        position = side.position(self._chain, name)
        if position is None:
            nothing = np.zeros(len(rows), np.bool_)
            return nothing, nothing
        true, possible = side.state(self._chain, position)
        return true[rows], possible[rows]

    def _changed(self, name: str) -> str:
        """A rule other than the two of the move, with what of it is another."""
        old, new = self._old.book, self._new.book
        if self._old.position(self._chain, name) is None:
            return f"the new rule '{name}'"
        if self._new.position(self._chain, name) is None:
            return f"the former rule '{name}'"
        known, parts = old.meanings(self._name, name), new.parts[self._name, name]
        fresh = [asked(new, p.test, old) for p in parts if p.meaning not in known]
        return f"'{name}'" + (f", which now asks {' and '.join(fresh)}," if fresh else "")

    def _rest(self, before: str, after: str) -> str:
        chains = [s.book.rulebook.chains[self._chain] for s in self._sides()]
        if chains[0].hit != chains[1].hit:
            return f"'hit' is {chains[1].hit} instead of {chains[0].hit}"
        if before == after == OTHERWISE:
            return "'otherwise' gives something else"
        if [r.id for r in chains[0].rules] != [r.id for r in chains[1].rules]:
            return "the rules stand in another order"
        return "rules in doubt come to another result together"

    def _add(self, text: str, where: Bool) -> None:
        if count := int(where.sum()):
            self._whys[text] += count


def _said(rule: Rule | None) -> str:
    return "nothing" if rule is None else ", ".join(f"{v}" for _, v in sorted(rule.then.items()))
