"""Identifiers that a spreadsheet has spoilt: numbers rounded to 15 digits, or written as 6.2E+18.

Knows what Excel does to a long number; refuses to repair one, since the digits are gone.
"""

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from collectctl.columns import Bool, Personal
from collectctl.exports.numbers import content

_EXPONENT = re.compile(r"[0-9](\.[0-9]+)?[Ee]\+?[0-9]+")
_ZEROS = "000"
_KEPT = 15
"""Digits of a number that Excel keeps."""
_CERTAIN = 19
"""From this length on (four zeros at the end), chance is no explanation."""
_ID_LENGTH = 18
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
"""GB 11643-1999: the check character of an identity number by its weighted sum modulo 11."""


def rounded(cells: pa.Array, personal: Personal | None) -> Bool:
    """Which cells are long numbers that Excel has rounded.

    Scientific notation always; 19 or more digits that are zeros after the 15th; an identity number
    that is so and whose check digit is wrong. A shorter number may end in zeros by chance.
    """
    suspect = pc.ends_with(cells, _ZEROS)
    if b"E" in content(cells).upper():
        suspect = pc.or_(suspect, pc.match_substring_regex(cells, f"^{_EXPONENT.pattern}$"))
    found = np.zeros(len(cells), np.bool_)
    for i in np.flatnonzero(suspect.fill_null(False).to_numpy(zero_copy_only=False)):
        found[i] = is_rounded(cells[int(i)].as_py(), personal)
    return found


def is_rounded(text: str, personal: Personal | None) -> bool:
    """Whether this one identifier is a number that Excel has rounded."""
    if _EXPONENT.fullmatch(text):
        return True
    if not (text.isascii() and text.isdigit()) or text[_KEPT:].strip("0") or len(text) <= _KEPT:
        return False
    if len(text) >= _CERTAIN:
        return True
    return personal == "id_no" and len(text) == _ID_LENGTH and not _id_check(text)


def _id_check(text: str) -> bool:
    total = sum(int(c) * w for c, w in zip(text, _ID_WEIGHTS, strict=False))
    return _ID_CHECKS[total % 11] == text[-1]
