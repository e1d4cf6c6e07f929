"""`collectctl init`: a working project to start from."""

import os
import sys
from pathlib import Path

import typer

from collectctl import durable
from collectctl.commands.rules_schema import PLACE, write_schema
from collectctl.commands.terminal import say
from collectctl.problems import ConfigError, Problem

_SAMPLE_KNOWN_TO = 1795190400
"""2026-11-21 00:00 in the sample bank's zone."""


def register(app: typer.Typer) -> None:
    """Adds the command to the program."""
    app.command(name="init")(init)


def starter(part: str) -> Path:
    """The folder `config` or `samples` that the program carries.

    In an installed wheel it lies inside the package, in a checkout beside it.
    """
    package = Path(__file__).resolve().parent.parent
    inside = package / "starter" / part
    return inside if inside.is_dir() else package.parent / part


def init(
    folder: Path = typer.Argument(metavar="DIR", help="Where to make it; new or empty."),
    samples: bool = typer.Option(
        True, help="Put three nights of a fictional bank's exports into the inbox."
    ),
    dry_run: bool = typer.Option(False, "--dry-run", help="Only list what would be written."),
) -> None:
    """Make a project: configuration, sample exports, an empty ledger.

    'collectctl run', three times in that folder, works through the three sample nights.
    """
    if folder.is_symlink() or (folder.exists() and (not folder.is_dir() or any(folder.iterdir()))):
        raise ConfigError(
            Problem(
                code="init-not-empty",
                message=f"'{folder}' is there already and is not an empty folder",
                expected="a new or empty folder",
                mend="choose another name; nothing was written",
            )
        )
    plan = [(path, f"config/{name}") for path, name in _files(starter("config"))]
    if samples:
        plan += [(path, f"inbox/{name}") for path, name in _files(starter("samples") / "inbox")]
    if dry_run:
        for _, name in plan:
            sys.stdout.write(f"{folder}/{name}\n")
        return
    for name in ("config", "inbox", "archive", "ledger", "logs"):
        durable.make_folder(folder / name)
    for path, name in plan:
        durable.make_folder((folder / name).parent)
        durable.write_file(folder / name, path.read_bytes())
    write_schema(folder, folder / PLACE, dry_run=False)
    _in_force(folder, samples=samples)
    nights = len(list((folder / "inbox").iterdir()))
    say(f"made {folder}: {len(plan)} files, {nights} sample nights waiting")
    say(f"next: collectctl run --project {folder}")


def _files(root: Path) -> list[tuple[Path, str]]:
    """Every file below a folder and its relative name, sorted."""
    found = [Path(base) / name for base, _, names in os.walk(root) for name in names]
    return sorted(
        (p, p.relative_to(root).as_posix()) for p in found if "__pycache__" not in p.parts
    )


def _in_force(folder: Path, *, samples: bool) -> None:
    """Begins the ledger with the starter in force and, of the sample bank, its feeds known."""
    from collectctl.commands.proposing import put
    from collectctl.commands.session import session
    from collectctl.ledger.heard import Intake
    from collectctl.ledger.taking import open_feed
    from collectctl.settings import read_settings
    from collectctl.stages.importing import feed_key

    with session(folder, "init", begins=True) as here:
        put(here, day=None, by=None, reason="the starter", dry_run=False)
        feeds = read_settings(folder)[0].feeds if samples else {}
        for name, feed in feeds.items():
            open_feed(
                here.ledger,
                Intake(
                    feed=feed_key(feed.kind, name), digest=None, rows_rejected=0,
                    complete_to=_SAMPLE_KNOWN_TO, stated_by="sample",
                    reason="a bank that does not exist had no past",
                    recorded_at=here.started_at,
                ),
            )  # fmt: skip
