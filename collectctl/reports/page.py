"""The morning's page: what came in, where it went, what changed, what needs a person.

Knows the order in which a supervisor reads it. The page holds no personal data: an account is
named by its last four characters beside the customer's internal number.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Literal

from collectctl.columns import mask
from collectctl.config import Bilingual
from collectctl.money import grouped
from collectctl.reports.conservation import DISPOSITIONS, Between, Placed
from collectctl.reports.html import html_page
from collectctl.reports.night import NightReport
from collectctl.reports.words import (
    DISPOSITION_WORDS,
    EXPORT_WORDS,
    FEED_STATE_WORDS,
    STATE_WORDS,
)

Languages = Literal["both", "zh_CN", "en"]
MOST_LISTED = 12
"""Lines of a list on the page; the whole list stands in a file of the night."""
_HEAT = ((0, 0), (1, 1), (2, 10), (3, 25), (4, 50))
"""Shade and the percentage of the largest cell from which it is used."""


def night_page(report: NightReport, languages: Languages = "both") -> bytes:
    """The page as one HTML file that needs nothing else; the same report gives the same bytes."""
    values = {
        "r": report,
        "languages": languages,
        "dispositions": _shown_dispositions(report.placed),
        "grades": _grade_rows(report),
        "money": _money_rows(report.placed),
        "changes": _changes(report),
        "tiles": _tiles(report),
        "missing": _missing(report.between),
        "channels": tuple(channel for channel, _ in _channels(report)),
        "documents": _document_rows(report),
        "words": DISPOSITION_WORDS,
        "exports": EXPORT_WORDS,
        "states": STATE_WORDS,
        "feed_states": FEED_STATE_WORDS,
        "most": MOST_LISTED,
    }
    return html_page("report.html.j2", ("report.css",), values)


def _shown_dispositions(placed: Placed) -> tuple[str, ...]:
    """Where accounts ended; one that nobody ended in is left out, except the first."""
    return tuple(
        d for d in DISPOSITIONS if placed.by_disposition.get(d, 0) or d in ("worked", "manual")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeRow:
    """One grade: its accounts by disposition, each with a shade from 0 to 4."""

    grade: str
    total: int
    cells: tuple[tuple[int, int], ...]


def _grade_rows(report: NightReport) -> tuple[GradeRow, ...]:
    known = [g for g in report.grades if g in report.placed.by_grade]
    rest = [g for g in report.placed.by_grade if g not in known]
    shown = _shown_dispositions(report.placed)
    largest = max((n for c in report.placed.by_grade.values() for n in c.values()), default=0)
    rows = []
    for grade in (*known, *rest):
        counts = report.placed.by_grade[grade]
        cells = tuple((counts.get(d, 0), _shade(counts.get(d, 0), largest)) for d in shown)
        rows.append(GradeRow(grade=grade, total=sum(counts.values()), cells=cells))
    return tuple(rows)


def _shade(count: int, largest: int) -> int:
    if count == 0:
        return 0
    return max(shade for shade, percent in _HEAT if count * 100 >= percent * largest or shade <= 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyRow:
    """One currency: its amounts by disposition, ready to read."""

    currency: str
    total: str
    cells: tuple[str, ...]


def _money_rows(placed: Placed) -> tuple[MoneyRow, ...]:
    shown = _shown_dispositions(placed)
    return tuple(
        MoneyRow(
            currency=currency,
            total=grouped(total, currency),
            cells=tuple(
                grouped(placed.money_by_disposition.get(d, {}).get(currency, 0), currency)
                for d in shown
            ),
        )
        for currency, total in placed.money.items()
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRow:
    """One document: how many were prepared on each channel, and what was not."""

    document: Bilingual
    prepared: tuple[int, ...]
    deferred: int
    blocked: int
    failed: int


def _channels(report: NightReport) -> tuple[tuple[Bilingual, str], ...]:
    """The channels of the night in the order in which its kinds name them first."""
    return tuple({k.channel.en: (k.channel, k.channel.en) for k in report.kinds}.values())


def _document_rows(report: NightReport) -> tuple[DocumentRow, ...]:
    names = {k.document.en: k.document for k in report.kinds}
    rows = []
    for name, document in names.items():
        kinds = [k for k in report.kinds if k.document.en == name]
        rows.append(
            DocumentRow(
                document=document,
                prepared=tuple(
                    sum(k.prepared for k in kinds if k.channel.en == channel)
                    for _, channel in _channels(report)
                ),
                deferred=sum(k.deferred for k in kinds),
                blocked=sum(k.blocked for k in kinds),
                failed=sum(k.failed for k in kinds),
            )
        )
    return tuple(rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One number beside that of the night before."""

    label: Bilingual
    before: str
    today: str
    change: str
    way: str
    """up, down or same."""


def _changes(report: NightReport) -> tuple[Change, ...]:
    now, before = report.measures, report.earlier
    if before is None:
        return ()
    found = [_change(_both("账户", "Accounts"), before.accounts, now.accounts)]
    for currency in sorted({*now.money, *before.money}):
        label = _both(f"{currency} 余额", f"{currency} balance")
        amounts = before.money.get(currency, 0), now.money.get(currency, 0)
        found.append(_change(label, *amounts, currency))
    found.append(_change(_both("无法分级", "Not graded"), before.manual, now.manual))
    documents = sum(before.documents.values()), sum(now.documents.values())
    found.append(_change(_both("备好的文书", "Documents prepared"), *documents))
    rejected = sum(before.rejected.values()), sum(now.rejected.values())
    found.append(_change(_both("隔离的行", "Rows in quarantine"), *rejected))
    grades = [g for g in report.grades if g in now.by_grade or g in before.by_grade]
    for grade in grades:
        counts = before.by_grade.get(grade, 0), now.by_grade.get(grade, 0)
        found.append(_change(_both(grade, grade), *counts))
    return tuple(found)


def _change(label: Bilingual, before: int, today: int, currency: str | None = None) -> Change:
    by = today - before
    texts = [grouped(v, currency) if currency else f"{v:,}" for v in (before, today, abs(by))]
    whole, tenth = divmod(abs(by) * 1000 // abs(before), 10) if before else (0, 0)
    percent = f" ({whole:,}.{tenth}%)" if before and by else ""
    sign = "+" if by > 0 else "−"
    return Change(
        label=label,
        before=texts[0],
        today=texts[1],
        change=f"{sign}{texts[2]}{percent}" if by else "",
        way="up" if by > 0 else "down" if by else "same",
    )


def _both(zh: str, en: str) -> Bilingual:
    return Bilingual(zh_CN=zh, en=en)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One large number at the head of the page."""

    label: Bilingual
    value: int
    tone: str
    """plain, or look: somebody should."""


def _tiles(report: NightReport) -> tuple[Tile, ...]:
    ended = report.placed.by_disposition
    waiting = sum(q.waiting for q in report.queues)
    rejected = sum(c.rejected for c in report.came)
    missing = 0 if report.between is None else len(report.between.missing)
    values: tuple[tuple[Bilingual, int, bool], ...] = (
        (_both("账户", "Accounts"), report.placed.accounts, False),
        (_both("已安排", "Worked"), ended.get("worked", 0), False),
        (_both("备好文书", "Documents prepared"), report.documents.prepared, False),
        (_both("人工处理", "Left to a person"), ended.get("manual", 0), True),
        (_both("无人手", "No capacity"), waiting, True),
        (_both("隔离的行", "Rows in quarantine"), rejected, True),
        (_both("不明去向", "Missing"), missing, True),
    )
    return tuple(
        Tile(label=label, value=value, tone="look" if look and value else "plain")
        for label, value, look in values
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingRow:
    """An account that is not there any more, without personal data."""

    customer: str
    account: str
    amount: str


def _missing(between: Between | None) -> tuple[MissingRow, ...]:
    if between is None:
        return ()
    rows = between.missing.head(MOST_LISTED).to_dict("records")
    return tuple(
        MissingRow(
            customer=str(row.get("customer_id", "")),
            account=mask("account", str(row["account_id"]))[-6:],
            amount=_amount(row),
        )
        for row in rows
    )


def _amount(row: Mapping[Hashable, object]) -> str:
    balance, currency = row.get("balance"), row.get("currency")
    if not isinstance(balance, int) or not isinstance(currency, str):
        return ""
    return f"{currency} {grouped(balance, currency)}"
