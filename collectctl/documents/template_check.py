"""The check of a text before anybody's name meets it: only what is listed may stand in it.

A field nobody supplies, a filter on the wrong kind of value, a call, an include, arithmetic or a
loop over anything but a list of records is a problem with its place. Nothing is compiled or run.
Refuses to know who gets the text.
"""

from collections.abc import Mapping

from jinja2 import Environment, TemplateSyntaxError, nodes

from collectctl.documents.records import FieldKind
from collectctl.documents.template_place import place
from collectctl.documents.template_walk import Checker, MacroKind, Uses
from collectctl.problems import Problem, Span

MAX_CHARACTERS = 200_000


def check_macros(
    source: str, file: str, language: str
) -> tuple[dict[str, MacroKind], tuple[Problem, ...]]:
    """The macros of a shared file, and all problems in them."""
    tree, problems = _parse(source, file)
    macros: dict[str, MacroKind] = {}
    if tree is None:
        return macros, problems
    found: list[Problem] = []
    try:
        for node in tree.body:
            _macro(node, Checker(source, file, language, macros, found), macros)
    except RecursionError:
        return {}, (_too_deep(file),)
    return macros, tuple(found)


def _macro(node: nodes.Node, checker: Checker, macros: dict[str, MacroKind]) -> None:
    """Checks one top-level node of a shared file; a macro may call only those above it."""
    if isinstance(node, nodes.Macro):
        kind = checker.macro(node)
        if node.name in macros:
            checker.report(node, "template-macro", node.name, f"a macro '{node.name}' stands above")
        macros[node.name] = kind
    elif not _is_blank(node):
        checker.report(
            node, "template-statement", "", "text outside of a macro", "only {% macro … %}"
        )


def check_text(
    source: str, file: str, language: str, macros: Mapping[str, MacroKind]
) -> tuple[Uses, tuple[Problem, ...]]:
    """What a text uses, and all problems in it."""
    tree, problems = _parse(source, file)
    if tree is None:
        return Uses(), problems
    found: list[Problem] = []
    checker = Checker(source, file, language, macros, found)
    checker.scope["letter"] = FieldKind("Letter")
    try:
        checker.statements(tree.body)
    except RecursionError:
        return Uses(), (_too_deep(file),)
    return checker.uses, tuple(found)


def _is_blank(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Output) and all(
        isinstance(n, nodes.TemplateData) and not n.data.strip() for n in node.nodes
    )


def _parse(source: str, file: str) -> tuple[nodes.Template | None, tuple[Problem, ...]]:
    if len(source) > MAX_CHARACTERS:
        return None, (
            Problem(
                code="template-size", message=f"the file has {len(source):,} characters",
                span=Span(file=file), expected=f"at most {MAX_CHARACTERS:,}",
            ),
        )  # fmt: skip
    try:
        # Jinja2 complains about names it does not know only when compiling, which we do not do here
        return Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).parse(source), ()
    except TemplateSyntaxError as error:
        return None, (
            Problem(
                code="template-syntax",
                message=_lowered(
                    (error.message or "not a template").rstrip(".").replace("\n", " ")
                ),
                span=place(source, file, error.lineno, r"\{[{%#]"),
                mend="look at the brackets, quotes and end tags of this line and the ones before",
            ),
        )
    except RecursionError:
        return None, (_too_deep(file),)


def _lowered(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _too_deep(file: str) -> Problem:
    return Problem(
        code="template-syntax",
        message="the file is nested too deeply",
        span=Span(file=file),
        mend="write it flatter",
    )
