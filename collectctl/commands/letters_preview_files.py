"""What `collectctl letters preview` writes: the letters, and the page that shows them all."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import typer

from collectctl.archive.nights import Night
from collectctl.commands.letters_night import night_of, refuse_stranger
from collectctl.commands.letters_sides import (
    Edited,
    documents_of,
    edited,
    in_force,
    refuse_unknown,
    usable,
)
from collectctl.commands.rules_sources import inputs_of, laid_out
from collectctl.compliance.contacts import DEFAULT_LANGUAGE
from collectctl.config import Bilingual
from collectctl.documents.cases import Case
from collectctl.documents.catalog import Documents, Form
from collectctl.documents.channels import CHANNELS, MARKUP
from collectctl.documents.drafts import (
    Draft,
    Left,
    draft,
    drafts,
    file_of,
    print_pdf,
    unprintable,
)
from collectctl.documents.plain import plain
from collectctl.documents.sms import parts
from collectctl.documents.writer import Writer
from collectctl.problems import InputRefusedError
from collectctl.reports.letters_sheet import Block, Card, Group, Sheet, sheet_page
from collectctl.stages.account_letter import account_letter, owed_on
from collectctl.stages.written_letters import WrittenLetter, written_letters

_EDITED = Bilingual(zh_CN="工作文件夹，未经批准", en="the working folder, not approved")
_IN_FORCE = Bilingual(zh_CN="已生效的文本", en="the texts in force")
_INVENTED = Bilingual(
    zh_CN="示例中的人和金额都是虚构的。", en="The people and amounts in the cases are invented."
)
_REAL = Bilingual(
    zh_CN="含客户个人信息：看完即删，不得外传。",
    en="Personal data of a customer: delete it when you have looked at it.",
)
_WRITTEN = Bilingual(
    zh_CN="{} 当晚写出的原文；是否已发出，见该晚的发布记录。",
    en="What the night of {} wrote, word for word; the releases say whether it was sent.",
)
_NOW = Bilingual(
    zh_CN="{} 当晚没有写这份文书；这里用当晚读入的账户数据、按本次选用的文本写出。",
    en="The night of {} did not write it: the account as that night read it, in these texts.",
)
_NO_GLYPH = Bilingual(
    zh_CN="打印字体没有字符 {}：不能制成 PDF。",
    en="The font of print PDFs has no character {}: it is not in the PDF.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to be shown."""

    project: Path
    document: str | None
    channel: str | None
    language: str | None
    case: str | None
    in_force: bool
    day: date

    def wants(self, document: str, channel: str, language: str) -> bool:
        """Whether a form is among what is asked for."""
        return (
            self.document in (None, document)
            and self.channel in (None, channel)
            and self.language in (None, language)
        )


def of_cases(wish: Wish) -> Mapping[str, bytes]:
    """The files of a preview with the telling cases, by name.

    Raises:
        CollectctlError: the documents cannot be used.
        typer.BadParameter: there is no such document or case, or nothing to show.
    """
    read, documents = _texts(wish)
    known = [case.id for case in read.cases]
    if wish.case is not None and wish.case not in known:
        raise typer.BadParameter(f"'{wish.case}' is none of {', '.join(known)}")
    cases = [case for case in read.cases if wish.case in (None, case.id)]
    writer = Writer(documents)
    forms = [f for f in documents.forms_by_key.values() if wish.wants(*_key(f))]
    found = [(form, *drafts(writer, form, cases)) for form in _in_order(forms)]
    if not any(shown for _, shown, _ in found):
        raise typer.BadParameter("no document is written in this form with such a case")
    files = {d.name: file_of(documents, d) for _, shown, _ in found for d in shown}
    for form, shown, _ in found:
        printed = _printable(form, shown)
        if printed:
            files[_pdf_name(form)] = print_pdf(documents, printed, printed[0].letter.date)
    titles = {case.id: case for case in read.cases}
    spoken = read.settings.language
    groups = [
        (form.document, _group(form, shown, left, titles, spoken)) for form, shown, left in found
    ]
    state = _IN_FORCE if wish.in_force else _EDITED
    said = (state.get(spoken), _INVENTED.get(spoken))
    files["index.html"] = _sheet(read, documents, groups, said)
    return files


def _pdf_name(form: Form) -> str:
    return f"{form.document}.{form.language}.pdf"


def _printable(form: Form, shown: Sequence[Draft]) -> list[Draft]:
    """The letters among the drafts that the font of print PDFs can write."""
    return [one for one in shown if form.channel == "letter" and unprintable(one) is None]


def _key(form: Form) -> tuple[str, str, str]:
    return form.document, form.channel, form.language


def _in_order(forms: Sequence[Form]) -> list[Form]:
    """By document as the catalogue has them, then letters first."""
    ids = list(dict.fromkeys(form.document for form in forms))
    return sorted(forms, key=lambda f: (ids.index(f.document), CHANNELS.index(f.channel)))


def _texts(wish: Wish) -> tuple[Edited, Documents]:
    """The working folder, and the documents that are to be shown."""
    read = edited(wish.project)
    documents = usable(read)
    if wish.in_force:
        documents = documents_of(in_force(wish.project, wish.day, "letters preview"))
    refuse_unknown(wish.document, documents)
    return read, documents


def _group(
    form: Form, shown: Sequence[Draft], left: Sequence[Left], cases: Mapping[str, Case],
    spoken: str,
) -> Group:  # fmt: skip
    return Group(
        channel=form.channel, language=form.language,
        cards=tuple(_card(one, cases[one.case].title.get(spoken), spoken) for one in shown),
        left=tuple((cases[one.case].title.get(spoken), one.because) for one in left),
        pdf=_pdf_name(form) if _printable(form, shown) else "",
    )  # fmt: skip


def _card(one: Draft, title: str, spoken: str) -> Card:
    page = one.form.channel in MARKUP
    odd = unprintable(one) if one.form.channel == "letter" else None
    return Card(
        title=title, file=one.name, page=page, subject=one.form.subject,
        text=one.plain if not page or one.form.channel == "email" else "",
        parts=parts(one.text) if one.form.channel == "sms" else 0, characters=len(one.text),
        failed="" if odd is None else _NO_GLYPH.get(spoken).format(odd),
    )  # fmt: skip


def _sheet(
    read: Edited, documents: Documents, groups: Sequence[tuple[str, Group]],
    said: tuple[str, ...], warning: str = "",
) -> bytes:  # fmt: skip
    """The page that shows the groups by document; a document may be gone from the catalogue."""
    spoken = read.settings.language
    blocks = []
    for name in dict.fromkeys(document for document, _ in groups):
        there = name in documents.ids
        blocks.append(
            Block(
                document=name, title=documents.title(name, spoken) if there else "",
                purpose=documents.purpose(name) if there else "-",
                tone=documents.tone(name) if there else "-",
                addressees=tuple(sorted(documents.addressees(name))) if there else (),
                groups=tuple(group for document, group in groups if document == name),
            )
        )  # fmt: skip
    sheet = Sheet(bank=read.settings.title, said=said, warning=warning, blocks=tuple(blocks))
    return sheet_page(sheet, spoken)


def of_account(wish: Wish, account: str, day: date | None) -> Mapping[str, bytes]:
    """The files of a preview with one real account, by name.

    Raises:
        CollectctlError: the documents or the night cannot be used, the account is not one of its.
        typer.BadParameter: there is no such document, or nothing to show.
    """
    read, documents = _texts(wish)
    spoken = read.settings.language
    night = night_of(wish.project, read.settings.archive, day)
    refuse_stranger(night, account)
    written = [
        one
        for one in written_letters(night, account)
        if wish.wants(one.document, one.channel, one.language)
    ]
    files = {_written_name(one): _written_file(one) for one in written if not one.failed}
    groups = [(one.document, _written_group(one, night)) for one in written]
    said = _WRITTEN if written else _NOW
    if wish.document is not None and not written:
        for one, group in _written_now(wish, documents, night, account, spoken):
            files[one.name] = file_of(documents, one)
            groups.append((wish.document, group))
    if not groups:
        raise typer.BadParameter("that night wrote nothing of this about the account")
    where = said.get(spoken).format(night.business_date)
    files["index.html"] = _sheet(read, documents, groups, (where,), _REAL.get(spoken))
    return files


def _written_name(one: WrittenLetter) -> str:
    ending = "html" if one.page else "txt"
    return f"{one.number:06d}.{one.document}.{one.channel}.{one.language}.{ending}"


def _written_file(one: WrittenLetter) -> bytes:
    return one.page or one.text.encode() + b"\n"


def _written_group(one: WrittenLetter, night: Night) -> Group:
    """One document of a night; an e-mail's plain part is made of what was written."""
    text = plain(one.text) if one.channel == "email" and one.text else one.text
    card = Card(
        title=f"{night.business_date:%Y%m%d}-{one.number:06d}", role=one.role,
        file="" if one.failed else _written_name(one), page=bool(one.page), subject=one.subject,
        text=text, parts=parts(one.text) if one.channel == "sms" else 0,
        characters=len(one.text), failed=one.failed,
    )  # fmt: skip
    return Group(channel=one.channel, language=one.language, cards=(card,))


def _written_now(
    wish: Wish, documents: Documents, night: Night, account: str, spoken: str
) -> Iterator[tuple[Draft, Group]]:
    """The document that was asked for, with the account as the night read it.

    Raises:
        InputRefusedError: it cannot be written in any of the forms.
    """
    if wish.document is None:
        raise AssertionError("without a document there is nothing to write")
    writer, refused, found = Writer(documents), list[InputRefusedError](), False
    with laid_out(inputs_of(f"night:{night.business_date}", wish.project, None)) as laid:
        roles = documents.addressees(wish.document)
        owed = owed_on(laid.desk.project, laid.intake, account, roles)
        own = wish.language or owed.details["language"] or DEFAULT_LANGUAGE
        for form in documents.forms_by_key.values():
            if form.language != own or not wish.wants(*_key(form)):
                continue
            try:
                letter = account_letter(owed, form, night.business_date)
            except InputRefusedError as error:
                refused.append(error)
                continue
            one, found = draft(writer, form, "account", letter), True
            cards = (_card(one, "", spoken),)
            yield one, Group(channel=form.channel, language=form.language, cards=cards)
    if refused and not found:
        raise refused[0]
