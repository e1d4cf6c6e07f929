"""Which rows of a file are new, which are known, and which cannot stand beside what is known.

Knows references: what a row corrects or reverses. Refuses to know what the rows say otherwise.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from collectctl.ledger.heard import Fact, Payment


@dataclass(slots=True, kw_only=True)
class Before:
    """What the ledger has, of the references that a file mentions."""

    rows: Mapping[str, Fact]
    corrected: set[str]
    """References in whose place another row stands."""
    reversed: dict[str, str]
    """Reference of a payment to that of the reversal that stands."""


@dataclass(slots=True, kw_only=True)
class Sorted:
    """A file's rows by what becomes of them."""

    fresh: dict[str, Fact] = field(default_factory=dict)
    """By reference; each row stands behind the rows that it names."""
    known: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)


def references(rows: Sequence[Fact]) -> set[str]:
    """Every reference that the rows mention."""
    return {r.reference for r in rows} | _all_named(rows)


def sort_rows(rows: Sequence[Fact], before: Before) -> Sorted:
    """Sorts the rows, whatever their order; of rivals for one place the first row given has it."""
    fresh = {row.reference: row for row in rows}
    if len(fresh) == len(rows) and not before.rows and not _all_named(rows):
        return Sorted(fresh=fresh)  # nothing is known, and nothing names anything
    return _Sorter(before).sorted(rows)


def _all_named(rows: Sequence[Fact]) -> set[str]:
    named = {r.corrects for r in rows} | {r.reverses for r in rows if isinstance(r, Payment)}
    return {name for name in named if name is not None}


def _named(row: Fact) -> tuple[str, ...]:
    """The references of other rows that a row names."""
    both = (row.corrects, row.reverses if isinstance(row, Payment) else None)
    return _NOTHING if both == _NEITHER else tuple(name for name in both if name is not None)


_NEITHER = (None, None)
_NOTHING: tuple[str, ...] = ()


class _Sorter:
    def __init__(self, before: Before) -> None:
        self._before = before
        self._found = Sorted()
        self._waiting: dict[str, list[int]] = {}
        """Rows that name one which has not been met yet, by its reference."""

    def sorted(self, rows: Sequence[Fact]) -> Sorted:
        """The rows by what becomes of them."""
        found, first = self._found, dict[str, int]()
        again = []
        for position, row in enumerate(rows):
            there = self._before.rows.get(row.reference)
            if there is not None:
                self._judge(position, same=there == row)
            elif row.reference in first:
                again.append(position)
            else:
                first[row.reference] = position
                if row.reference in self._waiting or any(_named(row)):
                    self._try(position, rows)
                else:
                    found.fresh[row.reference] = row
        refused = dict(found.refused)
        for waiting in self._waiting.values():
            for position in waiting:
                nothing = rows[position].corrects in self._waiting
                refused[position] = "corrects-nothing" if nothing else "reverses-nothing"
        for position in again:
            same = rows[first[rows[position].reference]] == rows[position]
            found.known += int(same)
            if not same:
                refused[position] = "contact-contradicts"
        found.refused = sorted(refused.items())
        return found

    def _judge(self, position: int, *, same: bool) -> None:
        if same:
            self._found.known += 1
        else:
            self._found.refused.append((position, "contact-contradicts"))

    def _try(self, position: int, rows: Sequence[Fact]) -> None:
        """Takes a row, and those that waited for it; or lets it wait for what it names."""
        ready = deque([position])
        while ready:
            one = ready.popleft()
            row = rows[one]
            missing = next((t for t in _named(row) if self._row(t) is None), None)
            if missing is not None:
                self._waiting.setdefault(missing, []).append(one)
                continue
            code = self._against(row)
            if code is not None:
                self._found.refused.append((one, code))
                continue
            self._take(row)
            ready.extend(self._waiting.pop(row.reference, ()))

    def _row(self, reference: str) -> Fact | None:
        return self._found.fresh.get(reference) or self._before.rows.get(reference)

    def _against(self, row: Fact) -> str | None:
        """Why what the row names does not bear it; None: it does."""
        corrected, reversals = self._before.corrected, self._before.reversed
        if row.corrects is not None and (row.corrects in corrected or row.corrects in reversals):
            return "corrects-nothing"
        if not isinstance(row, Payment) or row.reverses is None:
            return None
        payment = self._row(row.reverses)
        if (
            not isinstance(payment, Payment)
            or payment.reverses is not None
            or row.reverses in corrected
            or row.reverses == row.corrects
            or reversals.get(row.reverses, row.corrects) != row.corrects
        ):
            return "reverses-nothing"
        same = (payment.account_id, payment.currency, payment.amount) == (
            row.account_id, row.currency, row.amount
        )  # fmt: skip
        return None if same and payment.booked <= row.booked else "reversal-differs"

    def _take(self, row: Fact) -> None:
        self._found.fresh[row.reference] = row
        if row.corrects is not None:
            self._before.corrected.add(row.corrects)
            old = self._row(row.corrects)
            if isinstance(old, Payment) and old.reverses is not None:
                self._before.reversed.pop(old.reverses, None)
        if isinstance(row, Payment) and row.reverses is not None:
            self._before.reversed[row.reverses] = row.reference
