"""A place in a list of tokens: looking ahead, moving on, and saying what stands there instead.

Knows tokens, parentheses and limits; refuses to know the grammar.
"""

from collectctl.rules.lexer import Token, tokens
from collectctl.rules.syntax import Place, RuleFault, Source

MAX_PARTS = 200
"""Tests and arithmetic signs in one condition."""
MAX_NESTING = 30


def _between(first: Place, last: int) -> Place:
    return first[0], max(1, last - first[0])


class Cursor:
    """One pass over the tokens of one text."""

    def __init__(self, source: Source) -> None:
        """Takes the text; raises RuleFault if it does not even split into tokens."""
        self._source = source
        self._tokens = tokens(source)
        self._at = 0
        self._parts = 0
        self._nesting = 0

    @property
    def _token(self) -> Token:
        return self._tokens[self._at]

    @property
    def _ahead(self) -> Token:
        return self._tokens[min(self._at + 1, len(self._tokens) - 1)]

    def _next(self) -> Token:
        token = self._token
        self._at = min(self._at + 1, len(self._tokens) - 1)
        return token

    def _takes(self, word: str) -> bool:
        token = self._token
        if token.text == word and token.kind in ("keyword", "sign"):
            self._next()
            return True
        return False

    def _expect(self, sign: str, opening: Token) -> None:
        if not self._takes(sign):
            raise self._fault(
                "rule-syntax", self._token.at, f"{shown(self._token)} where '{sign}' is expected",
                f"'{sign}' to close the '{opening.text}' before",
            )  # fmt: skip

    def _expect_word(self, word: str) -> None:
        if not self._takes(word):
            raise self._fault(
                "rule-syntax", self._token.at, f"{shown(self._token)} where '{word}' is expected",
                mend="write: is null / is not null" if word == "null" else None,
            )  # fmt: skip

    def finish(self) -> None:
        """Raises unless the text ends here."""
        token = self._token
        if token.kind != "end":
            raise self._fault(
                "rule-syntax", token.at, f"{shown(token)} after the end of the condition",
                "and, or, or nothing",
            )  # fmt: skip

    def _since(self, first: Place, operator: Token | None = None) -> Place:
        """From `first`, or from the operator if the value stands elsewhere (a table heading)."""
        last = self._tokens[self._at - 1].end if self._at else 0
        start = first if operator is None or first[0] <= operator.at[0] else operator.at
        return _between(start, last)

    def _opens_condition(self) -> bool:
        """Whether the parenthesis here holds a condition rather than arithmetic."""
        depth = 0
        for token in self._tokens[self._at :]:
            depth += token.text in ("(", "[") and token.kind == "sign"
            depth -= token.text in (")", "]") and token.kind == "sign"
            if token.kind in ("operator", "keyword") and token.text not in (
                "date",
                "true",
                "false",
            ):
                return True
            if depth == 0:
                break
        return self._is_whole_condition()

    def _is_whole_condition(self) -> bool:
        """`(risky)`: what follows the closing parenthesis is no arithmetic and no test."""
        depth = 0
        for token in self._tokens[self._at :]:
            if depth == 0 and token.at[0] > self._token.at[0]:
                return token.kind == "end" or token.text in ("and", "or", ")")
            depth += token.text == "(" and token.kind == "sign"
            depth -= token.text == ")" and token.kind == "sign"
        return False

    def _is_range(self) -> bool:
        """Whether the parenthesis here opens a range such as `(180..]`."""
        depth = 0
        for token in self._tokens[self._at :]:
            if token.kind == "dots" and depth == 1:
                return True
            depth += token.text in ("(", "[") and token.kind == "sign"
            depth -= token.text in (")", "]") and token.kind == "sign"
            if depth == 0:
                return False
        return False

    def _count(self) -> None:
        self._parts += 1
        if self._parts > MAX_PARTS:
            raise self._fault(
                "rule-too-long", self._token.at, f"more than {MAX_PARTS} tests in one condition",
                mend="name parts of it under segments:",
            )  # fmt: skip

    def _deeper(self, token: Token) -> None:
        self._nesting += 1
        if self._nesting > MAX_NESTING:
            raise self._fault(
                "rule-nesting", token.at, f"more than {MAX_NESTING} levels of parentheses",
                mend="name parts of it under segments:",
            )  # fmt: skip

    def _fault(
        self, code: str, at: Place, message: str, expected: str | None = None,
        mend: str | None = None,
    ) -> RuleFault:  # fmt: skip
        return RuleFault(self._source.fault(code, at, message, expected, mend))


def shown(token: Token) -> str:
    """The token as a message names it."""
    return "the end" if token.kind == "end" else f"'{token.text}'"
