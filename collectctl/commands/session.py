"""What every command that touches a project begins with: the lock, recovery, ledger and log.

Reads the clock and the machine's name; their only way out is `logs/` and the ledger's record of
when something was done.
"""

import json
import os
import platform
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from collectctl import __version__, durable
from collectctl.archive.faults import disk_faults
from collectctl.archive.lock import hold_lock
from collectctl.archive.publish import Settled, recover
from collectctl.archive.staging import folder_name
from collectctl.commands.terminal import say
from collectctl.exports.contract import Contract
from collectctl.exports.snapshot import partial_nights, waiting_nights
from collectctl.ledger.connect import Ledger, connect
from collectctl.ledger.releases import addenda
from collectctl.ledger.runs import find_run, published
from collectctl.ledger.values import Run
from collectctl.ledger.versions import in_force
from collectctl.problems import CollectctlError, ConfigError, Level, LockedError, Problem, render
from collectctl.project import Project
from collectctl.settings import Settings, read_settings
from collectctl.versions.known import Versions, pending, read_versions

DEFAULT_LEDGER = Settings.model_fields["ledger"].get_default()
DEFAULT_ARCHIVE = Settings.model_fields["archive"].get_default()
DEFAULT_LOGS = Settings.model_fields["logs"].get_default()
_PATIENCE, _PAUSE = 40, 0.05
"""How often the lock is asked for, and the seconds between: who only reads has it for a moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A project that this process alone may run, or that it reads while others may."""

    root: Path
    logs: Path
    ledger: Ledger
    versions: Versions
    warnings: tuple[Problem, ...]
    started_at: str
    """UTC."""

    def project(self, day: date) -> tuple[Project, tuple[Problem, ...]]:
        """The project as it is in force on a business date, with what is to be said about it.

        Raises:
            CollectctlError: nothing is in force, or it cannot be used.
        """
        version = self.versions.on(day)
        project = self.versions.project(version)
        return project, (*self.versions.warnings(version), *_pending(project))

    def waiting(self) -> tuple[date, ...]:
        """The business dates that lie in the inbox, ascending, published or not."""
        found = {d for box, contracts in self._doors() for d in waiting_nights(box, contracts)}
        return tuple(sorted(found))

    def arrived_in_part(self) -> dict[date, tuple[str, ...]]:
        """Business dates not run yet of which a required file is lacking, and which."""
        partial: dict[date, tuple[str, ...]] = {}
        for box, contracts in self._doors():
            partial |= partial_nights(box, contracts)
        return {day: names for day, names in partial.items() if self.published(day) is None}

    def _doors(self) -> Iterator[tuple[Path, tuple[Contract, ...]]]:
        """Where exports arrive and how their files are called, by every version still to come."""
        nights = published(self.ledger)
        for version in self.versions.after(max(nights, default=None)):
            project = self.versions.project(version)
            yield self.root / project.settings.inbox, tuple(project.contracts.values())

    def earliest_waiting(self) -> date | None:
        """The earliest business date in the inbox that has not been run."""
        return next((d for d in self.waiting() if self.published(d) is None), None)

    def published(self, day: date) -> Run | None:
        """The night of that date, if it has been run."""
        return find_run(self.ledger, day)

    def last_night(self) -> date | None:
        """The latest business date that has been run."""
        return max(published(self.ledger), default=None)

    def is_overtaken(self, day: date) -> bool:
        """Whether a later night is waiting or has been run: then nothing of this one may leave."""
        later = [d for d in (*self.waiting(), *published(self.ledger)) if d > day]
        return bool(later)


@contextmanager
def session(
    root: Path, command: str, *, begins: bool = False, reads: bool = False
) -> Iterator[Session]:
    """The project of a folder, locked, with ledger and archive in agreement.

    With `begins`, a ledger that is not there is made: whoever else finds none has lost it. Who only
    `reads` waits for no run and keeps none waiting: the lock is held no longer than it takes to
    settle what a dead run left, and left alone where a living one has it.

    Raises:
        CollectctlError: there is no project, another run holds the lock, or the archive and the
            ledger cannot be brought to agree.
    """
    working = _working_settings(root)
    ledger_path = root / (working.ledger if working else DEFAULT_LEDGER)
    started = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    text = f"pid {os.getpid()} on {platform.node()}: collectctl {command}, since {started}"
    with disk_faults("opening the project"):
        durable.make_folder(ledger_path.parent)
    with ExitStack() as locked, ExitStack() as opened:
        alone = _locked(locked, ledger_path.with_name("lock"), text, reads=reads)
        ledger = connect(ledger_path, create=begins)
        opened.callback(ledger.close)
        known = read_versions(root, ledger)
        settled = _settled(root, ledger, known, working) if alone else None
        if reads:
            locked.close()
        yield Session(
            root=root,
            logs=root / (working.logs if working else DEFAULT_LOGS),
            ledger=ledger,
            versions=known,
            warnings=settled.problems if settled else (),
            started_at=started,
        )


def _locked(until: ExitStack, lock: Path, text: str, *, reads: bool) -> bool:
    """Whether the lock is held from now on; false only for who reads. Raises LockedError."""
    for left in reversed(range(_PATIENCE)):
        try:
            until.enter_context(hold_lock(lock, text))
        except LockedError:
            if reads:
                return False
            if not left:
                raise
            time.sleep(_PAUSE)
        else:
            return True
    raise AssertionError("the lock is asked for at least once")


def _settled(root: Path, ledger: Ledger, known: Versions, working: Settings | None) -> Settled:
    """Ledger and archive brought to agree, whatever a dead run left."""
    nights = published(ledger)
    archive = _archive(known, max(nights, default=date.max), working)
    return recover(
        root / archive,
        {folder_name(day): manifest for day, manifest in nights.items()},
        {folder_name(r.business_date, r.position): r.manifest_digest for r in addenda(ledger)},
    )


def _working_settings(root: Path) -> Settings | None:
    """Where the working folder says that things lie; None if it is being edited.

    What is in force is not read from there, so that a fault in it stops no night.
    """
    try:
        return read_settings(root)[0]
    except ConfigError:
        if not (root / DEFAULT_LEDGER).is_file():
            raise
        return None


def _archive(known: Versions, day: date, working: Settings | None) -> str:
    """Where the nights lie: as the version in force says or, before there is any, as is edited."""
    version = in_force(known.known, day)
    if version is not None:
        return known.project(version).settings.archive
    return working.archive if working else DEFAULT_ARCHIVE


def _pending(project: Project) -> Sequence[Problem]:
    """That the working folder holds something else than what is in force."""
    try:
        settings, _, files = read_settings(project.root)
    except ConfigError as error:
        return [
            Problem(
                code="pending-edits",
                message=f"the working folder cannot be read ({len(error.problems)} problems)",
                level=Level.WARNING,
                mend="nothing was taken from it; 'collectctl check' names the problems",
            )
        ]
    return pending(project, settings, files)


@dataclass(slots=True)
class RunLog:
    """What `logs/` keeps of one command: written when it ends, however it ends."""

    lines: list[dict[str, str]] = field(default_factory=list)

    def note(self, day: date, state: str, problems: Sequence[Problem] = ()) -> None:
        """Adds what became of a night."""
        self.lines.append({"night": day.isoformat(), "state": state})
        self.lines += [{"problem": render(p)} for p in problems]


@contextmanager
def run_log(here: Session, command: str) -> Iterator[RunLog]:
    """Collects what a command did and writes it to `logs/`, also when the command fails."""
    log = RunLog()
    try:
        yield log
    except CollectctlError as error:
        log.lines += [{"problem": render(p)} for p in error.problems]
        log.lines.append({"state": f"failed with exit code {error.exit_code}"})
        raise
    except Exception as error:
        log.lines.append({"state": f"defect: {type(error).__name__}"})
        raise
    finally:
        _write_log(here, command, log)


def _write_log(here: Session, command: str, log: RunLog) -> None:
    """One JSON line an entry; the file's name is the moment the command began."""
    folder = here.logs
    head = {
        "command": command,
        "program": __version__,
        "started": here.started_at,
        "ended": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "host": platform.node(),
        "pid": str(os.getpid()),
    }
    text = "".join(json.dumps(e, ensure_ascii=False) + "\n" for e in (head, *log.lines))
    stamp = here.started_at.replace(":", "").replace("-", "")
    try:
        durable.make_folder(folder)
        durable.write_file(folder / f"{stamp}-{os.getpid()}-{command}.jsonl", text.encode())
    except OSError as error:
        # The outcome of the night matters more than its log; exit code and stderr still tell it.
        say(f"warning: the log of this run could not be written ({durable.fault(error)})")
