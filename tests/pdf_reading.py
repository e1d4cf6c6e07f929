"""What a print PDF says, read back by a library that did not write it."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pypdf import PdfReader

MILLIMETRE = 72 / 25.4


def words_of(pdf: bytes) -> list[str]:
    """The words of each sheet, without blanks and places to break: the typesetter's."""
    pages = PdfReader(BytesIO(pdf)).pages
    return ["".join(page.extract_text().replace("\u200b", "").split()) for page in pages]


def places_of(pdf: bytes, word: str) -> Iterator[tuple[float, float]]:
    """From the left and from the top of the first sheet, in mm, where the word begins."""
    page = PdfReader(BytesIO(pdf)).pages[0]
    found: list[tuple[float, float]] = []

    def look(text: str, outer: list[float], inner: list[float], *_: Any) -> None:
        if text.strip() == word:
            # Both matrices: the page's, and the text's within it.
            x = inner[4] * outer[0] + inner[5] * outer[2] + outer[4]
            y = inner[4] * outer[1] + inner[5] * outer[3] + outer[5]
            found.append((x / MILLIMETRE, (float(page.mediabox.height) - y) / MILLIMETRE))

    page.extract_text(visitor_text=look)
    return iter(found)


def fonts_of(pdf: bytes) -> set[str]:
    """The names of all fonts that the first sheet uses."""
    page: Any = PdfReader(BytesIO(pdf)).pages[0]
    return {font.get_object()["/BaseFont"][1:] for font in page["/Resources"]["/Font"].values()}
