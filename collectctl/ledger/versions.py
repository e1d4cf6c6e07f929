"""Versions of the configuration in the ledger: proposed for a day, consented to part by part.

Knows which version is in force on a business date. Refuses to know what a configuration says and
who may consent to it.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from collectctl import durable
from collectctl.ledger.faults import ledger_faults
from collectctl.problems import LedgerError, Problem

_FILE = "ledger"


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """One person's word for one part of a version."""

    part: str
    by: str
    """Who, by the roster."""
    role: str
    """The role in which they may."""
    account: str
    """The operating system's user who gave the command."""
    reference: str
    """Where the decision is written down, such as minutes."""
    undecided: str = ""
    """The proofs left open that they answer for, with reasons; empty when none were."""
    signature: str | None = None
    """An SSH signature over the proposal, as it was verified."""
    recorded_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A configuration that somebody proposed from a day on."""

    number: int
    proposal: str
    """SHA-256 of the proposal: the number that people put their name to."""
    configuration: str
    """SHA-256 of the configuration in the store."""
    starts: date
    """The first business date, inclusive."""
    sample: bool
    parts: tuple[str, ...]
    """The parts of the configuration that need consent."""
    made_by: str
    account: str
    """The operating system's user who proposed it."""
    reason: str
    recorded_at: str
    consents: tuple[Consent, ...] = ()
    """Read back from their own table; not written with the version."""

    @property
    def waits_for(self) -> tuple[str, ...]:
        """The parts that nobody has consented to yet."""
        given = {consent.part for consent in self.consents}
        return tuple(part for part in self.parts if part not in given)

    @property
    def approved(self) -> bool:
        """Whether it is in force from its first day on."""
        return self.sample or not self.waits_for


def versions(connection: sqlite3.Connection) -> tuple[Version, ...]:
    """Every version in the order in which it was proposed."""
    with ledger_faults(_FILE):
        rows = connection.execute(
            "SELECT number, proposal, configuration, starts, sample, parts, made_by, account,"
            " reason, recorded_at FROM version ORDER BY number"
        ).fetchall()
        given: dict[int, list[Consent]] = {}
        for (
            number,
            part,
            by,
            role,
            account,
            reference,
            undecided,
            signature,
            at,
        ) in connection.execute(
            "SELECT version, part, given_by, role, account, reference, undecided, signature,"
            " recorded_at FROM consent ORDER BY version, part"
        ):
            consent = Consent(
                part=part,
                by=by,
                role=role,
                account=account,
                reference=reference,
                undecided=undecided,
                signature=signature,
                recorded_at=at,
            )
            given.setdefault(number, []).append(consent)
    return tuple(
        Version(
            number=number,
            proposal=proposal,
            configuration=configuration,
            starts=date.fromisoformat(starts),
            sample=sample == 1,
            parts=tuple(parts.split()),
            made_by=made_by,
            account=account,
            reason=reason,
            recorded_at=recorded_at,
            consents=tuple(given.get(number, ())),
        )
        for (
            number, proposal, configuration, starts, sample, parts, made_by, account, reason,
            recorded_at,
        ) in rows
    )  # fmt: skip


def in_force(known: Sequence[Version], day: date) -> Version | None:
    """The version that governs a business date: the latest to start, and of those the last made."""
    started = [v for v in known if v.approved and v.starts <= day]
    return max(started, key=lambda v: (v.starts, v.number), default=None)


def record_version(connection: sqlite3.Connection, version: Version) -> None:
    """Adds a proposed version.

    Raises:
        LedgerError: `already-proposed` (the same proposal is there), `sample-late` (a sample after
            a version of the bank's own), or what `ledger_faults` names.
    """
    with _transaction(connection):
        known = versions(connection)
        if any(v.proposal == version.proposal for v in known):
            raise _refusal(
                "already-proposed",
                f"the same was proposed already as {version.proposal[:12]}",
                "approve that one, or change something first",
            )
        if version.sample and any(not v.sample for v in known):
            raise _refusal(
                "sample-late",
                "a configuration of the bank's own was proposed already; no sample follows it",
                "propose the change with --by and --from",
            )
        connection.execute(
            "INSERT INTO version VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                version.number,
                version.proposal,
                version.configuration,
                version.starts.isoformat(),
                int(version.sample),
                " ".join(version.parts),
                version.made_by,
                version.account,
                version.reason,
                version.recorded_at,
            ),
        )


def record_consents(
    connection: sqlite3.Connection, number: int, consents: Sequence[Consent]
) -> None:
    """Adds a person's consent to parts of a version that still wait for one.

    Raises:
        LedgerError: what `ledger_faults` names; also when a part has its consent already or the
            maker consents, which callers have refused before in words.
    """
    with _transaction(connection):
        connection.executemany(
            "INSERT INTO consent VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    number, c.part, c.by, c.role, c.account, c.reference, c.undecided, c.signature,
                    c.recorded_at,
                )
                for c in consents
            ],
        )  # fmt: skip


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    with ledger_faults(_FILE):
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            durable.commit(connection)
        finally:
            if connection.in_transaction:
                connection.rollback()


def _refusal(code: str, message: str, mend: str) -> LedgerError:
    return LedgerError(Problem(code=code, message=message, mend=mend))
