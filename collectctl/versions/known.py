"""The versions of a project's configuration: which governs a day, and who may decide on another."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from collectctl.archive.store import changed, configuration_folder
from collectctl.authority import PARTS, Authority, Person
from collectctl.ledger.connect import Ledger
from collectctl.ledger.versions import Version, in_force, versions
from collectctl.problems import LedgerError, Level, Problem, did_you_mean
from collectctl.project import Project, read_project
from collectctl.settings import Settings, parts_of


@dataclass(slots=True)
class Versions:
    """The versions of a project's configuration, read back from the store as they are asked for."""

    root: Path
    known: tuple[Version, ...]
    _read: dict[str, tuple[Project, tuple[Problem, ...]]] = field(default_factory=dict)

    def on(self, day: date) -> Version:
        """The version that governs a business date.

        Raises:
            LedgerError: `nothing-in-force`.
        """
        found = in_force(self.known, day)
        if found is None:
            raise LedgerError(
                Problem(
                    code="nothing-in-force",
                    message=f"no approved configuration is in force on {day}",
                    expected="a version that was proposed and approved",
                    mend="propose one with 'collectctl rules apply', or try one out with --sample",
                )
            )
        return found

    def after(self, day: date | None) -> tuple[Version, ...]:
        """The versions that govern business dates after a day; of the whole future without one."""
        approved = [v for v in self.known if v.approved]
        current = None if day is None else in_force(approved, day)
        return tuple(v for v in approved if v is current or day is None or v.starts > day)

    def project(self, version: Version) -> Project:
        """The project as a version has it.

        Raises:
            LedgerError: `store-changed`, the store does not hold what was approved.
            ConfigError: this program cannot use it any more.
        """
        return self._project(version)[0]

    def warnings(self, version: Version) -> tuple[Problem, ...]:
        """What reading a version warns of; raises as `project`."""
        return self._project(version)[1]

    def _project(self, version: Version) -> tuple[Project, tuple[Problem, ...]]:
        digest = version.configuration
        if digest not in self._read:
            folder = configuration_folder(digest)
            if not (self.root / folder / "config").is_dir():
                raise changed(digest)
            self._read[digest] = read_project(self.root, f"{folder}/config")
        project, found = self._read[digest]
        if project.configuration.digest != digest:
            raise changed(digest)
        if version.sample:
            settings = project.settings.model_copy(update={"sample": True})
            project = replace(project, settings=settings)
        return project, found

    def find(self, number: str) -> Version:
        """The version whose proposal begins with these digits.

        Raises:
            LedgerError: `no-such-proposal`, none or several do.
        """
        found = [v for v in self.known if v.proposal.startswith(number)]
        if len(found) == 1:
            return found[0]
        waiting = [v.proposal[:12] for v in self.known if not v.approved]
        raise LedgerError(
            Problem(
                code="no-such-proposal",
                message=f"{len(found) or 'no'} proposals begin with '{number}'",
                expected="one of those waiting: " + (", ".join(waiting) or "none is"),
                mend="take the number that 'collectctl rules apply' gave",
            )
        )


def read_versions(root: Path, ledger: Ledger) -> Versions:
    """The versions that the ledger knows."""
    return Versions(root, versions(ledger))


def pending(project: Project, settings: Settings, files: Mapping[str, bytes]) -> list[Problem]:
    """That the working folder's files are others than those in force, with the files' names."""
    stored = project.configuration.files
    names = sorted(n for n in {*stored, *files} if stored.get(n) != files.get(n))
    if not names:
        return []
    parts = parts_of(settings, files)
    touched = [part for part in PARTS if any(n in parts[part] for n in names)]
    return [
        Problem(
            code="pending-edits",
            message=f"{len(names)} files of the working folder are not in force"
            f" ({', '.join(touched) or 'removed'}): {', '.join(names)}",
            level=Level.WARNING,
            mend="nothing was taken from them; 'collectctl rules apply' proposes them",
        )
    ]


def authority_over(known: Versions, before: Version | None, proposed: Project) -> Authority:
    """Who decides on a change: whom the version in force names; after a sample, the new one."""
    if before is None or before.sample:
        return proposed.authority
    return known.project(before).authority


def person_of(authority: Authority, by: str) -> Person:
    """The person of a roster number; raises `not-authorised` where nobody is named so."""
    person = authority.people.get(by)
    if person is None:
        mend = did_you_mean(by, authority.people)
        raise refusal(
            "not-authorised",
            f"authority.yaml names nobody as '{by}'",
            mend or "give the roster number of a person named there",
        )
    return person


def refuse_account(person: Person, account: str) -> None:
    """Raises `not-authorised` if the person is said to work as another user of the system."""
    if person.account is not None and person.account != account:
        raise refusal(
            "not-authorised",
            f"{person.id} works as another user of this machine than '{account}'",
            "give the command as yourself",
        )


def refusal(code: str, message: str, mend: str) -> LedgerError:
    """A refusal in words, to be raised."""
    return LedgerError(Problem(code=code, message=message, mend=mend))
