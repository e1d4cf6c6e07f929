"""What the statuses of one account say to a contact, before any limit is asked.

Knows how an answer is made of the effects of statuses. Refuses to know limits.
"""

from dataclasses import dataclass
from datetime import date

import pyarrow.compute as pc

from collectctl.columns import to_table
from collectctl.compliance.effects import ALL, apply_statuses
from collectctl.compliance.packs.shapes import Channel
from collectctl.config import Bilingual
from collectctl.project import Project
from collectctl.stages.gating import Purpose
from collectctl.stages.intake import Intake


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the statuses of an account allow."""

    channels: str
    documents: str
    """`ALL`, or those that all statuses allow, joined by commas."""
    status: str
    """Their codes, joined by commas."""
    because: Bilingual

    def forbids(self, channel: Channel, purpose: Purpose) -> bool:
        """Whether a contact is none of those allowed; steps are asked of the limits alone."""
        if purpose.step is not None:
            return False
        named = purpose.document
        return (self.channels != ALL and channel not in self.channels.split(",")) or (
            named is not None and self.documents != ALL and named not in self.documents.split(",")
        )


def standing_of(project: Project, intake: Intake, account: str, day: date) -> Standing:
    """What the statuses of an account allow on a day, those of its customer among them."""
    effects = to_table(apply_statuses(intake.accounts, intake.statuses, project.statuses, day))
    at = pc.index(to_table(intake.accounts)["account_id"], account).as_py()
    (row,) = effects.slice(at, 1).to_pylist()
    return Standing(
        channels=row["channels"], documents=row["documents"], status=row["status"],
        because=Bilingual(zh_CN=row["because_zh_CN"], en=row["because_en"]),
    )  # fmt: skip
