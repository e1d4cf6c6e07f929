"""What a text of a form has to be for a record, and what the form asks about it.

Evaluates the pieces of a text a second time, apart from Jinja2. Knows records and how values are
written. Refuses to know packs and markup. Imported by workers.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from collectctl.documents.lint.evaluated import OPERATORS, entries_of, escaped, holds, resolved
from collectctl.documents.lint.pieces import (
    Branch,
    Each,
    Operand,
    Piece,
    Pieces,
    Said,
    Slot,
    Test,
    atoms,
    every,
)
from collectctl.documents.lint.written import written
from collectctl.documents.records import Bank, Letter


@dataclass(frozen=True, slots=True)
class Fault:
    """Where a text is not what its form and record make of it."""

    code: str
    reason: str
    """In English; names fields, never their values."""
    about: str = ""
    """The field, limit or character alone, for whoever reads another language."""


@dataclass(frozen=True, slots=True)
class Expected:
    """One form, ready to be held against its texts."""

    pieces: Pieces
    language: str
    bank: Bank
    markup: bool
    _asks: list[Callable[[Letter], tuple[object, ...]]] = field(default_factory=list)

    def parts(self, letter: Letter) -> Iterator[tuple[Piece, str]]:
        """What is printed for a letter, piece by piece; a slot is empty where nothing is known."""
        roots: dict[str, object] = {"letter": letter, "bank": self.bank}
        yield from self._parts(self.pieces, roots)

    def _parts(
        self, pieces: Sequence[Piece], roots: dict[str, object]
    ) -> Iterator[tuple[Piece, str]]:
        for piece in pieces:
            if isinstance(piece, Said):
                yield piece, piece.data
            elif isinstance(piece, Slot):
                value = resolved(piece.path, roots)
                text = "" if value is None else written(piece.filter, value, self.language)
                yield piece, escaped(text) if self.markup else text
            elif isinstance(piece, Branch):
                chosen = holds(piece.test, roots, self.language)
                yield from self._parts(piece.then if chosen else piece.otherwise, roots)
            else:
                for entry, loop in entries_of(resolved(piece.path, roots)):
                    yield from self._parts(piece.body, {**roots, piece.record: entry, "loop": loop})

    def printed(self, letter: Letter) -> tuple[frozenset[str], frozenset[str]]:
        """The fields that are printed for a letter, and those that it asks about and lacks."""
        shown = {p.field for p, text in self.parts(letter) if isinstance(p, Slot) and text}
        return frozenset(shown), frozenset(self._lacking(self.pieces, letter))

    def _lacking(self, pieces: Sequence[Piece], letter: Letter) -> Iterator[str]:
        for piece in every(pieces):
            if isinstance(piece, Slot) and piece.record == "Line":
                if any(getattr(line, piece.name) is None for line in letter.lines):
                    yield piece.field
            elif isinstance(piece, Slot) and piece.path[0] == "letter":
                owner = resolved(piece.path[:-1], {"letter": letter})
                if owner is not None and getattr(owner, piece.name, None) is None:
                    yield piece.field

    def differs(self, text: str, letter: Letter) -> Fault | None:
        """The first place where the text is not what the form makes of the letter."""
        parts = list(self.parts(letter))
        unknown = next((p for p, t in parts if isinstance(p, Slot) and not t), None)
        if unknown is not None:
            reason = f"the document needs what is not known: {unknown.field}"
            return Fault("field-missing", reason, unknown.field)
        whole = "".join(t for _, t in parts)
        if whole.strip() == text.strip():
            return None
        return _first_difference(parts, whole, text)

    def shape(self, letter: Letter) -> tuple[object, ...]:
        """The answers to what the form asks about a letter: texts of one shape differ in values."""
        if not self._asks:
            self._asks.append(_asks(self))
        return self._asks[0](letter)


def _asks(form: Expected) -> Callable[[Letter], tuple[object, ...]]:
    """Answers to all questions of a form, whether or not the answer to another leads to them."""
    single = [
        ask for test in _tests(form.pieces) if (ask := _ask(test, "letter", form)) is not None
    ]
    lists = []
    for each in every(form.pieces):
        if isinstance(each, Each) and each.path[0] != "bank":
            tests = _tests(each.body)
            asked = [a for test in tests if (a := _ask(test, each.record, form)) is not None]
            lists.append((attrgetter(".".join(each.path[1:])), asked))

    def shape(letter: Letter) -> tuple[object, ...]:
        answers: list[object] = [ask(letter) for ask in single]
        for entries, asked in lists:
            try:
                listed = entries(letter)
            except AttributeError:
                listed = ()
            answers.append(len(listed))
            if asked:
                answers += [ask(entry) for entry in listed for ask in asked]
        return tuple(answers)

    return shape


def _tests(pieces: Sequence[Piece]) -> list[Test]:
    found = dict.fromkeys(
        atom for p in every(pieces) if isinstance(p, Branch) for atom in atoms(p.test)
    )
    return list(found)


def _ask(test: Test, root: str, form: Expected) -> Callable[[Any], object] | None:
    """The answer to one question about what is reached from a root; None: it is about another."""
    paths = [p.path for p in test.parts if isinstance(p, Operand) and p.path]
    if not paths or any(path[0] != root for path in paths):
        return None
    if len(paths) == 1 and len(paths[0]) == 2 and test.op in ("none", "zero", "is"):  # noqa: PLR2004 - a root and a field
        value, answer = attrgetter(paths[0][1]), OPERATORS[test.op]
        return lambda owner: answer(value(owner))
    return lambda owner: holds(test, {root: owner}, form.language)


def _first_difference(parts: list[tuple[Piece, str]], whole: str, text: str) -> Fault:
    """Names the piece at which the text departs."""
    whole, shift = whole.lstrip(), len(whole) - len(whole.lstrip())
    text = text.lstrip()
    at = next((n for n, (a, b) in enumerate(zip(whole, text, strict=False)) if a != b), None)
    at = (min(len(whole), len(text)) if at is None else at) + shift
    end = 0
    before = ""
    for piece, said in parts:
        end += len(said)
        if at < end:
            if isinstance(piece, Slot):
                reason = f"{piece.field} is not printed as the record has it"
                return Fault("letter-facts", reason, piece.field)
            break
        if isinstance(piece, Said) and said.strip():
            before = " ".join(said.split())[-20:]
    return Fault("letter-facts", f"the text departs from its template behind '{before}'", before)
