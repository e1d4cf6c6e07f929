"""Changes of a project's configuration proposed and approved by people on machines of their own."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from collectctl.commands.session import Session, session
from collectctl.ledger.heard import Intake
from collectctl.ledger.taking import open_feed
from collectctl.ledger.versions import Version
from collectctl.problems import Problem
from collectctl.project import read_project
from collectctl.stages.importing import feed_key
from collectctl.versions.approving import Word, approve, proposal_text
from collectctl.versions.known import read_versions
from collectctl.versions.proposing import SAMPLE_DAY, Wish, propose


def edit(project: Path, name: str, old: str, new: str) -> None:
    """Changes a text of a file below `config/`, once."""
    path = project / "config" / name
    text = path.read_text("utf-8")
    assert old in text, old
    path.write_text(text.replace(old, new, 1), "utf-8")


def put_in_force(project: Path) -> None:
    """The working folder governs from now on, as a sample; nothing is proved, to save time."""
    with session(project, "test", begins=True) as here:
        _propose(here, project, SAMPLE_DAY, by="test", account="test", sample=True)


def open_feeds(project: Path, known_to: int = 1_796_054_400) -> None:
    """States that every feed is known up to a moment, else 2026-12-01 in Shanghai."""
    with session(project, "test") as here:
        for name, feed in read_project(project)[0].feeds.items():
            opening = Intake(
                feed=feed_key(feed.kind, name), digest=None, rows_rejected=0,
                complete_to=known_to, stated_by="test", reason="a test",
                recorded_at="2026-11-20T00:00:00Z",
            )  # fmt: skip
            open_feed(here.ledger, opening)


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
        day = date.fromisoformat(starts)
        return _propose(here, project, day, by, account, reason=reason, findings=findings)


def _propose(  # noqa: PLR0913 - what a proposal consists of
    here: Session,
    project: Path,
    starts: date,
    by: str,
    account: str,
    *,
    reason: str = "to try it out",
    findings: Sequence[Problem] = (),
    sample: bool = False,
) -> Version:
    wish = Wish(
        project=read_project(project)[0],
        starts=starts,
        by=by,
        account=account,
        reason=reason,
        sample=sample,
        findings=tuple(findings),
        comparison="not asked",
        recorded_at="2026-11-20T00:00:00Z",
    )
    return propose(wish, here.versions, here.ledger, last_night=here.last_night(), dry_run=False)


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


def approved_whole(project: Path, version: Version) -> None:
    """A change of the very small bank approved in every part."""
    for by, account in (("S0002", "committee"), ("S0003", "head")):
        approved(project, version, by=by, account=account)


def text_of(project: Path, version: Version) -> dict[str, object]:
    """What people put their name to, as data."""
    with session(project, "test") as here:
        known = read_versions(project, here.ledger)
        read: dict[str, object] = json.loads(proposal_text(known, version))
        return read
