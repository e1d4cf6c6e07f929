"""The names a rulebook brings: parameters, derived columns, scorecards, segments.

Knows in which order they come into being and that each name stands for one thing. Refuses to know
rules.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from collectctl.columns import LADDERS_ONLY, Dictionary, ladders_only
from collectctl.config import Bilingual
from collectctl.problems import Problem, Span
from collectctl.rules.agree import Checker
from collectctl.rules.chains import MANUAL, Test
from collectctl.rules.parameters import Parameter, read_parameter
from collectctl.rules.parser import parse_condition, parse_value
from collectctl.rules.rulebook import Derived
from collectctl.rules.scope import Kind, Scope
from collectctl.rules.scorecards import Scorecard, ScorecardReader
from collectctl.rules.shapes import DeriveShape, LibraryShape
from collectctl.rules.syntax import Source, names_of, values_of
from collectctl.yaml_file import Document

MAX_SEGMENT_STEPS = 10
_RESERVED = ("tier", "treatment", "otherwise", MANUAL)


@dataclass(frozen=True, slots=True)
class Part:
    """One file: its document and its shape."""

    document: Document
    shape: LibraryShape


class NameReader:
    """Reads the names of all files and gathers what is wrong with them in `problems`."""

    def __init__(self, dictionary: Dictionary) -> None:
        """Takes the columns that names may not hide."""
        self._dictionary = dictionary
        self._taken: dict[str, Span] = {}
        self.problems: list[Problem] = []

    def _take(self, name: str, span: Span) -> None:
        """Notes a new name; it must not be a column's, a reserved word or taken before."""
        if name in LADDERS_ONLY:
            self.problems.append(ladders_only(name, span))
        elif name in self._dictionary or name in _RESERVED:
            self._say(
                "name-taken", span, f"'{name}' is already the name of a column or of this chain",
                "a name that nothing else has",
            )  # fmt: skip
        elif name in self._taken:
            self._say(
                "name-taken", span,
                f"'{name}' is declared twice (first at {self._taken[name]})", "each name once",
            )  # fmt: skip
        self._taken.setdefault(name, span)

    def parameters(self, parts: list[Part], currency: str) -> dict[str, Parameter]:
        """The parameters of all files by name."""
        found: dict[str, Parameter] = {}
        first: dict[str, Span] = {}
        for part in parts:
            for name, shaped in part.shape.parameters.items():
                span = part.document.span(("parameters", name), of_key=True)
                if name in first:
                    self._say(
                        "name-taken", span,
                        f"parameter '{name}' is declared twice (first at {first[name]})",
                        "each name once",
                    )  # fmt: skip
                first.setdefault(name, span)
                parameter, problems = read_parameter(name, shaped, part.document, currency)
                self.problems += problems
                found[name] = parameter
        return found

    def derived(self, parts: list[Part], scope: Scope) -> dict[str, Derived]:
        """The derived columns of all files by name, each after those it uses."""
        found: dict[str, Derived] = {}
        for part in parts:
            for name, shaped in part.shape.derive.items():
                self._take(name, part.document.span(("derive", name), of_key=True))
                source = Source.scalar(part.document, ("derive", name, "value"))
                known = replace(scope, derived={n: d.kind for n, d in found.items()})
                derived = self._derive(name, shaped, source, known)
                if derived is not None:
                    found[name] = derived
        return found

    def _derive(
        self, name: str, shaped: DeriveShape, source: Source, scope: Scope
    ) -> Derived | None:
        value, problem = parse_value(source)
        if value is None:
            self.problems += [problem] if problem is not None else []
            return None
        checker = Checker(source, scope)
        kind = checker.quotient(value)
        self.problems += checker.problems
        if kind is None:
            return None
        if kind.type not in (shaped.type, "number") or kind.is_constant:
            self.problems.append(
                source.fault(
                    "rule-type", value.at,
                    f"'{name}' is declared {shaped.type}, but this is {kind}",
                    f"type: {kind.type}" if not kind.is_constant else "a column in it",
                )
            )  # fmt: skip
        return Derived(
            name=name, source=source, value=value,
            kind=Kind(
                type=shaped.type, unit=shaped.unit,
                decimals=shaped.decimals if shaped.type == "ratio" else 0,
            ),
            label=shaped.label or Bilingual(zh_CN=name, en=name),
        )  # fmt: skip

    def scorecards(self, parts: list[Part], scope: Scope) -> dict[str, Scorecard]:
        """The scorecards of all files by name; they score columns and derived columns."""
        found: dict[str, Scorecard] = {}
        reader = ScorecardReader(scope, self._dictionary.columns)
        for part in parts:
            for name, shaped in part.shape.scorecards.items():
                self._take(name, part.document.span(("scorecards", name), of_key=True))
                found[name] = reader.read(name, shaped, part.document)
        self.problems += reader.problems
        return found

    def segments(self, parts: list[Part], scope: Scope) -> tuple[dict[str, Test], Scope]:
        """The segments of all files by name, and the scope that has them."""
        names: dict[str, Source] = {}
        for part in parts:
            for name in part.shape.segments:
                self._take(name, part.document.span(("segments", name), of_key=True))
                names.setdefault(name, Source.scalar(part.document, ("segments", name)))
        scope = replace(scope, segments=frozenset(names))
        found: dict[str, Test] = {}
        for name, source in names.items():
            condition, problem = parse_condition(source)
            if condition is None:
                self.problems += [problem] if problem is not None else []
                continue
            checker = Checker(source, scope)
            checker.condition(condition)
            self.problems += checker.problems
            found[name] = Test(source, condition)
        self._refuse_loops(found)
        return found, scope

    def _refuse_loops(self, segments: Mapping[str, Test]) -> None:
        """Segments may use segments, but not in a circle and not more than a few steps deep."""
        used = {
            n: sorted(names_of(values_of(t.condition)) & segments.keys())
            for n, t in segments.items()
        }
        for name, test in segments.items():
            reached, steps = set(used[name]), 1
            while reached and steps <= MAX_SEGMENT_STEPS and name not in reached:
                reached, steps = {n for r in reached for n in used[r]}, steps + 1
            if reached:
                self.problems.append(
                    test.source.fault(
                        "segment-loop", (0, max(1, len(test.source.text.split("\n")[0]))),
                        f"segment '{name}' uses itself" if name in reached
                        else f"segment '{name}' goes through more than {MAX_SEGMENT_STEPS} others",
                        "segments that end in columns",
                    )
                )  # fmt: skip

    def _say(
        self, code: str, span: Span | None, message: str, expected: str | None = None,
        mend: str | None = None,
    ) -> None:  # fmt: skip
        self.problems.append(
            Problem(code=code, message=message, span=span, expected=expected, mend=mend)
        )
