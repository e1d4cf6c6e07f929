"""What must hold for every possible account: `never:`, `monotone:` and `forbidden:`.

A policy may speak of what a treatment says (`tone = 'firm'`, `channels has 'call'`). That is a
statement about which treatment was chosen, and is turned into one here, so that the evaluator and
the proofs need to know nothing of outputs.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from collectctl.columns import LADDERS_ONLY, ladders_only
from collectctl.config import Bilingual
from collectctl.problems import Problem, Span, did_you_mean
from collectctl.rules.agree import Checker
from collectctl.rules.chains import MANUAL, OTHERWISE, Chain, Test
from collectctl.rules.ladders import Ladder, said_by
from collectctl.rules.outputs import Output
from collectctl.rules.parser import parse_policy
from collectctl.rules.scope import Scope
from collectctl.rules.shapes import MonotoneShape, NeverShape, RulesetShape
from collectctl.rules.syntax import (
    All,
    AnyOf,
    Compare,
    Condition,
    InList,
    Name,
    Not,
    Place,
    Source,
    Text,
)
from collectctl.yaml_file import Document, Path_


@dataclass(frozen=True, slots=True, kw_only=True)
class Never:
    """True of no account: a condition over columns, `tier`, `treatment` and what it says."""

    id: str
    say: Bilingual
    test: Test
    """Only columns, segments, `tier` and `treatment` are left in it."""
    of_customer: bool
    """Whether the treatment is the one that leads the customer, whichever account it is of."""
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Monotone:
    """Of two accounts that differ in `column` alone, the one with more is not treated gentler."""

    id: str
    say: Bilingual
    column: str
    output: str
    """An ordered output; what is compared."""
    exceptions: tuple[str, ...]
    """Treatments that may be gentler all the same."""
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Forbidden:
    """A column that must not matter to tier, treatment or add-ons."""

    column: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Policies:
    """All that a rulebook promises of itself."""

    never: tuple[Never, ...] = ()
    monotone: tuple[Monotone, ...] = ()
    forbidden: tuple[Forbidden, ...] = ()


class PolicyReader:
    """Reads the policies of a ruleset and gathers what is wrong with them in `problems`."""

    def __init__(
        self, document: Document, scope: Scope, outputs: Mapping[str, Output], treatments: Chain,
        ladders: Mapping[str, Ladder],
    ) -> None:  # fmt: skip
        """Takes the file, the names a condition may use, and what each treatment says over time."""
        self._document = document
        self._scope = scope
        self._outputs = outputs
        self._said = {r.id: r.then for r in treatments.rules}
        self._said |= {OTHERWISE: treatments.otherwise or {}, MANUAL: {}}
        self._ladders = ladders
        self.problems: list[Problem] = []

    def read(self, shape: RulesetShape) -> Policies:
        """The policies; those with a problem are left out."""
        taken: set[str] = set()
        for key, ids in (
            ("never", [n.id for n in shape.never]), ("monotone", [m.id for m in shape.monotone])
        ):  # fmt: skip
            for i, name in enumerate(ids):
                if name in taken:
                    self._say(
                        "name-taken", self._document.span((key, i, "id")),
                        f"policy '{name}' is declared twice", "each id once",
                    )  # fmt: skip
                taken.add(name)
        return Policies(
            never=tuple(self._never(shape.never)),
            monotone=tuple(self._monotone(shape.monotone)),
            forbidden=tuple(self._forbidden(shape.forbidden)),
        )

    def _never(self, shapes: list[NeverShape]) -> Iterator[Never]:
        for i, shape in enumerate(shapes):
            source = Source.scalar(self._document, ("never", i, "if"))
            condition, problem = parse_policy(source)
            if condition is None:
                self.problems += [problem] if problem is not None else []
                continue
            plain = self._plain(condition, source, denied=False)
            checker = Checker(source, self._scope)
            checker.condition(plain)
            self.problems += checker.problems
            span = self._document.span(("never", i, "id"))
            yield Never(
                id=shape.id, say=shape.say, test=Test(source, plain),
                of_customer=shape.of == "customer", span=span,
            )  # fmt: skip

    def _monotone(self, shapes: list[MonotoneShape]) -> Iterator[Monotone]:
        for i, shape in enumerate(shapes):
            at: Path_ = ("monotone", i)
            kind = self._scope.columns.get(shape.column)
            if kind is None:
                self._unknown("unknown-column", (*at, "column"), shape.column, self._scope.columns)
            elif kind.type in ("text", "enum", "bool"):
                self._say(
                    "policy-column", self._document.span((*at, "column")),
                    f"'{shape.column}' is {kind} and has no more and less",
                    "a column of numbers, amounts or dates",
                )  # fmt: skip
            output = self._outputs.get(shape.output)
            ordered = [n for n, o in self._outputs.items() if o.ordered]
            if output is None or not output.ordered:
                self._unknown("policy-output", (*at, "output"), shape.output, ordered)
            for k, name in enumerate(shape.except_):
                if name not in self._said:
                    self._unknown("unknown-treatment", (*at, "except", k), name, self._said)
            yield Monotone(
                id=shape.id, say=shape.say, column=shape.column, output=shape.output,
                exceptions=tuple(shape.except_), span=self._document.span((*at, "id")),
            )  # fmt: skip

    def _forbidden(self, names: list[str]) -> Iterator[Forbidden]:
        for i, name in enumerate(names):
            if name not in self._scope.columns:
                self._unknown("unknown-column", ("forbidden", i), name, self._scope.columns)
            yield Forbidden(column=name, span=self._document.span(("forbidden", i)))

    # what a treatment says, as a statement about the treatment

    def _plain(self, condition: Condition, source: Source, *, denied: bool) -> Condition:
        """The condition over treatments; `denied`: it stands below a `not`.

        A treatment with a ladder says several things in turn. What must never be is broken if one
        of them breaks it, so below a `not` all of them have to pass for the treatment to pass.
        """
        match condition:
            case All() | AnyOf():
                parts = tuple(self._plain(p, source, denied=denied) for p in condition.parts)
                return type(condition)(parts, condition.at)
            case Not():
                return Not(self._plain(condition.part, source, denied=not denied), condition.at)
            case Compare():
                return self._compared(condition, source, denied=denied)
            case InList() if self._output(condition.value) is not None:
                members = [self._member(m, condition.value, source) for m in condition.members]
                return self._chosen(
                    condition, lambda said: said in members, negated=condition.negated,
                    denied=denied != condition.negated,
                )  # fmt: skip
            case _:
                return condition

    def _compared(self, test: Compare, source: Source, *, denied: bool) -> Condition:
        output = self._output(test.left)
        if output is None:
            if test.operator == "has":
                self._fault(
                    source, "policy-output", test.at, "'has' asks what a list output holds",
                    ", ".join(n for n, o in self._outputs.items() if o.type == "list") or "none",
                )  # fmt: skip
                return AnyOf((), test.at)
            return test
        if (test.operator == "has") != (output.type == "list"):
            self._fault(
                source, "policy-output", test.at,
                f"'{output.name}' is {output.type} and cannot be asked '{test.operator}'",
                "has for a list, = and <> for all others",
            )  # fmt: skip
            return AnyOf((), test.at)
        wanted = self._member(test.right, test.left, source)
        passes = self._tests(test, output, wanted, source)
        return self._chosen(test, passes, negated=False, denied=denied)

    def _tests(
        self, test: Compare, output: Output, wanted: str, source: Source
    ) -> Callable[[str | None], bool]:
        """Whether what a treatment says passes a comparison; what is not said passes none."""
        match test.operator:
            case "has":
                return lambda said: said is not None and wanted in said.split(",")
            case "=":
                return lambda said: said == wanted
            case "<>":
                return lambda said: said is not None and said != wanted
            case _:
                return self._ordered(test, output, wanted, source)

    def _ordered(
        self, test: Compare, output: Output, wanted: str, source: Source
    ) -> Callable[[str | None], bool]:
        if not output.ordered or wanted not in output.values:
            self._fault(
                source, "policy-output", test.at, f"'{output.name}' has no order", "= or <>"
            )
            return lambda _: False
        order = output.values
        bound = order.index(wanted)
        passes: dict[str, Callable[[int], bool]] = {
            "<": lambda at: at < bound, "<=": lambda at: at <= bound,
            ">": lambda at: at > bound, ">=": lambda at: at >= bound,
        }  # fmt: skip
        return lambda said: said in order and passes[test.operator](order.index(said))

    def _chosen(
        self, test: Compare | InList, says: Callable[[str | None], bool], *, negated: bool,
        denied: bool,
    ) -> Condition:  # fmt: skip
        """The test as one of which treatment was chosen."""
        value = test.left if isinstance(test, Compare) else test.value
        name = value.name if isinstance(value, Name) else ""
        needed = all if denied else any
        ids = [
            treatment
            for treatment, said in said_by(self._said, self._ladders, name)
            if treatment != MANUAL and needed(map(says, said))
        ]
        members = tuple(Text(t, test.at) for t in ids)
        if not members:
            # No treatment says so; a list must have a member, and MANUAL says nothing at all.
            nothing = InList(Name("treatment", test.at), (Text(MANUAL, test.at),), False, test.at)
            never = All((nothing, Not(nothing, test.at)), test.at)
            return Not(never, test.at) if negated else never
        return InList(Name("treatment", test.at), members, negated, test.at)

    def _output(self, value: object) -> Output | None:
        return self._outputs.get(value.name) if isinstance(value, Name) else None

    def _member(self, value: object, left: object, source: Source) -> str:
        output = self._output(left)
        place: Place = getattr(value, "at", (0, 1))
        if not isinstance(value, Text) or output is None:
            self._fault(source, "policy-output", place, "no quoted text", "'text'")
            return ""
        if output.values and value.value not in output.values:
            self.problems.append(
                source.fault(
                    "unknown-value", place, f"'{value.value}' is not a value of '{output.name}'",
                    ", ".join(output.values), did_you_mean(value.value, output.values),
                )
            )  # fmt: skip
        return value.value

    # problems

    def _unknown(
        self, code: str, at: Path_, name: str, known: Mapping[str, object] | list[str]
    ) -> None:
        if name in LADDERS_ONLY:
            self.problems.append(ladders_only(name, self._document.span(at)))
            return
        what = {"unknown-column": "a column", "unknown-treatment": "a treatment"}
        self.problems.append(
            Problem(
                code=code, span=self._document.span(at),
                message=f"'{name}' is not {what.get(code, 'an ordered output')}",
                expected=", ".join(known) if code != "unknown-column" else "a column",
                mend=did_you_mean(name, known),
            )
        )  # fmt: skip

    def _fault(
        self, source: Source, code: str, at: Place, message: str, expected: str | None = None
    ) -> None:
        self.problems.append(source.fault(code, at, message, expected))

    def _say(self, code: str, span: Span, message: str, expected: str) -> None:
        self.problems.append(Problem(code=code, message=message, span=span, expected=expected))
