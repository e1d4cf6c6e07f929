"""Rows of a worksheet as XML, in bulk: columns come in, one run of bytes goes out.

Knows how each kind of value is spelled in a cell so that Excel neither rounds nor interprets it.
Refuses to know files, layouts and which rows these are.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from collectctl.money import MINOR_DIGITS
from collectctl.problems import visible
from collectctl.sheets.table import ARROW_KINDS, SheetColumn

LONGEST_TEXT = 32_767
"""Characters (UTF-16 units) that Excel keeps in a cell."""
CUT_MARK = "…[cut]"
_EXACT = 10**15
"""Integers from here on have more digits than Excel keeps, so they are written as text."""
_EPOCH = 25_569
"""Days from Excel's day 0 (1899-12-30) to 1970-01-01."""
_FIRST_DAY = (date(1900, 3, 1) - date(1970, 1, 1)).days
"""Earlier days are off by one in Excel, which believes in 1900-02-29: written as text."""
_LAST_DAY = (date(9999, 12, 31) - date(1970, 1, 1)).days
_SPECIAL = r"[^\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}]|[&<>]|_x[0-9A-Fa-f]{4}_"
_MARKUP = ("&", "<", ">", "_x")
_FORMULA_STARTS = "=+-@＝＋－＠"
_FORMULA_LIKE = r"^[=+\-@＝＋－＠]"
_ESCAPE_LIKE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_CHUNK = 16_384
_LINE_HEIGHT = 15
_MOST_LINES = 20
WIDEST = 46
"""Characters of the widest column that nobody asked to be wider."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Styles:
    """The style numbers of a column's cells."""

    plain: int
    quoted: int
    """Of text that would be a formula if somebody typed it: shown as text, never calculated."""
    by_digits: tuple[tuple[int, int], ...]
    """Of money, by decimals shown; the first is also that of an empty cell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A column where it stands: its letters, what it is, and its styles."""

    letters: str
    column: SheetColumn
    styles: Styles


def rows_xml(places: Sequence[Place], data: pa.Table, first_row: int) -> Iterable[bytes]:
    """The `<row>` elements of the data, some thousand rows a piece; `first_row` from 1."""
    for start in range(0, data.num_rows, _CHUNK):
        piece = data.slice(start, _CHUNK)
        numbers = pa.array(range(first_row + start, first_row + start + piece.num_rows)).cast(
            pa.string()
        )
        parts: list[pa.Array | str] = ['<row r="', numbers, '"', *_heights(places, piece), ">"]
        for place in places:
            parts += [f'<c r="{place.letters}', numbers, _column(place, piece)]
        joined = pc.binary_join_element_wise(*parts, "</row>", "")
        yield _bytes_of(joined)


def _heights(places: Sequence[Place], piece: pa.Table) -> list[pa.Array | str]:
    """The height of each row, when text may go on below itself: Excel fits it when edited."""
    lines = None
    for place in places:
        column = place.column
        if not column.wrap or column.name not in piece.column_names:
            continue
        values = _whole(piece.column(column.name)).fill_null("")
        across = pc.add(pc.binary_length(values), pc.utf8_length(values))
        room = 2 * (column.width or WIDEST) - 2
        found = pc.add(pc.divide(across, room), pc.count_substring(values, "\n"))
        lines = found if lines is None else pc.max_element_wise(lines, found)
    if lines is None:
        return []
    shown_lines = pc.min_element_wise(pc.add(lines, 1), _MOST_LINES)
    return [' ht="', pc.multiply(shown_lines, _LINE_HEIGHT).cast(pa.string()), '"']


def _bytes_of(texts: pa.Array) -> bytes:
    """All the texts one after the other: what their buffer already holds."""
    offsets = memoryview(texts.buffers()[1]).cast("i")
    first, last = offsets[texts.offset], offsets[texts.offset + len(texts)]
    return bytes(memoryview(texts.buffers()[2])[first:last])


def _column(place: Place, piece: pa.Table) -> pa.Array:
    """What follows the row number in each cell of a column: style, type and value."""
    column, styles = place.column, place.styles
    empty = f'" s="{styles.plain}"/>'
    if column.name not in piece.column_names:
        return pa.array([empty]).take(pa.nulls(piece.num_rows, pa.int8()).fill_null(0))
    values = _whole(piece.column(column.name)).cast(ARROW_KINDS[column.kind])
    filled = _FILL[column.kind](place, values, piece)
    return filled.fill_null(empty) if filled.null_count else filled


def _whole(values: pa.ChunkedArray) -> pa.Array:
    found = values.combine_chunks()
    return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found


def _join(*parts: object) -> pa.Array:
    return pc.binary_join_element_wise(*parts, "")


def _number(style: int | pa.Array, texts: pa.Array) -> pa.Array:
    shown = str(style) if isinstance(style, int) else style.cast(pa.string())
    return _join('" s="', shown, '"><v>', texts, "</v></c>")


def _string(style: int | pa.Array, escaped: pa.Array) -> pa.Array:
    shown = str(style) if isinstance(style, int) else style.cast(pa.string())
    opening = '" t="inlineStr"><is><t xml:space="preserve">'
    return _join('" s="', shown, opening, escaped, "</t></is></c>")


def _text(place: Place, values: pa.Array, _piece: pa.Table) -> pa.Array:
    together = _bytes_of(values).decode()
    escaped = values
    plain = together.isprintable() and not any(s in together for s in _MARKUP)
    if not plain or len(together) > LONGEST_TEXT:
        escaped = _escaped(values, plain=plain, keep_breaks=place.column.wrap)
    if not any(s in together for s in _FORMULA_STARTS):
        return _string(place.styles.plain, escaped)
    formula_like = pc.match_substring_regex(values, _FORMULA_LIKE)
    return _string(pc.if_else(formula_like, place.styles.quoted, place.styles.plain), escaped)


def _escaped(values: pa.Array, *, plain: bool, keep_breaks: bool) -> pa.Array:
    """The texts as they stand in XML; of `plain` ones only the length has to be looked at."""
    odd = pc.greater(pc.binary_length(values), LONGEST_TEXT)
    if not plain:
        odd = pc.or_(odd, pc.match_substring_regex(values, _SPECIAL))
    if not pc.any(odd).as_py():
        return values
    found = values.filter(odd).to_pylist()
    return pc.replace_with_mask(
        values,
        odd.fill_null(False),
        pa.array([escape(t, keep_breaks=keep_breaks) for t in found], pa.string()),
    )


def escape(text: str, *, keep_breaks: bool) -> str:
    """The text as it stands in XML; see `shown`."""
    safe = _ESCAPE_LIKE.sub("_x005F_", shown(text, keep_breaks=keep_breaks))
    return safe.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def shown(text: str, *, keep_breaks: bool) -> str:
    """The text as a person sees it in a cell: nothing invisible, no longer than Excel keeps."""
    if keep_breaks:
        lines = text.replace("\r\n", "\n").split("\n")
        text = "\n".join(visible(line) for line in lines)
    else:
        text = visible(text)
    units = text.encode("utf-16-le")
    if len(units) <= 2 * LONGEST_TEXT:
        return text
    room = LONGEST_TEXT - len(CUT_MARK)
    return units[: 2 * room].decode("utf-16-le", "ignore") + CUT_MARK


def decimal_texts(values: pa.Array, digits: int) -> pa.Array:
    """The integers divided by `10**digits` as plain decimal text, exactly."""
    if digits == 0:
        return values.cast(pa.string())
    size = pa.scalar(10**digits, pa.int64())
    absolute = pc.abs(values)
    whole = pc.divide(absolute, size)
    part = pc.subtract(absolute, pc.multiply(whole, size))
    sign = pc.if_else(pc.less(values, 0), "-", "")
    padded = pc.utf8_lpad(part.cast(pa.string()), digits, "0")
    return _join(sign, whole.cast(pa.string()), ".", padded)


def _exact(place: Place, values: pa.Array, digits: int, style: int) -> pa.Array:
    """Numbers, or text where a number has more digits than Excel keeps."""
    texts = decimal_texts(values, digits)
    cells = _number(style, texts)
    ends = pc.min_max(values)
    low, high = ends["min"].as_py(), ends["max"].as_py()
    if low is None or (low > -_EXACT and high < _EXACT):
        return cells
    large = pc.greater_equal(pc.abs(values), _EXACT)
    return pc.if_else(large, _string(place.styles.quoted, texts), cells)


def _int(place: Place, values: pa.Array, _piece: pa.Table) -> pa.Array:
    return _exact(place, values, 0, place.styles.plain)


def _scaled(place: Place, values: pa.Array, _piece: pa.Table) -> pa.Array:
    return _exact(place, values, place.column.scale, place.styles.plain)


def _money(place: Place, values: pa.Array, piece: pa.Table) -> pa.Array:
    styles = dict(place.styles.by_digits)
    currency = place.column.currency
    if currency is None:
        return _exact(place, values, place.column.digits, place.styles.plain)
    currencies = _whole(piece.column(currency))
    cells = None
    for digits, style in styles.items():
        names = pa.array([c for c, d in MINOR_DIGITS.items() if d == digits], pa.string())
        here = pc.is_in(currencies, value_set=names)
        if not pc.any(here).as_py():
            continue
        found = _exact(place, values, digits, style)
        cells = found if cells is None else pc.if_else(here, found, cells)
    known = pc.is_in(currencies, value_set=pa.array(list(MINOR_DIGITS), pa.string()))
    if cells is None or not pc.all(pc.or_(known, values.is_null())).as_py():
        raise ValueError("an amount without a known currency cannot be shown")
    return cells


def _date(place: Place, values: pa.Array, _piece: pa.Table) -> pa.Array:
    days = values.cast(pa.int32())
    serial = pc.add(days, _EPOCH).cast(pa.string())
    cells = _number(place.styles.plain, serial)
    ends = pc.min_max(days)
    low, high = ends["min"].as_py(), ends["max"].as_py()
    if low is None or (low >= _FIRST_DAY and high <= _LAST_DAY):
        return cells
    inside = pc.and_(pc.greater_equal(days, _FIRST_DAY), pc.less_equal(days, _LAST_DAY))
    return pc.if_else(inside, cells, _string(place.styles.quoted, values.cast(pa.string())))


def _bool(place: Place, values: pa.Array, _piece: pa.Table) -> pa.Array:
    texts = pc.if_else(values, "1", "0")
    return _join(f'" s="{place.styles.plain}" t="b"><v>', texts, "</v></c>")


_FILL = {
    "text": _text, "int": _int, "money": _money, "ratio": _scaled, "percent": _scaled,
    "date": _date, "bool": _bool,
}  # fmt: skip
