"""One account of a night told whole: its values, decision, customer and statuses.

Joins the night's own stages with the explanation of one row. Refuses to decide anything a second
way: the exports are read and graded as a night does it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import pandas as pd
import pyarrow.compute as pc

from collectctl.columns import Column, arrow, to_table
from collectctl.config import Bilingual
from collectctl.money import grouped, unscaled
from collectctl.problems import ConfigError, InputRefusedError, Problem, did_you_mean
from collectctl.rules.explain import Explanation, Held, because
from collectctl.rules.ladders import grace_on
from collectctl.rules.marks import lenders, of_one_customer, pooled
from collectctl.rules.nearest import Change, nearest
from collectctl.rules.rulebook import Rulebook
from collectctl.stages.grading import Grading, tier
from collectctl.stages.intake import Intake, Night

NetDays = tuple[int | None, int, int | None, int | None]
"""Days past due, of grace, held, and what is left for ladders; None where it is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Why one account is where it is."""

    explanation: Explanation
    values: tuple[tuple[str, Bilingual, str | None], ...]
    """Column, its label and the account's value; None where it is missing."""
    declared: tuple[tuple[str, str, str], ...]
    """Missing column, the value that its declaration puts in its place, and why."""
    addons: str
    """Documents that go with the treatment, joined by commas."""
    addons_withheld: str
    customer_grade: str | None
    """None for an account that a status sets apart."""
    lead: str | None
    """The customer's leading treatment."""
    lead_account: str | None
    status: str
    status_because: Bilingual
    marks: Mapping[str, str | None] = field(default_factory=dict)
    """The columns whose value is the customer's, each with the account that it comes from; None
    where all of the customer's accounts say so."""
    changes: tuple[tuple[str, str], ...] = ()
    """What would give another result, and the tier and treatment that it would give."""
    net: NetDays | None = None
    """None in a rulebook without ladders."""


def told(night: Night, intake: Intake, account: str, instead: str | None = None) -> Told:
    """The account as the night grades it.

    `instead` is a tier, treatment or rule of which it is told why it is not the answer.

    Raises:
        InputRefusedError: `account-unknown`.
        ConfigError: as `decide` does, or `unknown-rule` (nothing in the rulebook is called so).
    """
    _refuse_unknown(night.project.rulebook, instead)
    found = pc.index(arrow(intake.accounts["account_id"]), account).as_py()
    if found < 0:
        raise InputRefusedError(_unknown(intake, account))
    return _told(night, tier(night, intake), found, instead)


def _told(night: Night, grading: Grading, at: int, instead: str | None) -> Told:
    rulebook = night.project.rulebook
    shared, own = of_one_customer(rulebook, grading.accounts, at)
    row: dict[str, Held] = _row(pooled(rulebook, shared), own)
    needed = {n: row.get(n) for n in sorted(rulebook.columns)}
    arms = {e.column for e in rulebook.experiments.values()}
    given = {n: v for n, v in needed.items() if n not in arms or n in row}
    columns = [rulebook.dictionary[n] for n in given]
    decided = _row(grading.decisions, at)
    rolled = _row(grading.rollup, at)
    effect = _row(grading.effects, at)
    currency = str(row.get("currency") or rulebook.currency)
    return Told(
        explanation=because(rulebook, night.day, given, instead),
        values=tuple((c.name, c.label, _shown(c, given[c.name], currency)) for c in columns),
        declared=tuple(
            (c.name, c.if_missing.value, c.if_missing.because)
            for c in columns
            if c.if_missing is not None and given[c.name] is None
        ),
        addons=str(decided["addons"] or ""),
        addons_withheld=str(decided["addons_withheld"] or ""),
        customer_grade=_text(rolled["customer_grade"]),
        lead=_text(rolled["lead"]),
        lead_account=_text(rolled["lead_account"]),
        status=str(effect["status"] or ""),
        status_because=Bilingual(
            zh_CN=str(effect["because_zh_CN"] or ""), en=str(effect["because_en"] or "")
        ),
        marks=lenders(rulebook, shared, own),
        changes=tuple(_other(rulebook, c, currency) for c in _nearest(night, given, instead)),
        net=_net(rulebook, night.day, row.get("days_past_due")),
    )


def _net(rulebook: Rulebook, day: date, days: Held) -> NetDays | None:
    """The numbers that ladders count with; holds stand in the ledger, which is not asked here."""
    if not rulebook.ladders:
        return None
    return None if days is None else int(str(days)), grace_on(rulebook.parameters, day), None, None


def _nearest(night: Night, row: Mapping[str, Held], instead: str | None) -> tuple[Change, ...]:
    """The smallest changes; to a tier where a rule of it was named."""
    rulebook = night.project.rulebook
    rules = {r.id: r.then.get("tier", r.id) for c in rulebook.chains[:2] for r in c.rules}
    results = {*rulebook.tiers, *rulebook.treatments}
    wanted = rules.get(instead or "") if instead not in results else instead
    return nearest(rulebook, night.day, row, wanted)


def _other(rulebook: Rulebook, change: Change, currency: str) -> tuple[str, str]:
    values = ", ".join(
        f"{name} = {_shown(rulebook.dictionary[name], value, currency)}"
        for name, value in change.values
    )
    return values, f"{change.tier}, {change.treatment}"


def _refuse_unknown(rulebook: Rulebook, instead: str | None) -> None:
    rules = {r.id for c in rulebook.chains[:2] for r in c.rules}
    known = {*rules, *rulebook.tiers, *rulebook.treatments}
    if instead is not None and instead not in known:
        raise ConfigError(
            Problem(
                code="unknown-rule",
                message=f"the rulebook has no tier, treatment or rule '{instead}'",
                expected=", ".join((*rulebook.tiers, *rulebook.treatments)),
                mend=did_you_mean(instead, known),
            )
        )


def _row(frame: pd.DataFrame, at: int) -> dict[str, Held]:
    (row,) = to_table(frame.iloc[at : at + 1]).to_pylist()
    return dict(row)


def _text(value: Held) -> str | None:
    return None if value is None else str(value)


def _shown(column: Column, value: Held, currency: str) -> str | None:
    """The value as a person reads it; personal text and other free text only by being there."""
    if value is None:
        return None
    if column.type == "text" and column.name not in ("account_id", "customer_id"):
        return "…"
    if column.type == "money":
        return grouped(int(str(value)), currency)
    if column.type == "ratio":
        return unscaled(int(str(value)), column.digits)
    return str(value).lower() if column.type == "bool" else str(value)


def _unknown(intake: Intake, account: str) -> Problem:
    """What is said of an account that is not among those graded; its number is not repeated."""
    rejects = to_table(intake.rejects)
    rows = rejects.filter(pc.equal(rejects["account_id"], account)).to_pylist()
    return Problem(
        code="account-unknown",
        message="the account is in quarantine"
        if rows
        else "no export of this night has the account",
        expected="; ".join(_reasons(rows)) or "an account number as the exports write it",
        mend="mend the rows named and run again" if rows else "look at the number and at the date",
    )


def _reasons(rows: Sequence[dict[str, object]]) -> list[str]:
    return [
        f"{r['export']} row {r['row']}, {r['column']}: {r['code']}, expected {r['expected']}"
        for r in rows
    ]
