"""What a chain decides, as formulas: which rule, or none because of a doubt.

Mirrors `collectctl.rules.verdict` for all accounts at once. Settling by trying all combinations of
uncertain tests has no short formula: its outcome is a free choice here, which makes every proof
cover more than can happen; whoever finds an account compares it with the real evaluator.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import z3

from collectctl.rules.proof.encode import Pair
from collectctl.rules.proof.space import NO, YES, Bool, both, either, is_no, opposite
from collectctl.rules.steps import CompiledChain, CompiledRule

Name = Callable[[str, Bool], Bool]
"""Gives a formula a name of its own, so that it is handed to the prover once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Of one chain; `otherwise` is one past the last rule."""

    rules: tuple[Pair, ...]
    """Each rule as it takes part."""
    untrue: tuple[Bool, ...]
    """For each rule, that none before it is true."""
    named: tuple[Bool, ...]
    """The rule that decides, or is named for what all rules in doubt give."""
    undecided: Bool
    unsettled: Bool
    """In doubt, and not all that may apply gives the same."""
    split: tuple[Bool, ...]
    """Which rule trying all combinations would name."""


def taking_part(rule: CompiledRule, pair: Pair, manual: Bool) -> Pair:
    """The pair of a rule after its default for unknown; it may be closed to MANUAL accounts."""
    true, possible = pair
    if rule.rule.on_unknown == "no_match":
        possible = true
    if rule.rule.on_unknown == "match":
        true = possible
    if rule.names_manual or is_no(manual):
        return true, possible
    closed = both([true, opposite(manual)])
    return closed, closed if true is possible else both([possible, opposite(manual)])


def results_of(chain: CompiledChain) -> list[int]:
    """A number for each rule and for `otherwise`, equal where they give the same."""
    said = [tuple(sorted(r.rule.then.items())) for r in chain.rules]
    said.append(tuple(sorted((chain.chain.otherwise or {}).items())))
    numbers: dict[tuple[tuple[str, str], ...], int] = {}
    return [numbers.setdefault(text, len(numbers)) for text in said]


def outcome(chain: CompiledChain, rules: Sequence[Pair], name: Name, mark: str = "") -> Outcome:
    """The outcome of a `unique` or `first` chain; `mark` begins the names of free choices."""
    count, label = len(rules), chain.chain.name
    untrue, closed = [YES], [YES]  # no earlier rule is true; none is possible
    for i, (true, possible) in enumerate(rules):
        untrue.append(name(f"{label} untrue {i}", both([untrue[-1], opposite(true)])))
        closed.append(name(f"{label} closed {i}", both([closed[-1], opposite(possible)])))
    results = results_of(chain)
    first = chain.chain.hit == "first"
    clash = NO if first else _more_than_one(_by_result(results, [t for t, _ in rules]))
    direct = [
        both([t, closed[i] if first else untrue[i], opposite(clash)])
        for i, (t, _) in enumerate(rules)
    ]
    direct.append(closed[count])
    if first:
        doubt = either(
            both([closed[i], p, opposite(t)]) for i, (t, p) in enumerate(rules) if t is not p
        )
    else:
        doubt = both([untrue[count], opposite(closed[count])])
        doubt = NO if all(t is p for t, p in rules) else doubt
    candidates = [both([p, untrue[i]]) if first else p for i, (_, p) in enumerate(rules)]
    several = _more_than_one(_by_result(results, [*candidates, untrue[count]]))
    unsettled = name(f"{label} unsettled", both([doubt, several]))
    same = name(f"{label} settled", both([doubt, opposite(several)]))
    split = tuple(
        NO if is_no(unsettled) else z3.Bool(f"{mark}{label} split {i}") for i in range(count + 1)
    )
    stands = [
        either(
            [both([t, untrue[i]])] * first + [both([untrue[count], p, closed[i]])]
        )
        for i, (t, p) in enumerate(rules)
    ] + [NO]  # fmt: skip
    named = tuple(
        name(f"{label} names {i}", either([direct[i], both([same, stands[i]]), split[i]]))
        for i in range(count + 1)
    )
    return Outcome(
        rules=tuple(rules), untrue=tuple(untrue), named=named, unsettled=unsettled, split=split,
        undecided=name(f"{label} undecided", opposite(either(named))),
    )  # fmt: skip


def _by_result(results: Sequence[int], options: Sequence[Bool]) -> list[Bool]:
    groups: dict[int, list[Bool]] = {}
    for result, option in zip(results, options, strict=False):
        groups.setdefault(result, []).append(option)
    return [either(g) for g in groups.values()]


def _more_than_one(groups: Sequence[Bool]) -> Bool:
    """Whether two of the groups hold."""
    found, some = [], NO
    for group in groups:
        found.append(both([some, group]))
        some = either([some, group])
    return either(found)
