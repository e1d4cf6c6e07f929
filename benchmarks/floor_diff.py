"""Two versions of a rulebook of 40 rules on accounts of 15 columns: compared by us, and by hand.

By hand is pandas' nullable types: 40 masks for each version, first match, a crosstab of counts and
one of sums. No trace, no reasons, no currencies apart, and a missing value is simply no match.
"""

from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa

from collectctl.columns import ARROW_TYPES, Dictionary, read_dictionary, to_frame
from collectctl.rules.comparison import Comparison, Decided, compare
from collectctl.rules.decide import decide
from collectctl.rules.meaning import Book
from collectctl.rules.reasons import Reason, reasons
from collectctl.rules.rulebook import Rulebook, read_rulebook

DAY = date(2026, 11, 20)
BANDS = (0, 30, 60, 90, 120)
MOVED_BANDS = (0, 30, 60, 95, 120)
_COLUMNS = """format: collectctl/1
columns:
  account_id: {type: text, required: true}
  customer_id: {type: text, required: true}
  currency: {type: enum, required: true, values: [CNY, USD]}
  days: {type: int, unit: days, required: true, min: 0, max: 7300}
  balance: {type: money, required: true, min: 0, max: 50000000}
  credit_limit: {type: money, min: 0, max: 50000000}
  score: {type: int, min: 300, max: 900}
  promises: {type: int, min: 0, max: 60}
  used: {type: ratio, decimals: 4, min: 0, max: 5}
  paid: {type: ratio, decimals: 4, min: 0, max: 5}
  hardship: {type: bool}
  contactable: {type: bool}
  court: {type: enum, required: true, values: [none, before, during, after]}
  product: {type: enum, required: true, values: [card, farm, consumer, home, business]}
  guarantee: {type: enum, values: [none, person, pledge]}
"""
_BOOK = """format: collectctl/1
ruleset: forty
title: Forty rules
version: '1'
currency: CNY
parameters:
  big: {{title: Big, type: money, values: [
    {{from: 2024-01-01, value: {big}, source: bench, verified: house}},
    {{from: 2024-01-01, value: {big}, currency: USD, source: bench, verified: house}}]}}
  low: {{title: Low, type: int, values: [
    {{from: 2024-01-01, value: {low}, source: bench, verified: house}}]}}
segments:
  risky: score < @low or promises >= 2 or used >= 0.95
outputs:
  tone: {{type: enum, values: [none, care, remind, firm, legal], order: true}}
tiers:
  order: [{order}]
  hit: first
  rules:
{tiers}
  otherwise: NONE
treatments:
  hit: first
  rules:
    - {{id: care, when: days > 0 and hardship,{unknown} then: {{tone: care}}}}
    - {{id: court, when: "court in ('during', 'after')", then: {{tone: legal}}}}
    - {{id: farm, when: "product = 'farm' and days <= 60", then: {{tone: care}}}}
    - {{id: secured, when: "guarantee = 'pledge' and days > 120",{unknown} then: {{tone: legal}}}}
    - {{id: away, when: not contactable and days > 30,{unknown} then: {{tone: firm}}}}
    - {{id: payer, when: paid >= 0.5 and days <= 90,{unknown} then: {{tone: remind}}}}
    - {{id: large, when: balance > 0.8 * credit_limit and days > 60,{unknown} then: {{tone: firm}}}}
    - {{id: late, when: days > 90, then: {{tone: legal}}}}
    - {{id: firm, when: days > 30, then: {{tone: firm}}}}
    - {{id: remind, when: days > 0, then: {{tone: remind}}}}
  otherwise: {{tone: none}}
customer: {{key: customer_id, grade: hardest, lead: hardest, manual: hold}}
"""
_NO_MATCH = " on_unknown: no_match, because: bench,"
_SIZES = ("balance < 5000", "balance < @big", "balance >= @big")
_KEYS = [(b, s, r) for b in range(len(BANDS)) for s in range(len(_SIZES)) for r in (0, 1)]
_NULLABLE = {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}


def _tier(band: int, size: int, risk: int) -> str:
    return f"T{band}{'SML'[size]}{'LH'[risk]}"


def _when(bands: tuple[int, ...], band: int, size: int, risk: int) -> str:
    last = f"{bands[band + 1]}]" if band + 1 < len(bands) else "]"
    # An amount of the other currency would be unknown: the smallest bound is asked in parts of big.
    amount = _SIZES[size].replace("balance < 5000", "4 * balance < @big")
    return f"days in ({bands[band]}..{last} and {amount} and {'' if risk else 'not '}risky"


def _rulebook(columns: Dictionary, bands: tuple[int, ...], big: int, low: int) -> Rulebook:
    rules = "\n".join(
        f"    - {{id: {_tier(*k)}, when: '{_when(bands, *k)}', tier: {_tier(*k)}, "
        f"on_unknown: {'no_match' if k[2] else 'match'}, because: b}}"
        for k in _KEYS
    )
    order = ", ".join(["NONE", *(_tier(*k) for k in _KEYS)])
    text = _BOOK.format(big=big, low=low, order=order, tiers=rules, unknown=_NO_MATCH)
    found, problems = read_rulebook({"book.yaml": text.encode()}, columns)
    if found is None:
        raise SystemExit("\n".join(str(p) for p in problems))
    return found


class Two:
    """Both versions and the accounts."""

    def __init__(self, accounts: int) -> None:
        """Makes so many accounts, the same ones each time."""
        columns, _ = read_dictionary(_COLUMNS.encode(), "columns.yaml")
        if columns is None:
            raise SystemExit("the columns cannot be read")
        self.books = (
            _rulebook(columns, BANDS, 20_000, 580),
            _rulebook(columns, MOVED_BANDS, 30_000, 600),
        )
        self.frame = _accounts(columns, accounts)

    def ours(self) -> tuple[Comparison, tuple[Reason, ...]]:
        """Everything that a comparison computes once the exports are read."""
        old, new = (Decided(rulebook=b, decisions=decide(b, self.frame, DAY)) for b in self.books)
        found = compare(old, new, self.frame)
        why = reasons(*(Book(b, DAY) for b in self.books), self.frame, found.moved)
        return found, why

    def by_hand(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """A crosstab of counts and one of balances."""
        table = pa.Table.from_pandas(self.frame, preserve_index=False)
        df: pd.DataFrame = table.to_pandas(types_mapper=_NULLABLE.get)
        old = _first_match(df, BANDS, 2_000_000, 580)
        new = _first_match(df, MOVED_BANDS, 3_000_000, 600)
        balance = df["balance"].astype("int64")
        tiers = (old[0], new[0])
        pd.crosstab(old[1], new[1])
        return pd.crosstab(*tiers), pd.crosstab(*tiers, values=balance, aggfunc="sum")

    def must_agree(self) -> tuple[int, int]:
        """How many accounts move, and how many rules; ends the run unless both sides agree."""
        found, why = self.ours()
        counts, _ = self.by_hand()
        for (a, b), amount in found.tiers.items():
            if counts.loc[a, b] != amount.accounts:
                raise SystemExit(f"by hand {counts.loc[a, b]} go from {a} to {b}")
        if not why:
            raise SystemExit("nothing was explained")
        return found.moves, sum(len(c.rules) for c in self.books[0].chains)


def _accounts(columns: Dictionary, size: int) -> pd.DataFrame:
    random = np.random.default_rng(20261120)

    def some(values: np.ndarray, missing: float) -> pa.Array:
        return pa.array(values, mask=random.random(size) < missing)

    def one_of(name: str, missing: float = 0.0) -> pa.Array:
        values = np.array(columns[name].values, object)
        return some(values[random.integers(0, len(values), size)], missing)

    ids = pa.array(np.arange(size)).cast(pa.string())
    found = {
        "account_id": ids,
        "customer_id": ids,
        "currency": one_of("currency"),
        "days": pa.array(random.integers(0, 240, size)),
        "balance": pa.array(random.integers(0, 6_000_000, size)),
        "credit_limit": some(random.integers(1, 8_000_000, size), 0.02),
        "score": some(random.integers(300, 900, size), 0.15),
        "promises": some(random.integers(0, 4, size), 0.05),
        "used": some(random.integers(0, 12_000, size), 0.08),
        "paid": some(random.integers(0, 20_000, size), 0.05),
        "hardship": some(random.random(size) < 0.03, 0.05),  # noqa: PLR2004 - one in thirty
        "contactable": some(random.random(size) < 0.9, 0.05),  # noqa: PLR2004 - nine in ten
        "court": one_of("court"),
        "product": one_of("product"),
        "guarantee": one_of("guarantee", 0.05),
    }
    kinds = {name: ARROW_TYPES[columns[name].type] for name in found}
    return to_frame(pa.table({n: values.cast(kinds[n]) for n, values in found.items()}))


def _first_match(
    df: pd.DataFrame, bands: tuple[int, ...], big: int, low: int
) -> tuple[pd.Series, pd.Series]:
    days, balance = df["days"], df["balance"]
    risky = (df["score"] < low) | (df["promises"] >= 2) | (df["used"] >= 9_500)  # noqa: PLR2004 - by hand
    risky = risky.fillna(False)
    sizes = (4 * balance < big, balance < big, balance >= big)
    tiers = {}
    for band, size, risk in _KEYS:
        here = days > bands[band]
        if band + 1 < len(bands):
            here &= days <= bands[band + 1]
        tiers[_tier(band, size, risk)] = here & sizes[size] & (risky if risk else ~risky)
    limit = df["credit_limit"]
    treatments = {
        "care": (days > 0) & df["hardship"],
        "court": df["court"].isin(["during", "after"]),
        "farm": (df["product"] == "farm") & (days <= BANDS[2]),
        "secured": (df["guarantee"] == "pledge") & (days > BANDS[4]),
        "away": ~df["contactable"] & (days > BANDS[1]),
        "payer": (df["paid"] >= 5_000) & (days <= BANDS[3]),  # noqa: PLR2004 - by hand
        "large": (10 * balance > 8 * limit) & (days > BANDS[2]),
        "late": days > BANDS[3],
        "firm": days > BANDS[1],
        "remind": days > 0,
    }
    return _first(tiers, "NONE"), _first(treatments, "otherwise")


def _first(rules: dict[str, pd.Series], otherwise: str) -> pd.Series:
    masks = [mask.fillna(False).to_numpy(bool) for mask in rules.values()]
    names = np.array([*rules, otherwise], object)
    return pd.Series(names[np.select(masks, range(len(masks)), len(masks))])
