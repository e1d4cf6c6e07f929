"""Amounts, rates, days and numbers that are typed into a text in place of a field.

Knows how they are written. Refuses to know which of them would be right: what a letter says of
money, days, accounts and telephones comes from the record or from `bank.yaml`, where somebody
answers for it.
"""

import re
from collections.abc import Iterator

from collectctl.documents.lint.forms import Read
from collectctl.problems import Level, Problem

_CODES = "CNY|RMB|USD|HKD|MOP|TWD|EUR|GBP|JPY|SGD|AUD|CAD|CHF"
_MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|"
    "oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_HAN = "〇零一二两三四五六七八九十百千万"
_DAY = "a day"
_WRITTEN = {
    "an amount": (
        rf"(?:[¥￥$€£]|\b(?:{_CODES})|人民币|美元|港币)\s*\d[\d,]*(?:\.\d+)?",
        rf"\d[\d,]*(?:\.\d+)?\s*(?:[万亿]?[元圆块]|(?:{_CODES}|yuan|dollars?|pounds?|euros?)\b)",
        rf"[{_HAN}]{{2,}}[元圆]",
        r"\b\d[\d,]*\.\d{2}\b",
    ),
    "a rate": (
        r"\d+(?:\.\d+)?\s*(?:[%％‰]|per ?cent\b)",
        rf"[百千万]分之[{_HAN}点\d]+",
    ),
    _DAY: (
        r"\d{2,4}\s*年\s*\d{1,2}\s*月(?:\s*\d{1,2}\s*[日号])?",
        r"\d{1,2}\s*月\s*\d{1,2}\s*[日号]",
        r"\b\d{4}[-/.]\d{1,2}[-/.]\d{1,2}\b",
        r"\b\d{1,2}[-/]\d{1,2}[-/]\d{2,4}\b",
        rf"\b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:{_MONTHS})\b",
        rf"\b(?:{_MONTHS})\s+\d{{1,2}}\b",
    ),
    "a number": (r"\d(?:[ -]?\d){4,}",),
}
"""By what is told; the first that fits is."""
_KINDS = tuple(_WRITTEN)
_TYPED = re.compile(
    "|".join(f"(?P<k{n}>{'|'.join(_WRITTEN[kind])})" for n, kind in enumerate(_KINDS)),
    re.IGNORECASE,
)


def typed_figures(one: Read) -> Iterator[Problem]:
    """Each figure that stands in the words; of a day, which may be a law's, a warning."""
    for found in _TYPED.finditer(one.said.own):
        kind = _KINDS[int(str(found.lastgroup)[1:])]
        yield Problem(
            code="text-figures",
            message=f"{kind} that stands in the text itself",
            span=one.said.span(*found.span()),
            expected="a field of the letter or of the bank: what is typed stays as facts change",
            level=Level.WARNING if kind == _DAY else Level.ERROR,
        )
