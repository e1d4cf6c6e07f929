"""How many parts a short message takes, and when it is too long.

Knows the two alphabets of the network. Refuses to know what the message says.
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


def parts(text: str) -> int:
    """How many parts the text is sent in: 160 or 70 characters in one, 153 or 67 in each of more.

    Any character outside of the 7-bit alphabet makes the whole text UCS-2, where a character
    beyond the basic plane (an emoji, a rare name) takes two places.
    """
    if all(c in _BASIC or c in _DOUBLE for c in text):
        places, single, several = len(text) + sum(c in _DOUBLE for c in text), 160, 153
    else:
        places, single, several = len(text.encode("utf-16-le", "surrogatepass")) // 2, 70, 67
    return 1 if places <= single else -(-places // several)
