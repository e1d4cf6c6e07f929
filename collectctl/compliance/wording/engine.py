"""What a text says that it may not, and what it leaves out that it must.

A `Wording` is made once a day and handed to workers. Knows lists and clauses as they are compared.
Refuses to know packs, files and whose text it is; imports nothing beyond the standard library.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from collectctl.compliance.wording.heads import Heads, heads_of
from collectctl.compliance.wording.index import Index, Span, index_of, sentence_at
from collectctl.compliance.wording.phrases import Expression
from collectctl.compliance.wording.stream import SCRIPTS, Script, Streams

Mode = Literal["block", "warn", "info"]
_FIRST = 2
"""By how many characters rare Chinese words are looked for first. Source: measured."""
_HAN = "[\u3400-\u9fff]"
_ANY_HAN = re.compile(_HAN)
_CLAUSE_ENDS = re.compile(
    rf"[，,；;：:—…]|(?<={_HAN}{_HAN})\s+(?={_HAN})|(?<={_HAN})\s+(?={_HAN}{_HAN})"
)
"""Where a negation ends; an enumeration (、) goes on, and so do characters spaced out one by one.

A blank between Chinese words ends it as a comma does: many write it for one.
"""


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


@dataclass(frozen=True, slots=True)
class Seen:
    """A text that is looked at, with its stream and where each character of that stands in it."""

    text: str
    stream: str
    places: Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spared:
    """A context in which a phrase is harmless."""

    where: Literal["before", "over", "behind", "beside"]
    """Where it stands: a negation before, a phrase that shares letters, an exception behind, or
    anywhere in the clause: between two commas."""
    expression: Expression
    reach: int
    """So many characters of a stream may lie between; of `before` and `behind`."""

    def spares(self, seen: Seen, parts: Sequence[Span], context: Span) -> bool:
        """Whether the context, where it stands, makes what was hit harmless.

        `parts`: where the parts of the phrase stand. What comes before may stand in a gap as well.
        """
        if self.where == "beside":
            first, last = parts[0], parts[-1]
            if context.end <= first.start:
                return not _parted(seen, context.end, first.start)
            return context.start < last.end or not _parted(seen, last.end, context.start)
        if self.where == "over":
            return context.start < parts[-1].end and parts[0].start < context.end
        if self.where == "behind":
            return 0 <= context.start - parts[-1].end <= self.reach and not _parted(
                seen, parts[-1].end, context.start
            )
        ends = [0, *(part.end for part in parts)]
        return any(
            end <= context.start < part.start
            and part.start - context.end <= self.reach
            and not _parted(seen, context.end, part.start)
            for end, part in zip(ends, parts, strict=False)
        )


def _parted(seen: Seen, left: int, right: int) -> bool:
    """Whether a clause ends between what stands before `left` in a stream and at `right`."""
    first, last = seen.places[left - 1] + 1, seen.places[right]
    if seen.text[first:last].isspace():  # what is negated follows at once
        return False
    end = _CLAUSE_ENDS.search(seen.text, first)
    return end is not None and end.start() < last


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One phrase of a list, in one language."""

    id: str
    origin: int
    """Which of the origins."""
    why: Words
    script: Script
    expression: Expression
    keys: tuple[tuple[str, ...], ...]
    """By which an index finds it: how its rarest part may begin, then the others."""
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
    expressions: Mapping[str, tuple[tuple[Expression, ...], ...]]
    """By language: what finds the phrases of each group."""


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
    _index: dict[Script, Index | Heads] = field(default_factory=dict, compare=False, repr=False)

    def __getstate__(self) -> tuple[object, ...]:
        return (self.streams, self.origins, self.terms, self.required, self.messages)

    def __setstate__(self, state: tuple[object, ...]) -> None:
        names = ("streams", "origins", "terms", "required", "messages")
        for name, value in zip(names, state, strict=True):
            object.__setattr__(self, name, value)
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
        for script, index in self._indexes().items():
            stream = self.streams.of(text, script)
            if script == "han" and not _ANY_HAN.search(stream):
                continue
            places: list[int] | None = None
            for n, sentences in index.candidates(stream).items():
                term = self.terms[n]
                origin = self.origins[term.origin]
                if not origin.concerns(channel, tone, purpose, lifted):
                    continue
                for hit in self._hits(term, stream, sentences):
                    places = places or self.streams.places(text, script)
                    seen = Seen(text, stream, places)
                    if any(self._spares(one, seen, hit) for one in term.spared):
                        continue
                    finding = Finding(
                        limit=origin.limit, term=term.id, start=places[hit[0].start],
                        end=places[hit[-1].end - 1] + 1, mode=origin.mode, words=origin.words,
                        why=term.why,
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
        """What of a clause the text leaves out; `printed`: its fields, as record.field."""
        stream = self.streams.of(text, SCRIPTS[language])
        groups = zip(clause.phrases[language], clause.expressions[language], strict=True)
        return Missing(
            fields=tuple(one for one in clause.fields if not set(one) & set(printed)),
            phrases=tuple(
                phrases
                for phrases, some in groups
                if not any(one.made.search(stream) for one in some)
            ),
        )

    def message(self, channel: str) -> Message | None:
        """What a message of a channel may be; None: no pack says anything."""
        return self.messages.get(channel)

    def _indexes(self) -> Mapping[Script, Index | Heads]:
        if not self._index:
            keys: dict[Script, dict[int, tuple[tuple[str, ...], ...]]] = {"han": {}, "latin": {}}
            for n, term in enumerate(self.terms):
                keys[term.script][n] = term.keys
            anchors = {n: rarest for n, (rarest, *_) in keys["han"].items()}
            self._index["han"] = index_of(anchors, _FIRST)
            self._index["latin"] = heads_of(keys["latin"])
        return self._index

    def _hits(self, term: Term, stream: str, sentences: Collection[Span]) -> Iterator[list[Span]]:
        """Where the parts of a phrase stand; each beginning counts, since one may be harmless."""
        expression = term.expression.made
        for sentence in sentences:
            hit = expression.search(stream, sentence.start, sentence.end)
            while hit is not None:
                yield [Span(*span) for span in hit.regs[1:]]
                hit = expression.search(stream, hit.start() + 1, sentence.end)

    def _spares(self, one: Spared, seen: Seen, hit: Sequence[Span]) -> bool:
        sentence = sentence_at(seen.stream, hit[0].start)
        expression = one.expression.made
        at = sentence.start
        while (context := expression.search(seen.stream, at, sentence.end)) is not None:
            at = context.start() + 1
            if one.spares(seen, hit, Span(*context.span())):
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
