"""What a comparison says: counts and sums for a person, a flat table or JSON for a program.

No account is named here: every line is about many of them.
"""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from collectctl.commands.terminal import Format, answer_table, say
from collectctl.money import MINOR_DIGITS, grouped
from collectctl.rules.comparison import Amount, Comparison
from collectctl.rules.rulebook import Rulebook
from collectctl.stages.comparing import Compared, Pairs

HEADINGS = ("what", "old", "new", "direction", "accounts", "money")
_DIRECTIONS = ("harsher", "gentler", "to a person", "from a person", "other")
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
        "documents": _pairs(compared.contacts, "document", "channel"),
        "work": _pairs(compared.work, "team", "state"),
    }  # fmt: skip


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
    for what, pairs in (("document", compared.contacts), ("work", compared.work)):
        for pair, counts in pairs.items():
            for side, count in zip(("old", "new"), counts, strict=True):
                yield (what, *pair, side, f"{count:,}", "")


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
    _table(title, ("", *across, "total"), rows, range(1, len(across) + 2))


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
