"""The walk through one parsed text, with the kind of every expression.

Knows what may stand in a text and what each record holds. Refuses to know files and catalogues.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from jinja2 import nodes

from collectctl.documents.environment import FILTER_KINDS_OF, TESTS
from collectctl.documents.records import VOCABULARY, FieldKind
from collectctl.documents.template_place import place
from collectctl.problems import Problem, did_you_mean

PARAMETERS = {"letter": "Letter", "line": "Line", "total": "Total"}
"""What a macro may be given, by the parameter's name."""
_UNKNOWN = FieldKind("")
"""The kind of an expression that was already complained about."""
_FLAG = FieldKind("flag")
_TEXT = FieldKind("text")
_PRINTED = ("text", "currency", "count", "")
_ALIKE = {"currency": "text"}
"""What is compared as something else: a currency with its code in quotes."""
_FILTER_FOR = {"amount": "amount", "rate": "rate", "date": "date"}
_ORDERED = ("count", "date")


@dataclass(slots=True)
class Uses:
    """What a text uses: record fields, those it also tests with `is none`, and macros."""

    fields: set[tuple[str, str]] = field(default_factory=set)
    optional: set[tuple[str, str]] = field(default_factory=set)
    macros: set[str] = field(default_factory=set)
    loops: bool = False

    def add(self, other: "Uses") -> None:
        """Takes over what a called macro uses."""
        self.fields |= other.fields
        self.optional |= other.optional
        self.macros |= other.macros
        self.loops |= other.loops


@dataclass(frozen=True, slots=True)
class MacroKind:
    """What a macro takes, by name, and what it uses."""

    parameters: tuple[str, ...]
    uses: Uses


class Checker:
    """The walk through one text or macro."""

    def __init__(
        self,
        source: str,
        file: str,
        language: str,
        macros: Mapping[str, MacroKind],
        problems: list[Problem],
    ) -> None:
        self.source = source
        self.file = file
        self.macros = macros
        self.problems = problems
        self.filters = FILTER_KINDS_OF[language]
        self.scope: dict[str, FieldKind] = {"bank": FieldKind("Bank")}
        self.uses = Uses()
        self.in_loop = False

    def report(  # noqa: PLR0913 - what a message is made of
        self, node: nodes.Node, code: str, token: str, message: str, expected: str = "", *,
        known: Iterable[str] = (), before: str = "",
    ) -> FieldKind:  # fmt: skip
        """Adds a problem at the token nearest to the node."""
        pattern = f"{before}({re.escape(token)})" if token else ""
        if token and (token[0].isalnum() or token[0] == "_"):
            pattern = rf"{before}(?<![\w])({re.escape(token)})(?!\w)"
        self.problems.append(
            Problem(
                code=code, message=message,
                span=place(self.source, self.file, node.lineno, pattern),
                expected=expected or ", ".join(sorted(known)) or None,
                mend=did_you_mean(token, known) if token else None,
            )
        )  # fmt: skip
        return _UNKNOWN

    # statements

    def macro(self, node: nodes.Macro) -> MacroKind:
        """Checks a macro's parameters and body."""
        names = tuple(a.name for a in node.args)
        for argument in node.args:
            if argument.name not in PARAMETERS:
                self.report(
                    argument, "template-macro", argument.name,
                    f"a macro cannot take '{argument.name}'", known=PARAMETERS,
                )  # fmt: skip
            self.scope[argument.name] = FieldKind(PARAMETERS.get(argument.name, ""))
        if node.defaults:
            self.report(node, "template-macro", "=", "a parameter with a default", "its name alone")
        self.statements(node.body)
        return MacroKind(names, self.uses)

    def statements(self, body: Iterable[nodes.Node]) -> None:
        """Checks a list of statements in order."""
        for node in body:
            if isinstance(node, nodes.Output):
                self._output(node)
            elif isinstance(node, nodes.If):
                self._if(node)
            elif isinstance(node, nodes.For):
                self._for(node)
            else:
                word = _STATEMENTS.get(type(node), type(node).__name__.lower())
                self.report(
                    node, "template-statement", word, f"'{word}' cannot be used in a text",
                    "text, {{ … }}, {% if … %} and {% for … %}",
                )  # fmt: skip

    def _output(self, node: nodes.Output) -> None:
        for part in node.nodes:
            if isinstance(part, nodes.TemplateData):
                continue
            kind = self.kind(part)
            if kind.many or kind.name not in _PRINTED:
                wanted = _FILTER_FOR.get(kind.name)
                token = _last_name(part)
                self.report(
                    part, "template-unformatted", token,
                    f"'{token}' is {_a(kind)} and cannot be printed as it is",
                    f"{token}|{wanted}" if wanted else "a text or a count",
                )  # fmt: skip

    def _if(self, node: nodes.If) -> None:
        self._condition(node.test)
        self.statements(node.body)
        for branch in node.elif_:
            self._if(branch)
        self.statements(node.else_)

    def _condition(self, node: nodes.Node) -> None:
        kind = self.kind(node)
        if kind.name not in ("flag", "") or kind.many:
            token = _last_name(node)
            self.report(
                node, "template-type", token, f"'{token}' is {_a(kind)}, not a condition",
                "a test such as: is none, is not none, is zero, == , >",
            )  # fmt: skip

    def _for(self, node: nodes.For) -> None:
        kind = self.kind(node.iter)
        token = _last_name(node.iter)
        if kind.name and not kind.many:
            kind = self.report(
                node, "template-loop", token or "for", "a loop over something that is not a list",
                "letter.lines, letter.totals, letter.payments, letter.plan.instalments,"
                " bank.accounts, bank.regulators",
            )  # fmt: skip
        if node.test is not None or node.recursive or node.else_:
            self.report(node, "template-loop", "for", "a loop with a condition, else or recursion")
        if self.in_loop:
            self.report(node, "template-loop", "for", "a loop inside a loop", "one loop")
        if not isinstance(node.target, nodes.Name) or node.target.name in self.scope:
            self.report(node, "template-loop", "for", "a loop needs one new name", "for line in …")
            return
        outer, self.scope = self.scope, dict(self.scope)
        self.scope[node.target.name] = kind._replace(many=False)
        self.scope["loop"] = FieldKind("Loop")
        was, self.in_loop = self.in_loop, True
        self.uses.loops = True
        self.statements(node.body)
        self.scope, self.in_loop = outer, was

    # expressions

    def kind(self, node: nodes.Node) -> FieldKind:
        """What the expression holds."""
        handler = _EXPRESSIONS.get(type(node))
        if handler is None:
            return self.report(
                node, "template-expression", "", "an expression that a text cannot use",
                "a field, a listed filter, a listed macro, a comparison, and, or, not",
            )  # fmt: skip
        return handler(self, node)

    def const(self, node: nodes.Const) -> FieldKind:
        """A literal."""
        if isinstance(node.value, bool):
            return _FLAG
        if isinstance(node.value, str | int):
            return _TEXT if isinstance(node.value, str) else FieldKind("count")
        return self.report(
            node, "template-expression", str(node.value), f"the literal {node.value}",
            "a text or a whole number",
        )  # fmt: skip

    def name(self, node: nodes.Name) -> FieldKind:
        """A variable."""
        if node.name in self.scope:
            return self.scope[node.name]
        if node.name in self.macros:
            return self.report(
                node, "unknown-name", node.name, f"macro '{node.name}' is named but not called",
                f"{node.name}({', '.join(self.macros[node.name].parameters)})",
            )  # fmt: skip
        return self.report(
            node, "unknown-name", node.name, f"unknown name '{node.name}'", known=self.scope
        )

    def getattr(self, node: nodes.Getattr) -> FieldKind:
        """A field of a record."""
        base = self.kind(node.node)
        if not base.name:
            return _UNKNOWN
        fields = {} if base.many else VOCABULARY.get(base.name, {})
        if node.attr not in fields:
            owner = _last_name(node.node)
            return self.report(
                node, "unknown-field", node.attr, f"'{owner}' has no field '{node.attr}'",
                known=fields, before=r"\.\s*",
            )  # fmt: skip
        self.uses.fields.add((base.name, node.attr))
        return fields[node.attr]

    def filter(self, node: nodes.Filter) -> FieldKind:
        """A filter on a value."""
        kind = _UNKNOWN if node.node is None else self.kind(node.node)
        if node.name not in self.filters:
            return self.report(
                node, "unknown-filter", node.name, f"unknown filter '{node.name}'",
                known=self.filters, before=r"\|\s*",
            )  # fmt: skip
        wanted = self.filters[node.name]
        if node.args or node.kwargs or node.dyn_args or node.dyn_kwargs:
            self.report(
                node, "template-type", node.name, f"filter '{node.name}' takes no arguments",
                before=r"\|\s*",
            )  # fmt: skip
        if kind.name and (kind.name != wanted.takes or kind.many):
            self.report(
                node, "template-type", node.name,
                f"filter '{node.name}' is given {_a(kind)}", _a(FieldKind(wanted.takes)),
                before=r"\|\s*",
            )  # fmt: skip
        return FieldKind(wanted.gives)

    def test(self, node: nodes.Test) -> FieldKind:
        """A test of a value."""
        kind = self.kind(node.node)
        if node.name not in TESTS:
            return self.report(
                node, "unknown-test", node.name, f"unknown test '{node.name}'", known=TESTS
            )
        if node.name == "zero" and kind.name not in ("amount", ""):
            self.report(
                node, "template-type", "zero", f"'is zero' is asked of {_a(kind)}", "an amount"
            )
        if node.name == "none" and isinstance(node.node, nodes.Getattr):
            base = self.kind(node.node.node)
            self.uses.optional.add((base.name, node.node.attr))
        return _FLAG

    def call(self, node: nodes.Call) -> FieldKind:
        """A call of a listed macro."""
        if not isinstance(node.node, nodes.Name) or node.node.name not in self.macros:
            token = _last_name(node.node)
            return self.report(
                node, "unknown-macro", token, f"'{token}' is called but is no listed macro",
                known=self.macros,
            )  # fmt: skip
        name = node.node.name
        macro = self.macros[name]
        given = [self.kind(a).name for a in node.args]
        if node.kwargs or given != [PARAMETERS.get(p, "") for p in macro.parameters]:
            self.report(
                node, "template-type", name, f"macro '{name}' is called with other arguments",
                f"{name}({', '.join(macro.parameters)})",
            )  # fmt: skip
        if self.in_loop and macro.uses.loops:
            self.report(
                node, "template-loop", name, f"macro '{name}' loops and is called in a loop"
            )
        self.uses.add(macro.uses)
        self.uses.macros.add(name)
        return _TEXT

    def compare(self, node: nodes.Compare) -> FieldKind:
        """A comparison of two values of one kind."""
        left = _comparable(self.kind(node.expr))
        for operand in node.ops:
            right = _comparable(self.kind(operand.expr))
            if not left.name or not right.name:
                continue
            ordered = operand.op not in ("eq", "ne")
            if left.name != right.name or left.many or operand.op in ("in", "notin"):
                self.report(node, "template-type", "", f"{_a(left)} is compared with {_a(right)}")
            elif ordered and left.name not in _ORDERED:
                self.report(node, "template-type", "", f"{_a(left)} has no order", "== or !=")
        return _FLAG

    def logic(self, node: nodes.And | nodes.Or) -> FieldKind:
        """`and`, `or`."""
        self._condition(node.left)
        self._condition(node.right)
        return _FLAG

    def negation(self, node: nodes.Not) -> FieldKind:
        """`not`."""
        self._condition(node.node)
        return _FLAG


def _comparable(kind: FieldKind) -> FieldKind:
    return kind._replace(name=_ALIKE.get(kind.name, kind.name))


def _a(kind: FieldKind) -> str:
    if kind.many:
        return f"a list of {kind.name} records"
    if kind.name in VOCABULARY:
        return f"a {kind.name} record"
    return f"an {kind.name}" if kind.name == "amount" else f"a {kind.name}"


def _last_name(node: nodes.Node | None) -> str:
    """The last name in an expression: what a reader would point at."""
    if isinstance(node, nodes.Getattr):
        return node.attr
    if isinstance(node, nodes.Name | nodes.Filter):
        return node.name
    if isinstance(node, nodes.Call):
        return _last_name(node.node)
    return ""


_EXPRESSIONS: dict[type[nodes.Node], Callable[..., FieldKind]] = {
    nodes.Const: Checker.const, nodes.Name: Checker.name, nodes.Getattr: Checker.getattr,
    nodes.Filter: Checker.filter, nodes.Test: Checker.test, nodes.Call: Checker.call,
    nodes.Compare: Checker.compare, nodes.And: Checker.logic, nodes.Or: Checker.logic,
    nodes.Not: Checker.negation,
}  # fmt: skip
_STATEMENTS: dict[type[nodes.Node], str] = {
    nodes.Include: "include", nodes.Import: "import", nodes.FromImport: "from",
    nodes.Extends: "extends", nodes.Block: "block", nodes.Macro: "macro", nodes.Assign: "set",
    nodes.AssignBlock: "set", nodes.CallBlock: "call", nodes.FilterBlock: "filter",
    nodes.With: "with", nodes.ScopedEvalContextModifier: "autoescape",
}  # fmt: skip
