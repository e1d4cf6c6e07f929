"""Contacts made, wishes, and how far feeds are known, read back from the ledger.

A row that another one corrects is left out. Refuses to know what an outcome or a wish means.
"""

import sqlite3
from collections.abc import Sequence

from collectctl.ledger.faults import ledger_faults
from collectctl.ledger.heard import Contact, Reach, Wish

_FILE = "ledger"


def complete_to(connection: sqlite3.Connection) -> dict[str, int | None]:
    """For each feed the latest moment up to which it is known; None where nobody ever said.

    That is what was stated of it, and then the days that its whole files cover, as far as they
    follow without a gap: a file says nothing about the day before it.
    """
    with ledger_faults(_FILE):
        found: dict[str, int | None] = dict(
            connection.execute(
                "SELECT feed, max(complete_to) FROM intake GROUP BY feed ORDER BY feed"
            ).fetchall()
        )
        covered = connection.execute(
            "SELECT i.feed, c.starts, c.ends FROM coverage c JOIN intake i ON i.number = c.intake"
            " ORDER BY c.starts, c.ends"
        ).fetchall()
    for feed, starts, ends in covered:
        known = found[feed]
        if known is not None and starts <= known < ends:
            found[feed] = ends
    return found


def contacts_of(
    connection: sqlite3.Connection, parties: Sequence[str], points: Sequence[Reach], since: int
) -> tuple[Contact, ...]:
    """Contacts from a moment on with these people or over these numbers, corrected ones left out.

    In order of their moment, feed and reference. Raises: LedgerError as `ledger_faults` names.
    """
    with ledger_faults(_FILE):
        where, values = _about(parties, points, "contact")
        return tuple(contact_rows(connection, f"{where} AND t.at >= ?", (*values, since)))


def wishes_of(
    connection: sqlite3.Connection, parties: Sequence[str], points: Sequence[Reach]
) -> tuple[Wish, ...]:
    """What these people asked for, or anybody about these numbers; corrected ones left out.

    In order of receipt, then of feed and reference. Raises: LedgerError as `ledger_faults` names.
    """
    with ledger_faults(_FILE):
        where, values = _about(parties, points, "wish")
        return tuple(wish_rows(connection, where, values))


def _about(
    parties: Sequence[str], points: Sequence[Reach], table: str
) -> tuple[str, tuple[str, ...]]:
    people = ", ".join("?" * len(parties))
    pairs = ", ".join(["(?, ?)"] * len(points)) or "(NULL, NULL)"
    where = (
        f"(p.party_id IN ({people}) OR (a.kind, a.value) IN (VALUES {pairs})) AND NOT EXISTS"  # noqa: S608 - made here
        f" (SELECT 1 FROM {table} u WHERE u.corrects = t.number)"
    )
    return where, (*parties, *(text for point in points for text in point))


def contact_rows(
    connection: sqlite3.Connection, where: str, values: Sequence[object]
) -> list[Contact]:
    """The contacts for which an SQL condition holds (`t` contact, `p` person, `a` address)."""
    source = (
        "contact t JOIN person p ON p.key = t.person LEFT JOIN point a ON a.key = t.point"
        f" LEFT JOIN contact c ON c.number = t.corrects WHERE {where}"
    )
    rows = connection.execute(
        "SELECT t.number, t.reference, t.at, t.channel, t.outcome, t.incoming, p.party_id, a.kind,"  # noqa: S608 - made here
        f" a.value, t.made_by, t.document, c.reference FROM {source} ORDER BY t.at, t.feed,"
        " t.reference",
        values,
    ).fetchall()
    accounts = _accounts(connection, "contact", source, values) if rows else {}
    return [
        Contact(
            reference=reference, at=at, channel=channel, outcome=outcome, incoming=incoming == 1,
            party_id=party, point=None if kind is None else (kind, value),
            accounts=tuple(accounts.get(number, ())), made_by=made_by, document=document,
            corrects=corrects,
        )
        for number, reference, at, channel, outcome, incoming, party, kind, value, made_by,
        document, corrects in rows
    ]  # fmt: skip


def wish_rows(connection: sqlite3.Connection, where: str, values: Sequence[object]) -> list[Wish]:
    """The wishes for which the SQL condition holds, as `contact_rows`."""
    source = (
        "wish t LEFT JOIN person p ON p.key = t.person LEFT JOIN point a ON a.key = t.point"
        f" LEFT JOIN wish c ON c.number = t.corrects WHERE {where}"
    )
    rows = connection.execute(
        "SELECT t.number, t.reference, t.kind, t.received, t.ends, p.party_id, a.kind, a.value,"  # noqa: S608 - made here
        f" t.channel, t.weekly, c.reference FROM {source} ORDER BY t.received, t.feed, t.reference",
        values,
    ).fetchall()
    accounts = _accounts(connection, "wish", source, values) if rows else {}
    return [
        Wish(
            reference=reference, kind=kind, received=received, ends=ends, party_id=party,
            point=None if reach is None else (reach, value), channel=channel, weekly=weekly,
            accounts=tuple(accounts.get(number, ())), corrects=corrects,
        )
        for number, reference, kind, received, ends, party, reach, value, channel, weekly, corrects
        in rows
    ]  # fmt: skip


def _accounts(
    connection: sqlite3.Connection, table: str, source: str, values: Sequence[object]
) -> dict[int, list[str]]:
    """For each row the accounts that it is about, in order."""
    found: dict[int, list[str]] = {}
    for number, account in connection.execute(
        f"SELECT x.{table}, d.account_id FROM {table}_debt x JOIN debt d ON d.key = x.debt"  # noqa: S608 - made here
        f" WHERE x.{table} IN (SELECT t.number FROM {source}) ORDER BY x.{table}, d.account_id",
        values,
    ):
        found.setdefault(number, []).append(account)
    return found
