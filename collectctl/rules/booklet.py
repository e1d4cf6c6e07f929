"""A rulebook as a document: sections of entries, each said in full, and what changed since another.

The page and the workbook that people sign are both made from these values, so that they cannot
differ. Knows what a rulebook says. Refuses to know how it is shown, and the clock.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from collectctl.config import Bilingual
from collectctl.rules.booklet_ladders import LadderTeller
from collectctl.rules.booklet_parts import PartTeller
from collectctl.rules.booklet_rules import RuleTeller
from collectctl.rules.booklet_words import Gathered
from collectctl.rules.rulebook import Rulebook

Change = Literal["same", "new", "changed", "removed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a section."""

    key: str
    """What it is called in the rule files; the same in every version."""
    cells: tuple[str, ...]
    change: Change = "same"
    before: tuple[str, ...] = ()
    """The cells as they were, of a changed entry."""

    @property
    def told_before(self) -> tuple[str | None, ...]:
        """For each cell what it said before; None where it says the same."""
        if self.change != "changed":
            return (None,) * len(self.cells)
        return tuple(
            None if old == new else old for old, new in zip(self.before, self.cells, strict=True)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Entries of one kind."""

    id: str
    title: Bilingual
    note: Bilingual
    """What a reader has to know of it."""
    headings: tuple[Bilingual, ...]
    entries: tuple[Entry, ...]
    codes: frozenset[int]
    """Which cells are rule text, shown as typed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Booklet:
    """A whole rulebook in one language."""

    title: str
    language: str
    sections: tuple[Section, ...]
    compared: bool
    """Whether changes since another version are marked."""

    @property
    def changes(self) -> tuple[tuple[Section, Entry], ...]:
        """Every entry that is not the same, in the order of the document."""
        return tuple((s, e) for s in self.sections for e in s.entries if e.change != "same")


def booklet(
    rulebook: Rulebook,
    documents: Mapping[str, Bilingual],
    language: str,
    day: date,
    since: tuple[Rulebook, Mapping[str, Bilingual]] | None = None,
) -> Booklet:
    """The rulebook in `zh_CN` or `en`, with the parameter values that hold on `day` named as such.

    `documents` are the titles of those that it names. With `since`, everything that differs from
    that rulebook is marked; what is only there is listed as removed.
    """
    sections = list(_sections(rulebook, documents, language, day))
    if since is not None:
        earlier = {s.id: s for s in _sections(*since, language, day)}
        sections = [_marked(s, earlier.get(s.id)) for s in sections]
    return Booklet(
        title=rulebook.title.get(language),
        language=language,
        sections=tuple(s for s in sections if s.entries),
        compared=since is not None,
    )


def _sections(
    rulebook: Rulebook, documents: Mapping[str, Bilingual], language: str, day: date
) -> Iterator[Section]:
    """Every section in the order in which a rulebook decides, empty ones too."""
    rules = RuleTeller(rulebook, documents, language, day)
    parts = PartTeller(rulebook, documents, language, day)
    yield _section(rules.general())
    yield _section(rules.order())
    yield from (_section(rules.chain(chain)) for chain in rulebook.chains)
    yield _section(LadderTeller(rulebook, documents, language, day).ladders())
    yield _section(rules.customer())
    for told in (
        parts.parameters,
        parts.scorecards,
        parts.derived,
        parts.segments,
        parts.experiments,
        parts.policies,
        parts.outputs,
        parts.columns,
    ):
        yield _section(told())


def _section(gathered: Gathered) -> Section:
    return Section(
        id=gathered.id,
        title=gathered.title,
        note=gathered.note,
        headings=gathered.headings,
        entries=tuple(Entry(key=k, cells=c) for k, c in gathered.entries),
        codes=gathered.codes,
    )


def _marked(section: Section, earlier: Section | None) -> Section:
    """The section with every entry compared with the one of the same key."""
    old = {} if earlier is None else {e.key: e for e in earlier.entries}
    same_form = earlier is not None and earlier.headings == section.headings
    found = []
    for entry in section.entries:
        before = old.pop(entry.key, None)
        if before is None:
            found.append(replace(entry, change="new"))
        elif before.cells == entry.cells:
            found.append(entry)
        else:
            cells = before.cells if same_form else (" | ".join(before.cells),)
            cells += ("",) * (len(entry.cells) - len(cells))
            found.append(replace(entry, change="changed", before=cells[: len(entry.cells)]))
    width = len(section.headings)
    for entry in old.values():
        cells = (*entry.cells, *("",) * width)[:width]
        found.append(replace(entry, cells=cells, change="removed"))
    return replace(section, entries=tuple(found))
