"""The lint of one rendered text: everything that can be said of it, with its record and without.

Knows a form, the bank and the wording of a day. Refuses to know how a text was rendered. Imported
by workers. A reason names fields, limits and terms, and never what stands in the text.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from collectctl.documents.elements import Kind
from collectctl.documents.elements import examine as examine_markup
from collectctl.documents.glyphs import lacking
from collectctl.documents.lint.expected import Expected, Fault
from collectctl.documents.lint.figures import figures_fault
from collectctl.documents.lint.forms import Read
from collectctl.documents.lint.languages import in_language
from collectctl.documents.lint.links import foreign_link
from collectctl.documents.lint.pieces import (
    Branch,
    Operand,
    Slot,
    atoms,
    every,
    known_together,
    said_fields,
)
from collectctl.documents.lint.places import VALUE, plain_words
from collectctl.documents.lint.read_back import ReadBack, Value
from collectctl.documents.lint.told import Told
from collectctl.documents.records import Bank, Letter
from collectctl.documents.sms import MAX_CHARACTERS

_NAMES = frozenset(
    {
        "letter.addressee",
        "letter.surname",
        "letter.address",
        "letter.postal_code",
        "letter.phone",
        "letter.reference",
        "line.card",
        "agency.name",
        "agency.phone",
        "plan.reference",
        "decision.reference",
        "complaint.number",
        "validation.creditor_then",
    }
)
"""Names, numbers and addresses: a name is a name, whatever words it is made of."""
_MOST_SEEN = 2_000
_BANKS = ("Bank", "PaymentAccount", "Regulator")


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterLint:
    """The lint of the texts of one form."""

    read: Read
    expected: Expected
    back: ReadBack
    bank: Bank
    signature: str
    """Between 【 and 】; empty for what is no short message."""
    told: Told
    printed: frozenset[str]
    """Every field that the form may print."""
    of_bank: frozenset[str]
    """The bank's own facts that the form prints."""
    asked: frozenset[str]
    """Fields that the form says itself may be unknown."""
    beside: tuple[frozenset[str], ...]
    """Fields that the form prints only together."""
    most: int
    """So many characters a short message may have."""
    refused: re.Pattern[str] | None
    """Characters that carriers do not take; None: no pack names one."""
    _seen: dict[tuple[object, ...], tuple[Fault, ...]] = field(default_factory=dict)
    """What packs say of words that were seen before: most texts of a form have the same."""

    def examine(self, text: str, letter: Letter) -> tuple[Fault, ...]:
        """Everything that is wrong with a text that was made from a letter."""
        body = self._body(text)
        lifted = _lifted(letter)
        difference = self.expected.differs(body, letter)
        lacks = _lacks(letter, self.asked)
        # What is printed beside a value that is unknown is left out with it.
        lacks |= frozenset().union(*(group for group in self.beside if group & lacks))
        known = self.asked - lacks
        return tuple(self._faults(text, body, difference, lifted, known))

    def examine_stored(self, text: str) -> tuple[Fault, ...]:
        """Everything that can be seen to be wrong without the letter that a text was made from.

        What only an approval lifts is not looked for in a text that quotes a decision: the night
        has looked at both.
        """
        quotes = "decision.reference" in self.printed
        lifted = frozenset({"legal"}) if quotes else frozenset()
        return tuple(self._faults(text, self._body(text), None, lifted, frozenset()))

    def signed(self, body: str) -> str:
        """A text as it is sent: a short message with its signature."""
        return f"【{self.signature}】{body.strip()}" if self.signature else body

    def carried(self, body: str) -> Fault | None:
        """What a carrier refuses of a short message; nothing of any other text."""
        return next(self._sent(self.signed(body)), None) if self.signature else None

    def _body(self, text: str) -> str:
        return text.removeprefix(f"【{self.signature}】") if self.signature else text

    def _faults(
        self, text: str, body: str, difference: Fault | None, lifted: Collection[str],
        known: frozenset[str],
    ) -> Iterator[Fault]:  # fmt: skip
        """`known`: fields that may be unknown in a letter of the form and are not in this one."""
        form = self.read.form
        if form.markup:
            kind: Kind = "script" if form.channel == "script" else "letter"
            _, broken = examine_markup(body, kind)
            yield from (Fault("letter-markup", reason) for reason in broken[:1])
        said = plain_words(body) if form.markup else body
        values = self.back.values(body)
        own = _without(body.strip(), values or ())
        if not in_language(plain_words(own) if form.markup else own, form.language):
            reason = f"the text is not written in {form.language}"
            yield Fault("letter-language", reason, form.language)
        if difference is not None:
            yield difference
        elif values is None:
            yield Fault("letter-facts", "the text is none that its template can make")
        if values is not None:
            fault = figures_fault(values, form.language)
            yield from () if fault is None else (fault,)
        addresses = (self.bank.website, self.bank.email, *form.addresses)
        if foreign_link(said, () if form.channel == "sms" else addresses):
            yield Fault("letter-link", "an address on the net that is not the bank's")
        yield from self._wording(body, values, (frozenset(lifted), known))
        if form.channel == "letter":
            # Each character once: a letter has thousands, and a hundred different ones.
            lacked = lacking("".join(sorted(set(text))))
            if lacked is not None:
                code = f"U+{ord(lacked):04X}"
                yield Fault("letter-glyph", f"the font lacks {code}", code)
        if self.signature:
            yield from self._sent(text)

    def _wording(
        self, body: str, values: list[Value] | None, given: tuple[frozenset[str], frozenset[str]]
    ) -> tuple[Fault, ...]:
        """What packs say of the words; figures and names, of which no word is made, left aside."""
        printed = frozenset(value.slot.field for value in values or ())
        said = _without(body.strip(), values or ())
        key = (said, printed, given)
        if key not in self._seen:
            if len(self._seen) >= _MOST_SEEN:
                self._seen.clear()
            self._seen[key] = tuple(self._judged(said, printed, given))
        return self._seen[key]

    def _judged(
        self, said: str, printed: frozenset[str], given: tuple[frozenset[str], frozenset[str]]
    ) -> Iterator[Fault]:
        form, (lifted, known) = self.read.form, given
        said = plain_words(said) if form.markup else said
        if self.signature:
            said = f"【{self.signature}】{said}"
        shown = printed | self.of_bank | (self.asked - known)
        for clause in self.told.wording.clauses(form.purpose, form.channel):
            missing = self.told.missing(clause, shown, said, form.language)
            if missing and clause.mode == "block":
                reason = f"{clause.title.en}: {clause.words.en}"
                about = f"{clause.title.zh_CN}：{clause.words.zh_CN}"
                yield Fault("letter-incomplete", reason, about)
        for found in self.told.find(
            said, channel=form.channel, tone=form.tone, purpose=form.purpose, lifted=lifted
        ):
            if found.mode == "block":
                reason = f"{found.term}: {found.words.en}"
                yield Fault("letter-words", reason, f"{found.term}：{found.words.zh_CN}")

    def _sent(self, text: str) -> Iterator[Fault]:
        """What carriers refuse of a short message."""
        if not text.startswith(f"【{self.signature}】"):
            yield Fault("sms-signature", "the message does not begin with the bank's signature")
        if text.count("【") != 1 or text.count("】") != 1:
            yield Fault("sms-brackets", "the message holds 【 or 】, which only the signature may")
        if len(text) > self.most:
            yield Fault(
                "sms-too-long",
                f"the message has {len(text)} characters, at most {self.most} are sent",
                f"{len(text)} > {self.most}",
            )
        refused = None if self.refused is None else self.refused.search(text)
        if refused is not None:
            code = f"U+{ord(refused.group()):04X}"
            yield Fault("sms-text", f"carriers refuse {code}", code)


def letter_lint(read: Read, bank: Bank, signature: str, told: Told) -> LetterLint:
    """The lint of a form's texts; `signature` is that of short messages."""
    form = read.form
    expected = Expected(pieces=read.pieces, language=form.language, bank=bank, markup=form.markup)
    back = ReadBack(
        pieces=read.pieces, language=form.language, bank=bank, title=form.title, markup=form.markup
    )
    asked = frozenset(
        operand.field
        for piece in every(read.pieces)
        if isinstance(piece, Branch)
        for atom in atoms(piece.test)
        if atom.op == "none"
        for operand in atom.parts
        if isinstance(operand, Operand)
    )
    printed = frozenset(said_fields(every(read.pieces)))
    of_bank = frozenset(
        p.field
        for p in every(read.pieces)
        if isinstance(p, Slot) and (p.record in _BANKS or p.path == ("letter", "title"))
    ) | said_fields(p for p in every(read.pieces) if not isinstance(p, Slot))
    message = told.wording.message("sms")
    characters = "" if message is None else "".join(sorted(message.characters))
    beside = tuple(
        frozenset(known_together(p.test)) for p in every(read.pieces) if isinstance(p, Branch)
    )
    return LetterLint(
        beside=beside,
        most=MAX_CHARACTERS if message is None or message.total is None else message.total,
        refused=re.compile(f"[{re.escape(characters)}]") if characters else None,
        read=read, expected=expected, back=back, bank=bank,
        signature=signature if form.channel == "sms" else "", told=told, printed=printed,
        of_bank=of_bank,
        asked=asked,
    )  # fmt: skip


def _without(text: str, values: Iterable[Value]) -> str:
    """The text with a mark in the place of each value but what people wrote in their own words."""
    parts, end = [], 0
    for value in sorted(values, key=lambda v: v.span):
        if value.slot.kind != "text" or value.slot.field in _NAMES:
            start, after = value.span
            parts += [text[end:start], VALUE]
            end = after
    return "".join([*parts, text[end:]])


def _lacks(letter: Letter, asked: frozenset[str]) -> frozenset[str]:
    """Which of the fields this letter does not know; of a case that it has none of, all."""
    found = set()
    for wanted in asked:
        record, _, name = wanted.partition(".")
        if record == "letter":
            owners: tuple[object, ...] = (letter,)
        elif record == "line":
            owners = letter.lines
        else:
            owners = (getattr(letter, record, None),)
        if any(getattr(owner, name, None) is None for owner in owners):
            found.add(wanted)
    return frozenset(found)


def _lifted(letter: Letter) -> frozenset[str]:
    """Who approved more for this account: legal, that criminal law is mentioned."""
    approved = letter.decision is not None and letter.decision.criminal
    return frozenset({"legal"}) if approved else frozenset()
