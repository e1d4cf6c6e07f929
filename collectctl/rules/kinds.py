"""Of which kind a value in a rule is: names exist, units agree, sums and products make sense.

Knows kinds; refuses to know tests and values of parameters.
"""

from collectctl.columns import LADDERS_ONLY, ladders_only
from collectctl.money import MINOR_DIGITS
from collectctl.problems import Problem, did_you_mean
from collectctl.rules.scope import Kind, Scope
from collectctl.rules.syntax import (
    Arithmetic,
    Boolean,
    DayLiteral,
    Name,
    Negative,
    Number,
    Parameter,
    Place,
    Source,
    Text,
    Value,
    write_value,
)

NUMERIC = ("number", "int", "money", "ratio")


class ValueChecker:
    """Finds the kind of values and gathers everything that is wrong in `problems`."""

    def __init__(self, source: Source, scope: Scope) -> None:
        """Takes the text, for places, and the names it may use."""
        self._source = source
        self._scope = scope
        self.problems: list[Problem] = []

    def value(self, value: Value) -> Kind | None:
        """The kind of a value, or None after saying why it has none."""
        match value:
            case Number() | Text() | Boolean() | DayLiteral():
                return _literal(value)
            case Name():
                return self._name(value)
            case Parameter():
                return self._parameter(value)
            case Negative() | Arithmetic():
                return self._computed(value)

    def _computed(self, value: Negative | Arithmetic) -> Kind | None:
        if isinstance(value, Arithmetic):
            left, right = self.value(value.left), self.value(value.right)
            if left is None or right is None:
                return None
            return self._arithmetic(value, left, right)
        inner = self.value(value.value)
        if inner is not None and inner.type not in NUMERIC:
            self._say("rule-type", value.at, f"a minus before {inner}")
            return None
        return inner

    def quotient(self, value: Value) -> Kind | None:
        """As `value`, but the outermost sign may divide two columns: for derived columns."""
        if not (isinstance(value, Arithmetic) and value.operator == "/"):
            return self.value(value)
        left, right = self.value(value.left), self.value(value.right)
        if left is None or right is None:
            return None
        if left.type not in NUMERIC or right.type not in NUMERIC:
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
        if value.name in LADDERS_ONLY:
            self.problems.append(ladders_only(value.name, self._source.span(value.at)))
        elif kind is None:
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
        if not {left.type, right.type} <= set(NUMERIC) or left.type == right.type == "money":
            self._say("rule-type", value.at, f"{left} is multiplied by {right}")
            return None
        return _product(left, right)

    def _division(self, value: Arithmetic, left: Kind, right: Kind) -> Kind | None:
        if left.type not in NUMERIC or right.type != "number":
            self._say(
                "rule-division", value.right.at, f"{left} is divided by {shown(value.right)}",
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
        if not set(types) <= set(NUMERIC):
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

    def _decimals(self, number: Value, literal: Kind, kind: Kind) -> None:
        allowed = {"int": 0, "money": MINOR_DIGITS[self._scope.currency]}.get(
            kind.type, kind.decimals
        )
        if literal.decimals > allowed and kind.type != "number":
            self._say(
                "rule-decimals", number.at,
                f"{write_value(number)} has more decimals than {kind}", f"at most {allowed}",
            )  # fmt: skip

    def _say(
        self, code: str, at: Place, message: str, expected: str | None = None,
        mend: str | None = None,
    ) -> None:  # fmt: skip
        self.problems.append(self._source.fault(code, at, message, expected, mend))


def _literal(value: Number | Text | Boolean | DayLiteral) -> Kind:
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


def shown(value: Value) -> str:
    """The value as a message names it."""
    text = write_value(value)
    return text if text.startswith("'") else f"'{text}'"
