"""`collectctl rules explain`: why one account got its tier and its treatment."""

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
    from collectctl.commands.explained import rows_of
    from collectctl.commands.rules_sources import inputs_of, laid_out
    from collectctl.stages.telling import told

    past = day_of(night)
    inputs = inputs_of(None if past is None else f"night:{past}", project, day_of(waiting))
    with laid_out(inputs) as laid:
        found = told(laid.desk, laid.intake, account, why_not)
    spoken = str(language or inputs.project.settings.language)
    rows = [(spelled.get(spoken), text) for spelled, text in rows_of(found, inputs.day, spoken)]
    answer_table("explanation", ("what", "says"), rows, form=form)
