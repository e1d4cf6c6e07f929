"""The values and conditions of a text, evaluated a second time apart from Jinja2.

Knows records and how values are written. Refuses to know forms. Imported by workers.
"""

from collections.abc import Callable, Iterator, Mapping
from html import escape

from collectctl.documents.lint.pieces import Operand, Path, Test
from collectctl.documents.lint.written import written
from collectctl.documents.records import Loop


def escaped(text: str) -> str:
    """As Jinja2 escapes."""
    return escape(text, quote=False).replace('"', "&#34;").replace("'", "&#39;")


def resolved(path: Path, roots: Mapping[str, object]) -> object:
    """The value that a path leads to; None where something on the way is unknown."""
    value = roots[path[0]]
    for name in path[1:]:
        value = getattr(value, name, None)
    return value


def holds(test: Test, roots: Mapping[str, object], language: str) -> bool:
    """Whether a condition is true."""
    parts = test.parts
    if test.op == "not":
        return not _truth(parts[0], roots, language)
    if test.op == "and":
        return all(_truth(p, roots, language) for p in parts)
    if test.op == "or":
        return any(_truth(p, roots, language) for p in parts)
    values = [_value(p, roots, language) for p in parts if isinstance(p, Operand)]
    return OPERATORS[test.op](*values)


def _truth(part: Test | Operand, roots: Mapping[str, object], language: str) -> bool:
    return isinstance(part, Test) and holds(part, roots, language)


def _value(operand: Operand, roots: Mapping[str, object], language: str) -> object:
    if not operand.path:
        return operand.literal
    value = resolved(operand.path, roots)
    return written(operand.filter, value, language) if operand.filter else value


def _zero(value: object) -> bool:
    return value is not None and getattr(value, "minor", None) == 0


def _known(one: object, other: object) -> bool:
    """What is unknown is neither more nor less than anything; a letter that needs it has failed."""
    return one is not None and other is not None


OPERATORS: dict[str, Callable[..., bool]] = {
    "none": lambda value: value is None,
    "zero": _zero,
    "is": bool,
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "gt": lambda a, b: _known(a, b) and a > b,
    "gteq": lambda a, b: _known(a, b) and a >= b,
    "lt": lambda a, b: _known(a, b) and a < b,
    "lteq": lambda a, b: _known(a, b) and a <= b,
}


def entries_of(listed: object) -> Iterator[tuple[object, Loop]]:
    """The entries of a list, each with whether it is the first or last."""
    entries = listed if isinstance(listed, tuple) else ()
    for n, entry in enumerate(entries, 1):
        yield entry, Loop(n == 1, n == len(entries))
