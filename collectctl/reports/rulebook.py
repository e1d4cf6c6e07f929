"""A rulebook to read and sign: one page that prints on A4, and the same as a workbook.

Knows how sections, changes and signatures are shown. Refuses to know how a rule is told.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from collectctl.config import Bilingual
from collectctl.problems import display_width
from collectctl.reports.html import html_page
from collectctl.rules.booklet import Booklet, Change, Section
from collectctl.sheets.book import book_bytes
from collectctl.sheets.table import ColourRule, Cover, SheetColumn, Table

_WORDS: Mapping[str, Bilingual] = {
    "same": Bilingual(zh_CN="", en=""),
    "new": Bilingual(zh_CN="新增", en="new"),
    "changed": Bilingual(zh_CN="修改", en="changed"),
    "removed": Bilingual(zh_CN="删除", en="removed"),
    "change": Bilingual(zh_CN="变更", en="Change"),
    "changes": Bilingual(zh_CN="变更清单", en="Changes"),
    "no changes": Bilingual(zh_CN="与所比较的版本无差异。", en="Nothing differs from it."),
    "before": Bilingual(zh_CN="原为", en="before"),
    "section": Bilingual(zh_CN="章节", en="Section"),
    "entry": Bilingual(zh_CN="条目", en="Entry"),
    "as of": Bilingual(zh_CN="取值日期", en="Values as of"),
    "digest": Bilingual(zh_CN="配置摘要 SHA-256", en="Configuration, SHA-256"),
    "since": Bilingual(zh_CN="比较对象", en="Compared with"),
    "state": Bilingual(zh_CN="状态", en="State"),
    "sample": Bilingual(
        zh_CN="样例：没有任何银行批准过这些规则。", en="A sample: no bank has approved these rules."
    ),
    "signatures": Bilingual(zh_CN="签署", en="Signatures"),
    "role": Bilingual(zh_CN="角色", en="Role"),
    "name": Bilingual(zh_CN="姓名、工号", en="Name, staff number"),
    "signature": Bilingual(zh_CN="签名", en="Signature"),
    "day": Bilingual(zh_CN="日期", en="Date"),
    "signed": Bilingual(
        zh_CN="签署者确认的是上述摘要所指的配置。",
        en="Those who sign confirm the configuration that has the SHA-256 above.",
    ),
    "cover": Bilingual(zh_CN="封面", en="Cover"),
}
_COLOURS: Mapping[Change, str] = {"new": "green", "changed": "amber", "removed": "red"}
_WIDEST = 60
_NARROWEST = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """What the readers put their name to."""

    bank: Bilingual
    digest: str
    """SHA-256 of the whole configuration."""
    sample: bool
    state: Bilingual
    """Where the configuration was taken from."""
    since: Bilingual | None
    """What it is compared with; None: with nothing."""
    day: date
    """The business date for which values in force are named."""
    roles: tuple[tuple[Bilingual, tuple[str, ...]], ...]
    """Who signs: what for, and the roles of `authority.yaml` that may."""


def rulebook_page(booklet: Booklet, signing: Signing) -> bytes:
    """The rulebook as one HTML file that needs nothing else; same values, same bytes."""
    language = booklet.language
    values = {
        "b": booklet,
        "s": signing,
        "w": {key: text.get(language) for key, text in _WORDS.items()},
        "lang": language,
    }
    return html_page("rulebook.html.j2", ("rulebook.css",), values)


# the workbook


def rulebook_workbook(booklet: Booklet, signing: Signing) -> bytes:
    """The rulebook as a workbook: a cover, the changes, and a sheet for each section."""
    language = booklet.language
    tables = [_changes(booklet)] if booklet.compared else []
    titles = {s.id: _sheet_title(n, s, language) for n, s in enumerate(booklet.sections, 1)}
    tables += [_table(s, titles[s.id], booklet) for s in booklet.sections]
    return book_bytes(tables=tables, cover=_cover(booklet, signing), created=signing.day)


def _word(key: str, language: str) -> str:
    return _WORDS[key].get(language)


def _sheet_title(number: int, section: Section, language: str) -> str:
    return f"{number} {section.title.get(language)}"[:31]


def _cover(booklet: Booklet, signing: Signing) -> Cover:
    language = booklet.language
    lines: list[tuple[str, str | int | date]] = [
        (_word("state", language), signing.state.get(language)),
        (_word("digest", language), signing.digest),
        (_word("as of", language), signing.day),
    ]
    if signing.since is not None:
        lines.append((_word("since", language), signing.since.get(language)))
        lines.append((_word("changes", language), len(booklet.changes)))
    names = f"{_word('name', language)}, {_word('signature', language)}, {_word('day', language)}"
    lines += [
        (what.get(language), f"{', '.join(roles)}\n{names}: ______________________")
        for what, roles in signing.roles
    ]
    notes = [_word("signed", language)]
    if signing.sample:
        notes.insert(0, _word("sample", language))
    return Cover(
        sheet=_word("cover", language),
        title=f"{signing.bank.get(language)}: {booklet.title}",
        lines=tuple(lines),
        notes=tuple(notes),
    )


def _changes(booklet: Booklet) -> Table:
    language = booklet.language
    rows = [
        (_word(entry.change, language), section.title.get(language), entry.key)
        for section, entry in booklet.changes
    ]
    headings = [_word(k, language) for k in ("change", "section", "entry")]
    return _sheet(_word("changes", language), headings, rows, (_NARROWEST, 26, _WIDEST))


def _table(section: Section, title: str, booklet: Booklet) -> Table:
    language = booklet.language
    headings = [h.get(language) for h in section.headings]
    rows = [list(entry.cells) for entry in section.entries]
    if booklet.compared:
        headings += [_word("change", language), _word("before", language)]
        for entry, row in zip(section.entries, rows, strict=True):
            told = zip(section.headings, entry.told_before, strict=True)
            before = [f"{h.get(language)}: {text}" for h, text in told if text is not None]
            row += [_word(entry.change, language), "\n".join(before)]
    widths = [_width(n, headings, rows) for n in range(len(headings))]
    return _sheet(title, headings, rows, widths)


def _width(number: int, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    longest = max(
        (display_width(line) for row in rows for line in row[number].split("\n")), default=0
    )
    return max(_NARROWEST, min(_WIDEST, max(longest, display_width(headings[number])) + 2))


def _sheet(
    title: str, headings: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int]
) -> Table:
    names = [f"c{n}" for n in range(len(headings))]
    columns = tuple(
        SheetColumn(name=name, heading=heading, width=width, wrap=True)
        for name, heading, width in zip(names, headings, widths, strict=True)
    )
    data = {name: pa.array([row[n] for row in rows], pa.string()) for n, name in enumerate(names)}
    colours = tuple(
        ColourRule(column=name, when="equals", value=text.get(language), colour=colour)  # type: ignore[arg-type]  # one of the colours
        for name, heading in zip(names, headings, strict=True)
        for language in ("zh_CN", "en")
        if heading == _WORDS["change"].get(language)
        for change, colour in _COLOURS.items()
        for text in (_WORDS[change],)
    )
    return Table(title=title, columns=columns, data=pa.table(data), colours=colours)
