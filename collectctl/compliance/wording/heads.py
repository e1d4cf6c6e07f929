"""Which English phrases may stand in a stream at all, found by how their words begin.

Each part of a phrase begins where a word of the text does; so a sentence is asked for the
beginnings of its words, and only phrases of which every part may begin there are looked for. Knows
words. Refuses to know phrases.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from collectctl.compliance.wording.index import Span
from collectctl.compliance.wording.stream import END

_LETTERS = 4
"""So many letters of a word tell it from others. Source: measured."""


def head(words: str) -> str:
    """How something begins that is written as an English phrase is: `co worker*` with `cowo`.

    A shorter word is told from the beginning of a longer one by a blank behind it.
    """
    said = words.split("*", maxsplit=1)[0].replace(".", " ").split()
    letters = "".join(said)[:_LETTERS]
    whole = [letters] == said and "*" not in words and len(letters) < _LETTERS
    return f"{letters} " if whole else letters


def _heads(sentence: str) -> set[str]:
    """How the words of a sentence begin: with what follows, as beginnings, as short words."""
    words = sentence.replace(".", " ").split()
    found = {word[:_LETTERS] for word in words}
    for n, word in enumerate(words):
        if len(word) < _LETTERS:
            joined = "".join(words[n : n + _LETTERS])
            found.update((f"{word} ", joined[:_LETTERS], joined[:3], joined[:2]))
    found.update(word[:3] for word in words)
    found.update(word[:2] for word in words)
    return found


@dataclass(frozen=True, slots=True)
class Heads:
    """Phrases by how their rarest part begins."""

    numbers: Mapping[str, tuple[int, ...]]
    """By beginning: the phrases whose rarest part may begin so."""
    others: Mapping[int, tuple[frozenset[str], ...]]
    """By phrase: how each other part may begin."""

    def candidates(self, stream: str) -> Mapping[int, tuple[Span, ...]]:
        """Phrases that may stand in the stream, with the sentences in which they may."""
        found: dict[int, list[Span]] = {}
        end = -1
        for sentence in stream.split(END):
            start, end = end + 1, end + 1 + len(sentence)
            heads = _heads(sentence)
            may = {number for one in self.numbers.keys() & heads for number in self.numbers[one]}
            for number in may:
                for part in self.others[number]:
                    if part.isdisjoint(heads):
                        break
                else:
                    found.setdefault(number, []).append(Span(start, end))
        return {number: tuple(found[number]) for number in sorted(found)}


def heads_of(parts: Mapping[int, Sequence[Collection[str]]]) -> Heads:
    """An index of phrases by number: of each part how it may begin, the rarest part first."""
    numbers: dict[str, list[int]] = {}
    for number, (rarest, *_) in parts.items():
        for one in rarest:
            numbers.setdefault(one, []).append(number)
    return Heads(
        {one: tuple(some) for one, some in numbers.items()},
        {number: tuple(map(frozenset, rest)) for number, (_, *rest) in parts.items()},
    )
