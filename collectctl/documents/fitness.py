"""Whether each proposed document can be written at all, decided for all of them at once.

Knows what a form needs and that the parts of a debt add up to its total. Refuses to know wording.
Nothing in a reason is personal: it names fields, never their values.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from collectctl.columns import to_table
from collectctl.compliance.people import REACHED_BY
from collectctl.documents.agreement import disagreements, unprintable
from collectctl.documents.catalog import Documents, Form
from collectctl.documents.channels import CHANNELS
from collectctl.documents.lint.links import foreign_link
from collectctl.documents.matters import DECIDED, ITEMIZED, itemized
from collectctl.documents.records import DEBT_PARTS, VOCABULARY, Line
from collectctl.money import MINOR_DIGITS
from collectctl.problems import visible

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
PERSON = ("name", "address", "postal_code", "phone", "email", "wechat_id")
_DATES = ("as_of", "due_date", "last_payment_on")
_LINE_FIELDS = tuple(f for f in Line._fields if VOCABULARY["Line"][f].optional)
_LETTER_FIELDS = {
    "addressee": "name", "address": "address", "postal_code": "postal_code", "phone": "phone",
    "decision": "decision_reference", "agency": "agency_name", "plan": "plan",
    "complaint": "complaint", "settlement": "settlement", "validation": "validation",
}  # fmt: skip
"""Of each field of a letter that may be unknown, the column of the contacts that it comes from."""
_STEP_DAY = "decision_act_from"
_DATED = frozenset({("Decision", "act_from"), ("Agency", "starts_on")})
"""What a text prints of a step that may be undated, all of it from that column."""
_USABLE = {
    "phone": r"^\+?[0-9][0-9 -]{4,18}[0-9]$",
    "email": r"^[^\s@,;<>\x22]{1,64}@[A-Za-z0-9.-]{1,190}$",
    "wechat_id": r"^[A-Za-z0-9_.@-]{1,64}$",
}
"""What a sender takes; a letter takes any address."""
_LINES = r"[ \x{3000}]*[\t\n\r\v\f\x{85}\x{2028}\x{2029}]+[ \x{3000}]*"
_PRINTABLE = r"^[\p{L}\p{M}\p{N}\p{P}\p{S} \x{3000}]*$"

_HELD = {
    "rates-disagree": ("daily_rate", "annual_rate"),
    "dates-disagree": ("as_of",),
    "amounts-disagree": ("balance", "overdue_amount"),
}
"""What a form prints that must agree; what it does not print misleads nobody."""
_NO_DIGITS: Mapping[str, int] = {}
CODES: dict[str, str] = {
    "document-unknown": "no such document",
    "form-missing": "the document has no form for this channel",
    "language-unknown": "the document is not written in this language",
    "addressee-not-liable": "the addressee's role does not owe this debt by contract",
    "no-accounts": "no account belongs to the document",
    "currency-unknown": "an account is in a currency that cannot be written",
    "parts-do-not-add-up": "the parts of the debt do not add up to its total",
    "address-missing": "there is no number or address for this channel",
    "address-unusable": "the number or address is not one that its sender takes",
    "field-missing": "the document needs what is not known: ",
    "rates-disagree": "the yearly rate is not the daily rate of so many days",
    "dates-disagree": "a date is after one that it cannot be after",
    "amounts-disagree": "more is overdue than is owed",
    "letter-link": "the name or address holds an address on the net",
    "letter-glyph": "the font of the letters lacks ",
}
"""Why a document could not be written, in the order in which the first reason counts."""


@dataclass(frozen=True, slots=True)
class Fit:
    """What can be written and what cannot."""

    contacts: pa.Table
    """Contacts to render: text columns cleaned, `form` the position of the form."""
    lines: pa.Table
    """Their lines, sorted by contact and account."""
    start: Ints
    """Of each contact, the position of its first line."""
    count: Ints
    """Of each contact, its number of lines."""
    failed: pa.Table
    """contact_no, code, reason, customer_id, document, channel."""


def examine(
    contacts: pd.DataFrame, lines: pd.DataFrame, documents: Documents, *,
    run_date: date | None = None, rate_digits: Mapping[str, int] = _NO_DIGITS,
) -> Fit:  # fmt: skip
    """The contacts that can be written with their lines, and those that cannot with the reason.

    `run_date` is the date of the letters and `rate_digits` the scale of rates; where they are not
    given, dates and rates are held against nothing.
    """
    people = _people(to_table(contacts))
    accounts, start, count = _accounts(to_table(lines), people)
    people = _with_history(people, accounts, start, count)
    forms = tuple(documents.forms_by_key.values())
    form, verdict = _forms(people, documents, forms)
    _refuse(verdict, "no-accounts", count == 0)
    _refuse(verdict, "currency-unknown", _any_line(_bad_currency(accounts), start, count) != 0)
    wrong = _any_line(wrong_sum(accounts).astype(np.int64), start, count) != 0
    _refuse(verdict, "parts-do-not-add-up", wrong)
    for code, found in _addresses(people).items():
        _refuse(verdict, code, found)
    missing_lines = _any_line(_missing(accounts, _LINE_FIELDS), start, count)
    missing_letter = _missing(people, tuple(_LETTER_FIELDS.values()))
    lacks_line = missing_lines & _needed(forms, "Line", _LINE_FIELDS)[form]
    lacks_letter = missing_letter & _needed(forms, "Letter", tuple(_LETTER_FIELDS))[form]
    dated = np.array([bool(_DATED & f.needs) for f in forms], np.int64)[form]
    lacks_letter |= (_missing(people, (_STEP_DAY,)) & dated) << len(_LETTER_FIELDS)
    _refuse(verdict, "field-missing", (lacks_line | lacks_letter) != 0)
    for code, wrong in disagreements(accounts, run_date, rate_digits).items():
        reads = np.array([f.reads.issuperset(_HELD[code]) for f in forms])[form]
        _refuse(verdict, code, reads & (_any_line(wrong.astype(np.int64), start, count) != 0))
    _refuse(verdict, "letter-link", _links(people))
    ok = verdict == 0
    glyph = _glyphs(people, ok)
    _refuse(verdict, "letter-glyph", np.isin(np.arange(len(people)), list(glyph)))
    ok = verdict == 0
    bad = np.flatnonzero(~ok)
    lacks = _Lacks(lacks_line[bad], lacks_letter[bad], [glyph.get(n, "") for n in bad.tolist()])
    failed = _failed(people.filter(pa.array(~ok)), verdict[~ok], lacks)
    kept = people.append_column("form", pa.array(form))
    if not ok.all():
        kept = kept.filter(pa.array(ok))
    return Fit(kept, accounts, start[ok], count[ok], failed)


def _refuse(verdict: Ints, code: str, where: Bools) -> None:
    """Notes the reason where none was found before."""
    verdict[where & (verdict == 0)] = list(CODES).index(code) + 1


def _text(table: pa.Table, name: str) -> pa.Array:
    if name not in table.column_names:
        return pa.nulls(len(table), pa.string())
    return table[name].cast(pa.string()).combine_chunks()


def _people(table: pa.Table) -> pa.Table:
    """The contacts by number; what is blank is missing, what cannot be printed is made visible."""
    table = _sorted(table, "contact_no")
    columns = {"contact_no": table["contact_no"].cast(pa.int64()).combine_chunks()}
    for name in ("customer_id", "document", "channel", "role"):
        columns[name] = _text(table, name)
    columns["language"] = pc.fill_null(_text(table, "language"), "zh_CN")
    for name in PERSON:
        columns[name] = of_person(name, _text(table, name))
    for name, kind in DECIDED.items():
        column = table[name].cast(kind).combine_chunks() if name in table.column_names else None
        if column is not None and kind == pa.string():
            column = cleaned(column)
        columns[name] = pa.nulls(len(table), kind) if column is None else column
    return pa.table(columns)


def _sorted(table: pa.Table, *names: str) -> pa.Table:
    """The table in this order; not copied if it is in it, as what the night hands over is."""
    order = pc.sort_indices(table, sort_keys=[(name, "ascending") for name in names])
    return table if np.all(np.diff(order.to_numpy()) == 1) else table.take(order)


def _trimmed(text: pa.Array) -> pa.Array:
    """The column without blanks around its texts, those of blanks alone missing."""
    trimmed = pc.utf8_trim_whitespace(text)
    if trimmed.equals(text):
        trimmed = text
    blank = pc.equal(trimmed, "")
    return pc.if_else(blank, None, trimmed) if pc.any(blank).as_py() else trimmed


def of_person(name: str, text: pa.Array) -> pa.Array:
    """One of the columns of a person as it is printed; the lines of an address stand in one."""
    trimmed = _trimmed(text)
    if name == "address" and pc.any(pc.match_substring_regex(trimmed, _LINES)).as_py():
        trimmed = pc.replace_substring_regex(trimmed, _LINES, " ")
    return printable(trimmed)


def cleaned(text: pa.Array) -> pa.Array:
    """The column as it is printed: blank is missing, what cannot be printed is made visible."""
    return printable(_trimmed(text))


def printable(text: pa.Array) -> pa.Array:
    """The column with control, direction and unassigned characters written out."""
    odd = pc.invert(pc.match_substring_regex(text, _PRINTABLE)).fill_null(False)
    if not pc.any(odd).as_py():
        return text
    shown = [visible(value) for value in text.filter(odd).to_pylist()]
    return pc.replace_with_mask(text, odd, pa.array(shown, pa.string()))


def _accounts(table: pa.Table, people: pa.Table) -> tuple[pa.Table, Ints, Ints]:
    """The lines sorted by contact, with each contact's first line and number of lines."""
    table = _sorted(table, "contact_no", "account_id")
    owner = table["contact_no"].cast(pa.int64()).to_numpy()
    numbers = people["contact_no"].to_numpy()
    start = np.searchsorted(owner, numbers, "left").astype(np.int64)
    count = np.searchsorted(owner, numbers, "right").astype(np.int64) - start
    return printed_lines(table), start, count


def _with_history(people: pa.Table, accounts: pa.Table, start: Ints, count: Ints) -> pa.Table:
    """The contacts with `validation` where their one account's history is known."""
    known = np.append(itemized(accounts).to_numpy(zero_copy_only=False), False)
    there = (count == 1) & known[np.minimum(start, len(accounts))]
    return people.append_column("validation", pa.array(there, mask=~there))


def printed_lines(table: pa.Table) -> pa.Table:
    """What a document may print of each account: the card's end, and every field of a line."""
    size = len(table)
    columns = {"card": _card(table), "currency": _text(table, "currency")}
    for name in _LINE_FIELDS:
        kind = pa.date32() if name in _DATES else pa.int64()
        known = name in table.column_names
        columns[name] = table[name].cast(kind).combine_chunks() if known else pa.nulls(size, kind)
    if set(ITEMIZED) <= set(table.column_names):
        columns |= {n: table[n].cast(kind).combine_chunks() for n, kind in ITEMIZED.items()}
        columns["creditor_then"] = printable(_trimmed(columns["creditor_then"]))
    return pa.table(columns)


def _card(table: pa.Table) -> pa.Array:
    """The last four characters of the card number, or of the account's if there is no card."""
    number = printable(pc.coalesce(_text(table, "card_no"), _text(table, "account_id")))
    short = pc.less_equal(pc.utf8_length(number), 4)
    return pc.if_else(short, "****", pc.utf8_slice_codeunits(number, -4))


def _forms(people: pa.Table, documents: Documents, forms: tuple[Form, ...]) -> tuple[Ints, Ints]:
    """Of each contact the position of its form (0 without one), and the first verdicts."""
    verdict = np.zeros(len(people), np.int64)
    chosen = _among(
        pc.binary_join_element_wise(people["document"], people["channel"], people["language"], "|"),
        [f"{f.document}|{f.channel}|{f.language}" for f in forms],
    )
    _refuse(verdict, "document-unknown", _among(people["document"], list(documents.ids)) < 0)
    pairs = [f"{d}|{c}" for d in documents.ids for c in sorted(documents.forms(d))]
    pair = _among(pc.binary_join_element_wise(people["document"], people["channel"], "|"), pairs)
    _refuse(verdict, "form-missing", pair < 0)
    _refuse(verdict, "language-unknown", chosen < 0)
    liable = [f"{d}|{r}" for d in documents.ids for r in sorted(documents.addressees(d))]
    role = _among(pc.binary_join_element_wise(people["document"], people["role"], "|"), liable)
    _refuse(verdict, "addressee-not-liable", role < 0)
    return np.maximum(chosen, 0), verdict


def _among(values: pa.ChunkedArray, known: list[str]) -> Ints:
    """Of each value its position among the known ones, -1 for others and for none."""
    found = pc.index_in(values, value_set=pa.array(known, pa.string()), skip_nulls=True)
    numbers: Ints = found.fill_null(-1).to_numpy().astype(np.int64)
    return numbers


def _any_line(words: Ints, start: Ints, count: Ints) -> Ints:
    """Of each contact the bits set in any of its lines."""
    result = np.zeros(len(start), np.int64)
    has = count > 0
    if has.any():
        # Boundaries of each contact's lines in turn: every other segment is what lies between two
        # contacts and is dropped.
        bounds = np.column_stack([start[has], start[has] + count[has]]).ravel()
        padded = np.append(words, np.int64(0))
        result[has] = np.bitwise_or.reduceat(padded, bounds)[::2]
    return result


def _bad_currency(accounts: pa.Table) -> Ints:
    return (_among(accounts["currency"], sorted(MINOR_DIGITS)) < 0).astype(np.int64)


def wrong_sum(accounts: pa.Table) -> Bools:
    """Lines whose parts are all known and do not add up to the balance."""
    total = accounts["balance"]
    for name in DEBT_PARTS:
        total = pc.subtract(total, accounts[name])
    left = pc.add(total, accounts["payments_set_off"])
    wrong: Bools = pc.not_equal(left, 0).fill_null(False).to_numpy()
    return wrong


def _missing(table: pa.Table, names: tuple[str, ...]) -> Ints:
    """Of each row a bit for each named column that has no value, or that the table lacks."""
    word = np.zeros(len(table), np.int64)
    for bit, name in enumerate(names):
        if name not in table.column_names:
            word |= 1 << bit
        elif table[name].null_count:
            word |= table[name].is_null().to_numpy().astype(np.int64) << bit
    return word


def _needed(forms: tuple[Form, ...], record: str, names: tuple[str, ...]) -> Ints:
    """Of each form a bit for each named field that it needs."""
    return np.array(
        [sum(1 << i for i, n in enumerate(names) if (record, n) in f.needs) for f in forms],
        np.int64,
    )


def _addresses(people: pa.Table) -> Mapping[str, Bools]:
    """Contacts without a number or address for their channel, and those with one of no use."""
    size = len(people)
    missing, unusable = np.zeros(size, np.bool_), np.zeros(size, np.bool_)
    for channel in CHANNELS:
        of_channel = pc.equal(people["channel"], channel).fill_null(False).to_numpy()
        column = people[REACHED_BY[channel]]
        missing |= of_channel & column.is_null().to_numpy()
        pattern = _USABLE.get(REACHED_BY[channel])
        if pattern is not None and channel != "script":
            good = pc.match_substring_regex(column, pattern).fill_null(True).to_numpy()
            unusable |= of_channel & ~good
    return {"address-missing": missing, "address-unusable": unusable}


@dataclass(frozen=True, slots=True)
class _Lacks:
    """What each failed contact lacks: bits of fields, and the code point that the font lacks."""

    line: Ints
    letter: Ints
    glyph: list[str]


def _links(people: pa.Table) -> Bools:
    """Contacts whose name or address could be taken for a link in whatever is sent."""
    found = np.zeros(len(people), np.bool_)
    for name in ("name", "address"):
        odd = pc.match_substring_regex(people[name], "[.。．:：]").fill_null(False)
        rows = np.flatnonzero(odd.to_numpy())
        values = people[name].take(pa.array(rows)).to_pylist()
        found[[n for n, value in zip(rows, values, strict=True) if foreign_link(value, ())]] = True
    return found


def _glyphs(people: pa.Table, where: Bools) -> dict[int, str]:
    """Of letters that could be written, those with a character that the font lacks, and which."""
    letters = pc.equal(people["channel"], "letter").fill_null(False).to_numpy() & where
    rows = np.flatnonzero(letters)
    some = people.select(["name", "address", "postal_code"]).take(pa.array(rows))
    found, codes = unprintable(some.columns)
    return dict(zip(rows[found].tolist(), codes, strict=True))


def _failed(people: pa.Table, verdict: Ints, lacks: _Lacks) -> pa.Table:
    codes = list(CODES)
    code = [codes[v - 1] for v in verdict.tolist()]
    reason = [
        CODES[c] + (_names(line, letter) if c == "field-missing" else glyph)
        for c, line, letter, glyph in zip(
            code, lacks.line.tolist(), lacks.letter.tolist(), lacks.glyph, strict=True
        )
    ]
    return pa.table(
        {
            "contact_no": people["contact_no"],
            "code": pa.array(code, pa.string()),
            "reason": pa.array(reason, pa.string()),
            "customer_id": people["customer_id"],
            "document": people["document"],
            "channel": people["channel"],
        }
    )


def _names(line: int, letter: int) -> str:
    names = [n for i, n in enumerate(_LINE_FIELDS) if line >> i & 1]
    columns = (*_LETTER_FIELDS.values(), _STEP_DAY)
    return ", ".join(names + [n for i, n in enumerate(columns) if letter >> i & 1])
