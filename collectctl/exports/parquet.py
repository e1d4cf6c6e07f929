"""Parquet exports as text cells, so that a contract checks them like any other export.

Knows how each plain type is spelled exactly. Refuses nested and binary columns, and moments in a
time zone, whose day depends on where one stands.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from collectctl.exports.raw import Layout, Limits, Raw
from collectctl.exports.workbooks_process import Job, read_in_child
from collectctl.exports.workbooks_refusal import Refusal, RefusedError, check_size
from collectctl.exports.workbooks_text import cell_text

if TYPE_CHECKING:
    import pyarrow.parquet as pq

_LIMITS = Limits(
    bytes=2_000_000_000, rows=20_000_000, cells=400_000_000, memory_bytes=8_000_000_000, seconds=300
)
"""For a contract that says nothing else."""
_PLAIN_SCALE = 6
"""Up to so many decimals Arrow writes a decimal number without an exponent."""


def read_parquet(
    path: Path, layout: Layout, limits: Limits = _LIMITS, file: str | None = None
) -> Raw:
    """The Parquet file at `path` as text; `file` is the name that messages show.

    A row's number is its position, from 1. The file is read in a child process, as a workbook is.

    Raises:
        InputRefusedError: `parquet-damaged`, `parquet-type`, `nul-byte`, `too-many-rows`,
            `too-large`, `workbook-too-large`, `workbook-too-slow`.
    """
    shown = path.name if file is None else file
    return read_in_child(Job(path=path, kind="parquet", layout=layout, limits=limits, file=shown))


def parquet_texts(path: Path, most_rows: int, most_cells: int) -> Raw:
    """The file's columns as text; runs in the child.

    Raises:
        RefusedError: see `read_parquet`.
    """
    import pyarrow.parquet as pq  # takes a while, and whoever starts the child needs nothing of it

    try:
        source = pq.ParquetFile(path, memory_map=False)
        schema = source.schema_arrow
        check_size(source.metadata.num_rows, len(schema.names), most_rows, most_cells)
        _check_types(schema)
        cells = tuple(_texts(source, i) for i in range(len(schema.names)))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError, UnicodeDecodeError):
        raise RefusedError(
            Refusal(
                code="parquet-damaged",
                message="the Parquet file cannot be read to its end",
                expected="a whole Parquet file with text in UTF-8",
                mend="send the file again",
            )
        ) from None
    return Raw(
        headings=tuple(n.strip() for n in schema.names),
        cells=cells,
        rows=np.arange(1, source.metadata.num_rows + 1, dtype=np.int64),
        reader="parquet",
        encoding=None,
        sheet=None,
        broken=(),
        trailer=None,
    )


def _check_types(schema: pa.Schema) -> None:
    for field in schema:
        kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        zoned = pa.types.is_timestamp(kind) and kind.tz is not None
        if zoned or not any(is_kind(kind) for is_kind in _READABLE):
            raise RefusedError(
                Refusal(
                    code="parquet-type",
                    message=f"the column '{field.name}' has the type {kind}",
                    expected="text, numbers, decimals, days, moments without zone, truth values",
                    mend="export the column as one of these, or leave it out",
                )
            )


_READABLE = (
    pa.types.is_string, pa.types.is_large_string, pa.types.is_integer, pa.types.is_floating,
    pa.types.is_decimal, pa.types.is_boolean, pa.types.is_date, pa.types.is_timestamp,
    pa.types.is_time, pa.types.is_null,
)  # fmt: skip


def _texts(source: "pq.ParquetFile", number: int) -> pa.Array:
    name = source.schema_arrow.names[number]
    column = source.read(columns=[name]).column(0)
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    texts = pa.chunked_array([_text(chunk) for chunk in column.chunks], pa.string())
    whole = texts.combine_chunks()
    if isinstance(whole, pa.ChunkedArray):  # more text in one column than one array holds
        raise pa.ArrowInvalid
    whole.validate(full=True)
    if pc.any(pc.match_substring(whole, "\0")).as_py():
        raise RefusedError(
            Refusal(
                code="nul-byte",
                message=f"the column '{name}' has a NUL character",
                expected="text without it",
                mend="ask for the file again",
            )
        )
    return pc.if_else(pc.equal(whole, ""), pa.scalar(None, pa.string()), whole)


def _text(values: pa.Array) -> pa.Array:
    kind = values.type
    exact = pa.types.is_integer(kind) or pa.types.is_string(kind) or pa.types.is_large_string(kind)
    few = pa.types.is_decimal(kind) and 0 <= kind.scale <= _PLAIN_SCALE
    days = pa.types.is_date32(kind) or pa.types.is_boolean(kind) or pa.types.is_null(kind)
    if exact or few or days:
        return values.cast(pa.string())
    distinct = values.dictionary_encode()
    spelled = [cell_text(v) for v in distinct.dictionary.to_pylist()]
    return pa.array(spelled, pa.string()).take(distinct.indices)
