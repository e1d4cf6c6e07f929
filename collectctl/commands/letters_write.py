"""How the `letters` commands write: new files alone, readable by their owner alone."""

from collections.abc import Mapping
from pathlib import Path

import typer

from collectctl import durable
from collectctl.archive.faults import disk_faults
from collectctl.commands.terminal import say
from collectctl.problems import ConfigError, Problem


def refuse_unusable(path: Path | None, endings: tuple[str, ...]) -> None:
    """Ends the command before it has worked for nothing.

    Raises:
        typer.BadParameter: the name has another ending, or its folder is not there.
        ConfigError: `file-exists`.
    """
    if path is None:
        return
    if path.suffix not in endings:
        raise typer.BadParameter(f"the name of the file ends in {' or '.join(endings)}")
    if not path.parent.is_dir():
        raise typer.BadParameter("the folder of the file is not there")
    if path.is_symlink() or path.exists():
        raise ConfigError(
            Problem(
                code="file-exists",
                message=f"'{path}' is there already",
                expected="the name of a new file",
                mend="choose another name; nothing was written",
            )
        )


def write_new(path: Path, data: bytes, *, dry_run: bool) -> None:
    """Writes a file that is not there yet, or says what would be written."""
    if dry_run:
        say(f"would write {path}")
        return
    with disk_faults("writing the file"):
        durable.write_file(path, data)
    say(f"written: {path}")


def write_all(folder: Path, files: Mapping[str, bytes], *, dry_run: bool) -> None:
    """Writes files into a folder that is new or empty, or says what would be written."""
    if dry_run:
        say(f"would write {len(files)} files into {folder}")
        return
    with disk_faults("writing the preview"):
        durable.make_folder(folder)
        for name, data in files.items():
            durable.write_file(folder / name, data)
    say(f"written: {len(files)} files; open {folder / 'index.html'}")
