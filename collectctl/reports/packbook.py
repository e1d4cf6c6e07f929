"""The packs to read and check: each limit beside the code and the test that enforce it.

One page that prints on A4, and the same as a workbook. Knows how limits are laid out. Refuses to
know what enforces them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from collectctl.compliance.packs.reader import Pack, Packs, state_of
from collectctl.compliance.packs.shapes import (
    CHANNELS,
    AnyLimit,
    DutyLimit,
    FactLimit,
    TextLimit,
    ValueShape,
)
from collectctl.config import Bilingual
from collectctl.problems import display_width
from collectctl.reports.html import html_page
from collectctl.reports.pack_words import listed, said, value_text
from collectctl.sheets.book import book_bytes
from collectctl.sheets.table import Cover, SheetColumn, Table

_WORDS: Mapping[str, Bilingual] = {
    "title": Bilingual(zh_CN="规则包", en="Packs"),
    "cover": Bilingual(zh_CN="封面", en="Cover"),
    "digest": Bilingual(zh_CN="配置摘要 SHA-256", en="Configuration, SHA-256"),
    "as of": Bilingual(zh_CN="查看日期", en="As of"),
    "packs": Bilingual(zh_CN="适用的规则包", en="Packs that hold"),
    "warnings": Bilingual(zh_CN="需要注意", en="To be looked at"),
    "sample": Bilingual(
        zh_CN="样例：没有任何银行批准过这些限制。",
        en="A sample: no bank has approved these limits.",
    ),
    "unread": Bilingual(
        zh_CN="没有一项在官方网站上核对过；「核实」一栏说明可信程度，法务复核后填写「复核」。",
        en="Nothing was read on an official site; how sure a value is stands in its row, and the"
        " legal desk writes when it reviewed it.",
    ),
    "enforced": Bilingual(zh_CN="联系闸门执行的限制", en="Limits that the gate enforces"),
    "duties": Bilingual(
        zh_CN="联系人员的义务（闸门只提示，不执行）",
        en="Duties of whoever makes the contact (the gate shows them and enforces nothing)",
    ),
    "texts": Bilingual(
        zh_CN="对文本的限制（检查函件与草稿时执行，联系闸门不执行）",
        en="Limits on texts (held when letters and drafts are checked, not by the gate)",
    ),
    "facts": Bilingual(
        zh_CN="其他数值（联系闸门不执行）", en="Other values (the gate does not enforce them)"
    ),
    "absent": Bilingual(zh_CN="不适用的种类", en="Kinds that do not apply"),
    "limit": Bilingual(zh_CN="限制", en="Limit"),
    "kind": Bilingual(zh_CN="种类", en="Kind"),
    "reason": Bilingual(zh_CN="理由", en="Reason"),
    "mode": Bilingual(zh_CN="效果", en="Effect"),
    "binding": Bilingual(zh_CN="约束力", en="Binding"),
    "channels": Bilingual(zh_CN="渠道", en="Channels"),
    "days": Bilingual(zh_CN="生效日期", en="Holds"),
    "value": Bilingual(zh_CN="数值", en="Value"),
    "source": Bilingual(zh_CN="来源与条款", en="Source and article"),
    "verified": Bilingual(zh_CN="核实", en="Verified"),
    "reviewed": Bilingual(zh_CN="复核", en="Reviewed"),
    "code": Bilingual(zh_CN="执行代码", en="Enforced by"),
    "test": Bilingual(zh_CN="测试", en="Test"),
    "and test": Bilingual(zh_CN="与测试", en=", tested by"),
    "since": Bilingual(zh_CN="自 {} 起", en="since {}"),
    "from to": Bilingual(zh_CN="{} 至 {}", en="{} to {}"),
    "ended": Bilingual(zh_CN="{} 已于 {} 失效", en="{} ended on {}"),
    "coming": Bilingual(zh_CN="{} 自 {} 起生效", en="{} begins on {}"),
    "unreviewed": Bilingual(
        zh_CN="规则包 {}：{} 项中有 {} 项一年内未复核",
        en="pack {}: of {} limits {} were not reviewed within a year",
    ),
    "all channels": Bilingual(zh_CN="全部", en="all"),
    "nothing": Bilingual(zh_CN="闸门不执行", en="not enforced by the gate"),
    "shown": Bilingual(zh_CN="只提示，不执行：", en="shown, not enforced: "),
    "untested": Bilingual(zh_CN="没有专门的测试", en="no test of its own"),
    "never": Bilingual(zh_CN="从未", en="never"),
    "no article": Bilingual(zh_CN="条款未核实", en="article not known"),
    "loosens": Bilingual(zh_CN="较宽的理由", en="why it is less strict"),
}
HEADINGS = (
    "limit", "mode", "binding", "channels", "days", "value", "source", "verified", "reviewed",
    "code", "test",
)  # fmt: skip
_WIDEST = 46
_NARROWEST = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Enforcement:
    """Where the program says what enforces a limit."""

    code: Callable[[AnyLimit], str | None]
    """`module:function`; None: the gate does not enforce it."""
    test: Callable[[str], str | None]
    """The test of a limit, by pack and name; None: it has none of its own."""
    duties: str
    """What shows duties."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the reader looks at."""

    bank: Bilingual
    digest: str
    sample: bool
    day: date
    """For which expired and coming values are named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One value of one limit."""

    id: str
    title: str
    cells: tuple[str, ...]
    """By `HEADINGS`, the limit's own name and title first."""
    first: bool
    """Whether it is the first value of its limit."""
    values: int
    """How many values the limit has."""
    enforced: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One table: limits of one pack that are treated alike."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PackPart:
    """One pack."""

    id: str
    title: str
    parts: tuple[Part, ...]
    absent: tuple[tuple[str, str], ...]


def pack_parts(packs: Packs, by: Enforcement, language: str) -> tuple[PackPart, ...]:
    """Every value of every limit of all packs, what the gate enforces first."""
    return tuple(_pack(pack, by, language) for pack in packs.packs)


def _pack(pack: Pack, by: Enforcement, language: str) -> PackPart:
    enforced, duties, texts, facts = [], [], [], []
    for name, limit in pack.limits.items():
        lines = _lines(pack, name, limit, by, language)
        if isinstance(limit, FactLimit):
            facts += lines
        elif isinstance(limit, DutyLimit):
            duties += lines
        elif isinstance(limit, TextLimit):
            texts += lines
        else:
            enforced += lines
    parts = (("enforced", enforced), ("duties", duties), ("texts", texts), ("facts", facts))
    return PackPart(
        id=pack.id, title=pack.title.get(language),
        parts=tuple(
            Part(title=_word(key, language), lines=tuple(lines))
            for key, lines in parts if lines
        ),
        absent=tuple((said(k, language), why) for k, why in pack.not_applicable.items()),
    )  # fmt: skip


def _lines(pack: Pack, name: str, limit: AnyLimit, by: Enforcement, language: str) -> list[Line]:
    code, test = by.code(limit), by.test(f"{pack.id}.{name}")
    told = code or _word("nothing", language)
    if isinstance(limit, DutyLimit):
        told = _word("shown", language) + by.duties
    tested = test or (_word("untested", language) if code else "-")
    title = limit.title.get(language)
    if limit.loosens is not None:
        title += f"（{_word('loosens', language)}：{limit.loosens}）"
    return [
        Line(
            id=f"{pack.id}.{name}", title=title, first=n == 0, values=len(limit.values),
            enforced=code is not None,
            cells=(
                f"{title}\n{pack.id}.{name}", said(limit.mode, language),
                said(limit.binding, language), _channels(limit, language),
                _days(value, language), value_text(limit, value, language),
                f"{value.source}\n{_article(value, language)}",
                said(value.verified, language),
                str(value.reviewed or _word("never", language)), told, tested,
            ),
        )
        for n, value in enumerate(limit.values)
    ]  # fmt: skip


def warnings(packs: Packs, day: date, language: str) -> list[str]:
    """Limits that have ended or not begun, and how many of each pack were not reviewed."""
    found = []
    for pack in packs.packs:
        states = {name: state_of(limit, day) for name, limit in pack.limits.items()}
        for name, limit in pack.limits.items():
            on = {"ended": limit.values[-1].to, "coming": limit.values[0].from_}.get(states[name])
            if on is not None:
                found.append(_word(states[name], language).format(f"{pack.id}.{name}", on))
        many = list(states.values()).count("unreviewed")
        if many:
            found.append(_word("unreviewed", language).format(pack.id, len(states), many))
    return found


def _article(value: ValueShape, language: str) -> str:
    """The article; that it is not known is said of what is not the bank's own."""
    if value.article is not None or value.verified == "house":
        return value.article or ""
    return _word("no article", language)


def _channels(limit: AnyLimit, language: str) -> str:
    channels = getattr(limit, "channels", ())
    if set(channels) == set(CHANNELS):
        return _word("all channels", language)
    return listed(channels, language) or "-"


def _days(value: ValueShape, language: str) -> str:
    if value.to is None:
        return _word("since", language).format(value.from_)
    return _word("from to", language).format(value.from_, value.to)


def _word(key: str, language: str) -> str:
    return _WORDS[key].get(language)


# the page


def pack_page(packs: Packs, by: Enforcement, shown: Shown, language: str) -> bytes:
    """The packs as one HTML file that needs nothing else; same values, same bytes."""
    values = {
        "packs": pack_parts(packs, by, language),
        "warnings": warnings(packs, shown.day, language),
        "s": shown,
        "headings": HEADINGS,
        "w": {key: text.get(language) for key, text in _WORDS.items()},
        "lang": language,
    }
    return html_page("packbook.html.j2", ("rulebook.css", "packbook.css"), values)


# the workbook


def pack_workbook(packs: Packs, by: Enforcement, shown: Shown, language: str) -> bytes:
    """The same as a workbook: a cover, and a sheet for each pack."""
    parts = pack_parts(packs, by, language)
    tables = [_sheet(n, part, language) for n, part in enumerate(parts, 1)]
    notes = [_word("unread", language), *warnings(packs, shown.day, language)]
    if shown.sample:
        notes.insert(0, _word("sample", language))
    cover = Cover(
        sheet=_word("cover", language),
        title=f"{shown.bank.get(language)}: {_word('title', language)}",
        lines=(
            (_word("digest", language), shown.digest),
            (_word("as of", language), shown.day),
            (_word("packs", language), ", ".join(part.id for part in parts)),
        ),
        notes=tuple(notes),
    )
    return book_bytes(tables=tables, cover=cover, created=shown.day)


def _sheet(number: int, pack: PackPart, language: str) -> Table:
    headings = [_word("kind", language), *(_word(h, language) for h in HEADINGS)]
    rows = [[part.title, *line.cells] for part in pack.parts for line in part.lines]
    rows += [
        [_word("absent", language), kind, *("-" for _ in HEADINGS[2:-5]), why, *("-" * 5)]
        for kind, why in pack.absent
    ]
    names = [f"c{n}" for n in range(len(headings))]
    columns = tuple(
        SheetColumn(name=name, heading=heading, width=_width(n, headings, rows), wrap=True)
        for n, (name, heading) in enumerate(zip(names, headings, strict=True))
    )
    data = {name: pa.array([row[n] for row in rows], pa.string()) for n, name in enumerate(names)}
    return Table(title=f"{number} {pack.id}"[:31], columns=columns, data=pa.table(data))


def _width(number: int, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    longest = max(
        (display_width(line) for row in rows for line in row[number].split("\n")), default=0
    )
    return max(_NARROWEST, min(_WIDEST, max(longest, display_width(headings[number])) + 2))
