"""The contact sheet of a preview: every letter small, every message whole, on one page.

Knows how what was written is shown side by side. Refuses to know how a letter is written: it links
to files that lie beside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from collectctl.config import Bilingual
from collectctl.reports.html import html_page

_WORDS: Mapping[str, Bilingual] = {
    "title": Bilingual(zh_CN="文书预览", en="Preview of letters"),
    "letter": Bilingual(zh_CN="信函", en="Letter"),
    "sms": Bilingual(zh_CN="短信", en="Short message"),
    "email": Bilingual(zh_CN="电子邮件", en="E-mail"),
    "wechat": Bilingual(zh_CN="微信", en="WeChat"),
    "script": Bilingual(zh_CN="电话话术", en="Telephone script"),
    "zh_CN": Bilingual(zh_CN="中文", en="Chinese"),
    "en": Bilingual(zh_CN="英文", en="English"),
    "to": Bilingual(zh_CN="发给", en="to"),
    "purpose": Bilingual(zh_CN="用途", en="purpose"),
    "tone": Bilingual(zh_CN="语气", en="tone"),
    "principal": Bilingual(zh_CN="主卡持卡人", en="principal"),
    "joint_debtor": Bilingual(zh_CN="共同债务人", en="joint debtor"),
    "guarantor": Bilingual(zh_CN="保证人", en="guarantor"),
    "subject": Bilingual(zh_CN="主题", en="Subject"),
    "plain": Bilingual(zh_CN="纯文本部分", en="The plain text part"),
    "open": Bilingual(zh_CN="打开", en="open"),
    "parts": Bilingual(zh_CN="{} 字，计 {} 条", en="{} characters, {} parts"),
    "characters": Bilingual(zh_CN="{} 字", en="{} characters"),
    "pdf": Bilingual(zh_CN="打印用 PDF", en="PDF for print"),
    "left": Bilingual(zh_CN="没有展示的示例", en="Cases that are not shown"),
    "role": Bilingual(zh_CN="收件人身份不符", en="addressed to somebody else"),
    "lacks": Bilingual(zh_CN="缺少 {}", en="lacks {}"),
    "nothing": Bilingual(zh_CN="没有可展示的内容。", en="There is nothing to show."),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One letter or message."""

    title: str
    """Of the case, or which letter it is."""
    file: str
    """Beside the sheet."""
    page: bool
    """Whether the file is a page to look at."""
    subject: str
    text: str
    """A message; of an e-mail its plain part."""
    parts: int
    """Of a short message; 0 for other forms."""
    characters: int
    role: str = ""
    """Of whom it is addressed to, where that is one person."""
    failed: str = ""
    """What stands against it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A document in one form and language."""

    channel: str
    language: str
    cards: tuple[Card, ...]
    left: tuple[tuple[str, str], ...] = ()
    """Cases that are not shown, and `role` or the fields that they lack."""
    pdf: str = ""
    """The file with all of them as they are printed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A document."""

    document: str
    title: str
    purpose: str
    tone: str
    addressees: tuple[str, ...]
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Everything that stands on the page."""

    bank: Bilingual
    said: tuple[str, ...]
    """Where the texts are from, and of whom they speak."""
    warning: str
    """What whoever opens it has to mind; empty: nothing."""
    blocks: tuple[Block, ...]


def sheet_page(sheet: Sheet, language: str) -> bytes:
    """The sheet as one HTML file that shows the files beside it."""
    values = {
        "s": sheet, "language": language, "bank": sheet.bank.get(language),
        "w": {key: text.get(language) for key, text in _WORDS.items()},
    }  # fmt: skip
    return html_page("letters_sheet.html.j2", ("letters.css",), values)
