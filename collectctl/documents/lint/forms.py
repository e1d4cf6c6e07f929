"""The forms of a catalogue as the lint reads them: each text as pieces, its macros written out.

Knows files and where a text comes from. Refuses to know rules.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from collectctl.documents.lint.pieces import Pieces, Shared, UnreadableError
from collectctl.documents.lint.places import Words, words
from collectctl.documents.template_place import place
from collectctl.problems import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One document in one form and language, as it is written."""

    document: str
    channel: str
    language: str
    markup: bool
    file: str
    source: str
    title: str
    subject: str
    """Of an e-mail; empty for other forms."""
    purpose: str
    tone: str
    addresses: tuple[str, ...]
    """Addresses on the net that the text may name beside the bank's own."""
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What fields may be called beside their values, as `line.balance`."""


@dataclass(frozen=True, slots=True)
class Read:
    """A form with its pieces."""

    form: Written
    pieces: Pieces
    said: Words
    """All its words, whatever a letter's conditions choose."""


Macros = Mapping[tuple[str, bool], tuple[str, str]]
"""File and source of the shared macros, by language and whether they are markup."""


def read_forms(forms: Iterable[Written], macros: Macros) -> tuple[list[Read], list[Problem]]:
    """Each form as pieces; a text that has not passed the check must not be among them."""
    shared = {key: _shared(text, file) for key, (file, text) in macros.items()}
    read: list[Read] = []
    found: list[Problem] = []
    for form in forms:
        own = shared[form.language, form.markup]
        try:
            pieces = own.pieces(form.source, form.file)
        except UnreadableError as error:
            found.append(
                Problem(
                    code="template-expression", message="an expression that a text cannot use",
                    span=place(form.source, form.file, error.line),
                    expected="a field that is printed, asked about or compared",
                )
            )  # fmt: skip
        else:
            read.append(read_of(form, pieces))
    return read, found


def read_of(form: Written, pieces: Pieces) -> Read:
    """A form with its pieces and their words."""
    return Read(form, pieces, words(pieces, lambda _: None, markup=form.markup))


@lru_cache(maxsize=16)
def _shared(text: str, file: str) -> Shared:
    """The macros of a shared file, read once however often a catalogue is looked at."""
    return Shared(text, file)
