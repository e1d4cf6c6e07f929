"""The wording of a day: all lists, clauses and message limits of the packs, ready for workers.

Knows packs and which of their values hold on a day. Refuses to know texts.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache

from opencc import OpenCC

from collectctl.compliance.packs.reader import Dated, Packs
from collectctl.compliance.packs.shapes import (
    ClausesLimit,
    ClausesValue,
    MessageLimit,
    MessageValue,
    TextLimit,
    WordingLimit,
    WordingValue,
)
from collectctl.compliance.wording.build import one_term, spared
from collectctl.compliance.wording.engine import (
    Clause,
    Message,
    Origin,
    Term,
    Wording,
    Words,
)
from collectctl.compliance.wording.phrases import WITHIN, Expression, folded, parse
from collectctl.compliance.wording.stream import SCRIPTS, Streams, streams

_HAN = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00))
"""The blocks in which traditional characters lie."""


def wording_of(packs: Packs, day: date) -> Wording:
    """What the packs say about texts on a day."""
    made = _streams()
    origins: list[Origin] = []
    terms: list[Term] = []
    required: list[tuple[Origin, Clause]] = []
    messages: list[tuple[Origin, MessageValue]] = []
    for found in packs.dated:
        value = found.value
        if not isinstance(found.limit, TextLimit) or not _holds(found, day):
            continue
        origin = _origin(found, found.limit)
        if isinstance(value, WordingValue):
            terms += _terms(value, len(origins), made)
            origins.append(origin)
        elif isinstance(value, ClausesValue):
            required += [(origin, clause) for clause in _clauses(value, origin, made)]
        elif isinstance(value, MessageValue):
            messages.append((origin, value))
    channels = sorted({channel for origin, _ in messages for channel in origin.channels})
    return Wording(
        streams=made, origins=tuple(origins), terms=tuple(terms), required=tuple(required),
        messages={c: _message([m for m in messages if c in m[0].channels]) for c in channels},
    )  # fmt: skip


@cache
def _streams() -> Streams:
    """The same ones for every day, so that phrases are made once."""
    return streams(simplified())


@cache
def simplified() -> Mapping[str, str]:
    """Every traditional character with the simplified one that it is read as."""
    characters = [chr(code) for first, end in _HAN for code in range(first, end)]
    # one to a line, so that none is read as part of a word
    told = OpenCC("t2s").convert("\n".join(characters)).split("\n")
    return {
        old: new for old, new in zip(characters, told, strict=True) if old != new and len(new) == 1
    }


def _holds(found: Dated, day: date) -> bool:
    value = found.value
    return value.from_ <= day and (value.to is None or day <= value.to)


def _origin(found: Dated, limit: WordingLimit | ClausesLimit | MessageLimit) -> Origin:
    value, title = found.value, limit.title
    source = value.source + (f" {value.article}" if value.article else "")
    tones = getattr(limit, "tones", None)
    purposes = getattr(limit, "purposes", None)
    return Origin(
        limit=found.id, mode=limit.mode,
        words=Words(zh_CN=f"{title.zh_CN}（{source}）", en=f"{title.en} ({source})"),
        channels=frozenset(limit.channels),
        tones=None if tones is None else frozenset(tones),
        purposes=None if purposes is None else frozenset(purposes),
        lifted_by=getattr(limit, "lifted_by", None),
    )  # fmt: skip


def _terms(value: WordingValue, origin: int, made: Streams) -> Iterator[Term]:
    for language, script in SCRIPTS.items():
        for_all = [spared(text, script, made) for text in getattr(value.unless, language)]
        for term in value.terms:
            why = Words(zh_CN=term.why.zh_CN, en=term.why.en)
            own = [spared(text, script, made) for text in getattr(term.unless, language)]
            for phrase in getattr(term, language):
                yield one_term(
                    term.id, phrase, [*own, *for_all], origin=origin, why=why, script=script,
                    within=term.within, streams=made,
                )  # fmt: skip


def _clauses(value: ClausesValue, origin: Origin, made: Streams) -> Iterator[Clause]:
    for clause in value.clauses:
        phrases = {
            language: tuple(tuple(group) for group in getattr(clause.phrases, language))
            for language in SCRIPTS
        }
        yield Clause(
            limit=origin.limit, id=clause.id, mode=origin.mode, words=origin.words,
            title=Words(zh_CN=clause.title.zh_CN, en=clause.title.en),
            fields=tuple(tuple(names.split("|")) for names in clause.fields), phrases=phrases,
            expressions={
                language: tuple(_any_of(group, language, made) for group in groups)
                for language, groups in phrases.items()
            },
        )  # fmt: skip


def _any_of(group: Sequence[str], language: str, made: Streams) -> tuple[Expression, ...]:
    script = SCRIPTS[language]
    return tuple(
        Expression(folded(parse(phrase), made, script), script, WITHIN) for phrase in group
    )


def _message(found: Sequence[tuple[Origin, MessageValue]]) -> Message:
    """The strictest of several, each value with the limit that it comes from."""
    least: dict[str, tuple[int, Origin]] = {}
    for origin, value in found:
        for name in ("single", "part", "total"):
            most = getattr(value, name)
            if most is not None and (name not in least or most < least[name][0]):
                least[name] = (most, origin)
    origins = {name: origin for name, (_, origin) in least.items()}
    signed = [(v.signature, origin) for origin, v in found if v.signature is not None]
    for name, some in (
        ("signature", [origin for _, origin in signed]),
        ("characters", [origin for origin, v in found if v.characters]),
        ("links", [origin for origin, v in found if v.links is False]),
    ):
        if some:
            origins[name] = some[0]
    sizes = {name: value for name, (value, _) in least.items()}
    return Message(
        single=sizes.get("single"), part=sizes.get("part"), total=sizes.get("total"),
        signature=(
            (max(s.least for s, _ in signed), min(s.most for s, _ in signed)) if signed else None
        ),
        characters=frozenset(c for _, v in found for c in v.characters),
        links="links" not in origins, origins=origins,
    )  # fmt: skip
