"""Telling cases: invented letters that an editor looks at a text with, from `documents/cases.yaml`.

Knows how a case is written in YAML and that it has the fields of `records`. Refuses to know which
document is shown with it: a document takes the cases that have what it needs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from collectctl.columns import LANGUAGES
from collectctl.config import Bilingual
from collectctl.documents.press import surname, totals
from collectctl.documents.records import RECORDS, VOCABULARY, Amount, FieldKind, Letter, Line, Rate
from collectctl.money import MINOR_DIGITS, parse_minor, scaled
from collectctl.problems import Problem, Span, did_you_mean, has_errors
from collectctl.yaml_file import Document, Path_, Plain, read_document

CASES = "documents/cases.yaml"
RATE_DIGITS = 6
_MADE = frozenset({"contact_no", "title", "surname", "accounts", "as_of", "first", "totals"})
"""Fields of a letter that follow from the others."""
_RECORDS = {record.__name__: record for record in RECORDS}
_CASE_KEYS = ("title", "role", "letter")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An invented letter, in both languages."""

    id: str
    title: Bilingual
    role: str
    """Of the person addressed."""
    letters: Mapping[str, Letter]
    """By language; their title is that of the document that is shown."""
    span: Span

    def letter(self, language: str, title: str) -> Letter:
        """The letter in a language, with a document's title."""
        return self.letters[language]._replace(title=title)


def read_cases(data: bytes, file: str) -> tuple[tuple[Case, ...], tuple[Problem, ...]]:
    """The cases in the bytes of a file, in its order, or all its problems."""
    document, problems = read_document(data, file)
    if document is None:
        return (), problems
    found = list(problems)
    every = document.plain.get("cases")
    known = ("format", "cases")
    found += [_unknown(document, (key,), known) for key in document.plain if key not in known]
    if not isinstance(every, dict) or not every:
        found.append(_bad(document, ("cases",), "no case", "cases: {name: {title: …, letter: …}}"))
        return (), tuple(found)
    cases = [_case(document, name, value, found) for name, value in every.items()]
    if has_errors(found):
        return (), tuple(found)
    return tuple(c for c in cases if c is not None), tuple(found)


def _case(document: Document, name: str, value: Plain, found: list[Problem]) -> Case | None:
    at: Path_ = ("cases", name)
    if not isinstance(value, dict):
        found.append(_bad(document, at, "a case of one word", "title, role, letter"))
        return None
    found += [_unknown(document, (*at, k), _CASE_KEYS) for k in value if k not in _CASE_KEYS]
    missing = [key for key in _CASE_KEYS if key not in value]
    if missing:
        found += [_missing(document, at, key) for key in missing]
        return None
    title = value["title"]
    if not isinstance(title, dict) or set(title) != set(LANGUAGES):
        found.append(_bad(document, (*at, "title"), "a title of one language", "{zh_CN: …, en: …}"))
        return None
    letters = {}
    for language in LANGUAGES:
        # What is wrong in both languages is said once.
        letter = _letter(_Reader(document, language, found), (*at, "letter"), value["letter"])
        if letter is not None:
            letters[language] = letter
    if len(letters) < len(LANGUAGES):
        return None
    return Case(
        id=name, title=Bilingual(zh_CN=str(title["zh_CN"]), en=str(title["en"])),
        role=str(value["role"]), letters=letters, span=document.span(at),
    )  # fmt: skip


def _letter(reader: "_Reader", at: Path_, value: Plain) -> Letter | None:
    values = reader.fields("Letter", at, value, _currency(value), made=_MADE)
    lines: tuple[Line, ...] = () if values is None else values["lines"]
    if values is None:
        return None
    if not lines:
        reader.report(_bad(reader.document, at, "a letter about no account", "lines: [{card: …}]"))
        return None
    name = values["addressee"]
    return Letter(
        contact_no=1, title="", surname=None if name is None else surname(name),
        accounts=len(lines), as_of=lines[0].as_of, first=lines[0], totals=totals(lines), **values,
    )  # fmt: skip


def _currency(letter: Plain) -> str:
    """The currency of the first account: that of every amount whose record names none."""
    lines = letter.get("lines") if isinstance(letter, dict) else None
    first = lines[0] if isinstance(lines, list) and lines else None
    given = first.get("currency") if isinstance(first, dict) else None
    return str(given) if given in MINOR_DIGITS else "CNY"


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads records of one language."""

    document: Document
    language: str
    found: list[Problem]

    def report(self, problem: Problem) -> None:
        """Adds a problem unless it stands there."""
        if problem not in self.found:
            self.found.append(problem)

    def fields(
        self, record: str, at: Path_, value: Plain, currency: str,
        made: frozenset[str] = frozenset(),
    ) -> dict[str, Any] | None:  # fmt: skip
        """The fields of a record, or None with the problems on the list."""
        known = {n: k for n, k in VOCABULARY[record].items() if n not in made}
        if not isinstance(value, dict):
            self.report(_bad(self.document, at, "one word", ", ".join(known)))
            return None
        before = len(self.found)
        for key in value:
            if key not in known:
                self.report(_unknown(self.document, (*at, key), tuple(known)))
        given = value.get("currency", currency)
        if "currency" in known and given in MINOR_DIGITS:
            currency = str(given)
        values: dict[str, Any] = {}
        for name, kind in known.items():
            if name in value:
                values[name] = self.value(kind, (*at, name), value[name], currency)
            elif kind.many:
                values[name] = ()
            elif kind.optional:
                values[name] = None
            else:
                self.report(_missing(self.document, at, name))
        return None if len(self.found) > before else values

    def value(self, kind: FieldKind, at: Path_, value: Plain, currency: str) -> object:
        """What a field holds; None where it cannot be read, with the problem on the list."""
        if kind.many:
            if not isinstance(value, list):
                self.report(_bad(self.document, at, "no list", "a list"))
                return ()
            one = kind._replace(many=False)
            return tuple(self.value(one, (*at, i), v, currency) for i, v in enumerate(value))
        if kind.name in _RECORDS and kind.name not in ("Amount", "Rate"):
            values = self.fields(kind.name, at, value, currency)
            return None if values is None else _RECORDS[kind.name](**values)
        if kind.name == "text" and isinstance(value, dict) and set(value) == set(LANGUAGES):
            value = value[self.language]
        if not isinstance(value, str):
            self.report(_bad(self.document, at, "no single value", _EXPECTED[kind.name]))
            return None
        read = _scalar(kind.name, value, currency)
        if read is None:
            self.report(_bad(self.document, at, f"found '{value}'", _EXPECTED[kind.name]))
        return read


_EXPECTED = {
    "text": "a text, or {zh_CN: …, en: …}", "currency": ", ".join(sorted(MINOR_DIGITS)),
    "count": "a whole number", "flag": "true or false", "date": "a date such as 2026-11-20",
    "amount": "an amount such as 1234.50", "rate": "a rate such as 0.1825",
}  # fmt: skip


def _scalar(kind: str, text: str, currency: str) -> object:
    """The text as a value of a kind, None if it is none."""
    if kind == "text":
        return text
    if kind == "currency":
        return text if text in MINOR_DIGITS else None
    if kind == "flag":
        return {"true": True, "false": False}.get(text)
    if kind == "count":
        return scaled(text, 0)
    if kind == "amount":
        minor = parse_minor(text, currency)
        return None if minor is None else Amount(minor, currency)
    if kind == "rate":
        value = scaled(text, RATE_DIGITS)
        return None if value is None else Rate(value, RATE_DIGITS)
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _unknown(document: Document, at: Path_, known: tuple[str, ...]) -> Problem:
    key = str(at[-1])
    return Problem(
        code="unknown-key", message=f"unknown key '{key}'",
        span=document.span(at, of_key=True), expected=", ".join(known),
        mend=did_you_mean(key, known),
    )  # fmt: skip


def _missing(document: Document, at: Path_, key: str) -> Problem:
    where = ".".join(str(part) for part in at)
    return Problem(
        code="missing-key", message=f"key '{key}' is missing in {where}",
        span=document.span(at, of_key=True), expected=f"{key}:",
    )  # fmt: skip


def _bad(document: Document, at: Path_, message: str, expected: str) -> Problem:
    where = ".".join(str(part) for part in at)
    return Problem(
        code="bad-value", message=f"{where}: {message}", span=document.span(at), expected=expected
    )
