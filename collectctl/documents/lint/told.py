"""A wording asked paragraph by paragraph, each once: letters share most of theirs.

Knows that neither a phrase nor what makes it harmless reaches from one paragraph into another.
Refuses to know what follows from a finding. Imported by workers.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from typing import TypeVar

from collectctl.compliance.wording.engine import Clause, Finding, Missing, Wording

_PARAGRAPH = re.compile(r"(?:[^\n]|\n(?!\n))+")
_MOST = 20_000
_Key = tuple[object, ...]
_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class Told:
    """The wording of a day and what it said before."""

    wording: Wording
    _found: dict[_Key, tuple[Finding, ...]] = field(default_factory=dict)
    _missing: dict[_Key, frozenset[int]] = field(default_factory=dict)

    def find(
        self, text: str, *, channel: str, tone: str, purpose: str,
        lifted: Collection[str] = frozenset(),
    ) -> Iterator[Finding]:  # fmt: skip
        """As `Wording.find`, by paragraph."""
        concerned = frozenset(
            n
            for n, origin in enumerate(self.wording.origins)
            if origin.concerns(channel, tone, purpose, lifted)
        )
        if not concerned:
            return
        for paragraph in _PARAGRAPH.finditer(text):
            key = (paragraph.group(), concerned)
            if key not in self._found:
                _bounded(self._found)
                self._found[key] = self.wording.find(
                    paragraph.group(), channel=channel, tone=tone, purpose=purpose, lifted=lifted
                )
            at = paragraph.start()
            for found in self._found[key]:
                yield replace(found, start=found.start + at, end=found.end + at)

    def missing(
        self, clause: Clause, printed: Collection[str], text: str, language: str
    ) -> Missing:
        """As `Wording.missing`, by paragraph."""
        groups = clause.phrases[language]
        left = set(range(len(groups)))
        for paragraph in _PARAGRAPH.finditer(text):
            if not left:
                break
            key = (paragraph.group(), clause.limit, clause.id, language)
            if key not in self._missing:
                _bounded(self._missing)
                lacked = self.wording.missing(clause, printed, paragraph.group(), language).phrases
                self._missing[key] = frozenset(n for n, g in enumerate(groups) if g in lacked)
            left &= self._missing[key]
        return Missing(
            fields=tuple(one for one in clause.fields if not set(one) & set(printed)),
            phrases=tuple(groups[n] for n in sorted(left)),
        )


def _bounded(memory: dict[_Key, _Answer]) -> None:
    """Keeps what is remembered small: data in texts make ever new paragraphs."""
    if len(memory) >= _MOST:
        memory.clear()
