"""By what a person is reached, and numbers in one form, however exports and feeds spell them.

An opt-out of `+86 138-0013-8000` is one of `13800138000`. What is taken for one number too often
holds a call back; what is taken for two lets one through that was refused.
"""

import re
import unicodedata
from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from collectctl.ledger.heard import Reach

REACHED_AT: Mapping[str, str] = {
    "call": "phone", "sms": "phone", "email": "email", "wechat": "wechat", "letter": "address",
    "visit": "address",
}  # fmt: skip
"""By what a person is reached on each channel."""
DETAIL: Mapping[str, str] = {
    "phone": "phone", "email": "email", "wechat": "wechat_id", "address": "address",
}  # fmt: skip
"""The column of the parties export that has it."""
_PLAIN = "^[1-9][0-9]*$"
_BETWEEN = re.compile(r"[\s().\u00b7\u2010-\u2015\u2212-]+")
_HOME = re.compile(r"\+(?:86(?=\d{10,12}$)|1(?=\d{10}$))")
"""Country codes as good as none before a whole number: mainland China, North America."""


def one_form(number: str) -> str:
    """The number without blanks, dashes, brackets, country code of home and trunk zero."""
    bare = _BETWEEN.sub("", unicodedata.normalize("NFKC", number))
    if bare.startswith("00"):
        bare = "+" + bare[2:]
    return _HOME.sub("", bare).removeprefix("0")


def point_of(kind: str, value: str) -> Reach:
    """A number in its one form; an address as it is written."""
    return kind, one_form(value) if kind == "phone" else value


def points_of(kind: pa.Array, value: pa.Array) -> pa.Array:
    """The values as `point_of` gives them, a column at a time."""
    odd = pc.and_(pc.equal(kind, "phone"), pc.invert(pc.match_substring_regex(value, _PLAIN)))
    odd = odd.fill_null(False)
    spelled = value.filter(odd).to_pylist()
    if not spelled:
        return value
    made = pa.array([one_form(number) for number in spelled], value.type)
    return pc.replace_with_mask(value, odd, made)
