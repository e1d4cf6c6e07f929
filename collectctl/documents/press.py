"""One chunk of documents, from columns to bytes.

Imported by workers: knows Jinja2, Arrow and the records, and refuses to know pandas, configuration
and why anybody gets anything. What comes out depends on the chunk and the recipe alone.
"""

import gc
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import repeat
from pathlib import Path
from typing import Any

import pyarrow as pa

from collectctl.calendar import from_day_number
from collectctl.compliance.wording.engine import Wording
from collectctl.documents import outbox
from collectctl.documents.environment import Texts, renderer
from collectctl.documents.lint.forms import Written, read_of
from collectctl.documents.lint.letters import LetterLint, letter_lint
from collectctl.documents.lint.pieces import Shared
from collectctl.documents.lint.told import Told
from collectctl.documents.matters import agencies, decisions, validations
from collectctl.documents.records import (
    VOCABULARY,
    Amount,
    Bank,
    Letter,
    Line,
    Rate,
    Total,
)
from collectctl.durable import write_file

COMPOUND = re.compile(
    "欧阳|太史|端木|上官|司马|东方|独孤|南宫|万俟|闻人|夏侯|诸葛|尉迟|公羊|赫连|澹台|皇甫|宗政|濮阳|"
    "公冶|太叔|申屠|公孙|慕容|仲孙|钟离|长孙|宇文|司徒|鲜于|司空|闾丘|子车|亓官|司寇|巫马|公西|颛孙|"
    "壤驷|公良|漆雕|乐正|宰父|谷梁|拓跋|夹谷|轩辕|令狐|段干|百里|呼延|东郭|南门|羊舌|微生|梁丘|左丘|"
    "东门|西门|第五"
)
"""Family names of two characters. Source: the Hundred Family Names, its last part."""
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")


_new: Callable[..., Any] = tuple.__new__
"""Makes a record of an iterable without a Python call: a night makes millions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One form to compile, without what only the catalogue needs."""

    document: str
    channel: str
    language: str
    title: str
    subject: str
    """What an e-mail is headed with."""
    source: str
    markup: bool
    reads: frozenset[str]
    """Fields of a line that the text looks at; the others are left empty."""
    file: str
    purpose: str
    tone: str
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """All that a worker is told before its first chunk."""

    texts: tuple[Text, ...]
    """By the `form` column of the contacts."""
    macros: dict[tuple[str, bool], str]
    banks: dict[str, Bank]
    signatures: dict[str, str]
    wording: Wording
    """What the packs say of texts on the night's day."""
    heads: dict[tuple[str, str], str]
    """The beginning of a file of pages, by channel and language."""
    run_date: date
    rate_digits: dict[str, int]
    out: Path
    """Where letters and scripts are written."""
    scratch: Path
    """Where parts of the files that are joined later are written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A range of contacts of one channel and their lines."""

    number: int
    channel: str
    name: str
    """File name without ending, or the number of the part."""
    rows: tuple[int, int]
    lines: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What became of a chunk."""

    number: int
    prepared: dict[int, int]
    """By form: how many documents were written."""
    failed: tuple[tuple[int, str, str], ...]
    """Contact number, code, reason."""


class Press:
    """The compiled texts of a night, each compiled when first needed."""

    def __init__(self, recipe: Recipe) -> None:
        """Compiles nothing yet."""
        self.recipe = recipe
        self._texts: dict[tuple[str, bool], Texts] = {}
        self._renderers: dict[int, Callable[[object], str]] = {}
        self._told = Told(recipe.wording)
        self._shared: dict[tuple[str, bool], Shared] = {}
        self._lints: dict[int, LetterLint] = {}

    def lint(self, form: int) -> LetterLint:
        """The lint of the texts of this form."""
        if form not in self._lints:
            text, recipe = self.recipe.texts[form], self.recipe
            key = (text.language, text.markup)
            if key not in self._shared:
                self._shared[key] = Shared(recipe.macros[key], "")
            written = Written(
                document=text.document, channel=text.channel, language=text.language,
                markup=text.markup, file=text.file, source=text.source, title=text.title,
                subject=text.subject, purpose=text.purpose, tone=text.tone,
                addresses=text.addresses,
            )  # fmt: skip
            read = read_of(written, self._shared[key].pieces(text.source, text.file))
            self._lints[form] = letter_lint(
                read, recipe.banks[text.language], recipe.signatures[text.language], self._told
            )
        return self._lints[form]

    def renderer(self, form: int) -> Callable[[object], str]:
        """From a letter to the text of this form."""
        if form not in self._renderers:
            text = self.recipe.texts[form]
            key = (text.language, text.markup)
            if key not in self._texts:
                self._texts[key] = Texts(
                    text.language, self.recipe.macros[key],
                    self.recipe.banks[text.language], markup=text.markup,
                )  # fmt: skip
            self._renderers[form] = renderer(self._texts[key].compile(text.source))
        return self._renderers[form]

    def run(self, chunk: Chunk, contacts: pa.Table, lines: pa.Table) -> Done:
        """Renders the chunk and writes its file or part."""
        with _no_collection():
            return self._run(chunk, contacts, lines)

    def _run(self, chunk: Chunk, contacts: pa.Table, lines: pa.Table) -> Done:
        forms: list[int] = contacts["form"].to_numpy().tolist()
        letters = list(self._letters(chunk.channel, contacts, lines, forms))
        rendered = list(map(_apply, map(self.renderer, forms), letters))
        kind = outbox.KINDS[chunk.channel]
        head_language = self.recipe.texts[forms[0]].language
        lost = self._lost(forms, letters, rendered)
        if lost:
            kept = [n for n, letter in enumerate(letters) if letter.contact_no not in lost]
            forms = [forms[n] for n in kept]
            letters = [letters[n] for n in kept]
            rendered = [rendered[n] for n in kept]
        languages = [self.recipe.texts[f].language for f in forms]
        result = kind.write(
            outbox.Sheet(
                name=chunk.name,
                head=self.recipe.heads.get((chunk.channel, head_language), ""),
                documents=[self.recipe.texts[f].document for f in forms],
                subjects=[self.recipe.texts[f].subject for f in forms],
                languages=languages,
                postal_codes=[letter.postal_code for letter in letters],
                signatures=self.recipe.signatures,
            ),
            [letter.contact_no for letter in letters],
            rendered,
        )
        for folder, name, parts in (
            (self.recipe.out / kind.folder, f"{chunk.name}.html", result.pages),
            (self.recipe.scratch, f"part-{chunk.number:06d}", result.part),
        ):
            if parts:
                write_file(folder / name, parts)
        prepared: dict[int, int] = {}
        for form in forms:
            prepared[form] = prepared.get(form, 0) + 1
        failed = tuple((number, *fault) for number, fault in lost.items())
        return Done(number=chunk.number, prepared=prepared, failed=failed)

    def _lost(
        self, forms: list[int], letters: list[Letter], rendered: list[str]
    ) -> dict[int, tuple[str, str]]:
        """Code and reason of each text that the lint refuses, by contact number.

        The first text of each shape in the chunk is looked at whole: the others differ from it in
        values alone, which were checked for all at once. Where it fails, each of its shape is
        looked at. A short message is: how long it is depends on its values.
        """
        verdict: dict[tuple[object, ...], bool] = {}
        lost: dict[int, tuple[str, str]] = {}
        for form, letter, text in zip(forms, letters, rendered, strict=True):
            lint = self.lint(form)
            approved = letter.decision is not None and letter.decision.criminal
            shape = (form, approved, *lint.expected.shape(letter))
            if verdict.get(shape) is True:
                fault = lint.carried(text)
            else:
                fault = next(iter(lint.examine(lint.signed(text), letter)), None)
                verdict.setdefault(shape, fault is None)
            if fault is not None:
                lost[letter.contact_no] = (fault.code, fault.reason)
        return lost

    def _letters(
        self, channel: str, contacts: pa.Table, lines: pa.Table, forms: list[int]
    ) -> Iterator[Letter]:
        """The records that templates are given, one for each contact."""
        reads = frozenset().union(*(self.recipe.texts[form].reads for form in set(forms)))
        rows = line_records(lines, reads, self.recipe.rate_digits)
        run_date = self.recipe.run_date
        prefix = f"{run_date:%Y%m%d}-"
        columns = [contacts[n].to_pylist() for n in ("name", "address", "postal_code", "phone")]
        if channel == "email":  # where somebody lives is no matter of an e-mail
            columns[1:3] = [[None] * len(contacts)] * 2
        numbers = contacts["contact_no"].to_numpy().tolist()
        titles = [text.title for text in self.recipe.texts]
        lengths = contacts["lines"].to_numpy()
        matters = zip(
            decisions(contacts), agencies(contacts), validations(lines, lengths, run_date),
            strict=True,
        )  # fmt: skip
        at = 0
        for number, form, n, name, address, postal_code, phone, (decision, agency, history) in zip(
            numbers, forms, lengths.tolist(), *columns, matters, strict=True
        ):
            covered = tuple(rows[at : at + n])
            at += n
            first = covered[0]
            yield Letter(
                number, f"{prefix}{number:06d}", run_date, titles[form], name,
                None if name is None else surname(name), address, postal_code, phone,
                n, first.as_of, first, covered, totals(covered), (), decision, agency,
                validation=history,
            )  # fmt: skip


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keeps the collector from walking a chunk's records again and again while they are made.

    They hold no cycles and are dropped with the chunk; walking them took half of the time.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _apply(render: Callable[[object], str], letter: Letter) -> str:
    return render(letter)


def surname(name: str) -> str:
    """The family name, of one or two characters; a name in Latin letters whole.

    Whether a Latin name begins or ends with the family name, nobody can tell from the name.
    """
    if not _HAN.match(name):
        return name
    return name[:2] if COMPOUND.match(name) and len(name) > 2 else name[:1]  # noqa: PLR2004 - a name follows


def totals(lines: tuple[Line, ...]) -> tuple[Total, ...]:
    """The sums by currency, in the order in which the currencies first appear."""
    if len(lines) == 1:
        line = lines[0]
        return (Total(line.currency, line.balance, line.overdue_amount, line.minimum_due),)
    currencies = dict.fromkeys(line.currency for line in lines)
    return tuple(
        Total(
            currency,
            *(
                _sum([getattr(line, name) for line in lines if line.currency == currency], currency)
                for name in ("balance", "overdue_amount", "minimum_due")
            ),
        )
        for currency in currencies
    )


def _sum(amounts: list[Amount | None], currency: str) -> Amount | None:
    known = [a.minor for a in amounts if a is not None]
    return Amount(sum(known), currency) if len(known) == len(amounts) else None


def line_records(table: pa.Table, reads: frozenset[str], rate_digits: dict[str, int]) -> list[Line]:
    """The lines as records that hold the fields read, and None in the others."""
    currency = table["currency"].to_pylist()
    columns: list[Iterable[object]] = []
    for name in Line._fields:
        kind = VOCABULARY["Line"][name].name
        column = table[name]
        if name not in reads:
            columns.append(repeat(None, len(table)))
        elif kind == "amount":
            columns.append(_typed(column, Amount, currency))
        elif kind == "rate":
            columns.append(_typed(column, Rate, repeat(rate_digits.get(name, 0))))
        elif kind == "date":
            columns.append(_dates(column))
        else:
            columns.append(currency if name == "currency" else column.to_pylist())
    return list(map(_new, repeat(Line), zip(*columns, strict=False)))


def _typed(
    column: pa.ChunkedArray, record: type[Amount | Rate], second: Iterable[object]
) -> Iterable[object]:
    """The integers as records with their currency or scale, None where unknown."""
    if column.null_count == len(column):
        return repeat(None, len(column))
    values = column.fill_null(0).to_numpy().tolist()
    made = map(_new, repeat(record), zip(values, second, strict=False))
    if column.null_count == 0:
        return made
    return [
        m if known else None for m, known in zip(made, column.is_valid().to_pylist(), strict=True)
    ]


def _dates(column: pa.ChunkedArray) -> Iterable[date | None]:
    """The dates; a night has few different ones, so each is made once."""
    numbers = column.cast(pa.int32()).to_pylist()
    days = {n: None if n is None else from_day_number(n) for n in set(numbers)}
    return [days[n] for n in numbers]
