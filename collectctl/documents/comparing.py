"""Two versions of a text compared as a reader sees them: sentence by sentence, word by word.

Knows where a sentence and a word end, in Chinese too. Refuses to know which texts they are.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_SENTENCE = re.compile(r"[^。！？；\n]*?(?:[。！？；]+[”’」』）]*|[.!?]+(?=\s)|\n|$)")
_HAN = "\\u3400-\\u9fff\\U00020000-\\U0003ffff"
_LETTER = rf"[^\W{_HAN}]"
_WORD = re.compile(rf"{_LETTER}(?:{_LETTER}|[.,/'’-](?={_LETTER}))*|\s+|.")
"""A Chinese character is a word; an amount is one too."""
_ALIKE = 0.4
"""How much of two sentences must agree for the one to be the other, changed."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a sentence."""

    text: str
    changed: bool
    """Whether the other version lacks it."""


@dataclass(frozen=True, slots=True)
class Change:
    """A sentence that is not the same in both versions."""

    old: tuple[Piece, ...]
    """Empty: the sentence is new."""
    new: tuple[Piece, ...]
    """Empty: the sentence is gone."""

    @property
    def edit(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What was taken out and what was put in, whatever stands around it."""
        out, put = (
            tuple(p.text for p in side if p.changed) for side in (self.old, self.new)
        )  # fmt: skip
        return out, put


def sentences(text: str) -> list[str]:
    """The sentences of a plain text; a line's end is a sentence's end."""
    found = (" ".join(m.group().split()) for m in _SENTENCE.finditer(text))
    return [s for s in found if s]


def compare(old: str, new: str) -> tuple[Change, ...]:
    """The sentences that differ, in the order in which they are read."""
    before, after = sentences(old), sentences(new)
    changes: list[Change] = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind != "equal":
            changes += _paired(before[a:b], after[c:d])
    return tuple(changes)


def _paired(old: Sequence[str], new: Sequence[str]) -> Iterator[Change]:
    """Each sentence with the one that it became, in order; those without one stand alone."""
    at = 0
    for sentence in old:
        words = _WORD.findall(sentence)
        matcher = SequenceMatcher(None, autojunk=False)
        matcher.set_seq2(words)
        ratios = []
        for candidate in new[at:]:
            matcher.set_seq1(_WORD.findall(candidate))
            ratios.append(matcher.ratio())
        best = max(range(len(ratios)), key=ratios.__getitem__, default=None)
        if best is None or ratios[best] < _ALIKE:
            yield Change(_whole(sentence), ())
            continue
        yield from (Change((), _whole(s)) for s in new[at : at + best])
        yield _changed(sentence, new[at + best])
        at += best + 1
    yield from (Change((), _whole(s)) for s in new[at:])


def _whole(sentence: str) -> tuple[Piece, ...]:
    return (Piece(sentence, changed=True),)


def _changed(old: str, new: str) -> Change:
    before, after = _WORD.findall(old), _WORD.findall(new)
    sides: tuple[list[Piece], list[Piece]] = ([], [])
    for same, a, b, c, d in _blocks(before, after):
        for side, words in zip(sides, (before[a:b], after[c:d]), strict=True):
            if words:
                side.append(Piece("".join(words), changed=not same))
    return Change(tuple(sides[0]), tuple(sides[1]))


_Block = tuple[bool, int, int, int, int]
"""Whether the words are the same, and where they stand: [a, b) before, [c, d) after."""


def _blocks(before: Sequence[str], after: Sequence[str]) -> list[_Block]:
    """The words in blocks; a blank between two changed ones is changed: it tells nothing."""
    merged: list[_Block] = []
    codes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    for i, (kind, a, b, c, d) in enumerate(codes):
        between = 0 < i < len(codes) - 1 and not "".join(before[a:b]).strip()
        same = kind == "equal" and not between
        if merged and merged[-1][0] == same:
            merged[-1] = (same, merged[-1][1], b, merged[-1][3], d)
        else:
            merged.append((same, a, b, c, d))
    return merged
