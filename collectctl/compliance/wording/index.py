"""Which phrases may stand in a stream at all, found without looking for each of them.

Every phrase has a rare part, its anchors; a stream is asked once for letters that begin
one. Knows letters. Refuses to know phrases.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from collectctl.compliance.wording.stream import END


class Span(NamedTuple):
    """From one place of a stream up to another, which is not included."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Index:
    """Anchors by the letters that they begin with."""

    first: int
    """So many letters at the beginning of an anchor are asked for at once."""
    by_letters: Mapping[str, tuple[str, ...]]
    """By these letters; an anchor that has fewer stands under itself."""
    short: tuple[str, ...]
    """Anchors that have fewer."""
    longest: int
    """The letters of the longest anchor."""
    numbers: Mapping[str, tuple[int, ...]]
    """By anchor: the phrases that have it."""

    def candidates(self, stream: str) -> Mapping[int, tuple[Span, ...]]:
        """Phrases of which an anchor stands in the stream, with the sentences in which one does."""
        words = set(stream.split())  # no anchor has a blank
        letters, whole = _runs(words, self.first), _runs(words, self.longest)
        found: dict[int, set[Span]] = {}
        for some in (*self.short, *(self.by_letters.keys() & letters)):
            for anchor in self.by_letters[some]:
                if len(anchor) == self.longest and anchor not in whole:
                    continue
                at = stream.find(anchor)
                while at >= 0:
                    sentence = sentence_at(stream, at)
                    for number in self.numbers[anchor]:
                        found.setdefault(number, set()).add(sentence)
                    at = stream.find(anchor, sentence.end)
        return {number: tuple(sorted(found[number])) for number in sorted(found)}


def index_of(anchors: Mapping[int, tuple[str, ...]], first: int) -> Index:
    """An index of phrases by number; `first`: by how many letters of their anchors."""
    numbers: dict[str, list[int]] = {}
    for number, words in anchors.items():
        for word in words:
            numbers.setdefault(word, []).append(number)
    by_letters: dict[str, list[str]] = {}
    for word in numbers:
        by_letters.setdefault(word[:first], []).append(word)
    return Index(
        first,
        {letters: tuple(words) for letters, words in by_letters.items()},
        tuple(letters for letters in by_letters if len(letters) < first),
        max(map(len, numbers), default=first),
        {word: tuple(some) for word, some in numbers.items()},
    )


def _runs(words: Collection[str], size: int) -> set[str]:
    """The runs of so many letters that stand in words."""
    return {word[at : at + size] for word in words for at in range(len(word) - size + 1)}


def sentence_at(stream: str, at: int) -> Span:
    """The sentence in which a place lies."""
    end = stream.find(END, at)
    return Span(stream.rfind(END, 0, at) + 1, len(stream) if end < 0 else end)
