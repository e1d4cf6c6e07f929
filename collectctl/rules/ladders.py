"""Ladders: which document of a treatment goes out from which net day on, and after which other.

Knows how a ladder is written and what is wrong with one. Refuses to know accounts and what was
issued: `rungs` takes the step of a night.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from collectctl.problems import ConfigError, Problem, Span, did_you_mean
from collectctl.rules.chains import OTHERWISE, Chain
from collectctl.rules.outputs import Output
from collectctl.rules.parameters import Parameter
from collectctl.rules.shapes import Escalate, LadderShape, LadderStepShape, Measure, Missed
from collectctl.yaml_file import Document, Path_

GRACE = "grace_days"
"""The parameter whose days are taken off before a ladder counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderStep:
    """A document from a net day on."""

    after_days: int
    document: str
    channels: tuple[str, ...]
    """Empty: those of the treatment."""
    min_stay_days: int
    """How many days after its issue the next step has to wait."""
    never_skip: bool
    measure: Measure | None
    """What it gives notice of."""
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """The documents of one treatment over time."""

    treatment: str
    missed: Missed
    escalate: Escalate
    steps: tuple[LadderStep, ...]
    """By net day, ascending."""
    channels: tuple[str, ...]
    """What the treatment says of channels."""

    def channels_of(self, step: LadderStep) -> tuple[str, ...]:
        """The channels by which the document of a step goes."""
        return step.channels or self.channels


class LadderReader:
    """Reads the ladders of a ruleset and gathers what is wrong with them in `problems`."""

    def __init__(
        self, document: Document, outputs: Mapping[str, Output], treatments: Chain
    ) -> None:
        """Takes the file, what a treatment may say, and what each of them says."""
        self._document = document
        self._outputs = outputs
        self._said = {r.id: r.then for r in treatments.rules}
        self._said[OTHERWISE] = treatments.otherwise or {}
        self.problems: list[Problem] = []

    def read(self, shapes: Mapping[str, LadderShape], grace: Parameter | None) -> dict[str, Ladder]:
        """The ladders by treatment."""
        if shapes:
            self._check_outputs()
            self._check_grace(grace)
        return {name: self._ladder(name, shape) for name, shape in shapes.items()}

    def _check_outputs(self) -> None:
        for name, kind in (("document", "document"), ("channels", "list")):
            output = self._outputs.get(name)
            if output is None or output.type != kind:
                self._say(
                    "unknown-output", self._document.span(("ladder",), of_key=True),
                    f"a ladder needs the output '{name}'", f"{name}: {{type: {kind}}} in outputs:",
                )  # fmt: skip

    def _check_grace(self, grace: Parameter | None) -> None:
        if grace is None or (
            grace.kind.type == "int"
            and all(v.number is not None and v.number >= 0 for v in grace.values)
        ):
            return
        self._say(
            "ladder-grace", self._document.span(("ladder",), of_key=True),
            f"ladders take '@{GRACE}' off the days past due, and it is no number of days",
            "an int from each day on, 0 where there is no grace",
        )  # fmt: skip

    def _ladder(self, name: str, shape: LadderShape) -> Ladder:
        at: Path_ = ("ladder", name)
        if name not in self._said:
            self._say(
                "unknown-treatment", self._document.span(at, of_key=True),
                f"'{name}' is not a treatment", ", ".join(self._said),
                did_you_mean(name, self._said),
            )  # fmt: skip
        said = self._said.get(name, {})
        ladder = Ladder(
            treatment=name, missed=shape.missed, escalate=shape.escalate,
            steps=tuple(self._step(s, (*at, "steps", i)) for i, s in enumerate(shape.steps)),
            channels=tuple(c for c in said.get("channels", "").split(",") if c),
        )  # fmt: skip
        if not ladder.steps:
            self._say(
                "ladder-empty", self._document.span(at, of_key=True),
                f"the ladder of '{name}' has no steps", "steps: [{after_days: 1, document: …}]",
            )  # fmt: skip
        self._check_days(ladder, at)
        self._check_stays(ladder, shape, at)
        self._check_documents(ladder, said.get("document"), at)
        if name in self._said:
            self._check_channels(ladder, at)
        return ladder

    def _step(self, shape: LadderStepShape, at: Path_) -> LadderStep:
        return LadderStep(
            after_days=shape.after_days, document=shape.document,
            channels=tuple(shape.channels or ()), min_stay_days=shape.min_stay_days or 0,
            never_skip=shape.never_skip, measure=shape.step,
            span=self._document.span((*at, "document")),
        )  # fmt: skip

    def _check_days(self, ladder: Ladder, at: Path_) -> None:
        before = 0
        for i, step in enumerate(ladder.steps):
            if step.after_days <= before:
                self._say(
                    "ladder-order", self._document.span((*at, "steps", i, "after_days")),
                    f"this step begins after {step.after_days} net days"
                    + (f", the one before it after {before}" if i else ""),
                    f"{before + 1} or more: each step after the one before it",
                )  # fmt: skip
            before = max(before, step.after_days)

    def _check_stays(self, ladder: Ladder, shape: LadderShape, at: Path_) -> None:
        for i, step in enumerate(shape.steps):
            stay = step.min_stay_days
            if stay is None:
                continue
            wrong = (
                "only a ladder by_sequence waits for an earlier notice"
                if ladder.escalate != "by_sequence"
                else "a stay has at least one day" if stay < 1
                else "no step comes after the last one" if i == len(shape.steps) - 1
                else None
            )  # fmt: skip
            if wrong is not None:
                self._say(
                    "ladder-stay", self._document.span((*at, "steps", i, "min_stay_days")), wrong,
                    "min_stay_days of a step that another one follows, with escalate: by_sequence",
                )  # fmt: skip

    def _check_documents(self, ladder: Ladder, own: str | None, at: Path_) -> None:
        documents = [s.document for s in ladder.steps]
        for i, document in enumerate(documents):
            if document in documents[:i]:
                self._say(
                    "ladder-document", self._document.span((*at, "steps", i, "document")),
                    f"'{document}' stands in an earlier step of this ladder",
                    "each document once in a ladder",
                    "what was issued is known by its document: give the later step one of its own",
                )  # fmt: skip
        if own is not None and documents and own not in documents:
            self._say(
                "ladder-document", self._document.span(at, of_key=True),
                f"the treatment's own document '{own}' is in no step, so it would never go out",
                ", ".join(documents),
            )  # fmt: skip

    def _check_channels(self, ladder: Ladder, at: Path_) -> None:
        output = self._outputs.get("channels")
        values = () if output is None else output.values
        for i, step in enumerate(ladder.steps):
            here: Path_ = (*at, "steps", i)
            for n, channel in enumerate(step.channels):
                place = self._document.span((*here, "channels", n))
                if channel not in values:
                    self._say(
                        "unknown-value", place, f"'{channel}' is not a value of output 'channels'",
                        ", ".join(values), did_you_mean(channel, values),
                    )  # fmt: skip
                elif channel not in ladder.channels:
                    self._say(
                        "ladder-channels", place,
                        f"the treatment '{ladder.treatment}' does not have the channel '{channel}'",
                        ", ".join(ladder.channels) or "a treatment with channels",
                        "what is proved of a treatment's channels must hold for its steps",
                    )  # fmt: skip
            if not ladder.channels_of(step):
                self._say(
                    "ladder-channels", self._document.span((*here, "document")),
                    f"'{step.document}' has no channel: its treatment says none",
                    "channels: in the treatment's then:",
                )  # fmt: skip

    def _say(
        self, code: str, span: Span, message: str, expected: str, mend: str | None = None
    ) -> None:
        self.problems.append(
            Problem(code=code, message=message, span=span, expected=expected, mend=mend)
        )


def said(ladder: Ladder) -> list[object]:
    """What a ladder says, wherever it stands: two that say the same are the same."""
    steps = [
        [s.after_days, s.document, s.channels, s.min_stay_days, s.never_skip, s.measure]
        for s in ladder.steps
    ]
    return [ladder.missed, ladder.escalate, steps]


def grace_on(parameters: Mapping[str, Parameter], day: date) -> int:
    """The days of grace on a business date; 0 in a rulebook that declares none.

    Raises:
        ConfigError: `parameter-not-in-force`.
    """
    grace = parameters.get(GRACE)
    if grace is None:
        return 0
    value = grace.in_force(day, None)
    if value is None or value.number is None:
        raise ConfigError(
            Problem(
                code="parameter-not-in-force",
                message=f"ladders use '@{GRACE}', which has no value on {day}",
                expected=f"a value from {day} or earlier",
            )
        )
    return value.number


def said_by(
    treatments: Mapping[str, Mapping[str, str]], ladders: Mapping[str, Ladder], output: str
) -> Iterator[tuple[str, tuple[str | None, ...]]]:
    """Each treatment with everything that it may come to say in an output over its ladder."""
    for name, then in treatments.items():
        own, ladder = then.get(output), ladders.get(name)
        found: dict[str | None, None] = {}
        steps = () if ladder is None else ladder.steps
        if ladder is not None and output == "channels":
            found = {",".join(ladder.channels_of(s)): None for s in steps}
        if steps and output == "document":
            found = {s.document: None for s in steps}
        else:
            found[own] = None
        yield name, tuple(found)
