"""Whatever a night holds and wherever its run dies: whole or not at all, and every change named."""

import errno
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from collectctl import durable
from collectctl.archive.manifest import MANIFEST, verify_folder
from collectctl.archive.nights import list_nights
from collectctl.archive.publish import publish, recover
from collectctl.archive.staging import open_staging, seal
from collectctl.ledger.connect import connect
from collectctl.ledger.record import record_run
from collectctl.ledger.runs import last_number, published, runs
from collectctl.ledger.values import Run
from collectctl.problems import LedgerError

Tree = dict[str, bytes]
DAY = date(2026, 11, 20)

# Long enough to hold a slash in the middle, short enough that names meet each other.
NAMES = st.text("abc-_.名", min_size=1, max_size=3).filter(lambda name: name.strip("."))
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)


def _without_clashes(files: Tree) -> Tree:
    """No file where another one needs a folder, and none in the manifest's place."""
    folders = {
        "/".join(name.split("/")[:n]) for name in files for n in range(1, name.count("/") + 1)
    }
    return {name: data for name, data in files.items() if name not in folders | {MANIFEST}}


TREES = st.dictionaries(PATHS, st.binary(max_size=200), max_size=6).map(_without_clashes)


class DiedError(BaseException):
    """The process is gone; nothing that handles errors may notice."""


@contextmanager
def disturbed(at: int, failure: Callable[[], BaseException]) -> Iterator[None]:
    """Lets the `at`-th step fail, and every step after it: a dead process takes no further one."""
    before, seen = durable.before_step, 0

    def step(_kind: str, _name: str) -> None:
        nonlocal seen
        seen += 1
        if seen >= at:
            raise failure()

    durable.before_step = step
    try:
        yield
    finally:
        durable.before_step = before


def run_night(project: Path, day: date, files: Tree) -> None:
    with closing(connect(project / "ledger.sqlite")) as ledger:
        known = published(ledger)
        recover(project / "archive", {d.isoformat(): m for d, m in known.items()})
        if day in known:
            return
        last = last_number(ledger)
        staging = open_staging(project / "archive", day)
        for name, data in files.items():
            staging.write(name, data)
        digest = seal(staging, {"business_date": day.isoformat()})
        run = Run(
            number=last + 1,
            business_date=day,
            manifest_digest=digest,
            braked=False,
            sample=False,
            overtaken=False,
            accounts=len(files),
            program="0.1.0",
            recorded_at="2026-11-21T01:00:00Z",
        )
        publish(staging, digest, lambda: record_run(ledger, run, (), (), expected_last=last))


def bytes_below(folder: Path) -> Tree:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def full() -> BaseException:
    return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@settings(deadline=None, max_examples=60)
@given(
    nights=st.lists(TREES, min_size=1, max_size=3),
    moments=st.lists(st.tuples(st.integers(1, 40), st.sampled_from([DiedError, full])), max_size=4),
)
def test_runs_that_die_anywhere_any_number_of_times_publish_each_night_once_and_whole(
    nights: list[Tree], moments: list[tuple[int, Callable[[], BaseException]]]
) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        project, undisturbed = Path(scratch) / "project", Path(scratch) / "undisturbed"
        days = [DAY + timedelta(n) for n in range(len(nights))]
        for at, failure in moments:
            try:
                with disturbed(at, failure):
                    for day, files in zip(days, nights, strict=True):
                        run_night(project, day, files)
            except (DiedError, LedgerError):
                pass
        for day, files in zip(days, nights, strict=True):
            run_night(project, day, files)
            run_night(undisturbed, day, files)
        assert bytes_below(project / "archive") == bytes_below(undisturbed / "archive")
        assert list((project / "archive" / ".staging").iterdir()) == []
        with closing(connect(project / "ledger.sqlite")) as ledger:
            assert [run.business_date for run in runs(ledger)] == days
            for night in list_nights(project / "archive"):
                assert verify_folder(night.folder, published(ledger)[night.business_date]) == ()


@settings(deadline=None, max_examples=60)
@given(before=TREES, after=TREES)
def test_what_differs_from_the_published_night_is_named_file_by_file(
    before: Tree, after: Tree
) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        staging = open_staging(Path(scratch), DAY)
        for name, data in before.items():
            staging.write(name, data)
        digest = seal(staging, {})
        night = publish(staging, digest, lambda: None)
        manifest = (night / MANIFEST).read_bytes()
        durable.remove_tree(night)
        for name, data in {**after, MANIFEST: manifest}.items():
            durable.make_folder((night / name).parent)
            durable.write_file(night / name, data)
        expected = {(name, "archive-missing") for name in before.keys() - after.keys()}
        expected |= {(name, "archive-added") for name in after.keys() - before.keys()}
        expected |= {
            (name, "archive-changed")
            for name in after.keys() & before.keys()
            if after[name] != before[name]
        }
        found = {(p.span.file, p.code) for p in verify_folder(night, digest) if p.span is not None}
        assert found == expected
