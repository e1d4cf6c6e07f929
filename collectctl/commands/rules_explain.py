"""`collectctl rules explain`: why one account got its tier and its treatment."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from enum import StrEnum
from pathlib import Path

import typer

from collectctl.commands.options import DATE, FORMAT, PROJECT, day_of
from collectctl.commands.terminal import Format, answer_table


class Language(StrEnum):
    """The languages of staff."""

    ZH = "zh_CN"
    EN = "en"


def register(group: typer.Typer) -> None:
    """Adds the command to the group."""
    group.command(name="explain")(explain)


def explain(
    account: str = typer.Argument(metavar="ACCOUNT", help="Its number as the exports write it."),
    project: Path = PROJECT,
    waiting: str | None = DATE,
    night: str | None = typer.Option(
        None, "--night", metavar="DATE", help="A published night, by the rules it was run on."
    ),
    why_not: str | None = typer.Option(
        None, "--why-not", metavar="NAME", help="A tier, treatment or rule that it did not get."
    ),
    language: Language | None = typer.Option(
        None, "--lang", help="Of the answer; else the project's."
    ),
    form: Format = FORMAT,
) -> None:
    """Say why one account got its tier and treatment, and what would give another.

    A waiting night is graded by the working folder's rules, a published one as it was run. Nothing
    is kept.
    """
    days = day_of(waiting), day_of(night)
    with _nothing_to_collect():
        rows = _rows(project, days, account, why_not, language)
    answer_table("explanation", ("what", "says"), rows, form=form)


def _rows(
    project: Path, days: tuple[date | None, date | None], account: str, why_not: str | None,
    language: Language | None,
) -> list[tuple[str, str]]:  # fmt: skip
    """The answer for a waiting night or a published one."""
    from collectctl.basis import read_basis
    from collectctl.commands.explained import rows_of
    from collectctl.commands.rules_nights import accounts_of, find_inputs
    from collectctl.stages.telling import told

    waiting, past = days
    named = None if past is None else f"night:{past}"
    inputs = find_inputs(named, project, waiting, read_basis)
    with accounts_of(inputs) as (night, intake):
        found = told(night, intake, account, why_not)
    spoken = str(language or inputs.project.settings.language)
    return [(spelled.get(spoken), text) for spelled, text in rows_of(found, inputs.day, spoken)]


@contextmanager
def _nothing_to_collect() -> Iterator[None]:
    """Python does not look for what is no longer needed, nor afterwards among what is there now.

    What is loaded and read inside is needed to the end; looking through it, then and once more when
    the process ends, is a fifth of the time.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
