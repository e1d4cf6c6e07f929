"""Why one account is where it is: the tests that carried the decision, with their values.

Knows the same program that decided the night, run on one row. Refuses to know a second way to
evaluate a rule.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd
import pyarrow as pa

from collectctl.columns import ARROW_TYPES, to_frame
from collectctl.config import Bilingual
from collectctl.rules.carried import Teller
from collectctl.rules.chains import MANUAL, Test
from collectctl.rules.decide import decider
from collectctl.rules.decisions import Tally, decisions_frame
from collectctl.rules.evaluate import Chunk
from collectctl.rules.program import build_with
from collectctl.rules.rulebook import Rulebook
from collectctl.rules.steps import Program
from collectctl.rules.syntax import (
    All,
    AnyOf,
    Holds,
    Name,
    Not,
)
from collectctl.rules.verdict import UNDECIDED

Held = int | bool | str | date | None
"""A value as a frame holds it: money in minor units, ratios scaled, enums as their codes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One account's decision and what carried it."""

    tier: str
    tier_rule: str | None
    treatment: str
    because: Bilingual
    """The reason as the night's work list gives it."""
    tests: tuple[Bilingual, ...]
    """The tests that carried it, each with the account's values and the parameters' sources."""
    missing: tuple[str, ...]
    """Columns whose absence leaves something undecided."""
    defaults: tuple[tuple[str, Bilingual], ...] = ()
    """Rules that could not be decided and were taken as they declare under on_unknown, with why."""
    barred: tuple[tuple[str, tuple[Bilingual, ...]], ...] = ()
    """Rules that would have given what was asked for, each with the tests that keep it from it;
    without any where an earlier rule was taken."""


def because(
    rulebook: Rulebook, as_of: date, row: Mapping[str, Held], instead: str | None = None
) -> Explanation:
    """The explanation of one account on a business date; columns not given are missing.

    `instead` is a tier, treatment or rule of which it is told why it is not the answer.

    Raises: ConfigError as `decide` does.
    """
    tests = [t for c in rulebook.chains for r in c.rules for t in r.tests]
    parts = list({id(p.condition): p for t in tests for p in _parts(rulebook, t)}.values())
    program, steps = build_with(rulebook, as_of, parts)
    frame = _one_row(rulebook, row)
    found, chunk = decider(program, frame)
    decided = decisions_frame(found).iloc[0]
    truths = chunk.advance(len(program.steps))
    state = {
        id(part.condition): (bool(truths[s][0][0]), bool(truths[s][1][0]))
        for part, s in zip(parts, steps, strict=True)
    }
    teller = Teller(program, chunk, state)
    rules = [r for c in rulebook.chains[:2] for r in c.rules]
    wanted = {_text(decided["tier_rule"]), _text(decided["treatment"])}
    carried: list[Bilingual] = []
    for rule in rules:
        doubt = MANUAL in (decided["tier"], decided["treatment"])
        if rule.id in wanted or (doubt and teller.is_open([t.condition for t in rule.tests])):
            carried += teller.lines([t.condition for t in rule.tests])
    return Explanation(
        tier=str(decided["tier"]), tier_rule=_text(decided["tier_rule"]),
        treatment=str(decided["treatment"]),
        because=Bilingual(zh_CN=str(decided["because_zh_CN"]), en=str(decided["because_en"])),
        tests=tuple(dict.fromkeys(carried)),
        missing=tuple(m for m in (_text(decided["missing"]) or "").split(",") if m),
        defaults=tuple(_defaults(program, found, chunk)),
        barred=tuple(
            (rule.id, teller.barring([t.condition for t in rule.tests]))
            for rule in rules
            if instead is not None and instead in (rule.id, rule.then.get("tier"))
        ),
    )  # fmt: skip


def _defaults(program: Program, decided: Tally, chunk: Chunk) -> Iterator[tuple[str, Bilingual]]:
    """The rules that were asked, were unknown, and say what holds then."""
    reached = [len(program.chains[0].rules), int(decided.arrays["treatment"][0])]
    reached.append(len(program.chains[2].rules))
    for compiled, last in zip(program.chains, reached, strict=True):
        for i, rule in enumerate(compiled.rules):
            true, possible = chunk.truths[rule.step]
            declared = rule.rule.on_unknown
            asked = compiled.chain.hit != "first" or last == UNDECIDED or i <= last
            if declared is None or not asked or true[0] or not possible[0]:
                continue
            why = rule.rule.because or Bilingual(zh_CN="", en="")
            no = declared == "no_match"
            how = f"(on_unknown: {declared})"
            yield (
                rule.rule.id,
                Bilingual(
                    zh_CN=f"不能判定，按{'不' * no}适用处理 {how}：{why.zh_CN}",
                    en=f"unknown, taken as {'not ' * no}matching {how}: {why.en}",
                ),
            )


def _text(value: object) -> str | None:
    return None if pd.isna(value) else str(value)  # type: ignore[call-overload]  # one cell


def _one_row(rulebook: Rulebook, row: Mapping[str, Held]) -> pd.DataFrame:
    arms = {e.column for e in rulebook.experiments.values()}
    # An arm that is not given follows from the customer, as in a night.
    names = sorted(n for n in rulebook.columns if n not in arms or n in row)
    return to_frame(
        pa.table(
            {n: pa.array([row.get(n)], ARROW_TYPES[rulebook.dictionary[n].type]) for n in names}
        )
    )


def _parts(rulebook: Rulebook, test: Test) -> Iterator[Test]:
    """The test and every condition inside it, segments opened."""
    pending = [test]
    while pending:
        one = pending.pop()
        yield one
        condition = one.condition
        match condition:
            case All() | AnyOf():
                pending += [Test(one.source, p) for p in condition.parts]
            case Not():
                pending.append(Test(one.source, condition.part))
            case Holds(value=Name(name=name)) if name in rulebook.segments:
                pending.append(rulebook.segments[name])
            case _:
                pass
