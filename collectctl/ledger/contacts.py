"""Contacts made, wishes, and how far feeds are known, read back from the ledger.

A row that another one corrects is left out. Refuses to know what an outcome or a wish means.
"""

import sqlite3
from collections.abc import Iterator, Sequence

import numpy as np

from collectctl.columns import Ints
from collectctl.ledger.faults import ledger_faults
from collectctl.ledger.heard import Contact, Reach, Wish

_FILE = "ledger"
_AT_ONCE = 100_000
_COLUMNS = (
    "number", "at", "incoming", "person", "point", "debt", "channel", "outcome", "document",
)  # fmt: skip
_SELECTED = (
    "SELECT t.number, t.at, t.incoming, t.person, coalesce(t.point, -1), coalesce(x.debt, -1),"
    " t.channel, t.outcome, t.document FROM contact t{} LEFT JOIN contact_debt x"
    " ON x.contact = t.number WHERE {}"
)
_FROM = "t.at >= ?"
_OF_DOCUMENTS = "t.document IN ({}) AND t.at < ?"
_UNREACHED = (
    # the plus keeps sqlite from the index by moment, which has nearly all contacts of a year
    "+t.at < ? AND t.point IS NOT NULL AND t.outcome IN ('failed', 'not_in_service', 'returned')"
    " AND NOT EXISTS (SELECT 1 FROM contact g WHERE g.point = t.point AND g.at > t.at"
    " AND g.outcome IN ('connected', 'conversation', 'delivered', 'met')"
    " AND (t.outcome <> 'failed' OR g.channel = t.channel)"
    " AND NOT EXISTS (SELECT 1 FROM contact u WHERE u.corrects = g.number))"
)
"""Older contacts after which nobody was reached at the number or address any more."""


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


def contact_columns(
    connection: sqlite3.Connection, since: int, documents: Sequence[str]
) -> dict[str, Ints]:
    """All contacts from a moment on, and of the older ones those that still tell something.

    These are contacts with one of the documents, and those with which a number or address ended.
    Corrected and void ones are left out. In order of being recorded: `number`, `at`, `incoming`,
    `person`, `point` (-1: none), `debt_row` and `debt` (rows here, and the debts they are about),
    and positions, -1 for none, of `channel` in `channels`, `outcome` in `outcomes`, `document` in
    `documents`, which are columns of names.

    Raises: LedgerError as `ledger_faults` names.
    """
    names: dict[str, dict[str | None, int]] = {
        "channel": {}, "outcome": {}, "document": {None: -1}
    }  # fmt: skip
    wanted = _OF_DOCUMENTS.format(", ".join("?" * len(documents)))
    with ledger_faults(_FILE):
        found = [
            *_chunks(connection, _SELECTED.format("", _FROM), (since,), names),
            *_chunks(connection, _SELECTED.format("", wanted), (*documents, since), names),
            *_chunks(
                connection,
                _SELECTED.format(" INDEXED BY contact_unreached", _UNREACHED), (since,), names,
            ),
        ]  # fmt: skip
        corrected = connection.execute("SELECT corrects FROM contact WHERE corrects > 0").fetchall()
    rows = {
        name: np.concatenate([np.zeros(0, np.int64), *(c[n] for c in found)])
        for n, name in enumerate(_COLUMNS)
    }
    left_out = np.isin(rows["number"], np.array(corrected, np.int64).ravel())
    left_out |= rows["outcome"] == names["outcome"].get("void", -2)
    columns = _once({name: column[~left_out] for name, column in rows.items()})
    for name, codes in names.items():
        columns[f"{name}s"] = np.array([text for text in codes if text is not None], np.str_)
    return columns


def _once(rows: dict[str, Ints]) -> dict[str, Ints]:
    """Each contact once, by its number, and beside them the debts that each is about."""
    numbers, first, place = np.unique(rows["number"], return_index=True, return_inverse=True)
    debt = rows.pop("debt")
    width = int(debt.max(initial=0)) + 1
    about = np.sort((place * width + debt)[debt >= 0])
    about = about[np.diff(about, prepend=-1) > 0]
    columns = {name: column[first] for name, column in rows.items()}
    return {**columns, "number": numbers, "debt_row": about // width, "debt": about % width}


def _chunks(
    connection: sqlite3.Connection, query: str, values: Sequence[object],
    names: dict[str, dict[str | None, int]],
) -> Iterator[tuple[Ints, ...]]:  # fmt: skip
    """What a query gives, in columns, so many rows at once; names as positions in `names`."""
    cursor = connection.execute(query, values)
    texts = len(_COLUMNS) - len(names)
    while rows := cursor.fetchmany(_AT_ONCE):
        columns = list(zip(*rows, strict=True))
        for column, codes in zip(columns[texts:], names.values(), strict=True):
            for text in sorted(set(column) - codes.keys(), key=str):
                codes[text] = len(codes) - (None in codes)
        yield (
            *(np.array(column, np.int64) for column in columns[:texts]),
            *(
                np.fromiter(map(codes.__getitem__, column), np.int64, len(column))
                for column, codes in zip(columns[texts:], names.values(), strict=True)
            ),
        )
