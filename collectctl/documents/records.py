"""What a template is given: frozen records of text, exact numbers and dates, and nothing else.

The field names here are the vocabulary of every template; the checker reads them from the
annotations. Imported by workers, so it knows only the standard library.
"""

import datetime as dt
import types
from typing import NamedTuple, NewType, Union, get_args, get_origin, get_type_hints

CurrencyCode = NewType("CurrencyCode", str)
"""An ISO 4217 code that this program can name, unlike text, which can be anything."""


class Amount(NamedTuple):
    """Money in a template: a tuple, since a night makes millions and a dataclass is slower."""

    minor: int
    currency: str


class Rate(NamedTuple):
    """An exact rate: `value / 10**digits`."""

    value: int
    digits: int


class Line(NamedTuple):
    """One account that a document speaks of."""

    card: str
    """The last four characters of card or account number, never more."""
    currency: CurrencyCode
    as_of: dt.date | None
    due_date: dt.date | None
    days_past_due: int | None
    balance: Amount | None
    overdue_amount: Amount | None
    minimum_due: Amount | None
    principal: Amount | None
    instalment_not_due: Amount | None
    interest: Amount | None
    compound_interest: Amount | None
    penalty: Amount | None
    fees: Amount | None
    instalment_interest: Amount | None
    payments_set_off: Amount | None
    last_payment: Amount | None
    last_payment_on: dt.date | None
    daily_rate: Rate | None
    annual_rate: Rate | None


class Total(NamedTuple):
    """The sum of a document's accounts in one currency."""

    currency: CurrencyCode
    balance: Amount | None
    overdue_amount: Amount | None
    minimum_due: Amount | None


class Payment(NamedTuple):
    """Money received that the figures of an account do not hold yet."""

    paid_on: dt.date
    amount: Amount


class Decision(NamedTuple):
    """A recorded decision of the bank to take a step about the account."""

    reference: str
    decided_on: dt.date
    act_from: dt.date | None
    """The step is not taken before this day."""
    criminal: bool
    """Legal approved that criminal law is mentioned for this account."""


class Agency(NamedTuple):
    """The agency that collects in the bank's name."""

    name: str
    phone: str
    starts_on: dt.date | None


class Instalment(NamedTuple):
    """One payment of a plan."""

    number: int
    due_date: dt.date
    amount: Amount
    principal: Amount
    charges: Amount
    left: Amount
    """Owed under the plan once it is paid."""


class Plan(NamedTuple):
    """An instalment plan, offered or agreed; its instalments add up to its total."""

    reference: str
    currency: CurrencyCode
    months: int
    debt: Amount
    """What is paid off by instalments."""
    charges_total: Amount
    """Interest and every other charge of the plan."""
    total: Amount
    annual_rate: Rate
    """Cost of the plan a year, simple, all charges included."""
    charges: str
    """What happens to interest and fees while it is kept: `stopped`, `reduced` or `running`."""
    first_due: dt.date
    last_due: dt.date
    instalments: tuple[Instalment, ...]
    valid_until: dt.date | None
    """Until when an offer stands, inclusive."""
    agreed_on: dt.date | None
    paid: Amount | None
    """Received under the plan so far."""
    missed: Amount | None
    missed_on: dt.date | None
    cure_by: dt.date | None
    """The last day on which paying what was missed keeps the plan."""
    completed_on: dt.date | None


class Complaint(NamedTuple):
    """A complaint and, once decided, what was decided."""

    number: str
    received_on: dt.date
    matter: str
    """In the words that it was registered under."""
    decide_by: dt.date
    decided_on: dt.date | None
    outcome: str | None
    """`upheld`, `partly_upheld` or `not_upheld`."""
    findings: str | None
    remedy: str | None
    """What the bank does about it."""
    review_by: dt.date | None
    """Until when a review may be asked for."""


class Settlement(NamedTuple):
    """A debt that is paid."""

    settled_on: dt.date
    paid: Amount


class Validation(NamedTuple):
    """What a validation notice says of a debt. Source: 12 CFR 1006.34(c)(2)."""

    creditor_then: str
    """To whom the debt was owed on the itemization date."""
    itemization_date: dt.date
    balance_then: Amount
    interest_since: Amount
    fees_since: Amount
    payments_since: Amount
    credits_since: Amount
    balance_now: Amount
    dispute_by: dt.date
    """The last day of the validation period."""


class Letter(NamedTuple):
    """One document to one person, whatever its channel."""

    contact_no: int
    reference: str
    """Run date and contact number: what a customer quotes on the telephone."""
    date: dt.date
    title: str
    addressee: str | None
    surname: str | None
    address: str | None
    postal_code: str | None
    phone: str | None
    accounts: int
    """How many accounts the document covers."""
    as_of: dt.date | None
    first: Line
    lines: tuple[Line, ...]
    totals: tuple[Total, ...]
    payments: tuple[Payment, ...] = ()
    decision: Decision | None = None
    agency: Agency | None = None
    plan: Plan | None = None
    complaint: Complaint | None = None
    settlement: Settlement | None = None
    validation: Validation | None = None


class PaymentAccount(NamedTuple):
    """An account of the bank that a customer may pay to."""

    currency: CurrencyCode
    holder: str
    number: str
    bank: str


class Regulator(NamedTuple):
    """An authority that takes complaints."""

    name: str
    hotline: str


class Bank(NamedTuple):
    """The bank, in one language."""

    name: str
    short_name: str
    office: str
    address: str
    postal_code: str
    hotline: str
    complaint_hotline: str
    hours: str
    website: str
    email: str
    seal_name: str
    seal_text: str
    accounts: tuple[PaymentAccount, ...]
    regulators: tuple[Regulator, ...]


class Loop(NamedTuple):
    """What Jinja2 says of a loop, as far as a template may ask."""

    first: bool
    last: bool


CASES = ("decision", "agency", "plan", "complaint", "settlement", "validation")
"""Fields of a letter that hold what only some matters have; None in every other."""
RECORDS: tuple[type, ...] = (
    Line, Total, Payment, Decision, Agency, Instalment, Plan, Complaint, Settlement, Validation,
    Letter, PaymentAccount, Regulator, Bank, Loop,
)  # fmt: skip
DEBT_PARTS = (
    "principal", "instalment_not_due", "interest", "compound_interest", "penalty", "fees",
    "instalment_interest",
)  # fmt: skip
"""What makes up a balance; `payments_set_off` is taken away."""


class FieldKind(NamedTuple):
    """What a field holds, by its name in this module's table of kinds or a record's name."""

    name: str
    many: bool = False
    optional: bool = False
    """Whether data may lack it."""


_KINDS: dict[object, str] = {
    str: "text", CurrencyCode: "currency", int: "count", bool: "flag", Amount: "amount",
    Rate: "rate", dt.date: "date",
}  # fmt: skip


def _kind(annotation: object) -> FieldKind:
    if get_origin(annotation) in (Union, types.UnionType):
        inner = next(a for a in get_args(annotation) if a is not type(None))
        return _kind(inner)._replace(optional=True)
    if get_origin(annotation) is tuple:
        return _kind(get_args(annotation)[0])._replace(many=True)
    return FieldKind(_KINDS.get(annotation) or str(getattr(annotation, "__name__", "")))


VOCABULARY: dict[str, dict[str, FieldKind]] = {
    record.__name__: {name: _kind(hint) for name, hint in get_type_hints(record).items()}
    for record in RECORDS
}
"""Record name to field name to what the field holds."""
FIELD_NAMES = frozenset(name for fields in VOCABULARY.values() for name in fields)
