"""The closed list of elements that letters and call scripts are made of, and what breaks it.

Knows names of elements, classes and attributes, and where each may stand. Refuses to know how one
looks: `templates/letter.css` says it for the screen and `templates/letter.typ` for paper, and both
have an answer for what stands here and for nothing else.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal
from xml.etree import ElementTree as ET

Kind = Literal["letter", "script"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """What an element may carry and hold."""

    holds: frozenset[str] = frozenset()
    """The elements that may stand directly in it."""
    text: bool = False
    """Whether words may."""
    classes: frozenset[str] = frozenset()
    """Classes that it may carry beside the one in its name."""
    attributes: frozenset[str] = frozenset()
    """Attributes beside `class`."""


def _of(words: str) -> frozenset[str]:
    return frozenset(words.split())


_INLINE = _of("b span br i.box")
_TABLE = Element(holds=_of("caption tr"))
_CELL = Element(
    holds=_INLINE, text=True, classes=_of("left"), attributes=_of("colspan"),
)  # fmt: skip
_LISTED = Element(holds=_of("li"))
_WORDS = Element(holds=_INLINE, text=True)

LETTER: Mapping[str, Element] = {
    "letter": Element(holds=_of(
        "header.bank div.window div.sign div.form table.refs table.debt table.list h1 h2 p p.dear"
        " p.note p.close ul ol hr.cut"
    )),
    "header.bank": Element(holds=_of("i.logo div.name div.reach")),
    "i.logo": Element(),
    "div.name": Element(holds=_of("b span")),
    "div.reach": _WORDS,
    "div.window": Element(holds=_of("p p.back p.who")),
    "div.sign": Element(holds=_of("i.seal p")),
    "i.seal": Element(),
    "div.form": Element(holds=_of("h2 p p.note ul ol table.debt table.list")),
    "table.refs": _TABLE,
    "table.debt": Element(holds=_TABLE.holds, classes=_of("all list")),
    "table.list": Element(holds=_TABLE.holds, classes=_of("all")),
    "caption": _WORDS,
    "tr": Element(holds=_of("th td"), classes=_of("sum")),
    "th": _CELL,
    "td": _CELL,
    "h1": _WORDS,
    "h2": _WORDS,
    **dict.fromkeys(("p", "p.back", "p.who", "p.dear", "p.note", "p.close"), _WORDS),
    "ul": _LISTED,
    "ol": _LISTED,
    "li": Element(holds=_INLINE | {"ul", "ol"}, text=True),
    "b": Element(holds=_of("span br i.box"), text=True),
    "span": Element(holds=_of("b br i.box"), text=True),
    "br": Element(),
    "i.box": Element(),
    "hr.cut": Element(),
}  # fmt: skip
"""Of letters, by element and the class that makes it another one; `letter` is the whole."""
SCRIPT: Mapping[str, Element] = {
    "script": Element(holds=_of("header h1 p p.note ol")),
    "header": Element(holds=_of("h1 p")),
    "h1": _WORDS,
    "p": _WORDS,
    "p.note": _WORDS,
    "ol": _LISTED,
    "li": _WORDS,
    "b": LETTER["b"],
    "span": LETTER["span"],
    "br": LETTER["br"],
    "i.box": LETTER["i.box"],
}
"""Of call scripts; `script` is the whole."""
LISTS: Mapping[Kind, Mapping[str, Element]] = {"letter": LETTER, "script": SCRIPT}
MOST_COLUMNS = 12


def examine(markup: str, kind: Kind) -> tuple[ET.Element | None, tuple[str, ...]]:
    """One letter or script as a tree, and in words all that breaks the list, once each.

    The words name elements, classes and attributes, and never what stands in them. What is no XML
    has no tree and one fault, with its line and column in the markup.
    """
    try:
        # The texts are the bank's own, and data in them is escaped; no DTD can stand inside.
        root = ET.fromstring(f"<{kind}>{markup}</{kind}>")  # noqa: S314
    except ET.ParseError as error:
        line, column = error.position
        start = len(kind) + 2 if line == 1 else 0
        return None, (f"line {line}, column {column + 1 - start}: {_why(error)}",)
    found = _faults(root, kind, LISTS[kind])
    return root, tuple(dict.fromkeys(found))


def _why(error: ET.ParseError) -> str:
    """The parser's reason without its place; these are its fixed words and hold no data."""
    return str(error).partition(":")[0]


def _faults(node: ET.Element, name: str, known: Mapping[str, Element]) -> Iterator[str]:
    rules = known[name]
    if not rules.text and _says(node):
        yield f"words directly in <{_shown(name)}>"
    for child in node:
        named = _named(child, known)
        if named is None:
            yield f"<{_shown(_full(child))}> is not on the list"
            continue
        if named not in rules.holds:
            yield f"<{_shown(named)}> in <{_shown(name)}>"
        yield from _carried(child, named, known[named])
        yield from _faults(child, named, known)


def _says(node: ET.Element) -> bool:
    return any(text and text.strip() for text in (node.text, *(child.tail for child in node)))


def _classes(node: ET.Element) -> list[str]:
    return node.get("class", "").split()


def _full(node: ET.Element) -> str:
    return ".".join([node.tag, *_classes(node)])


def _named(node: ET.Element, known: Mapping[str, Element]) -> str | None:
    """Its name on the list: with the first of its classes that makes one, else the bare tag."""
    for one in _classes(node):
        if f"{node.tag}.{one}" in known:
            return f"{node.tag}.{one}"
    return node.tag if node.tag in known else None


def _carried(node: ET.Element, name: str, rules: Element) -> Iterator[str]:
    own = {name.partition(".")[2]} if "." in name else set()
    for one in _classes(node):
        if one not in own | rules.classes:
            yield f"class '{one}' on <{_shown(name)}>"
    for attribute, value in node.attrib.items():
        if attribute == "class":
            continue
        if attribute not in rules.attributes:
            yield f"attribute '{attribute}' on <{_shown(name)}>"
        elif not (value.isascii() and value.isdecimal() and 1 <= int(value) <= MOST_COLUMNS):
            yield f"'{attribute}' of <{_shown(name)}> is no whole number from 1 to {MOST_COLUMNS}"


def _shown(name: str) -> str:
    """`<p class="note">` as a reader of markup knows it, without the brackets."""
    tag, *classes = name.split(".")
    return f'{tag} class="{" ".join(classes)}"' if classes else tag
