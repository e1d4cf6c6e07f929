"""The sandbox that texts run in: strict, escaped where it is markup, with listed filters only.

Knows how an amount, a date and a rate are written in each language. Refuses to know which texts
there are. Imported by workers, so it imports nothing heavier than Jinja2.
"""

from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from jinja2 import StrictUndefined, Template, nodes
from jinja2.runtime import Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

from collectctl.documents.capital import capital
from collectctl.documents.records import FIELD_NAMES, Amount, Bank, Rate
from collectctl.money import MINOR_DIGITS, grouped, unscaled

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
CURRENCY_ZH = {
    "CNY": "人民币", "HKD": "港币", "MOP": "澳门元", "TWD": "新台币", "USD": "美元", "EUR": "欧元",
    "GBP": "英镑", "SGD": "新加坡元", "AUD": "澳元", "CAD": "加元", "CHF": "瑞士法郎",
    "THB": "泰铢", "MYR": "马来西亚林吉特", "NZD": "新西兰元", "JPY": "日元", "KRW": "韩元",
    "VND": "越南盾",
}  # fmt: skip
UNIT_ZH = CURRENCY_ZH | {"CNY": "元", "HKD": "港元", "TWD": "新台币元"}
"""What stands behind an amount; an SMS must not hold a currency sign."""
CURRENCY_EN = {
    "CNY": "Chinese yuan", "HKD": "Hong Kong dollar", "MOP": "Macanese pataca",
    "TWD": "New Taiwan dollar", "USD": "US dollar", "EUR": "euro", "GBP": "pound sterling",
    "SGD": "Singapore dollar", "AUD": "Australian dollar", "CAD": "Canadian dollar",
    "CHF": "Swiss franc", "THB": "Thai baht", "MYR": "Malaysian ringgit",
    "NZD": "New Zealand dollar", "JPY": "Japanese yen", "KRW": "South Korean won",
    "VND": "Vietnamese dong",
}  # fmt: skip
_HUNDREDTHS = frozenset(code for code, digits in MINOR_DIGITS.items() if digits == 2)  # noqa: PLR2004 - cents


def amount(value: Amount) -> str:
    """`1,234.50`: the amount without its currency."""
    minor, currency = value
    if minor >= 0 and currency in _HUNDREDTHS:
        # The usual case, written out: a letter holds a dozen of these.
        return f"{minor // 100:,}.{minor % 100:02d}"
    return grouped(minor, currency)


def rate(value: Rate) -> str:
    """`18.25%`: the exact rate as a percentage, with at least two decimals."""
    whole, _, part = unscaled(value.value * 100, value.digits).partition(".")
    return f"{whole}.{part.rstrip('0').ljust(2, '0')}%"


def _money_zh(value: Amount) -> str:
    return amount(value) + UNIT_ZH[value[1]]


def _money_en(value: Amount) -> str:
    return f"{value[1]} {amount(value)}"


def _capital_zh(value: Amount) -> str:
    return capital(*value, CURRENCY_ZH[value[1]])


@lru_cache(maxsize=4096)
def _date_zh(value: date) -> str:
    return f"{value.year}年{value.month}月{value.day}日"


@lru_cache(maxsize=4096)
def _date_en(value: date) -> str:
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


class FilterKind(NamedTuple):
    """What a filter takes and gives, for the checker."""

    takes: str
    gives: str = "text"


FILTER_KINDS: dict[str, FilterKind] = {
    "amount": FilterKind("amount"),
    "money": FilterKind("amount"),
    "rate": FilterKind("rate"),
    "date": FilterKind("date"),
    "currency": FilterKind("currency"),
}
"""The filters that a text of every language may use."""
FILTER_KINDS_OF = {
    "zh_CN": FILTER_KINDS | {"capital": FilterKind("amount")},
    "en": FILTER_KINDS,
}
"""All filters a text may use, by its language."""
TESTS = ("none", "zero")
"""All tests a text may use."""
_FILTERS: dict[str, dict[str, Callable[..., str]]] = {
    "zh_CN": {
        "amount": amount, "money": _money_zh, "rate": rate, "date": _date_zh,
        "currency": CURRENCY_ZH.__getitem__, "capital": _capital_zh,
    },
    "en": {
        "amount": amount, "money": _money_en, "rate": rate, "date": _date_en,
        "currency": CURRENCY_EN.__getitem__,
    },
}  # fmt: skip


def _is_none(value: object) -> bool:
    return value is None


def _is_zero(value: Amount | None) -> bool:
    return value is not None and value.minor == 0


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja2 with nothing in it but what texts may use; what is listed can be reached, no more."""

    def getattr(self, obj: object, attribute: str) -> object:
        """A field of one of our records and nothing else; quicker than asking Jinja2's rules."""
        if attribute in FIELD_NAMES:
            return getattr(obj, attribute)
        return self.unsafe_undefined(obj, attribute)

    def is_safe_callable(self, obj: object) -> bool:
        """Only macros."""
        return isinstance(obj, Macro)


def sandbox(language: str, *, markup: bool) -> Sandbox:
    """An environment for the texts of a language; `markup` texts are escaped."""
    environment = Sandbox(
        autoescape=markup, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        auto_reload=False, cache_size=0,
    )  # fmt: skip
    environment.filters = dict(_FILTERS[language])
    environment.tests = {"none": _is_none, "zero": _is_zero}
    environment.globals = {}
    return environment


class _Fold(NodeTransformer):
    """Writes what never changes (the bank's facts, macros without arguments) into the template.

    A letter names the bank twenty times; looked up each time this is a third of its cost.
    """

    def __init__(self, bank: Bank, fixed: Mapping[str, str]) -> None:
        self.bank = bank
        self.fixed = fixed

    def visit_Getattr(self, node: nodes.Getattr) -> nodes.Node:  # noqa: N802 - Jinja2's visitor
        if isinstance(node.node, nodes.Name) and node.node.name == "bank":
            value = getattr(self.bank, node.attr)
            return nodes.Const(value, lineno=node.lineno) if isinstance(value, str) else node
        return self.generic_visit(node)

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - Jinja2's visitor
        if isinstance(node.node, nodes.Name) and node.node.name in self.fixed:
            return nodes.TemplateData(self.fixed[node.node.name], lineno=node.lineno)
        return self.generic_visit(node)


class Texts:
    """The compiled texts of one language and kind (markup or plain), each compiled when needed."""

    def __init__(self, language: str, macros: str, bank: Bank, *, markup: bool) -> None:
        """`macros` is the source of the shared macros, `bank` what texts call `bank`."""
        self._environment = sandbox(language, markup=markup)
        self._fold = _Fold(bank, {})
        self._environment.globals["bank"] = bank
        tree = self._environment.parse(macros)
        takes = {m.name: len(m.args) for m in tree.find_all(nodes.Macro)}
        module = self._environment.from_string(self._fold.visit(tree)).module
        shared = {name: getattr(module, name) for name in takes}
        self._fold.fixed = {name: str(shared[name]()) for name, n in takes.items() if n == 0}
        self._environment.globals.update({k: v for k, v in shared.items() if takes[k]})

    def compile(self, source: str) -> Template:
        """The text as a template."""
        return self._environment.from_string(self._fold.visit(self._environment.parse(source)))


def renderer(template: Template) -> Callable[[object], str]:
    """A function from `letter` to text: `Template.render` without its copy of the globals."""
    context = dict(template.globals)
    render, new_context = template.root_render_func, template.new_context

    def one(letter: object) -> str:
        context["letter"] = letter
        return "".join(render(new_context(context, shared=True)))

    return one
