"""Bounds that a rule sets on single columns, so that most pairs of rules need no prover."""

from collections.abc import Sequence

from collectctl.rules.steps import AtLeast, CompiledRule, Joined, Member, Opposite, Program, Step

Box = dict[str, tuple[int, int] | frozenset[int]]
"""Where a rule is true each column is in its range or set; a column left out may be anything."""

_FAR = 2**62


def boxes(program: Program, rules: Sequence[CompiledRule]) -> list[Box]:
    """The box of each rule; one that may stand for an unknown test sets no bounds."""
    return [
        {} if rule.rule.on_unknown == "match" else _box(program.steps, rule.step, inverse=False)
        for rule in rules
    ]


def disjoint(first: Box, second: Box) -> bool:
    """Whether no account can be in both."""
    return any(_apart(first[n], second[n]) for n in first.keys() & second.keys())


def _apart(a: tuple[int, int] | frozenset[int], b: tuple[int, int] | frozenset[int]) -> bool:
    if isinstance(a, tuple):
        if isinstance(b, tuple):
            return a[1] < b[0] or b[1] < a[0]
        return not any(a[0] <= n <= a[1] for n in b)
    if isinstance(b, tuple):
        return _apart(b, a)
    return a.isdisjoint(b)


def _box(steps: Sequence[Step], number: int, *, inverse: bool) -> Box:
    match steps[number]:
        case AtLeast(column=column, bound=bound) if isinstance(bound, int):
            return {column: (-_FAR, bound - 1) if inverse else (bound, _FAR)}
        case Member(column=column, numbers=numbers) if not inverse:
            return {column: frozenset(numbers)}
        case Opposite(step=step):
            return _box(steps, step, inverse=not inverse)
        case Joined(every=every, steps=parts) if every is not inverse:
            found: Box = {}
            for part in parts:
                for name, bounds in _box(steps, part, inverse=inverse).items():
                    found[name] = _cut(found[name], bounds) if name in found else bounds
            return found
        case _:
            return {}


def _cut(
    a: tuple[int, int] | frozenset[int], b: tuple[int, int] | frozenset[int]
) -> tuple[int, int] | frozenset[int]:
    if isinstance(a, tuple) and isinstance(b, tuple):
        return max(a[0], b[0]), min(a[1], b[1])
    if isinstance(a, frozenset) and isinstance(b, frozenset):
        return a & b
    numbers, (low, high) = (a, b) if isinstance(a, frozenset) else (b, a)
    return frozenset(n for n in numbers if low <= n <= high)
