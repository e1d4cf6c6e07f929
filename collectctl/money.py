"""Exact money: integer minor units and an ISO currency; exact ratios: integers of a fixed scale.

Knows how text becomes minor units and back. Refuses to know floats, rates of exchange and locales.
"""

import re
from decimal import Decimal

MINOR_DIGITS: dict[str, int] = {
    "CNY": 2, "HKD": 2, "MOP": 2, "TWD": 2, "USD": 2, "EUR": 2, "GBP": 2, "SGD": 2, "AUD": 2,
    "CAD": 2, "CHF": 2, "THB": 2, "MYR": 2, "NZD": 2, "JPY": 0, "KRW": 0, "VND": 0,
}  # fmt: skip
"""Decimal places of each currency a card may be billed in. Source: ISO 4217 table A.1."""

_PLAIN = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_LARGEST = 9_007_199_254_740_991
"""Minor units that every program downstream (JSON, spreadsheets) can hold exactly: 2**53 - 1."""


def scaled(text: str, digits: int) -> int | None:
    """The plain decimal text times `10**digits` as an integer, exactly.

    None when the text is not a plain decimal (`-?digits[.digits]`), has more decimals than `digits`
    or is larger than 2**53 - 1 after scaling. Nothing is ever rounded.
    """
    if not _PLAIN.fullmatch(text):
        return None
    value = Decimal(text).scaleb(digits)
    whole = int(value)
    return whole if value == whole and abs(whole) <= _LARGEST else None


def parse_minor(text: str, currency: str) -> int | None:
    """Minor units of a plain decimal text in a currency, or None; see `scaled`."""
    return scaled(text, MINOR_DIGITS[currency])


def unscaled(value: int, digits: int) -> str:
    """The fixed-scale integer as plain decimal text: `unscaled(-5, 2)` is `-0.05`."""
    sign = "-" if value < 0 else ""
    if digits == 0:
        return f"{value}"
    whole, part = divmod(abs(value), 10**digits)
    return f"{sign}{whole}.{part:0{digits}d}"


def grouped(minor: int, currency: str) -> str:
    """The amount with thousands separators and no currency sign: `1,234.50`."""
    digits = MINOR_DIGITS[currency]
    sign = "-" if minor < 0 else ""
    if digits == 0:
        return f"{minor:,}"
    whole, part = divmod(abs(minor), 10**digits)
    return f"{sign}{whole:,}.{part:0{digits}d}"
