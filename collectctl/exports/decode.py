"""Bytes of an export as strict UTF-8, whatever encoding it came in.

Knows the fixed order in which encodings are tried (declared; or byte order mark, UTF-8, GB18030);
refuses to guess, to replace a character or to go on after a byte that does not fit.
"""

import codecs
import io

import numpy as np
import pyarrow as pa

from collectctl.problems import InputRefusedError, Problem, Span

_PIECE = 1 << 20
_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}


def as_utf8(data: bytes, declared: str | None, file: str) -> tuple[bytes, str]:
    """The text in UTF-8 without byte order mark, and the encoding it was in.

    Raises:
        InputRefusedError: `undecodable`, `nul-byte`.
    """
    mark = next((m for m in _MARKS if data.startswith(m)), b"")
    marked = _MARKS.get(mark, "")
    if mark and declared in (None, marked, marked[:6]):
        text, encoding = _decoded(data[len(mark) :], marked, file), marked[:6].rstrip("-")
    elif declared is not None:
        variant = "utf-16-le" if declared == "utf-16" else declared
        text, encoding = _decoded(data, variant, file), declared
    elif _is_utf8(data):
        text, encoding = data, "utf-8"
    else:
        text, encoding = _decoded(data, "gb18030", file, "neither UTF-8 nor GB18030"), "gb18030"
    at = text.find(b"\0")
    if at >= 0:
        raise InputRefusedError(
            Problem(
                code="nul-byte",
                message="the file has a NUL character",
                span=Span(file=file, line=text.count(b"\n", 0, at) + 1, column=1),
                expected="text without NUL characters",
                mend="ask for the file again: a NUL is the sign of a damaged or a binary file",
            )
        )
    return text, encoding


def _is_utf8(data: bytes) -> bool:
    """Arrow's own check of one long text: no copy, and as fast as memory."""
    offsets = pa.py_buffer(np.array([0, len(data)], np.int64))
    try:
        pa.LargeStringArray.from_buffers(1, offsets, pa.py_buffer(data)).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _decoded(data: bytes, encoding: str, file: str, found: str | None = None) -> bytes:
    if encoding == "utf-8" and _is_utf8(data):
        return data
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    out = io.BytesIO()
    for start in range(0, max(1, len(data)), _PIECE):
        piece = data[start : start + _PIECE]
        try:
            text = decoder.decode(piece, final=start + _PIECE >= len(data))
            out.write(text.encode("utf-8"))
        except UnicodeError as error:
            at = error.start if isinstance(error, UnicodeDecodeError) else 0
            line = bytes(out.getbuffer()).count(b"\n") + piece[: max(0, at)].count(b"\n") + 1
            raise InputRefusedError(
                Problem(
                    code="undecodable",
                    message=f"the file has bytes that are {found or 'not ' + encoding.upper()}",
                    span=Span(file=file, line=line, column=1),
                    expected="text in one encoding throughout",
                    mend="ask for the file again, or change 'encoding' in the contract",
                )
            ) from None
    return out.getvalue()
