"""A letter's markup as plain text: what an e-mail shows where markup is not read.

Knows how each element of a letter is written in lines. Refuses to know what a letter says. The text
holds every word and number of the markup, in the same order.
"""

from collections.abc import Iterator
from xml.etree.ElementTree import Element, fromstring

_LINES = ("p", "h1", "h2", "li", "caption", "hr")
"""Elements that begin a line of their own."""
_OPEN = ("h1", "h2", "caption")
"""Elements with an empty line before them."""
_BEFORE = {"li": "- "}
_BOX = "[ ] "


def plain(markup: str) -> str:
    """The text of a well-formed piece of markup, without blank lines at its ends."""
    lines: list[str] = []
    # Made by our own texts, in which data cannot open a tag or declare an entity.
    section = fromstring(f"<section>{markup}</section>")  # noqa: S314 - see above
    for line in _of(section):
        if line or (lines and lines[-1]):
            lines.append(line)
    return "\n".join(lines).strip("\n") + "\n"


def _of(element: Element) -> Iterator[str]:
    """The lines of everything inside an element."""
    for child in element:
        if child.tag == "tr":
            yield "  " + _cells(child)
        elif child.tag in _LINES:
            if child.tag in _OPEN:
                yield ""
            yield from _paragraph(child)
            if child.tag in ("p", "hr"):
                yield ""
        elif any(inner.tag in (*_LINES, "tr") for inner in child.iter() if inner is not child):
            yield from _of(child)
        else:
            yield from _paragraph(child)
    if element.tag in ("table", "ul", "ol"):
        yield ""


def _paragraph(element: Element) -> Iterator[str]:
    before = _BEFORE.get(element.tag, "")
    for line in _inline(element).split("\n"):
        words = " ".join(line.split())
        if words:
            yield before + words
    if element.tag == "hr":
        yield "-" * 30


def _inline(element: Element) -> str:
    """The words of an element, a line for each `br`."""
    parts = [element.text or ""]
    for child in element:
        if child.tag == "br":
            parts.append("\n")
        elif child.get("class") == "box":
            parts.append(_BOX)
        else:
            # Two pieces that only their styles hold apart are two words.
            parts.append(f" {_inline(child)} " if child.tag == "span" else _inline(child))
        parts.append(child.tail or "")
    return "".join(parts)


def _cells(row: Element) -> str:
    """`label value, label value` of a row of headings and values; cells of a list side by side."""
    cells = [(cell.tag, " ".join(_inline(cell).split())) for cell in row]
    text = ""
    for position, (tag, words) in enumerate(cells):
        after_heading = position > 0 and cells[position - 1][0] == "th" and tag == "td"
        text += ("" if not position else ": " if after_heading else "; ") + words
    return text
