"""How many parts a short message takes, told by putting it into parts as the network does.

Knows the two alphabets of the network. Refuses to know what the message says, and how many parts a
jurisdiction or carrier takes: packs say that.
"""

import re
from collections.abc import Collection

MAX_CHARACTERS = 500
"""The most that carriers take in one message, signature included (practice, read 2026-11)."""
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "ÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The GSM 7-bit default alphabet. Source: 3GPP TS 23.038, section 6.2.1."""
_DOUBLE = frozenset("\f^{}\\[~]|€")
"""Characters that take two places. Source: 3GPP TS 23.038, section 6.2.1.1."""
_SEVEN_BIT_TEXT = re.compile(f"[{re.escape(''.join(sorted(_BASIC | _DOUBLE)))}]*")
_BEYOND = re.compile("[\U00010000-\U0010ffff]")
_SEVEN_BIT = (160, 153)
_UCS2 = (70, 67)
"""Places in a message of one part, and in each of several, where the rest is the part's number."""


def parts(text: str) -> int:
    """How many parts the text is sent in.

    Any character outside of the 7-bit alphabet makes the whole text UCS-2, where a character
    beyond the basic plane (an emoji, a rare name) takes two places. Neither such a pair nor a
    7-bit character with its escape is ever divided between two parts.
    """
    doubled: Collection[str]
    if _SEVEN_BIT_TEXT.fullmatch(text):
        doubled, (single, several) = _DOUBLE.intersection(text), _SEVEN_BIT
    else:
        doubled, (single, several) = set(_BEYOND.findall(text)), _UCS2
    if not doubled:
        return 1 if len(text) <= single else -(-len(text) // several)
    places = [2 if c in doubled else 1 for c in text]
    if sum(places) <= single:
        return 1
    count, left = 1, several
    for size in places:
        if size > left:
            count, left = count + 1, several
        left -= size
    return count
