"""Every account's tier, treatment and add-on documents, with reasons and the full trace.

Knows frames and chunks. Refuses to know files, the ledger and the clock: the business date is an
argument.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa

from collectctl.columns import Bool, Encoded, Ints, arrow, encode, to_frame
from collectctl.rules.chains import MANUAL
from collectctl.rules.decisions import Tally, decisions_frame, missing_names
from collectctl.rules.evaluate import Chunk, Truth
from collectctl.rules.program import build
from collectctl.rules.rulebook import Rulebook
from collectctl.rules.steps import CompiledChain, Program
from collectctl.rules.verdict import UNDECIDED, Verdict, Words, choose, effective, settle, words

CHUNK = 65_536
"""Accounts looked at together: their masks stay in the processor's cache."""
MASKS = 40_000_000
"""Bytes of masks at most: a very long rulebook looks at fewer accounts together."""


def decide(
    rulebook: Rulebook, frame: pd.DataFrame, as_of: date, *, chunk: int | None = None
) -> pd.DataFrame:
    """The decisions on the accounts of the frame, a row each in the frame's order.

    Columns: tier, tier_rule, treatment, out_<output>…, addons, addons_withheld, because_zh_CN,
    because_en, missing, and the trace words <chain>_true_<n>, <chain>_unknown_<n>, missing_<n>
    (63 bits each; docs/rules.md says what each bit is). The result depends on no row but its own
    and not on `chunk`.

    Raises: ConfigError (`parameter-not-in-force`, `ruleset-not-in-force`).
    """
    return decisions_frame(tally(rulebook, frame, as_of, chunk=chunk))


def tally(
    rulebook: Rulebook, frame: pd.DataFrame, as_of: date, *, chunk: int | None = None
) -> Tally:
    """The decisions as positions and bits, before they become text."""
    program = build(rulebook, as_of)
    columns = _encoded(program, frame)
    fitting = max(1_024, MASKS // max(1, len(program.steps)))
    size = max(1, chunk if chunk is not None else min(CHUNK, fitting))
    parts = [
        _Decider(program, Chunk(program, columns, start, min(len(frame), start + size))).part()
        for start in range(0, max(1, len(frame)), size)
    ]
    return Tally.joined(program, parts)


def decider(program: Program, frame: pd.DataFrame) -> tuple[Tally, Chunk]:
    """The decisions on a small frame, and the chunk with every truth still in it."""
    chunk = Chunk(program, _encoded(program, frame), 0, len(frame))
    return Tally.joined(program, [_Decider(program, chunk).part()]), chunk


def _encoded(program: Program, frame: pd.DataFrame) -> dict[str, Encoded]:
    """The columns the rules need; of a text column only where it has a value."""
    rulebook = program.rulebook
    frame = _with_arms(program, frame)
    needed = set(rulebook.columns) - {rulebook.customer.key, "account_id"}
    for compiled in program.chains:
        for rule in compiled.rules:
            needed |= rule.columns & rulebook.dictionary.keys()
    texts = {n for n in needed if rulebook.dictionary[n].type == "text"}
    columns = encode(frame, rulebook.dictionary, sorted(needed - texts))
    for name in texts:
        known = (
            arrow(frame[name]).is_valid().to_numpy(zero_copy_only=False)
            if name in frame
            else np.zeros(len(frame), np.bool_)
        )
        columns[name] = Encoded(np.zeros(len(frame), np.int8), known)
    return columns


def _with_arms(program: Program, frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with each customer's arm in every experiment, unless somebody gave it already."""
    found = {}
    for experiment in program.rulebook.experiments.values():
        if experiment.column not in frame and experiment.unit in frame:
            units = arrow(frame[experiment.unit])
            found[experiment.column] = experiment.arms_of(units, program.as_of)
    if not found:
        return frame
    return pd.concat([frame, to_frame(pa.table(found)).set_index(frame.index)], axis=1)


@dataclass(slots=True)
class _Decider:
    """Decides one chunk, chain after chain."""

    program: Program
    chunk: Chunk

    def part(self) -> dict[str, Ints]:
        """The chunk's decisions by name, each an array of its size."""
        program, size = self.program, self.chunk.size
        tiers, treatments, addons = program.chains
        rulebook = program.rulebook
        manual = len(rulebook.tiers)

        tier, truths = self._decided(tiers, None)
        levels = [rulebook.tiers.index(r.rule.then["tier"]) for r in tiers.rules]
        otherwise = str((tiers.chain.otherwise or {}).get("tier", MANUAL))
        levels.append(manual if otherwise == MANUAL else rulebook.tiers.index(otherwise))
        grade = np.array([*levels, manual], np.int16)[tier.rule]
        missing = self._missing(tiers, truths, tier.doubtful)
        part: dict[str, Ints] = {"tier_rule": tier.rule, "tier": grade}
        part |= self._trace(tiers)

        self.chunk.put("tier", grade)
        treatment, truths = self._decided(treatments, grade == manual)
        chosen = np.where(
            (grade == manual) & (treatment.rule == len(treatments.rules)),
            UNDECIDED,
            treatment.rule,
        ).astype(np.int16)
        part |= {"treatment": chosen} | self._trace(treatments)
        missing = self._missing(treatments, truths, treatment.doubtful, missing)

        unclear = chosen == UNDECIDED
        self.chunk.put("treatment", np.where(unclear, len(treatments.rules) + 1, chosen))
        truths = self._truths(addons, unclear)
        part |= self._trace(addons)
        given, withheld = [t for t, _ in truths], [p & ~t for t, p in truths]
        part["addons"], *more = words(given, size)
        part |= {f"addons.{i + 1}": w for i, w in enumerate(more)}
        part["withheld"], *more = words(withheld, size)
        part |= {f"withheld.{i + 1}": w for i, w in enumerate(more)}
        doubts = np.logical_or.reduce(withheld) if withheld else np.zeros(size, np.bool_)
        missing = self._missing(addons, truths, doubts, missing)
        return part | {f"missing_{i}": w for i, w in enumerate(missing)}

    def _truths(self, chain: CompiledChain, manual: Bool | None) -> list[Truth]:
        """The chain's rules as they take part; only rules that name MANUAL see such accounts."""
        all_truths = self.chunk.advance(chain.stop)
        found: list[Truth] = []
        closed = manual is not None and bool(manual.any())
        for rule in chain.rules:
            true, possible = effective(rule, all_truths[rule.step])
            if closed and not rule.names_manual and manual is not None:
                same = true is possible
                true = true & ~manual
                possible = true if same else possible & ~manual
            found.append((true, possible))
        return found

    def _decided(
        self, chain: CompiledChain, manual: Bool | None
    ) -> tuple[Verdict, Sequence[Truth]]:
        ruled = self._truths(chain, manual)
        verdict = choose(chain, ruled, self.chunk.size)
        return settle(self.program, chain, self.chunk.truths, verdict, ruled), ruled

    def _trace(self, chain: CompiledChain) -> dict[str, Ints]:
        """Which rules are true and which are unknown, before any declared default."""
        size, truths = self.chunk.size, self.chunk.truths
        raw = [truths[r.step] for r in chain.rules]
        nothing = np.zeros(size, np.bool_)
        unknown = [nothing if t is p else p & ~t for t, p in raw]
        name = chain.chain.name.removesuffix("s")
        found: dict[str, Ints] = {}
        for state, masks in (("true", [t for t, _ in raw]), ("unknown", unknown)):
            found |= {f"{name}_{state}_{i}": w for i, w in enumerate(words(masks, size))}
        return found

    def _missing(
        self, chain: CompiledChain, ruled: Sequence[Truth], doubtful: Bool,
        so_far: list[Words] | None = None,
    ) -> list[Words]:  # fmt: skip
        """The missing columns behind the doubts of a chain, as bits over `missing_names`."""
        size = self.chunk.size
        names = missing_names(self.program.rulebook)
        found = so_far or words([np.zeros(size, np.bool_) for _ in names], size)
        if not doubtful.any():
            return found
        rows = np.flatnonzero(doubtful)
        gaps = {n: g for n in names if (g := self._gap(n, rows)) is not None and g.any()}
        masks = {n: np.zeros(len(rows), np.bool_) for n in names}
        live = np.ones(len(rows), np.bool_)
        for rule, (true, possible) in zip(chain.rules, ruled, strict=True):
            open_ = possible[rows] & ~true[rows] & live
            if chain.chain.hit == "first":
                live &= ~true[rows]  # what comes after a true rule raises no doubt
            if not open_.any():
                continue
            for name in rule.columns & gaps.keys():
                masks[name] |= open_ & gaps[name]
            for cover in rule.covers:
                masks["currency"] |= open_ & self.chunk.uncovered(cover)[rows]
        for word, bits in zip(found, words(list(masks.values()), len(rows)), strict=True):
            word[rows] |= bits
        return found

    def _gap(self, name: str, rows: Ints) -> Bool | None:
        """Where a column is missing; a derived one only where its parts are not to blame."""
        program = self.program
        if name == "currency" and name not in program.rulebook.dictionary:
            return None
        if not any(name in r.columns for c in program.chains for r in c.rules):
            return None
        if name in program.scores:
            return None  # always for want of a part, or of points in the row's currency
        known = self.chunk.column(name).known
        if known is None:
            return None
        gap: Bool = ~known[rows]
        if name in program.quotients:
            quotient = program.quotients[name]
            for part, _ in (*quotient.above, *quotient.below):
                known = self.chunk.column(part).known
                gap = gap if known is None else gap & known[rows]
        return gap
