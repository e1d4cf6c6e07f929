"""The words of a form in a row, each with the place in its file where it stands.

Knows branches: a form is read as it would be printed under given answers to its questions. Refuses
to know what the words say.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape

from collectctl.documents.lint.pieces import Branch, Each, Piece, Said, Slot, Source, Test
from collectctl.problems import Span

Answer = Callable[[Test], bool | None]
"""Whether a condition is taken to be true; None: both of what it chooses from is read."""
VALUE = "0"
"""What stands for a value: a character that parts words and is none itself."""
MARK = "\ufffc"
"""What stands for a value where a digit would be taken for a figure of the text."""
_TAG = re.compile(r"<[^<>]*>")
_PARTING = re.compile(r"</?(?:p|div|h1|h2|li|ul|ol|table|tr|td|th|caption|header|hr)\b")
_LINE = re.compile(r"<br\b[^<>]*>")
_PARTING_TAG = re.compile(rf"{_PARTING.pattern}[^<>]*>")


@dataclass(frozen=True, slots=True)
class Words:
    """Words in a row."""

    text: str
    own: str
    """As long as `text`, with `MARK` in place of each value."""
    starts: tuple[int, ...]
    origins: tuple[tuple[Source, int] | Slot, ...]
    """Of each run of characters, beginning at `starts`, the file and offset, or the value."""

    def span(self, start: int, end: int) -> Span:
        """Where characters of the row stand."""
        n = bisect_right(self.starts, start) - 1
        origin = self.origins[n]
        if isinstance(origin, Slot):
            return origin.span
        source, at = origin
        return source.span(at + start - self.starts[n], end - start)


def chosen(pieces: Sequence[Piece], answer: Answer) -> Iterator[Said | Slot]:
    """What is printed under these answers; each list has one entry."""
    for piece in pieces:
        if isinstance(piece, Branch):
            yes = answer(piece.test)
            if yes is not False:
                yield from chosen(piece.then, answer)
            if yes is not True:
                yield from chosen(piece.otherwise, answer)
        elif isinstance(piece, Each):
            yield from chosen(piece.body, answer)
        else:
            yield piece


def words(pieces: Sequence[Piece], answer: Answer, *, markup: bool) -> Words:
    """The words that are printed under these answers, without markup."""
    parts: list[str] = []
    own: list[str] = []
    starts: list[int] = []
    origins: list[tuple[Source, int] | Slot] = []
    length = 0
    for piece in chosen(pieces, answer):
        runs: Iterator[tuple[str, tuple[Source, int] | Slot]]
        runs = iter([(VALUE, piece)]) if isinstance(piece, Slot) else _runs(piece, markup=markup)
        for text, origin in runs:
            starts.append(length)
            origins.append(origin)
            parts.append(text)
            own.append(MARK if isinstance(piece, Slot) else text)
            length += len(text)
    return Words("".join(parts), "".join(own), tuple(starts), tuple(origins))


def _runs(said: Said, *, markup: bool) -> Iterator[tuple[str, tuple[Source, int]]]:
    if not markup:
        yield said.data, (said.source, said.at)
        return
    end = 0
    for tag in _TAG.finditer(said.data):
        if tag.start() > end:
            yield from _unescaped(said, end, tag.start())
        if _PARTING.match(tag.group()):
            # Two line breaks: whoever looks for words across elements finds none.
            yield "\n\n", (said.source, said.at + tag.start())
        elif _LINE.match(tag.group()):
            # A new line parts no sentence, and no word that is broken over it.
            yield " ", (said.source, said.at + tag.start())
        end = tag.end()
    if end < len(said.data):
        yield from _unescaped(said, end, len(said.data))


def _unescaped(said: Said, start: int, end: int) -> Iterator[tuple[str, tuple[Source, int]]]:
    """The characters between, a run for each one that is written as an entity."""
    at = start
    for entity in re.finditer(r"&#?\w+;", said.data[start:end]):
        first = start + entity.start()
        if first > at:
            yield said.data[at:first], (said.source, said.at + at)
        yield unescape(entity.group()), (said.source, said.at + first)
        at = start + entity.end()
    if at < end:
        yield said.data[at:end], (said.source, said.at + at)


def plain_words(markup: str) -> str:
    """The words of rendered markup in a row, parted as those of a form are."""
    return unescape(_TAG.sub("", _LINE.sub(" ", _PARTING_TAG.sub("\n\n", markup))))


def answers(given: Mapping[Test, bool], test: Test) -> bool | None:
    """The answer to a condition from answers to its single questions; None if it needs another."""
    if test.op == "not":
        inner = _inner(given, test, 0)
        return None if inner is None else not inner
    if test.op in ("and", "or"):
        both = (_inner(given, test, 0), _inner(given, test, 1))
        decisive = test.op == "or"
        if decisive in both:
            return decisive
        return None if None in both else not decisive
    return given.get(test)


def _inner(given: Mapping[Test, bool], test: Test, n: int) -> bool | None:
    part = test.parts[n]
    return answers(given, part) if isinstance(part, Test) else None
