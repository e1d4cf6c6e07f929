"""Two versions of the bank's letters side by side, as a page for whoever approves the newer one.

Knows how a change is shown. Refuses to know how it was found.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from collectctl.config import Bilingual
from collectctl.reports.html import html_page

Side = tuple[tuple[str, bool], ...]
"""A sentence in pieces: its text, and whether the other version lacks it."""
_WORDS: Mapping[str, Bilingual] = {
    "title": Bilingual(zh_CN="文书变更对照", en="What changed in the letters"),
    "old": Bilingual(zh_CN="原文", en="Before"),
    "new": Bilingual(zh_CN="新文", en="After"),
    "more": Bilingual(zh_CN="另有 {} 个示例相同", en="the same in {} more cases"),
    "summary": Bilingual(zh_CN="汇总", en="Summary"),
    "document": Bilingual(zh_CN="文书", en="Document"),
    "language": Bilingual(zh_CN="语言", en="Language"),
    "form": Bilingual(zh_CN="形式", en="Form"),
    "cases": Bilingual(zh_CN="示例", en="Cases"),
    "changed": Bilingual(zh_CN="有变", en="Changed"),
    "unseen": Bilingual(
        zh_CN="文本有变，没有示例能看到", en="the text differs, and no case shows where"
    ),
    "nothing": Bilingual(zh_CN="没有差异。", en="Nothing differs."),
    "invented": Bilingual(
        zh_CN="示例中的人和金额都是虚构的。", en="The people and amounts in the cases are invented."
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One change of a document in a language."""

    document: str
    title: str
    language: str
    forms: tuple[str, ...]
    case: str
    more: int
    changes: tuple[tuple[Side, Side], ...]
    """The sentence before and after; empty where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffPage:
    """Everything that stands on the page."""

    bank: Bilingual
    said: tuple[str, ...]
    """What is not seen in a text: documents added and removed, and the like."""
    parts: tuple[Part, ...]
    rows: tuple[tuple[str, str, str, int, int, bool], ...]
    """Document, language, form, cases, how many of them changed, and whether none shows it."""


def diff_page(shown: DiffPage, language: str) -> bytes:
    """The page as one HTML file that needs nothing else."""
    values = {
        "p": shown, "language": language, "bank": shown.bank.get(language),
        "w": {key: text.get(language) for key, text in _WORDS.items()},
    }  # fmt: skip
    return html_page("letters_diff.html.j2", ("letters.css",), values)
