"""What a text reads with every telling case: the drafts that an editor looks at and compares.

Knows which cases a form is shown with, and why not with the others. Refuses to know files.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from collectctl.columns import LANGUAGES
from collectctl.documents import glyphs
from collectctl.documents.cases import Case
from collectctl.documents.catalog import Documents, Form
from collectctl.documents.channels import MARKUP
from collectctl.documents.outbox import PAGE_END
from collectctl.documents.page import head
from collectctl.documents.paper import Page, Paper
from collectctl.documents.plain import plain
from collectctl.documents.records import CASES, Letter
from collectctl.documents.writer import Writer, lacking


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A form with one letter in it."""

    form: Form
    case: str
    letter: Letter
    text: str
    """Markup, or the text as it is sent."""

    @property
    def plain(self) -> str:
        """The words alone, those of an e-mail under its subject."""
        return plain_text(self.form, self.text)

    @property
    def name(self) -> str:
        """What a file of it is called."""
        form = self.form
        ending = "html" if form.channel in MARKUP else "txt"
        return f"{form.document}.{form.channel}.{form.language}.{self.case}.{ending}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """A case that a form is not shown with."""

    case: str
    because: str
    """`role`: the document goes to others; else the fields that the case lacks."""


def plain_text(form: Form, text: str) -> str:
    """The words of a rendered form, those of an e-mail under its subject."""
    if form.channel not in MARKUP:
        return text + "\n"
    return (f"{form.subject}\n\n" if form.subject else "") + plain(text)


def draft(writer: Writer, form: Form, case: str, letter: Letter) -> Draft:
    """The form with a letter in it that lacks nothing the form needs."""
    return Draft(form=form, case=case, letter=letter, text=writer.write(form, letter))


def drafts(
    writer: Writer, form: Form, cases: Sequence[Case]
) -> tuple[tuple[Draft, ...], tuple[Left, ...]]:
    """The form with each case that it can be shown with, and the others with why not.

    A case of a person whom the document does not address (where another one is of such a person),
    or without a field that the form needs, is left. So is, without a word about it, one about a
    matter of its own (a plan, a complaint) of which the text says nothing: it reads as others do.
    """
    shown: list[Draft] = []
    left: list[Left] = []
    roles = writer.documents.addressees(form.document)
    if not any(case.role in roles for case in cases):
        # The role is no part of what a text is given: better another's letter than none.
        roles = frozenset(case.role for case in cases)
    for case in cases:
        letter = case.letter(form.language, form.title)
        missing = lacking(form, letter)
        if case.role not in roles:
            left.append(Left(case=case.id, because="role"))
        elif missing:
            left.append(Left(case=case.id, because=", ".join(missing)))
        else:
            found = draft(writer, form, case.id, letter)
            if not _beside_the_point(writer, found):
                shown.append(found)
    return tuple(shown), tuple(left)


def _beside_the_point(writer: Writer, found: Draft) -> bool:
    """Whether the case has a matter of its own and the text would be the same without."""
    nothing: dict[str, Any] = dict.fromkeys(CASES)
    bare = found.letter._replace(**nothing)
    if bare == found.letter or lacking(found.form, bare):
        return False
    return writer.write(found.form, bare) == found.text


def page(documents: Documents, form: Form, texts: Sequence[str]) -> bytes:
    """One HTML file with these texts, each a page, as a night writes it."""
    bank = documents.bank.get(form.language)
    begin = head(form.channel, form.language, bank, documents.bank.logo, form.title)
    body = "".join(f"<section>\n{text}\n</section>\n" for text in texts)
    return (begin + body + PAGE_END).encode()


def file_of(documents: Documents, found: Draft) -> bytes:
    """The draft as a file to open: a page, or the text as it is sent."""
    if found.form.channel in MARKUP:
        return page(documents, found.form, [found.text])
    return found.plain.encode()


def print_pdf(documents: Documents, letters: Sequence[Draft], day: date) -> bytes:
    """Letters of one form as they are printed, each on its own sheets."""
    form = letters[0].form
    banks = {language: documents.bank.get(language) for language in LANGUAGES}
    pages = [
        Page(reference=one.letter.reference, language=form.language, markup=one.text)
        for one in letters
    ]
    return Paper(banks, documents.bank.logo).pdf(pages, day, title=form.title).pdf


def unprintable(letter: Draft) -> str | None:
    """The first character, as `U+9FFF`, that the font of print PDFs lacks; None if it has all."""
    found = glyphs.lacking(letter.plain)
    return None if found is None else f"U+{ord(found):04X}"
