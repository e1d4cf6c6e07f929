"""Rule text as tokens with places, and what to write instead of what this language does not have.

Knows characters and words; refuses to know grammar and columns.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from collectctl.config import FULL_WIDTH
from collectctl.problems import Problem
from collectctl.rules.syntax import Place, RuleFault, Source

MAX_TOKENS = 4_000
MAX_DIGITS = 24

KEYWORDS = frozenset(
    {"and", "or", "not", "in", "between", "is", "null", "true", "false", "date", "has"}
)
"""Words that cannot be names, in any case."""

_FOREIGN = {
    "like": "list the values: x in ('a', 'b')",
    "case": "write one rule for each case",
    "select": "a condition looks at one account only; put what is needed into a column",
    "exists": "a condition looks at one account only; put what is needed into a column",
}
_OPERATORS = {
    "==": "write =", "===": "write =", "=>": "write >=", "=<": "write <=", "&&": "write and",
    "||": "write or", "&": "write and", "|": "write or", "!": "write not",
    "%": "write 0.15 for 15%",
    ";": "one condition only; join tests with and / or", "^": "not in this language",
    "~": "not in this language", "?": "not in this language", "#": "a comment begins with --",
    "$": "write @name for a parameter", "{": "write ( )", "}": "write ( )",
    "`": "write the name bare",
    ":": "a date is written date '2026-01-31'", "\\": "not in this language",
}  # fmt: skip

_TOKEN = re.compile(
    r"""
    (?P<space>\s+|--[^\n]*)
  | (?P<day>[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}(?![0-9]))
  | (?P<number>[0-9]+(?:\.[0-9]+)?)
  | (?P<string>'(?:[^'\n]|'')*')
  | (?P<parameter>@[^\W\d]\w*)
  | (?P<word>[^\W\d]\w*)
  | (?P<dots>\.\.)
  | (?P<foreign>===?|=>|=<|&&|\|\||[&|!](?!=)|[%;^~?\#${}`:\\])
  | (?P<operator><=|>=|<>|!=|[=<>])
  | (?P<sign>[-+*/(),\[\]])
    """,
    re.VERBOSE,
)


_PERCENT = re.compile(r"([0-9]{1,20}(?:\.[0-9]{1,20})?)\s?$")
_WIDE_DIGITS = re.compile("[\uff10-\uff19]{1,24}")


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number, text or sign and where it stands."""

    kind: str
    """number string parameter word keyword dots operator sign end"""
    text: str
    at: Place

    @property
    def end(self) -> int:
        """The first character after it."""
        return self.at[0] + self.at[1]


def tokens(source: Source) -> tuple[Token, ...]:
    """The tokens of the text, an `end` last; raises RuleFault at the first that is none."""
    found = tuple(_tokens(source))
    if len(found) > MAX_TOKENS:
        raise RuleFault(
            source.fault(
                "rule-too-long", found[MAX_TOKENS].at, f"more than {MAX_TOKENS:,} words and signs",
                "a condition somebody can read", "name parts of it under segments:",
            )
        )  # fmt: skip
    return found


def _tokens(source: Source) -> Iterator[Token]:
    text, at = source.text, 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise RuleFault(_unknown(source, at))
        kind, word, place = str(match.lastgroup), match.group(), (at, match.end() - at)
        at = match.end()
        if kind == "space":
            continue
        if kind == "word" and word.lower() in KEYWORDS:
            yield Token("keyword", word.lower(), place)
            continue
        _refuse(source, kind, word, place)
        yield Token(kind, "<>" if word == "!=" else word, place)
    yield Token("end", "", (len(text.rstrip()), 1))


def _refuse(source: Source, kind: str, word: str, place: Place) -> None:
    """Raises for a token that looks right but means something else, or nothing."""
    code = message = mend = None
    after = source.text[place[0] + place[1] : place[0] + place[1] + 1]
    if kind == "day":
        year, month, day = re.split("[-/]", word)
        code, message = "rule-date", f"a date without quotes: '{word}'"
        mend = f"write date '{year}-{month:0>2}-{day:0>2}'"
    elif kind == "foreign":
        code, message = "rule-operator", f"'{word}' is not an operator here"
        mend = _OPERATORS[word]
        if word == "%" and (number := _PERCENT.search(source.text[: place[0]])):
            mend = f"write {(Decimal(number.group(1)) / 100).normalize():f}"
    elif kind == "word" and (half := _half_width(word)) != word:
        code, message = "rule-character", f"full-width letters: '{word}'"
        mend = f"switch the input method to half-width and write {half}"
    elif kind == "number":
        code, message, mend = _number_fault(word, after)
    elif kind == "word" and word.lower() in _FOREIGN:
        code, message = "rule-word", f"'{word}' is not part of this language"
        mend = _FOREIGN[word.lower()]
    elif kind == "word" and after == "(":
        code, message = "rule-function", f"'{word}(…)': there are no functions"
        mend = "put the result into a column under derive:"
    if code is not None and message is not None:
        raise RuleFault(source.fault(code, place, message, mend=mend))


def _half_width(text: str) -> str:
    return "".join(FULL_WIDTH.get(c, c) for c in text)


def _number_fault(word: str, after: str) -> tuple[str | None, str | None, str | None]:
    if len(word) > MAX_DIGITS:
        return "rule-number", "a number this long", "write a smaller number"
    if after.isalpha() or after == "_":
        return "rule-number", f"'{word}{after}': a number runs into a letter", (
            "write all digits out: 20000, not 2万 or 2e4"
        )  # fmt: skip
    return None, None, None


def _unknown(source: Source, at: int) -> Problem:
    c = source.text[at]
    if c in FULL_WIDTH:
        digits = _WIDE_DIGITS.match(source.text, at)
        written = c if digits is None else digits.group()
        return source.fault(
            "rule-character", (at, len(written)),
            f"full-width or typographic character '{c}' (U+{ord(c):04X})",
            mend=f"switch the input method to half-width and write {_half_width(written)}",
        )  # fmt: skip
    if c == "'":
        return source.fault(
            "rule-quote", (at, 1), "no closing quote on this line", "'text'",
            "close it; a quote inside is doubled, and ' #' begins a comment in YAML",
        )  # fmt: skip
    if c == '"':
        return source.fault(
            "rule-quote", (at, 1), "double quotes", "'text'", "write single quotes: 'text'"
        )
    if c == "@":
        return source.fault("rule-character", (at, 1), "'@' without a name", "@name")
    if c == ".":
        return source.fault(
            "rule-number", (at, 1), "a dot that belongs to no number", "0.5, or [1..5] for a range"
        )
    return source.fault(
        "rule-character", (at, 1), f"character '{c}' (U+{ord(c):04X}) has no meaning here"
    )
