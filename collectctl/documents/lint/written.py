"""How each kind of value is written, said a second time: what texts are held against.

Written apart from the filters of `environment`, so that a fault in one of the two is found. Knows
amounts, dates and rates in both languages. Refuses to know templates.
"""

import re
from datetime import date
from decimal import Decimal

from collectctl.documents.capital import capital
from collectctl.documents.environment import CURRENCY_EN, CURRENCY_ZH, MONTHS, UNIT_ZH
from collectctl.documents.records import Amount, Rate
from collectctl.money import MINOR_DIGITS

_DIGITS = r"-?\d{1,3}(?:,\d{3})*(?:\.\d+)?"
_UNITS = "|".join(sorted(map(re.escape, UNIT_ZH.values()), key=len, reverse=True))
_CODES = "|".join(sorted(UNIT_ZH))
_NAMES = {
    "zh_CN": "|".join(sorted(map(re.escape, CURRENCY_ZH.values()), key=len, reverse=True)),
    "en": "|".join(sorted(map(re.escape, CURRENCY_EN.values()), key=len, reverse=True)),
}
_PATTERNS = {
    ("amount", "zh_CN"): _DIGITS,
    ("amount", "en"): _DIGITS,
    ("money", "zh_CN"): f"{_DIGITS}(?:{_UNITS})",
    ("money", "en"): f"(?:{_CODES}) {_DIGITS}",
    ("capital", "zh_CN"): "[^<\n]{1,60}?[整分]",
    ("rate", "zh_CN"): r"-?\d+\.\d{2,}%",
    ("rate", "en"): r"-?\d+\.\d{2,}%",
    ("date", "zh_CN"): r"\d{4}年\d{1,2}月\d{1,2}日",
    ("date", "en"): rf"\d{{1,2}} (?:{'|'.join(MONTHS)}) \d{{4}}",
    ("currency", "zh_CN"): f"(?:{_NAMES['zh_CN']})",
    ("currency", "en"): f"(?:{_NAMES['en']})",
}
_KINDS = {"currency": f"(?:{_CODES})", "count": r"-?\d+"}
_CODE_OF = {
    "zh_CN": {unit: code for code, unit in UNIT_ZH.items()},
    "en": {code: code for code in UNIT_ZH},
}


def pattern(kind: str, filter_: str, language: str) -> str | None:
    """What a value looks like when it is printed; None for free text."""
    if filter_:
        return _PATTERNS[filter_, language]
    return _KINDS.get(kind)


def written(filter_: str, value: object, language: str) -> str:
    """The value as a text of the language prints it."""
    if isinstance(value, Amount):
        return _amount(filter_, value, language)
    if isinstance(value, Rate):
        percent = Decimal(value.value).scaleb(2 - value.digits)
        whole, _, part = f"{percent:f}".partition(".")
        return f"{whole}.{part.rstrip('0'):0<2}%"
    if isinstance(value, date):
        if language == "zh_CN":
            return f"{value.year}年{value.month}月{value.day}日"
        return f"{value.day} {MONTHS[value.month - 1]} {value.year}"
    if filter_ == "currency":
        return (CURRENCY_ZH if language == "zh_CN" else CURRENCY_EN)[str(value)]
    return str(value)


def _amount(filter_: str, value: Amount, language: str) -> str:
    if filter_ == "capital":
        return capital(*value, CURRENCY_ZH[value.currency])
    digits = f"{Decimal(value.minor).scaleb(-MINOR_DIGITS[value.currency]):,f}"
    if filter_ == "amount":
        return digits
    return digits + UNIT_ZH[value.currency] if language == "zh_CN" else f"{value.currency} {digits}"


def amount_in(text: str, language: str) -> tuple[Decimal, str]:
    """The amount that is printed, and its currency; none where it stands without one."""
    code = ""
    if language == "zh_CN":
        for unit in sorted(_CODE_OF["zh_CN"], key=len, reverse=True):
            if text.endswith(unit):
                text, code = text.removesuffix(unit), _CODE_OF["zh_CN"][unit]
                break
    elif " " in text:
        code, text = text.split(" ", 1)
    return Decimal(text.replace(",", "")), code


def currency_in(text: str, language: str) -> str:
    """The code of the currency that is named; empty if it is none."""
    names = CURRENCY_ZH if language == "zh_CN" else CURRENCY_EN
    return next((code for code, name in names.items() if text in (code, name)), "")


def date_in(text: str, language: str) -> date | None:
    """The day that is printed."""
    try:
        if language == "zh_CN":
            return date(*(int(part) for part in re.findall(r"\d+", text)))
        day, month, year = text.split(" ")
        return date(int(year), MONTHS.index(month) + 1, int(day))
    except (ValueError, TypeError):
        return None
