"""Values of cells as text: exact where Excel is exact, and visibly not where it is not.

Knows what a number, a day or a truth value in a cell is as text. Refuses to know sheets.
"""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

_ROUNDED = 1e15
"""Numbers from here on have 16 digits or more, of which Excel keeps 15."""
_KEPT = 15


def cell_text(value: object) -> str | None:
    """The value of a cell as text; None when the cell is empty."""
    if isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return number_text(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        at_midnight = value.time() == time(0)
        return value.date().isoformat() if at_midnight else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return f"{value / timedelta(seconds=1):g}s"
    return None


def number_text(value: float) -> str:
    """The number as plain decimal text of at most 15 digits, as Excel keeps it.

    `0.1` stays `0.1`, `123.0` is `123`, and the noise behind a calculated 1234.5600000000001 goes.
    A number of 16 digits or more was rounded by Excel; it comes in scientific notation, as Excel
    shows it, so that nobody takes it for an identifier or an amount.
    """
    if not abs(value) < _ROUNDED:  # nan and infinities too
        mantissa, _, exponent = f"{value:.{_KEPT - 1}E}".partition("E")
        return f"{mantissa.rstrip('0').rstrip('.')}E{exponent}" if exponent else mantissa
    if value == int(value):
        return str(int(value))
    text = f"{value:.{_KEPT}g}"
    return f"{Decimal(text):f}" if "e" in text else text
