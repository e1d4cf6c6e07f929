"""Templates held against the packs of a day: clauses that must be there, words that may not.

Knows forms and a wording. Refuses to know when a value holds: the caller asks for each day on which
the packs change. A clause must be there whatever a letter's conditions choose.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product

from collectctl.compliance.wording.engine import Clause, Finding, Missing, Wording
from collectctl.documents.bank import BankFacts
from collectctl.documents.lint.evaluated import holds
from collectctl.documents.lint.forms import Read
from collectctl.documents.lint.pieces import (
    Branch,
    Each,
    Operand,
    Piece,
    Pieces,
    Slot,
    Test,
    atoms,
    every,
    known_together,
    said_fields,
)
from collectctl.documents.lint.places import Words, answers, words
from collectctl.documents.lint.told import Told
from collectctl.documents.sms import MAX_CHARACTERS
from collectctl.problems import Level, Problem, Span

SUBJECT = "subject"
"""The channel under which packs speak of subject lines."""
_MOST_QUESTIONS = 10
"""So many questions of a text are answered in every way; a text with more of them that needs to be
is refused. Source: house."""
_SPACE = 2
"""The fewest characters of a value in a short message."""


def pack_problems(
    read: Sequence[Read], bank: BankFacts, told: Told, titles: Mapping[tuple[str, str, str], Span]
) -> list[Problem]:
    """What packs say against the texts; `titles`: where titles and subjects stand."""
    found: dict[Problem, None] = {}
    for one in read:
        found |= dict.fromkeys(_clauses(one, bank, told))
        found |= dict.fromkeys(_words(one, told))
        found |= dict.fromkeys(_title(one, told, titles))
        if one.form.channel == "sms":
            found |= dict.fromkeys(_message(one, bank, told.wording))
    return list(found)


def _said(pieces: Pieces, one: Read, answer: Callable[[Test], bool | None]) -> Words:
    return words(pieces, answer, markup=one.form.markup)


def _words(one: Read, told: Told) -> Iterator[Problem]:
    form = one.form
    for answer in (lambda _: None, lambda _: True, lambda _: False):
        said = _said(one.pieces, one, answer)
        for found in told.find(
            said.text, channel=form.channel, tone=form.tone, purpose=form.purpose
        ):
            if found.mode in _LEVELS:
                yield _refused(
                    found, said.text[found.start : found.end], said.span(found.start, found.end)
                )
        if not any(isinstance(piece, Branch) for piece in every(one.pieces)):
            return


_LEVELS = {"block": Level.ERROR, "warn": Level.WARNING}
"""What a limit of a mode makes of a fault; one that only informs makes none."""


def _refused(found: Finding, text: str, span: Span) -> Problem:
    return Problem(
        code="text-words", message=f"'{' '.join(text.split())}': {found.why.en}", span=span,
        expected=f"other words: {found.limit}, {found.words.en}", level=_LEVELS[found.mode],
    )  # fmt: skip


def _title(one: Read, told: Told, titles: Mapping[tuple[str, str, str], Span]) -> Iterator[Problem]:
    form = one.form
    for text, key in ((form.title, "title"), (form.subject, SUBJECT)):
        channel = SUBJECT if key == SUBJECT else form.channel
        for found in told.find(text, channel=channel, tone=form.tone, purpose=form.purpose):
            if found.mode in _LEVELS:
                span = titles[form.document, form.language, key]
                yield _refused(found, text[found.start : found.end], span)


def _clauses(one: Read, bank: BankFacts, told: Told) -> Iterator[Problem]:
    """Clauses of which a field or phrase is missing in some letter that the text can make."""
    form = one.form
    roots: dict[str, object] = {"bank": bank.get(form.language)}
    bare = tuple(_outside(one.pieces, roots))
    printed = said_fields(bare) | said_fields(_always(one.pieces, roots))
    said = words(bare, lambda _: None, markup=form.markup).text
    for clause in told.wording.clauses(form.purpose, form.channel):
        if clause.mode not in _LEVELS:
            continue
        # Most clauses stand outside of every condition: then no answer to one matters.
        missing = told.missing(clause, printed, said, form.language)
        if missing and _lacks(one, roots, told, (clause, missing)):
            named = [" or ".join(f) for f in clause.fields]
            named += [" / ".join(g[:3]) for g in clause.phrases[form.language]]
            yield Problem(
                code="letter-incomplete",
                message=f"the text leaves out, or not always says: {clause.title.en}",
                span=_under(one, told, (clause, missing)),
                expected=f"{', '.join(named)} ({clause.limit}, {clause.words.en})",
                mend="print each field and say one of each words outside of any condition",
                level=_LEVELS[clause.mode],
            )


def _under(one: Read, told: Told, wanted: tuple[Clause, Missing]) -> Span:
    """The first condition under which a part of a clause is said, or the whole file."""
    clause, missing = wanted
    for piece in every(one.pieces):
        if isinstance(piece, Branch):
            inner = (*piece.then, *piece.otherwise)
            fields = said_fields(every(inner))
            said = words(inner, lambda _: None, markup=one.form.markup).text
            left = told.missing(clause, fields, said, one.form.language).phrases
            if set(missing.phrases) - set(left) or any(set(f) & fields for f in missing.fields):
                return piece.span
    return Span(file=one.form.file)


def _lacks(one: Read, roots: dict[str, object], told: Told, wanted: tuple[Clause, Missing]) -> bool:
    """Whether some letter that the text can make lacks what stands within conditions alone."""
    clause, within = wanted
    language, questions = one.form.language, _questions(one.pieces)
    if len(questions) > _MOST_QUESTIONS:
        return True
    for given in product((True, False), repeat=len(questions)):
        answered = dict(zip(questions, given, strict=True))

        def answer(test: Test, answered: Mapping[Test, bool] = answered) -> bool | None:
            yes = answers(answered, test)
            return yes if yes is not None else _of_bank(test, roots, language)

        pieces = tuple(_some(one.pieces, answer, roots))
        printed = said_fields(pieces) | said_fields(_always(one.pieces, roots))
        printed |= _excused(one.pieces, answered)
        if any(not set(fields) & printed for fields in within.fields):
            return True
        if within.phrases:
            said = words(pieces, answer, markup=one.form.markup).text
            if told.missing(clause, printed, said, language).phrases:
                return True
    return False


def _questions(pieces: Sequence[Piece]) -> list[Test]:
    """The single questions of the text about the letter; of a loop's place nothing depends."""
    found = dict.fromkeys(
        atom
        for piece in every(pieces)
        if isinstance(piece, Branch)
        for atom in atoms(piece.test)
        if not any(
            p.path[:1] in (("loop",), ("bank",)) for p in atom.parts if isinstance(p, Operand)
        )
    )
    return list(found)


def _of_bank(test: Test, roots: dict[str, object], language: str) -> bool | None:
    operands = [o for atom in atoms(test) for o in atom.parts if isinstance(o, Operand) and o.path]
    if any(o.path[0] != "bank" for o in operands):
        return None
    return holds(test, roots, language)


def _some(
    pieces: Sequence[Piece], answer: Callable[[Test], bool | None], roots: Mapping[str, object]
) -> Iterator[Piece]:
    """The pieces without lists of the bank that are empty, and without lists that may be."""
    for piece in pieces:
        if isinstance(piece, Each):
            if _sure(piece, roots):
                yield from _some(piece.body, answer, roots)
        elif isinstance(piece, Branch):
            yes = answer(piece.test)
            if yes is not False:
                yield from _some(piece.then, answer, roots)
            if yes is not True:
                yield from _some(piece.otherwise, answer, roots)
        else:
            yield piece


def _outside(pieces: Sequence[Piece], roots: Mapping[str, object]) -> Iterator[Piece]:
    """What is printed whatever a letter's conditions choose."""
    for piece in pieces:
        if isinstance(piece, Each) and _sure(piece, roots):
            yield from _outside(piece.body, roots)
        elif not isinstance(piece, Branch | Each):
            yield piece


def _always(pieces: Sequence[Piece], roots: Mapping[str, object]) -> Iterator[Piece]:
    """Lists that are gone through and comparisons that are made in every letter."""
    for piece in pieces:
        if isinstance(piece, Branch) or (isinstance(piece, Each) and _sure(piece, roots)):
            yield piece


def _sure(each: Each, roots: Mapping[str, object]) -> bool:
    """Whether a list surely has an entry."""
    if each.path[0] == "bank":
        return bool(getattr(roots["bank"], each.path[-1]))
    return each.path[-1] in ("lines", "totals", "instalments")


def _excused(pieces: Sequence[Piece], given: Mapping[Test, bool]) -> set[str]:
    """Fields that are unknown under these answers, with those printed only beside them."""
    unknown = {
        operand.field
        for test, yes in given.items()
        if test.op == "none" and yes
        for operand in test.parts
        if isinstance(operand, Operand)
    }
    beside: set[str] = set()
    for piece in every(pieces):
        if isinstance(piece, Branch):
            asked = known_together(piece.test)
            inside = {p.field for p in every(piece.then) if isinstance(p, Slot)}
            if asked & unknown and asked <= inside:
                beside |= asked
    return unknown | beside


def _message(one: Read, bank: BankFacts, wording: Wording) -> Iterator[Problem]:
    """A short message that is too long whatever its values, or holds what carriers refuse."""
    form = one.form
    message = wording.message("sms")
    signature = bank.sms_signature.get(form.language)
    least = len(signature) + 2 + _shortest(one.pieces)
    most = MAX_CHARACTERS if message is None or message.total is None else message.total
    if least > most:
        yield Problem(
            code="sms-too-long",
            message=f"the message has at least {least} characters, at most {most} are sent",
            span=Span(file=form.file), expected="a shorter text",
        )  # fmt: skip
    if message is None:
        return
    if message.signature is not None:
        fewest, longest = message.signature
        if not fewest <= len(signature) <= longest:
            yield Problem(
                code="sms-signature",
                message=f"the signature has {len(signature)} characters",
                span=Span(file="documents/bank.yaml"),
                expected=f"{fewest} to {longest}: {message.origins['signature'].words.en}",
            )
    said = one.said
    for n, char in enumerate(said.text):
        if char in message.characters:
            yield Problem(
                code="sms-text", message=f"'{char}' in a short message", span=said.span(n, n + 1),
                expected=f"another character: {message.origins['characters'].words.en}",
            )  # fmt: skip


def _shortest(pieces: Sequence[Piece]) -> int:
    """The fewest characters that a text can have."""
    length = 0
    for piece in pieces:
        if isinstance(piece, Branch):
            length += min(_shortest(piece.then), _shortest(piece.otherwise))
        elif isinstance(piece, Each):
            length += _shortest(piece.body)
        elif isinstance(piece, Slot):
            length += _SPACE if piece.kind != "count" else 1
        else:
            length += len(piece.data)
    return length
