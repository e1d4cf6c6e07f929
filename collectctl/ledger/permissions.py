"""Permissions to ask one third person once, and what became of each.

Knows that one is used up by the first contact in its window. Refuses to know when one may be given.
"""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from collectctl.ledger.faults import ledger_faults
from collectctl.ledger.heard import Contact, Reach
from collectctl.ledger.keys import names, point_keys
from collectctl.ledger.taking import key_of, writing
from collectctl.problems import LedgerError, Problem

Why = Literal["number_invalid", "failed_attempts", "deceased", "incapacity"]
State = Literal["open", "used", "lapsed", "refused"]
_FILE = "ledger"


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """One third person who may be asked once about one debt's debtor."""

    number: int
    account_id: str
    party_id: str
    point: Reach
    """The number or address at which the person is asked."""
    why: str
    evidence: str
    """Where it is written down that contact is lost."""
    asked_by: str
    approved_by: str
    channel: str
    opens: int
    """From this moment on, inclusive."""
    closes: int
    """Until this moment, exclusive."""
    recorded_at: str
    state: State = "open"
    """`refused`: the person does not want to be asked; then `used`, then `lapsed`."""


def record_permission(
    connection: sqlite3.Connection, given: Permission, before_commit: Callable[[int], None]
) -> int:
    """Adds a permission, whatever its number says, and gives the number that it has.

    `before_commit` is called with the number; if it raises, nothing is recorded.

    Raises: LedgerError: `permit-open`, or as `ledger_faults` names.
    """
    with writing(connection):
        number: int = connection.execute(
            "SELECT coalesce(max(number), 0) + 1 FROM permission"
        ).fetchone()[0]
        mine = (given.account_id, given.party_id)
        for other in permissions(connection, given.opens, ()):
            if other.state == "open" and (other.account_id, other.party_id) == mine:
                raise LedgerError(
                    Problem(
                        code="permit-open",
                        message=f"permission {other.number} to ask this person is still open",
                        expected="one permission at a time for a debt and a person",
                        mend="use it, or wait until it lapses; see 'collectctl gate permissions'",
                    )
                )  # fmt: skip
        connection.execute(
            "INSERT INTO permission VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                number, key_of(connection, "debt", given.account_id),
                key_of(connection, "person", given.party_id),
                point_keys(connection, (given.point,))[given.point], given.why, given.evidence,
                given.asked_by, given.approved_by, given.channel, given.opens, given.closes,
                given.recorded_at,
            ),
        )  # fmt: skip
        before_commit(number)
        return number


def permissions(
    connection: sqlite3.Connection, moment: int, final: Sequence[str]
) -> tuple[Permission, ...]:
    """Every permission in the order of being given, each with its state at a moment.

    `final` are the wishes with which a person, or anybody about the number, ends it for good.

    Raises: LedgerError as `ledger_faults` names.
    """
    with ledger_faults(_FILE):
        rows = connection.execute(_SELECTED, (moment, moment, names(final))).fetchall()
    found = []
    for (
        number, account, party, why, evidence, asked_by, approved_by, channel, opens, closes,
        recorded_at, kind, value, used, refused,
    ) in rows:  # fmt: skip
        over: State = "lapsed" if closes <= moment else "open"
        found.append(
            Permission(
                number=number, account_id=account, party_id=party, point=(kind, value), why=why,
                evidence=evidence, asked_by=asked_by, approved_by=approved_by, channel=channel,
                opens=opens, closes=closes, recorded_at=recorded_at,
                state="refused" if refused else "used" if used else over,
            )
        )  # fmt: skip
    return tuple(found)


_SELECTED = """
SELECT p.number, d.account_id, n.party_id, p.why, p.evidence, p.asked_by, p.approved_by, p.channel,
  p.opens, p.closes, p.recorded_at, a.kind, a.value,
  EXISTS (
    SELECT 1 FROM contact t
    WHERE t.person = p.person AND t.incoming = 0 AND t.outcome <> 'void'
      AND t.at >= p.opens AND t.at < p.closes AND t.at <= ?
      AND NOT EXISTS (SELECT 1 FROM contact u WHERE u.corrects = t.number)
      AND (NOT EXISTS (SELECT 1 FROM contact_debt x WHERE x.contact = t.number)
        OR EXISTS (SELECT 1 FROM contact_debt x WHERE x.contact = t.number AND x.debt = p.debt))
  ),
  EXISTS (
    SELECT 1 FROM wish w
    WHERE (w.person = p.person OR w.point = p.point) AND w.received <= ?
      AND w.kind IN (SELECT value FROM json_each(?))
      AND NOT EXISTS (SELECT 1 FROM wish v WHERE v.corrects = w.number)
  )
FROM permission p JOIN debt d ON d.key = p.debt JOIN person n ON n.key = p.person
JOIN point a ON a.key = p.point
ORDER BY p.number
"""


def still_to_come(
    connection: sqlite3.Connection, party: str, point: Reach, known_to: int, moment: int
) -> tuple[Contact, ...]:
    """What may be made yet with a person or at a number, as contacts that limits can count.

    That is what releases let out for a time whose logs are not known yet: each call as often as its
    share allows, answered and not, a message once; and permissions that are open at a moment, each
    a conversation. They are about no debt in particular, so they count for each.

    Raises: LedgerError as `ledger_faults` names.
    """
    with ledger_faults(_FILE):
        rows = connection.execute(_LET_OUT, (known_to, party, *point)).fetchall()
    found = [
        (channel, outcome, opens, owner, at)
        for channel, opens, calls, attempts, owner, *at in rows
        for outcome, times in (
            ("connected", calls if channel == "call" else 0),
            ("unanswered", attempts if channel == "call" else 0),
            ("sent", int(channel in _MESSAGES)),
        )
        for _ in range(times)
    ]
    found += [
        (one.channel, "conversation", one.opens, one.party_id, one.point)
        for one in permissions(connection, moment, ())
        if one.state == "open" and (one.party_id == party or one.point == point)
    ]
    return tuple(
        Contact(
            reference=f"to come {n}", at=opens, channel=channel, outcome=outcome, incoming=False,
            party_id=owner, point=None if at[1] is None else (at[0], at[1]), accounts=(),
            made_by="",
        )
        for n, (channel, outcome, opens, owner, at) in enumerate(found)
    )  # fmt: skip


_MESSAGES = ("sms", "email", "wechat")
_LET_OUT = """
SELECT i.channel, i.opens, coalesce(i.calls, 0), coalesce(i.attempts, 0), n.party_id,
  a.kind, a.value
FROM issued i JOIN person n ON n.key = i.person LEFT JOIN point a ON a.key = i.point
WHERE i.closes > ? AND (n.party_id = ? OR (a.kind = ? AND a.value = ?))
ORDER BY i.number
"""
