"""The rows of a cover or help page as XML.

Knows how labels, values and paragraphs stand on a page. Refuses to know what they say.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from collectctl.sheets.cells import escape
from collectctl.sheets.style import PAGE_PARTS
from collectctl.sheets.table import Cover

_EPOCH = date(1899, 12, 30)
_WIDTHS = (26, 64)


def page_widths() -> str:
    """The `<cols>` element of a page: labels and values."""
    columns = "".join(
        f'<col min="{n}" max="{n}" width="{w}" customWidth="1"/>' for n, w in enumerate(_WIDTHS, 1)
    )
    return f"<cols>{columns}</cols>"


def page_rows(page: Cover, styles: Sequence[int]) -> Iterable[bytes]:
    """The rows of a page: title, a line each, then the paragraphs."""
    by_part = dict(zip(PAGE_PARTS, styles, strict=True))
    rows = [_text("A", 1, by_part["title"], page.title)]
    for number, (label, value) in enumerate(page.lines, 3):
        rows.append(_text("A", number, by_part["label"], label) + _value(number, by_part, value))
    first = len(page.lines) + (4 if page.lines else 3)
    numbers = [1, *range(3, 3 + len(page.lines)), *range(first, first + len(page.notes))]
    rows += [_text("B", n, by_part["paragraph"], note) for n, note in enumerate(page.notes, first)]
    for number, cells in zip(numbers, rows, strict=True):
        yield f'<row r="{number}">{cells}</row>'.encode()


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
