"""The program: its commands, and the one place where a failure becomes words and an exit code.

Knows exit codes; refuses to know what any command does.
"""

import os
import sys
import traceback
from collections.abc import Sequence

import typer

from collectctl import __version__
from collectctl.commands import (
    approve,
    check,
    feeds,
    gate,
    holds,
    init,
    letters,
    release,
    rules,
    run,
    stages,
)
from collectctl.problems import CollectctlError, render

INTERRUPTED = 130
DEFECT = 1

app = typer.Typer(
    name="collectctl",
    help="Run a bank's collections policy as a nightly batch.\n\n"
    "Exit codes: 0 done, 1 defect, 2 usage, 10 config or rulebook, 11 input refused, 12 ledger, "
    "13 another run holds the lock, 14 published but braked, 15 differences found, "
    "130 interrupted. Any other code means failure.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"collectctl {__version__}\n")
        raise typer.Exit


@app.callback()
def _program(
    _version_wanted: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Show the version."
    ),
) -> None:
    """Holds the options of the program itself."""


init.register(app)
check.register(app)
run.register(app)
release.register(app)
stages.register(app)
approve.register(app)
rules.register(app)
feeds.register(app)
gate.register(app)
holds.register(app)
letters.register(app)


def main(arguments: Sequence[str]) -> int:
    """Runs one command and gives its exit code; problems are on stderr by then."""
    os.umask(0o077)
    try:
        app(args=list(arguments), prog_name="collectctl")
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else DEFECT
    except CollectctlError as error:
        for problem in error.problems:
            sys.stderr.write(render(problem) + "\n")
        return error.exit_code
    except KeyboardInterrupt:
        sys.stderr.write("interrupted: the next run finishes or discards what was begun\n")
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last resort; it hides nothing but the text
        _show_defect(error)
    return DEFECT


def _show_defect(error: BaseException) -> None:
    """The traceback without the exception's own text: that text may hold a customer's data."""
    sys.stderr.write("defect in collectctl: it stopped; the next run settles what it left\n")
    while True:
        for frame in traceback.extract_tb(error.__traceback__):
            sys.stderr.write(f"  {frame.filename}:{frame.lineno} in {frame.name}\n")
        sys.stderr.write(f"{type(error).__name__} (its text is withheld: it may hold data)\n")
        cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        if cause is None:
            return
        sys.stderr.write("caused by:\n")
        error = cause


def entry() -> None:
    """The console script."""
    sys.exit(main(sys.argv[1:]))
