"""The published night that a letter about a real account is taken from."""

from datetime import date
from pathlib import Path

import pyarrow.compute as pc

from collectctl.archive.nights import Night, list_nights, read_columns
from collectctl.columns import arrow
from collectctl.problems import ConfigError, InputRefusedError, Problem


def night_of(project: Path, archive: str, day: date | None, until: date | None = None) -> Night:
    """The published night of a day, or without one the newest, not after `until`.

    Raises:
        ConfigError: `no-such-night`.
    """
    nights = [
        night
        for night in list_nights(project / archive)
        if day in (None, night.business_date) and (until is None or night.business_date <= until)
    ]
    if nights:
        return nights[-1]
    raise ConfigError(
        Problem(
            code="no-such-night",
            message="there is no such published night",
            expected="the date of a published night",
            mend="run a night first, or name another date",
        )
    )


def refuse_stranger(night: Night, account: str) -> None:
    """Raises `account-unknown` if the night has no such account; its number is not repeated."""
    if pc.index(arrow(read_columns(night, ("account_id",))["account_id"]), account).as_py() < 0:
        raise InputRefusedError(
            Problem(
                code="account-unknown",
                message="the night has no such account",
                expected="an account number as the exports write it",
                mend="look at the number and at the date",
            )
        )
