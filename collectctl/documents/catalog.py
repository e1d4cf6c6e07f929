"""The catalogue of documents: what `documents.yaml` says, the bank's facts and all texts, checked.

Knows which forms there are, to whom they may go and which fields they need.
Refuses to know who gets one.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources

from collectctl.columns import LANGUAGES
from collectctl.documents.bank import BankFacts, read_bank
from collectctl.documents.channels import MARKUP, Channel
from collectctl.documents.entries import (
    Catalogue,
    Entry,
    Labels,
    check_entry,
    no_file,
    read_catalogue,
)
from collectctl.documents.glyphs import lacking
from collectctl.documents.lint.forms import Written
from collectctl.documents.lint.texts import text_problems
from collectctl.documents.records import VOCABULARY
from collectctl.documents.template_check import check_macros, check_text
from collectctl.documents.template_place import place
from collectctl.documents.template_walk import MacroKind, Uses
from collectctl.problems import Level, Problem, Span, has_errors
from collectctl.yaml_file import digest

BANK = "documents/bank.yaml"
FRAME = ("letter.css", "script.css", "letter.typ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One document in one form and language, ready to compile."""

    document: str
    channel: Channel
    language: str
    file: str
    title: str
    subject: str
    """Of an e-mail; empty for other forms."""
    source: str
    needs: frozenset[tuple[str, str]]
    """Record and field, of all that must be known of a contact that gets this form."""
    reads: frozenset[str]
    """Every field of a line that the text looks at."""


@dataclass(frozen=True, slots=True)
class Documents:
    """All documents, checked: every text can be rendered from a contact that has what it needs."""

    _documents: Mapping[str, Entry]
    forms_by_key: Mapping[tuple[str, str, str], Form]
    """By document, channel and language."""
    macros: Mapping[tuple[str, bool], str]
    """Source of the shared macros, by language and whether they are markup."""
    bank: BankFacts
    digest: str
    """Of every file, the program's own page frame included."""
    addresses: tuple[str, ...]
    """Addresses on the net that texts may name beside the bank's own."""
    labels: Mapping[str, Labels]
    """What values may be called in texts, by field."""
    places: Mapping[tuple[str, str, str], Span]
    """Where titles and subjects stand, by document, language and `title` or `subject`."""

    @property
    def ids(self) -> tuple[str, ...]:
        """All documents, in the order of the file."""
        return tuple(self._documents)

    def addressees(self, document: str) -> frozenset[str]:
        """The roles that the document may be addressed to."""
        return frozenset(self._documents[document].addressees)

    def forms(self, document: str) -> frozenset[str]:
        """The channels that the document can take."""
        return frozenset(self._documents[document].forms)

    @property
    def purposes(self) -> frozenset[str]:
        """What documents are for, in the words of the catalogue."""
        return frozenset(d.purpose for d in self._documents.values())

    def purpose(self, document: str) -> str:
        """What the document is for, in the word of the catalogue."""
        return self._documents[document].purpose

    def tone(self, document: str) -> str:
        """How firm the document is, in the word of the rulebook's `tone`."""
        return self._documents[document].tone

    @property
    def written(self) -> tuple[Written, ...]:
        """All forms as the lint reads them."""
        return tuple(
            written_of(f, self._documents[f.document], self.addresses, self.labels)
            for f in self.forms_by_key.values()
        )

    @property
    def shared(self) -> Mapping[tuple[str, bool], tuple[str, str]]:
        """File and source of the shared macros, by language and whether they are markup."""
        return {key: (_macro_file(*key), text) for key, text in self.macros.items()}

    def title(self, document: str, language: str) -> str:
        """The document's title in a language."""
        return self._documents[document].title.get(language)


def read_documents(
    files: Mapping[str, bytes], *, lint: bool = False
) -> tuple[Documents | None, tuple[Problem, ...]]:
    """The catalogue in the files below `documents/`, or all problems of all of them.

    `lint`: what the texts say is looked at too.
    Keys of `files` are paths such as `documents/zh_CN/overdue-notice.letter.j2`; files elsewhere
    are left alone.
    """
    bank, problems = read_bank(files.get(BANK), BANK)
    found = list(problems)
    document, shaped = read_catalogue(files, found)
    sources = _decode(files, found)
    macros = {
        (language, markup): _macros(language, markup=markup, sources=sources, found=found)
        for language in LANGUAGES
        for markup in (True, False)
    }
    if document is None or shaped is None:
        return None, _sorted(found)
    forms: dict[tuple[str, str, str], Form] = {}
    for name, entry in shaped.documents.items():
        found += check_entry(document, shaped, name, entry)
        for channel, file in entry.forms.items():
            for language in LANGUAGES:
                at = ("documents", name, "forms", channel)
                form = _form(name, entry, channel, language, (sources, macros, found))
                if form is None:
                    found.append(no_file(f"documents/{language}/{file}", document.span(at)))
                    continue
                forms[name, channel, language] = form
    found = _without_echoes(found)
    found += _unused(sources, forms.values())
    found += _linted(shaped, forms.values(), sources, found) if lint else []
    if has_errors(found) or bank is None:
        return None, _sorted(found)
    shared = {key: sources[_macro_file(*key)] for key in macros}
    places = {
        (name, language, key): document.span(("documents", name, key, language))
        for name, entry in shaped.documents.items()
        for language in LANGUAGES
        for key in ("title", *(["subject"] if entry.subject is not None else []))
    }
    ready = Documents(
        _documents=shaped.documents, forms_by_key=forms, macros=shared, bank=bank,
        digest=_digest(files), addresses=tuple(shaped.addresses), labels=shaped.labels,
        places=places,
    )  # fmt: skip
    return ready, _sorted(found)


def _without_echoes(found: Sequence[Problem]) -> list[Problem]:
    """The problems without what a fault of a shared file makes of every text that calls it."""
    broken = {p.span.file for p in found if p.span is not None and p.level is Level.ERROR}
    broken &= {_macro_file(language, markup) for language in LANGUAGES for markup in (True, False)}
    folders = {file.rpartition("/")[0] for file in broken}
    return [
        p
        for p in found
        if p.code != "unknown-macro"
        or p.span is None
        or p.span.file in broken
        or p.span.file.rpartition("/")[0] not in folders
    ]


def _sorted(found: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(found, key=Problem.sort_key))


def _digest(files: Mapping[str, bytes]) -> str:
    frame = resources.files("collectctl").joinpath("templates")
    parts = [(n, digest(d)) for n, d in files.items() if n.startswith("documents/")]
    parts += [(n, digest(frame.joinpath(n).read_bytes())) for n in FRAME]
    return digest("".join(f"{name}\0{hashed}\n" for name, hashed in sorted(parts)).encode())


def _decode(files: Mapping[str, bytes], found: list[Problem]) -> dict[str, str]:
    """The texts, by path; one that is not UTF-8 is a problem and counts as empty."""
    sources: dict[str, str] = {}
    for file, data in files.items():
        if not (file.startswith("documents/") and file.endswith(".j2")):
            continue
        try:
            sources[file] = data.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            sources[file] = ""
            message = f"byte {error.start + 1} is not UTF-8"
            found.append(
                Problem(
                    code="config-encoding", message=message, span=Span(file=file),
                    expected="a UTF-8 file", mend="save the file as UTF-8",
                )
            )  # fmt: skip
    return sources


def _macro_file(language: str, markup: bool) -> str:  # noqa: FBT001 - half of a key
    return f"documents/{language}/shared.{'html' if markup else 'text'}.j2"


def _macros(
    language: str, *, markup: bool, sources: Mapping[str, str], found: list[Problem]
) -> dict[str, MacroKind]:
    file = _macro_file(language, markup)
    if file not in sources:
        found.append(no_file(file, Span(file=file)))
        return {}
    macros, problems = check_macros(sources[file], file, language)
    found += problems
    found += _unprintable(sources[file], file) if markup else ()
    return macros


def _unprintable(source: str, file: str) -> tuple[Problem, ...]:
    """That a text of letters holds a character which their font lacks; the first is named."""
    odd = lacking(source)
    if odd is None:
        return ()
    line = source[: source.index(odd)].count("\n") + 1
    return (
        Problem(
            code="letter-glyph", message=f"the font of the letters lacks U+{ord(odd):04X}",
            span=place(source, file, line, re.escape(odd)), mend="write it another way",
        ),
    )  # fmt: skip


_Shared = tuple[dict[str, str], dict[tuple[str, bool], dict[str, MacroKind]], list[Problem]]


def _form(name: str, entry: Entry, channel: Channel, language: str, shared: _Shared) -> Form | None:
    """The form, or None without its file; problems go to the list."""
    sources, macros, found = shared
    file = f"documents/{language}/{entry.forms[channel]}"
    if file not in sources:
        return None
    source = sources[file]
    uses, problems = check_text(source, file, language, macros[language, channel in MARKUP])
    if channel == "letter":
        problems += _unprintable(source, file)
    found += [p for p in problems if p not in found]
    return Form(
        document=name, channel=channel, language=language, file=file, source=source,
        title=entry.title.get(language),
        subject=entry.subject.get(language) if channel == "email" and entry.subject else "",
        needs=_needs(uses), reads=_reads(uses),
    )  # fmt: skip


def _linted(
    shaped: Catalogue, forms: Iterable[Form], sources: Mapping[str, str], found: Iterable[Problem]
) -> list[Problem]:
    """What is wrong with the texts that can be read; the others have been complained about."""
    broken = {p.span.file for p in found if p.span is not None and p.level is Level.ERROR}
    macros = {
        key: (file, sources[file])
        for key in ((language, markup) for language in LANGUAGES for markup in (True, False))
        if (file := _macro_file(*key)) in sources and file not in broken
    }
    return text_problems(
        (
            written_of(form, shaped.documents[form.document], shaped.addresses, shaped.labels)
            for form in forms
            if form.file not in broken and (form.language, form.channel in MARKUP) in macros
        ),
        macros,
    )


def written_of(
    form: Form, entry: Entry, addresses: Sequence[str], labels: Mapping[str, Labels]
) -> Written:
    """The form as the lint reads it."""
    return Written(
        document=form.document, channel=form.channel, language=form.language,
        markup=form.channel in MARKUP, file=form.file, source=form.source, title=form.title,
        subject=form.subject, purpose=entry.purpose, tone=entry.tone,
        addresses=tuple(addresses),
        labels={name: tuple(getattr(found, form.language)) for name, found in labels.items()},
    )  # fmt: skip


def _needs(uses: Uses) -> frozenset[tuple[str, str]]:
    """Fields that data may lack and the text cannot do without.

    A total and the letter's date come from the lines, the surname from the name.
    """
    needed = set()
    for record, name in uses.fields - uses.optional:
        if not VOCABULARY[record][name].optional:
            continue
        if record == "Total" or (record, name) == ("Letter", "as_of"):
            needed.add(("Line", name))
        else:
            needed.add((record, "addressee" if name == "surname" else name))
    return frozenset(needed)


def _reads(uses: Uses) -> frozenset[str]:
    """What a line must hold for the text, for its totals, and to be told from other lines."""
    names = {name for record, name in uses.fields if record in ("Line", "Total")}
    return frozenset(names | {"card", "currency", "as_of"})


def _unused(sources: Mapping[str, str], forms: Iterable[Form]) -> Iterable[Problem]:
    used = {form.file for form in forms}
    used |= {_macro_file(language, markup) for language in LANGUAGES for markup in (True, False)}
    for file in sorted(set(sources) - used):
        yield Problem(
            code="document-file-unused",
            level=Level.WARNING,
            message=f"no document uses '{file}'",
            span=Span(file=file),
            mend="name it in documents.yaml or delete it",
        )
