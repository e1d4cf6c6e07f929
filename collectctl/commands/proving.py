"""What stands against a configuration that can be read: rules proved, texts held to the packs.

Knows the bank's clock. Refuses to know what follows from a finding.
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from collectctl.problems import Problem
from collectctl.project import Project


def findings(project: Project, day: date | None = None) -> tuple[Problem, ...]:
    """The findings of the proof, and what the packs say against the texts from a day on.

    Without a day from today on, by the bank's clock.
    """
    from collectctl.documents.wording_check import wording_problems
    from collectctl.rules.proof import prove

    proved = tuple(prove(project.rulebook))
    if project.documents is None:
        return proved
    first = day or datetime.now(ZoneInfo(project.settings.zone)).date()
    return (*proved, *wording_problems(project.documents, project.packs, first))
