"""`collectctl rules format`: the tables of rule files in line."""

import sys
from collections.abc import Sequence
from pathlib import Path

import typer

from collectctl import durable
from collectctl.commands.options import DIFFERENCES, PROJECT
from collectctl.commands.terminal import say


def register(group: typer.Typer) -> None:
    """Adds the command to the group."""
    group.command(name="format")(format_rules)


def format_rules(
    files: list[Path] = typer.Argument(
        None, metavar="[FILES]", help="Rule files of the project; else all that it names."
    ),
    check: bool = typer.Option(
        False, "--check", help="Write nothing; exit code 15 if a file would change."
    ),
    project: Path = PROJECT,
) -> None:
    """Put the pipes of each table under one another, by the width at which characters are shown.

    Nothing outside of a table changes, and the rulebook stays the same to its digest. The names of
    the files that changed go to stdout. A rulebook with errors is left as it is.
    """
    from collectctl.archive.faults import disk_faults
    from collectctl.basis import dictionary_of
    from collectctl.rules.layout import laid_out
    from collectctl.settings import read_settings

    settings, _, contents = read_settings(project)
    rules = {name: contents[name] for name in settings.rules}
    chosen = _chosen(files or (), project / "config", settings.rules)
    found = laid_out(rules, dictionary_of(settings, contents))
    changed = [name for name in chosen if found[name] != rules[name]]
    for name in changed:
        if not check:
            with disk_faults("writing a rule file"):
                durable.replace_file(project / "config" / name, found[name])
        sys.stdout.write(f"{name}\n")
    sys.stdout.flush()
    if check and changed:
        say("run 'collectctl rules format' to put the tables in line")
        raise typer.Exit(DIFFERENCES)


def _chosen(files: Sequence[Path], config: Path, rules: Sequence[str]) -> list[str]:
    """The rule files to look at, as project.yaml names them."""
    if not files:
        return list(rules)
    by_place = {(config / name).resolve(): name for name in rules}
    chosen: list[str] = []
    for file in files:
        name = by_place.get(file.resolve()) or by_place.get((config / file).resolve())
        if name is None:
            raise typer.BadParameter(
                f"'{file}' is not a rule file of this project: {', '.join(rules)}"
            )
        chosen.append(name)
    return chosen
