"""Markup of a text before anything is rendered: each element closed, listed and where it may stand.

Knows the closed list of `elements` and what a text prints in between. Refuses to know how an
element looks. What an `if` or `for` chooses is balanced by itself, so that every letter is.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from collectctl.documents.elements import LISTS, MOST_COLUMNS, Element, Kind
from collectctl.documents.lint.pieces import Branch, Piece, Said, Slot
from collectctl.problems import Problem, Span

_TOKEN = re.compile(
    r"<!--|<(?P<close>/?)(?P<tag>[A-Za-z][A-Za-z0-9]*)(?P<rest>(?:[^<>\"]|\"[^\"<>]*\")*?)"
    r"(?P<void>/?)>|&(?P<entity>#?\w+;)?|[<>]"
)
_ATTRIBUTE = re.compile(r"\s+([A-Za-z-]+)=\"([^\"<&]*)\"")
_ENTITIES = ("amp;", "lt;", "gt;")
WINDOW = "div.window"
_ON_ENVELOPE = ("letter.addressee", "letter.address", "letter.postal_code")
"""What a window envelope shows of a letter, beside the bank's own address."""


@dataclass(frozen=True, slots=True)
class _Open:
    """An element that is not closed yet."""

    tag: str
    name: str
    """On the list; of an element that is not there, that of what it stands in."""
    span: Span


def markup_problems(pieces: Sequence[Piece], kind: Kind) -> tuple[Problem, ...]:
    """All that is wrong with the markup of a letter or script."""
    walk = _Walk(kind)
    walk.pieces(pieces)
    walk.unclosed(0)
    return tuple(walk.found)


class _Walk:
    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.known = LISTS[kind]
        self.open: list[_Open] = []
        self.floor = 0
        self.found: list[Problem] = []

    def report(self, span: Span, message: str, expected: str | None = None) -> None:
        problem = Problem(code="letter-markup", message=message, span=span, expected=expected)
        if problem not in self.found:
            self.found.append(problem)

    @property
    def inside(self) -> str:
        return self.open[-1].name if self.open else self.kind

    @property
    def rules(self) -> Element:
        return self.known[self.inside]

    def pieces(self, pieces: Sequence[Piece]) -> None:
        for piece in pieces:
            if isinstance(piece, Said):
                self.said(piece)
            elif isinstance(piece, Slot):
                self.slot(piece)
            elif isinstance(piece, Branch):
                self.part(piece.then)
                self.part(piece.otherwise)
            else:
                self.part(piece.body)

    def part(self, pieces: Sequence[Piece]) -> None:
        """What an `if` or `for` chooses."""
        before, self.floor = self.floor, len(self.open)
        self.pieces(pieces)
        self.unclosed(self.floor)
        self.floor = before

    def unclosed(self, floor: int) -> None:
        for one in self.open[floor:]:
            self.report(one.span, f"<{one.tag}> is not closed", f"</{one.tag}>")
        del self.open[floor:]

    def slot(self, slot: Slot) -> None:
        if not self.rules.text:
            self.report(slot.span, f"a value directly in <{self.inside}>", "an element around it")
        on_envelope = slot.record == "Bank" or slot.field in _ON_ENVELOPE
        if any(one.name == WINDOW for one in self.open) and not on_envelope:
            self.report(
                slot.span, f"'{slot.name}' in the window of the envelope",
                "name, address and postal code: anybody can read what stands there",
            )  # fmt: skip

    def said(self, said: Said) -> None:
        end = 0
        for token in _TOKEN.finditer(said.data):
            self.words(said, end, token.start())
            self.token(said, token)
            end = token.end()
        self.words(said, end, len(said.data))

    def words(self, said: Said, start: int, end: int) -> None:
        text = said.data[start:end]
        if not text.strip():
            return
        at = said.at + start + len(text) - len(text.lstrip())
        span = said.source.span(at, len(text.strip()))
        if not self.rules.text:
            self.report(span, f"words directly in <{self.inside}>", "an element around them")
        if any(one.name == WINDOW for one in self.open) and re.search(r"\d", text):
            self.report(
                span, "a number in the window of the envelope", "no figure beside the address"
            )

    def token(self, said: Said, token: re.Match[str]) -> None:
        span = said.source.span(said.at + token.start(), len(token.group()))
        if token["tag"]:
            self.tag(token, span)
        elif token["entity"] in _ENTITIES:
            pass
        else:
            shown = token.group()
            self.report(
                span, f"'{shown}' in a letter", "&amp; &lt; &gt;, or a tag that ends on its line"
            )

    def tag(self, token: re.Match[str], span: Span) -> None:
        tag = token["tag"]
        if token["close"]:
            self.close(tag, token, span)
            return
        attributes = self.attributes(token, span)
        classes = attributes.get("class", "").split()
        name = next((f"{tag}.{c}" for c in classes if f"{tag}.{c}" in self.known), tag)
        if name not in self.known:
            shown = ".".join([tag, *classes])
            self.report(span, f"<{shown}> is not on the list", ", ".join(sorted(self.rules.holds)))
        else:
            if name not in self.rules.holds:
                self.report(
                    span, f"<{name}> in <{self.inside}>",
                    ", ".join(sorted(self.rules.holds)) or "nothing in it",
                )  # fmt: skip
            self.carried(name, attributes, span)
        if not token["void"]:
            self.open.append(_Open(tag, name if name in self.known else self.inside, span))

    def attributes(self, token: re.Match[str], span: Span) -> dict[str, str]:
        rest = token["rest"].rstrip()
        found: dict[str, str] = {}
        at = 0
        while (one := _ATTRIBUTE.match(rest, at)) is not None:
            if one[1] in found:
                self.report(span, f"attribute '{one[1]}' twice")
            found[one[1]] = one[2]
            at = one.end()
        if rest[at:].strip():
            self.report(span, "an attribute that is not written as it must be", 'name="value"')
        return found

    def carried(self, name: str, attributes: dict[str, str], span: Span) -> None:
        rules, own = self.known[name], name.partition(".")[2]
        for one in attributes.get("class", "").split():
            if one != own and one not in rules.classes:
                self.report(span, f"class '{one}' on <{name}>", ", ".join(sorted(rules.classes)))
        for attribute, value in attributes.items():
            if attribute == "class":
                continue
            if attribute not in rules.attributes:
                self.report(span, f"attribute '{attribute}' on <{name}>", "class alone")
            elif not (value.isascii() and value.isdecimal() and 1 <= int(value) <= MOST_COLUMNS):
                self.report(
                    span, f"'{attribute}' of <{name}>", f"a number from 1 to {MOST_COLUMNS}"
                )

    def close(self, tag: str, token: re.Match[str], span: Span) -> None:
        if token["rest"].strip() or token["void"]:
            self.report(span, f"</{tag}> with more in it", f"</{tag}>")
        if len(self.open) <= self.floor:
            self.report(
                span, f"</{tag}> closes nothing that was opened here",
                "what an if or for chooses closes what it opens, and nothing else",
            )  # fmt: skip
            return
        top = self.open[-1]
        if top.tag == tag:
            self.open.pop()
            return
        self.report(top.span, f"<{top.tag}> is not closed", f"</{top.tag}>")
        named = [n for n, one in enumerate(self.open) if one.tag == tag]
        if named and named[-1] >= self.floor:
            del self.open[named[-1] :]


def window_words(markup: str) -> Iterator[str]:
    """What stands in the window of a rendered letter."""
    for found in re.finditer(r'<div class="window">(.*?)</div>', markup, re.DOTALL):
        yield found[1]
