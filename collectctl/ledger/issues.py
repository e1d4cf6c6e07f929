"""Which documents were really let out about which debts, for what builds on an earlier notice.

Knows that what was pulled back or came back was not issued. Refuses to know ladders.
"""

import sqlite3

import pyarrow as pa

from collectctl.ledger.faults import ledger_faults

_FILE = "ledger"
ISSUED = pa.schema([("account_id", pa.string()), ("document", pa.string()), ("moment", pa.int64())])
"""A debt, a document, and the last moment (seconds since 1970 UTC) at which it was issued."""


def issued_steps(connection: sqlite3.Connection, since: int) -> pa.Table:
    """The documents issued from a moment on, one row a debt and document, sorted; as `ISSUED`.

    What was pulled back does not count. Neither does what was issued to a person before the same
    document about the same debt came back from that person, by whatever channel it had gone. A
    document is issued when it is released and its window has opened, whichever is later.

    Raises: LedgerError as `ledger_faults` names.
    """
    with ledger_faults(_FILE):
        rows = connection.execute(
            "WITH sent AS ("
            " SELECT x.debt, i.person, i.document, max(i.opens, r.moment) AS at FROM issued i"
            # both in the order of their keys; looked up at random it takes thirteen times as long
            " CROSS JOIN issued_debt x ON x.issued = i.number"
            " JOIN release r ON r.number = i.release"
            " WHERE i.kind = 'document' AND i.document IS NOT NULL"
            " AND NOT EXISTS (SELECT 1 FROM pull_back p WHERE p.issued = i.number)"
            "), last AS (SELECT s.debt, s.document, max(s.at) AS at FROM sent s"
            " WHERE s.at >= ? AND NOT EXISTS ("
            "  SELECT 1 FROM contact t WHERE t.outcome = 'returned' AND t.person = s.person"
            "  AND t.document = s.document AND t.at >= s.at"
            "  AND NOT EXISTS (SELECT 1 FROM contact u WHERE u.corrects = t.number)"
            "  AND (NOT EXISTS (SELECT 1 FROM contact_debt y WHERE y.contact = t.number)"
            "   OR EXISTS (SELECT 1 FROM contact_debt y WHERE y.contact = t.number"
            "    AND y.debt = s.debt)))"
            " GROUP BY s.debt, s.document"
            ") SELECT d.account_id, l.document, l.at FROM last l JOIN debt d ON d.key = l.debt",
            (since,),
        ).fetchall()
    columns = list(zip(*rows, strict=True)) or [(), (), ()]
    table = pa.table([pa.array(c, f.type) for c, f in zip(columns, ISSUED, strict=True)], ISSUED)
    return table.sort_by([("account_id", "ascending"), ("document", "ascending")])
