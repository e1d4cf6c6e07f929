"""Changes of a project's configuration proposed and approved by people on machines of their own."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from collectctl.commands.session import session
from collectctl.ledger.versions import Version
from collectctl.problems import Problem
from collectctl.project import read_project
from collectctl.versions.approving import Word, approve, proposal_text
from collectctl.versions.known import read_versions
from collectctl.versions.proposing import Wish, propose


def edit(project: Path, name: str, old: str, new: str) -> None:
    """Changes a text of a file below `config/`, once."""
    path = project / "config" / name
    text = path.read_text("utf-8")
    assert old in text, old
    path.write_text(text.replace(old, new, 1), "utf-8")


def proposed(
    project: Path,
    starts: str = "2026-12-01",
    *,
    by: str = "S2001",
    account: str = "maker",
    reason: str = "as decided",
    findings: Sequence[Problem] = (),
) -> Version:
    """The working folder as a proposal of somebody, whatever the proof would say."""
    with session(project, "test") as here:
        wish = Wish(
            project=read_project(project)[0],
            starts=date.fromisoformat(starts),
            by=by,
            account=account,
            reason=reason,
            sample=False,
            findings=tuple(findings),
            comparison="not asked",
            recorded_at="2026-11-20T00:00:00Z",
        )
        return propose(wish, here.ledger, last_night=here.last_night(), dry_run=False)


def approved(
    project: Path,
    version: Version,
    *,
    by: str = "S1001",
    account: str = "checker",
    undecided: Mapping[int, str] | None = None,
    signature: str | None = None,
) -> list[str]:
    """The parts that a person's approval of a proposal covered."""
    with session(project, "test") as here:
        word = Word(
            by=by,
            account=account,
            reference="minutes 12",
            undecided=undecided or {},
            signature=signature,
            recorded_at="2026-11-20T00:00:00Z",
        )
        known = here.versions.find(version.proposal)
        return approve(
            here.versions, known, word, here.ledger, last_night=here.last_night(), dry_run=False
        )


def text_of(project: Path, version: Version) -> dict[str, object]:
    """What people put their name to, as data."""
    with session(project, "test") as here:
        known = read_versions(project, here.ledger)
        read: dict[str, object] = json.loads(proposal_text(known, version))
        return read
