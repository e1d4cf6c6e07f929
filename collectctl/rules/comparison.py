"""Two rulebooks on the same accounts: how many, and how much money, stand where by each of them.

Knows decisions of one frame of accounts, made twice. Refuses to know files, dates and why a rule
decided: `collectctl.rules.reasons` says that.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from collectctl.columns import Bool, Ints, arrow, encode
from collectctl.rules.chains import MANUAL
from collectctl.rules.outputs import severity_output
from collectctl.rules.rulebook import Rulebook

Direction = Literal["harsher", "gentler", "to a person", "from a person", "other", "same"]
"""Of a move; `other` where the books declare no order between the two, or opposite ones."""

BALANCE = "balance"
_WAYS: Mapping[int, Direction] = {1: "harsher", -1: "gentler", 0: "same"}
_COMPARED = ("tier", "tier_rule", "treatment", "addons")
_CURRENCY = "currency"
_LOW_BITS = 32
_WIDEST = 2**62

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A rulebook and what it decided of every account, as `decide` gives it."""

    rulebook: Rulebook
    decisions: pd.DataFrame


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where one rulebook puts an account."""

    tier: str
    rule: str | None
    """The rule that gave the tier; None where none could."""
    treatment: str
    addons: str | None


@dataclass(slots=True, kw_only=True)
class Amount:
    """So many accounts with so much money; each currency by itself, in minor units."""

    accounts: int = 0
    money: dict[str, int] = field(default_factory=dict)

    def add(self, accounts: int, money: Mapping[str, int]) -> None:
        """Adds more of the same."""
        self.accounts += accounts
        for currency, minor in money.items():
            self.money[currency] = self.money.get(currency, 0) + minor


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Accounts that each of the rulebooks puts in one place; of one currency."""

    old: Place
    new: Place
    accounts: int
    money: Mapping[str, int]
    """Nothing where the currency of an account is not known."""


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Where the accounts stand by the old rulebook, and where by the new one."""

    old: Rulebook
    new: Rulebook
    cells: tuple[Cell, ...]
    moved: Bool
    """For each account of the frame whether anything about it differs."""

    @property
    def total(self) -> Amount:
        """All accounts; what every matrix adds up to."""
        return _sum(self.cells, lambda _: "all").get("all", Amount())

    @property
    def moves(self) -> int:
        """How many accounts stand elsewhere than before, whatever of their place differs."""
        return int(self.moved.sum())

    @property
    def tiers(self) -> dict[tuple[str, str], Amount]:
        """Accounts and money by tier, old and new; only what is not empty."""
        found = _sum(self.cells, lambda c: (c.old.tier, c.new.tier))
        return dict(sorted(found.items(), key=lambda one: self._by_tier(one[0])))

    @property
    def treatments(self) -> dict[tuple[str, str], Amount]:
        """Accounts and money by treatment, old and new; only what is not empty."""
        names = (*self.old.treatments, *self.new.treatments, MANUAL)
        found = _sum(self.cells, lambda c: (c.old.treatment, c.new.treatment))
        return dict(sorted(found.items(), key=lambda one: [names.index(n) for n in one[0]]))

    @property
    def addons(self) -> dict[str, tuple[Amount, Amount]]:
        """For each add-on document the accounts that lose it, and those that gain it."""
        found: dict[str, tuple[Amount, Amount]] = {}
        for cell in self.cells:
            before, after = (set((p.addons or "").split(",")) - {""} for p in (cell.old, cell.new))
            for name in before ^ after:
                sides = found.setdefault(name, (Amount(), Amount()))
                sides[name in after].add(cell.accounts, cell.money)
        return dict(sorted(found.items()))

    def tier_names(self, *, new: bool) -> tuple[str, ...]:
        """The tiers of one of the rulebooks from gentle to hard, MANUAL last."""
        return (*(self.new if new else self.old).tiers, MANUAL)

    def tier_direction(self, before: str, after: str) -> Direction:
        """Which way a move from one tier to another goes, as the rulebooks order them."""
        return _direction(before, after, [_places(self.old.tiers), _places(self.new.tiers)])

    def treatment_direction(self, before: str, after: str) -> Direction:
        """Which way a treatment moves, by the first ordered output where both books have it."""
        if MANUAL in (before, after):
            return _direction(before, after, [])
        scales = [severity_output(book.outputs) for book in (self.old, self.new)]
        if scales[0] is None or scales[0] != scales[1]:
            return "same" if before == after else "other"
        says = self.old.then(before), self.new.then(after)
        at = [scales[0].values.index(then[scales[0].name]) for then in says]
        return _WAYS[(at[1] > at[0]) - (at[1] < at[0])]

    @property
    def reworded(self) -> dict[str, Amount]:
        """Treatments that go by one name in both books and say something else; with accounts."""
        kept = set(self.old.treatments) & set(self.new.treatments)
        names = {t for t in kept if dict(self.old.then(t)) != dict(self.new.then(t))}
        return {t: a for (x, t), a in self.treatments.items() if x == t and t in names}

    def _by_tier(self, pair: tuple[str, str]) -> list[int]:
        return [self.tier_names(new=bool(side)).index(t) for side, t in enumerate(pair)]


def compare(old: Decided, new: Decided, accounts: pd.DataFrame) -> Comparison:
    """The comparison of two decisions on the accounts; the three frames have one order.

    Money is the accounts' `balance`; an account without one counts as an account alone.
    """
    sides = (old.decisions, new.decisions)
    keys = [_codes(arrow(d[name])) for name in _COMPARED for d in sides]
    keys.append(_currencies(accounts, new.rulebook))
    group, count = _grouped([codes for codes, _ in keys])
    first = np.zeros(count, np.int64)
    first[group[::-1]] = np.arange(len(group))[::-1]
    texts = [[names[c] for c in codes[first]] for codes, names in keys]
    number = np.bincount(group, minlength=count)
    money = _exact_sums(accounts, new.rulebook, group, count)
    cells = tuple(
        Cell(
            old=_place(*of[0:8:2]), new=_place(*of[1:8:2]), accounts=int(number[i]),
            money={} if of[8] is None else {of[8]: money[i]},
        )
        for i, of in enumerate(zip(*texts, strict=True))
    )  # fmt: skip
    changed = np.array([_said(old.rulebook, c.old) != _said(new.rulebook, c.new) for c in cells])
    moved = changed.astype(np.bool_)[group] if count else np.zeros(0, np.bool_)
    return Comparison(old=old.rulebook, new=new.rulebook, cells=cells, moved=moved)


def _place(tier: str | None, rule: str | None, treatment: str | None, addons: str | None) -> Place:
    return Place(tier=str(tier), rule=rule, treatment=str(treatment), addons=addons)


def _said(rulebook: Rulebook, place: Place) -> tuple[object, ...]:
    """What an account gets at a place, as far as anybody outside the rulebook notices."""
    then = tuple(sorted(rulebook.then(place.treatment).items()))
    return place.tier, place.treatment, then, place.addons


# groups


def _codes(values: pa.Array) -> tuple[Ints, list[str | None]]:
    """A number for each value, and what the numbers stand for, a missing value last."""
    encoded = values.dictionary_encode()
    names: list[str | None] = [*encoded.dictionary.to_pylist(), None]
    codes = encoded.indices.fill_null(len(names) - 1).to_numpy(zero_copy_only=False)
    return codes.astype(np.int64), names


def _currencies(accounts: pd.DataFrame, rulebook: Rulebook) -> tuple[Ints, list[str | None]]:
    if _CURRENCY not in accounts:
        return np.zeros(len(accounts), np.int64), [rulebook.currency]
    return _codes(arrow(accounts[_CURRENCY]))


def _grouped(keys: Iterable[Ints]) -> tuple[Ints, int]:
    """A number for each distinct row of the keys side by side, and how many there are."""
    code: Ints = np.zeros(0, np.int64)
    width = 1
    for key in keys:
        wide = int(key.max(initial=0)) + 1
        if width == 1:
            code, width = key, wide
            continue
        if width * wide >= _WIDEST:
            code, width = _numbered(code)
        code, width = code * wide + key, width * wide
    return _numbered(code)


def _numbered(code: Ints) -> tuple[Ints, int]:
    encoded = pa.array(code).dictionary_encode()
    return encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64), len(encoded.dictionary)


def _exact_sums(accounts: pd.DataFrame, rulebook: Rulebook, group: Ints, count: int) -> list[int]:
    """The balances of each group; in two halves, so that no sum of them can overflow."""
    if BALANCE not in accounts or BALANCE not in rulebook.dictionary:
        return [0] * count
    values = encode(accounts, rulebook.dictionary, [BALANCE])[BALANCE].values.astype(np.int64)
    halves = []
    for half in (values >> _LOW_BITS, values & (2**_LOW_BITS - 1)):
        sums = np.zeros(count, np.int64)
        np.add.at(sums, group, half)
        halves.append(sums)
    return [(int(h) << _LOW_BITS) + int(w) for h, w in zip(*halves, strict=True)]


def _sum(cells: Iterable[Cell], key: Callable[[Cell], Key]) -> dict[Key, Amount]:
    found: dict[Key, Amount] = {}
    for cell in cells:
        found.setdefault(key(cell), Amount()).add(cell.accounts, cell.money)
    return found


# order


def _places(names: Iterable[str]) -> dict[str, int]:
    return {name: place for place, name in enumerate(names)}


def _direction(before: str, after: str, orders: Iterable[Mapping[str, int]]) -> Direction:
    if MANUAL in (before, after):
        both: Direction = "to a person" if before != MANUAL else "from a person"
        return "same" if before == after else both
    ways = {
        (at[after] > at[before]) - (at[after] < at[before])
        for at in orders
        if before in at and after in at
    }
    return _WAYS[ways.pop()] if len(ways) == 1 else "other"


def totals_of(accounts: pd.DataFrame, rulebook: Rulebook) -> Amount:
    """What a comparison of these accounts must add up to, summed in another way."""
    found = Amount(accounts=len(accounts))
    codes, names = _currencies(accounts, rulebook)
    if BALANCE not in accounts:
        return found
    balances = arrow(accounts[BALANCE])
    for code, name in enumerate(names):
        here = balances.filter(pa.array(codes == code))
        if name is not None and len(here):
            whole = pc.sum(here.cast(pa.decimal128(38, 0))).as_py()
            found.money[name] = int(whole or 0)
    return found
