"""The night's documents cut into chunks of fixed size, and handed to workers as Parquet.

Knows in what order documents are printed and sent. Refuses to know what they say. A chunk is a row
group; its size and order depend on the documents alone, never on how many workers there are.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from collectctl.columns import LANGUAGES
from collectctl.documents.catalog import CHANNELS, MARKUP, Documents
from collectctl.documents.fitness import Fit
from collectctl.documents.press import Chunk

PAGES_PER_FILE = 1000
"""Letters or scripts in one file: what a printer takes as a batch."""
MESSAGES_PER_CHUNK = 5000
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Batches:
    """All documents in the order in which they are written, and the chunks they fall into."""

    contacts: pa.Table
    """With `lines`, the number of lines of each."""
    lines: pa.Table
    chunks: tuple[Chunk, ...]


def batches(fit: Fit, documents: Documents) -> Batches:
    """The documents sorted by channel; letters and scripts by document, language, postal code."""
    contacts = fit.contacts
    channel = _rank(contacts["channel"], CHANNELS)
    paper = np.isin(channel, [CHANNELS.index(c) for c in MARKUP])
    document = np.where(paper, _rank(contacts["document"], documents.ids), 0)
    language = np.where(paper, _rank(contacts["language"], LANGUAGES), 0)
    postal = np.where(channel == CHANNELS.index("letter"), _postal_rank(contacts["postal_code"]), 0)
    number = contacts["contact_no"].to_numpy()
    order = np.lexsort((number, postal, language, document, channel))
    start, count = fit.start[order], fit.count[order]
    offsets = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    taken = np.repeat(start - offsets[:-1], count) + np.arange(offsets[-1])
    sorted_contacts = contacts.take(pa.array(order)).append_column("lines", pa.array(count))
    group = ((channel * 1000 + document) * 10 + language)[order]
    names = [
        (sorted_contacts[n].take(pa.array(_first_of_each(group))).to_pylist())
        for n in ("channel", "document", "language")
    ]
    chunks = _chunks(group, offsets, list(zip(*names, strict=True)))
    return Batches(
        sorted_contacts.combine_chunks(), fit.lines.take(pa.array(taken)).combine_chunks(), chunks
    )


def _rank(column: pa.ChunkedArray, known: tuple[str, ...]) -> Ints:
    return _position(column, pa.array(known, pa.string()), len(known))


def _position(column: pa.ChunkedArray, known: pa.Array, otherwise: int) -> Ints:
    found = pc.index_in(column, value_set=known, skip_nulls=True).fill_null(otherwise)
    numbers: Ints = found.to_numpy().astype(np.int64)
    return numbers


def _postal_rank(column: pa.ChunkedArray) -> Ints:
    """Positions of the postal codes in their order, unknown ones last."""
    codes = pc.unique(column.drop_null()).sort()
    return _position(column, codes, len(codes))


def _first_of_each(group: Ints) -> Ints:
    return np.flatnonzero(np.diff(group, prepend=-1) != 0).astype(np.int64)


def _chunks(group: Ints, offsets: Ints, names: list[tuple[str, str, str]]) -> tuple[Chunk, ...]:
    chunks: list[Chunk] = []
    starts = _first_of_each(group).tolist()
    for (channel, document, language), start, end in zip(
        names, starts, [*starts[1:], len(group)][: len(starts)], strict=True
    ):
        paper = channel in MARKUP
        size = PAGES_PER_FILE if paper else MESSAGES_PER_CHUNK
        for i, first in enumerate(range(start, end, size), 1):
            last = min(first + size, end)
            name = f"{document}-{language}-{i:04d}" if paper else f"{i:04d}"
            chunks.append(
                Chunk(
                    number=len(chunks), channel=channel, name=name,
                    rows=(first, last), lines=(int(offsets[first]), int(offsets[last])),
                )
            )  # fmt: skip
    return tuple(chunks)


def parquet(table: pa.Table, ranges: list[tuple[int, int]]) -> Iterator[bytes]:
    """The table as Parquet with one row group for each range of rows, in pieces to be written."""
    sink = _Pieces()
    file = pa.PythonFile(sink, mode="w")
    with pq.ParquetWriter(file, table.schema, compression="none", use_dictionary=False) as writer:
        for first, last in ranges:
            writer.write_table(
                table.slice(first, last - first), row_group_size=max(1, last - first)
            )
            yield from sink.taken()
    yield from sink.taken()


class _Pieces:
    """A file for Arrow that gives away what was written to it, so that it never holds the whole."""

    closed = False

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._pieces.append(data)
        return len(data)

    def flush(self) -> None:
        """Nothing: a piece is there as soon as it is written."""

    def close(self) -> None:
        self.closed = True

    def taken(self) -> list[bytes]:
        """What was written since the last time."""
        pieces, self._pieces = self._pieces, []
        return pieces
