"""What must hold where trying all combinations of uncertain tests settles a doubt.

The combinations have no short formula, but two of them do: every uncertain test false, and every
one true. Both must come to the result that is named; this alone rules out nearly everything.
"""

from collections.abc import Iterator, Sequence

import z3

from collectctl.rules.proof.encode import Pair, inner
from collectctl.rules.proof.outcome import Outcome, results_of
from collectctl.rules.proof.space import YES, Bool, both, either, is_no, opposite
from collectctl.rules.steps import CompiledChain, Joined, Opposite, Program


def both_fillings(
    program: Program, chain: CompiledChain, said: Outcome, pairs: Sequence[Pair]
) -> Iterator[Bool]:
    """For each rule that might be settled on: what the two fillings give, as formulas."""
    if is_no(said.unsettled):
        return
    results = results_of(chain)
    for side in (0, 1):
        filled: list[Pair] = []
        for i, step in enumerate(program.steps[: chain.stop]):
            plain = pairs[i][side]
            if isinstance(step, Joined | Opposite):
                filled.append(inner(step, filled))
            else:
                filled.append((plain, plain))
        here = [
            both([filled[r.step][0], possible])
            for r, (_, possible) in zip(chain.rules, said.rules, strict=True)
        ]
        given = _given(chain, results, here)
        for split_on, result in zip(said.split, results, strict=True):
            yield z3.Implies(split_on, given[result])


def _given(chain: CompiledChain, results: Sequence[int], here: Sequence[Bool]) -> dict[int, Bool]:
    """For each result, whether a chain without any doubt gives it."""
    *_, last = results
    none = opposite(either(here))
    found: dict[int, list[Bool]] = {r: [] for r in results}
    found[last].append(none)
    before = YES  # that no earlier rule is true
    for result, true in zip(results, here, strict=False):
        if chain.chain.hit == "first":
            found[result].append(both([true, before]))
            before = both([before, opposite(true)])
        else:
            others = either(t for r, t in zip(results, here, strict=False) if r != result)
            found[result].append(both([true, opposite(others)]))
    return {r: either(options) for r, options in found.items()}
