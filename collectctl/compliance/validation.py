"""The validation period of Regulation F: until when a consumer can dispute a debt.

Knows the federal holidays and how the days are counted. Refuses to know whether the regulation
binds a bank, and what a notice says.
"""

from datetime import date, timedelta

PERIOD_DAYS = 30
ASSUMED_RECEIPT_DAYS = 5
"""Source: 12 CFR 1006.34(b)(5): 30 days after receipt, which may be assumed on a day at least five
days, without Saturdays, Sundays and legal public holidays, after the notice is provided."""
_MONDAY, _THURSDAY, _SATURDAY = 0, 3, 5


def dispute_by(provided_on: date) -> date:
    """The last day of the validation period, inclusive, of a notice provided on a day.

    A holiday is left out on its own day and on the day on which it is observed, so that the period
    is never shorter than the regulation's.
    """
    received, left = provided_on, ASSUMED_RECEIPT_DAYS
    while left:
        received += timedelta(days=1)
        if received.weekday() < _SATURDAY and not _holiday(received):
            left -= 1
    return received + timedelta(days=PERIOD_DAYS)


def _holiday(day: date) -> bool:
    """Whether it is a federal holiday or the day on which one is observed.

    New Year's Day may be observed on the last day of the year before.
    """
    years = (day.year, day.year + 1)
    return any(day in (held, _observed(held)) for year in years for held in _holidays(year))


def _observed(day: date) -> date:
    """Friday for a Saturday, Monday for a Sunday."""
    return day + timedelta(days={_SATURDAY: -1, _SATURDAY + 1: 1}.get(day.weekday(), 0))


def _holidays(year: int) -> tuple[date, ...]:
    """The legal public holidays of a year. Source: 5 U.S.C. 6103(a), as amended in 2021."""
    return (
        date(year, 1, 1),
        _nth(year, 1, _MONDAY, 3),  # birthday of Martin Luther King, Jr.
        _nth(year, 2, _MONDAY, 3),  # Washington's birthday
        _nth(year, 6, _MONDAY, 1) - timedelta(days=7),  # Memorial Day, the last Monday of May
        date(year, 6, 19),
        date(year, 7, 4),
        _nth(year, 9, _MONDAY, 1),  # Labor Day
        _nth(year, 10, _MONDAY, 2),  # Columbus Day
        date(year, 11, 11),
        _nth(year, 11, _THURSDAY, 4),  # Thanksgiving Day
        date(year, 12, 25),
    )


def _nth(year: int, month: int, weekday: int, n: int) -> date:
    """The n-th such weekday of a month."""
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (n - 1))
