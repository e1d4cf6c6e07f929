"""Addresses on the net: what looks like one, and which the bank's configuration gives.

Knows how links are written, also to hide them. Refuses to know which texts may hold one.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator

_TOP = (
    "com|cn|net|org|gov|edu|info|biz|top|xyz|vip|club|shop|site|online|app|link|ltd|pro|wang|ink|"
    "work|tech|store|fun|live|mobi|asia|hk|tw|mo|sg|jp|kr|us|uk|eu|io|cc|co|tv|ly|gl|im|gs|pw|cloud"
)
_WRITTEN = re.compile(
    r"[a-z][a-z0-9+.-]{1,20}://[\w./?=&%#:~+-]*|\bwww\s?[.。．]\s?[\w./?=&%#:~+-]+|\bhttps?\b"
    rf"|\b(?:[a-z0-9-]{{1,63}}[.。．]){{1,6}}(?:{_TOP})\b(?:[/:?][\w./?=&%#:~+-]*)?"
    r"|\b\d{1,3}(?:\.\d{1,3}){3}\b"
    r"|[a-z0-9._-]+@[a-z0-9.-]+|\b(?:[a-z0-9-]{1,63}\.){1,6}[a-z][a-z-]{1,23}\b(?:/[\w./?=&%#:~+-]*)?",
    re.IGNORECASE | re.ASCII,
)
"""In the words of a text: whatever could be taken for an address."""
_SENT = re.compile(
    rf"[.。．](?:(?<=[a-z0-9-].)(?:{_TOP})(?![a-z0-9-])|(?<=www.)|(?<=www\s.)"
    r"|(?<=\b\d.)\d{1,3}\.\d{1,3}\.\d{1,3}\b|(?<=\b\d\d.)\d{1,3}\.\d{1,3}\.\d{1,3}\b"
    r"|(?<=\b\d\d\d.)\d{1,3}\.\d{1,3}\.\d{1,3}\b)"
    r"|:(?://|(?<=https:)|(?<=http:))",
    re.IGNORECASE | re.ASCII,
)
"""In what is sent, where names and addresses of people stand too: what surely is one. Looked for
from its dots and colons, of which a letter has few."""
_SHORT = frozenset(("e.g", "i.e", "a.m", "p.m", "No.1"))


class _Told(dict[int, str]):
    """For `str.translate`: each character as a reader's device takes it, found once and kept."""

    def __missing__(self, code: int) -> str:
        folded = unicodedata.normalize("NFKC", chr(code))
        self[code] = folded if len(folded) == 1 else chr(code)
        return self[code]


_TOLD = _Told()


def _told(text: str) -> str:
    """The text as a reader's device takes it, character for character."""
    return text if text.isascii() else text.translate(_TOLD)


def links_in_words(text: str) -> Iterator[tuple[int, int]]:
    """Where the words of a text hold something that looks like an address on the net."""
    for found in _WRITTEN.finditer(_told(text)):
        if found.group() not in _SHORT:
            yield found.span()


def foreign_link(text: str, own: Collection[str]) -> bool:
    """Whether what is sent holds an address on the net that is none of the bank's own."""
    for mine in sorted(own, key=len, reverse=True):
        if mine in text:
            text = re.sub(
                rf"(?<![\w.@-]){re.escape(mine)}(?![\w/?:@-]|\.\w)", " ", text, flags=re.ASCII
            )
    return _SENT.search(_told(text)) is not None
