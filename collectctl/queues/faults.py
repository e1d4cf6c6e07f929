"""What can be wrong with a queue plan that is well-formed.

Knows that every piece of work must reach a list and every answer its account. Refuses to know how
the plan is written down beyond where each value stands.
"""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet

from collectctl.config import warning
from collectctl.problems import Problem, did_you_mean
from collectctl.queues.shapes import PlanShape
from collectctl.queues.words import ENTRIES, NEEDED, WORK
from collectctl.yaml_file import Document, Path_

_UNKNOWN = {"team": "unknown-team", "column": "unknown-column", "outcome": "unknown-outcome"}
"""Codes of words that are declared in the plan itself; others are values of a column."""
CONDITIONS = (
    "queue", "task", "tone", "grade", "treatment", "branch_code", "product", "currency",
)  # fmt: skip
"""What a rule can ask of a piece of work."""
WAITING_FILE = "waiting.xlsx"
_WORDED = ("tone", "grade", "customer_grade", "treatment", "task", "documents")
"""Columns whose codes the plan may give names to; the others' are named elsewhere."""


def file_name(team: str, member: str | None) -> str:
    """The workbook of a member, or of a team that shares a list; built from declared codes."""
    return f"{team}.xlsx" if member is None else f"{team}-{member}.xlsx"


def find(
    plan: PlanShape, document: Document, known: Mapping[str, AbstractSet[str]]
) -> Iterator[Problem]:
    """Every problem of the plan; `known` has the words of each condition that can be checked."""
    yield from _teams(plan, document)
    yield from _rules(plan, document, known)
    yield from _queues(plan, document)
    yield from _columns(plan, document)
    yield from _outcomes(plan, document)
    yield from _colours(plan, document)


def _teams(plan: PlanShape, document: Document) -> Iterator[Problem]:
    taken = {WAITING_FILE: "the list of what waits"}
    for name, team in plan.teams.items():
        at: Path_ = ("teams", name)
        if bool(team.members) == (team.capacity is not None):
            both = "both members and a capacity" if team.members else "neither members nor capacity"
            yield Problem(
                code="queue-team",
                message=f"team '{name}' has {both}",
                span=document.span(at, of_key=True),
                expected="members, each with a capacity; or one capacity for a shared list",
            )
        members: list[tuple[str | None, Path_]] = [
            (m.id, (*at, "members", i, "id")) for i, m in enumerate(team.members)
        ]
        for member, place in members or [(None, at)]:
            file = file_name(name, member).casefold()
            if file in taken:
                yield Problem(
                    code="queue-file-clash",
                    message=f"the workbook '{file}' would be that of {taken[file]} as well",
                    span=document.span(place, of_key=member is None),
                    expected="ids that differ by more than upper and lower case",
                    mend="give the team or the member another id",
                )
            owner = f"team '{name}'" if member is None else f"member '{member}' of '{name}'"
            taken.setdefault(file, owner)
    used = {plan.otherwise, *(rule.team for rule in plan.work)}
    for name in plan.teams:
        if name not in used:
            yield warning(
                "queue-team-idle",
                f"no rule sends work to team '{name}'",
                document.span(("teams", name), of_key=True),
                "name it in a rule or take it out",
            )


def _rules(
    plan: PlanShape, document: Document, known: Mapping[str, AbstractSet[str]]
) -> Iterator[Problem]:
    yield from _unknown([plan.otherwise], set(plan.teams), ("otherwise",), document, "team")
    hinted = True
    for i, rule in enumerate(plan.work):
        at: Path_ = ("work", i)
        yield from _unknown([rule.team], set(plan.teams), (*at, "team"), document, "team")
        asked = {n: codes for n in CONDITIONS if (codes := getattr(rule, n)) is not None}
        if not asked:
            yield Problem(
                code="queue-rule-empty",
                message="the rule has no condition",
                span=document.span(at),
                expected="at least one of " + ", ".join(CONDITIONS),
                mend="what is left over goes to the team of 'otherwise'",
            )
        for name, codes in asked.items():
            if name in known:
                yield from _unknown(codes, known[name], (*at, name), document, name)
        if rule.queue is not None and not hinted:
            yield Problem(
                code="queue-order",
                message="a rule for a queue stands after one without",
                span=document.span((*at, "queue"), of_key=True),
                expected="rules with queue before all others",
                mend="move it up: what a status sends to a queue outranks everything else",
            )
        hinted = hinted and rule.queue is not None


def _queues(plan: PlanShape, document: Document) -> Iterator[Problem]:
    """Each queue needs a rule that takes all of it, or some of it would go to nobody named."""
    whole: set[str] = set()
    first: dict[str, Path_] = {}
    for i, rule in enumerate(plan.work):
        alone = all(getattr(rule, n) is None for n in CONDITIONS if n != "queue")
        for j, queue in enumerate(rule.queue or ()):
            first.setdefault(queue, ("work", i, "queue", j))
            if alone:
                whole.add(queue)
    for queue, place in first.items():
        if queue not in whole:
            yield Problem(
                code="queue-gap",
                message=f"no rule takes all of queue '{queue}'",
                span=document.span(place),
                expected=f"a rule with queue: [{queue}] and no other condition, after this one",
            )


def _columns(plan: PlanShape, document: Document) -> Iterator[Problem]:
    known = {*WORK, *ENTRIES}
    for i, name in enumerate(plan.columns):
        yield from _unknown([name], known, ("columns", i), document, "column")
        if name in plan.columns[:i]:
            yield Problem(
                code="queue-column-twice",
                message=f"column '{name}' is shown twice",
                span=document.span(("columns", i)),
                expected="each column once",
            )
    for name in NEEDED:
        if name not in plan.columns:
            yield Problem(
                code="queue-column-needed",
                message=f"column '{name}' is not shown",
                span=document.span(("columns",), of_key=True),
                expected=", ".join(NEEDED) + " among the columns",
                mend="an answer finds its account, and an amount its unit, only by them",
            )
    if plan.freeze >= len(plan.columns):
        yield Problem(
            code="queue-freeze",
            message=f"{plan.freeze} columns stay on the left, and there are {len(plan.columns)}",
            span=document.span(("freeze",)),
            expected="fewer than there are columns",
        )
    for name in plan.words:
        yield from _unknown([name], set(_WORDED), ("words", name), document, "column")


def _outcomes(plan: PlanShape, document: Document) -> Iterator[Problem]:
    """An answer is read back by its label, so no two may be written alike."""
    for language in ("zh_CN", "en"):
        seen: dict[str, str] = {}
        for code, outcome in plan.outcomes.items():
            label = outcome.label.get(language)
            if label.strip() in seen or not label.strip():
                like = f"written like '{seen[label.strip()]}'" if label.strip() else "empty"
                yield Problem(
                    code="queue-outcome",
                    message=f"the {language} label of outcome '{code}' is {like}",
                    span=document.span(("outcomes", code, "label", language)),
                    expected="a label of its own for each outcome",
                )
            seen.setdefault(label.strip(), code)


def _colours(plan: PlanShape, document: Document) -> Iterator[Problem]:
    for i, colour in enumerate(plan.colours):
        at: Path_ = ("colours", i)
        yield from _unknown([colour.column], set(plan.columns), (*at, "column"), document, "column")
        kind = {**WORK, **ENTRIES}.get(colour.column)
        number = colour.at_least is not None
        if (number == (colour.equals is not None)) or (number != (kind in ("int", "money"))):
            yield Problem(
                code="queue-colour",
                message=f"the colour of '{colour.column}' cannot be told from this test",
                span=document.span(at),
                expected="at_least: for a number or an amount, equals: for text, and one of them",
            )
        if colour.column == "outcome" and colour.equals is not None:
            yield from _unknown(
                [colour.equals], set(plan.outcomes), (*at, "equals"), document, "outcome"
            )


def _unknown(
    words: Iterable[str], known: AbstractSet[str], at: Path_, document: Document, what: str
) -> Iterator[Problem]:
    for i, word in enumerate(words):
        if word not in known:
            yield Problem(
                code=_UNKNOWN.get(what, "unknown-value"),
                message=f"'{word}' is not a known {what.removesuffix('_code')}",
                span=document.span((*at, i) if document.has((*at, i)) else at),
                expected="one of " + ", ".join(sorted(known)),
                mend=did_you_mean(word, known),
            )
