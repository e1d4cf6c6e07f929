"""A rulebook: everything a night needs to tier accounts and choose their treatments.

Knows how its parts hang together. Refuses to know accounts, the date and which documents exist.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from collectctl.columns import Column, Dictionary
from collectctl.config import Bilingual
from collectctl.problems import Problem, has_errors
from collectctl.rules.chains import MANUAL, OTHERWISE, Chain, Rule, Test
from collectctl.rules.experiments import Experiment
from collectctl.rules.ladders import Ladder
from collectctl.rules.ladders import said as said_of
from collectctl.rules.outputs import Output
from collectctl.rules.parameters import Parameter
from collectctl.rules.policies import Policies
from collectctl.rules.scope import Kind
from collectctl.rules.scorecards import Scorecard
from collectctl.rules.shapes import Pool
from collectctl.rules.syntax import (
    Source,
    Value,
    leaves_of,
    names_of,
    parameters_of,
    values_of,
    write,
    write_value,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """A column computed from others of the same account, rounded half away from zero."""

    name: str
    kind: Kind
    label: Bilingual
    source: Source
    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """How the accounts of one customer come together."""

    key: str
    gentle: tuple[str, ...]
    """Treatments that win over all others, the first over the next."""
    holds_on_manual: bool
    """Whether one undecided account keeps the customer's others from being worked."""
    marks: Mapping[str, Pool]
    """Columns that are of the person: their value is the same for all accounts of a customer."""


@dataclass(frozen=True, kw_only=True)
class Rulebook:
    """The rules of one version, checked against the dictionary of columns."""

    id: str
    title: Bilingual
    version: str
    owner: str | None
    effective_from: date | None
    currency: str
    """The currency of every amount written in it."""
    digest: str
    """SHA-256 of what it says, without comments, spacing and the names of its files."""
    dictionary: Mapping[str, Column]
    """The columns of the project, and one for the arm of each experiment."""
    parameters: Mapping[str, Parameter]
    derived: Mapping[str, Derived]
    scorecards: Mapping[str, Scorecard]
    segments: Mapping[str, Test]
    outputs: Mapping[str, Output]
    tiers: tuple[str, ...]
    """From gentle to hard, as declared."""
    tier_chain: Chain
    treatment_chain: Chain
    addon_chain: Chain
    customer: Customer
    experiments: Mapping[str, Experiment]
    ladders: Mapping[str, Ladder]
    """By treatment; one without sends its document every night."""
    policies: Policies

    @property
    def computed(self) -> Mapping[str, Derived | Scorecard]:
        """The columns that follow from others of the same account."""
        return {**self.derived, **self.scorecards}

    @property
    def treatments(self) -> tuple[str, ...]:
        """The ids of the treatments in file order, `otherwise` last."""
        return (*(r.id for r in self.treatment_chain.rules), OTHERWISE)

    @property
    def addons(self) -> tuple[str, ...]:
        """The ids of the add-on rules in file order."""
        return tuple(r.id for r in self.addon_chain.rules)

    @property
    def chains(self) -> tuple[Chain, Chain, Chain]:
        """Tiers, treatments, add-ons: the order in which they are decided."""
        return self.tier_chain, self.treatment_chain, self.addon_chain

    def then(self, treatment: str) -> Mapping[str, str]:
        """What a treatment says, by output; nothing for MANUAL."""
        if treatment == MANUAL:
            return {}
        if treatment == OTHERWISE:
            return self.treatment_chain.otherwise or {}
        return next(r.then for r in self.treatment_chain.rules if r.id == treatment)

    @property
    def documents(self) -> frozenset[str]:
        """Every document that a treatment, a step of a ladder or an add-on names."""
        named = self._said(o.name for o in self.outputs.values() if o.type == "document")
        named |= {s.document for ladder in self.ladders.values() for s in ladder.steps}
        return named | {r.then["document"] for r in self.addon_chain.rules}

    @property
    def channels(self) -> frozenset[str]:
        """Every member that a treatment names in the output called `channels`."""
        return self._said(["channels"])

    def _said(self, keys: Iterable[str]) -> frozenset[str]:
        wanted = frozenset(keys)
        said = [self.then(t) for t in self.treatments]
        texts = [v for then in said for k, v in then.items() if k in wanted]
        return frozenset(part for text in texts for part in text.split(",") if part)

    @cached_property
    def columns(self) -> frozenset[str]:
        """The columns that a frame needs for this rulebook."""
        used: set[str] = {self.customer.key, "account_id"}
        for chain in self.chains:
            for rule in chain.rules:
                used |= self.columns_of(rule)
        for policy in self.policies.never:
            used |= self.columns_in([policy.test])
        told = {"currency", "days_past_due"} if self.ladders else {"currency"}
        return frozenset(used | (told & self.dictionary.keys()))

    def columns_of(self, rule: Rule) -> frozenset[str]:
        """The dictionary's columns that a rule looks at, through segments and derived columns."""
        return self.columns_in(rule.tests)

    def columns_in(self, tests: Iterable[Test]) -> frozenset[str]:
        """The dictionary's columns that tests look at, in the same way."""
        found: set[str] = set()
        pending = [n for test in tests for n in names_of(values_of(test.condition))]
        seen: set[str] = set()
        while pending:
            name = pending.pop()
            if name in seen:
                continue
            seen.add(name)
            if name in self.segments:
                pending += names_of(values_of(self.segments[name].condition))
            elif name in self.derived:
                pending += names_of(leaves_of(self.derived[name].value))
            elif name in self.scorecards:
                pending += self.scorecards[name].columns
            elif name in self.dictionary:
                found.add(name)
        return frozenset(found)

    @property
    def starts(self) -> frozenset[date]:
        """The days from which a parameter that is used, or a scorecard, has other values."""
        used = [self.parameters[n] for n in self.parameters_used]
        days = {v.starts for p in used for v in p.values}
        return frozenset(days | {e.starts for s in self.scorecards.values() for e in s.editions})

    @property
    def parameters_used(self) -> frozenset[str]:
        """The parameters that some rule, segment or derived column uses, without their `@`."""
        tests = [t for c in self.chains for r in c.rules for t in r.tests]
        tests += self.segments.values()
        found = frozenset(p for t in tests for p in parameters_of(values_of(t.condition)))
        found |= {
            p for n in self.policies.never for p in parameters_of(values_of(n.test.condition))
        }
        return found | {p for d in self.derived.values() for p in parameters_of(leaves_of(d.value))}


def read_rulebook(
    files: Mapping[str, bytes], dictionary: Dictionary
) -> tuple[Rulebook | None, tuple[Problem, ...]]:
    """The rulebook in the files (name to bytes), or all problems of all files at once.

    One file has `ruleset:`; the others may hold parameters, derived columns and segments. A
    rulebook may come with warnings. Codes: docs/rules.md lists them.
    """
    from collectctl.rules.reader import Reader  # the reader builds what this module declares

    reader = Reader(files, dictionary)
    rulebook = reader.read()
    problems = tuple(sorted(set(reader.problems), key=Problem.sort_key))
    return (None if has_errors(problems) else rulebook), problems


def digest_of(rulebook: Rulebook) -> str:
    """The SHA-256 of what the rulebook says, in hexadecimal."""
    chains = [
        [
            c.name, c.hit, c.otherwise,
            [[r.id, [write(t.condition) for t in r.tests], r.then, r.on_unknown, _both(r.because)]
             for r in c.rules],
        ]
        for c in rulebook.chains
    ]  # fmt: skip
    said: dict[str, object] = {
        "id": rulebook.id, "title": _both(rulebook.title), "version": rulebook.version,
        "owner": rulebook.owner, "currency": rulebook.currency, "tiers": rulebook.tiers,
        "effective_from": _day(rulebook.effective_from), "chains": chains,
        "derived": {
            d.name: [write_value(d.value), d.kind.type, d.kind.decimals, d.kind.unit]
            for d in rulebook.derived.values()
        },
        "scorecards": {
            s.name: [
                _both(s.label),
                [[_day(e.starts), e.base, e.source, e.verified, e.link, _day(e.checked), e.rows]
                 for e in s.editions],
            ]
            for s in rulebook.scorecards.values()
        },
        "segments": {n: write(t.condition) for n, t in rulebook.segments.items()},
        "parameters": {n: _parameter(p) for n, p in rulebook.parameters.items()},
        "outputs": [[o.name, o.type, o.values, o.ordered] for o in rulebook.outputs.values()],
        "experiments": {
            e.id: [_both(e.title), e.unit, e.salt, _day(e.starts), _day(e.ends),
                   [[a.id, a.buckets, a.then] for a in e.arms]]
            for e in rulebook.experiments.values()
        },
        "policies": _policies(rulebook.policies),
        "customer": [
            rulebook.customer.key, rulebook.customer.gentle, rulebook.customer.holds_on_manual
        ],
    }  # fmt: skip
    # Without any, a rulebook keeps the digest that it had before there were ladders and marks.
    if rulebook.ladders:
        said["ladder"] = {name: said_of(ladder) for name, ladder in rulebook.ladders.items()}
    if rulebook.customer.marks:
        said["marks"] = dict(rulebook.customer.marks)
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _policies(policies: Policies) -> list[object]:
    return [
        [
            [p.id, _both(p.say), write(p.test.condition), *["customer"] * p.of_customer]
            for p in policies.never
        ],
        [[p.id, _both(p.say), p.column, p.output, p.exceptions] for p in policies.monotone],
        [p.column for p in policies.forbidden],
    ]


def _parameter(parameter: Parameter) -> list[object]:
    values = [
        [
            _day(v.starts), v.number, v.currency, v.source, v.verified, v.link, _day(v.checked),
        ]
        for v in parameter.values
    ]  # fmt: skip
    kind = parameter.kind
    return [_both(parameter.title), kind.type, kind.decimals, kind.unit, values]


def _both(text: Bilingual | None) -> list[str] | None:
    return None if text is None else [text.zh_CN, text.en]


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
