"""Whether a condition makes sense: names exist, types and units agree, values are listed.

Knows kinds; refuses to know values: a rulebook is checked without a single account or date.
"""

from decimal import Decimal

from collectctl.problems import did_you_mean
from collectctl.rules.kinds import NUMERIC, ValueChecker, shown
from collectctl.rules.scope import Kind
from collectctl.rules.syntax import (
    All,
    AnyOf,
    Boolean,
    Compare,
    Condition,
    Holds,
    InList,
    InRange,
    IsNull,
    Name,
    Not,
    Number,
    Place,
    Text,
    Value,
)


class Checker(ValueChecker):
    """Checks one text against a scope and gathers everything that is wrong in `problems`."""

    def condition(self, condition: Condition) -> None:
        """Checks a condition and its parts."""
        match condition:
            case All() | AnyOf():
                for part in condition.parts:
                    self.condition(part)
            case Not():
                self.condition(condition.part)
            case Holds():
                self._holds(condition)
            case IsNull():
                self._is_null(condition)
            case Compare():
                self._pair(condition.left, condition.right, condition.operator, condition.at)
            case InList() | InRange():
                self._members(condition)

    def _members(self, test: InList | InRange) -> None:
        """Checks what a value is compared with, one by one."""
        if isinstance(test, InList):
            for member in test.members:
                self._pair(test.value, member, "=", member.at)
            return
        for bound in (test.low, test.high):
            if bound is not None:
                self._pair(test.value, bound, "<=", bound.at)
        self._empty(test)

    # tests

    def _holds(self, test: Holds) -> None:
        kind = self.value(test.value)
        if kind is None:
            return
        if kind.type != "bool":
            self._say(
                "rule-type", test.at, f"{shown(test.value)} is {kind} and no test by itself",
                "a true/false column, a segment, or a comparison",
            )  # fmt: skip
        elif kind.is_constant:
            self._say("rule-constant", test.at, "a test that is the same for every account")

    def _is_null(self, test: IsNull) -> None:
        kind = self.value(test.value)
        if kind is not None and not isinstance(test.value, Name):
            self._say("rule-null", test.at, "'is null' asks about a column", "a column's name")
        elif isinstance(test.value, Name) and (
            test.value.name in self._scope.segments or test.value.name in self._scope.inputs
        ):
            self._say(
                "rule-null", test.at, f"'{test.value.name}' is not a column",
                "a column; a segment is unknown, never null",
            )  # fmt: skip

    def _pair(self, left: Value, right: Value, operator: str, at: Place) -> None:
        """Checks that two values can be compared."""
        first, second = self.value(left), self.value(right)
        if first is None or second is None:
            return
        if first.is_constant and second.is_constant:
            self._say("rule-constant", at, "a comparison of two constants", "a column on one side")
        elif first.type == "enum":
            self._listed(left, first, right, operator)
        elif second.type == "enum":
            self._listed(right, second, left, operator)
        elif "bool" in (first.type, second.type):
            self._booleans(left, first, right, second, operator)
        elif "text" in (first.type, second.type):
            self._texts(left, first, right, second)
        elif "number" in (first.type, second.type):
            self._literal(left, first, right, second)
        else:
            self._same(left, first, right, second)

    def _listed(self, value: Value, kind: Kind, other: Value, operator: str) -> None:
        if operator not in ("=", "<>"):
            self._say(
                "rule-type", value.at, f"{shown(value)} has no order",
                "=, <> or in (…) for a column with listed values",
            )  # fmt: skip
        elif not isinstance(other, Text):
            self._say(
                "rule-type", other.at, f"{shown(value)} is compared with {shown(other)}",
                "one of its values in single quotes",
                f"write '{other.name}' in quotes" if isinstance(other, Name) else None,
            )  # fmt: skip
        elif other.value not in kind.values:
            self._say(
                "unknown-value", other.at, f"'{other.value}' is not a value of {shown(value)}",
                ", ".join(kind.values), did_you_mean(other.value, kind.values),
            )  # fmt: skip

    def _booleans(
        self, left: Value, first: Kind, right: Value, second: Kind, operator: str
    ) -> None:
        literal = isinstance(left, Boolean) or isinstance(right, Boolean)
        if first.type != second.type or not literal or operator not in ("=", "<>"):
            self._say(
                "rule-type", right.at, f"{first} is compared with {second}",
                "a true/false column stands alone, or = true, or = false",
            )  # fmt: skip

    def _texts(self, left: Value, first: Kind, right: Value, second: Kind) -> None:
        column = left if isinstance(right, Text) else right
        kind = first if isinstance(right, Text) else second
        if kind.type == "text":
            self._say(
                "rule-type", column.at, f"{shown(column)} is text and not for conditions",
                mend="declare it as enum with its values, or ask 'is null'",
            )  # fmt: skip
        else:
            mend = None
            if kind.type in ("int", "money", "ratio"):
                mend = "write numbers without quotes"
            elif kind.type == "date":
                mend = "write date '2026-01-31'"
            self._say(
                "rule-type", right.at, f"{shown(column)} is {kind}, but it is compared with a text",
                mend=mend,
            )  # fmt: skip

    def _literal(self, left: Value, first: Kind, right: Value, second: Kind) -> None:
        number, literal = (left, first) if first.type == "number" else (right, second)
        column, kind = (right, second) if first.type == "number" else (left, first)
        if kind.type not in NUMERIC:
            self._say(
                "rule-type", number.at,
                f"{shown(column)} is {kind}, but it is compared with a number",
                mend="write date '2026-01-31'" if kind.type == "date" else None,
            )  # fmt: skip
        else:
            self._decimals(number, literal, kind)

    def _same(self, left: Value, first: Kind, right: Value, second: Kind) -> None:
        units = {first.unit, second.unit} - {None}
        if first.type != second.type or len(units) > 1:
            self._say(
                "rule-type", right.at,
                f"{shown(left)} is {first}, but it is compared with {second} ({shown(right)})",
                "the same type and unit on both sides",
            )  # fmt: skip

    def _empty(self, test: InRange) -> None:
        if not (isinstance(test.low, Number) and isinstance(test.high, Number)):
            return
        low, high = Decimal(test.low.text), Decimal(test.high.text)
        included = test.low_included and test.high_included
        if low > high or (low == high and not included):
            self._say(
                "rule-range", test.low.at,
                f"empty range: nothing lies between {test.low.text} and {test.high.text}",
                "low..high, the smaller first",
            )  # fmt: skip
