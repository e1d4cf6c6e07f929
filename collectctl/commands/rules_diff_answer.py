"""What a comparison says: counts and sums for a person, a flat table or JSON for a program.

No account is named here: every line is about many of them.
"""

import json
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from collectctl.commands.terminal import Format, answer_table, say
from collectctl.money import MINOR_DIGITS, grouped
from collectctl.problems import display_width
from collectctl.rules.comparison import Amount, Comparison
from collectctl.rules.reasons import Reason
from collectctl.rules.rulebook import Rulebook
from collectctl.stages.comparing import Compared, Pairs

HEADINGS = ("what", "old", "new", "direction", "accounts", "money")
_DIRECTIONS = ("harsher", "gentler", "to a person", "from a person", "other")
_GAP = 3
Row = tuple[str, str, str, str, str, str]


def answer(day: date, compared: Compared, form: Format) -> None:
    """The comparison on stdout, in the form that was asked for."""
    if form is Format.JSON:
        said = json.dumps(as_json(day, compared), ensure_ascii=False, indent=2)
        sys.stdout.write(said + "\n")
    elif form is Format.TSV or not sys.stdout.isatty():
        answer_table("rules diff", HEADINGS, list(_rows(compared)), form=Format.TSV)
    else:
        _draw(compared)
    moves, total = compared.comparison.moves, compared.comparison.total.accounts
    say(f"night of {day}: {moves:,} of {total:,} accounts move" if moves else
        f"night of {day}: none of {total:,} accounts moves")  # fmt: skip


# for a program


def as_json(day: date, compared: Compared) -> dict[str, object]:
    """The comparison as plain values; money in minor units, by currency."""
    found = compared.comparison
    return {
        "date": day.isoformat(),
        "old": _book(found.old),
        "new": _book(found.new),
        **_amount(found.total),
        "moved": found.moves,
        "tiers": [
            {"old": a, "new": b, "direction": found.tier_direction(a, b), **_amount(amount)}
            for (a, b), amount in found.tiers.items()
        ],
        "treatments": [
            {"old": a, "new": b, "direction": found.treatment_direction(a, b), **_amount(amount)}
            for (a, b), amount in found.treatments.items()
        ],
        "says": [
            {"treatment": t, "old": dict(found.old.then(t)), "new": dict(found.new.then(t)),
             **_amount(amount)}
            for t, amount in found.reworded.items()
        ],
        "addons": [
            {"document": name, "dropped": _amount(lost), "added": _amount(gained)}
            for name, (lost, gained) in found.addons.items()
        ],
        **_changes(compared),
        "reasons": [
            {"chain": r.chain, "old": r.old, "new": r.new, "accounts": r.accounts,
             "why": [{"text": text, "accounts": n} for text, n in r.why],
             "missing": [{"column": name, "accounts": n} for name, n in r.missing]}
            for r in compared.reasons
        ],
        "documents": _pairs(compared.contacts, "document", "channel"),
        "work": _pairs(compared.work, "team", "state"),
    }  # fmt: skip


def _changes(compared: Compared) -> dict[str, object]:
    """What differs between the rulebooks themselves."""
    found = compared.changes
    kinds = {"added": found.added, "removed": found.removed, "changed": found.changed}
    return {
        "parameters": [{"name": n, "old": a, "new": b} for n, a, b in found.parameters],
        "rules": [
            {"chain": chain, "rule": rule, "change": kind}
            for kind, rules in kinds.items()
            for chain, rule in rules
        ],
    }


def _book(rulebook: Rulebook) -> dict[str, str]:
    return {"ruleset": rulebook.id, "version": rulebook.version, "digest": rulebook.digest}


def _amount(amount: Amount) -> dict[str, object]:
    return {"accounts": amount.accounts, "money": dict(sorted(amount.money.items()))}


def _pairs(pairs: Pairs, first: str, second: str) -> list[dict[str, object]]:
    return [
        {first: a, second: b, "old": before, "new": after}
        for (a, b), (before, after) in pairs.items()
    ]


# for a pipe


def _rows(compared: Compared) -> Iterable[Row]:
    found = compared.comparison
    yield ("total", "", "", "", *_cells(found.total))
    for (a, b), amount in found.tiers.items():
        yield ("tier", a, b, found.tier_direction(a, b), *_cells(amount))
    for (a, b), amount in found.treatments.items():
        yield ("treatment", a, b, found.treatment_direction(a, b), *_cells(amount))
    for name, (lost, gained) in found.addons.items():
        if lost.accounts:
            yield ("addon", name, "", "dropped", *_cells(lost))
        if gained.accounts:
            yield ("addon", "", name, "added", *_cells(gained))
    yield from _reason_rows(compared)
    for what, pairs in (("document", compared.contacts), ("work", compared.work)):
        for pair, counts in pairs.items():
            for side, count in zip(("old", "new"), counts, strict=True):
                yield (what, *pair, side, f"{count:,}", "")


def _reason_rows(compared: Compared) -> Iterable[Row]:
    for name, before, after in compared.changes.parameters:
        yield ("parameter", before, after, name, "", "")
    for rule, change in _rule_changes(compared):
        yield ("rule", *((rule, "") if change == "removed" else ("", rule)), change, "", "")
    for reason in compared.reasons:
        yield ("reason", reason.old, reason.new, "", f"{reason.accounts:,}", "")
        for text, count in _why(reason):
            yield ("why", reason.old, reason.new, text, f"{count:,}", "")


def _rule_changes(compared: Compared) -> Iterable[tuple[str, str]]:
    """Each rule that is another one, with what became of it."""
    found = compared.changes
    for change, rules in (
        ("added", found.added), ("removed", found.removed), ("changed", found.changed)
    ):  # fmt: skip
        yield from ((f"{chain} {rule}", change) for chain, rule in rules)


def _why(reason: Reason) -> list[tuple[str, int]]:
    """The sentences of a reason, and which columns are in the way."""
    return [*reason.why, *((f"'{name}' is missing", count) for name, count in reason.missing)]


def _cells(amount: Amount) -> tuple[str, str]:
    return f"{amount.accounts:,}", money_text(amount.money)


def money_text(money: Mapping[str, int]) -> str:
    """The amounts of all currencies, one after the other."""
    return "  ".join(f"{c} {_grouped(minor, c)}" for c, minor in sorted(money.items()))


def _grouped(minor: int, currency: str) -> str:
    return grouped(minor, currency) if currency in MINOR_DIGITS else f"{minor:,}"


# for a person


def _draw(compared: Compared) -> None:
    found = compared.comparison
    _matrix("accounts by tier (down: old, across: new)", found, None)
    for currency in sorted(found.total.money):
        _matrix(f"{currency} by tier (down: old, across: new)", found, currency)
    moves = [
        (a, b, found.tier_direction(a, b), amount)
        for (a, b), amount in found.tiers.items()
        if a != b
    ]
    for direction in _DIRECTIONS:
        rows = [(a, b, *_cells(amount)) for a, b, way, amount in moves if way == direction]
        _table(f"tier: {direction}", ("old", "new", "accounts", "money"), rows, (2, 3))
    _reasons(compared)
    treated = [
        (a, b, found.treatment_direction(a, b), *_cells(amount))
        for (a, b), amount in found.treatments.items()
        if a != b
    ]
    headings = ("old", "new", "direction", "accounts", "money")
    _table("treatment", headings, treated, (3, 4))
    says = [(t, *_says(found, t), *_cells(amount)) for t, amount in found.reworded.items()]
    _table("what a treatment says", ("treatment", *headings[:2], *headings[3:]), says, (3, 4))
    addons = [
        (name, f"{lost.accounts:,}", f"{gained.accounts:,}")
        for name, (lost, gained) in found.addons.items()
    ]
    _table("added documents", ("document", "dropped", "added"), addons, (1, 2))
    _counts("documents proposed", ("document", "channel"), compared.contacts)
    _counts("work for people", ("team", "state"), compared.work)


def _reasons(compared: Compared) -> None:
    """Why, and what differs between the rulebooks."""
    rows: list[tuple[str, ...]] = []
    for reason in compared.reasons:
        said = [text if n == reason.accounts else f"{text}: {n:,}" for text, n in _why(reason)]
        rows.append((reason.old, reason.new, f"{reason.accounts:,}", "; ".join(said)))
    _table("why (rules, old and new)", ("old", "new", "accounts", "why"), rows, (2,))
    _table("parameters", ("parameter", "old", "new"), compared.changes.parameters, ())
    _table("rules", ("rule", "change"), list(_rule_changes(compared)), ())


def _says(found: Comparison, treatment: str) -> tuple[str, str]:
    """What of a treatment's outputs differs, before and after."""
    before, after = found.old.then(treatment), found.new.then(treatment)
    keys = sorted(k for k in before.keys() | after.keys() if before.get(k) != after.get(k))
    old, new = (
        "; ".join(f"{k}: {then.get(k) or 'nothing'}" for k in keys) for then in (before, after)
    )
    return old, new


def _matrix(title: str, found: Comparison, currency: str | None) -> None:
    """The tiers of one book against those of the other; empty rows and columns left out."""
    tiers = found.tiers
    down = [t for t in found.tier_names(new=False) if any(a == t for a, _ in tiers)]
    across = [t for t in found.tier_names(new=True) if any(b == t for _, b in tiers)]

    def cell(amounts: list[Amount]) -> str:
        if currency is None:
            return f"{count:,}" if (count := sum(a.accounts for a in amounts)) else ""
        minor = sum(a.money.get(currency, 0) for a in amounts)
        return _grouped(minor, currency) if minor else ""

    rows = [
        (a, *(cell([tiers[a, b]] if (a, b) in tiers else []) for b in across),
         cell([m for (x, _), m in tiers.items() if x == a]))
        for a in down
    ]  # fmt: skip
    last = [cell([m for (_, y), m in tiers.items() if y == b]) for b in across]
    rows.append(("total", *last, cell([found.total])))
    for columns in _fitting([("", *across, "total"), *rows], shutil.get_terminal_size().columns):
        heading, *some = [tuple(row[c] for c in columns) for row in (("", *across, "total"), *rows)]
        _table(title, heading, some, range(1, len(columns)))


def _fitting(rows: Sequence[tuple[str, ...]], width: int) -> Iterable[list[int]]:
    """The columns in as many parts as the width asks for, the first one in each.

    A figure is never cut short: it would be another one.
    """
    wide = [max(display_width(row[c]) for row in rows) + _GAP for c in range(len(rows[0]))]
    part, used = [0], wide[0] + _GAP
    for column in range(1, len(wide)):
        if len(part) > 1 and used + wide[column] > width:
            yield part
            part, used = [0], wide[0] + _GAP
        part.append(column)
        used += wide[column]
    yield part


def _counts(title: str, headings: tuple[str, str], pairs: Pairs) -> None:
    rows = [
        (*pair, f"{before:,}", f"{after:,}", f"{after - before:+,}")
        for pair, (before, after) in pairs.items()
        if before != after
    ]
    _table(title, (*headings, "old", "new", "change"), rows, (2, 3, 4))


def _table(
    title: str, headings: tuple[str, ...], rows: Sequence[tuple[str, ...]], right: Iterable[int]
) -> None:
    if rows:
        answer_table(title, headings, rows, right=tuple(right))
