"""What a run says when it ends: the night in ten seconds."""

import sys

from collectctl.commands.terminal import Format, answer_table, say
from collectctl.money import grouped
from collectctl.stages.publishing import Outcome

_HEADINGS = ("what", "of", "count", "money")


def answer_night(outcome: Outcome, form: Format) -> None:
    """The outcome: in short on a terminal, else every count as a table for a program to read."""
    if outcome.placed is not None and form is Format.AUTO and sys.stdout.isatty():
        answer_table(f"night of {outcome.day}", ("", ""), _in_short(outcome))
        say(_first_line(outcome))
        return
    rows = [*_arrivals(outcome), *_grades(outcome), *_ended(outcome), *_documents(outcome)]
    rows += [*_queues(outcome), *_between(outcome), *_morning(outcome)]
    rows += [("brake", b.message.en, "", "") for b in outcome.braked]
    title = f"night of {outcome.day}"
    answer_table(title, _HEADINGS, rows, form=form, right=(2, 3))
    if outcome.placed is not None:
        say(_first_line(outcome))


def _in_short(outcome: Outcome) -> list[tuple[str, str]]:
    """The night in ten lines."""
    placed, documents, queued = outcome.placed, outcome.documents, outcome.queued
    if placed is None or documents is None or queued is None:
        return []
    came = [
        f"{a.rows_in:,} {a.export}"
        + (f" ({a.rows_rejected:,} quarantined)" * (a.rows_rejected > 0))
        for a in outcome.intake.arrivals
        if a.state == "arrived"
    ]
    ended = [f"{n:,} {name.replace('_', ' ')}" for name, n in placed.by_disposition.items() if n]
    waiting = sum(queued.books.waiting.values())
    rows = [
        ("came in", " · ".join(came)),
        ("accounts", f"{placed.accounts:,} = " + " + ".join(ended)),
        ("money", _money(placed.money) + ", adds up to the last cent"),
        (
            "documents",
            (
                f"{documents.proposed:,} proposed = {documents.prepared:,} prepared + "
                f"{documents.deferred:,} deferred + {documents.blocked:,} blocked + "
                f"{documents.failed:,} failed"
            ),
        ),
        (
            "people",
            f"{sum(queued.books.counts.values()):,} accounts in {len(queued.books.counts):,} lists"
            + f", {waiting:,} wait for capacity" * (waiting > 0),
        ),
    ]
    found = outcome.between
    if found is not None:
        parts = (
            f"{found.carried:,} carried on",
            f"{found.closed:,} closed",
            f"{found.quarantined:,} in quarantine",
            f"{len(found.missing):,} missing",
        )
        became = f"{found.yesterday:,} = {' + '.join(parts)}; {found.new:,} new"
        rows.append((f"since {outcome.previous}", became))
    rows += [("BRAKE", b.message.en) for b in outcome.braked] or [("brakes", "none acted")]
    return [*rows, ("report", f"archive/{outcome.day}/report.html")]


def _first_line(outcome: Outcome) -> str:
    """What a supervisor must know before anything else."""
    parts = [
        "contact limits were not checked: the project has no packs, nothing may leave"
        if outcome.gated is None
        else "prepared only: 'collectctl release' lets out what still stands"
    ]
    if outcome.sample:
        parts.append("sample rules")
    if outcome.overtaken:
        parts.append("a later night overtook this one: for the record only")
    return "; ".join(parts)


def _arrivals(outcome: Outcome) -> list[tuple[str, ...]]:
    return [
        row
        for a in outcome.intake.arrivals
        for row in (
            ("rows in", a.export, f"{a.rows_in:,}", "" if a.state == "arrived" else a.state),
            ("quarantined", a.export, f"{a.rows_rejected:,}", ""),
        )
    ]


def _grades(outcome: Outcome) -> list[tuple[str, ...]]:
    if outcome.decisions is None:
        return []
    from collectctl.reports.measures import count_by

    counts = count_by(outcome.decisions, "grade")
    return [("grade", grade, f"{n:,}", "") for grade, n in counts.items()]


def _ended(outcome: Outcome) -> list[tuple[str, ...]]:
    placed = outcome.placed
    if placed is None:
        return []
    rows = [
        (name, _money(placed.money_by_disposition.get(name, {})), n)
        for name, n in placed.by_disposition.items()
    ]
    rows.append(("accounts", _money(placed.money), placed.accounts))
    return [("disposition" if n != "accounts" else "total", n, f"{c:,}", m) for n, m, c in rows]


def _money(amounts: dict[str, int] | object) -> str:
    if not isinstance(amounts, dict):
        return ""
    return "  ".join(
        f"{currency} {grouped(minor, currency)}" for currency, minor in amounts.items()
    )


def _documents(outcome: Outcome) -> list[tuple[str, ...]]:
    found = outcome.documents
    rows: list[tuple[str, ...]] = []
    if outcome.prepared is not None:
        counts = outcome.prepared.counts
        rows += [("prepared", f"{d} {c}", f"{n:,}", "") for (d, c), n in sorted(counts.items())]
    if found is not None:
        for name in ("proposed", "prepared", "deferred", "blocked", "failed"):
            rows.append(("documents", name, f"{getattr(found, name):,}", ""))
    return rows


def _queues(outcome: Outcome) -> list[tuple[str, ...]]:
    if outcome.queued is None:
        return []
    books = outcome.queued.books
    rows: list[tuple[str, ...]] = [
        ("queue", " ".join(who), f"{n:,}", "") for who, n in books.counts.items()
    ]
    return rows + [("no capacity", team, f"{n:,}", "") for team, n in books.waiting.items()]


def _morning(outcome: Outcome) -> list[tuple[str, ...]]:
    """What a person has to look into."""
    rows: list[tuple[str, ...]] = [
        ("feed", f"{f.feed} {f.state}", f"{f.new:,}", "") for f in outcome.feeds
    ]
    if outcome.due:
        rows.append(("holds", "to be looked at again", f"{len(outcome.due):,}", ""))
    if outcome.excesses:
        rows.append(("conduct", "calls beyond their shares", f"{len(outcome.excesses):,}", ""))
    return rows


def _between(outcome: Outcome) -> list[tuple[str, ...]]:
    found = outcome.between
    if found is None:
        return []
    of = f"accounts of {outcome.previous}"
    counts = (
        ("carried on", found.carried),
        ("in quarantine", found.quarantined),
        ("closed with evidence", found.closed),
        ("missing without explanation", len(found.missing)),
    )
    return [("since last night", f"{of} {name}", f"{n:,}", "") for name, n in counts]
