"""A changed configuration proposed: proved, compared, stored, and its text given a number."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from collectctl.archive.store import put_configuration, put_proposal
from collectctl.authority import PARTS, Authority, Part
from collectctl.ledger.connect import Ledger
from collectctl.ledger.versions import Version, in_force, record_version
from collectctl.problems import Problem, has_errors, render
from collectctl.project import Project
from collectctl.settings import parts_of
from collectctl.versions.known import (
    Versions,
    authority_over,
    person_of,
    refusal,
    refuse_account,
)

FORMAT = "collectctl-proposal/1"
SAMPLE_DAY = date.min
"""From when a sample is in force: always."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody proposes."""

    project: Project
    """As the working folder has it."""
    starts: date
    by: str
    account: str
    """The operating system's user."""
    reason: str
    sample: bool
    findings: tuple[Problem, ...]
    """What the proof found; errors are refused."""
    comparison: Mapping[str, object] | str
    """What would change for the accounts, as `rules diff` gives it, or why nobody can tell."""
    recorded_at: str


def propose(
    wish: Wish, known: Versions, ledger: Ledger, *, last_night: date | None, dry_run: bool
) -> Version:
    """The version that the wish makes, stored and recorded unless it is a dry run.

    It needs consent for each part that it changes; after a sample for every part, since nobody of
    the bank has consented to any.

    Raises:
        LedgerError: `not-proved`, `nothing-changed`, `starts-too-early`, `not-authorised`, or as
            `record_version`.
    """
    if has_errors(wish.findings):
        raise refusal(
            "not-proved",
            "errors were found in its rules or texts",
            "mend what 'collectctl check' reports; nothing was proposed",
        )
    before = in_force(known.known, date.max if wish.sample else wish.starts)
    unspoken = before is None or (before.sample and not wish.sample)
    touched = _touched(None if before is None or unspoken else known.project(before), wish.project)
    if not touched:
        raise refusal(
            "nothing-changed",
            "the working folder holds what is in force already",
            "nothing is left to do",
        )
    if not wish.sample:
        if last_night is not None and wish.starts <= last_night:
            raise refusal(
                "starts-too-early",
                f"the night of {last_night} is published; history is not changed",
                f"name a first day after {last_night}",
            )
        _refuse_maker(authority_over(known, before, wish.project), wish.by, wish.account)
    text = _text(wish, before, touched)
    version = Version(
        number=len(known.known) + 1,
        proposal="",
        configuration=wish.project.configuration.digest,
        starts=wish.starts,
        sample=wish.sample,
        parts=() if wish.sample else tuple(touched),
        made_by=wish.by,
        account=wish.account,
        reason=wish.reason,
        recorded_at=wish.recorded_at,
    )
    if dry_run:
        return version
    configuration = wish.project.configuration
    put_configuration(wish.project.root, configuration.digest, configuration.files)
    version = replace(version, proposal=put_proposal(wish.project.root, text))
    record_version(ledger, version)
    return version


def _touched(before: Project | None, after: Project) -> dict[Part, list[str]]:
    """The changed files of each part that has any."""
    old = {} if before is None else parts_of(before.settings, before.configuration.files)
    new = parts_of(after.settings, after.configuration.files)
    found: dict[Part, list[str]] = {}
    for part in PARTS:
        then, now = old.get(part, {}), new[part]
        names = sorted(n for n in {*then, *now} if then.get(n) != now.get(n))
        if names:
            found[part] = names
    return found


def _text(wish: Wish, before: Version | None, touched: Mapping[Part, list[str]]) -> bytes:
    said: dict[str, object] = {
        "format": FORMAT,
        "configuration": wish.project.configuration.digest,
        "rulebook": wish.project.rulebook.digest,
        "from": wish.starts.isoformat(),
        "sample": wish.sample,
        "made_by": wish.by,
        "account": wish.account,
        "reason": wish.reason,
        "in_force_before": None if before is None else before.proposal,
        "changed": touched,
        "undecided": [render(p) for p in wish.findings if p.code == "rule-unproved"],
        "warnings": [render(p) for p in wish.findings if p.code != "rule-unproved"],
        "comparison": wish.comparison,
    }
    return (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode()


def _refuse_maker(authority: Authority, by: str, account: str) -> None:
    person = person_of(authority, by)
    refuse_account(person, account)
    if not person.roles & authority.makes:
        raise refusal(
            "not-authorised",
            f"{by} holds no role that may propose ({', '.join(sorted(authority.makes))})",
            "let somebody propose it whom authority.yaml names for it",
        )
