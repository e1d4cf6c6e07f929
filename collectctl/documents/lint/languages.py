"""The two languages of a form: that they print the same facts and name the same numbers.

Knows fields, conditions, and how numbers are written in words. Refuses to know whether the words
around them mean the same: that is for a reader.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from collectctl.documents.lint.forms import Read
from collectctl.documents.lint.pieces import (
    Branch,
    Each,
    Operand,
    Piece,
    Pieces,
    Said,
    Slot,
    Source,
    Test,
    every,
)
from collectctl.documents.lint.places import Words, words
from collectctl.problems import Problem, Span

_BANKS = ("PaymentAccount", "Regulator")
_ALONE = ("capital",)
"""Filters of one language that say an amount once more."""
_ZH_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_ZH_TENS = {"十": 10, "百": 100, "千": 1000}
_ZH = re.compile(
    r"(?P<number>[〇零一二两三四五六七八九十百千]+)(?=个?(?:工作)?(?:日|天|年|月|期|周|星期|小时|分钟|倍|条|"
    r"成|%|％))|(?:^|(?<=[\n\ufffc]))[ ]*(?P<place>[一二三四五六七八九十]+)、"
    r"|(?P<digits>\d+(?:[,:.]\d+)*)"
)
_EN_WORDS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14,
    "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
_EN_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90,
}  # fmt: skip
_EN_NUMBER = "|".join([*_EN_TENS, *sorted(_EN_WORDS, key=len, reverse=True), "hundred"])
_EN = re.compile(
    rf"\b(?P<number>(?:{_EN_NUMBER})(?:[ -](?:and )?(?:{_EN_NUMBER}))*)[ -](?:[a-z]+[ -])?"
    r"(?:days?|years?|months?|instal?lments?|weeks?|hours?|minutes?|times|per ?cent)\b"
    r"|(?P<digits>\d+(?:[,:.]\d+)*)",
    re.IGNORECASE,
)
_CALL = re.compile(r"\{\{-?\s*(\w+)\(")
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]+")
_LATIN = re.compile(r"[A-Za-z]+")


class Fact(NamedTuple):
    """Something that a text says, in the same words for every language."""

    name: str
    span: Callable[[], Span]
    """Where it says so."""


def languages_differ(zh: Read, en: Read) -> Iterator[Problem]:
    """What one of the two texts of a form says and the other does not, each at its place."""
    for said in (_facts, _of_bank, _calls, _numbers):
        both = [(zh, list(said(zh))), (en, list(said(en)))]
        for (ours, have), (theirs, want) in (both, both[::-1]):
            for fact in _missing(want, have):
                span = fact.span()
                yield Problem(
                    code="languages-differ",
                    message=f"'{_counterpart(span.file, theirs, ours)}' lacks what stands here:"
                    f" {fact.name}",
                    span=span,
                    expected="the same fields under the same conditions, the same numbers, in both",
                )


def _counterpart(file: str, theirs: Read, ours: Read) -> str:
    """The file in which ours would say what theirs says in a file, its own or the shared one."""
    if file == theirs.form.file:
        return ours.form.file
    return file.replace(f"/{theirs.form.language}/", f"/{ours.form.language}/")


def wrong_language(one: Read) -> Iterator[Problem]:
    """A text that is not in the language of its folder; its macros are one for themselves."""
    form = one.form
    own = words(_of_file(one.pieces, form.file), lambda _: None, markup=form.markup)
    for said in (one.said, own):
        if not in_language(said.text, form.language, strict=True):
            yield Problem(
                code="languages-differ", message=f"the text is not written in {form.language}",
                span=Span(file=form.file), expected="each text in the language of its folder",
            )  # fmt: skip
            return


def _of_file(pieces: Pieces, file: str) -> Pieces:
    """The words that stand in the file itself."""
    return tuple(p for p in every(pieces) if isinstance(p, Said) and p.source.file == file)


def in_language(text: str, language: str, *, strict: bool = False) -> bool:
    """Whether a text is in the language; what is sent may hold names of the other."""
    han, latin = (sum(map(len, runs.findall(text))) for runs in (_HAN, _LATIN))
    if not han and not latin:
        return True
    if language == "zh_CN":
        return han * 2 > latin
    return han == 0 if strict else latin > 2 * han


def _facts(one: Read) -> Iterator[Fact]:
    """Fields of the letter that are printed, with the conditions under which they are."""
    for slot, under in _slots(one.pieces, ()):
        of_bank = slot.path[0] == "bank" or slot.record in _BANKS
        if not of_bank and slot.filter not in _ALONE:
            yield Fact(_said(slot.field, under), partial(_span, slot))
    yield from _conditions(one.pieces, ())


def _span(piece: Slot | Branch) -> Span:
    return piece.span


def _said(field: str, under: tuple[str, ...]) -> str:
    return f"{field} if {' and '.join(under)}" if under else field


def _slots(
    pieces: Sequence[Piece], under: tuple[str, ...]
) -> Iterator[tuple[Slot, tuple[str, ...]]]:
    for piece in pieces:
        if isinstance(piece, Slot):
            yield piece, under
        elif isinstance(piece, Branch):
            test = _shown(piece.test)
            yield from _slots(piece.then, (*under, test))
            yield from _slots(piece.otherwise, (*under, f"not ({test})"))
        elif isinstance(piece, Each):
            yield from _slots(piece.body, under)


def _conditions(pieces: Sequence[Piece], under: tuple[str, ...]) -> Iterator[Fact]:
    """Conditions that choose between words alone; of `loop` nobody learns a fact."""
    for piece in pieces:
        if isinstance(piece, Branch):
            test = _shown(piece.test)
            both = (*piece.then, *piece.otherwise)
            if "loop." not in test and not any(True for _ in _slots(both, ())):
                yield Fact(_said("words", (*under, test)), partial(_span, piece))
            yield from _conditions(piece.then, (*under, test))
            yield from _conditions(piece.otherwise, (*under, f"not ({test})"))
        elif isinstance(piece, Each):
            yield from _conditions(piece.body, under)


def _shown(test: Test) -> str:
    if test.op in ("and", "or"):
        return f" {test.op} ".join(sorted(_shown(p) for p in test.parts if isinstance(p, Test)))
    if test.op == "not":
        return f"not {' '.join(_shown(p) for p in test.parts if isinstance(p, Test))}"
    sides = [_side(p) for p in test.parts if isinstance(p, Operand)]
    if test.op in ("none", "zero"):
        return f"{sides[0]} is {test.op}"
    return sides[0] if test.op == "is" else f" {test.op} ".join(sides)


def _side(operand: Operand) -> str:
    return operand.field if operand.path else repr(operand.literal)


def _of_bank(one: Read) -> Iterator[Fact]:
    """Facts of the bank: in the text itself each time, in macros whether they are given at all."""
    shared: dict[str, Slot] = {}
    for slot, _ in _slots(one.pieces, ()):
        if slot.path[0] == "bank" or slot.record in _BANKS:
            if slot.source.file == one.form.file:
                yield Fact(slot.field, partial(_span, slot))
            else:
                shared.setdefault(slot.field, slot)
    for field, slot in shared.items():
        yield Fact(f"{field} in a macro", partial(_span, slot))


def _calls(one: Read) -> Iterator[Fact]:
    """The macros that the text calls."""
    source = Source(one.form.file, one.form.source)
    for call in _CALL.finditer(source.text):
        yield Fact(f"{call[1]}()", partial(source.span, call.start(1), len(call[1])))


def _missing(theirs: Sequence[Fact], ours: Sequence[Fact]) -> Iterator[Fact]:
    """Of what theirs say oftener than ours, the last times."""
    left = Counter(fact.name for fact in ours)
    for fact in theirs:
        left[fact.name] -= 1
        if left[fact.name] == -1:
            yield fact


def _numbers(one: Read) -> Iterator[Fact]:
    """Numbers that the words name."""
    for number, start, end in numbers(one.said, one.form.language):
        yield Fact(f"the number {number}", partial(one.said.span, start, end))


def numbers(said: Words, language: str) -> Iterator[tuple[str, int, int]]:
    """The numbers in words of a text, in digits, each with where it stands in the row."""
    for found in (_ZH if language == "zh_CN" else _EN).finditer(said.own):
        if found["digits"]:
            number = found["digits"].replace(",", "").rstrip(".:")
        elif language == "zh_CN" and found["place"]:
            number = str(_zh_number(found["place"]))
        else:
            read = _zh_number if language == "zh_CN" else _en_number
            number = str(read(found["number"]))
            # 一 and `one` are articles more often than numbers.
            if number == "1":
                continue
        yield (number, *found.span())


def _zh_number(text: str) -> int:
    if not any(c in _ZH_TENS for c in text):
        return int("".join(str(_ZH_DIGITS[c]) for c in text))
    total, digit = 0, None
    for char in text:
        if char in _ZH_TENS:
            total += (1 if digit is None else digit) * _ZH_TENS[char]
            digit = None
        else:
            digit = _ZH_DIGITS[char]
    return total + (digit or 0)


def _en_number(text: str) -> int:
    total = 0
    for word in re.split(r"[ -]", text.lower()):
        if word == "hundred":
            total = max(total, 1) * 100
        elif word != "and":
            total += _EN_TENS.get(word, _EN_WORDS.get(word, 0))
    return total
