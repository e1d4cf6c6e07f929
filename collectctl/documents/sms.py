"""How many parts a short message takes, told by putting it into parts as the network does.

Knows the two alphabets of the network. Refuses to know what the message says, and how many parts a
jurisdiction or carrier takes: packs say that.
"""

MAX_CHARACTERS = 500
"""The most that carriers take in one message, signature included (practice, read 2026-11)."""
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "ÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The GSM 7-bit default alphabet. Source: 3GPP TS 23.038, section 6.2.1."""
_DOUBLE = frozenset("\f^{}\\[~]|€")
"""Characters that take two places. Source: 3GPP TS 23.038, section 6.2.1.1."""
_SEVEN_BIT = (160, 153)
_UCS2 = (70, 67)
"""Places in a message of one part, and in each of several, where the rest is the part's number."""


def parts(text: str) -> int:
    """How many parts the text is sent in.

    Any character outside of the 7-bit alphabet makes the whole text UCS-2, where a character
    beyond the basic plane (an emoji, a rare name) takes two places. Neither such a pair nor a
    7-bit character with its escape is ever divided between two parts.
    """
    if all(c in _BASIC or c in _DOUBLE for c in text):
        places = [2 if c in _DOUBLE else 1 for c in text]
        single, several = _SEVEN_BIT
    else:
        places = [2 if ord(c) > 0xFFFF else 1 for c in text]  # noqa: PLR2004 - the basic plane
        single, several = _UCS2
    if sum(places) <= single:
        return 1
    count, left = 1, several
    for size in places:
        if size > left:
            count, left = count + 1, several
        left -= size
    return count
