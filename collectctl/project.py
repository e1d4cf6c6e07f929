"""A bank's project folder as one value: every file of its configuration, read once and checked.

Knows which file holds what. Refuses to know what the rooms make of their files: each reads its own
bytes and gives its own problems.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from collectctl.authority import Authority, read_authority
from collectctl.basis import Basis, contracts_of, dictionary_of
from collectctl.columns import Dictionary
from collectctl.compliance.packs.reader import Packs, read_packs
from collectctl.compliance.statuses import read_statuses
from collectctl.documents.catalog import Documents, read_documents
from collectctl.documents.channels import CHANNELS
from collectctl.exports.contract import Contract, read_contract
from collectctl.problems import ConfigError, Problem, Span, did_you_mean, has_errors
from collectctl.queues.plan import QueuePlan, read_queue_plan
from collectctl.reports.brakes import Brakes, read_brakes
from collectctl.rules.editor import Json, editor_schema
from collectctl.rules.editor_names import names_in
from collectctl.rules.rulebook import Rulebook, read_rulebook
from collectctl.settings import Configuration, FeedKind, Settings, read_settings
from collectctl.yaml_file import Document, read_document

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A stream of facts that comes in between nights."""

    kind: FeedKind
    contract: Contract


@dataclass(frozen=True, slots=True, kw_only=True)
class Project(Basis):
    """Everything that the configuration says, read and checked against itself."""

    documents: Documents | None
    """None in a project that writes no letters."""
    queues: QueuePlan
    brakes: Brakes
    authority: Authority
    packs: Packs
    feeds: Mapping[str, Feed]
    """By name, sorted; the ledger keeps one under `kind/name`."""


_Files = tuple[tuple[str, bytes], ...]


# A command often reads one project in several states, as it is edited, in force and published,
# and these files are the same in most of them.
@lru_cache(maxsize=4)
def _documents(files: _Files, *, lint: bool) -> tuple[Documents | None, tuple[Problem, ...]]:
    return read_documents(dict(files), lint=lint)


@lru_cache(maxsize=4)
def _packs(files: _Files) -> tuple[Packs | None, tuple[Problem, ...]]:
    return read_packs(dict(files))


def read_project(
    root: Path, config: str = "config", *, lint: bool = False
) -> tuple[Project, tuple[Problem, ...]]:
    """The project in a folder, with the warnings that its files give.

    `config` is the folder below it that holds the configuration. `lint`: what the texts of letters
    say is looked at too; that takes longer than all the rest, and files that are in force have
    been looked at when they were proposed.

    Raises:
        ConfigError: something in it cannot be used; all problems of all files.
    """
    settings, document, files = read_settings(root, config)
    dictionary = dictionary_of(settings, files)
    found: list[Problem] = []

    def keep(read: tuple[T | None, tuple[Problem, ...]]) -> T | None:
        found.extend(read[1])
        return read[0]

    contracts, problems = contracts_of(settings, document, files, dictionary)
    found += problems
    rulebook = keep(read_rulebook({n: files[n] for n in settings.rules}, dictionary))
    documents = None
    if settings.documents is not None:
        below = {n: d for n, d in files.items() if n.startswith(f"{settings.documents}/")}
        documents = keep(_documents(tuple(sorted(below.items())), lint=lint))
    queues = keep(read_queue_plan(files[settings.queues], settings.queues, dictionary))
    teams = None if queues is None else frozenset(queues.queues)
    ids = None if documents is None else frozenset(documents.ids)
    statuses = keep(
        read_statuses(files[settings.statuses], settings.statuses, documents=ids, queues=teams)
    )
    packs = keep(_packs(tuple((n, files[n]) for n in settings.packs)))
    feeds = keep(_feeds(settings, document, files, dictionary))
    brakes = keep(read_brakes(files[settings.brakes], settings.brakes))
    authority = keep(read_authority(files[settings.authority], settings.authority))
    if has_errors(found):
        raise ConfigError(found)
    if rulebook is None or queues is None or statuses is None or brakes is None:
        raise AssertionError("a file without a value has an error")
    if authority is None or packs is None or feeds is None:
        raise AssertionError("a file without a value has an error")
    if documents is not None or settings.documents is None:
        found += _undeclared(rulebook, documents, settings.rules[-1])
    if documents is not None:
        found += _too_firm(rulebook, documents)
    if has_errors(found):
        raise ConfigError(found)
    project = Project(
        settings=settings,
        configuration=Configuration(root=root, files=files),
        dictionary=dictionary,
        contracts=contracts,
        rulebook=rulebook,
        statuses=statuses,
        documents=documents,
        queues=queues,
        brakes=brakes,
        authority=authority,
        packs=packs,
        feeds=feeds,
    )
    return project, tuple(sorted(found, key=Problem.sort_key))


def schema_of(root: Path) -> tuple[Json, tuple[Problem, ...]]:
    """The editor's schema of a project's rule files, and why a file gave it no names.

    Raises:
        ConfigError: `project.yaml` or the dictionary of columns cannot be used.
    """
    settings, _, files = read_settings(root)
    found: list[Problem] = []
    read: dict[str, Document] = {}
    catalogue = f"{settings.documents}/documents.yaml"
    for name in (*settings.rules, *([catalogue] if settings.documents is not None else [])):
        document, problems = read_document(files[name], name)
        found += problems
        if document is not None:
            read[name] = document
    names = names_in(
        [read[n] for n in settings.rules if n in read], read.get(catalogue),
        dictionary_of(settings, files), (*TASKS, *CHANNELS),
    )  # fmt: skip
    return editor_schema(names), tuple(sorted(found, key=Problem.sort_key))


def _feeds(
    settings: Settings, document: Document, files: Mapping[str, bytes], dictionary: Dictionary
) -> tuple[Mapping[str, Feed] | None, tuple[Problem, ...]]:
    """The feeds with their contracts; None where one cannot be used."""
    feeds: dict[str, Feed] = {}
    found: dict[Problem, None] = {}
    taken: dict[str, str] = {}
    for name, said in sorted(settings.feeds.items()):
        contract, problems = read_contract(files[said.contract], said.contract, dictionary)
        found |= dict.fromkeys(problems)
        if contract is None:
            continue
        feeds[name] = Feed(kind=said.kind, contract=contract)
        if contract.export != said.kind:
            found[_other_kind(document, name, said.kind, contract)] = None
        first = taken.setdefault(contract.file, name)
        if first != name:
            found[_same_file(document, first, name, contract)] = None
    return None if has_errors(found) else feeds, tuple(found)


def _other_kind(document: Document, name: str, kind: str, contract: Contract) -> Problem:
    return Problem(
        code="contract-kind",
        message=f"the feed '{name}' is of {kind}, and its contract of {contract.export}",
        span=document.span(("feeds", name, "contract")),
        expected=f"a contract with export: {kind}",
    )


def _same_file(document: Document, first: str, name: str, contract: Contract) -> Problem:
    """One file under two names would be counted twice."""
    return Problem(
        code="feed-file",
        message=f"the feeds '{first}' and '{name}' would take the same file",
        span=document.span(("feeds", name, "contract")),
        expected=f"for each a contract with a file of its own, other than {contract.file}",
    )


TASKS = ("call", "visit", "legal")
"""Channels that are work for a person, lightest first, whatever documents there are."""


def _undeclared(rulebook: Rulebook, documents: Documents | None, file: str) -> list[Problem]:
    """Documents and channels that the rulebook asks for and nobody can make."""
    ids = frozenset() if documents is None else frozenset(documents.ids)
    rules = (*rulebook.treatment_chain.rules, *rulebook.addon_chain.rules)
    places = {s.document: s.span for n in rulebook.ladders.values() for s in reversed(n.steps)}
    places |= {w: r.span for r in reversed(rules) for t in r.then.values() for w in t.split(",")}
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


def _too_firm(rulebook: Rulebook, documents: Documents) -> list[Problem]:
    """Documents whose tone is firmer than that of a treatment that sends them."""
    output = rulebook.outputs.get("tone")
    if output is None or not output.ordered:
        return []
    order = {word: n for n, word in enumerate(output.values)}
    used = [
        (r.id, r.then.get("tone"), r.then.get("document"), r.span)
        for r in rulebook.treatment_chain.rules
    ]
    tones = {treatment: tone for treatment, tone, _, _ in used}
    used += [
        (name, tones.get(name), step.document, step.span)
        for name, ladder in rulebook.ladders.items()
        for step in ladder.steps
    ]
    found: dict[Problem, None] = {}
    for treatment, tone, document, span in used:
        if tone is None or document not in documents.ids:
            continue
        own = documents.tone(document)
        if order.get(own, len(order)) > order[tone]:
            found[
                Problem(
                    code="document-tone",
                    message=f"treatment '{treatment}' is to {tone}, and '{document}' is {own}",
                    span=span,
                    expected="a document of at most this tone: " + ", ".join(output.values),
                )
            ] = None
    return list(found)
