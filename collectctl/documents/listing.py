"""The list of documents: what each is for, and whether its texts are in force and without fault.

Knows which files a document is made of. Refuses to render any: it tells of texts that cannot be.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from collectctl.columns import LANGUAGES
from collectctl.config import Bilingual
from collectctl.documents.cases import CASES
from collectctl.documents.entries import CATALOG, Entry, read_entries
from collectctl.problems import Level, Problem
from collectctl.yaml_file import Document

State = Literal["in force", "changed", "shared changed", "new", "removed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One document of the working folder, or one that only the version in force has."""

    id: str
    title: Bilingual
    purpose: str
    tone: str
    addressees: tuple[str, ...]
    forms: tuple[str, ...]
    languages: tuple[str, ...]
    """Those in which every form has its text."""
    state: State
    """`shared changed`: only what documents share is another than in force."""
    errors: int
    warnings: int


def listed(
    files: Mapping[str, bytes], in_force: Mapping[str, bytes], faults: Sequence[Problem]
) -> tuple[Listed, ...]:
    """The documents of the working folder in the order of its file, then those that are gone.

    `faults` are all problems of its files; those of what documents share count for each.
    """
    entries, document = read_entries(files)
    before, _ = read_entries(in_force)
    own = {name: _own_files(entry) for name, entry in {**before, **entries}.items()}
    used = {file for named in own.values() for file in named}
    common = {f for f in {*files, *in_force} if f not in used and f not in (CATALOG, CASES)}
    common = {f for f in common if f.startswith("documents/")}
    same = all(files.get(f) == in_force.get(f) for f in common)
    starts = _starts(document, entries)
    found = []
    for name, entry in entries.items():
        mine = [p for p in faults if _concerns(p, own[name], used, name, starts)]
        found.append(
            _listed(
                name, entry, files, mine, _state(name, entry, before, files, in_force, same=same)
            )
        )
    gone = [name for name in before if name not in entries]
    found += [_listed(name, before[name], in_force, (), "removed") for name in gone]
    return tuple(found)


def _own_files(entry: Entry) -> frozenset[str]:
    return frozenset(f"documents/{s}/{f}" for s in LANGUAGES for f in entry.forms.values())


def _state(
    name: str, entry: Entry, before: Mapping[str, Entry], files: Mapping[str, bytes],
    in_force: Mapping[str, bytes], *, same: bool,
) -> State:  # fmt: skip
    if name not in before:
        return "new"
    own = _own_files(entry)
    if entry != before[name] or any(files.get(f) != in_force.get(f) for f in own):
        return "changed"
    return "in force" if same else "shared changed"


def _listed(
    name: str, entry: Entry, files: Mapping[str, bytes], faults: Iterable[Problem], state: State
) -> Listed:
    levels = [p.level for p in faults]
    return Listed(
        id=name, title=entry.title, purpose=entry.purpose, tone=entry.tone,
        addressees=tuple(entry.addressees), forms=tuple(entry.forms),
        languages=tuple(
            s for s in LANGUAGES
            if all(f"documents/{s}/{f}" in files for f in entry.forms.values())
        ),
        state=state, errors=levels.count(Level.ERROR), warnings=levels.count(Level.WARNING),
    )  # fmt: skip


def _starts(document: Document | None, entries: Iterable[str]) -> list[tuple[int, str]]:
    """The line on which each document begins in `documents.yaml`, ascending."""
    if document is None:
        return []
    return sorted((document.span(("documents", n), of_key=True).line, n) for n in entries)


def _concerns(
    problem: Problem, own: frozenset[str], used: set[str], name: str,
    starts: Sequence[tuple[int, str]],
) -> bool:  # fmt: skip
    """Whether a fault is one of the document, or of what it shares with others."""
    span = problem.span
    if span is None or not span.file.startswith("documents/") or span.file == CASES:
        return False
    if span.file == CATALOG:
        return name in _at(span.line, starts)
    return span.file in own or span.file not in used


def _at(line: int, starts: Sequence[tuple[int, str]]) -> Iterator[str]:
    """The document within which a line of `documents.yaml` stands; all for a line above them."""
    above = [name for start, name in starts if start <= line]
    yield from above[-1:] or [name for _, name in starts]
