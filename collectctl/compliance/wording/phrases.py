"""The phrases of a list: how they are written, and what finds them in a stream.

`让(你|您)…(知道|没面子)`: alternatives in brackets, `(的|)` for what may be left out, `…` for a gap
within one sentence, `arrest*` for a word and its endings. Knows the notation. Refuses to know what
a phrase is for; imports nothing beyond the standard library.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from collectctl.compliance.wording.heads import head
from collectctl.compliance.wording.stream import END, Script, Streams

GAP = "…"
WITHIN = 10
"""So many Chinese characters fit into a gap where a term does not say otherwise. Source: house."""
_LETTERS = 5
"""How many English letters take the place of one Chinese character. Source: house."""
_MOST_ALTERNATIVES = 1000
_BEGINS = 3
"""So many Chinese characters tell words apart. Source: house."""
_COMMON = frozenset([
    "我们", "我行", "您的", "我行的", "还款", "欠款", "银行", "账户", "信用", "信用卡",
    "征信", "联系", "逾期", "利息", "费用", "违约金", "金额", "本行", "本人", "到期",
    "分期", "随时", "贷款", "客户", "协商", "申请", "电话", "可以", "如果", "公司",
    "催收",
    "would", "shall", "your", "with", "have", "that", "this", "from", "they", "will", "them",
    "their", "there", "these", "about", "after", "account", "amount", "balance", "bank",
    "before", "call", "card", "charge", "contact", "credit", "date", "days", "debt", "does",
    "fees", "further", "help", "however", "income", "information", "inform", "interest", "know",
    "letter", "make", "month", "more", "need", "only", "other", "overdue", "owed", "paid",
    "payment", "personal", "plan", "please", "right", "settle", "statement", "take", "tell",
    "than", "through", "under", "when", "which", "pay", "you", "our", "not", "the", "and",
    "are", "for", "all", "any", "get", "can", "has", "was", "may", "us", "we", "is", "it", "to",
    "if", "or", "of", "on", "in", "by", "be", "an", "as", "at", "do", "no", "so",
])  # fmt: skip
"""Words that stand in every letter: poor to look for first. Source: house."""
_COMMON_HEADS = frozenset(head(word) for word in _COMMON)


_REMEMBERED = 16_384
"""So many phrases are remembered as they were made: packs are read several times in one command."""
_LATIN = {" ": " *", "*": "[a-z]*", ".": re.escape(".")}
"""What a letter of an English phrase stands for, where it is not itself."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase taken apart: of every part one alternative must stand, in this order."""

    parts: tuple[tuple[str, ...], ...]
    opens: bool = False
    """A gap stands before its first part: what it speaks of comes before."""
    closes: bool = False
    """A gap stands behind its last part: what it speaks of follows."""


@lru_cache(maxsize=_REMEMBERED)
def parse(text: str) -> Phrase:
    """The phrase.

    Raises:
        ValueError: it is not written as phrases are; the message says how.
    """
    pieces = text.split(GAP)
    opens, closes = pieces[0].strip() == "", pieces[-1].strip() == ""
    inner = pieces[opens : len(pieces) - closes if len(pieces) > 1 else None]
    if not inner or any(not piece.strip() for piece in inner):
        raise ValueError(f"'{text}' has a gap without words on both sides")
    return Phrase(tuple(_alternatives(p.strip(), text) for p in inner), opens, closes)


def _alternatives(piece: str, text: str) -> tuple[str, ...]:
    said, end = _choice(piece, 0, text)
    if end < len(piece):
        raise ValueError(f"'{text}': a bracket closes that was not opened")
    found = tuple(dict.fromkeys(said))
    if any(not word.strip(" *") for word in found):
        raise ValueError(f"'{text}' has a part that may be empty")
    return found


def _choice(piece: str, at: int, text: str) -> tuple[list[str], int]:
    """What may stand from a place on, up to the end of the bracket; and where that is."""
    said: list[str] = []
    so_far = [""]
    while at < len(piece) and piece[at] != ")":
        if piece[at] == "(":
            inner, at = _choice(piece, at + 1, text)
            if at == len(piece):
                raise ValueError(
                    f"'{text}': a bracket opens that is not closed before a gap or the end"
                )
            so_far, at = [one + other for one in so_far for other in inner], at + 1
        elif piece[at] == "|":
            said, so_far, at = said + so_far, [""], at + 1
        else:
            so_far, at = [one + piece[at] for one in so_far], at + 1
        if len(said) + len(so_far) > _MOST_ALTERNATIVES:
            raise ValueError(
                f"'{text}' has more than {_MOST_ALTERNATIVES} alternatives in one part"
            )
    return said + so_far, at


@lru_cache(maxsize=_REMEMBERED)
def folded(phrase: Phrase, streams: Streams, script: Script) -> Phrase:
    """The phrase as it stands in streams.

    Raises:
        ValueError: a part has no letters of the script, or a sentence ends in it.
    """
    parts = tuple(
        tuple(dict.fromkeys(_folded(word, streams, script) for word in part))
        for part in phrase.parts
    )
    return Phrase(parts, phrase.opens, phrase.closes)


def _folded(text: str, streams: Streams, script: Script) -> str:
    if script == "han":
        found = streams.of(text, script)
    else:
        words = [
            streams.of(word, script).strip() + "*" * word.endswith("*") for word in text.split()
        ]
        found = " ".join(word for word in words if word)
    if not found.strip(" *") or END in found:
        raise ValueError(f"'{text}' is no word of this language")
    return found


@dataclass(frozen=True, slots=True)
class Expression:
    """What finds a folded phrase in a stream, a group for each part.

    Made when it is first looked for: of most phrases no text has the beginnings.
    """

    phrase: Phrase
    script: Script
    within: int
    """So many Chinese characters, or their like in English, fit into a gap."""
    _made: list[re.Pattern[str]] = field(default_factory=list, compare=False, repr=False)

    def __reduce__(self) -> tuple[type["Expression"], tuple[Phrase, Script, int]]:
        return Expression, (self.phrase, self.script, self.within)

    @property
    def made(self) -> re.Pattern[str]:
        """The regular expression."""
        if not self._made:
            gap = f"[^{END}]{{0,{reach(self.script, self.within)}}}?"
            parts = (f"({_any_of(part, self.script)})" for part in self.phrase.parts)
            self._made.append(re.compile(gap.join(parts)))
        return self._made[0]


def reach(script: Script, within: int) -> int:
    """How many characters of a stream a gap of so many Chinese characters may hold."""
    return within if script == "han" else within * _LETTERS


@lru_cache(maxsize=_REMEMBERED)
def _any_of(words: tuple[str, ...], script: Script) -> str:
    if script == "han":
        return _trie([tuple(map(re.escape, word)) for word in words])
    said = _trie([tuple(_LATIN.get(letter, letter) for letter in word) for word in words])
    return f"(?<![a-z0-9])(?:{said})(?![a-z0-9])"


def keys(phrase: Phrase, script: Script) -> tuple[tuple[str, ...], ...]:
    """Beginnings by which an index finds a folded phrase: its rarest part first.

    In Chinese there is this part only, in English the others follow.
    """
    if script == "han":
        words = max(phrase.parts, key=lambda part: _rarity(part, _COMMON))
        return (tuple(dict.fromkeys(word[:_BEGINS] for word in words)),)
    parts = [tuple(dict.fromkeys(map(head, part))) for part in phrase.parts]
    return tuple(sorted(parts, key=lambda part: _rarity(part, _COMMON_HEADS), reverse=True))


def _rarity(words: Sequence[str], common: Collection[str]) -> tuple[int, int, int]:
    """How rare the words are: few common ones, then no short one, then long ones."""
    lengths = [len(word) for word in words]
    return -sum(word in common for word in words), min(lengths), sum(lengths) // len(lengths)


def _trie(words: Sequence[tuple[str, ...]]) -> str:
    """Words, each as small expressions, as one that looks at each letter once; longest first."""
    heads: dict[str, list[tuple[str, ...]]] = {}
    for word in words:
        if word:
            heads.setdefault(word[0], []).append(word[1:])
    ends = () in words
    said = [
        head + ("" if tails == [()] else _trie(sorted(set(tails))))
        for head, tails in sorted(heads.items())
    ]
    if not said:
        return ""
    whole = said[0] if len(said) == 1 and not ends else f"(?:{'|'.join(said)})"
    return f"{whole}?" if ends else whole
