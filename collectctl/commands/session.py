"""What every command that touches a project begins with: the lock, recovery, ledger and log.

Reads the clock and the machine's name; their only way out is `logs/` and the ledger's record of
when something was done.
"""

import json
import os
import platform
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from collectctl import __version__, durable
from collectctl.archive.faults import disk_faults
from collectctl.archive.lock import hold_lock
from collectctl.archive.publish import recover
from collectctl.commands.terminal import say
from collectctl.exports.snapshot import partial_nights, waiting_nights
from collectctl.ledger.connect import Ledger, connect
from collectctl.ledger.runs import find_run, published
from collectctl.ledger.values import Run
from collectctl.problems import CollectctlError, Problem, render
from collectctl.project import Project, read_project


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A project that this process alone may run, recovered from what a dead run left."""

    project: Project
    ledger: Ledger
    warnings: tuple[Problem, ...]
    started_at: str
    """UTC."""

    @property
    def inbox(self) -> Path:
        """Where exports arrive."""
        return self.project.root / self.project.settings.inbox

    def waiting(self) -> tuple[date, ...]:
        """The business dates that lie in the inbox, ascending, published or not."""
        return waiting_nights(self.inbox, tuple(self.project.contracts.values()))

    def arrived_in_part(self) -> dict[date, tuple[str, ...]]:
        """Business dates not run yet of which a required file is lacking, and which."""
        partial = partial_nights(self.inbox, tuple(self.project.contracts.values()))
        return {day: names for day, names in partial.items() if self.published(day) is None}

    def earliest_waiting(self) -> date | None:
        """The earliest business date in the inbox that has not been run."""
        return next((d for d in self.waiting() if self.published(d) is None), None)

    def published(self, day: date) -> Run | None:
        """The night of that date, if it has been run."""
        return find_run(self.ledger, day)

    def is_overtaken(self, day: date) -> bool:
        """Whether a later night is waiting or has been run: then nothing of this one may leave."""
        later = [d for d in (*self.waiting(), *published(self.ledger)) if d > day]
        return bool(later)


@contextmanager
def session(root: Path, command: str) -> Iterator[Session]:
    """The project of a folder, locked, with ledger and archive in agreement.

    Raises:
        CollectctlError: the configuration is wrong, another run holds the lock, or the archive
            and the ledger cannot be brought to agree.
    """
    project, warnings = read_project(root)
    settings = project.settings
    ledger_path = root / settings.ledger
    started = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    text = f"pid {os.getpid()} on {platform.node()}: collectctl {command}, since {started}"
    with disk_faults("opening the project"):
        durable.make_folder(ledger_path.parent)
    with hold_lock(ledger_path.with_name("lock"), text):
        # Only a night may begin a ledger; whoever else finds none has lost it.
        ledger = connect(ledger_path, create=command == "run")
        try:
            settled = recover(root / settings.archive, published(ledger))
            yield Session(
                project=project,
                ledger=ledger,
                warnings=(*warnings, *settled.problems),
                started_at=started,
            )
        finally:
            ledger.close()


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
    folder = here.project.root / here.project.settings.logs
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
