"""A bank's project folder as one value: every file of its configuration, read once and checked.

Knows which file holds what. Refuses to know what the rooms make of their files: each reads its own
bytes and gives its own problems.
"""

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field

from collectctl.columns import Dictionary, read_dictionary
from collectctl.compliance.statuses import StatusTable, read_statuses
from collectctl.config import (
    MAX_BYTES,
    Bilingual,
    Code,
    Count,
    Document,
    Flag,
    Shape,
    read_document,
    shape,
)
from collectctl.config import digest as digest_of
from collectctl.documents.catalog import CHANNELS, Documents, read_documents
from collectctl.exports.contract import Contract, read_contract
from collectctl.problems import ConfigError, Problem, Span, did_you_mean, has_errors
from collectctl.queues.plan import QueuePlan, read_queue_plan
from collectctl.reports.brakes import Brakes, read_brakes
from collectctl.rules.rulebook import Rulebook, read_rulebook

T = TypeVar("T")

PROJECT_FILE = "project.yaml"
EXPORTS = ("accounts", "parties", "statuses", "falling_due", "statements")


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
    """The group that may read some folders of a night besides the owner."""

    group: Code
    folders: list[Literal["prepared", "queues"]]


class Settings(Shape):
    """`project.yaml`."""

    title: Bilingual
    sample: Flag = False
    zone: Annotated[str, BeforeValidator(_zone)]
    currency: Code
    language: Literal["zh_CN", "en"] = "zh_CN"
    columns: Inside
    contracts: dict[Literal["accounts", "parties", "statuses", "falling_due", "statements"], Inside]
    rules: list[Inside]
    tests: list[Inside] = Field(default_factory=list)
    """Files of cases that `collectctl rules test` puts to the rules."""
    statuses: Inside
    documents: Literal["documents"] | None = None
    """The folder of letters and drafts; left out in a project that writes none."""
    queues: Inside
    brakes: Inside
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
    """The project folder."""
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


def read_settings(root: Path) -> tuple[Settings, Document, dict[str, bytes]]:
    """The settings of the project folder, with all files that they name or that lie beside them.

    Raises:
        ConfigError: there is no project here, a file is missing, is not a regular file or is too
            large, or the settings are wrong.
    """
    folder = root / "config"
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
        settings.statuses,
        settings.queues,
        settings.brakes,
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


def dictionary_of(settings: Settings, files: Mapping[str, bytes]) -> Dictionary:
    """The column dictionary; everything else is read against it.

    Raises:
        ConfigError: the dictionary cannot be used.
    """
    dictionary, problems = read_dictionary(files[settings.columns], settings.columns)
    if dictionary is None:
        raise ConfigError(problems)
    return dictionary


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """Everything that the configuration says, read and checked against itself."""

    settings: Settings
    configuration: Configuration
    dictionary: Dictionary
    contracts: Mapping[str, Contract]
    """By export, in the order of `EXPORTS`."""
    rulebook: Rulebook
    statuses: StatusTable
    documents: Documents | None
    """None in a project that writes no letters."""
    queues: QueuePlan
    brakes: Brakes

    @property
    def root(self) -> Path:
        """The project folder."""
        return self.configuration.root


def read_project(root: Path) -> tuple[Project, tuple[Problem, ...]]:
    """The project in a folder, with the warnings that its files give.

    Raises:
        ConfigError: something in it cannot be used; all problems of all files.
    """
    settings, document, files = read_settings(root)
    dictionary = dictionary_of(settings, files)
    found: list[Problem] = []

    def keep(read: tuple[T | None, tuple[Problem, ...]]) -> T | None:
        found.extend(read[1])
        return read[0]

    named: dict[str, str] = dict(settings.contracts.items())
    contracts = {
        name: keep(read_contract(files[file], file, dictionary))
        for name in EXPORTS
        if (file := named.get(name)) is not None
    }
    rulebook = keep(read_rulebook({n: files[n] for n in settings.rules}, dictionary))
    documents = None
    if settings.documents is not None:
        below = {n: d for n, d in files.items() if n.startswith(f"{settings.documents}/")}
        documents = keep(read_documents(below))
    queues = keep(read_queue_plan(files[settings.queues], settings.queues, dictionary))
    teams = None if queues is None else frozenset(queues.queues)
    ids = None if documents is None else frozenset(documents.ids)
    statuses = keep(
        read_statuses(files[settings.statuses], settings.statuses, documents=ids, queues=teams)
    )
    brakes = keep(read_brakes(files[settings.brakes], settings.brakes))
    if "accounts" not in contracts:
        found.append(_no_accounts(document))
    if has_errors(found) or None in contracts.values():
        raise ConfigError(found)
    if rulebook is None or queues is None or statuses is None or brakes is None:
        raise AssertionError("a file without a value has an error")
    if documents is not None or settings.documents is None:
        found += _undeclared(rulebook, documents, settings.rules[-1])
    if has_errors(found):
        raise ConfigError(found)
    project = Project(
        settings=settings,
        configuration=Configuration(root=root, files=files),
        dictionary=dictionary,
        contracts={n: c for n, c in contracts.items() if c is not None},
        rulebook=rulebook,
        statuses=statuses,
        documents=documents,
        queues=queues,
        brakes=brakes,
    )
    return project, tuple(sorted(found, key=Problem.sort_key))


def _no_accounts(document: Document) -> Problem:
    return Problem(
        code="accounts-contract",
        message="no contract for the accounts export",
        span=document.span(("contracts",), of_key=True),
        expected="accounts: contracts/accounts.yaml",
    )


TASKS = ("call", "visit", "legal")
"""Channels that are work for a person, lightest first, whatever documents there are."""


def _undeclared(rulebook: Rulebook, documents: Documents | None, file: str) -> list[Problem]:
    """Documents and channels that the rulebook asks for and nobody can make."""
    ids = frozenset() if documents is None else frozenset(documents.ids)
    rules = (*rulebook.treatment_chain.rules, *rulebook.addon_chain.rules)
    places = {w: r.span for r in reversed(rules) for t in r.then.values() for w in t.split(",")}
    found = [
        Problem(
            code="unknown-document",
            message=f"the rulebook names the document '{name}'",
            span=places.get(name, Span(file=file)),
            expected="one of " + (", ".join(sorted(ids)) or "none: the project has no documents"),
            mend=did_you_mean(name, ids),
        )
        for name in sorted(set(rulebook.documents) - ids)
    ]
    known = frozenset(TASKS) | frozenset(CHANNELS)
    found += [
        Problem(
            code="unknown-channel",
            message=f"the rulebook names the channel '{name}'",
            span=places.get(name, Span(file=file)),
            expected="one of " + ", ".join(sorted(known)),
            mend=did_you_mean(name, known),
        )
        for name in sorted(set(rulebook.channels) - known)
    ]
    return found
