"""Which goals some case reaches, told by the program that decides a night."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from collectctl.columns import Bool
from collectctl.rules.casebook.case import Case
from collectctl.rules.casebook.decided import frame_of, groups
from collectctl.rules.casebook.goals import Goal, Sort, forced, with_points
from collectctl.rules.decide import decider
from collectctl.rules.decisions import Tally
from collectctl.rules.evaluate import Chunk, Truth, inner_truth
from collectctl.rules.program import build
from collectctl.rules.rulebook import Rulebook
from collectctl.rules.steps import CompiledChain, Program
from collectctl.rules.verdict import UNDECIDED, effective


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How much of a rulebook its cases test on a day."""

    program: Program
    """With steps for all boundaries behind its own."""
    goals: tuple[Goal, ...]
    met: frozenset[Goal]

    @property
    def left(self) -> tuple[Goal, ...]:
        """The goals that no case reaches, in file order."""
        return tuple(g for g in self.goals if g not in self.met)


def coverage(rulebook: Rulebook, cases: Sequence[Case], as_of: date) -> Coverage:
    """What the cases of a day reach of the rulebook as it is on that day.

    Raises: ConfigError as `decide` does.
    """
    program, goals = with_points(build(rulebook, as_of))
    met: set[Goal] = set()
    for (day, _), places in groups(rulebook, cases).items():
        if day == as_of:
            met |= reached(program, goals, [cases[i] for i in places])
    return Coverage(program=program, goals=goals, met=frozenset(met))


def reached(program: Program, goals: Sequence[Goal], cases: Sequence[Case]) -> set[Goal]:
    """The goals that some of the cases, which one frame can hold, reaches."""
    tally, chunk = decider(program, frame_of(program.rulebook, cases))
    seen = _Seen(program, tally, chunk)
    return {g for g in goals if bool(seen.reaches(g).any())}


def fraction(found: int, of: int) -> str:
    """`37 of 40 (92.5 %)`, never rounded up."""
    tenths = 1000 * found // of if of else 1000
    return f"{found} of {of} ({tenths // 10}.{tenths % 10} %)"


class _Seen:
    """What the accounts of one chunk reach."""

    def __init__(self, program: Program, tally: Tally, chunk: Chunk) -> None:
        self._program = program
        self._tally = tally.arrays
        self._size = chunk.size
        self._truths = chunk.advance(len(program.steps))
        unclear = tally.arrays["treatment"] == UNDECIDED
        manual = tally.arrays["tier"] == len(program.rulebook.tiers)
        nothing = np.zeros(chunk.size, np.bool_)
        self._shut = (nothing, manual, unclear)
        self._asked = [
            self._asked_in(c, s) for c, s in zip(program.chains, self._shut, strict=True)
        ]
        self._decides: dict[tuple[int, int, int], Bool] = {}

    def _asked_in(self, chain: CompiledChain, shut: Bool) -> list[Bool]:
        """Where each rule is asked at all: no earlier one of a `first` chain may be true."""
        found: list[Bool] = []
        open_ = np.ones(self._size, np.bool_)
        for rule in chain.rules:
            here = open_ if rule.names_manual else open_ & ~shut
            found.append(here)
            if chain.chain.hit == "first":
                _, possible = effective(rule, self._truths[rule.step])
                open_ = open_ & ~(possible & here)
        return found

    def reaches(self, goal: Goal) -> Bool:
        """Where the goal is reached."""
        if goal.sort is Sort.RULE:
            return self._is_chosen(goal)
        true, possible = self._truths[goal.test]
        stands = true if goal.value else ~possible
        if goal.point >= 0:
            stands = stands & self._truths[goal.point][0]
        if not stands.any():
            return stands
        found: Bool = stands & self._decided(goal)
        return found

    def _is_chosen(self, goal: Goal) -> Bool:
        if goal.chain < 2:  # noqa: PLR2004 - the add-ons are all that are true
            chosen: Bool = self._tally[("tier_rule", "treatment")[goal.chain]] == goal.rule
            return chosen
        rule = self._program.chains[goal.chain].rules[goal.rule]
        true, _ = effective(rule, self._truths[rule.step])
        return true & self._asked[goal.chain][goal.rule]

    def _decided(self, goal: Goal) -> Bool:
        """Where the rule is asked and the test decides it."""
        key = (goal.chain, goal.rule, goal.test)
        if key not in self._decides:
            rule = self._program.chains[goal.chain].rules[goal.rule]
            with_true, with_false = (
                effective(rule, self._forced(rule.step, goal.test, np.full(self._size, value)))
                for value in (True, False)
            )
            differs = (with_true[0] & ~with_false[1]) | (with_false[0] & ~with_true[1])
            self._decides[key] = differs & self._asked[goal.chain][goal.rule]
        return self._decides[key]

    def _forced(self, root: int, test: int, given: Bool) -> Truth:
        return forced(self._program.steps, root, test, (given, given), self._truths, inner_truth)
