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
    night: str | None = DATE,
    language: Language | None = typer.Option(
        None, "--lang", help="Of the answer; else the project's."
    ),
    form: Format = FORMAT,
) -> None:
    """Say why one account got its tier and treatment: tests, values, parameters, statuses.

    The night is read from the inbox and graded as it would be; nothing is kept.
    """
    from tempfile import TemporaryDirectory

    from collectctl.commands.explained import rows_of
    from collectctl.commands.stages import earliest
    from collectctl.exports.snapshot import waiting_nights
    from collectctl.project import read_project
    from collectctl.stages.desk import desk_in, take_inputs
    from collectctl.stages.telling import told

    read, _ = read_project(project)
    contracts = tuple(read.contracts.values())
    day = day_of(night) or earliest(waiting_nights(project / read.settings.inbox, contracts))
    with TemporaryDirectory() as folder:
        desk = desk_in(Path(folder), read, day, 1)
        found = told(desk, take_inputs(desk), account)
    spoken = str(language or read.settings.language)
    rows = [(spelled.get(spoken), text) for spelled, text in rows_of(found, day, spoken)]
    answer_table("explanation", ("what", "says"), rows, form=form)
