"""A person's word for a proposal: whether they may give it, and what it then makes of it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from collectctl.archive.store import read_proposal
from collectctl.authority import Authority, Person
from collectctl.ledger.connect import Ledger
from collectctl.ledger.versions import Consent, Version, in_force, record_consents
from collectctl.versions.known import (
    Versions,
    authority_over,
    person_of,
    refusal,
    refuse_account,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A person's approval as it is given."""

    by: str
    account: str
    reference: str
    undecided: Mapping[int, str]
    """Per proof left undecided, counted from 1, why it may go live all the same."""
    signature: str | None
    """Only one that was verified with a key of this person."""
    recorded_at: str


def proposal_text(known: Versions, version: Version) -> bytes:
    """What people put their name to; raises as `read_proposal`."""
    return read_proposal(known.root, version.proposal)


def checker(known: Versions, version: Version, by: str) -> Person:
    """The person who approves, whatever their roles.

    Raises:
        LedgerError: `not-authorised`, nobody of that number is named.
    """
    return person_of(_authority(known, version), by)


def approve(
    known: Versions,
    version: Version,
    word: Word,
    ledger: Ledger,
    *,
    last_night: date | None,
    dry_run: bool,
) -> list[str]:
    """Adds a person's approval for every waiting part that they may approve; gives those parts.

    Raises:
        LedgerError: `already-approved`, `proposal-overtaken`, `not-authorised`,
            `maker-is-checker`, `signature-needed`, `undecided-unnamed`, or as `record_consents`.
    """
    said = json.loads(proposal_text(known, version))
    _refuse_late(known, version, said["in_force_before"], last_night)
    authority = _authority(known, version)
    person = person_of(authority, word.by)
    refuse_account(person, word.account)
    _refuse_same(version, word)
    if authority.signed and word.signature is None:
        raise refusal(
            "signature-needed",
            "this bank lets nothing in force without a signature",
            "sign the proposal with ssh-keygen and name the file with --signature",
        )
    parts = {
        part: role
        for part in version.waits_for
        for role in authority.approves[part]  # type: ignore[index]  # parts are written by propose
        if role in person.roles
    }
    if not parts:
        raise refusal(
            "not-authorised",
            f"{word.by} holds no role that approves {', '.join(version.waits_for)}",
            "ask somebody whom authority.yaml names for it",
        )
    answered = _answered(said["undecided"], word.undecided) if "rules" in parts else ""
    consents = [
        Consent(
            part=part,
            by=word.by,
            role=role,
            account=word.account,
            reference=word.reference,
            undecided=answered if part == "rules" else "",
            signature=word.signature,
            recorded_at=word.recorded_at,
        )
        for part, role in parts.items()
    ]
    if not dry_run:
        record_consents(ledger, version.number, consents)
    return list(parts)


def _authority(known: Versions, version: Version) -> Authority:
    earlier = [v for v in known.known if v.number != version.number]
    return authority_over(known, in_force(earlier, version.starts), known.project(version))


def _refuse_late(
    known: Versions, version: Version, before: str | None, last_night: date | None
) -> None:
    if version.approved:
        raise refusal(
            "already-approved", "this proposal is approved", "there is nothing left to approve"
        )
    governs = in_force(known.known, version.starts)
    if (None if governs is None else governs.proposal) != before:
        raise refusal(
            "proposal-overtaken",
            "another version was approved since this was proposed and compared",
            "propose it anew, against what is in force now",
        )
    if last_night is not None and version.starts <= last_night:
        raise refusal(
            "proposal-overtaken",
            f"the night of {last_night} is published, and this was to govern it",
            "propose it anew, from a later day",
        )


def _answered(undecided: Sequence[str], given: Mapping[int, str]) -> str:
    wanted = set(range(1, len(undecided) + 1))
    if wanted != set(given):
        listed = "; ".join(f"{n}: {text.splitlines()[0]}" for n, text in enumerate(undecided, 1))
        raise refusal(
            "undecided-unnamed",
            f"{len(undecided)} proofs were left undecided: {listed or 'none'}",
            "name each with its reason, as --undecided '1: why it may go live', and no other",
        )
    return "; ".join(f"{n}: {given[n]}" for n in sorted(given))


def _refuse_same(version: Version, word: Word) -> None:
    if word.by == version.made_by:
        raise refusal(
            "maker-is-checker",
            f"{word.by} proposed it and cannot approve it",
            "let another person approve it",
        )
    if word.account == version.account and word.signature is None:
        raise refusal(
            "maker-is-checker",
            f"it was proposed by the same user of this machine, '{word.account}'",
            "approve it as another user, or with a signature that only the checker can make",
        )
