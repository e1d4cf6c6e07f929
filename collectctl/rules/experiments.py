"""Experiments: which arm a customer is in, and a rule with an experiment as one rule for each arm.

An arm is a column like any other (`arm_<experiment>`), so that the evaluator, explanations and
proofs need to know nothing of experiments: what is proved is proved for every arm.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import accumulate

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from collectctl.columns import Column
from collectctl.config import Bilingual
from collectctl.problems import Problem, Span, did_you_mean
from collectctl.rules.chains import Rule, Test
from collectctl.rules.outputs import Output, check_then, joined
from collectctl.rules.shapes import ExperimentShape, TreatmentRuleShape
from collectctl.rules.syntax import InList, Name, Source, Text
from collectctl.yaml_file import Document

BUCKETS = 10_000
"""Customers are spread over so many buckets; a share has two decimals of a percent at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """One way of treating the customers of some buckets."""

    id: str
    buckets: int
    """How many of `BUCKETS`; consecutive, in the order of the file."""
    then: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """Champion and challengers: customers split by a salted hash for some time."""

    id: str
    title: Bilingual
    unit: str
    """The column that names the customer."""
    salt: str
    starts: date
    ends: date
    """The last day, inclusive. Outside of these days everybody is in the first arm."""
    arms: tuple[Arm, ...]

    @property
    def column(self) -> str:
        """The name of the column that holds a customer's arm."""
        return f"arm_{self.id}"

    def runs_on(self, day: date) -> bool:
        """Whether customers are split on the day."""
        return self.starts <= day <= self.ends

    def arms_of(self, units: pa.Array, day: date) -> pa.Array:
        """Each customer's arm on the day; missing where the customer is.

        Bucket = first 8 bytes of SHA-256 of `salt:customer`, big-endian, modulo 10,000. Arms take
        consecutive buckets, so a changed share moves only customers between the two boundaries.
        """
        if not self.runs_on(day):
            first = pa.scalar(self.arms[0].id, pa.string())
            return pc.if_else(units.is_valid(), first, None)
        encoded = units.dictionary_encode()
        ends = list(accumulate(a.buckets for a in self.arms))
        places = [
            int(np.searchsorted(ends, self.bucket(u), side="right"))
            for u in encoded.dictionary.to_pylist()
        ]
        names = pa.array([a.id for a in self.arms], pa.string())
        return names.take(pa.array(places, pa.int32())).take(encoded.indices)

    def bucket(self, unit: str) -> int:
        """The bucket of a customer, from 0."""
        found = hashlib.sha256(f"{self.salt}:{unit}".encode()).digest()
        return int.from_bytes(found[:8], "big") % BUCKETS


class ExperimentReader:
    """Reads experiments and gathers what is wrong with them in `problems`."""

    def __init__(self, document: Document, outputs: Mapping[str, Output], key: str) -> None:
        """Takes the file, what treatments may say, and the column that names the customer."""
        self._document = document
        self._outputs = outputs
        self._key = key
        self.problems: list[Problem] = []

    def read(self, shapes: Mapping[str, ExperimentShape]) -> dict[str, Experiment]:
        """The experiments by id."""
        salts: dict[str, str] = {}
        found: dict[str, Experiment] = {}
        for name, shape in shapes.items():
            if shape.salt in salts:
                self._say(
                    "experiment-salt", self._document.span(("experiments", name, "salt")),
                    f"the salt of '{salts[shape.salt]}' again", "a salt that was never used",
                    "with one salt two experiments split customers alike",
                )  # fmt: skip
            salts.setdefault(shape.salt, name)
            found[name] = self._experiment(name, shape)
        return found

    def _experiment(self, name: str, shape: ExperimentShape) -> Experiment:
        at = ("experiments", name)
        if shape.unit != self._key:
            self._say(
                "experiment-unit", self._document.span((*at, "unit")),
                f"'{shape.unit}' is not what customers are named by", self._key,
                "one customer is in one arm, with all accounts",
            )  # fmt: skip
        if shape.to < shape.from_:
            self._say(
                "experiment-dates", self._document.span((*at, "to")),
                f"ends on {shape.to}, before it begins", f"a day from {shape.from_} on",
            )  # fmt: skip
        arms = []
        for arm, said in shape.arms.items():
            then = joined(said.then)
            path = (*at, "arms", arm, "then")
            self.problems += check_then(then, self._outputs, self._document, path)
            arms.append(Arm(id=arm, buckets=said.share, then=then))
        total = sum(a.buckets for a in arms)
        if total != BUCKETS or len(arms) < 2:  # noqa: PLR2004 - a champion and a challenger
            self._say(
                "experiment-share", self._document.span((*at, "arms"), of_key=True),
                f"{len(arms)} arms add up to {total // 100}.{total % 100:02d}%",
                "two arms or more that add up to 100%",
            )  # fmt: skip
        return Experiment(
            id=name, title=shape.title, unit=shape.unit, salt=shape.salt,
            starts=shape.from_, ends=shape.to, arms=tuple(arms),
        )  # fmt: skip

    def expanded(
        self, rules: Sequence[Rule], shapes: Sequence[TreatmentRuleShape],
        experiments: Mapping[str, Experiment],
    ) -> Iterator[Rule]:  # fmt: skip
        """The rules, one with an experiment as one for each arm: `remind.champion`."""
        used: set[str] = set()
        for i, (rule, shape) in enumerate(zip(rules, shapes, strict=True)):
            at = ("treatments", "rules", i)
            if (shape.then is None) == (shape.experiment is None):
                what = "neither" if shape.then is None else "both"
                self._say(
                    "rule-outcome", rule.span, f"rule '{rule.id}' has {what} then and experiment",
                    "one of them",
                )  # fmt: skip
            if shape.experiment is None:
                yield rule
                continue
            experiment = experiments.get(shape.experiment)
            if experiment is None:
                self._say(
                    "unknown-experiment", self._document.span((*at, "experiment")),
                    f"'{shape.experiment}' is not an experiment", ", ".join(experiments) or "none",
                    did_you_mean(shape.experiment, experiments),
                )  # fmt: skip
                continue
            used.add(shape.experiment)
            source = Source.scalar(self._document, (*at, "experiment"))
            place = (0, len(source.text))
            for arm in experiment.arms:
                own = InList(Name(experiment.column, place), (Text(arm.id, place),), False, place)
                yield replace(
                    rule, id=f"{rule.id}.{arm.id}", then=arm.then,
                    tests=(*rule.tests, Test(source, own)),
                )  # fmt: skip
        for name in experiments.keys() - used:
            self._say(
                "unused-experiment", self._document.span(("experiments", name), of_key=True),
                f"no rule has the experiment '{name}'", "experiment: in a treatment's rule",
            )  # fmt: skip

    def _say(
        self, code: str, span: Span, message: str, expected: str, mend: str | None = None
    ) -> None:
        self.problems.append(
            Problem(code=code, message=message, span=span, expected=expected, mend=mend)
        )


def arm_columns(experiments: Mapping[str, Experiment]) -> dict[str, Column]:
    """The columns of the experiments' arms, for the dictionary of a rulebook."""
    return {
        e.column: Column(
            name=e.column, type="enum", required=True,
            label=Bilingual(zh_CN=f"试验组：{e.title.zh_CN}", en=f"Arm of {e.title.en}"),
            values=tuple(a.id for a in e.arms),
            value_labels={a.id: Bilingual(zh_CN=a.id, en=a.id) for a in e.arms},
        )
        for e in experiments.values()
    }  # fmt: skip
