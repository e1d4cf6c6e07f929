"""From files of cases to cases: names and values are those of the rulebook and its columns.

Gathers every fault of every file.
"""

from collections.abc import Collection, Mapping
from datetime import date

from collectctl.columns import Column
from collectctl.config import shape
from collectctl.money import MINOR_DIGITS
from collectctl.problems import Problem, Span, did_you_mean
from collectctl.rules.casebook.case import Case, Expected, held
from collectctl.rules.casebook.shapes import CasesShape
from collectctl.rules.casebook.written import Written, WrittenCase, written
from collectctl.rules.chains import MANUAL, OTHERWISE
from collectctl.rules.decisions import missing_names
from collectctl.rules.explain import Held
from collectctl.rules.rulebook import Rulebook
from collectctl.rules.syntax import Source
from collectctl.yaml_file import Document, read_document


def read_cases(
    files: Mapping[str, bytes], rulebook: Rulebook
) -> tuple[tuple[Case, ...], tuple[Problem, ...]]:
    """The cases in the files (name to bytes), in their order, and all problems of all files."""
    reader = _Reader(rulebook)
    for name, data in files.items():
        reader.file(name, data)
    return tuple(reader.cases), tuple(sorted(set(reader.problems), key=Problem.sort_key))


_FORMS: dict[str, str] = {
    "int": "a whole number such as 30",
    "money": "an amount such as 20000.00, without separators",
    "ratio": "a number such as 0.85, with no more decimals than the column has",
    "bool": "true or false",
    "date": "a date such as 2026-01-31",
}


class _Reader:
    def __init__(self, rulebook: Rulebook) -> None:
        self._rulebook = rulebook
        ids = tuple(r.id for r in rulebook.tier_chain.rules)
        addons = sorted({r.then["document"] for r in rulebook.addon_chain.rules})
        self._known: dict[str, tuple[str, Collection[str]]] = {
            "tier": ("unknown-tier", (*rulebook.tiers, MANUAL)),
            "rule": ("unknown-rule", (*ids, OTHERWISE, MANUAL)),
            "treatment": ("unknown-treatment", (*rulebook.treatments, MANUAL)),
            "addons": ("unknown-document", addons),
            "missing": ("unknown-column", missing_names(rulebook)),
        }
        self.cases: list[Case] = []
        self.problems: list[Problem] = []

    def file(self, name: str, data: bytes) -> None:
        """Reads one file."""
        document, problems = read_document(data, name)
        self.problems += problems
        if document is None:
            return
        shaped, problems = shape(CasesShape, document)
        self.problems += problems
        if shaped is None:
            return
        for one in written(document, shaped, self.problems):
            if isinstance(one, Source):
                self._column(one.text, one.span((0, len(one.text))))
            else:
                self._read(document, one)

    def _read(self, document: Document, case: WrittenCase) -> None:
        before = len(self.problems)
        as_of = self._day(document, case)
        account = self._account(case)
        expected = self._expected(case)
        if len(self.problems) == before and as_of is not None:
            self.cases.append(
                Case(
                    name=case.name, as_of=as_of, account=account, expected=expected, span=case.span
                )
            )

    def _day(self, document: Document, case: WrittenCase) -> date | None:
        if case.as_of is None:
            self._say(
                "missing-key", document.span(()), "the cases do not say of which day they are",
                "as_of: 2026-11-20",
                "write the business date at the top; a parameter has its value of that day",
            )  # fmt: skip
        return case.as_of

    # the account

    def _column(self, name: str, span: Span) -> Column | None:
        column = self._rulebook.dictionary.get(name)
        if column is None and name in (*self._rulebook.computed, *self._rulebook.segments):
            self._say(
                "unknown-column", span, f"'{name}' follows from other columns",
                mend="give the columns that it is made of",
            )  # fmt: skip
        elif column is None:
            mend = did_you_mean(name, self._rulebook.dictionary) or "columns stand in columns.yaml"
            self._say("unknown-column", span, f"unknown column '{name}'", mend=mend)
        return column

    def _account(self, case: WrittenCase) -> dict[str, Held]:
        own = self._rulebook.currency
        given = case.account.get("currency")
        currency = given.text if given is not None and given.text in MINOR_DIGITS else own
        found: dict[str, Held] = {}
        for name, value in case.account.items():
            column = self._rulebook.dictionary.get(name)
            if name in case.keys:
                column = self._column(name, case.keys[name])
            if column is not None:
                found[name] = self._value(column, value, currency)
        return found

    def _value(self, column: Column, value: Written, currency: str) -> Held:
        found = held(column, value.text, currency)
        if found is None:
            self._no_value(column, value)
        elif type(found) is int:
            bounds = (column.minimum, column.maximum)
            low, high = (None if b is None else column.number(b, currency) for b in bounds)
            if (low is not None and found < low) or (high is not None and found > high):
                self._say(
                    "bad-value", value.span,
                    f"{value.text} is outside of what column '{column.name}' may hold",
                    f"{column.minimum or '…'} to {column.maximum or '…'}, as in columns.yaml",
                )  # fmt: skip
        return found

    def _no_value(self, column: Column, value: Written) -> None:
        text = value.text
        if column.type == "enum":
            self._say(
                "unknown-value", value.span, f"'{text}' is not a value of '{column.name}'",
                ", ".join(column.values), did_you_mean(text, column.values),
            )  # fmt: skip
            return
        mend = None
        if text.lower() in ("", "null", "none", "~"):
            mend = "leave the column out, or write - in a table: it is then missing"
        elif "," in text and held(column, text.replace(",", ""), self._rulebook.currency):
            mend = f"write {text.replace(',', '')}"
        self._say(
            "bad-value", value.span, f"'{text}' is not a value of '{column.name}' ({column.type})",
            _FORMS[column.type], mend,
        )  # fmt: skip

    # what is expected

    def _expected(self, case: WrittenCase) -> Expected:
        if not case.expect:
            self._say(
                "bad-value", case.span, f"case '{case.name}' expects nothing",
                "a tier, rule, treatment, …", "without an expectation it could not fail",
            )  # fmt: skip
        for key, parts in case.expect.items():
            for part in parts:
                self._check(key, part)

        def one(key: str) -> str | None:
            parts = case.expect.get(key, ())
            return parts[0].text if parts else None

        def several(key: str) -> frozenset[str] | None:
            return frozenset(p.text for p in case.expect[key]) if key in case.expect else None

        return Expected(
            tier=one("tier"), rule=one("rule"), treatment=one("treatment"),
            addons=several("addons"), missing=several("missing"), reason=one("reason"),
        )  # fmt: skip

    def _check(self, key: str, part: Written) -> None:
        if key not in self._known:
            return
        code, known = self._known[key]
        if part.text not in known:
            self._say(
                code, part.span, f"'{part.text}' is nothing that 'expect: {key}' could be",
                ", ".join(known) or "none", did_you_mean(part.text, known),
            )  # fmt: skip

    def _say(
        self, code: str, span: Span, message: str, expected: str | None = None,
        mend: str | None = None,
    ) -> None:  # fmt: skip
        self.problems.append(
            Problem(code=code, message=message, span=span, expected=expected, mend=mend)
        )
