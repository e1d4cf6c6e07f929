"""Packs read and checked: no kind passed over in silence, dates in order, the house only tightens.

Knows how packs stand to each other. Refuses to know contacts.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Literal

from collectctl.compliance.packs.shapes import KINDS, AnyLimit, PackShape, ValueShape
from collectctl.compliance.packs.tighter import allows_more
from collectctl.config import Bilingual, shape
from collectctl.problems import Level, Problem, has_errors
from collectctl.yaml_file import Document, read_document

REVIEW_DAYS = 365
"""A value that nobody has looked at for longer is told of. Source: house."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """One limit with one of its values, which holds on its own days."""

    id: str
    """Pack and limit, as `cn.quiet_hours`."""
    limit: AnyLimit
    position: int
    """Which of its values."""

    @property
    def value(self) -> ValueShape:
        """What the value says of itself, whatever the limit's kind."""
        return self.limit.values[self.position]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """The limits of one jurisdiction."""

    id: str
    title: Bilingual
    limits: Mapping[str, AnyLimit]
    not_applicable: Mapping[str, str]
    document: Document

    def dated(self) -> Iterator[Dated]:
        """Every value of every limit."""
        for name, limit in self.limits.items():
            for n in range(len(limit.values)):
                yield Dated(id=f"{self.id}.{name}", limit=limit, position=n)


@dataclass(frozen=True, slots=True)
class Packs:
    """The packs that a bank works by, in the order in which it names them."""

    packs: tuple[Pack, ...]

    @property
    def dated(self) -> tuple[Dated, ...]:
        """Every value of every limit; of those that hold on a day all have to agree."""
        return tuple(found for pack in self.packs for found in pack.dated())

    def warnings(self, day: date) -> tuple[Problem, ...]:
        """Limits that have ended, have not begun, or were not looked at for a year."""
        return tuple(p for pack in self.packs for p in _stale(pack, day))


def read_packs(files: Mapping[str, bytes]) -> tuple[Packs | None, tuple[Problem, ...]]:
    """The packs in the files (path to bytes, in the project's order), or all their problems."""
    problems: list[Problem] = []
    packs: dict[str, Pack] = {}
    house: list[Pack] = []
    for name, data in files.items():
        document, found = read_document(data, name)
        problems += found
        shaped, found = (None, ()) if document is None else shape(PackShape, document)
        problems += found
        if document is None or shaped is None:
            continue
        problems += _silent(shaped, document)
        problems += [p for key in shaped.limits for p in _dates(shaped, key, document)]
        pack = Pack(
            id=shaped.pack, title=shaped.title, limits=shaped.limits,
            not_applicable=dict(shaped.not_applicable.items()), document=document,
        )  # fmt: skip
        if shaped.pack in packs:
            problems.append(
                Problem(
                    code="pack-twice", message=f"pack '{shaped.pack}' stands in two files",
                    span=document.span(("pack",)), expected="one file for each pack",
                )
            )  # fmt: skip
        packs[shaped.pack] = pack
        house += [pack] if shaped.tightens_only else []
    others = [pack for pack in packs.values() if pack not in house]
    problems += [p for pack in house for p in _loosened(pack, others)]
    found_ = tuple(sorted(problems, key=Problem.sort_key))
    return (None if has_errors(found_) else Packs(tuple(packs.values()))), found_


def _silent(shaped: PackShape, document: Document) -> Iterator[Problem]:
    """Kinds of limits about which a pack says nothing; the house's own may."""
    said = {limit.kind for limit in shaped.limits.values()}
    for kind in KINDS:
        if kind in said and kind in shaped.not_applicable:
            yield Problem(
                code="pack-contradiction",
                message=f"'{kind}' is limited and said not to be applicable",
                span=document.span(("not_applicable", kind), of_key=True),
                expected="one of the two",
            )
        elif kind not in said and kind not in shaped.not_applicable and not shaped.tightens_only:
            yield Problem(
                code="pack-silent", message=f"pack '{shaped.pack}' says nothing about '{kind}'",
                span=document.span(("limits",), of_key=True),
                expected=f"a limit of kind {kind}, or 'not_applicable: {{{kind}: the reason}}'",
                mend="a kind that is forgotten would be taken for one that is free",
            )  # fmt: skip


def _dates(shaped: PackShape, key: str, document: Document) -> Iterator[Problem]:
    values = shaped.limits[key].values
    for n, value in enumerate(values):
        if value.to is not None and value.to < value.from_:
            yield Problem(
                code="pack-dates", message=f"'{key}' ends before it begins",
                span=document.span(("limits", key, "values", n, "to")),
                expected=f"a day from {value.from_} on",
            )  # fmt: skip
    for n, (one, other) in enumerate(pairwise(values), 1):
        if one.to is None or other.from_ <= one.to or other.from_ <= one.from_:
            yield Problem(
                code="pack-dates", message=f"two values of '{key}' hold on one day",
                span=document.span(("limits", key, "values", n, "from")),
                expected="values in order of their days, each ending before the next begins",
                mend="write 'to' at the earlier one",
            )  # fmt: skip


def _loosened(pack: Pack, others: Sequence[Pack]) -> Iterator[Problem]:
    """The house's limits that allow more than a limit of another pack about the same."""
    for key, limit in pack.limits.items():
        if limit.loosens is not None:
            continue
        for other in others:
            for name, strict in other.limits.items():
                if allows_more(limit, strict):
                    yield Problem(
                        code="pack-loosens",
                        message=f"'{key}' allows more than '{other.id}.{name}'",
                        span=pack.document.span(("limits", key), of_key=True),
                        expected="a limit that is as strict or stricter",
                        mend="tighten it, or say under 'loosens' why the bank may allow more",
                    )


State = Literal["holds", "ended", "coming", "unreviewed"]


def state_of(limit: AnyLimit, day: date) -> State:
    """How a limit stands on a day: whether a value holds, and somebody looked at it of late."""
    last, first = limit.values[-1], limit.values[0]
    if last.to is not None and last.to < day:
        return "ended"
    if first.from_ > day:
        return "coming"
    old = last.reviewed is None or (day - last.reviewed).days > REVIEW_DAYS
    return "unreviewed" if old else "holds"


def _stale(pack: Pack, day: date) -> Iterator[Problem]:
    states = {key: state_of(limit, day) for key, limit in pack.limits.items()}
    for key, limit in pack.limits.items():
        told = {
            "ended": f"'{pack.id}.{key}' ended on {limit.values[-1].to}",
            "coming": f"'{pack.id}.{key}' begins on {limit.values[0].from_}",
        }.get(states[key])
        if told is not None:
            yield Problem(
                code="pack-stale", message=told, level=Level.WARNING,
                span=pack.document.span(("limits", key), of_key=True),
                expected="a value that holds now",
            )  # fmt: skip
    unreviewed = list(states.values()).count("unreviewed")
    if unreviewed:
        yield Problem(
            code="pack-unreviewed", level=Level.WARNING,
            message=f"{unreviewed} of {len(pack.limits)} limits of pack '{pack.id}' were not"
            " reviewed within a year",
            span=pack.document.span(("pack",)),
            expected="'reviewed' with the day on which the legal desk looked at the source",
        )  # fmt: skip
