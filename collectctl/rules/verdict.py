"""Which rule of a chain decides each account, and what is done where that is uncertain.

Knows hit policies, `on_unknown` and settling. Refuses to know columns: truths come in, rules go
out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from collectctl.columns import Bool, Ints
from collectctl.rules.evaluate import Truth, inner_truth
from collectctl.rules.steps import CompiledChain, CompiledRule, Joined, Opposite, Program

Words = np.ndarray[tuple[int], np.dtype[np.int64]]
"""Bits of each account, 63 a word."""

UNDECIDED = -1
MAX_SPLIT = 6
"""Uncertain tests of one account that settling tries in all combinations."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """For each account the position of the deciding rule; one past the last is `otherwise`."""

    rule: Ints
    """UNDECIDED where none decides."""
    doubtful: Bool
    """Undecided since some rule may or may not apply."""


def effective(rule: CompiledRule, truth: Truth) -> Truth:
    """The truth of a rule after its declared default for unknown."""
    true, possible = truth
    if rule.rule.on_unknown == "no_match":
        return true, true
    if rule.rule.on_unknown == "match":
        return possible, possible
    return truth


def choose(chain: CompiledChain, truths: Sequence[Truth], size: int) -> Verdict:
    """The verdict of a `unique` or `first` chain, before settling."""
    if chain.chain.hit == "first":
        return _first(truths, size)
    return _unique(truths, _results(chain), size)


def _first(truths: Sequence[Truth], size: int) -> Verdict:
    rule = np.full(size, len(truths), np.int16)
    doubtful = np.zeros(size, np.bool_)
    open_ = np.ones(size, np.bool_)
    for i, (true, possible) in enumerate(truths):
        seen = open_ & possible
        np.copyto(rule, i, where=seen)
        if true is not possible:
            doubtful |= seen & ~true
        open_ &= ~possible
    np.copyto(rule, UNDECIDED, where=doubtful)
    return Verdict(rule, doubtful)


def _unique(truths: Sequence[Truth], results: Sequence[int], size: int) -> Verdict:
    """The true rule; rules that give the same may overlap, others together decide nothing."""
    rule = np.full(size, len(truths), np.int16)
    result = np.full(size, -1, np.int16)
    clash = np.zeros(size, np.bool_)
    possibly = np.zeros(size, np.bool_)
    for i, (true, possible) in enumerate(truths):
        if true.any():
            clash |= true & (result >= 0) & (result != results[i])
            fresh = true & (result < 0)
            np.copyto(rule, i, where=fresh)
            np.copyto(result, results[i], where=fresh)
        if true is not possible:
            possibly |= possible
    doubtful = possibly & (result < 0)
    np.copyto(rule, UNDECIDED, where=doubtful | clash)
    return Verdict(rule, doubtful)


def _results(chain: CompiledChain) -> list[int]:
    """A number for each rule and for `otherwise`, equal where they give the same."""
    said = [tuple(sorted(r.rule.then.items())) for r in chain.rules]
    said.append(tuple(sorted((chain.chain.otherwise or {}).items())))
    first = {text: i for i, text in reversed(list(enumerate(said)))}
    return [first[text] for text in said]


def settle(
    program: Program, chain: CompiledChain, truths: Sequence[Truth], verdict: Verdict,
    ruled: Sequence[Truth],
) -> Verdict:  # fmt: skip
    """The verdict with every doubt removed that makes no difference to the result.

    `truths` are of all steps so far, `ruled` of the chain's rules as they take part.
    """
    rows = np.flatnonzero(verdict.doubtful)
    if not len(rows):
        return verdict
    true = np.stack([t[rows] for t, _ in ruled])
    possible = np.stack([p[rows] for _, p in ruled])
    settled = _same_result(chain, true, possible)
    left = settled == UNDECIDED
    if left.any():
        settled[left] = _split(program, chain, truths, ruled, rows[left])
    rule, doubtful = verdict.rule.copy(), verdict.doubtful.copy()
    rule[rows] = settled
    doubtful[rows[settled != UNDECIDED]] = False
    return Verdict(rule, doubtful)


def _same_result(chain: CompiledChain, true: np.ndarray, possible: np.ndarray) -> Ints:
    """The rule to name where all rules that may still apply give the same."""
    results = np.array(_results(chain), np.int16)
    count = len(chain.rules)
    never = np.logical_not(true.any(axis=0))
    if chain.chain.hit == "first":
        last = np.where(never, count, true.argmax(axis=0))
        possible = possible & (np.arange(count)[:, None] <= last)
    candidates = np.vstack([possible, never[None, :]])
    low = np.where(candidates, results[:, None], np.iinfo(np.int16).max).min(axis=0)
    high = np.where(candidates, results[:, None], -1).max(axis=0)
    named = np.where(never, possible.argmax(axis=0), true.argmax(axis=0))
    return np.where(low == high, named, UNDECIDED).astype(np.int16)


def _split(
    program: Program, chain: CompiledChain, truths: Sequence[Truth], ruled: Sequence[Truth],
    rows: Ints,
) -> Ints:  # fmt: skip
    """The rule to name where every combination of the uncertain tests gives the same.

    Each uncertain test is taken as true and as false, apart from the others: more cases than can
    really occur, so what holds in all of them holds for every way to fill in what is missing.
    """
    leaves = [
        i for i, step in enumerate(program.steps[: len(truths)])
        if not isinstance(step, Joined | Opposite)
    ]  # fmt: skip
    marks = np.stack([truths[i][k][rows] for i in leaves for k in (0, 1)])
    shut = np.stack([p[rows] for _, p in ruled])  # rules switched off for a row, such as MANUAL's
    packed = np.packbits(np.vstack([marks, shut]), axis=0)
    _, first, back = np.unique(packed, axis=1, return_index=True, return_inverse=True)
    true, possible = marks[0::2, first], marks[1::2, first]
    open_ = shut[:, first]
    uncertain = true != possible
    outcome = np.full(len(first), UNDECIDED, np.int16)
    for count in range(1, MAX_SPLIT + 1):
        same = np.flatnonzero(uncertain.sum(axis=0) == count)
        if len(same):
            outcome[same] = _tried(
                program, chain, leaves, (true[:, same], uncertain[:, same], open_[:, same])
            )
    return outcome[back.reshape(-1)]


def _tried(
    program: Program, chain: CompiledChain, leaves: Sequence[int],
    cases: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> Ints:  # fmt: skip
    """The outcome of each case whose uncertain tests (the same number in each) are all tried."""
    true, uncertain, open_ = cases
    count = int(uncertain[:, 0].sum())
    size = true.shape[1]
    ways = 1 << count
    tests = np.repeat(true, ways, axis=1)
    columns, which = np.nonzero(uncertain.T)
    order = np.arange(len(columns)) % count
    for way in range(ways):
        tests[which, columns * ways + way] = (way >> order) & 1
    known: dict[int, Truth] = {leaf: (tests[k], tests[k]) for k, leaf in enumerate(leaves)}
    steps: list[Truth] = []
    for i, step in enumerate(program.steps[: chain.stop]):
        steps.append(inner_truth(step, steps) if isinstance(step, Joined | Opposite) else known[i])
    ruled: list[Truth] = []
    for k, rule in enumerate(chain.rules):
        here = effective(rule, steps[rule.step])[0] & np.repeat(open_[k], ways)
        ruled.append((here, here))
    found = choose(chain, ruled, size * ways).rule.reshape(size, ways)
    results = np.array([*_results(chain), UNDECIDED], np.int16)[found]
    agreed = (results == results[:, :1]).all(axis=1)
    return np.where(agreed, found[:, 0], UNDECIDED).astype(np.int16)


def words(masks: Sequence[Bool], size: int) -> list[Words]:
    """The masks as bits of 64-bit words, 63 a word, the first mask in the lowest bit."""
    packed: list[Words] = [np.zeros(size, np.int64) for _ in range(max(1, -(-len(masks) // 63)))]
    bits = np.empty(size, np.int64)
    for i, mask in enumerate(masks):
        if mask.any():
            np.multiply(mask.view(np.int8), np.int64(1 << (i % 63)), out=bits)
            packed[i // 63] |= bits
    return packed
