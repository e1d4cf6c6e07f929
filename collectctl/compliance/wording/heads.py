"""Which English phrases may stand in a stream at all, found by how their words begin.

Each part of a phrase begins where a word of the text does; so a sentence is asked for the
beginnings of its words, and only phrases of which every part may begin there are looked for. Knows
words. Refuses to know phrases.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from collectctl.compliance.wording.index import Span
from collectctl.compliance.wording.stream import END

_MOST = 8
_STEMS = (4, 3, 2, 1)
"""By so many letters words are told from others, and beginnings of words. Source: measured."""


def head(words: str) -> str:
    """How something begins that is written as an English phrase is, blanks left out.

    `co worker` begins with `coworker`, `famil*` with `fami`; one whole word ends in a blank.
    """
    stem = words.split("*", maxsplit=1)[0]
    said = stem.replace(".", " ").split()
    if stem == words and len(said) == 1:
        return f"{said[0]} "
    letters = "".join(said)
    return letters[:_MOST] if len(letters) >= _MOST else letters[: _STEMS[0]]


def _heads(sentence: str) -> set[str]:
    """How the words of a sentence begin: whole, and with what follows, in so many letters."""
    words = sentence.replace(".", " ").split()
    found = {f"{word} " for word in words}
    letters = "".join(words)
    ends = accumulate(map(len, words), initial=0)
    longest = [letters[at : at + _MOST] for at in ends]
    found.update(longest)
    for size in _STEMS:
        found.update([one[:size] for one in longest])
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
