"""The values that a finished text prints, read back from it without the record it was made of.

Knows the pieces of a form and what values look like. Refuses to know whether they are right.
Imported by workers.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import unescape
from typing import NamedTuple

from collectctl.documents.lint.evaluated import entries_of, escaped, holds, resolved
from collectctl.documents.lint.pieces import Branch, Operand, Piece, Pieces, Said, Slot, Test
from collectctl.documents.lint.written import pattern, written
from collectctl.documents.records import Bank

_FILLED = ("lines", "totals")
"""Lists of a letter that are never empty."""


class Value(NamedTuple):
    """A value that a text prints."""

    slot: Slot
    text: str
    entry: int
    """Which entry of its list it belongs to, 0 outside of lists."""
    span: tuple[int, int]
    """Where it stands in the text, without white space around that."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """The expression that a text of a form matches, and its slots by group."""

    whole: re.Pattern[str]
    slots: Mapping[str, Slot]
    loops: Mapping[str, tuple[re.Pattern[str], Mapping[str, Slot]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBack:
    """One form, ready to have its values read from its texts."""

    pieces: Pieces
    language: str
    bank: Bank
    title: str
    markup: bool
    _made: list[_Reading] = field(default_factory=list)

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


class _Regex:
    """Makes the expression of a form; groups are numbered over the whole of it."""

    def __init__(self, form: "ReadBack") -> None:
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
                for entry, loop in entries_of(resolved(piece.path, roots))
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
            value = resolved(slot.path, roots) if slot.path[0] in roots else form.title
            said = written(slot.filter, value, form.language)
            return re.escape(escaped(said) if form.markup else said)
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
