"""The figures that a letter prints, read back from it: parts add up, totals hold, dates agree.

Knows what belongs together in a record. Refuses to know the record itself: only what a reader of
the paper sees is added up.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from collectctl.documents.lint.expected import Fault
from collectctl.documents.lint.read_back import Value
from collectctl.documents.lint.written import amount_in, currency_in, date_in
from collectctl.documents.records import DEBT_PARTS

_TOTALS = ("balance", "overdue_amount", "minimum_due")
_NOW = ("balance_then", "interest_since", "fees_since")
_LESS = ("payments_since", "credits_since")
Entry = dict[str, Decimal]


def figures_fault(values: Sequence[Value], language: str) -> Fault | None:
    """The first thing in the printed figures that does not agree with another."""
    return next(_faults(values, language), None)


def _faults(values: Sequence[Value], language: str) -> Iterator[Fault]:
    amounts: dict[tuple[str, int], Entry] = {}
    codes: dict[tuple[str, int], str] = {}
    for slot, text, n, _ in values:
        # `letter.first` is the first of the lines, which may be printed apart from them.
        key = (slot.record, n)
        if slot.kind == "amount" and slot.filter != "capital":
            amount, code = amount_in(text, language)
            known = amounts.setdefault(key, {}).setdefault(slot.name, amount)
            if known != amount:
                yield Fault("letter-sums", f"{slot.field} is printed in two ways", slot.field)
        elif slot.kind == "currency":
            code = currency_in(text, language)
        else:
            continue
        if code and codes.setdefault(key, code) != code:
            name = slot.record.lower()
            yield Fault("letter-sums", f"{name} is printed in two currencies", name)
    for (record, _), entry in amounts.items():
        if record == "Line":
            yield from _parts(entry)
        elif record == "Validation":
            yield from _validation(entry)
    yield from _totals(amounts, codes)
    yield from _plan(amounts)
    yield from _dates(values, language)


def _parts(entry: Entry) -> Iterator[Fault]:
    if not {*DEBT_PARTS, "payments_set_off", "balance"} <= entry.keys():
        return
    if sum(entry[p] for p in DEBT_PARTS) - entry["payments_set_off"] != entry["balance"]:
        yield Fault("letter-sums", "the printed parts do not add up to the printed balance")


def _validation(entry: Entry) -> Iterator[Fault]:
    if not {*_NOW, *_LESS, "balance_now"} <= entry.keys():
        return
    if sum(entry[p] for p in _NOW) - sum(entry[p] for p in _LESS) != entry["balance_now"]:
        yield Fault("letter-sums", "the printed items do not lead to the printed balance")


def _totals(
    amounts: dict[tuple[str, int], Entry], codes: dict[tuple[str, int], str]
) -> Iterator[Fault]:
    lines = {n: entry for (record, n), entry in amounts.items() if record == "Line"}
    totals = {n: entry for (record, n), entry in amounts.items() if record == "Total"}
    if not totals or any(("Line", n) not in codes for n in lines):
        return
    for n, total in totals.items():
        own = [entry for m, entry in lines.items() if codes["Line", m] == codes.get(("Total", n))]
        for name in _TOTALS:
            known = name in total and own and all(name in entry for entry in own)
            if known and sum(entry[name] for entry in own) != total[name]:
                reason = f"the printed lines do not add up to total.{name}"
                yield Fault("letter-sums", reason, f"total.{name}")


def _plan(amounts: dict[tuple[str, int], Entry]) -> Iterator[Fault]:
    total = amounts.get(("Plan", 0), {}).get("total")
    paid = [e["amount"] for (r, _), e in amounts.items() if r == "Instalment" and "amount" in e]
    if total is not None and paid and sum(paid) != total:
        yield Fault("letter-sums", "the printed instalments do not add up to the plan's total")


def _dates(values: Sequence[Value], language: str) -> Iterator[Fault]:
    days: dict[str, list[date]] = {}
    for slot, text, _, _ in values:
        if slot.kind == "date":
            day = date_in(text, language)
            if day is None:
                yield Fault("letter-facts", f"{slot.field} is no date", slot.field)
            else:
                days.setdefault(slot.field, []).append(day)
    written = days.get("letter.date", [])
    if len(set(written)) > 1:
        yield Fault("dates-disagree", "letter.date is printed in two ways", "letter.date")
    for name in ("line.as_of", "line.last_payment_on", "payment.paid_on"):
        if written and max(days.get(name, [date.min])) > written[0]:
            yield Fault("dates-disagree", f"{name} is after the date of the letter", name)
