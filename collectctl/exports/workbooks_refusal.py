"""A refusal as the child says it: words and numbers, no place, since the parent knows the file."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What a refused file is told; the fields of a problem without its place."""

    code: str
    message: str
    expected: str
    mend: str


class RefusedError(Exception):
    """The file cannot be used as a whole."""

    def __init__(self, refusal: Refusal) -> None:
        """Takes what the parent is to say."""
        self.refusal = refusal
        super().__init__(refusal.code)


def check_size(rows: int, columns: int, most_rows: int, most_cells: int) -> None:
    """Nothing, if the sheet is within its contract's limits.

    Raises:
        RefusedError: `too-many-rows`, `too-large`.
    """
    for code, what, size, allowed in (
        ("too-many-rows", "rows", rows, most_rows),
        ("too-large", "cells", rows * columns, most_cells),
    ):
        if size > allowed:
            raise RefusedError(
                Refusal(
                    code=code,
                    message=f"the file has {size:,} {what}",
                    expected=f"at most {allowed:,}",
                    mend="raise the contract's limits if the bank has really grown this much",
                )
            )
