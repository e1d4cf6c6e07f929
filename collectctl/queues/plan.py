"""The queue plan: teams and their members, which work goes where, and what a workbook shows.

Knows how `queues.yaml` is read. Refuses to know tonight's work; see `assign` and `books`.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from types import MappingProxyType

from collectctl.columns import Dictionary
from collectctl.config import Bilingual, shape
from collectctl.problems import Problem, has_errors
from collectctl.queues import faults
from collectctl.queues.shapes import Colour, ColourShape, PlanShape, RuleShape, TeamShape
from collectctl.queues.words import LABELS, TASKS, WORK, Both
from collectctl.yaml_file import digest, read_document

_NOTHING: Mapping[str, AbstractSet[str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Who works from a list, and how many customers a day."""

    id: str
    name: str | None
    """As on the cover of the workbook; None for a list that a whole team works from."""
    capacity: int
    file: str
    """The name of the workbook."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """A team and its lists; one that shares a list has one member, called like the team."""

    id: str
    label: Bilingual
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Work that meets every condition goes to the team."""

    team: str
    conditions: Mapping[str, tuple[str, ...]]
    """Column of the work to the codes that meet it; `queue_hint` among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A column to sort by."""

    by: str
    highest_first: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Colouring:
    """A colour for cells of a column; `value` is a code of text, else a number to reach."""

    column: str
    colour: Colour
    value: str | int
    whole_row: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePlan:
    """Everything that `queues.yaml` says, checked."""

    teams: tuple[Team, ...]
    """In the order of the file."""
    rules: tuple[Rule, ...]
    """In the order of the file: the first that holds decides; those for a queue stand first."""
    otherwise: str
    """The team that gets what no rule takes."""
    order: tuple[Order, ...]
    columns: tuple[str, ...]
    """What a workbook shows, from the left."""
    freeze: int
    """Columns that stay on the left."""
    outcomes: Mapping[str, tuple[Bilingual, Bilingual]]
    """Outcome to its label and what it means."""
    colours: tuple[Colouring, ...]
    labels: Mapping[str, Bilingual]
    """Column to its heading."""
    values: Mapping[str, Mapping[str, Bilingual]]
    """Column to what its codes are called; codes that are not here are shown as they are."""
    help: tuple[Bilingual, ...]
    digest: str

    @property
    def queues(self) -> frozenset[str]:
        """The names that a status or treatment may give as its queue."""
        return frozenset(q for rule in self.rules for q in rule.conditions.get("queue_hint", ()))


def read_queue_plan(
    data: bytes,
    file: str,
    dictionary: Dictionary,
    *,
    known: Mapping[str, AbstractSet[str]] = _NOTHING,
) -> tuple[QueuePlan | None, tuple[Problem, ...]]:
    """The plan in the bytes of `queues.yaml`, or all its problems.

    `known` gives the words of other files by column (`grade`, `tone`, `treatment`); conditions on
    a column that it leaves out are not checked against any.
    """
    document, problems = read_document(data, file)
    if document is None:
        return None, problems
    shaped, problems = shape(PlanShape, document)
    if shaped is None:
        return None, problems
    words: dict[str, AbstractSet[str]] = {"task": frozenset(TASKS), **known}
    for name in ("branch_code", "product", "currency"):
        if name in dictionary:
            words[name] = frozenset(dictionary[name].values)
    found = tuple(sorted(faults.find(shaped, document, words), key=Problem.sort_key))
    if has_errors(found):
        return None, found
    return _plan(shaped, dictionary, digest(data)), found


def _plan(s: PlanShape, dictionary: Dictionary, content: str) -> QueuePlan:
    shown = [dictionary[name] for name in WORK if name in dictionary]
    values = {c.name: c.value_labels for c in shown if c.values}
    values["missing"] = {name: column.label for name, column in dictionary.columns.items()}
    values["task"] = {code: bilingual(both) for code, both in TASKS.items()}
    values |= {name: {**values.get(name, {}), **words} for name, words in s.words.items()}
    return QueuePlan(
        teams=tuple(_team(name, t) for name, t in s.teams.items()),
        rules=tuple(_rule(r) for r in s.work),
        otherwise=s.otherwise,
        order=tuple(Order(by=o.by, highest_first=o.first == "highest") for o in s.order),
        columns=s.columns,
        freeze=s.freeze,
        outcomes={code: (o.label, o.means) for code, o in s.outcomes.items()},
        colours=tuple(_colouring(c) for c in s.colours),
        labels={c.name: c.label for c in shown}
        | {name: bilingual(both) for name, both in LABELS.items()},
        values=values,
        help=s.help,
        digest=content,
    )


def bilingual(both: Both) -> Bilingual:
    """One of this room's own texts as configuration writes its texts."""
    return Bilingual(zh_CN=both[0], en=both[1])


def _team(name: str, s: TeamShape) -> Team:
    members = tuple(
        Member(id=m.id, name=m.name, capacity=m.capacity, file=faults.file_name(name, m.id))
        for m in s.members
    )
    if s.capacity is not None:
        file = faults.file_name(name, None)
        members = (Member(id=name, name=None, capacity=s.capacity, file=file),)
    return Team(id=name, label=s.label, members=members)


def _rule(s: RuleShape) -> Rule:
    return Rule(
        team=s.team,
        conditions={
            "queue_hint" if name == "queue" else name: codes
            for name in faults.CONDITIONS
            if (codes := getattr(s, name)) is not None
        },
    )


def _colouring(s: ColourShape) -> Colouring:
    value = s.at_least if s.at_least is not None else s.equals
    if value is None:
        raise AssertionError("a colour without a test has a problem")
    return Colouring(column=s.column, colour=s.colour, value=value, whole_row=s.whole_row)
