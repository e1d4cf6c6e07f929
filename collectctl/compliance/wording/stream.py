"""A text as it is compared: without what hides a word, and each letter with its place in the text.

A stream of Chinese holds letters and digits only, with a line break where a sentence ends; a stream
of English keeps blanks between words. Width, case, traditional and look-alike letters, marks and
invisible characters are undone in both. Knows characters. Refuses to know which words are looked
for; imports nothing beyond the standard library, since workers do so.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import compress
from typing import Literal

Script = Literal["han", "latin"]
SCRIPTS: Mapping[str, Script] = {"zh_CN": "han", "en": "latin"}
"""The script that phrases of a language are compared in."""
END = "\n"
"""Where a sentence ends, in both streams."""
_ENDS = frozenset("。!?;\u2028\u2029")
_JOINS = frozenset("'‘’`-‐‑_*·•|~^\u00b4\u2032")
"""What may stand inside an English word without parting it."""
_LOOK_ALIKE = str.maketrans("аеорсухіѕԁјһкмтвнαορικντ", "aeopcyxisdjhkmtbhaopikvt")
"""Cyrillic and Greek letters that look like Latin ones. Source: house, by their looks."""
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")
"""Characters that Unicode calls letters or symbols and that show nothing."""
_SPELT = re.compile(r"(?<![a-z0-9])[a-z](?:[ .]{1,3}[a-z](?![a-z0-9])){2,}")
"""A word written letter by letter."""
_STOP = re.compile(r"\.(?![0-9])")
_PARAGRAPH = re.compile(r"\r(?=[ ]*\r)|(?<=\n)\r")


class Fold(dict[int, str]):
    """For `str.translate`: each character as it is compared, found once and kept."""

    def __init__(self, script: Script, simplified: Mapping[str, str]) -> None:
        """`simplified`: traditional characters, each with the simplified one."""
        super().__init__()
        self.script = script
        self.simplified = simplified

    def __reduce__(self) -> tuple[type["Fold"], tuple[Script, Mapping[str, str]]]:
        return Fold, (self.script, self.simplified)

    def __missing__(self, code: int) -> str:
        char = chr(code)
        folded = unicodedata.normalize("NFKD", char).casefold()
        told = _han if self.script == "han" else _latin
        self[code] = "".join(told(self.simplified.get(c, c)) for c in folded)
        return self[code]


def _han(char: str) -> str:
    if char == "\n" or char in _ENDS:
        return END
    kind = unicodedata.category(char)[0]
    return char if kind in "LN" and char not in _BLANK else ""


def _latin(char: str) -> str:
    char = char.translate(_LOOK_ALIKE)
    if "a" <= char <= "z" or "0" <= char <= "9" or char == ".":
        return char
    if char == "\n":
        return "\r"
    if char in _ENDS:
        return END
    if char in _JOINS or unicodedata.category(char)[0] in "MC" or char in _BLANK:
        return " " if char == "\t" else ""
    return " "


@dataclass(frozen=True, slots=True, eq=False)
class Streams:
    """How texts become streams; the same characters always become the same."""

    han: Fold
    latin: Fold

    def of(self, text: str, script: Script) -> str:
        """The text as it is compared in one script."""
        if script == "han":
            return text.translate(self.han)
        return _words(text.translate(self.latin))[0]

    def places(self, text: str, script: Script) -> list[int]:
        """For each character of the stream where it stands in the text."""
        fold = self.han if script == "han" else self.latin
        long = {char: len(fold[ord(char)]) for char in set(text)}
        at = list(compress(range(len(text)), map(long.__getitem__, text)))
        if max(long.values(), default=0) > 1:
            at = [n for n, char in enumerate(text) for _ in range(long[char])]
        if script == "han":
            return at
        kept = _words(text.translate(self.latin))[1]
        return at if kept is None else [at[n] for n in kept]


def streams(simplified: Mapping[str, str]) -> Streams:
    """Streams that write traditional characters as the simplified ones given."""
    return Streams(Fold("han", simplified), Fold("latin", {}))


def _words(stream: str) -> tuple[str, list[int] | None]:
    """Words put together that were spelt out, sentences parted; which characters are left."""
    kept: list[int] | None = None
    if _SPELT.search(stream):
        gone = {
            found.start() + n
            for found in _SPELT.finditer(stream)
            for n, char in enumerate(found.group())
            if char in " ."
        }
        kept = [n for n in range(len(stream)) if n not in gone]
        stream = "".join(stream[n] for n in kept)
    stream = _PARAGRAPH.sub(END, _STOP.sub(END, stream))
    return stream.replace("\r", " "), kept
