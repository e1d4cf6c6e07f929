"""What the font of the letters has, and what is said of a character that it lacks."""

import hashlib
import os
from importlib import resources
from itertools import groupby

import pytest
from fontTools.ttLib import TTFont

from collectctl.documents.glyphs import FONT, FONT_DIGEST, RANGES, lacking

FONTS = resources.files("collectctl").joinpath("fonts")


def characters() -> list[int]:
    with resources.as_file(FONTS.joinpath(FONT)) as path, TTFont(path) as font:
        return sorted(font.getBestCmap())


def ranges(codes: list[int]) -> str:
    lines = []
    for _, run in groupby(enumerate(codes), lambda pair: pair[1] - pair[0]):
        found = [code for _, code in run]
        lines.append(f"{found[0]:04X}-{found[-1]:04X}\n")
    return "".join(lines)


def test_the_font_is_the_one_that_is_declared() -> None:
    assert hashlib.sha256(FONTS.joinpath(FONT).read_bytes()).hexdigest() == FONT_DIGEST
    assert FONT_DIGEST in FONTS.joinpath("README.md").read_text("utf-8")


def test_the_ranges_are_those_of_the_font() -> None:
    found = ranges(characters())
    with resources.as_file(FONTS.joinpath(RANGES)) as path:
        if os.environ.get("GOLDEN_UPDATE") == "1":
            path.write_text(found, encoding="ascii")
        assert path.read_text("ascii") == found


def test_each_character_of_the_font_can_be_printed_and_no_other() -> None:
    have = set(characters()) | {9, 10, 13}
    printable = {code for code in range(0x110000) if lacking(chr(code)) is None}
    assert printable == have


def test_all_of_gbk_can_be_printed_but_one_sign() -> None:
    pairs = (bytes([high, low]) for high in range(0x81, 0xFF) for low in range(0x40, 0xFF))
    gbk = {text for pair in pairs if len(text := pair.decode("gbk", "ignore")) == 1}
    gbk -= {chr(127)}  # what is left of an impossible pair
    assert len(gbk) > 21_000
    assert {c for c in gbk if lacking(c)} == {"≒"}


@pytest.mark.parametrize("name", ["王䶮", "欧阳娜娜", "Åse Müller", "𠅤明", "㛃", "Ольга"])
def test_names_of_people_can_be_printed(name: str) -> None:
    assert lacking(name) is None


def test_the_first_character_that_the_font_lacks_is_named() -> None:
    assert lacking("王😀한") == "😀"
    assert lacking("김") == "김"
    assert lacking("") is None
