"""The documents that a `letters` command is about: those being edited, and those in force.

Reads no more of the working folder than its documents and packs, so that a fault in a rule keeps
nobody from a letter.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import typer

from collectctl.commands.rules_sources import rulebook_side
from collectctl.commands.session import session
from collectctl.commands.terminal import say, say_problems
from collectctl.compliance.packs.reader import read_packs
from collectctl.documents.cases import CASES, Case, read_cases
from collectctl.documents.catalog import Documents, read_documents
from collectctl.documents.wording_check import wording_problems
from collectctl.problems import ConfigError, Problem, Span, has_errors
from collectctl.project import Project
from collectctl.settings import Settings, read_settings

_VERSION = "version:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """The working folder's documents."""

    settings: Settings
    files: Mapping[str, bytes]
    """Everything below `documents/`."""
    documents: Documents | None
    """None with faults in them."""
    cases: tuple[Case, ...]
    problems: tuple[Problem, ...]
    """Of documents, cases and packs, sorted by place."""


def edited(project: Path, *, held: bool = False) -> Edited:
    """The documents as they are being edited, with every fault.

    `held`: they are also held against the packs of today and of each later day on which a limit on
    texts changes, which takes some seconds.

    Raises:
        ConfigError: there is no project, or it writes no letters (`no-documents`).
    """
    settings, _, files = read_settings(project)
    if settings.documents is None:
        raise _no_documents()
    below = {n: d for n, d in files.items() if n.startswith(f"{settings.documents}/")}
    documents, found = read_documents(below, lint=True)
    cases, more = read_cases(below[CASES], CASES) if CASES in below else ((), ())
    packs, also = read_packs({n: files[n] for n in settings.packs})
    problems = {*found, *more, *also}
    if held and packs is not None:
        readable = documents or read_documents(below)[0]
        today = datetime.now(ZoneInfo(settings.zone)).date()
        problems |= set(() if readable is None else wording_problems(readable, packs, today))
    return Edited(
        settings=settings, files=below, documents=documents, cases=cases,
        problems=tuple(sorted(problems, key=Problem.sort_key)),
    )  # fmt: skip


def usable(read: Edited) -> Documents:
    """The working folder's documents, as far as they can be written at all.

    What the lint says of them is told on stderr and stops nobody from looking: an editor who has
    changed one language wants to see it before writing the other.

    Raises:
        ConfigError: they cannot be written, or there are no cases to show them with.
    """
    documents = read.documents
    faults = [p for p in read.problems if p.span is not None and p.span.file == CASES]
    if documents is None:
        documents, unwritable = read_documents(read.files)
        faults = [*unwritable, *faults]
    if documents is None or has_errors(faults):
        raise ConfigError(faults)
    if read.documents is None:
        say_problems(read.problems)
        say("shown all the same; no night takes them as they are")
    if CASES not in read.files:
        raise ConfigError(
            Problem(
                code="document-file-missing",
                message=f"there is no file '{CASES}'",
                span=Span(file=CASES),
                expected="invented letters to show the documents with",
                mend="copy it from a project that 'collectctl init' makes",
            )
        )
    return documents


def in_force(project: Path, day: date, command: str) -> Project:
    """The project as it is in force on a day.

    Raises:
        CollectctlError: nothing is in force, or it writes no letters.
    """
    with session(project, command, reads=True) as here:
        return with_documents(here.versions.project(here.versions.on(day)))


def named_side(project: Path, named: str, command: str) -> Project:
    """The project that is named: as `rules diff` takes it, or `version:` and a proposal's number.

    Raises:
        CollectctlError: there is none, or it cannot be used.
    """
    if not named.startswith(_VERSION):
        return with_documents(rulebook_side(named, project))
    with session(project, command, reads=True) as here:
        version = here.versions.find(named.removeprefix(_VERSION))
        return with_documents(here.versions.project(version))


def with_documents(project: Project) -> Project:
    """The project, which writes letters; raises ConfigError (`no-documents`) if it does not."""
    if project.documents is None:
        raise _no_documents()
    return project


def documents_of(project: Project) -> Documents:
    """The documents of a project that writes letters."""
    found = with_documents(project).documents
    if found is None:
        raise AssertionError("a project without documents was refused")
    return found


def refuse_unknown(document: str | None, *known: Documents) -> None:
    """Raises typer.BadParameter if none of the catalogues has the document."""
    ids = dict.fromkeys(name for documents in known for name in documents.ids)
    if document is not None and document not in ids:
        raise typer.BadParameter(f"'{document}' is none of {', '.join(ids)}")


def _no_documents() -> ConfigError:
    return ConfigError(
        Problem(
            code="no-documents",
            message="the project writes no letters",
            expected="documents: documents in project.yaml",
            mend="name the folder, or copy it from a project that 'collectctl init' makes",
        )
    )
