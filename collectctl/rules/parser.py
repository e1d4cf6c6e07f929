"""Conditions, values and table cells from rule text, by recursive descent; see docs/rules.md.

Knows the grammar and answers the usual slips with what to write. Refuses to know columns.
"""

from collectctl.calendar import day_number, parse_day
from collectctl.problems import Problem
from collectctl.rules.cursor import Cursor, shown
from collectctl.rules.lexer import Token
from collectctl.rules.syntax import (
    All,
    AnyOf,
    Arithmetic,
    Boolean,
    Compare,
    Condition,
    DayLiteral,
    Holds,
    InList,
    InRange,
    IsNull,
    Name,
    Negative,
    Not,
    Number,
    Parameter,
    Place,
    RuleFault,
    Source,
    Text,
    Value,
)

COMPARISONS = ("=", "<>", "<", "<=", ">", ">=")


def parse_condition(source: Source) -> tuple[Condition | None, Problem | None]:
    """The condition in the text, or what is wrong with it."""
    return _whole(source, _Parser)


def parse_policy(source: Source) -> tuple[Condition | None, Problem | None]:
    """The condition of a policy: as `parse_condition`, and `has` on list outputs is understood."""
    return _whole(source, _PolicyParser)


def _whole(source: Source, reading: "type[_Parser]") -> tuple[Condition | None, Problem | None]:
    try:
        parser = reading(source)
        condition = parser.any_of()
        parser.finish()
    except RuleFault as fault:
        return None, fault.problem
    return condition, None


def parse_value(source: Source) -> tuple[Value | None, Problem | None]:
    """The arithmetic expression in the text, or what is wrong with it."""
    try:
        parser = _Parser(source)
        value = parser.sum()
        parser.finish()
    except RuleFault as fault:
        return None, fault.problem
    return value, None


def parse_cell(source: Source, column: Name) -> tuple[Condition | None, Problem | None]:
    """The test that a table cell puts to the column of its heading; `(None, None)` for `-`."""
    if source.text.strip() == "-":
        return None, None
    try:
        parser = _Parser(source)
        condition = parser.cell(column)
        parser.finish()
    except RuleFault as fault:
        return None, fault.problem
    return condition, None


class _Parser(Cursor):
    """One pass over the tokens of one text."""

    # what the grammar says

    def any_of(self) -> Condition:
        first = self._all()
        parts = [first]
        while self._takes("or"):
            parts.append(self._all())
        return first if len(parts) == 1 else AnyOf(tuple(parts), self._since(first.at))

    def _all(self) -> Condition:
        first = self._not()
        parts = [first]
        while self._takes("and"):
            parts.append(self._not())
        return first if len(parts) == 1 else All(tuple(parts), self._since(first.at))

    def _not(self) -> Condition:
        token = self._token
        if not self._takes("not"):
            return self._predicate()
        self._deeper(token)
        part = self._not()
        self._nesting -= 1
        return Not(part, self._since(token.at))

    def _predicate(self) -> Condition:
        self._count()
        if self._token.text == "(" and self._opens_condition():
            opening = self._next()
            self._deeper(opening)
            inside = self.any_of()
            self._nesting -= 1
            self._expect(")", opening)
            return inside
        value = self.sum()
        test = self._test(value)
        return test if test is not None else Holds(value, value.at)

    def cell(self, column: Name) -> Condition:
        """The tail of a predicate; a bare list of values is a membership test."""
        self._count()
        token = self._token
        if token.text == "[" or (token.text == "(" and self._is_range()):
            return self._range(column, negated=False)
        test = self._test(column)
        if test is not None:
            return test
        values = [self.sum()]
        while self._takes(","):
            values.append(self.sum())
        at = self._since(token.at)
        if len(values) > 1:
            return InList(column, tuple(values), negated=False, at=at)
        if isinstance(values[0], Boolean):
            holds = Holds(column, at)
            return holds if values[0].value else Not(holds, at)
        return Compare("=", column, values[0], at)

    def _test(self, value: Value) -> Condition | None:
        token = self._token
        if token.text in COMPARISONS and token.kind == "operator":
            self._next()
            self._refuse_null(token)
            right = self.sum()
            self._refuse_chain()
            return Compare(token.text, value, right, self._since(value.at, token))
        if token.text == "is" and token.kind == "keyword":
            self._next()
            negated = self._takes("not")
            self._expect_word("null")
            return IsNull(value, negated, self._since(value.at, token))
        negated = token.text == "not" and self._ahead.text in ("in", "between")
        if negated:
            self._next()
        if self._takes("in"):
            return self._membership(value, negated=negated)
        if self._takes("between"):
            low = self.sum()
            self._expect_word("and")
            high = self.sum()
            at = self._since(value.at, token)
            return InRange(value, low, high, True, True, negated, at)
        if token.text == "has" and token.kind == "keyword":
            return self._has(value, token)
        return None

    def _has(self, value: Value, token: Token) -> Condition:  # noqa: ARG002 - for policies
        raise self._fault("rule-word", token.at, "'has' does not test an account")

    def _membership(self, value: Value, *, negated: bool) -> Condition:
        if self._token.text == "[" or (self._token.text == "(" and self._is_range()):
            return self._range(value, negated=negated)
        opening = self._token
        if opening.text != "(":
            raise self._fault(
                "rule-syntax", opening.at, f"{shown(opening)} after 'in'",
                "a list ('a', 'b') or a range [1..5]",
            )  # fmt: skip
        self._next()
        members: list[Value] = []
        while not members or self._takes(","):
            self._refuse_null(opening)
            members.append(self.sum())
            self._count()
        self._expect(")", opening)
        return InList(value, tuple(members), negated, self._since(value.at, opening))

    def _range(self, value: Value, *, negated: bool) -> Condition:
        opening = self._next()
        low = None if self._token.kind == "dots" else self.sum()
        if self._token.kind != "dots":
            raise self._fault(
                "rule-syntax", self._token.at, f"{shown(self._token)} in a range", "[low..high]"
            )
        self._next()
        high = None if self._token.text in ("]", ")") else self.sum()
        closing = self._token
        if closing.text not in ("]", ")"):
            raise self._fault(
                "rule-syntax", closing.at, f"{shown(closing)} in a range", "] or ) at its end"
            )
        self._next()
        at = self._since(value.at if value.at[0] < opening.at[0] else opening.at)
        if low is None and high is None:
            raise self._fault("rule-range", at, "a range without any bound", "[low..high]")
        return InRange(value, low, high, opening.text == "[", closing.text == "]", negated, at)

    def sum(self) -> Value:
        """Terms joined by plus and minus."""
        value = self._term()
        while self._token.text in ("+", "-") and self._token.kind == "sign":
            operator = self._next().text
            self._count()
            right = self._term()
            value = Arithmetic(operator, value, right, self._since(value.at))
        return value

    def _term(self) -> Value:
        value = self._atom()
        while self._token.text in ("*", "/") and self._token.kind == "sign":
            operator = self._next().text
            self._count()
            right = self._atom()
            value = Arithmetic(operator, value, right, self._since(value.at))
        return value

    def _atom(self) -> Value:
        token = self._next()
        match token.kind, token.text:
            case "number", _:
                self._refuse_spelling(token)
                return Number(token.text, token.at)
            case "string", _:
                return Text(token.text[1:-1].replace("''", "'"), token.at)
            case "parameter", _:
                return Parameter(token.text[1:], token.at)
            case "word", _:
                return Name(token.text, token.at)
            case "keyword", "true" | "false":
                return Boolean(token.text == "true", token.at)
            case "keyword", "date":
                return self._day(token)
            case "sign", "-":
                self._deeper(token)
                inner = self._atom()
                self._nesting -= 1
                return Negative(inner, self._since(token.at))
            case "sign", "(":
                self._deeper(token)
                inner = self.sum()
                self._nesting -= 1
                self._expect(")", token)
                return inner
            case _:
                self._at -= 1
        if token.text == "null":
            raise self._null(token.at)
        raise self._fault(
            "rule-syntax", token.at, f"{shown(token)} where a value is expected",
            "a column, a number, 'text', true, false, date '2026-01-31' or @parameter",
            f"'{token.text}' stands between two tests: x > 1 {token.text} y"
            if token.text in ("and", "or") and self._ahead.text == "("
            else None,
        )  # fmt: skip

    def _day(self, word: Token) -> Value:
        text = self._token
        day = parse_day(text.text[1:-1]) if text.kind == "string" else None
        if day is None:
            raise self._fault(
                "rule-date", text.at, f"{shown(text)} after 'date'", "date '2026-01-31'",
                "use another word for a column named date" if text.kind != "string" else None,
            )  # fmt: skip
        self._next()
        return DayLiteral(day_number(day), text.text[1:-1], self._since(word.at))

    # slips that have a better answer than "unexpected"

    def _refuse_null(self, operator: Token) -> None:
        if self._token.text == "null" and self._token.kind == "keyword":
            raise self._null(operator.at)

    def _null(self, at: Place) -> RuleFault:
        return self._fault(
            "rule-null", at, "a comparison with null is always unknown",
            mend="write: is null / is not null",
        )  # fmt: skip

    def _refuse_chain(self) -> None:
        if self._token.text in COMPARISONS and self._token.kind == "operator":
            raise self._fault(
                "rule-chain", self._token.at, "comparisons cannot be chained",
                mend="write: x in [1..5] or x between 1 and 5",
            )  # fmt: skip

    def _refuse_spelling(self, number: Token) -> None:
        """`20,000` (a comma and three digits stuck to a number) and `007`."""
        comma, after = self._token, self._ahead
        stuck = comma.text == "," and comma.at[0] == number.end and after.at[0] == comma.end
        if stuck and after.kind == "number" and len(after.text.partition(".")[0]) == 3:  # noqa: PLR2004 - thousands
            raise self._fault(
                "rule-number", (number.at[0], after.end - number.at[0]),
                "a number has no thousands separator here",
                mend=f"write {number.text}{after.text}; in a list put a space after the comma",
            )  # fmt: skip
        if len(number.text) > 1 and number.text[0] == "0" and number.text[1] != ".":
            raise self._fault(
                "rule-number", number.at, f"'{number.text}' has a zero in front",
                mend="write it without, and no thousands separator: 20000, not 20,000",
            )  # fmt: skip


class _PolicyParser(_Parser):
    """Understands `channels has 'call'` as well."""

    def _has(self, value: Value, token: Token) -> Condition:
        self._next()
        member = self.sum()
        return Compare("has", value, member, self._since(value.at, token))
