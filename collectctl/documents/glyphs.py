"""Which characters the font of the letters has, told without opening it.

Knows `fonts/letters.ranges`. Refuses to know how a letter is printed: a character without a glyph
would be printed as an empty box, so a text is asked about before anything is made of it. Imported
by workers, so it knows only the standard library.
"""

import re
from functools import cache
from importlib import resources

FONT = "letters.otf"
FONT_DIGEST = "894e1a01f94ea4f882d9e00b1198bedaae99ed96580c71059543fa659a8ac26b"
"""SHA-256 of the font: which one it is decides what a letter looks like."""
RANGES = "letters.ranges"
_LAYOUT = "\t\n\r"
"""What divides words and lines of a text and is never drawn."""


def lacking(text: str) -> str | None:
    """The first character of the text that the font lacks; None if it has them all."""
    found = _outside().search(text)
    return None if found is None else found.group()


@cache
def _outside() -> re.Pattern[str]:
    file = resources.files("collectctl").joinpath("fonts").joinpath(RANGES)
    ranges = (line.split("-") for line in file.read_text(encoding="ascii").split())
    inside = "".join(
        f"{re.escape(chr(int(first, 16)))}-{re.escape(chr(int(last, 16)))}"
        for first, last in ranges
    )
    return re.compile(f"[^{_LAYOUT}{inside}]")
