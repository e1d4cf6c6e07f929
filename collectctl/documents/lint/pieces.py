"""A checked text as pieces in the order in which they are printed, its macros written out.

Knows the part of Jinja2 that `template_check` lets through, and nothing else of it. Refuses to know
what a text ought to say. Imported by workers, so it imports nothing heavier than Jinja2.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from jinja2 import Environment, nodes

from collectctl.documents.records import VOCABULARY, FieldKind
from collectctl.documents.template_place import place
from collectctl.problems import Span

Path = tuple[str, ...]
"""How a value is reached: `letter`, `bank`, `loop` or what a loop goes through, then fields."""
_TAGS = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)


class UnreadableError(Exception):
    """An expression that is neither a name nor a field, such as a comparison of a macro."""

    def __init__(self, line: int) -> None:
        """`line`: where it stands."""
        super().__init__(f"line {line}")
        self.line = line


@dataclass(frozen=True, slots=True)
class Source:
    """A file of texts, for saying where something stands in it."""

    file: str
    text: str

    def span(self, at: int, length: int = 1) -> Span:
        """The place of some characters."""
        line = self.text.count("\n", 0, at) + 1
        start = self.text.rfind("\n", 0, at) + 1
        excerpt = self.text[start:].split("\n", 1)[0]
        return Span(
            file=self.file, line=line, column=at - start + 1,
            length=max(1, min(length, len(excerpt) - (at - start))), excerpt=excerpt,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """Words of the text itself."""

    data: str
    source: Source
    at: int
    """Where they begin in the file."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A value that is printed."""

    path: Path
    record: str
    name: str
    kind: str
    filter: str
    source: Source
    line: int

    @property
    def field(self) -> str:
        """As packs name it: `line.balance`."""
        return f"{self.record.lower()}.{self.name}"

    @property
    def span(self) -> Span:
        """Where it is printed."""
        return place(self.source.text, self.source.file, self.line, rf"\b{self.name}\b")


@dataclass(frozen=True, slots=True)
class Test:
    """A condition: `none` and `zero` of a path, a flag, a comparison, or `not`, `and`, `or`."""

    op: str
    parts: tuple["Test | Operand", ...]


@dataclass(frozen=True, slots=True)
class Operand:
    """A value that is asked about: a path, or a literal where there is none."""

    path: Path
    literal: str | int | bool | None
    kind: str
    filter: str
    field: str
    """As packs name it; empty for a literal."""


@dataclass(frozen=True, slots=True)
class Branch:
    """Pieces of which a condition chooses."""

    test: Test
    then: tuple["Piece", ...]
    otherwise: tuple["Piece", ...]
    source: Source
    line: int

    @property
    def span(self) -> Span:
        """Where the condition stands."""
        return place(self.source.text, self.source.file, self.line, r"\{%-?\s*(?:el)?(if)\b")


@dataclass(frozen=True, slots=True)
class Each:
    """Pieces that are printed for each entry of a list."""

    path: Path
    owner: str
    """The record that has the list."""
    record: str
    """What the list holds; the entry's path begins with it."""
    body: tuple["Piece", ...]
    source: Source
    line: int


Piece: TypeAlias = Said | Slot | Branch | Each
Pieces = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class _Bound:
    """What a name stands for."""

    path: Path
    kind: FieldKind


class Shared:
    """The macros of a shared file, ready to be written out where they are called."""

    def __init__(self, text: str, file: str) -> None:
        """`text` has passed the check."""
        self.source = Source(file, text)
        tree = _parse(text)
        self.offsets = _offsets(tree, text)
        self.macros = {m.name: m for m in tree.body if isinstance(m, nodes.Macro)}

    def pieces(self, text: str, file: str) -> Pieces:
        """A text that calls these macros."""
        tree = _parse(text)
        scope = {"letter": _root("letter", "Letter"), "bank": _root("bank", "Bank")}
        reader = _Reader(Source(file, text), _offsets(tree, text), self)
        return _merged(reader.body(tree.body, scope))


def _parse(text: str) -> nodes.Template:
    return Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).parse(text)


def _root(name: str, record: str) -> _Bound:
    return _Bound((name,), FieldKind(record))


def _offsets(tree: nodes.Template, text: str) -> dict[int, int]:
    """Of each piece of literal text, by its node's id, where it begins in the file."""
    gaps = []
    end = 0
    for tag in _TAGS.finditer(text):
        gaps.append((end, text[end : tag.start()]))
        end = tag.end()
    gaps.append((end, text[end:]))
    told = [gap for gap in gaps if gap[1].strip()]
    # A piece without a letter has no place of its own; nothing is ever found there.
    data = [n for n in _in_order(tree) if isinstance(n, nodes.TemplateData) and n.data.strip()]
    found: dict[int, int] = {}
    for node, (start, gap) in zip(data, told, strict=False):
        core = node.data.strip()
        at = gap.find(core)
        found[id(node)] = start + max(at, 0) - (len(node.data) - len(node.data.lstrip()))
    return found


def _in_order(node: nodes.Node) -> Iterator[nodes.Node]:
    yield node
    for child in node.iter_child_nodes():
        yield from _in_order(child)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Turns the nodes of one file into pieces."""

    source: Source
    offsets: Mapping[int, int]
    shared: Shared

    def body(self, body: Iterable[nodes.Node], scope: Mapping[str, _Bound]) -> list[Piece]:
        pieces: list[Piece] = []
        for node in body:
            if isinstance(node, nodes.Output):
                for part in node.nodes:
                    pieces += self._output(part, scope)
            elif isinstance(node, nodes.If):
                pieces.append(self._if(node, scope))
            elif isinstance(node, nodes.For) and isinstance(node.target, nodes.Name):
                inside = self._value(node.iter, scope)
                entry = _Bound((inside.kind.name,), inside.kind._replace(many=False))
                loop = _Bound(("loop",), FieldKind("Loop"))
                own = {**scope, node.target.name: entry, "loop": loop}
                body_ = _merged(self.body(node.body, own))
                owner = (
                    self._value(node.iter.node, scope)
                    if isinstance(node.iter, nodes.Getattr)
                    else entry
                )
                pieces.append(
                    Each(
                        inside.path, owner.kind.name, inside.kind.name, body_, self.source,
                        node.lineno,
                    )
                )  # fmt: skip
        return pieces

    def _output(self, node: nodes.Node, scope: Mapping[str, _Bound]) -> list[Piece]:
        if isinstance(node, nodes.TemplateData):
            return [Said(node.data, self.source, self.offsets.get(id(node), 0))]
        if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name):
            macro = self.shared.macros[node.node.name]
            given = [self._value(a, scope) for a in node.args]
            own = dict(zip([a.name for a in macro.args], given, strict=True))
            reader = _Reader(self.shared.source, self.shared.offsets, self.shared)
            return reader.body(macro.body, {**own, "bank": _root("bank", "Bank")})
        if isinstance(node, nodes.Const):
            return [Said(str(node.value), self.source, 0)]
        filter_ = ""
        if isinstance(node, nodes.Filter) and node.node is not None:
            filter_, node = node.name, node.node
        value = self._value(node, scope)
        owner = value.path[-1] if value.path else ""
        record = self._value(node.node, scope).kind.name if isinstance(node, nodes.Getattr) else ""
        return [Slot(value.path, record, owner, value.kind.name, filter_, self.source, node.lineno)]

    def _if(self, node: nodes.If, scope: Mapping[str, _Bound]) -> Branch:
        otherwise: tuple[Piece, ...] = _merged(self.body(node.else_, scope))
        for branch in reversed(node.elif_):
            otherwise = (self._branch(branch, otherwise, scope),)
        return self._branch(node, otherwise, scope)

    def _branch(
        self, node: nodes.If, otherwise: tuple[Piece, ...], scope: Mapping[str, _Bound]
    ) -> Branch:
        then = _merged(self.body(node.body, scope))
        return Branch(self._test(node.test, scope), then, otherwise, self.source, node.lineno)

    def _value(self, node: nodes.Node, scope: Mapping[str, _Bound]) -> _Bound:
        if isinstance(node, nodes.Name):
            return scope[node.name]
        if isinstance(node, nodes.Getattr):
            owner = self._value(node.node, scope)
            return _Bound((*owner.path, node.attr), VOCABULARY[owner.kind.name][node.attr])
        raise UnreadableError(node.lineno)

    def _test(self, node: nodes.Node, scope: Mapping[str, _Bound]) -> Test:
        if isinstance(node, nodes.Not):
            return Test("not", (self._test(node.node, scope),))
        if isinstance(node, nodes.And | nodes.Or):
            op = "and" if isinstance(node, nodes.And) else "or"
            return Test(op, (self._test(node.left, scope), self._test(node.right, scope)))
        if isinstance(node, nodes.Test):
            return Test(node.name, (self._operand(node.node, scope),))
        if isinstance(node, nodes.Compare):
            left, tests = node.expr, []
            for operand in node.ops:
                sides = (self._operand(left, scope), self._operand(operand.expr, scope))
                tests.append(Test(operand.op, sides))
                left = operand.expr
            whole = tests[0]
            for test in tests[1:]:
                whole = Test("and", (whole, test))
            return whole
        return Test("is", (self._operand(node, scope),))

    def _operand(self, node: nodes.Node, scope: Mapping[str, _Bound]) -> Operand:
        if isinstance(node, nodes.Const):
            return Operand((), node.value, "", "", "")
        filter_ = ""
        if isinstance(node, nodes.Filter) and node.node is not None:
            filter_, node = node.name, node.node
        value = self._value(node, scope)
        owner = self._value(node.node, scope).kind.name if isinstance(node, nodes.Getattr) else ""
        field = f"{owner.lower()}.{value.path[-1]}" if owner else ""
        return Operand(value.path, None, value.kind.name, filter_, field)


def _merged(pieces: Iterable[Piece]) -> Pieces:
    """Without pieces of no characters."""
    return tuple(p for p in pieces if not isinstance(p, Said) or p.data)


def every(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """All pieces, those within branches and loops too, in their order."""
    for piece in pieces:
        yield piece
        if isinstance(piece, Branch):
            yield from every(piece.then)
            yield from every(piece.otherwise)
        elif isinstance(piece, Each):
            yield from every(piece.body)


def said_fields(pieces: Iterable[Piece]) -> set[str]:
    """The fields that pieces say: printed, gone through, or told by what a comparison chooses."""
    found: set[str] = set()
    for piece in pieces:
        if isinstance(piece, Slot):
            found.add(piece.field)
        elif isinstance(piece, Each):
            found.add(f"{piece.owner.lower()}.{piece.path[-1]}")
        elif isinstance(piece, Branch) and piece.otherwise:
            found |= {
                operand.field
                for atom in atoms(piece.test)
                if atom.op == "eq"
                for operand in atom.parts
                if isinstance(operand, Operand)
            }
    return found


def atoms(test: Test) -> Iterator[Test]:
    """The single questions that a condition is made of."""
    if test.op in ("and", "or", "not"):
        for part in test.parts:
            if isinstance(part, Test):
                yield from atoms(part)
    else:
        yield test


def known_together(test: Test) -> set[str]:
    """The fields of a condition that is a row of `is not none`, joined by `and`."""
    if test.op == "and":
        sides = [known_together(part) for part in test.parts if isinstance(part, Test)]
        return set().union(*sides) if all(sides) else set()
    if test.op == "not" and isinstance(test.parts[0], Test) and test.parts[0].op == "none":
        return {o.field for o in test.parts[0].parts if isinstance(o, Operand)}
    return set()
