"""The decisions frame: positions and bits become ids, outputs and reasons.

Knows how a reason is worded, once for each distinct one. Refuses to know how it came about.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np
import pandas as pd
import pyarrow as pa

from collectctl.columns import Ints, to_frame
from collectctl.config import Bilingual
from collectctl.rules.chains import MANUAL, OTHERWISE, Rule
from collectctl.rules.rulebook import Rulebook
from collectctl.rules.steps import Program
from collectctl.rules.verdict import UNDECIDED

_BITS = 63


@dataclass(frozen=True, slots=True)
class Tally:
    """What was decided, as positions in the rulebook and bits; see `decide`."""

    program: Program
    arrays: Mapping[str, Ints]

    @classmethod
    def joined(cls, program: Program, parts: Sequence[Mapping[str, Ints]]) -> "Tally":
        """The parts one after the other."""
        return cls(program, {n: np.concatenate([p[n] for p in parts]) for n in parts[0]})

    def word(self, name: str) -> list[Ints]:
        """The words of a bit set, lowest first: `addons`, `addons.1`, …; `missing_0`, …."""
        found = [self.arrays[name]] if name in self.arrays else []
        for pattern in (f"{name}.", f"{name}_"):
            more = [n for n in self.arrays if n.startswith(pattern) and n[len(pattern) :].isdigit()]
            found += [self.arrays[n] for n in sorted(more, key=lambda n: int(n[len(pattern) :]))]
        return found


def decisions_frame(tally: Tally) -> pd.DataFrame:
    """The frame of `decide`."""
    rulebook = tally.program.rulebook
    tiers = rulebook.tier_chain
    arrays = tally.arrays
    columns: dict[str, pa.Array] = {
        "tier": _named((*rulebook.tiers, MANUAL), arrays["tier"]),
        "tier_rule": _named((*(r.id for r in tiers.rules), OTHERWISE, None), arrays["tier_rule"]),
        "treatment": _named((*rulebook.treatments, MANUAL), arrays["treatment"]),
    }
    said = [rulebook.then(t) for t in (*rulebook.treatments, MANUAL)]
    for name in rulebook.outputs:
        columns[f"out_{name}"] = _named([t.get(name) for t in said], arrays["treatment"])
    documents = [r.then["document"] for r in rulebook.addon_chain.rules]
    columns["addons"] = _bits(tally.word("addons"), lambda bits: _listed(documents, bits))
    columns["addons_withheld"] = _bits(
        tally.word("withheld"), lambda bits: _listed(rulebook.addons, bits)
    )
    chinese, english = _reasons(tally)
    columns |= {"because_zh_CN": chinese, "because_en": english}
    names = missing_names(rulebook)
    columns["missing"] = _bits(tally.word("missing"), lambda bits: _listed(names, bits))
    trace = [n for n in arrays if n.split("_")[-1].isdigit() and "." not in n]
    columns |= {n: pa.array(arrays[n]) for n in trace}
    return to_frame(pa.table(columns))


def missing_names(rulebook: Rulebook) -> tuple[str, ...]:
    """What each bit of the `missing_<n>` words stands for, from the lowest on."""
    return tuple(sorted(rulebook.columns | rulebook.derived.keys() | {"currency"}))


def _named(names: Sequence[str | None], positions: Ints) -> pa.Array:
    """The name at each position; UNDECIDED is the last."""
    last = len(names) - 1
    where = np.where(positions == UNDECIDED, last, positions).astype(np.int32)
    return pa.array(list(names), pa.string()).take(pa.array(where))


def _bits(sets: Sequence[Ints], text: Callable[[tuple[int, ...]], str | None]) -> pa.Array:
    """A text for each bit set, made once for each distinct one."""
    distinct, back = _distinct(sets)
    return pa.array([text(_positions(d)) for d in distinct], pa.string()).take(pa.array(back))


def _distinct(keys: Sequence[Ints]) -> tuple[list[tuple[int, ...]], Ints]:
    """The distinct rows of the arrays side by side, and which of them each row is."""
    back: Ints = np.zeros(len(keys[0]), np.int64)
    for key in keys:
        values, _, inverse = _unique(key)
        if len(values) > 1:
            _, _, back = _unique(back * len(values) + inverse)
    _, first, back = _unique(back)
    return [tuple(int(k[i]) for k in keys) for i in first], back


def _unique(key: Ints) -> tuple[Ints, Ints, Ints]:
    """As numpy's, by hashing: sorting a million keys costs more than all rules together."""
    encoded = pa.array(key).dictionary_encode()
    inverse = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    values = encoded.dictionary.to_numpy(zero_copy_only=False)
    first = np.zeros(len(values), np.int64)
    first[inverse[::-1]] = np.arange(len(key))[::-1]
    return values, first, inverse


def _positions(sets: Sequence[int]) -> tuple[int, ...]:
    return tuple(
        w * _BITS + b for w, word in enumerate(sets) for b in range(_BITS) if word >> b & 1
    )


def _listed(names: Sequence[str], positions: Sequence[int]) -> str | None:
    return ",".join(dict.fromkeys(names[p] for p in positions)) or None


def _reasons(tally: Tally) -> tuple[pa.Array, pa.Array]:
    """Why each account is where it is, in both languages; each distinct reason is worded once."""
    arrays, rulebook = tally.arrays, tally.program.rulebook
    names = ("missing", "tier_true", "tier_unknown", "treatment_unknown")
    words = [word for name in names for word in tally.word(name)]
    parts = [len(tally.word(n)) for n in names[:-1]]
    verdicts = [arrays["tier_rule"], arrays["tier"], arrays["treatment"]]
    clear = (arrays["tier_rule"] != UNDECIDED) & (arrays["treatment"] != UNDECIDED)
    where, texts = np.zeros(len(clear), np.int32), list[Bilingual]()
    # Only doubts need the trace to be worded, and they are few.
    for rows, doubts in ((np.flatnonzero(clear), []), (np.flatnonzero(~clear), words)):
        distinct, back = _distinct([key[rows] for key in (*verdicts, *doubts)])
        where[rows] = back + len(texts)
        padding = (0,) * (len(words) - len(doubts))
        texts += [_reason(rulebook, (*key, *padding), parts) for key in distinct]
    return _worded([t.zh_CN for t in texts], where), _worded([t.en for t in texts], where)


def _worded(texts: Sequence[str], where: Ints) -> pa.Array:
    """The text at each position, held once: reasons are long, few, and there for every account."""
    once = {text: i for i, text in enumerate(dict.fromkeys(texts))}
    number = np.array([once[text] for text in texts], np.int32)
    return pa.DictionaryArray.from_arrays(pa.array(number[where]), pa.array(once, pa.string()))


def _reason(rulebook: Rulebook, key: tuple[int, ...], parts: Sequence[int]) -> Bilingual:
    tier_rule, tier, treatment, *rest = key
    ends = list(accumulate([0, *parts, len(rest) - sum(parts)]))
    missing, true, unknown, in_doubt = (_positions(rest[a:b]) for a, b in pairwise(ends))
    label = rulebook.tiers[tier] if tier < len(rulebook.tiers) else MANUAL
    tiers, treatments, _ = rulebook.chains
    if tier_rule == UNDECIDED:
        first = _undecided(tiers.rules, unknown or true, clash=not unknown)
        first = _with(first, missing_text(rulebook, missing))
    else:
        first = said(tiers.rules, tier_rule, label)
    if treatment == UNDECIDED and tier_rule != UNDECIDED and label != MANUAL:
        second = _undecided(treatments.rules, in_doubt, clash=False)
        second = _with(second, missing_text(rulebook, missing))
    elif treatment in (UNDECIDED, len(treatments.rules)):
        second = None
    else:
        rule = treatments.rules[treatment]
        second = rule.because or Bilingual(zh_CN=rule.id, en=rule.id)
    return first if second is None else _with(first, second)


def said(rules: Sequence[Rule], position: int, label: str) -> Bilingual:
    """The reason a rule gives, after the label of what it gives."""
    because = rules[position].because if position < len(rules) else None
    if because is None:
        if position < len(rules) and rules[position].id != label:
            rule = rules[position].id
            return Bilingual(zh_CN=f"{label}（规则 {rule}）", en=f"{label} (rule {rule})")
        return Bilingual(zh_CN=label, en=label)
    return Bilingual(zh_CN=f"{label}：{because.zh_CN}", en=f"{label}: {because.en}")


def _undecided(rules: Sequence[Rule], positions: Sequence[int], *, clash: bool) -> Bilingual:
    ids = "、".join(rules[p].id for p in positions)
    names = ", ".join(rules[p].id for p in positions)
    if clash:
        return Bilingual(zh_CN=f"规则 {ids} 同时成立", en=f"rules {names} apply at the same time")
    return Bilingual(zh_CN=f"无法判定规则 {ids}", en=f"rules {names} cannot be decided")


def missing_text(rulebook: Rulebook, positions: Sequence[int]) -> Bilingual:
    """Which columns are missing, by their labels."""
    names = missing_names(rulebook)
    labels = [column_label(rulebook, names[p]) for p in positions]
    if not labels:
        return Bilingual(zh_CN="需人工判断", en="a person decides")
    return Bilingual(
        zh_CN="缺少：" + "、".join(t.zh_CN for t in labels),
        en="missing: " + ", ".join(t.en for t in labels),
    )


def column_label(rulebook: Rulebook, name: str) -> Bilingual:
    """What staff call a column; `currency` is missing where a rule has no amount in the row's."""
    if name == "currency":
        return Bilingual(zh_CN="该币种的参数值", en="an amount in this currency")
    if name in rulebook.computed:
        return rulebook.computed[name].label
    if name in rulebook.dictionary:
        return rulebook.dictionary[name].label
    return Bilingual(zh_CN=name, en=name)


def _with(first: Bilingual, second: Bilingual) -> Bilingual:
    return Bilingual(zh_CN=f"{first.zh_CN}；{second.zh_CN}", en=f"{first.en}; {second.en}")
