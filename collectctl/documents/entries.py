"""What `documents/documents.yaml` says of each document, checked against itself.

Knows the keys of the file and what may stand under each. Refuses to know what the texts say.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Annotated

from pydantic import AfterValidator, Field

from collectctl.columns import LANGUAGES
from collectctl.compliance.people import LIABLE
from collectctl.config import Bilingual, Code, Name, Shape, shape
from collectctl.documents.channels import Channel
from collectctl.documents.lint.links import links_in_words
from collectctl.documents.records import VOCABULARY
from collectctl.problems import Problem, Span, did_you_mean
from collectctl.yaml_file import Document, read_document

CATALOG = "documents/documents.yaml"
FIELDS = tuple(
    f"{record.lower()}.{name}" for record, fields in VOCABULARY.items() for name in fields
)
"""Every field of a record as packs and labels name it."""
_TEXT_NAME = re.compile(r"[a-z0-9][a-z0-9-]*\.[a-z]+\.j2")
_OPEN_SUBJECT = re.compile(r"[0-9０-９〇一二三四五六七八九十百千万%¥￥$€{}]")
"""What a subject line may not hold: figures, and the brackets of fields."""


def _text_name(value: str) -> str:
    if not _TEXT_NAME.fullmatch(value):
        raise ValueError(f"found '{value}', expected a file name such as overdue-notice.sms.j2")
    return value


def _one_line(value: Bilingual | None) -> Bilingual | None:
    for text in () if value is None else (value.zh_CN, value.en):
        if not text.isprintable():
            raise ValueError("found a line break or control character, expected one line")
    return value


def _field(value: str) -> str:
    if value not in FIELDS:
        near = did_you_mean(value, FIELDS)
        raise ValueError(f"no field '{value}' of documents" + (f"; {near}" if near else ""))
    return value


_Label = Annotated[str, Field(min_length=1, pattern=r"^\S(.*\S)?$")]


class Labels(Shape):
    """The names of a field, in both languages."""

    zh_CN: list[_Label] = Field(min_length=1)  # noqa: N815 - spelt as the locale is
    en: list[_Label] = Field(min_length=1)


class Purpose(Shape):
    """What documents are for."""

    label: Bilingual
    source: str | None = None


class Entry(Shape):
    """What `documents.yaml` says of one document."""

    title: Bilingual
    purpose: str
    tone: Name
    addressees: list[str]
    subject: Annotated[Bilingual | None, AfterValidator(_one_line)] = None
    """What an e-mail is headed with: read by whoever looks over a shoulder."""
    forms: dict[Channel, Annotated[str, AfterValidator(_text_name)]] = Field(min_length=1)


class Catalogue(Shape):
    """The whole file."""

    purposes: dict[Name, Purpose]
    addresses: list[str] = Field(default_factory=list)
    """Addresses on the net, of authorities, that texts may name beside the bank's own."""
    labels: dict[Annotated[str, AfterValidator(_field)], Labels] = Field(default_factory=dict)
    """What a value may be called in texts: one under the name of another is an error."""
    documents: dict[Code, Entry]


def read_catalogue(
    files: Mapping[str, bytes], found: list[Problem]
) -> tuple[Document | None, Catalogue | None]:
    """The file and its shape, None where it cannot be used; its problems go to the list."""
    if CATALOG not in files:
        found.append(no_file(CATALOG, Span(file=CATALOG)))
        return None, None
    document, problems = read_document(files[CATALOG], CATALOG)
    found += problems
    if document is None:
        return None, None
    shaped, problems = shape(Catalogue, document)
    found += problems
    return document, shaped


def read_entries(files: Mapping[str, bytes]) -> tuple[Mapping[str, Entry], Document | None]:
    """What `documents.yaml` says of each document, whatever its texts are like; and the file.

    Nothing where the file itself cannot be used: `read_documents` says why.
    """
    document, shaped = read_catalogue(files, [])
    return ({} if shaped is None else shaped.documents), document


def no_file(file: str, span: Span) -> Problem:
    """That a file is named or needed and not there."""
    return Problem(
        code="document-file-missing",
        message=f"there is no file '{file}'",
        span=span,
        mend="add the file, or take this form out of documents.yaml",
    )


def check_entry(
    document: Document, shaped: Catalogue, name: str, entry: Entry
) -> Iterable[Problem]:
    """What is wrong with one document's entry."""
    at = ("documents", name)
    if entry.purpose not in shaped.purposes:
        yield Problem(
            code="document-purpose",
            message=f"unknown purpose '{entry.purpose}'",
            span=document.span((*at, "purpose")),
            expected=", ".join(shaped.purposes),
            mend=did_you_mean(entry.purpose, shaped.purposes),
        )
    for i, role in enumerate(entry.addressees):
        if role not in LIABLE:
            yield Problem(
                code="document-addressee",
                message=f"'{role}' does not owe the debt by contract",
                span=document.span((*at, "addressees", i)),
                expected=", ".join(LIABLE),
                mend="address only persons liable by contract",
            )
    if "email" in entry.forms and entry.subject is None:
        yield Problem(
            code="email-subject",
            message=f"document '{name}' goes out as an e-mail and has no subject",
            span=document.span((*at, "forms", "email")),
            expected="subject: {zh_CN: …, en: …}, without a word of the debt",
        )
    if entry.subject is not None:
        for language in LANGUAGES:
            yield from _check_subject(
                entry.subject.get(language), document.span((*at, "subject", language))
            )
    if not entry.addressees:
        yield Problem(
            code="document-addressee",
            message=f"document '{name}' has no addressees",
            span=document.span((*at, "addressees")),
            expected=", ".join(LIABLE),
        )


def _check_subject(subject: str, span: Span) -> Iterable[Problem]:
    if _OPEN_SUBJECT.search(subject) or any(links_in_words(subject)):
        yield Problem(
            code="subject-open",
            message="a figure, a field or a link in the subject of an e-mail",
            span=span,
            expected="words alone: anybody who looks over a shoulder reads them",
        )
