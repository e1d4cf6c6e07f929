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
    seal_name: str
    seal_text: str
    accounts: tuple[PaymentAccount, ...]
    regulators: tuple[Regulator, ...]


class Loop(NamedTuple):
    """What Jinja2 says of a loop, as far as a template may ask."""

    first: bool
    last: bool


RECORDS: tuple[type, ...] = (Line, Total, Letter, PaymentAccount, Regulator, Bank, Loop)
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
