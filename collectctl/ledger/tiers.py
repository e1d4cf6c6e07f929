"""The tier and treatment that each debt had from night to night.

Knows that only a change is written down. Refuses to know what a tier means.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from collectctl.ledger.faults import ledger_faults

_FILE = "ledger"


@dataclass(frozen=True, slots=True, kw_only=True)
class TierChange:
    """From which night on a debt had a tier and a treatment."""

    run: int
    business_date: date
    tier: str
    treatment: str


def record_tiers(
    connection: sqlite3.Connection,
    run_number: int,
    graded: Iterable[tuple[str, str, str]],
) -> int:
    """Adds what differs from what was last recorded, and says for how many debts.

    `graded` gives account_id, tier and treatment; each account stands once. Runs in the caller's
    transaction, after the run itself was added.

    Raises: LedgerError as `ledger_faults` names.
    """
    with ledger_faults(_FILE):
        connection.execute("DROP TABLE IF EXISTS temp.graded")
        connection.execute(
            "CREATE TEMP TABLE graded (account_id TEXT NOT NULL, tier TEXT NOT NULL,"
            " treatment TEXT NOT NULL)"
        )
        connection.executemany(
            "INSERT INTO graded VALUES (?, ?, ?)",
            graded,
        )
        connection.execute(
            "INSERT INTO debt (account_id) SELECT g.account_id FROM graded g"
            " WHERE NOT EXISTS (SELECT 1 FROM debt d WHERE d.account_id = g.account_id)"
            " ORDER BY g.account_id"
        )
        added = connection.execute(
            "INSERT INTO tier_change SELECT d.key, ?, g.tier, g.treatment FROM graded g"
            " JOIN debt d ON d.account_id = g.account_id"
            " WHERE (g.tier, g.treatment) IS NOT (SELECT c.tier, c.treatment FROM tier_change c"
            "  WHERE c.debt = d.key ORDER BY c.run DESC LIMIT 1) ORDER BY d.key",
            (run_number,),
        ).rowcount
        connection.execute("DROP TABLE temp.graded")
    return added


def tier_history(connection: sqlite3.Connection, account_id: str) -> tuple[TierChange, ...]:
    """The changes of a debt in the order of their recording; empty for one never graded.

    Raises: LedgerError as `ledger_faults` names.
    """
    with ledger_faults(_FILE):
        rows = connection.execute(
            "SELECT c.run, r.business_date, c.tier, c.treatment FROM tier_change c"
            " JOIN debt d ON d.key = c.debt JOIN run r ON r.number = c.run"
            " WHERE d.account_id = ? ORDER BY c.run",
            (account_id,),
        ).fetchall()
    return tuple(
        TierChange(run=run, business_date=date.fromisoformat(day), tier=tier, treatment=treatment)
        for run, day, tier, treatment in rows
    )
