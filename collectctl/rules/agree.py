"""Whether a condition makes sense: names exist, types and units agree, values are listed.

Knows kinds; refuses to know values: a rulebook is checked without a single account or date.
"""

from collectctl.money import MINOR_DIGITS
from collectctl.problems import Problem, did_you_mean
from collectctl.rules.scope import Kind, Scope
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
    Source,
    Text,
    Value,
    write_value,
)

_NUMERIC = ("number", "int", "money", "ratio")


class Checker:
    """Checks one text against a scope and gathers everything that is wrong in `problems`."""

    def __init__(self, source: Source, scope: Scope) -> None:
        """Takes the text, for places, and the names it may use."""
        self._source = source
        self._scope = scope
        self.problems: list[Problem] = []

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
            case InList():
                for member in condition.members:
                    self._pair(condition.value, member, "=", member.at)
            case InRange():
                for bound in (condition.low, condition.high):
                    if bound is not None:
                        self._pair(condition.value, bound, "<=", bound.at)
                self._empty(condition)

    def value(self, value: Value) -> Kind | None:
        """The kind of a value, or None after saying why it has none."""
        match value:
            case Number():
                decimals = len(value.text.partition(".")[2])
                return Kind(type="number", decimals=decimals, is_constant=True)
            case Text():
                return Kind(type="text", is_constant=True)
            case Boolean():
                return Kind(type="bool", is_constant=True)
            case DayLiteral():
                return Kind(type="date", is_constant=True)
            case Name():
                return self._name(value)
            case Parameter():
                return self._parameter(value)
            case Negative():
                inner = self.value(value.value)
                if inner is not None and inner.type not in _NUMERIC:
                    self._say("rule-type", value.at, f"a minus before {inner}")
                    return None
                return inner
            case Arithmetic():
                left, right = self.value(value.left), self.value(value.right)
                if left is None or right is None:
                    return None
                return self._arithmetic(value, left, right)

    def quotient(self, value: Value) -> Kind | None:
        """As `value`, but the outermost sign may divide two columns: for derived columns."""
        if not (isinstance(value, Arithmetic) and value.operator == "/"):
            return self.value(value)
        left, right = self.value(value.left), self.value(value.right)
        if left is None or right is None:
            return None
        if left.type not in _NUMERIC or right.type not in _NUMERIC:
            self._say("rule-type", value.at, f"{left} is divided by {right}")
            return None
        if right.type == "number" and self._is_zero(value.right):
            self._say("rule-division", value.right.at, "a division by zero")
            return None
        if left.type == right.type or "money" not in (left.type, right.type):
            return Kind(type="ratio")
        if left.type == "money":
            return Kind(type="money")
        self._say("rule-type", value.at, f"{left} is divided by money")
        return None

    # names

    def _name(self, value: Name) -> Kind | None:
        kind = self._scope.kind(value.name)
        if kind is None:
            known = self._scope.names()
            mend = did_you_mean(value.name, known)
            if value.name in self._scope.parameters:
                mend = f"write @{value.name} for the parameter"
            self._say(
                "unknown-column", value.at, f"unknown column '{value.name}'",
                mend=mend or "a text is written in single quotes; columns stand in columns.yaml",
            )  # fmt: skip
        return kind

    def _parameter(self, value: Parameter) -> Kind | None:
        kind = self._scope.parameters.get(value.name)
        if kind is None:
            self._say(
                "unknown-parameter", value.at, f"unknown parameter '@{value.name}'",
                mend=did_you_mean(value.name, self._scope.parameters)
                or "declare it under parameters: with a date and a source",
            )  # fmt: skip
        return kind

    # tests

    def _holds(self, test: Holds) -> None:
        kind = self.value(test.value)
        if kind is None:
            return
        if kind.type != "bool":
            self._say(
                "rule-type", test.at, f"{_shown(test.value)} is {kind} and no test by itself",
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
                "rule-type", value.at, f"{_shown(value)} has no order",
                "=, <> or in (…) for a column with listed values",
            )  # fmt: skip
        elif not isinstance(other, Text):
            self._say(
                "rule-type", other.at, f"{_shown(value)} is compared with {_shown(other)}",
                "one of its values in single quotes",
                f"write '{other.name}' in quotes" if isinstance(other, Name) else None,
            )  # fmt: skip
        elif other.value not in kind.values:
            self._say(
                "unknown-value", other.at, f"'{other.value}' is not a value of {_shown(value)}",
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
                "rule-type", column.at, f"{_shown(column)} is text and not for conditions",
                mend="declare it as enum with its values, or ask 'is null'",
            )  # fmt: skip
        else:
            mend = None
            if kind.type in ("int", "money", "ratio"):
                mend = "write numbers without quotes"
            elif kind.type == "date":
                mend = "write date '2026-01-31'"
            self._say(
                "rule-type", right.at, f"{_shown(column)} is {kind}, but it is compared with a text",
                mend=mend,
            )  # fmt: skip

    def _literal(self, left: Value, first: Kind, right: Value, second: Kind) -> None:
        number, literal = (left, first) if first.type == "number" else (right, second)
        column, kind = (right, second) if first.type == "number" else (left, first)
        if kind.type not in _NUMERIC:
            self._say(
                "rule-type", number.at, f"{_shown(column)} is {kind}, but it is compared with a number",
                mend="write date '2026-01-31'" if kind.type == "date" else None,
            )  # fmt: skip
        else:
            self._decimals(number, literal, kind)

    def _decimals(self, number: Value, literal: Kind, kind: Kind) -> None:
        allowed = {"int": 0, "money": MINOR_DIGITS[self._scope.currency]}.get(
            kind.type, kind.decimals
        )
        if literal.decimals > allowed and kind.type != "number":
            self._say(
                "rule-decimals", number.at,
                f"{write_value(number)} has more decimals than {kind}", f"at most {allowed}",
            )  # fmt: skip

    def _same(self, left: Value, first: Kind, right: Value, second: Kind) -> None:
        units = {first.unit, second.unit} - {None}
        if first.type != second.type or len(units) > 1:
            self._say(
                "rule-type", right.at,
                f"{_shown(left)} is {first}, but it is compared with {second} ({_shown(right)})",
                "the same type and unit on both sides",
            )  # fmt: skip

    def _empty(self, test: InRange) -> None:
        if not (isinstance(test.low, Number) and isinstance(test.high, Number)):
            return
        low, high = float(test.low.text), float(test.high.text)
        included = test.low_included and test.high_included
        if low > high or (low == high and not included):
            self._say(
                "rule-range", test.low.at,
                f"empty range: nothing lies between {test.low.text} and {test.high.text}",
                "low..high, the smaller first",
            )  # fmt: skip

    # arithmetic

    def _arithmetic(self, value: Arithmetic, left: Kind, right: Kind) -> Kind | None:
        if value.operator in ("+", "-"):
            return self._sum(value, left, right)
        if value.operator == "/":
            return self._division(value, left, right)
        if not (left.is_constant or right.is_constant):
            self._say(
                "rule-product", value.at, "two columns are multiplied", "a constant on one side"
            )
            return None
        if not {left.type, right.type} <= set(_NUMERIC) or left.type == right.type == "money":
            self._say("rule-type", value.at, f"{left} is multiplied by {right}")
            return None
        return _product(left, right)

    def _division(self, value: Arithmetic, left: Kind, right: Kind) -> Kind | None:
        if left.type not in _NUMERIC or right.type != "number":
            self._say(
                "rule-division", value.right.at, f"{left} is divided by {_shown(value.right)}",
                "a number", "make the quotient a column under derive:",
            )  # fmt: skip
            return None
        if self._is_zero(value.right):
            self._say("rule-division", value.right.at, "a division by zero")
            return None
        return left

    @staticmethod
    def _is_zero(value: Value) -> bool:
        return isinstance(value, Number) and not value.text.strip("0.")

    def _sum(self, value: Arithmetic, left: Kind, right: Kind) -> Kind | None:
        constant = left.is_constant and right.is_constant
        types = (left.type, right.type)
        if "date" in types:
            return self._dates(value, left, right)
        if not set(types) <= set(_NUMERIC):
            self._say("rule-type", value.at, f"{left} and {right} in a sum")
            return None
        if "number" in types:
            number, other = (left, right) if left.type == "number" else (right, left)
            self._decimals(value.left if number is left else value.right, number, other)
            decimals = max(left.decimals, right.decimals)
            return _copy(other, decimals=decimals, is_constant=constant)
        units = {left.unit, right.unit} - {None}
        if left.type != right.type or len(units) > 1:
            self._say(
                "rule-type", value.at, f"{left} and {right} in a sum", "the same type and unit"
            )
            return None
        return _copy(left, decimals=max(left.decimals, right.decimals), is_constant=constant)

    def _dates(self, value: Arithmetic, left: Kind, right: Kind) -> Kind | None:
        constant = left.is_constant and right.is_constant
        if value.operator == "-" and left.type == right.type:
            return Kind(type="int", unit="days", is_constant=constant)
        days = right if left.type == "date" else left
        swapped = left.type != "date" and value.operator == "-"
        if days.type not in ("int", "number") or swapped or days.decimals:
            self._say(
                "rule-type", value.at, f"{left} {value.operator} {right}", "a date and whole days"
            )
            return None
        return Kind(type="date", is_constant=constant)

    def _say(
        self, code: str, at: Place, message: str, expected: str | None = None,
        mend: str | None = None,
    ) -> None:  # fmt: skip
        self.problems.append(self._source.fault(code, at, message, expected, mend))


def _product(left: Kind, right: Kind) -> Kind:
    """The kind of a product with one constant side: money wins over ratio over int over number."""
    for kind in ("money", "ratio", "int"):
        for side in (left, right):
            if side.type == kind:
                return _copy(side, is_constant=left.is_constant and right.is_constant)
    return Kind(
        type="number",
        decimals=left.decimals + right.decimals,
        is_constant=left.is_constant and right.is_constant,
    )


def _copy(kind: Kind, *, is_constant: bool, decimals: int | None = None) -> Kind:
    return Kind(
        type=kind.type, unit=kind.unit, values=kind.values, largest=kind.largest,
        decimals=kind.decimals if decimals is None else decimals, is_constant=is_constant,
    )  # fmt: skip


def _shown(value: Value) -> str:
    text = write_value(value)
    return text if text.startswith("'") else f"'{text}'"
