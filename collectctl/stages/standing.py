"""What an account's statuses, and whoever represents it, say to a contact before any limit does.

Knows how the answer follows from the exports. Refuses to know limits.
"""

from dataclasses import dataclass
from datetime import date

import pyarrow.compute as pc

from collectctl.columns import to_table
from collectctl.compliance.effects import ALL, apply_statuses
from collectctl.compliance.packs.shapes import Channel
from collectctl.compliance.reasons import REASONS
from collectctl.config import Bilingual
from collectctl.project import Project
from collectctl.stages.gating import Purpose, people_of
from collectctl.stages.intake import Intake

_REPRESENTATIVE = "representative"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the exports say of an account that forbids a contact whatever the limits are."""

    channels: str
    documents: str
    """`ALL`, or those that all its statuses allow, joined by commas."""
    status: str
    """The codes of its statuses, joined by commas."""
    because: Bilingual
    represented: bool

    def against(
        self, role: str, channel: Channel, purpose: Purpose
    ) -> tuple[str, Bilingual] | None:
        """What forbids the contact, and why; None: nothing does.

        Steps are asked of the limits alone: a status has no word for them.
        """
        if purpose.step is not None:
            return None
        named = purpose.document
        if not _has(self.channels, channel) or (named and not _has(self.documents, named)):
            return f"status {self.status}", self.because
        if self.represented and role != _REPRESENTATIVE:
            return "represented", REASONS["represented"]
        return None


def _has(allowed: str, one: str) -> bool:
    return allowed == ALL or one in allowed.split(",")


def standing_of(project: Project, intake: Intake, account: str, day: date) -> Standing:
    """What holds for an account on a day, its customer's statuses among it.

    Raises:
        InputRefusedError: as `people_of` says.
    """
    people = people_of(intake, account)
    effects = to_table(apply_statuses(intake.accounts, intake.statuses, project.statuses, day))
    at = pc.index(to_table(intake.accounts)["account_id"], account).as_py()
    (row,) = effects.slice(at, 1).to_pylist()
    return Standing(
        channels=row["channels"], documents=row["documents"], status=row["status"],
        because=Bilingual(zh_CN=row["because_zh_CN"], en=row["because_en"]),
        represented=any(person["role"] == _REPRESENTATIVE for person in people),
    )  # fmt: skip
