"""`collectctl rules schema`: what an editor needs to complete rule files."""

import json
import sys
from pathlib import Path

import typer

from collectctl import durable
from collectctl.commands.options import PROJECT
from collectctl.commands.terminal import say, say_problems

PLACE = Path(".collectctl", "rules.schema.json")
"""Below the project folder; the first line of each rule file names it."""


def register(group: typer.Typer) -> None:
    """Adds the command to the group."""
    group.command(name="schema")(schema)


def schema(
    to: Path | None = typer.Option(
        None, "--to", metavar="FILE", help=f"Another file than {PLACE} in the project."
    ),
    project: Path = PROJECT,
    dry_run: bool = typer.Option(False, "--dry-run", help="Say what would change; write nothing."),
) -> None:
    """Write the JSON schema of this project's rule files, for completion in an editor.

    It knows the project's columns, tiers, treatments, documents, channels and parameters. A file
    that cannot be read yet is left out and named. The file's name goes to stdout.
    """
    file = project / PLACE if to is None else to
    same = write_schema(project, file, dry_run=dry_run)
    say("it is up to date" if same else "it would change" if dry_run else "written")
    sys.stdout.write(f"{file}\n")
    sys.stdout.flush()


def write_schema(project: Path, file: Path, *, dry_run: bool) -> bool:
    """Writes the schema unless the file says the same already, which is what it answers."""
    from collectctl.archive.faults import disk_faults
    from collectctl.project import schema_of

    found, problems = schema_of(project)
    say_problems(problems)
    data = (json.dumps(found, ensure_ascii=False, indent=1) + "\n").encode()
    with disk_faults("writing the schema"):
        same = file.is_file() and file.read_bytes() == data
        if not same and not dry_run:
            durable.make_folder(file.parent)
            durable.replace_file(file, data)
    return same
