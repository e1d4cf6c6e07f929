"""The rows of a cover or help page as XML.

Knows how labels, values and paragraphs stand on a page. Refuses to know what they say.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from collectctl.problems import display_width
from collectctl.sheets.cells import escape
from collectctl.sheets.style import PAGE_PARTS
from collectctl.sheets.table import Cover

_EPOCH = date(1899, 12, 30)
_WIDTHS = (26, 64)
_LINE_HEIGHT = 18


def page_widths() -> str:
    """The `<cols>` element of a page: labels and values."""
    columns = "".join(
        f'<col min="{n}" max="{n}" width="{w}" customWidth="1"/>' for n, w in enumerate(_WIDTHS, 1)
    )
    return f"<cols>{columns}</cols>"


def page_rows(page: Cover, styles: Sequence[int]) -> Iterable[bytes]:
    """The rows of a page: title, a line each, then the paragraphs."""
    by_part = dict(zip(PAGE_PARTS, styles, strict=True))
    yield _row(1, _text("A", 1, by_part["title"], page.title), 1.6)
    for number, (label, value) in enumerate(page.lines, 3):
        cells = _text("A", number, by_part["label"], label) + _value(number, by_part, value)
        yield _row(number, cells, _lines(value) if isinstance(value, str) else 1)
    first = len(page.lines) + (4 if page.lines else 3)
    for number, note in enumerate(page.notes, first):
        yield _row(number, _text("B", number, by_part["paragraph"], note), _lines(note))


def _lines(text: str) -> int:
    """How many lines the text takes in the second column."""
    return sum(1 + display_width(line) // _WIDTHS[1] for line in text.split("\n"))


def _row(number: int, cells: str, lines: float) -> bytes:
    return (
        f'<row r="{number}" ht="{lines * _LINE_HEIGHT:g}" customHeight="1">{cells}</row>'.encode()
    )


def _text(letters: str, number: int, style: int, text: str) -> str:
    return (
        f'<c r="{letters}{number}" s="{style}" t="inlineStr"><is>'
        f'<t xml:space="preserve">{escape(text, keep_breaks=True)}</t></is></c>'
    )


def _value(number: int, by_part: dict[str, int], value: str | int | date) -> str:
    if isinstance(value, date):
        days = (value - _EPOCH).days
        return f'<c r="B{number}" s="{by_part["date"]}"><v>{days}</v></c>'
    if isinstance(value, int):
        return f'<c r="B{number}" s="{by_part["number"]}"><v>{value}</v></c>'
    return _text("B", number, by_part["text"], value)
