"""The bank's own facts as customers read them: names, addresses, hotlines, accounts to pay to.

Knows their shape in `documents/bank.yaml`. Refuses to know which text uses which.
"""

import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator

from collectctl.columns import LANGUAGES
from collectctl.config import Bilingual, Shape, shape
from collectctl.documents.records import Bank, CurrencyCode, PaymentAccount, Regulator
from collectctl.money import MINOR_DIGITS
from collectctl.problems import Problem, Span
from collectctl.yaml_file import read_document

_SIGNATURE = re.compile(r"[^【】\s]{2,20}")


def _sender(value: Bilingual) -> Bilingual:
    """Source: carriers take 2 to 20 characters between 【 and 】 (practice; read 2026-11)."""
    for text in (value.zh_CN, value.en):
        if not _SIGNATURE.fullmatch(text):
            raise ValueError(f"found '{text}', expected 2 to 20 characters without spaces or 【】")
    return value


def _written(pattern: str, expected: str) -> AfterValidator:
    """That a value is written in a certain way from its first to its last character."""

    def check(value: str) -> str:
        if not re.fullmatch(pattern, value, re.ASCII):
            raise ValueError(f"found '{value}', expected {expected}")
        return value

    return AfterValidator(check)


def _both(value: Bilingual) -> Bilingual:
    if not value.zh_CN.strip() or not value.en.strip():
        raise ValueError("found nothing, expected words in both languages")
    return value


_Both = Annotated[Bilingual, AfterValidator(_both)]
_Mailbox = Annotated[
    str, _written(r"[\w.-]{1,64}@[A-Za-z0-9.-]{1,190}", "an address such as cards@bank.example")
]
_Telephone = Annotated[
    str,
    _written(
        r"\+?(?:[ ()/-]*\d){3,20}\)?(?: ?(?:ext\.?|x|转) ?\d{1,6})?",
        "a telephone number of 3 to 20 digits such as 0000-96000",
    ),
]
_PostalCode = Annotated[
    str, _written(r"[A-Za-z0-9](?:[ -]?[A-Za-z0-9]){2,11}", "a postal code such as 000100")
]
_Website = Annotated[
    str,
    _written(
        r"(?:https?://)?(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}(?:/[\w./-]*)?",
        "an address such as www.bank.example",
    ),
]
_AccountNumber = Annotated[
    str,
    _written(
        r"[A-Z0-9](?:[ -]?[A-Z0-9]){5,39}", "an account number of 6 to 40 digits or capital letters"
    ),
]


def _currency(value: str) -> str:
    if value not in MINOR_DIGITS:
        raise ValueError(f"found '{value}', expected one of {', '.join(sorted(MINOR_DIGITS))}")
    return value


class _Account(Shape):
    currency: Annotated[str, AfterValidator(_currency)]
    holder: _Both
    number: _AccountNumber
    bank: _Both


class _Regulator(Shape):
    name: _Both
    hotline: _Telephone


class _Seal(Shape):
    name: str
    text: str


class _BankShape(Shape):
    name: _Both
    short_name: _Both
    sms_signature: Annotated[Bilingual, AfterValidator(_sender)]
    office: _Both
    address: _Both
    postal_code: _PostalCode
    hotline: _Telephone
    complaint_hotline: _Telephone
    hours: _Both
    website: _Website
    email: _Mailbox
    seal: _Seal
    accounts: list[_Account]
    regulators: list[_Regulator]
    logo: str = ""


class _File(Shape):
    bank: _BankShape


@dataclass(frozen=True, slots=True, kw_only=True)
class BankFacts:
    """The bank in both languages, its emblem, and what a short message is signed with."""

    zh_CN: Bank  # noqa: N815 - spelt as the locale is
    en: Bank
    sms_signature: Bilingual
    logo: str
    """The emblem as SVG; empty without one."""

    def get(self, language: str) -> Bank:
        """The bank in `zh_CN` or `en`."""
        return self.zh_CN if language == "zh_CN" else self.en


def read_bank(data: bytes | None, file: str) -> tuple[BankFacts | None, tuple[Problem, ...]]:
    """The bank's facts in the bytes of `bank.yaml`, or all its problems; None is no such file."""
    if data is None:
        return None, (
            Problem(
                code="document-file-missing",
                message=f"there is no file '{file}'",
                span=Span(file=file),
                expected="bank.yaml beside documents.yaml: the bank's names, addresses, hotlines",
            ),
        )
    document, problems = read_document(data, file)
    if document is None:
        return None, problems
    shaped, problems = shape(_File, document)
    if shaped is None:
        return None, problems
    zh, en = (_bank(shaped.bank, language) for language in LANGUAGES)
    return BankFacts(
        zh_CN=zh, en=en, sms_signature=shaped.bank.sms_signature, logo=shaped.bank.logo
    ), ()


def _bank(s: _BankShape, language: str) -> Bank:
    return Bank(
        name=s.name.get(language), short_name=s.short_name.get(language),
        office=s.office.get(language), address=s.address.get(language),
        postal_code=s.postal_code, hotline=s.hotline, complaint_hotline=s.complaint_hotline,
        hours=s.hours.get(language), website=s.website, email=s.email,
        seal_name=s.seal.name, seal_text=s.seal.text,
        accounts=tuple(
            PaymentAccount(
                CurrencyCode(a.currency), a.holder.get(language), a.number, a.bank.get(language)
            )
            for a in s.accounts
        ),
        regulators=tuple(Regulator(r.name.get(language), r.hotline) for r in s.regulators),
    )  # fmt: skip
