"""What can be said against texts without packs and data: markup, links, guards, languages.

Knows the forms of a catalogue. Refuses to know which words and clauses a jurisdiction asks for.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from collectctl.documents.lint.forms import Macros, Read, Written, read_forms
from collectctl.documents.lint.guards import unguarded
from collectctl.documents.lint.labels import mislabelled
from collectctl.documents.lint.languages import languages_differ, wrong_language
from collectctl.documents.lint.links import links_in_words
from collectctl.documents.lint.markup import markup_problems
from collectctl.documents.lint.pieces import Said, Slot, every
from collectctl.documents.lint.typed import typed_figures
from collectctl.problems import Problem

_ADDRESSES = ("website", "email")
_BRACKETS = re.compile(r"[【】]")


def text_problems(forms: Iterable[Written], macros: Macros) -> list[Problem]:
    """All problems of the texts, each once however many forms share it."""
    read, found = read_forms(forms, macros)
    for one in read:
        found += _of_one(one)
    found += _of_two(read)
    return list(dict.fromkeys(found))


def _of_one(one: Read) -> Iterator[Problem]:
    form = one.form
    if form.markup:
        yield from markup_problems(one.pieces, "script" if form.channel == "script" else "letter")
    yield from unguarded(one.pieces)
    yield from typed_figures(one)
    yield from mislabelled(one, form.labels)
    yield from wrong_language(one)
    said = one.said
    for start, end in links_in_words(said.text):
        if said.text[start:end].rstrip(".,;:") in form.addresses and form.channel != "sms":
            continue
        yield Problem(
            code="text-link",
            message="an address on the net that stands in the text itself",
            span=said.span(start, end),
            expected="{{ bank.website }}, or one of `addresses` in documents.yaml",
        )
    if form.channel == "sms":
        yield from _sms(one)


def _sms(one: Read) -> Iterator[Problem]:
    for piece in every(one.pieces):
        if isinstance(piece, Said):
            for found in _BRACKETS.finditer(piece.data):
                yield Problem(
                    code="sms-text", message="【 or 】 in a short message",
                    span=piece.source.span(piece.at + found.start()),
                    expected="neither: the signature is added",
                )  # fmt: skip
        elif isinstance(piece, Slot) and piece.record == "Bank" and piece.name in _ADDRESSES:
            yield Problem(
                code="sms-text", message="a link in a short message", span=piece.span,
                expected="no link: it looks like fraud",
            )  # fmt: skip


def _of_two(read: Sequence[Read]) -> Iterator[Problem]:
    by_key = {(r.form.document, r.form.channel, r.form.language): r for r in read}
    for (document, channel, language), zh in by_key.items():
        en = by_key.get((document, channel, "en"))
        if language == "zh_CN" and en is not None:
            yield from languages_differ(zh, en)
