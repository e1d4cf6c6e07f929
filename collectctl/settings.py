"""`project.yaml` and the bytes of every file that it names, as they were at one moment.

Knows which file belongs to which part of the configuration. Refuses to know what the files say.
"""

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field

from collectctl.authority import PARTS, Part
from collectctl.config import Bilingual, Code, Count, Flag, Name, Shape, shape
from collectctl.problems import ConfigError, Problem, Span
from collectctl.yaml_file import MAX_BYTES, Document, read_document
from collectctl.yaml_file import digest as digest_of

PROJECT_FILE = "project.yaml"


def _inside(value: object) -> object:
    if isinstance(value, str):
        path = PurePosixPath(value)
        if path.is_absolute() or ".." in path.parts or not path.parts:
            raise ValueError(f"found '{value}', expected a path below the folder")
    return value


def _zone(value: object) -> object:
    if isinstance(value, str):
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ValueError(f"found '{value}', expected a zone such as Asia/Shanghai") from None
    return value


Inside = Annotated[str, BeforeValidator(_inside)]
"""A relative path that stays below its folder."""


class Delivery(Shape):
    """The group that may read some folders of what is released besides the owner."""

    group: Code
    folders: list[Literal["print", "scripts", "send", "queues"]]


FeedKind = Literal["contacts", "wishes", "payments"]
"""What a feed tells: contacts made, what people asked for, payments."""


class FeedShape(Shape):
    """A stream of facts, and the contract that its files follow."""

    kind: FeedKind
    contract: Inside


class Settings(Shape):
    """`project.yaml`."""

    title: Bilingual
    sample: Flag = False
    zone: Annotated[str, BeforeValidator(_zone)]
    currency: Code
    language: Literal["zh_CN", "en"] = "zh_CN"
    columns: Inside
    contracts: dict[
        Literal["accounts", "parties", "statuses", "falling_due", "statements", "decisions"], Inside
    ]
    rules: list[Inside]
    tests: list[Inside] = Field(default_factory=list)
    """Files of cases that `collectctl rules test` puts to the rules."""
    packs: list[Inside] = Field(default_factory=list)
    """The limits on contacts that hold for this bank; all of them have to agree."""
    feeds: dict[Name, FeedShape] = Field(default_factory=dict)
    """What comes in between nights, by the name under which the ledger keeps it."""
    statuses: Inside
    documents: Literal["documents"] | None = None
    """The folder of letters and drafts; left out in a project that writes none."""
    queues: Inside
    brakes: Inside
    authority: Inside
    inbox: Inside = "inbox"
    archive: Inside = "archive"
    ledger: Inside = "ledger/ledger.sqlite"
    logs: Inside = "logs"
    workers: Annotated[Count, Field(ge=1, le=64)] = 1
    delivery: Delivery | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """The bytes of every configuration file as they were at one moment."""

    root: Path
    """The project folder, wherever the files were read."""
    files: Mapping[str, bytes]
    """Name below `config/` to content, sorted by name."""

    @property
    def digest(self) -> str:
        """One digest over all names and contents."""
        lines = (f"{name}\0{digest_of(data)}\n" for name, data in self.files.items())
        return digest_of("".join(lines).encode())

    def below(self, folder: str) -> dict[str, bytes]:
        """The files below a folder of the configuration."""
        return {n: d for n, d in self.files.items() if n.startswith(f"{folder}/")}


def read_settings(
    root: Path, config: str = "config"
) -> tuple[Settings, Document, dict[str, bytes]]:
    """The settings of the project folder, with all files that they name or that lie beside them.

    Raises:
        ConfigError: there is no project here, a file is missing, is not a regular file or is too
            large, or the settings are wrong.
    """
    folder = root / config
    if not (folder / PROJECT_FILE).is_file():
        raise ConfigError(
            Problem(
                code="no-project",
                message=f"there is no config/{PROJECT_FILE} here",
                expected="a project folder",
                mend="name the folder with --project, or make one with 'collectctl init DIR'",
            )
        )
    problems: list[Problem] = []
    files = {PROJECT_FILE: _read(folder, PROJECT_FILE, problems)}
    document, found = read_document(files[PROJECT_FILE], PROJECT_FILE)
    settings, more = (None, ()) if document is None else shape(Settings, document)
    if settings is None or document is None:
        raise ConfigError([*problems, *found, *more])
    for name in _named(settings):
        if (folder / name).is_symlink() or (folder / name).exists():
            files[name] = _read(folder, name, problems)
        else:
            problems.append(
                Problem(
                    code="missing-file",
                    message=f"config/{name} is named here but does not exist",
                    span=_naming(document, name),
                    mend="make the file or correct the name",
                )
            )
    if settings.documents is not None:
        for path in sorted((folder / settings.documents).rglob("*")):
            name = path.relative_to(folder).as_posix()
            if path.suffix in (".yaml", ".j2") and not path.is_dir():
                files[name] = _read(folder, name, problems)
    if problems:
        raise ConfigError(problems)
    return settings, document, dict(sorted(files.items()))


def _named(settings: Settings) -> list[str]:
    return [
        settings.columns,
        *settings.contracts.values(),
        *settings.rules,
        *settings.tests,
        *settings.packs,
        *(feed.contract for feed in settings.feeds.values()),
        settings.statuses,
        settings.queues,
        settings.brakes,
        settings.authority,
    ]


def _naming(document: Document, name: str) -> Span:
    """Where project.yaml names a file."""
    for path in document.paths():
        value: object = document.plain
        for part in path:
            value = value[part]  # type: ignore[index]  # the path is of this document
        if value == name:
            return document.span(path)
    return document.span(())


def _read(folder: Path, name: str, problems: list[Problem]) -> bytes:
    """The file's bytes; a link, a device or a giant is refused and nothing of it is read."""

    def refuse(code: str, message: str, expected: str, mend: str) -> bytes:
        span = Span(file=name)
        problems.append(
            Problem(code=code, message=message, span=span, expected=expected, mend=mend)
        )
        return b""

    try:
        descriptor = os.open(folder / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return refuse(
            "config-file", "the file cannot be opened: it is a link, or not yours to read",
            "a regular file", "put the file itself here",
        )  # fmt: skip
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            return refuse(
                "config-file", "this is a folder or a device", "a regular file",
                "put the file itself here",
            )  # fmt: skip
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        return refuse(
            "config-size", "the file is too large for configuration",
            f"at most {MAX_BYTES:,} bytes", "find out what was put here",
        )  # fmt: skip
    return data


def parts_of(settings: Settings, files: Mapping[str, bytes]) -> dict[Part, dict[str, bytes]]:
    """The files of each part of the configuration that is consented to apart."""
    rules = {
        *settings.rules,
        *settings.tests,
        *settings.packs,
        *(feed.contract for feed in settings.feeds.values()),
        *settings.contracts.values(),
        settings.columns,
        settings.statuses,
    }
    parts: dict[Part, dict[str, bytes]] = {part: {} for part in PARTS}
    for name, data in files.items():
        if name == settings.authority:
            part: Part = "authority"
        elif name in rules:
            part = "rules"
        elif settings.documents is not None and name.startswith(f"{settings.documents}/"):
            part = "documents"
        else:
            part = "operations"
        parts[part][name] = data
    return parts
