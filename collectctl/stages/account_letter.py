"""A letter about one account, made outside of a night for somebody who asks for it.

Joins the account, its principal and the payments known since with the record that texts are given.
Refuses to know whether it may be sent: it is for the person who stands at the counter, or for staff
who look at a text.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from collectctl.columns import arrow, to_table
from collectctl.compliance.people import LIABLE, people
from collectctl.documents.catalog import Form
from collectctl.documents.fitness import CODES, of_person, printed_lines, wrong_sum
from collectctl.documents.prepare import RATE_DIGITS
from collectctl.documents.press import line_records, surname, totals
from collectctl.documents.records import Amount, Letter, Line, Payment
from collectctl.documents.writer import lacking
from collectctl.ledger import heard
from collectctl.money import MINOR_DIGITS
from collectctl.problems import InputRefusedError, Problem
from collectctl.project import Project
from collectctl.stages.gating import people_of
from collectctl.stages.intake import Intake

_PERSON = ("name", "address", "postal_code", "phone", "language")


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """What somebody owes on one account."""

    line: Line
    details: Mapping[str, str | None]
    """Of the person: name, address, postal_code, phone, language; None where it is not known or
    the exports contradict each other."""


def owed_on(project: Project, intake: Intake, account: str, roles: frozenset[str]) -> Owed:
    """The account's debt and the first person of these roles who owes it, the principal first.

    `project` is the one by which the account was read.

    Raises:
        InputRefusedError: `account-unknown`; `addressee-not-liable`, there is no such person;
            `currency-unknown` or `parts-do-not-add-up`.
    """
    people_of(intake, account)
    ids = arrow(intake.accounts["account_id"])
    at = pc.index(ids, account).as_py()
    who = people(intake.parties, ids, np.array([at], np.int64))
    links = sorted(
        (role, person)
        for role, person in zip(who.role.tolist(), who.person.tolist(), strict=True)
        if LIABLE[role] in roles
    )
    if not links:
        raise InputRefusedError(_refusal("addressee-not-liable"))
    details = {n: of_person(n, who.details[n].slice(links[0][1], 1))[0].as_py() for n in _PERSON}
    return Owed(line=_line(project, to_table(intake.accounts.iloc[at : at + 1])), details=details)


def _line(project: Project, account: pa.Table) -> Line:
    table = printed_lines(account)
    if table["currency"][0].as_py() not in MINOR_DIGITS:
        raise InputRefusedError(_refusal("currency-unknown"))
    if wrong_sum(table).any():
        raise InputRefusedError(_refusal("parts-do-not-add-up"))
    dictionary = project.dictionary
    digits = {n: dictionary[n].decimals for n in RATE_DIGITS if n in dictionary}
    (line,) = line_records(table, frozenset(Line._fields), digits)
    return line


def account_letter(owed: Owed, form: Form, day: date, payments: Sequence[Payment] = ()) -> Letter:
    """The letter that a form is given about one account, with everything that the form needs.

    Raises:
        InputRefusedError: `field-missing`.
    """
    line, given = owed.line, owed.details
    name = given["name"]
    letter = Letter(
        contact_no=1, reference=f"{day:%Y%m%d}-{line.card}", date=day, title=form.title,
        addressee=name, surname=None if name is None else surname(name),
        address=given["address"], postal_code=given["postal_code"], phone=given["phone"],
        accounts=1, as_of=line.as_of, first=line, lines=(line,), totals=totals((line,)),
        payments=tuple(payments),
    )  # fmt: skip
    missing = lacking(form, letter)
    if missing:
        raise InputRefusedError(_refusal("field-missing", ", ".join(missing)))
    return letter


def _refusal(code: str, more: str = "") -> Problem:
    return Problem(
        code=code,
        message=CODES[code] + more,
        mend="mend the exports and run a night; nothing was written",
    )


def payments_since(
    found: Sequence[heard.Payment], span: tuple[int, int], zone: str
) -> tuple[Payment, ...]:
    """What was booked on an account within the moments [first, last), by booking.

    A payment that was taken back within them is left out with what took it back; what takes back
    an earlier one stands with its amount below zero.
    """
    first, last = span
    stands: list[heard.Payment] = []
    for one in found:
        if not first <= one.booked < last:
            continue
        undone = [p for p in stands if (p.reference, p.amount) == (one.reverses, one.amount)]
        if undone:
            stands.remove(undone[0])
        else:
            stands.append(one)
    return tuple(
        Payment(
            datetime.fromtimestamp(p.booked, ZoneInfo(zone)).date(),
            Amount(p.amount if p.reverses is None else -p.amount, p.currency),
        )
        for p in stands
    )
