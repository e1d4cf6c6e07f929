"""Amounts in capital Chinese numerals, as bills and formal letters write them.

Source: the People's Bank's basic rules for filling in bills and settlement vouchers, 1997, on
capital amounts (正确填写票据和结算凭证的基本规定; recalled, its examples are the tests).
"""

from collectctl.money import MINOR_DIGITS

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("仟", "佰", "拾", "")


def capital(minor: int, currency: str, name: str) -> str:
    """The amount in capitals, from the currency's name to 整 or its last part.

    `capital(140950, "CNY", "人民币")` is `人民币壹仟肆佰零玖元伍角整`. Below zero: 负 before it.
    """
    sign = "负" if minor < 0 else ""
    hundredths = abs(minor) if MINOR_DIGITS[currency] else abs(minor) * 100
    whole, part = divmod(hundredths, 100)
    tenths, last = divmod(part, 10)
    text = f"{_whole(whole)}元" if whole else ""
    if not part:
        return f"{name}{sign}{text or '零元'}整"
    if tenths:
        # 107,000.53: what ends in zeros before its parts takes a zero.
        gap = "零" if whole and whole % 10 == 0 else ""
        text += f"{gap}{_DIGITS[tenths]}角"
    elif whole:
        text += "零"
    return f"{name}{sign}{text}" + (f"{_DIGITS[last]}分" if last else "整")


def _whole(number: int) -> str:
    """A whole number above zero; several zeros in a row are written once."""
    for size, unit in ((10**8, "亿"), (10**4, "万")):
        if number >= size:
            above, below = divmod(number, size)
            gap = "零" if below < size // 10 or above % 10 == 0 else ""
            return _whole(above) + unit + (gap + _whole(below) if below else "")
    return _four(number)


def _four(group: int) -> str:
    """At most four digits, without zeros before and behind."""
    text = ""
    for place, digit in zip(_PLACES, f"{group:04d}", strict=True):
        if digit != "0":
            text += _DIGITS[int(digit)] + place
        elif text and not text.endswith("零"):
            text += "零"
    return text.rstrip("零")
