"""A project's configuration as it was at a git revision, read without touching the working tree.

Knows git's plumbing: names, then contents, in two calls. Nothing is fetched and no hook runs.
"""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from collectctl import durable
from collectctl.problems import ConfigError, Problem
from collectctl.project import Project, read_project
from collectctl.yaml_file import MAX_BYTES

_CONFIG = "config"
_PLAIN = ("100644", "100755")
"""Modes of regular files; a link at that revision is as little read as one in the folder."""


def project_at(project: Path, revision: str) -> Project:
    """The project as its configuration was at a revision.

    Raises:
        ConfigError: `no-revision`, or something in the configuration cannot be used.
    """
    with tempfile.TemporaryDirectory(prefix="collectctl-") as scratch:
        root = Path(scratch)
        for name, data in _files(project, revision):
            path = root / name
            durable.make_folder(path.parent)
            durable.write_file(path, data)
        return read_project(root)[0]


def _files(project: Path, revision: str) -> Iterator[tuple[PurePosixPath, bytes]]:
    """The regular files of the configuration, by their name below the project."""
    commit = _git(
        project, ["rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"]
    )
    if commit is None:
        raise _no_revision("git knows no such revision of this project", "a commit, tag or branch")
    listed = _git(project, ["ls-tree", "-r", "-z", commit.decode().strip(), "--", f"{_CONFIG}/"])
    entries = [e.split("\t", 1) for e in (listed or b"").decode("utf-8").split("\0") if e]
    plain = [(head.split()[2], name) for head, name in entries if head.split()[0] in _PLAIN]
    if not plain:
        raise _no_revision(
            "the project has no configuration at this revision", f"a revision with {_CONFIG}/"
        )
    wanted = "".join(f"{blob}\n" for blob, _ in plain).encode()
    data = _git(project, ["cat-file", "--batch"], wanted) or b""
    for (_, name), content in zip(plain, _contents(data), strict=True):
        yield PurePosixPath(name), content


def _contents(data: bytes) -> Iterator[bytes]:
    """The objects of `cat-file --batch`: a line with the size, the bytes, a line end."""
    start = 0
    while start < len(data):
        end = data.index(b"\n", start)
        size = int(data[start:end].split()[2])
        # One byte more than any file may have is enough to be refused as too large.
        yield data[end + 1 : end + 1 + min(size, MAX_BYTES + 1)]
        start = end + 1 + size + 1


def _git(project: Path, arguments: list[str], given: bytes = b"") -> bytes | None:
    """What git answers, or None where it refuses."""
    quiet = {"GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0"}
    try:
        done = subprocess.run(  # noqa: S603 - a list of arguments, the revision behind its end of options
            ["git", "-C", str(project), *arguments],  # noqa: S607 - whichever git the user has
            input=given, capture_output=True, check=False, env={**os.environ, **quiet},
        )  # fmt: skip
    except OSError:
        raise _no_revision("git cannot be run here", "git on the PATH") from None
    return done.stdout if done.returncode == 0 else None


def _no_revision(message: str, expected: str) -> ConfigError:
    return ConfigError(
        Problem(
            code="no-revision",
            message=message,
            expected=expected,
            mend="name the project with --project, and a revision that 'git log' shows there",
        )
    )
