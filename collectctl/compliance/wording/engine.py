"""What a text says that it may not, and what it leaves out that it must.

A `Wording` is made once a day and handed to workers. Knows lists and clauses as they are compared.
Refuses to know packs, files and whose text it is; imports nothing beyond the standard library.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from collectctl.compliance.wording.phrases import any_anchor
from collectctl.compliance.wording.stream import END, SCRIPTS, Script, Streams

Mode = Literal["block", "warn", "info"]
_CLAUSE_ENDS = re.compile("[，,；;：:]")
"""Where a negation ends; an enumeration (、) goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What is said to a reader, in both languages."""

    zh_CN: str  # noqa: N815 - spelt as the locale is
    en: str

    def get(self, language: str) -> str:
        """The words in `zh_CN` or `en`."""
        return self.zh_CN if language == "zh_CN" else self.en


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The limit that something comes from."""

    limit: str
    """Pack and limit, as `cn.threats`."""
    mode: Mode
    words: Words
    """Its title with the source, as the gate says them."""
    channels: frozenset[str]
    tones: frozenset[str] | None
    purposes: frozenset[str] | None
    """None: whatever the tone or purpose."""
    lifted_by: str | None

    def concerns(self, channel: str, tone: str, purpose: str, lifted: Collection[str]) -> bool:
        """Whether it speaks about texts of this kind; a script is a call."""
        return (
            ("call" if channel == "script" else channel) in self.channels
            and (self.tones is None or tone in self.tones)
            and (self.purposes is None or purpose in self.purposes)
            and (self.lifted_by is None or self.lifted_by not in lifted)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Words that may not stand in the text."""

    limit: str
    term: str
    start: int
    """Where it stands in the text as it was given."""
    end: int
    mode: Mode
    words: Words
    """The limit's title with its source, as the gate says them."""
    why: Words
    """What is wrong with these words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spared:
    """A context in which a phrase is harmless."""

    where: Literal["before", "over", "behind"]
    """Where it stands: a negation before, a phrase that shares letters, an exception behind."""
    pattern: str
    reach: int
    """So many characters of a stream may lie between; of `before` and `behind`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One phrase of a list, in one language."""

    id: str
    origin: int
    """Which of the origins."""
    why: Words
    script: Script
    pattern: str
    anchors: tuple[str, ...]
    spared: tuple[Spared, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """What a text must hold."""

    limit: str
    id: str
    title: Words
    mode: Mode
    words: Words
    """The limit's title with its source, as the gate says them."""
    fields: tuple[tuple[str, ...], ...]
    """Of each group one field must be printed."""
    phrases: Mapping[str, tuple[tuple[str, ...], ...]]
    """By language; of each group one phrase must stand."""
    patterns: Mapping[str, tuple[str, ...]]
    """By language: what finds one phrase of each group."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """What of a clause a text leaves out; nothing: it is false."""

    fields: tuple[tuple[str, ...], ...]
    phrases: tuple[tuple[str, ...], ...]

    def __bool__(self) -> bool:
        return bool(self.fields or self.phrases)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a message may be, of all packs the strictest; None: no pack says."""

    single: int | None
    """So many characters go in one part."""
    part: int | None
    """So many in each of several."""
    total: int | None
    signature: tuple[int, int] | None
    """One 【signature】, at the beginning, of so many characters at least and at most."""
    characters: frozenset[str]
    """Characters that it may not have."""
    links: bool
    """Whether it may hold a link."""
    origins: Mapping[str, Origin]
    """By the name of the value: the limit that it comes from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """Everything that packs say about texts on one day; same packs and day, same answers."""

    streams: Streams
    origins: tuple[Origin, ...]
    terms: tuple[Term, ...]
    required: tuple[tuple[Origin, Clause], ...]
    messages: Mapping[str, Message]
    """By channel."""
    _compiled: dict[str, re.Pattern[str]] = field(default_factory=dict, compare=False, repr=False)
    """Expressions of this process, each made when it is first needed."""
    _index: dict[Script, tuple[re.Pattern[str], Mapping[str, tuple[int, ...]]]] = field(
        default_factory=dict, compare=False, repr=False
    )

    def __getstate__(self) -> tuple[object, ...]:
        return (self.streams, self.origins, self.terms, self.required, self.messages)

    def __setstate__(self, state: tuple[object, ...]) -> None:
        names = ("streams", "origins", "terms", "required", "messages")
        for name, value in zip(names, state, strict=True):
            object.__setattr__(self, name, value)
        object.__setattr__(self, "_compiled", {})
        object.__setattr__(self, "_index", {})

    def find(
        self, text: str, *, channel: str, tone: str, purpose: str,
        lifted: Collection[str] = frozenset(),
    ) -> tuple[Finding, ...]:  # fmt: skip
        """Words in the text that may not stand there, in the order of their places.

        `channel`: one of a pack or `script`. `lifted`: who approved the text for its account, as
        `legal`; what only they may lift is then not looked for.
        """
        found: dict[tuple[str, str, int, int], Finding] = {}
        for script in ("han", "latin"):
            stream = self.streams.of(text, script)
            places: list[int] | None = None
            for n in self._candidates(stream, script):
                term = self.terms[n]
                origin = self.origins[term.origin]
                if not origin.concerns(channel, tone, purpose, lifted):
                    continue
                if self._pattern(term.pattern).search(stream) is None:
                    continue
                places = places or self.streams.places(text, script)
                for start, end in self._unspared(term, text, stream, places):
                    finding = Finding(
                        limit=origin.limit, term=term.id, start=places[start],
                        end=places[end - 1] + 1, mode=origin.mode, words=origin.words, why=term.why,
                    )  # fmt: skip
                    found[origin.limit, term.id, finding.start, finding.end] = finding
        return _outermost(found.values())

    def clauses(self, purpose: str, channel: str) -> tuple[Clause, ...]:
        """What a text of a purpose must hold; a script is a call."""
        return tuple(
            clause
            for origin, clause in self.required
            if origin.concerns(channel, "", purpose, frozenset())
        )

    def missing(
        self, clause: Clause, printed: Collection[str], text: str, language: str
    ) -> Missing:
        """What of a clause the text leaves out; `printed`: the fields that it prints, record.field."""
        stream = self.streams.of(text, SCRIPTS[language])
        groups = zip(clause.phrases[language], clause.patterns[language], strict=True)
        return Missing(
            fields=tuple(one for one in clause.fields if not set(one) & set(printed)),
            phrases=tuple(
                phrases
                for phrases, pattern in groups
                if self._pattern(pattern).search(stream) is None
            ),
        )

    def message(self, channel: str) -> Message | None:
        """What a message of a channel may be; None: no pack says anything."""
        return self.messages.get(channel)

    def _pattern(self, pattern: str) -> re.Pattern[str]:
        made = self._compiled.get(pattern)
        if made is None:
            made = self._compiled[pattern] = re.compile(pattern)
        return made

    def _candidates(self, stream: str, script: Script) -> list[int]:
        """Terms of which a rare word stands in the stream, in their order."""
        if script not in self._index:
            self._index[script] = self._indexed(script)
        expression, terms_of = self._index[script]
        found: set[int] = set()
        seen: set[str] = set()
        hit = expression.search(stream)
        while hit is not None:
            if hit.group() not in seen:
                seen.add(hit.group())
                found.update(terms_of[hit.group()])
            hit = expression.search(stream, hit.start() + 1)
        return sorted(found)

    def _indexed(self, script: Script) -> tuple[re.Pattern[str], Mapping[str, tuple[int, ...]]]:
        by_anchor: dict[str, list[int]] = {}
        for n, term in enumerate(self.terms):
            for anchor in term.anchors if term.script == script else ():
                by_anchor.setdefault(anchor, []).append(n)
        if not by_anchor:
            return re.compile("(?!)"), {}
        # the longest anchor that stands at a place is found: shorter ones that begin it stand too
        whole = {
            anchor: tuple(
                sorted(
                    n
                    for size in range(1, len(anchor) + 1)
                    for n in by_anchor.get(anchor[:size], ())
                )
            )
            for anchor in by_anchor
        }
        return re.compile(any_anchor(sorted(by_anchor))), whole

    def _unspared(
        self, term: Term, text: str, stream: str, places: list[int]
    ) -> Iterator[tuple[int, int]]:
        """Where a phrase stands and nothing around it makes it harmless."""
        expression = self._pattern(term.pattern)
        hit = expression.search(stream)
        while hit is not None:
            start, end = hit.span()
            spared = any(
                self._spares(one, text, stream, places, (start, end)) for one in term.spared
            )
            if not spared:
                yield start, end
            hit = expression.search(stream, start + 1 if spared else end)

    def _spares(
        self, one: Spared, text: str, stream: str, places: list[int], span: tuple[int, int]
    ) -> bool:
        start, end = span
        first = stream.rfind(END, 0, start) + 1
        last = stream.find(END, end)
        last = len(stream) if last < 0 else last
        expression = self._pattern(one.pattern)
        at = first
        while (hit := expression.search(stream, at, last)) is not None:
            at = hit.start() + 1
            if one.where == "over":
                if hit.start() < end and start < hit.end():
                    return True
                continue
            if one.where == "before":
                near = hit.start() < end and start - hit.end() <= one.reach
                left = places[hit.end() - 1] + 1
                right = places[start] if hit.end() <= start else places[end - 1] + 1
            else:
                near = 0 <= hit.start() - end <= one.reach
                left, right = places[end - 1] + 1, places[hit.start()]
            if near and _CLAUSE_ENDS.search(text, left, right) is None:
                return True
        return False


def _outermost(found: Collection[Finding]) -> tuple[Finding, ...]:
    """Without those that lie in another one of the same term, by place."""
    ordered = sorted(found, key=lambda f: (f.start, -f.end, f.limit, f.term))
    last: dict[tuple[str, str], int] = {}
    kept = []
    for one in ordered:
        if one.end > last.get((one.limit, one.term), -1):
            kept.append(one)
            last[one.limit, one.term] = one.end
    return tuple(kept)
