"""Payments read back from the ledger: what each account paid, net of what was taken back.

A row that another one corrects is left out. Refuses to know what a payment means for a debt.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from collectctl.ledger.faults import ledger_faults
from collectctl.ledger.heard import Payment
from collectctl.ledger.keys import names

_FILE = "ledger"


@dataclass(frozen=True, slots=True, kw_only=True)
class NetPayments:
    """Columns of equal length, a place for each account and currency with any movement."""

    account_id: tuple[str, ...]
    currency: tuple[str, ...]
    net: tuple[int, ...]
    """Minor units that came in, less those that went back; below 0 if more of them did."""
    moved: tuple[bool, ...]
    """Whether anything was booked: true here, also where what came in went back and net is 0."""


def net_payments(connection: sqlite3.Connection, since: int | None = None) -> NetPayments:
    """What was paid on each account after a moment (exclusive; None: ever), by booking.

    A reversal after it counts against the account also where its payment came before. An account
    that is not among them has not moved. By account and currency.
    Raises: LedgerError as `ledger_faults` names.
    """
    with ledger_faults(_FILE):
        rows = connection.execute(
            "SELECT d.account_id, n.currency, n.net FROM (SELECT debt, currency,"
            " sum(CASE WHEN reverses IS NULL THEN amount ELSE -amount END) net"
            " FROM payment WHERE booked > ?"
            " AND number NOT IN (SELECT corrects FROM payment WHERE corrects IS NOT NULL)"
            " GROUP BY debt, currency) n JOIN debt d ON d.key = n.debt"
            " ORDER BY d.account_id, n.currency",
            (-(2**62) if since is None else since,),
        ).fetchall()
    accounts, currencies, net = zip(*rows, strict=True) if rows else ((), (), ())
    return NetPayments(
        account_id=accounts, currency=currencies, net=net, moved=(True,) * len(accounts)
    )


def payments_of(connection: sqlite3.Connection, accounts: Sequence[str]) -> tuple[Payment, ...]:
    """Payments and reversals on these accounts that stand, by booking, feed and reference.

    Raises: LedgerError as `ledger_faults` names.
    """
    with ledger_faults(_FILE):
        where = (
            "d.account_id IN (SELECT value FROM json_each(?))"
            " AND NOT EXISTS (SELECT 1 FROM payment u WHERE u.corrects = t.number)"
        )
        return tuple(payment_rows(connection, where, (names(accounts),)))


def payment_rows(
    connection: sqlite3.Connection, where: str, values: Sequence[object]
) -> list[Payment]:
    """The payments for which an SQL condition holds (`t` payment, `d` debt)."""
    rows = connection.execute(
        "SELECT t.reference, d.account_id, t.amount, t.currency, t.booked, t.value_day, t.payer,"  # noqa: S608 - made here
        " r.reference, c.reference FROM payment t JOIN debt d ON d.key = t.debt"
        " LEFT JOIN payment r ON r.number = t.reverses LEFT JOIN payment c ON c.number = t.corrects"
        f" WHERE {where} ORDER BY t.booked, t.feed, t.reference",
        values,
    )
    return [
        Payment(
            reference=reference, account_id=account, amount=amount, currency=currency,
            booked=booked, value_day=date.fromisoformat(value_day), payer=payer, reverses=reverses,
            corrects=corrects,
        )
        for reference, account, amount, currency, booked, value_day, payer, reverses, corrects
        in rows
    ]  # fmt: skip
