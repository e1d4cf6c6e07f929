"""What a text of a form has to be, for a record or for none, and which values it prints.

Evaluates the pieces of a text a second time, apart from Jinja2. Knows records and how values are
written. Refuses to know packs and markup. Imported by workers.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape, unescape
from operator import attrgetter
from typing import Any, NamedTuple

from collectctl.documents.lint.pieces import (
    Branch,
    Each,
    Operand,
    Path,
    Piece,
    Pieces,
    Said,
    Slot,
    Test,
    atoms,
    every,
)
from collectctl.documents.lint.written import pattern, written
from collectctl.documents.records import Bank, Letter, Loop


class Value(NamedTuple):
    """A value that a text prints."""

    slot: Slot
    text: str
    entry: int
    """Which entry of its list it belongs to, 0 outside of lists."""
    span: tuple[int, int]
    """Where it stands in the text, without white space around that."""


_FILLED = ("lines", "totals")
"""Lists of a letter that are never empty."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Where a text is not what its form and record make of it."""

    code: str
    reason: str
    """In English; names fields, never their values."""
    about: str = ""
    """The field, limit or character alone, for whoever reads another language."""


def _escaped(text: str) -> str:
    """As Jinja2 escapes."""
    return escape(text, quote=False).replace('"', "&#34;").replace("'", "&#39;")


def _resolved(path: Path, roots: Mapping[str, object]) -> object:
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
    return _OPERATORS[test.op](*values)


def _truth(part: Test | Operand, roots: Mapping[str, object], language: str) -> bool:
    return isinstance(part, Test) and holds(part, roots, language)


def _value(operand: Operand, roots: Mapping[str, object], language: str) -> object:
    if not operand.path:
        return operand.literal
    value = _resolved(operand.path, roots)
    return written(operand.filter, value, language) if operand.filter else value


def _zero(value: object) -> bool:
    return value is not None and getattr(value, "minor", None) == 0


def _known(one: object, other: object) -> bool:
    """What is unknown is neither more nor less than anything; a letter that needs it has failed."""
    return one is not None and other is not None


_OPERATORS: dict[str, Callable[..., bool]] = {
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


@dataclass(frozen=True, slots=True)
class _Reading:
    """The expression that a text of a form matches, and its slots by group."""

    whole: re.Pattern[str]
    slots: Mapping[str, Slot]
    loops: Mapping[str, tuple[re.Pattern[str], Mapping[str, Slot]]]


@dataclass(frozen=True, slots=True)
class Expected:
    """One form, ready to be held against its texts."""

    pieces: Pieces
    language: str
    bank: Bank
    title: str
    markup: bool
    _made: list[_Reading] = field(default_factory=list)
    _asks: list[Callable[[Letter], tuple[object, ...]]] = field(default_factory=list)

    def parts(self, letter: Letter) -> Iterator[tuple[Piece, str]]:
        """What is printed for a letter, piece by piece; a slot is empty where nothing is known."""
        roots: dict[str, object] = {"letter": letter, "bank": self.bank}
        yield from self._parts(self.pieces, roots)

    def _parts(
        self, pieces: Sequence[Piece], roots: dict[str, object]
    ) -> Iterator[tuple[Piece, str]]:
        for piece in pieces:
            if isinstance(piece, Said):
                yield piece, piece.data
            elif isinstance(piece, Slot):
                value = _resolved(piece.path, roots)
                text = "" if value is None else written(piece.filter, value, self.language)
                yield piece, _escaped(text) if self.markup else text
            elif isinstance(piece, Branch):
                chosen = holds(piece.test, roots, self.language)
                yield from self._parts(piece.then if chosen else piece.otherwise, roots)
            else:
                for entry, loop in _entries(_resolved(piece.path, roots)):
                    yield from self._parts(piece.body, {**roots, piece.record: entry, "loop": loop})

    def printed(self, letter: Letter) -> tuple[frozenset[str], frozenset[str]]:
        """The fields that are printed for a letter, and those that it asks about and lacks."""
        shown = {p.field for p, text in self.parts(letter) if isinstance(p, Slot) and text}
        return frozenset(shown), frozenset(self._lacking(self.pieces, letter))

    def _lacking(self, pieces: Sequence[Piece], letter: Letter) -> Iterator[str]:
        for piece in every(pieces):
            if isinstance(piece, Slot) and piece.record == "Line":
                if any(getattr(line, piece.name) is None for line in letter.lines):
                    yield piece.field
            elif isinstance(piece, Slot) and piece.path[0] == "letter":
                owner = _resolved(piece.path[:-1], {"letter": letter})
                if owner is not None and getattr(owner, piece.name, None) is None:
                    yield piece.field

    def differs(self, text: str, letter: Letter) -> Fault | None:
        """The first place where the text is not what the form makes of the letter."""
        parts = list(self.parts(letter))
        unknown = next((p for p, t in parts if isinstance(p, Slot) and not t), None)
        if unknown is not None:
            reason = f"the document needs what is not known: {unknown.field}"
            return Fault("field-missing", reason, unknown.field)
        whole = "".join(t for _, t in parts)
        if whole.strip() == text.strip():
            return None
        return _first_difference(parts, whole, text)

    def values(self, text: str) -> list[Value] | None:
        """The values that a text prints, read back from it; None: it is no text of this form."""
        if not self._made:
            self._made.append(_Regex(self).reading())
        reading = self._made[0]
        match = reading.whole.fullmatch(text.strip())
        if match is None:
            return None
        found = [
            (slot, match[group], 0, match.span(group))
            for group, slot in reading.slots.items()
            if match[group] is not None
        ]
        for group, (body, slots) in reading.loops.items():
            if match[group] is None:
                continue
            at, end, entry = match.start(group), match.end(group), 0
            while at < end and (one := body.match(match.string, at, end)) is not None:
                found += [
                    (s, one[g], entry, one.span(g)) for g, s in slots.items() if one[g] is not None
                ]
                at, entry = one.end(), entry + 1
                if one.end() == one.start():
                    break
        return [
            Value(slot, unescape(said) if self.markup else said, entry, span)
            for slot, said, entry, span in found
        ]

    def shape(self, letter: Letter) -> tuple[object, ...]:
        """The answers to what the form asks about a letter: texts of one shape differ in values."""
        if not self._asks:
            self._asks.append(_asks(self))
        return self._asks[0](letter)


def _asks(form: Expected) -> Callable[[Letter], tuple[object, ...]]:
    """Answers to all questions of a form, whether or not the answer to another leads to them."""
    single = [
        ask for test in _tests(form.pieces) if (ask := _ask(test, "letter", form)) is not None
    ]
    lists = []
    for each in every(form.pieces):
        if isinstance(each, Each) and each.path[0] != "bank":
            tests = _tests(each.body)
            asked = [a for test in tests if (a := _ask(test, each.record, form)) is not None]
            lists.append((attrgetter(".".join(each.path[1:])), asked))

    def shape(letter: Letter) -> tuple[object, ...]:
        answers: list[object] = [ask(letter) for ask in single]
        for entries, asked in lists:
            try:
                listed = entries(letter)
            except AttributeError:
                listed = ()
            answers.append(len(listed))
            if asked:
                answers += [ask(entry) for entry in listed for ask in asked]
        return tuple(answers)

    return shape


def _tests(pieces: Sequence[Piece]) -> list[Test]:
    found = dict.fromkeys(
        atom for p in every(pieces) if isinstance(p, Branch) for atom in atoms(p.test)
    )
    return list(found)


def _ask(test: Test, root: str, form: Expected) -> Callable[[Any], object] | None:
    """The answer to one question about what is reached from a root; None: it is about another."""
    paths = [p.path for p in test.parts if isinstance(p, Operand) and p.path]
    if not paths or any(path[0] != root for path in paths):
        return None
    if len(paths) == 1 and len(paths[0]) == 2 and test.op in ("none", "zero", "is"):  # noqa: PLR2004 - a root and a field
        value, answer = attrgetter(paths[0][1]), _OPERATORS[test.op]
        return lambda owner: answer(value(owner))
    return lambda owner: holds(test, {root: owner}, form.language)


def _entries(listed: object) -> Iterator[tuple[object, Loop]]:
    entries = listed if isinstance(listed, tuple) else ()
    for n, entry in enumerate(entries, 1):
        yield entry, Loop(n == 1, n == len(entries))


def _first_difference(parts: list[tuple[Piece, str]], whole: str, text: str) -> Fault:
    """Names the piece at which the text departs."""
    whole, shift = whole.lstrip(), len(whole) - len(whole.lstrip())
    text = text.lstrip()
    at = next((n for n, (a, b) in enumerate(zip(whole, text, strict=False)) if a != b), None)
    at = (min(len(whole), len(text)) if at is None else at) + shift
    end = 0
    before = ""
    for piece, said in parts:
        end += len(said)
        if at < end:
            if isinstance(piece, Slot):
                reason = f"{piece.field} is not printed as the record has it"
                return Fault("letter-facts", reason, piece.field)
            break
        if isinstance(piece, Said) and said.strip():
            before = " ".join(said.split())[-20:]
    return Fault("letter-facts", f"the text departs from its template behind '{before}'", before)


class _Regex:
    """Makes the expression of a form."""

    def __init__(self, form: Expected) -> None:
        self.form = form
        self.slots: dict[str, Slot] = {}
        self.loops: dict[str, tuple[re.Pattern[str], Mapping[str, Slot]]] = {}
        self.made = 0

    def reading(self) -> _Reading:
        pieces = _trimmed(self.form.pieces)
        whole = self.of(pieces, {"bank": self.form.bank}, self.slots)
        return _Reading(re.compile(whole), self.slots, self.loops)

    def of(
        self, pieces: Sequence[Piece], roots: dict[str, object], slots: dict[str, Slot] | None
    ) -> str:
        """The expression of some pieces; `slots` takes their groups, None: without groups."""
        return "".join(self._one(piece, roots, slots) for piece in pieces)

    def _one(self, piece: Piece, roots: dict[str, object], slots: dict[str, Slot] | None) -> str:
        if isinstance(piece, Said):
            return _loose(piece.data)
        if isinstance(piece, Slot):
            return self._slot(piece, roots, slots)
        if isinstance(piece, Branch):
            known = _decided(piece.test, roots, self.form.language)
            if known is not None:
                return self.of(piece.then if known else piece.otherwise, roots, slots)
            then = self.of(piece.then, roots, slots)
            return f"(?:{then}|{self.of(piece.otherwise, roots, slots)})"
        if piece.path[0] == "bank":
            return "".join(
                self.of(piece.body, {**roots, piece.record: entry, "loop": loop}, slots)
                for entry, loop in _entries(_resolved(piece.path, roots))
            )
        own: dict[str, Slot] = {}
        body = re.compile(self.of(piece.body, roots, own))
        self.made += 1
        group = f"g{self.made}"
        self.loops[group] = (body, own)
        many = "+" if piece.path[-1] in _FILLED else "*"
        return f"(?P<{group}>(?:{self.of(piece.body, roots, None)}){many})"

    def _slot(self, slot: Slot, roots: dict[str, object], slots: dict[str, Slot] | None) -> str:
        form = self.form
        if slot.path[0] in roots or slot.path == ("letter", "title"):
            value = _resolved(slot.path, roots) if slot.path[0] in roots else form.title
            said = written(slot.filter, value, form.language)
            return re.escape(_escaped(said) if form.markup else said)
        free = "[^<>\n]+?" if form.markup else "[^\n]+?"
        said = pattern(slot.kind, slot.filter, form.language) or free
        if slots is None:
            return f"(?:{said})"
        self.made += 1
        slots[f"g{self.made}"] = slot
        return f"(?P<g{self.made}>{said})"


def _loose(data: str) -> str:
    """The words as they stand; line breaks at their ends may be gone, as at a text's own ends."""
    words = data.strip()
    before, _, after = data.partition(words) if words else (data, "", "")
    ends = [r"\s*" if "\n" in end else re.escape(end) for end in (before, after)]
    return ends[0] + re.escape(words) + ends[1]


def _trimmed(pieces: Pieces) -> Pieces:
    """Without white space at either end, which a text loses when it is sent."""
    while pieces and isinstance(pieces[-1], Said):
        last = pieces[-1].data.rstrip()
        if last:
            pieces = (*pieces[:-1], replace(pieces[-1], data=last))
            break
        pieces = pieces[:-1]
    while pieces and isinstance(pieces[0], Said):
        first = pieces[0].data.lstrip()
        if first:
            return (replace(pieces[0], data=first), *pieces[1:])
        pieces = pieces[1:]
    return pieces


def _decided(test: Test, roots: Mapping[str, object], language: str) -> bool | None:
    """The answer where only the bank is asked about, else None."""
    asked = [p for p in _operands(test) if p.path]
    if any(p.path[0] not in roots for p in asked):
        return None
    return holds(test, roots, language)


def _operands(test: Test) -> Iterator[Operand]:
    for part in test.parts:
        if isinstance(part, Test):
            yield from _operands(part)
        else:
            yield part
