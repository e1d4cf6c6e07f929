"""Wordings of packs, and ways to write the phrases of their lists."""

from collections.abc import Iterator
from datetime import date
from itertools import islice, product

from gates import packed, packs

from collectctl.compliance.packs.shapes import TextLimit, WordingLimit, WordingValue
from collectctl.compliance.wording.assembled import wording_of
from collectctl.compliance.wording.engine import Finding, Wording
from collectctl.compliance.wording.phrases import parse

DAY = date(2026, 11, 20)
SHIPPED = ("cn", "us-reg-f", "house")
_HEAD = """format: collectctl/1
pack: test
title: Test
tightens_only: true
limits:
"""
_LIST = """  words:
    kind: wording
    title: {{zh_CN: 词, en: Words}}
    mode: block
    binding: house
    channels: [call, sms, letter]
    {more}
    values:
      - from: 2026-01-01
        source: s
        article: '3'
        verified: house
        terms:
          - {{id: one, {term}, why: {{zh_CN: 不当, en: wrong}}}}
"""


def made(limits: str, day: date = DAY) -> Wording:
    """The wording of a small pack with these limits."""
    return wording_of(packed(_HEAD + limits), day)


def one_list(term: str, more: str = "") -> Wording:
    """The wording of a pack with one list of one term."""
    return made(_LIST.format(term=term, more=more))


def found(
    wording: Wording, text: str, *, channel: str = "letter", tone: str = "firm",
    purpose: str = "demand", lifted: frozenset[str] = frozenset(),
) -> list[str]:  # fmt: skip
    """What a wording finds in a text, as it stands there."""
    hits = wording.find(text, channel=channel, tone=tone, purpose=purpose, lifted=lifted)
    return [text[hit.start : hit.end] for hit in hits]


def in_a_text_for(wording: Wording, limit: WordingLimit, text: str) -> tuple[Finding, ...]:
    """What is found in a text of a kind that a list speaks about."""
    tone = limit.tones[0] if limit.tones else "firm"
    purpose = limit.purposes[0] if limit.purposes else "demand"
    return wording.find(text, channel=limit.channels[0], tone=tone, purpose=purpose)


def shipped_limits() -> dict[str, TextLimit]:
    """Every limit on texts that comes along, by pack and name."""
    return {
        f"{pack.id}.{name}": limit
        for pack in packs(*SHIPPED).packs
        for name, limit in pack.limits.items()
        if isinstance(limit, TextLimit)
    }


def samples(phrase: str, language: str, most: int = 1000) -> Iterator[str]:
    """A phrase as it may be written, nothing in its gaps."""
    between = "" if language == "zh_CN" else " "
    for words in islice(product(*parse(phrase).parts), most):
        yield between.join(words).replace("*", "")


def phrases_of(value: WordingValue) -> Iterator[tuple[str, str, str]]:
    """Each phrase of a list: its term, language and notation."""
    for term in value.terms:
        for language in ("zh_CN", "en"):
            for phrase in getattr(term, language):
                yield term.id, language, phrase
