"""Whether a night is too strange to go out unseen.

Knows how measures are compared with limits, in integers only. Refuses to know what happens to a
braked night.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from collectctl.config import Bilingual
from collectctl.money import grouped
from collectctl.reports.brakes import Brakes, Limit
from collectctl.reports.measures import MANUAL, Counts, Measures

_WHOLE = 10_000
"""One hundred percent, in hundredths of a percent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Braked:
    """One limit that a night is beyond."""

    code: str
    """What was compared: a word that never changes its meaning."""
    name: str
    """Of which currency, grade, branch, document or export; empty for the whole night."""
    today: int
    """Count, minor units, or hundredths of a percent for a share."""
    before: int | None
    """The same of the night before; None where only tonight was looked at."""
    limit: int
    message: Bilingual
    """What stands in the report: what changed, by how much, beyond what."""
    because: Bilingual
    """Why this is a limit."""


def judge(measures: Measures, previous: Measures | None, brakes: Brakes) -> tuple[Braked, ...]:
    """Every limit that the night is beyond; without a night before only the absolute ones act."""
    found = [*_average(measures, brakes), *_manual(measures, brakes), *_rejected(measures, brakes)]
    if previous is not None:
        found = [
            *_accounts(measures, previous, brakes),
            *_money(measures, previous, brakes),
            *found,
            *_grades(measures, previous, brakes),
            *_documents(measures, previous, brakes),
            *_branches(measures, previous, brakes),
            *_rows(measures, previous, brakes),
        ]
    return tuple(found)


def _accounts(now: Measures, before: Measures, brakes: Brakes) -> Iterator[Braked]:
    yield from _changes(
        "accounts-changed",
        ("账户数", "accounts"),
        {"": now.accounts},
        {"": before.accounts},
        brakes.accounts,
    )


def _money(now: Measures, before: Measures, brakes: Brakes) -> Iterator[Braked]:
    """By the balance of each currency that enough accounts have."""
    for currency in sorted({*now.money, *before.money}):
        accounts = max(now.by_currency.get(currency, 0), before.by_currency.get(currency, 0))
        today, was = now.money.get(currency, 0), before.money.get(currency, 0)
        if accounts >= brakes.money.at_least and _beyond(today, was, brakes.money.limit):
            amounts = grouped(was, currency), grouped(today, currency)
            by = _change(today, was)
            limit = _percent(brakes.money.limit)
            yield Braked(
                code="money-changed",
                name=currency,
                today=today,
                before=was,
                limit=brakes.money.limit,
                message=Bilingual(
                    zh_CN=f"{currency} 余额由 {amounts[0]} 变为 {amounts[1]}（{by}），限 {limit}",
                    en=f"{currency} balance {amounts[0]} → {amounts[1]} ({by}), limit {limit}",
                ),
                because=brakes.money.because,
            )


def _average(now: Measures, brakes: Brakes) -> Iterator[Braked]:
    for currency, most in brakes.average.items():
        accounts, money = now.by_currency.get(currency, 0), now.money.get(currency, 0)
        if money > most * accounts:
            average, limit = grouped(money // accounts, currency), grouped(most, currency)
            yield Braked(
                code="average-too-high",
                name=currency,
                today=money // accounts,
                before=None,
                limit=most,
                message=Bilingual(
                    zh_CN=f"{currency} 户均余额 {average}，限 {limit}：是否以分为单位？",
                    en=f"{currency} average balance {average}, limit {limit}: is it in cents?",
                ),
                because=brakes.average_because,
            )


def _manual(now: Measures, brakes: Brakes) -> Iterator[Braked]:
    limit = brakes.manual
    if now.manual >= max(1, limit.at_least) and now.manual * _WHOLE > limit.limit * now.accounts:
        share, most = _percent(now.manual * _WHOLE // now.accounts), _percent(limit.limit)
        yield Braked(
            code="manual-too-many",
            name="",
            today=now.manual * _WHOLE // now.accounts,
            before=None,
            limit=limit.limit,
            message=Bilingual(
                zh_CN=f"无法分级 {now.manual:,} 户，占 {share}，限 {most}",
                en=f"{now.manual:,} accounts could not be graded, {share}, limit {most}",
            ),
            because=limit.because,
        )


def _grades(now: Measures, before: Measures, brakes: Brakes) -> Iterator[Braked]:
    """By the share of each grade, in percentage points; MANUAL may only rise by less."""
    for grade in sorted({*now.by_grade, *before.by_grade}):
        manual = grade == MANUAL
        limit = brakes.manual_rise if manual else brakes.grades
        today, was = now.by_grade.get(grade, 0), before.by_grade.get(grade, 0)
        share, share_was = _share(today, now.accounts), _share(was, before.accounts)
        moved = share - share_was
        if abs(today - was) < limit.at_least or abs(moved) <= limit.limit or (manual and moved < 0):
            continue
        points = f"{'+' if moved > 0 else '-'}{_points(abs(moved))}"
        zh = f"{grade} 占比由 {_percent(share_was)} 变为 {_percent(share)}"
        en = f"share of {grade} {_percent(share_was)} → {_percent(share)}"
        yield Braked(
            code="manual-rose" if manual else "grade-shifted",
            name=grade,
            today=share,
            before=share_was,
            limit=limit.limit,
            message=Bilingual(
                zh_CN=f"{zh}（{points} 个百分点），限 {_points(limit.limit)}",
                en=f"{en} ({points} points), limit {_points(limit.limit)}",
            ),
            because=limit.because,
        )


def _documents(now: Measures, before: Measures, brakes: Brakes) -> Iterator[Braked]:
    gone = sorted(
        name
        for name, was in before.documents.items()
        if was >= brakes.none_after and now.documents.get(name, 0) == 0
    )
    for name in gone:
        was = before.documents[name]
        yield Braked(
            code="documents-none",
            name=name,
            today=0,
            before=was,
            limit=brakes.none_after,
            message=Bilingual(
                zh_CN=f"{name} 一份也没有，前一晚 {was:,} 份",
                en=f"no {name} at all, {was:,} the night before",
            ),
            because=brakes.documents.because,
        )
    rest = {n: c for n, c in now.documents.items() if n not in gone}
    rest_before = {n: c for n, c in before.documents.items() if n not in gone}
    yield from _changes("documents-changed", ("", ""), rest, rest_before, brakes.documents)


def _rejected(now: Measures, brakes: Brakes) -> Iterator[Braked]:
    limit = brakes.rejected
    for name, count in now.rejected.items():
        rows = now.rows.get(name, 0)
        too_large = count >= limit.at_least and count * _WHOLE > limit.limit * rows
        if count > 0 and (too_large or count > brakes.rejected_count):
            most = f"{_percent(limit.limit)}, {brakes.rejected_count:,}"
            share = _percent(_share(count, rows))
            yield Braked(
                code="rows-rejected",
                name=name,
                today=count,
                before=None,
                limit=limit.limit if too_large else brakes.rejected_count,
                message=Bilingual(
                    zh_CN=f"{name} 有 {count:,} 行隔离（{share}），限 {most} 行",
                    en=f"{count:,} rows of {name} in quarantine ({share}), limit {most} rows",
                ),
                because=limit.because,
            )


def _branches(now: Measures, before: Measures, brakes: Brakes) -> Iterator[Braked]:
    for name, was in before.by_branch.items():
        if name not in now.by_branch and was >= max(1, brakes.branches.at_least):
            yield Braked(
                code="branch-missing",
                name=name,
                today=0,
                before=was,
                limit=brakes.branches.limit,
                message=Bilingual(
                    zh_CN=f"支行 {name} 一户也没有，前一晚 {was:,} 户",
                    en=f"no account of branch {name}, {was:,} the night before",
                ),
                because=brakes.branches.because,
            )
    here = {n: c for n, c in before.by_branch.items() if n in now.by_branch}
    yield from _changes("branch-changed", ("支行", "branch"), now.by_branch, here, brakes.branches)


def _rows(now: Measures, before: Measures, brakes: Brakes) -> Iterator[Braked]:
    watched = brakes.rows_of
    yield from _changes(
        "rows-changed",
        ("行数", "rows of"),
        {n: now.rows.get(n, 0) for n in watched},
        {n: before.rows.get(n, 0) for n in watched},
        brakes.rows,
    )


def _changes(
    code: str, what: tuple[str, str], now: Counts, before: Counts, limit: Limit
) -> Iterator[Braked]:
    """Each count that moved by more than the limit allows."""
    for name in sorted({*now, *before}):
        today, was = now.get(name, 0), before.get(name, 0)
        if abs(today - was) < limit.at_least or not _beyond(today, was, limit.limit):
            continue
        by, most = _change(today, was), _percent(limit.limit)
        zh, en = (" ".join(word for word in (w, name) if word) for w in what)
        yield Braked(
            code=code,
            name=name,
            today=today,
            before=was,
            limit=limit.limit,
            message=Bilingual(
                zh_CN=f"{zh} 由 {was:,} 变为 {today:,}（{by}），限 {most}",
                en=f"{en} {was:,} → {today:,} ({by}), limit {most}",
            ),
            because=limit.because,
        )


def _beyond(today: int, before: int, limit: int) -> bool:
    """Whether the change is more than the limit; from nothing to something always is."""
    return abs(today - before) * _WHOLE > limit * abs(before)


def _change(today: int, before: int) -> str:
    """The change in percent; from nothing there is none, only that it is new."""
    if before == 0:
        return "+∞"
    by = abs(today - before) * _WHOLE // abs(before)
    return f"{'+' if today > before else '-'}{_percent(by)}"


def _share(part: int, whole: int) -> int:
    return part * _WHOLE // whole if whole else 0


def _percent(basis_points: int) -> str:
    return f"{_points(basis_points)}%"


def _points(basis_points: int) -> str:
    whole, part = divmod(basis_points, 100)
    decimals = f".{part:02d}".rstrip("0").rstrip(".")
    return f"{whole:,}{decimals}"
