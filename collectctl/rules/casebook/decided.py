"""What the rulebook really says of each case, and whether that is what is expected.

All cases of a day are decided together, by the program that decides a night.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd
import pyarrow as pa

from collectctl.columns import ARROW_TYPES, to_frame
from collectctl.config import Bilingual
from collectctl.problems import Problem
from collectctl.rules.casebook.case import NONE, Case
from collectctl.rules.chains import MANUAL
from collectctl.rules.decide import decide
from collectctl.rules.rulebook import Rulebook


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the rulebook says of a case."""

    tier: str
    rule: str
    """The rule of the tiers; MANUAL if none decides."""
    treatment: str
    addons: frozenset[str]
    missing: frozenset[str]
    because: Bilingual


def decided(rulebook: Rulebook, cases: Sequence[Case]) -> tuple[Found, ...]:
    """What the rulebook says of each case.

    Raises: ConfigError as `decide` does, for a day on which the rulebook cannot be used.
    """
    found: dict[int, Found] = {}
    for (as_of, _), places in groups(rulebook, cases).items():
        frame = decide(rulebook, frame_of(rulebook, [cases[i] for i in places]), as_of)
        rows = zip(*(frame[c].tolist() for c in _COLUMNS), strict=True)
        found |= {i: _found([_text(v) for v in row]) for i, row in zip(places, rows, strict=True)}
    return tuple(found[i] for i in range(len(cases)))


_COLUMNS = ("tier", "tier_rule", "treatment", "addons", "missing", "because_zh_CN", "because_en")


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _found(row: Sequence[str]) -> Found:
    tier, rule, treatment, addons, missing, chinese, english = row
    return Found(
        tier=tier, rule=rule or MANUAL, treatment=treatment, addons=_set(addons),
        missing=_set(missing), because=Bilingual(zh_CN=chinese, en=english),
    )  # fmt: skip


def _set(text: str) -> frozenset[str]:
    return frozenset(part for part in text.split(",") if part)


def groups(
    rulebook: Rulebook, cases: Sequence[Case]
) -> dict[tuple[date, frozenset[str]], list[int]]:
    """The positions of the cases that one frame can hold: of one day, with the same arms given.

    An arm that is not given follows from the customer, so its column must not be in the frame.
    """
    arms = {e.column for e in rulebook.experiments.values()}
    found: dict[tuple[date, frozenset[str]], list[int]] = {}
    for i, case in enumerate(cases):
        found.setdefault((case.as_of, frozenset(arms & case.account.keys())), []).append(i)
    return found


def frame_of(rulebook: Rulebook, cases: Sequence[Case]) -> pd.DataFrame:
    """The accounts of the cases, a row each."""
    arms = {e.column for e in rulebook.experiments.values()}
    names = sorted(n for n in rulebook.columns if n not in arms or n in cases[0].account)
    return to_frame(
        pa.table(
            {
                n: pa.array(
                    [c.account.get(n) for c in cases], ARROW_TYPES[rulebook.dictionary[n].type]
                )
                for n in names
            }
        )
    )


def failures(cases: Sequence[Case], found: Sequence[Found]) -> tuple[Problem, ...]:
    """A problem for each case that is not answered as it expects, in the order of the cases."""
    return tuple(
        problem
        for case, one in zip(cases, found, strict=True)
        if (problem := _failure(case, one)) is not None
    )


def _failure(case: Case, found: Found) -> Problem | None:
    expected = case.expected
    wrong = [
        (key, getattr(expected, key), getattr(found, key))
        for key in ("tier", "rule", "treatment", "addons", "missing")
        if getattr(expected, key) not in (None, getattr(found, key))
    ]
    said = [(key, _shown(wanted), _shown(real)) for key, wanted, real in wrong]
    reason = expected.reason
    if reason is not None and reason not in found.because.zh_CN and reason not in found.because.en:
        said.append(("reason", f"with '{reason}' in it", "without it"))
    if not said:
        return None
    return Problem(
        code="case-failed",
        message=f"case '{case.name}': found " + ", ".join(f"{k} {real}" for k, _, real in said),
        span=case.span,
        expected=", ".join(f"{k} {wanted}" for k, wanted, _ in said),
        mend=f"correct the rule or the case; the reason given is: {found.because.en}",
    )


def _shown(value: str | frozenset[str]) -> str:
    return value if isinstance(value, str) else ", ".join(sorted(value)) or NONE
