"""Conditions in the words of staff: labels for columns, titles for parameters, values as they read.

For those who sign a rulebook and read no SQL; beside it always stands the condition as written.
Knows names and their labels. Refuses to know values of accounts.
"""

from collectctl.columns import Column
from collectctl.config import Bilingual
from collectctl.rules.rulebook import Rulebook
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
    Text,
    Value,
)

_INPUTS = {
    "tier": Bilingual(zh_CN="分层", en="tier"),
    "treatment": Bilingual(zh_CN="策略", en="treatment"),
}
_SIGNS = {"=": "=", "<>": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥"}


class Wording:
    """Words for the conditions of one rulebook, in one language."""

    def __init__(self, rulebook: Rulebook, language: str) -> None:
        """Takes the rulebook, for labels and titles, and `zh_CN` or `en`."""
        self._rulebook = rulebook
        self._chinese = language == "zh_CN"
        self._language = language

    def condition(self, condition: Condition) -> str:
        """The condition in words."""
        match condition:
            case All(parts=parts):
                return self._word(" 且 ", " and ").join(map(self._part, parts))
            case AnyOf(parts=parts):
                return self._word(" 或 ", " or ").join(map(self._part, parts))
            case Not(part=part):
                return self._opposite(part)
            case Holds(value=value):
                return self.value(value)
            case IsNull(value=value, negated=negated):
                known = self._word("不缺失", "is known") if negated else None
                return f"{self.value(value)} {known or self._word('缺失', 'is missing')}"
            case Compare():
                return self._compared(condition)
            case InList():
                return self._listed(condition)
            case InRange():
                return self._ranged(condition)

    def _opposite(self, part: Condition) -> str:
        text = self.condition(part)
        if isinstance(part, Holds):
            return f"{self._word('非 ', 'not ')}{text}"
        return self._word(f"并非（{text}）", f"not ({text})")

    def value(self, value: Value, column: Column | None = None) -> str:
        """A value in words; a code as the column's label for it."""
        match value:
            case Number(text=text) | DayLiteral(text=text):
                return text
            case Boolean(value=holds):
                return self._word("是", "yes") if holds else self._word("否", "no")
            case Text(value=text):
                label = None if column is None else column.value_labels.get(text)
                return text if label is None else label.get(self._language)
            case Name(name=name):
                return self._name(name)
            case Parameter(name=name):
                return f"{self._rulebook.parameters[name].title.get(self._language)} (@{name})"
            case Negative(value=inner):
                return f"-{self._inner(inner)}"
            case Arithmetic():
                left, right = self._inner(value.left), self._inner(value.right)
                sign = {"*": "×", "/": "÷"}.get(value.operator, value.operator)
                return f"{left} {sign} {right}"

    def _inner(self, value: Value) -> str:
        text = self.value(value)
        return f"({text})" if isinstance(value, Arithmetic | Negative) else text

    def _word(self, chinese: str, english: str) -> str:
        return chinese if self._chinese else english

    def _part(self, condition: Condition) -> str:
        text = self.condition(condition)
        if not isinstance(condition, All | AnyOf):
            return text
        return self._word(f"（{text}）", f"({text})")

    def _name(self, name: str) -> str:
        book = self._rulebook
        if name in book.computed:
            return book.computed[name].label.get(self._language)
        if name in book.dictionary:
            return book.dictionary[name].label.get(self._language)
        if name in book.segments:
            return self._word(f"“{name}”", f"'{name}'")
        return _INPUTS[name].get(self._language) if name in _INPUTS else name

    def _column(self, value: Value) -> Column | None:
        return self._rulebook.dictionary.get(value.name) if isinstance(value, Name) else None

    def _compared(self, test: Compare) -> str:
        column = self._column(test.left) or self._column(test.right)
        left, right = self.value(test.left, column), self.value(test.right, column)
        return f"{left} {_SIGNS.get(test.operator, test.operator)} {right}"

    def _listed(self, test: InList) -> str:
        column = self._column(test.value)
        members = self._word("、", ", ").join(self.value(m, column) for m in test.members)
        value = self.value(test.value)
        if len(test.members) == 1:
            return f"{value} {'≠' if test.negated else '='} {members}"
        if test.negated:
            return self._word(f"{value} 不是 {members}", f"{value} is none of {members}")
        return self._word(f"{value} 为 {members} 之一", f"{value} is one of {members}")

    def _ranged(self, test: InRange) -> str:
        value = self.value(test.value)
        low = None if test.low is None else self.value(test.low)
        high = None if test.high is None else self.value(test.high)
        if low is not None and high is not None and test.low_included and test.high_included:
            told = self._word(f"{value} 为 {low} 至 {high}", f"{value} from {low} to {high}")
        else:
            least = None if low is None else f"{value} {'≥' if test.low_included else '>'} {low}"
            most = None if high is None else f"{value} {'≤' if test.high_included else '<'} {high}"
            ends = [end for end in (least, most) if end is not None]
            told = self._word(" 且 ", " and ").join(ends)
        return self._word(f"并非（{told}）", f"not ({told})") if test.negated else told
