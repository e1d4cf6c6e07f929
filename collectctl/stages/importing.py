"""Import: one file of contacts made, of what people asked for or of payments, into the ledger.

Joins the contract of the feed with the ledger. A row that cannot be used is set apart with its
reason and the others are taken; the same file, or the same row, twice adds nothing.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path, PurePosixPath
from zoneinfo import ZoneInfo

import pandas as pd
import pyarrow as pa

from collectctl.columns import to_table
from collectctl.exports import patterns
from collectctl.exports.contract import Contract
from collectctl.exports.load import Loaded, load_export
from collectctl.exports.quarantine import NOTHING_TO_MEND
from collectctl.exports.snapshot import SnapFile, Snapshot
from collectctl.ledger.connect import Ledger
from collectctl.ledger.heard import Contact, Fact, Intake, Payment, Taken, Wish
from collectctl.ledger.keys import known_debts
from collectctl.ledger.taking import take_contacts, take_payments, take_wishes
from collectctl.problems import ConfigError, InputRefusedError, Level, Problem, Span, did_you_mean
from collectctl.project import Feed, Project
from collectctl.settings import FeedKind
from collectctl.stages.feed_rows import Reader, in_column


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What the bringer of a file says of it."""

    day: date
    """The business date by which it is read."""
    is_of_day: bool
    """Whether it is said to be of that day, by its name or by whoever brings it."""
    complete_to: int | None
    by: str
    now: int
    """The moment of the import: nothing can have happened after it."""
    recorded_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of a file."""

    rows: int
    taken: Taken
    problems: tuple[Problem, ...]
    """A warning for each row that was set apart, without anything of the row itself."""

    @property
    def set_apart(self) -> int:
        """Rows that could not be used."""
        return self.rows - self.taken.new - self.taken.known


def feed_of(project: Project, kind: FeedKind, name: str) -> Feed:
    """The feed of this name.

    Raises:
        ConfigError: `feed-contract`, the project has no such feed; `feed-kind`, it is another kind.
    """
    feed = project.feeds.get(name)
    same = [n for n, f in project.feeds.items() if f.kind == kind]
    expected = "one of " + ", ".join(same) if same else f"a feed of kind {kind} in project.yaml"
    if feed is None:
        raise ConfigError(
            Problem(
                code="feed-contract", message=f"project.yaml has no feed '{name}'",
                expected=expected, mend=did_you_mean(name, same),
            )
        )  # fmt: skip
    if feed.kind != kind:
        raise ConfigError(
            Problem(
                code="feed-kind", message=f"the feed '{name}' is of {feed.kind}, not of {kind}",
                expected=expected,
            )
        )  # fmt: skip
    return feed


def feed_key(kind: str, name: str) -> str:
    """The name of a feed in the ledger."""
    return f"{kind}/{name}"


def day_named(contract: Contract, path: Path) -> date | None:
    """The business date in the name of a file, where it is named as the contract says."""
    pattern, found = PurePosixPath(contract.file).parts, path.absolute().parts
    for size in (len(pattern), 1):
        spelling = patterns.compiled("/".join(pattern[-size:]))
        day = patterns.date_of(spelling, "/".join(found[-size:]))
        if day is not None:
            return day
    return None


def day_covered(contract: Contract, brought: Brought, zone: str) -> tuple[int, int] | None:
    """The moments [from, until) of its business date that a whole file has.

    None: its contract does not say so, or the day is not over, so that something may be missing.
    """
    if contract.complete is None or not brought.is_of_day:
        return None
    place, day = ZoneInfo(zone), brought.day
    starts, ends = (
        int(datetime(d.year, d.month, d.day, tzinfo=place).timestamp())
        for d in (day, day + timedelta(1))
    )
    return (starts, ends) if ends <= brought.now else None


def import_file(
    project: Project, ledger: Ledger, name: str, path: Path, brought: Brought, accounts: pa.Array
) -> Imported:
    """Takes one file of a feed in; what says that it is whole lies beside it.

    `accounts` are those of the bank's exports, as text; accounts that the ledger knows count too.

    Raises:
        InputRefusedError: the file as a whole cannot be used.
        LedgerError: as `ledger_faults` names.
    """
    expected = project.feeds[name].contract.expected(brought.day)
    files = {expected.main: _file(path)}
    for other in (expected.control, expected.marker):
        if other is not None and (beside := path.with_name(PurePosixPath(other).name)).is_file():
            files[other] = _file(beside)
    try:
        return take_in(project, ledger, name, Snapshot(files=files), brought, accounts)
    except InputRefusedError as error:
        own = {inside: file.path.name for inside, file in files.items()}
        raise InputRefusedError(_renamed(error.problems, own)) from None


def _renamed(problems: Iterable[Problem], own: Mapping[str, str]) -> Iterator[Problem]:
    """The problems with files called as whoever brings them calls them."""
    for problem in problems:
        span = problem.span
        if span is not None and span.file in own:
            span = replace(span, file=own[span.file])
        yield replace(problem, span=span)


def _file(path: Path) -> SnapFile:
    data = path.read_bytes()
    return SnapFile(path=path, digest=hashlib.sha256(data).hexdigest(), size=len(data))


def take_in(
    project: Project, ledger: Ledger, name: str, snapshot: Snapshot, brought: Brought,
    accounts: pa.Array,
) -> Imported:  # fmt: skip
    """Takes in the file of a feed that lies in the snapshot under the name of its contract.

    Raises:
        InputRefusedError: `zero-bytes`, or the file cannot be used as `load_export` says.
        LedgerError: as `ledger_faults` names.
    """
    feed, day = project.feeds[name], brought.day
    main = feed.contract.expected(day).main
    file = snapshot.files[main]
    if file.size == 0:
        raise InputRefusedError(_zero_bytes(file.path.name))
    loaded = load_export(feed.contract, snapshot, day, project.dictionary, None)
    zone = project.settings.zone
    reader = Reader(file=file.path.name, zone=zone, now=brought.now)

    def known(names: Iterable[str]) -> set[str]:
        ours = in_column(accounts, names)
        return ours | known_debts(ledger, set(names) - ours)

    made = reader.read(feed.kind, to_table(loaded.frame), known)
    usable = [(row, one) for row, one in made if one is not None]
    broken, repeated = _apart(loaded.rejects)
    intake = Intake(
        feed=feed_key(feed.kind, name), digest=_digest(snapshot, feed.contract, brought),
        rows_rejected=len(made) - len(usable) + broken, rows_repeated=repeated,
        complete_to=brought.complete_to, stated_by=brought.by, reason="",
        recorded_at=brought.recorded_at,
        covers=day_covered(feed.contract, brought, zone),
    )  # fmt: skip
    taken = _taken(ledger, intake, [one for _, one in usable])
    for position, code in taken.refused:
        reader.refuse(usable[position][0], code)
    problems = [*loaded.problems, *_broken(loaded, file.path.name), *reader.problems]
    return Imported(
        rows=len(made) + broken + repeated, taken=taken,
        problems=tuple(sorted(problems, key=Problem.sort_key)),
    )  # fmt: skip


def _zero_bytes(file: str) -> Problem:
    return Problem(
        code="zero-bytes", message="the file has not a single byte", span=Span(file=file),
        expected="the headings at least, where there is nothing to tell",
        mend="ask for the file again; nothing was taken in, and the feed is known no further",
    )  # fmt: skip


def _digest(snapshot: Snapshot, contract: Contract, brought: Brought) -> str:
    """The file's own digest; with mended rows, or where it says all of its day, one of all that.

    Files that say of two days that there was nothing are the same bytes and do not say the same.
    """
    expected = contract.expected(brought.day)
    said = [snapshot.files[expected.main].digest]
    said += [snapshot.files[n].digest for n in snapshot.matching(expected.mended or "*/")]
    if contract.complete is not None and brought.is_of_day:
        said.append(brought.day.isoformat())
    return said[0] if len(said) == 1 else hashlib.sha256(" ".join(said).encode()).hexdigest()


def _apart(rejects: pd.DataFrame) -> tuple[int, int]:
    """How many rows have a fault, and how many another row says as well."""
    rows: dict[tuple[str, int], bool] = {}
    for row in to_table(rejects).select(["file", "row", "code"]).to_pylist():
        key = row["file"], row["row"]
        rows[key] = rows.get(key, False) or row["code"] not in NOTHING_TO_MEND
    return sum(rows.values()), len(rows) - sum(rows.values())


def _taken(ledger: Ledger, intake: Intake, facts: list[Fact]) -> Taken:
    kind = intake.feed.partition("/")[0]
    if kind == "contacts":
        return take_contacts(ledger, intake, [f for f in facts if isinstance(f, Contact)])
    if kind == "wishes":
        return take_wishes(ledger, intake, [f for f in facts if isinstance(f, Wish)])
    return take_payments(ledger, intake, [f for f in facts if isinstance(f, Payment)])


def _broken(loaded: Loaded, name: str) -> Iterator[Problem]:
    """What the contract has set apart, by row and column; what was found is not repeated.

    `name` is what the bringer calls the file.
    """
    for row in to_table(loaded.rejects).to_pylist():
        if row["code"] not in NOTHING_TO_MEND:
            yield Problem(
                code=str(row["code"]), level=Level.WARNING, expected=str(row["expected"]),
                message=f"the row is set apart for its column {row['column']}",
                span=Span(
                    file=name if row["file"] == loaded.arrival.file else str(row["file"]),
                    line=int(row["row"]), column=1,
                ),
            )  # fmt: skip
